import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { notFound, Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Store } from '../../base/store/store.js'
import { type App, chinaTime, listOf, listQuery, signedIn, time } from '../../base/web.js'
import type { Inbox, PersonAnswer, Receipt } from '../../delivery/sender.js'
import { takeReply } from '../../delivery/take-reply.js'
import { channelCode, channelOfCode, channels } from '../../messages/channel.js'
import { permit } from '../../people/permissions.js'
import { homePlace } from '../../register/home.js'
import { relations } from '../../register/register.js'
import type { Register } from '../../register/snapshot.js'
import { notTaken } from '../voice/call-verdict.js'
import { heardInFull, secondsOf } from '../voice/heard.js'
import { createContactNames } from './contact-names.js'
import { findSandboxMessage, listSandboxMessages, markSandboxAnswered, type SandboxRow } from './sandbox-store.js'

const messageShape = z.object({
  id: z.string(),
  channel: z.enum(channels),
  contactId: z.number(),
  to: z.string(),
  name: z.string().nullable(),
  relation: z.enum(relations),
  text: z.string(),
  alertId: z.string(),
  revision: z.number(),
  exercise: z.boolean(),
  place: z.string(),
  at: time,
  answered: z.string().nullable(),
})
const query = listQuery.extend({
  cursor: z.string().regex(/^\d+$/).optional(),
  channel: z.enum(channels).optional(),
  alertId: z.string().optional(),
  contactId: z.coerce.number().int().optional(),
  since: time.optional(),
  newest: z.stringbool().default(false),
})
const answerBody = z.object({
  /** delivered and opened (a call: picked up) are receipts; hung-up and missed end a call without a key; the others are what the person did. */
  grade: z.enum(['delivered', 'opened', 'hung-up', 'missed', 'listened', 'pressed', 'stated']),
  /** The key, the words; of a call that was hung up, the seconds it was listened to. */
  value: z.string().trim().max(500).default(''),
})

const noCall = () =>
  new Problem('malformed', '只有电话才能挂断或不接', 'only a call can be hung up or missed', [
    { path: 'grade', message: 'hung-up and missed are for calls; this is no call' },
  ])

interface Did {
  receipt: Omit<Receipt, 'outId'>
  said: Pick<PersonAnswer, 'grade' | 'value'> | null
  /** What stands beside the message from now on; null: it goes on waiting. */
  mark: string | null
}

/** As a carrier would report it: a call nobody took failed, one hung up too early was picked up and no more. */
function whatTheyDid(text: string, { grade, value }: z.output<typeof answerBody>): Did {
  if (grade === 'delivered' || grade === 'opened') return { receipt: { kind: grade }, said: null, mark: null }
  if (grade === 'missed') return { receipt: { kind: 'failed', reason: notTaken }, said: null, mark: '没有接' }
  const receipt = { kind: 'opened' } as const
  if (grade !== 'hung-up') return { receipt, said: { grade, value }, mark: value || grade }
  const seconds = secondsOf(value)
  const heard = heardInFull(text, seconds)
  const mark = heard ? `听了 ${seconds} 秒,没有按键` : `听了 ${seconds} 秒就挂断`
  return { receipt, said: heard ? { grade: 'listened', value: `听了 ${seconds} 秒` } : null, mark }
}

interface Deps {
  store: Store
  register: Register
  registerKind: 'sample' | 'live'
  inbox: Inbox
  seal: Seal
}

/** A resident of the tour holds one phone: its own inbox is all it can read. Everybody else needs the permission. */
function readerOf(request: FastifyRequest): { actor: Actor; onlyContact: number | null } {
  const actor = signedIn(request)
  const own = actor.role === 'resident' ? /^contact:(\d+)$/.exec(actor.person)?.[1] : undefined
  return own === undefined ? { actor: permit(request, 'sandbox.read'), onlyContact: null } : { actor, onlyContact: Number(own) }
}

/** GET /api/sandbox/messages, POST /api/sandbox/messages/:id/answers. */
export function sandboxRoutes(app: App, { store, register, registerKind, inbox, seal }: Deps): void {
  const nameOf = createContactNames(register, registerKind)
  const show = (row: SandboxRow): z.input<typeof messageShape> => ({
    id: String(row.id),
    channel: channelOfCode(row.channel),
    contactId: row.contact_id,
    ...nameOf(row.contact_id),
    text: row.text,
    alertId: row.alert_id,
    revision: row.revision,
    exercise: row.exercise,
    place: row.place,
    at: chinaTime(row.at),
    answered: row.answered,
  })

  app.get('/api/sandbox/messages', { schema: { querystring: query, response: { 200: listOf(messageShape) } } }, async (request) => {
    const { actor, onlyContact } = readerOf(request)
    const { since, contactId, ...rest } = request.query
    const question = { ...rest, contactId: onlyContact ?? contactId, since: since === undefined ? undefined : new Date(since) }
    const rows = await store.act(actor, (tx) => listSandboxMessages(tx, question))
    const page = rows.slice(0, question.limit)
    return { items: page.map(show), nextCursor: rows.length > page.length ? String(page.at(-1)?.id) : null }
  })

  /** What is written back to a short message goes the way of a carrier's reply: it names the number, not what it answers. */
  const answer = async (row: SandboxRow, grade: PersonAnswer['grade'], value: string) => {
    const phone = register.directory().address(row.contact_id)
    if (row.channel !== channelCode.sms || grade !== 'pressed' || value === '' || !phone)
      return inbox.answer({ outId: row.out_id, grade, value })
    const home = () => homePlace(register.snapshot())
    await store.system((tx) => takeReply(tx, { seal, home }, { phone, words: value, source: `sandbox ${row.id} ${value}` }))
  }

  const params = z.object({ id: z.string().regex(/^\d{1,15}$/) })
  app.post(
    '/api/sandbox/messages/:id/answers',
    { schema: { params, body: answerBody, response: { 200: messageShape } } },
    async (request) => {
      const { actor, onlyContact } = readerOf(request)
      const { grade } = request.body
      const row = await store.act(actor, async (tx) => {
        const found = await findSandboxMessage(tx, Number(request.params.id))
        if (!found || (onlyContact !== null && found.contact_id !== onlyContact)) throw notFound('sandbox message', request.params.id)
        if ((grade === 'hung-up' || grade === 'missed') && found.channel !== channelCode.voice) throw noCall()
        const did = whatTheyDid(found.text, request.body)
        return did.mark === null ? found : markSandboxAnswered(tx, found.id, did.mark)
      })
      const { receipt, said } = whatTheyDid(row.text, request.body)
      await inbox.receive([{ outId: row.out_id, ...receipt }])
      if (said) await answer(row, said.grade, said.value)
      return show(row)
    },
  )
}
