import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import { maskPhone, type Seal } from '../base/seal.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTimeOrNull, listOf, listQuery, time } from '../base/web.js'
import { record } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { type NamedContact, nameContacts } from './name-contacts.js'
import { type Meaning, meanings, settlements } from './reply.js'
import { listReplies, lockReply, type ReplyRow } from './reply-store.js'
import { type SealedReply, sealedFor, settleByHand } from './take-reply.js'

const replyShape = z.object({
  id: z.string(),
  at: time,
  place: z.string(),
  meaning: z.enum(meanings),
  words: z.string(),
  phone: z.string().describe('masked'),
  who: z.string().nullable().describe('the door or the responsible person; null: nobody in the register has this number'),
  householdId: z.string().nullable(),
  alerts: z.number().describe('how many alerts it may be an answer to'),
  settledAt: time.nullable(),
  settledAs: z.enum(settlements).nullable(),
  settledBy: z.string().nullable(),
})
export type ReplyAnswer = z.output<typeof replyShape>

interface Deps {
  store: Store
  seal: Seal
}

/** What people wrote back that a person must read: GET /api/replies, POST /api/replies/:id/settle {as}, GET /api/replies/:id/number. */
export function replyRoutes(app: App, { store, seal }: Deps): void {
  const open = (row: { sealed: Buffer }) => seal.open<SealedReply>(row.sealed, sealedFor)
  const params = z.object({ id: z.string().regex(/^\d{1,15}$/) })
  const query = listQuery.extend({
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
    open: z.stringbool().default(true),
  })

  app.get('/api/replies', { schema: { querystring: query, response: { 200: listOf(replyShape) } } }, (request) => {
    const actor = permit(request, 'register.see-sealed')
    const { open: onlyOpen, cursor, limit } = request.query
    return store.act(actor, async (tx) => {
      const rows = await listReplies(tx, { open: onlyOpen, limit, cursor: cursor === undefined ? undefined : Number(cursor) })
      const page = rows.slice(0, limit)
      const named = await nameContacts(
        tx,
        page.flatMap((r) => r.contact_id ?? []),
      )
      return {
        items: page.map((row) => write(row, open(row), named.get(row.contact_id ?? -1))),
        nextCursor: rows.length > page.length ? String(page.at(-1)!.id) : null,
      }
    })
  })

  app.post(
    '/api/replies/:id/settle',
    { schema: { params, body: z.object({ as: z.enum(settlements) }), response: { 200: z.object({ id: z.string() }) } } },
    async (request) => {
      const actor = permit(request, 'field.edit')
      const { id } = request.params
      const done = await store.act(actor, (tx) => settleByHand(tx, { seal }, Number(id), request.body.as, actor))
      if (done === 'gone') throw notFound('reply', id)
      if (done === 'unasked')
        throw new Problem('conflict', '这个号码近三天没有收到过预警,不能算作回应', 'this number was sent no alert in three days', [
          { path: 'as', message: '请打电话核实,再按“已处理”;需要帮助的请派人并登记求助' },
        ])
      return { id }
    },
  )

  app.get('/api/replies/:id/number', { schema: { params, response: { 200: z.object({ phone: z.string() }) } } }, (request) => {
    const actor = permit(request, 'register.see-sealed')
    const { id } = request.params
    return store.act(actor, async (tx) => {
      const row = await lockReply(tx, Number(id))
      if (!row) throw notFound('reply', id)
      await record(tx, { event: 'sealed.seen', place: row.place, thing: { type: 'reply', id } })
      return { phone: open(row).phone }
    })
  })
}

const write = (row: ReplyRow, { phone, words }: SealedReply, who: NamedContact | undefined): z.input<typeof replyShape> => ({
  id: String(row.id),
  at: chinaTimeOrNull(row.at)!,
  place: row.place,
  meaning: row.meaning as Meaning,
  words,
  phone: maskPhone(phone),
  who: who?.label ?? null,
  householdId: who?.householdId ?? null,
  alerts: row.alerts.length,
  settledAt: chinaTimeOrNull(row.settled_at),
  settledAs: row.settled_as as (typeof settlements)[number] | null,
  settledBy: row.settled_name,
})
