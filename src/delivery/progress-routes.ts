import { z } from 'zod'
import { readAlert } from '../alerts/alert-store.js'
import { nameOfPlace } from '../alerts/describe-alert.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf } from '../base/web.js'
import { type Channel, channels } from '../messages/channel.js'
import { permit } from '../people/permissions.js'
import type { Register } from '../register/snapshot.js'
import type { Escalation } from './escalation.js'
import { actionOf, ladderStates, rungsFor } from './ladder.js'
import { listLadders } from './list-ladders.js'
import { type Progress, readGridProgress, readProgress } from './progress.js'

const number = z.number()
const countsShape = z.object({
  ...{ planned: number, waiting: number, accepted: number, delivered: number, answered: number },
  ...{ failed: number, unknown: number, expired: number, calledOff: number },
})
const gradesShape = z.object({ delivered: number, opened: number, listened: number, pressed: number, stated: number })
export const progressShape = countsShape.extend({
  revision: number,
  purpose: z.string(),
  unreachable: number,
  people: number,
  grades: gradesShape.describe('contacts by the highest grade they reached; together they are delivered'),
  byChannel: z.partialRecord(z.enum(channels), countsShape.extend({ grades: gradesShape })).describe('by delivery, not by contact'),
  firstAcceptedAt: z.string().nullable(),
  lastAcceptedAt: z.string().nullable(),
  householdsAnswered: number.describe('households of which somebody at home answered; an absent relative does not count'),
  countedAt: z.string().nullable().describe('a count of very many rows is not made anew for every question'),
  called: z
    .object({
      ...{ total: number, answered: number, byDeputy: number, waiting: number, notAnswered: number },
      unreachable: number.describe('without a usable contact: knocked for at once'),
    })
    .nullable()
    .describe('the ladders of responsible people (staff alerts); the parts add up to total'),
})
export const writeProgress = (p: Progress): z.input<typeof progressShape> => ({
  ...p,
  firstAcceptedAt: chinaTimeOrNull(p.firstAcceptedAt),
  lastAcceptedAt: chinaTimeOrNull(p.lastAcceptedAt),
  countedAt: chinaTimeOrNull(p.countedAt),
})

const reachShape = z.object({
  countedAt: z.string().nullable(),
  withoutReceipts: z.array(z.enum(channels)).describe('channels whose carrier reports no delivery: 已发出,无回执'),
  items: z.array(countsShape.extend({ place: z.string(), placeName: z.string(), grades: gradesShape })),
})
export type ReachAnswer = z.output<typeof reachShape>

const rung = z.object({ name: z.string(), action: z.enum(['knock', 'call-again', 'call-deputy', 'call-others']), afterMinutes: number })
const ladderShape = z.object({
  id: number,
  staffId: z.string(),
  name: z.string(),
  post: z.string(),
  place: z.string(),
  placeName: z.string(),
  state: z.enum(ladderStates),
  step: number.describe('rungs taken'),
  rungs: z.array(rung),
  startedAt: z.string(),
  nextAt: z.string().nullable(),
  answeredAt: z.string().nullable(),
  answer: z.string().nullable(),
  grade: z.string().nullable(),
  calls: z.array(
    z.object({
      name: z.string(),
      post: z.string(),
      calledAt: z.string(),
      answeredAt: z.string().nullable(),
      answer: z.string().nullable(),
    }),
  ),
})
export type LadderAnswer = z.output<typeof ladderShape>

export const idParam = z.object({ id: z.string().max(64) })
export const whichRevision = z.coerce.number().int().positive().max(1_000_000).optional()

export interface ProgressRouteDeps {
  store: Store
  register: Pick<Register, 'snapshot'>
  escalation: Escalation
  givesReceipts: (channel: Channel) => boolean
}

/** GET /api/alerts/:id/progress, /reach, /ladders: how far it got, in all, by grid, and by responsible person. */
export function progressRoutes(app: App, { store, register, escalation, givesReceipts }: ProgressRouteDeps): void {
  const query = z.object({ revision: whichRevision })
  const schema = { params: idParam, querystring: query }

  app.get('/api/alerts/:id/progress', { schema: { ...schema, response: { 200: progressShape } } }, async (request) => {
    const actor = permit(request, 'read')
    return writeProgress(await store.act(actor, (tx) => readProgress(tx, request.params.id, request.query.revision)))
  })

  app.get('/api/alerts/:id/reach', { schema: { ...schema, response: { 200: reachShape } } }, async (request) => {
    const actor = permit(request, 'read')
    const { items, countedAt } = await store.act(actor, async (tx) => {
      const { id } = await readAlert(tx, request.params.id)
      return readGridProgress(tx, id, request.query.revision)
    })
    const { grids, places } = register.snapshot()
    const names = new Map([...places, ...grids].map((p) => [p.place, p.name]))
    return {
      countedAt: chinaTimeOrNull(countedAt),
      withoutReceipts: channels.filter((channel) => !givesReceipts(channel)),
      items: items.map((g) => ({ ...g, placeName: names.get(g.place) ?? g.place })),
    }
  })

  app.get('/api/alerts/:id/ladders', { schema: { params: idParam, response: { 200: listOf(ladderShape) } } }, async (request) => {
    const actor = permit(request, 'read')
    const { alert, ladders } = await store.act(actor, async (tx) => {
      const found = await readAlert(tx, request.params.id)
      return { alert: found, ladders: await listLadders(tx, found.id) }
    })
    const snapshot = register.snapshot()
    const who = new Map(snapshot.staff.map((s) => [s.id, { name: s.name, post: s.post }]))
    const named = (staffId: string) => who.get(staffId) ?? { name: staffId, post: '' }
    const rungs = rungsFor(escalation, alert.level).map((r) => ({ name: r.name, action: actionOf(r), afterMinutes: r.after_minutes }))
    const items = ladders.map((l) => ({
      ...l,
      ...named(l.staffId),
      placeName: nameOfPlace(snapshot, l.place),
      rungs,
      startedAt: chinaTime(l.startedAt),
      nextAt: chinaTimeOrNull(l.nextAt),
      answeredAt: chinaTimeOrNull(l.answeredAt),
      calls: l.calls.map((c) => ({
        ...named(c.staffId),
        calledAt: chinaTime(c.calledAt),
        answeredAt: chinaTimeOrNull(c.answeredAt),
        answer: c.answer,
      })),
    }))
    return { items, nextCursor: null }
  })
}
