import { z } from 'zod'
import { readAlert } from '../alerts/alert-store.js'
import type { Doorbell } from '../base/doorbell.js'
import { notFound } from '../base/problem.js'
import { maskPhone } from '../base/seal.js'
import { inSlices } from '../base/slices.js'
import type { Actor, Store } from '../base/store/store.js'
import { type App, chinaTimeOrNull, listOf, listQuery } from '../base/web.js'
import { record } from '../journal/journal.js'
import { channels } from '../messages/channel.js'
import { can, permit } from '../people/permissions.js'
import type { Register } from '../register/snapshot.js'
import { grades, stateSentence, states } from './delivery.js'
import { findRecipients } from './find-recipients.js'
import { type ListedDelivery, type ListWish, listDeliveries, type ReasonCount } from './list-deliveries.js'
import { type NamedContact, nameContacts } from './name-contacts.js'
import { findRevision, readReasons } from './progress.js'
import { idParam, whichRevision } from './progress-routes.js'
import { kindOfReason, meaningOfReason, reasonKinds, remedies, sentenceOfReason } from './reason.js'
import { retryDeliveries } from './retry-deliveries.js'
import { historyOf, nextOf, readDelivery } from './show-delivery.js'

const deliveryShape = z.object({
  id: z.number(),
  channel: z.enum(channels),
  contactId: z.number(),
  to: z.string(),
  who: z.string().nullable().describe('the door, the responsible person or the group'),
  place: z.string(),
  call: z.number(),
  aside: z.enum(['coming', 'arrived']).nullable(),
  state: z.enum(states),
  stateText: z.string(),
  stateTextEn: z.string(),
  grade: z.enum(grades),
  reason: z.string().nullable(),
  reasonText: z.string().nullable(),
  reasonTextEn: z.string().nullable(),
  attempts: z.number(),
  at: z.string().nullable(),
})
export type DeliveryAnswer = z.output<typeof deliveryShape>

const line = z.object({ at: z.string().nullable(), text: z.string(), textEn: z.string() })
const oneShape = deliveryShape.extend({
  text: z.string(),
  relation: z.string(),
  revision: z.number(),
  householdId: z.string().nullable(),
  staffId: z.string().nullable(),
  carrierId: z.string().nullable(),
  sealed: z.boolean(),
  history: z.array(line),
  next: line.nullable(),
  others: z.array(deliveryShape).describe('what the same contact was sent of this wording on other channels'),
})
export type OneDeliveryAnswer = z.output<typeof oneShape>

const reasonShape = z.object({
  channel: z.enum(channels),
  state: z.enum(states),
  reason: z.enum(reasonKinds),
  said: z.array(z.string()).describe('as it was said, the most frequent first'),
  text: z.string(),
  textEn: z.string(),
  todo: z.string(),
  todoEn: z.string(),
  remedies: z.array(z.enum(remedies)),
  count: z.number(),
})
export type ReasonAnswer = z.output<typeof reasonShape>

const filters = {
  revision: whichRevision,
  state: z.enum(states).optional(),
  channel: z.enum(channels).optional(),
  place: z
    .string()
    .regex(/^\d{6,15}$/)
    .optional(),
  reason: z.enum(reasonKinds).optional(),
}
const search = listQuery.extend({ ...filters, words: z.string().trim().max(60).default('') })

export interface DeliveryRouteDeps {
  store: Store
  register: Pick<Register, 'snapshot' | 'directory'>
  doorbell: Pick<Doorbell, 'ring'>
}

/** The deliveries of an alert: GET and search, one of them, why some failed, and once more. `revision` asks for another than the latest warning. */
export function deliveryRoutes(app: App, { store, register, doorbell }: DeliveryRouteDeps): void {
  const list = async (
    actor: Actor,
    alertId: string,
    { revision, ...wish }: Omit<ListWish, 'revisionId'> & { revision?: number | undefined },
  ) => {
    const { page, named } = await store.act(actor, async (tx) => {
      const of = await findRevision(tx, (await readAlert(tx, alertId)).id, revision)
      const page = of ? await listDeliveries(tx, { ...wish, revisionId: of.id }) : { items: [], nextCursor: null }
      return { page, named: await nameContacts(tx, maySeeDoors(actor) ? page.items.map((d) => d.contactId) : []) }
    })
    return { nextCursor: page.nextCursor, items: page.items.map((d) => write(d, named.get(d.contactId), maskOf(d))) }
  }
  const maskOf = (d: ListedDelivery) => maskAddress(d.channel, register.directory().address(d.contactId))

  app.get(
    '/api/alerts/:id/deliveries',
    { schema: { params: idParam, querystring: listQuery.extend(filters), response: { 200: listOf(deliveryShape) } } },
    (request) => list(permit(request, 'read'), request.params.id, request.query),
  )

  // Posted, so that a name or the end of a number stands in no address line and no log.
  app.post(
    '/api/alerts/:id/deliveries/search',
    { schema: { params: idParam, body: search, response: { 200: listOf(deliveryShape) } } },
    async (request) => {
      const actor = permit(request, 'read')
      const { words, ...wish } = request.body
      if (!words) return list(actor, request.params.id, wish)
      const place = actor.scope
      const found = await inSlices(
        findRecipients(register.snapshot(), register.directory(), { words, scope: place }, can(actor, 'register.see-sealed')),
      )
      const [by] = found.looked
      if (by && !wish.cursor)
        await store.act(actor, (tx) =>
          record(tx, {
            event: 'sealed.searched',
            place,
            thing: { type: 'register', id: by },
            data: { by, found: found.contactIds.length },
          }),
        )
      return list(actor, request.params.id, { ...wish, contactIds: found.contactIds })
    },
  )

  app.get(
    '/api/alerts/:id/deliveries/:delivery',
    {
      schema: {
        summary: 'One delivery from the first line to what comes next. see=sealed shows the number, and the journal says to whom.',
        params: idParam.extend({ delivery: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER) }),
        querystring: z.object({ see: z.literal('sealed').optional() }),
        response: { 200: oneShape },
      },
    },
    async (request) => {
      const { id, delivery } = request.params
      const sealed = request.query.see === 'sealed'
      const actor = permit(request, sealed ? 'register.see-sealed' : 'read')
      const { one, who } = await store.act(actor, async (tx) => {
        const one = await readDelivery(tx, id, delivery)
        if (!one) throw notFound('delivery', String(delivery))
        const who = (await nameContacts(tx, maySeeDoors(actor) ? [one.delivery.contactId] : [])).get(one.delivery.contactId)
        if (sealed) await record(tx, { event: 'sealed.seen', place: one.delivery.place, thing: thingOf(one.delivery, who) })
        return { one, who }
      })
      const address = register.directory().address(one.delivery.contactId)
      const shown = sealed && isPhone(one.delivery.channel) && address ? address.replace(/^\+86/, '') : maskOf(one.delivery)
      const writeLine = (l: { at: Date | null; zh: string; en: string }) => ({ at: chinaTimeOrNull(l.at), text: l.zh, textEn: l.en })
      const next = nextOf(one)
      return {
        ...write(one.delivery, who, shown),
        ...{ text: one.text, relation: one.relation, revision: one.revision, carrierId: one.carrierId, sealed },
        householdId: who?.householdId ?? null,
        staffId: who?.staffId ?? null,
        history: historyOf(one).map(writeLine),
        next: next && writeLine(next),
        others: one.others.map((d) => write(d, who, maskOf(d))),
      }
    },
  )

  app.get(
    '/api/alerts/:id/delivery-reasons',
    { schema: { params: idParam, querystring: z.object({ revision: whichRevision }), response: { 200: listOf(reasonShape) } } },
    async (request) => {
      const actor = permit(request, 'read')
      const rows = await store.act(actor, async (tx) =>
        readReasons(tx, (await readAlert(tx, request.params.id)).id, request.query.revision),
      )
      return { items: groupReasons(rows), nextCursor: null }
    },
  )

  app.post(
    '/api/alerts/:id/deliveries/retry',
    {
      schema: {
        summary: 'Sends once more what failed, or could not be found out, for one kind of reason on one channel.',
        params: idParam,
        body: z.object({
          revision: z.number().int().positive(),
          channel: z.enum(channels),
          state: z.enum(['failed', 'unknown']),
          reason: z.enum(reasonKinds),
        }),
        response: { 200: z.object({ retried: z.number() }) },
      },
    },
    async (request) => {
      const actor = permit(request, 'alert.issue')
      return { retried: await store.act(actor, (tx) => retryDeliveries(tx, doorbell, { alertId: request.params.id, ...request.body })) }
    },
  )
}

const maySeeDoors = (actor: Actor) => can(actor, 'register.read') || can(actor, 'register.see-sealed')
const isPhone = (channel: ListedDelivery['channel']) => channel === 'sms' || channel === 'voice'

/** A phone is masked; a subscription or a robot's address says nothing to a reader and is a secret besides. */
function maskAddress(channel: ListedDelivery['channel'], address: string | undefined): string {
  if (address === undefined) return ''
  return isPhone(channel) ? maskPhone(address) : channel === 'push' ? '手机推送' : '群机器人'
}

const thingOf = ({ contactId }: ListedDelivery, who: NamedContact | undefined) =>
  who?.staffId
    ? { type: 'staff', id: who.staffId }
    : who?.householdId
      ? { type: 'household', id: who.householdId }
      : { type: 'contact', id: String(contactId) }

const write = (d: ListedDelivery, who: NamedContact | undefined, to: string): DeliveryAnswer => {
  const reason = d.reason === null ? null : sentenceOfReason(d.reason)
  return {
    ...d,
    to,
    who: who?.label ?? null,
    stateText: stateSentence[d.state].zh,
    stateTextEn: stateSentence[d.state].en,
    reasonText: reason?.zh ?? null,
    reasonTextEn: reason?.en ?? null,
    at: chinaTimeOrNull(d.at),
  }
}

/** A thousand codes of carriers become a few lines, each with what was said. */
function groupReasons(rows: ReasonCount[]): ReasonAnswer[] {
  const groups = new Map<string, ReasonAnswer>()
  for (const { channel, state, reason, count } of rows) {
    const kind = kindOfReason(reason)
    const key = `${channel} ${state} ${kind}`
    const known = groups.get(key)
    if (known) {
      known.count += count
      if (known.said.length < 5) known.said.push(reason)
      continue
    }
    const { zh, en, doZh, doEn, remedies: can } = meaningOfReason(kind, reason)
    groups.set(key, { channel, state, reason: kind, said: [reason], text: zh, textEn: en, todo: doZh, todoEn: doEn, remedies: can, count })
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}
