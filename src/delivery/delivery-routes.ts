import { z } from 'zod'
import { notFound } from '../base/problem.js'
import { maskPhone } from '../base/seal.js'
import type { Store, Tx } from '../base/store/store.js'
import { type App, chinaTimeOrNull, listOf, listQuery } from '../base/web.js'
import { channels } from '../messages/channel.js'
import { permit } from '../people/permissions.js'
import type { Directory } from '../register/directory.js'
import { grades, sentenceOfReason, stateSentence, states } from './delivery.js'
import { countReasons, type ListedDelivery, listDeliveries } from './list-deliveries.js'
import { findRevision, type Progress, readProgress } from './progress.js'

const countsShape = z.object({
  planned: z.number(),
  waiting: z.number(),
  accepted: z.number(),
  delivered: z.number(),
  answered: z.number(),
  failed: z.number(),
  unknown: z.number(),
  expired: z.number(),
  calledOff: z.number(),
})
export const progressShape = countsShape.extend({
  revision: z.number(),
  purpose: z.string(),
  unreachable: z.number(),
  people: z.number(),
  grades: z
    .object({ delivered: z.number(), opened: z.number(), listened: z.number(), pressed: z.number(), stated: z.number() })
    .describe('contacts by the highest grade they reached; together they are delivered'),
  byChannel: z.partialRecord(z.enum(channels), countsShape).describe('by delivery, not by contact'),
  firstAcceptedAt: z.string().nullable(),
  lastAcceptedAt: z.string().nullable(),
  householdsAnswered: z.number().describe('households of which somebody at home answered; an absent relative does not count'),
  called: z
    .object({
      ...{ total: z.number(), answered: z.number(), byDeputy: z.number(), waiting: z.number(), notAnswered: z.number() },
      unreachable: z.number().describe('without a usable contact: knocked for at once'),
    })
    .nullable()
    .describe('the ladders of responsible people (staff alerts); the parts add up to total'),
})

const deliveryShape = z.object({
  id: z.number(),
  channel: z.enum(channels),
  contactId: z.number(),
  to: z.string(),
  place: z.string(),
  call: z.number(),
  state: z.enum(states),
  stateText: z.string(),
  grade: z.enum(grades),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  attempts: z.number(),
  at: z.string().nullable(),
})

const idParam = z.object({ id: z.string().max(64) })
const whichRevision = z.coerce.number().int().positive().max(1_000_000).optional()

export const writeProgress = (p: Progress): z.input<typeof progressShape> => ({
  ...p,
  firstAcceptedAt: chinaTimeOrNull(p.firstAcceptedAt),
  lastAcceptedAt: chinaTimeOrNull(p.lastAcceptedAt),
})

/** A phone is masked; a subscription or a robot's address says nothing to a reader and is a secret besides. */
export function maskAddress(channel: ListedDelivery['channel'], address: string | undefined): string {
  if (address === undefined) return ''
  return channel === 'sms' || channel === 'voice' ? maskPhone(address) : channel === 'push' ? '手机推送' : '群机器人'
}

/** GET /api/alerts/:id/progress, /deliveries, /delivery-reasons. `revision` asks for another one than the latest warning. */
export function deliveryRoutes(app: App, { store, directory }: { store: Store; directory: () => Directory }): void {
  app.get(
    '/api/alerts/:id/progress',
    { schema: { params: idParam, querystring: z.object({ revision: whichRevision }), response: { 200: progressShape } } },
    async (request) => {
      const actor = permit(request, 'read')
      return writeProgress(await store.act(actor, (tx) => readProgress(tx, request.params.id, request.query.revision)))
    },
  )

  const filters = listQuery.extend({
    revision: whichRevision,
    state: z.enum(states).optional(),
    channel: z.enum(channels).optional(),
    place: z
      .string()
      .regex(/^\d{6,15}$/)
      .optional(),
  })
  app.get(
    '/api/alerts/:id/deliveries',
    { schema: { params: idParam, querystring: filters, response: { 200: listOf(deliveryShape) } } },
    async (request) => {
      const actor = permit(request, 'read')
      const { revision, ...wish } = request.query
      const page = await store.act(actor, async (tx) => {
        const of = await findRevision(tx, request.params.id, revision)
        if (of) return listDeliveries(tx, { ...wish, revisionId: of.id })
        await mustExist(tx, request.params.id)
        return { items: [], nextCursor: null }
      })
      const known = directory()
      return { nextCursor: page.nextCursor, items: page.items.map((d) => write(d, maskAddress(d.channel, known.address(d.contactId)))) }
    },
  )

  const reasonShape = z.object({
    channel: z.enum(channels),
    state: z.enum(states),
    reason: z.string(),
    text: z.string(),
    textEn: z.string(),
    count: z.number(),
  })
  app.get(
    '/api/alerts/:id/delivery-reasons',
    { schema: { params: idParam, querystring: z.object({ revision: whichRevision }), response: { 200: listOf(reasonShape) } } },
    async (request) => {
      const actor = permit(request, 'read')
      const rows = await store.act(actor, async (tx) => {
        const of = await findRevision(tx, request.params.id, request.query.revision)
        if (of) return countReasons(tx, of.id)
        await mustExist(tx, request.params.id)
        return []
      })
      const items = rows.map((r) => ({ ...r, text: sentenceOfReason(r.reason).zh, textEn: sentenceOfReason(r.reason).en }))
      return { items, nextCursor: null }
    },
  )
}

async function mustExist(tx: Tx, id: string): Promise<void> {
  const alert = await tx.selectFrom('alert').select('id').where('id', '=', id).executeTakeFirst()
  if (!alert) throw notFound('告警', id)
}

const write = (d: ListedDelivery, to: string): z.input<typeof deliveryShape> => ({
  ...d,
  to,
  stateText: stateSentence[d.state].zh,
  reasonText: d.reason === null ? null : sentenceOfReason(d.reason).zh,
  at: chinaTimeOrNull(d.at),
})
