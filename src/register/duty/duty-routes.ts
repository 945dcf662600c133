import { z } from 'zod'
import { type App, chinaTime, time } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import type { Staff } from '../register.js'
import { changeRoster, type RosterDeps } from './change-roster.js'
import { type DutyShift, dutyAt } from './duty.js'
import { datesFrom, emptyNights, overlap } from './plan-roster.js'
import { addDays, dateOf, dayStart, turns } from './shift-times.js'

const place = z.string().regex(/^\d{0,15}$/)
const id = z.string().min(1).max(80)
const date = z.string().refine((text) => dayStart(text) !== null, '日期写成 2025-07-12')
const instant = time.transform((text) => new Date(text))
const ids = z.array(id).max(2000)

export const rosterEdit = z
  .discriminatedUnion('do', [
    z.object({ do: z.literal('put'), staffId: id, date, turn: z.enum(turns) }),
    z.object({ do: z.literal('clear'), ids: ids.min(1) }),
    z.object({
      do: z.literal('fill'),
      staffIds: z.array(id).min(1).max(60),
      pattern: z.enum(['day-night', 'whole', 'night']),
      from: date,
      days: z.number().int().min(1).max(62),
    }),
    z.object({ do: z.literal('copy-week'), place, from: date }),
    z.object({ do: z.literal('paste'), place, text: z.string().min(1).max(200_000) }),
    z.object({ do: z.literal('swap'), ids: z.tuple([id, id]) }),
    z.object({
      do: z.literal('substitute'),
      insteadOf: id,
      staffId: id.nullable(),
      startsAt: instant,
      endsAt: instant,
      reason: z.string().trim().min(1, '请写明原因').max(120),
    }),
    z.object({ do: z.literal('undo'), added: ids, removed: ids }),
  ])
  .refine((edit) => edit.do !== 'substitute' || edit.endsAt > edit.startsAt, { path: ['endsAt'], message: '结束要晚于开始' })

const changeShape = z.object({ added: z.array(z.string()), removed: z.array(z.string()) })
const shiftShape = z.object({
  id: z.string(),
  place: z.string(),
  post: z.string(),
  kind: z.enum(['roster', 'override']),
  staffId: z.string().nullable(),
  insteadOf: z.string().nullable(),
  startsAt: time,
  endsAt: time,
  note: z.string(),
})
const rosterShape = z.object({
  place: z.string(),
  from: z.string(),
  days: z.number(),
  today: z.string(),
  /** The day of the last turn anybody has: where to look when this week is empty. */
  lastDate: z.string().nullable(),
  places: z.array(z.object({ place: z.string(), name: z.string() })),
  people: z.array(
    z.object({
      id: z.string(),
      place: z.string(),
      placeName: z.string(),
      post: z.string(),
      name: z.string(),
      deputyName: z.string().nullable(),
      /** On the standing list: called where no table says otherwise. */
      standing: z.boolean(),
      onDutyNow: z.boolean(),
    }),
  ),
  shifts: z.array(shiftShape),
  emptyNights: z.array(z.object({ place: z.string(), post: z.string(), date: z.string() })),
})
export type Roster = z.input<typeof rosterShape>
export type RosterChanged = z.input<typeof changeShape>
export type RosterAsk = z.input<typeof rosterEdit>

/** GET /api/duty: who has which turn in some days. POST /api/duty/edits: one thing done to the table. */
export function dutyRoutes(app: App, deps: RosterDeps): void {
  const query = z.object({ place: place.optional(), from: date.optional(), days: z.coerce.number().int().min(1).max(31).default(7) })
  app.get('/api/duty', { schema: { tags: ['duty'], querystring: query, response: { 200: rosterShape } } }, async (request) => {
    const actor = permit(request, 'register.read')
    const asked = request.query.place ?? actor.scope
    const from = request.query.from ?? dateOf(deps.now())
    return readRoster(deps, asked.startsWith(actor.scope) ? asked : actor.scope, actor.scope, from, request.query.days)
  })
  app.post('/api/duty/edits', { schema: { tags: ['duty'], body: rosterEdit, response: { 200: changeShape } } }, async (request) =>
    changeRoster(deps, permit(request, 'roster.edit'), request.body),
  )
}

/** The posts of a rota. Building chiefs and volunteers are asked by name, not by turns. */
const rotaPosts = ['带班领导', '值班员', '社区书记', '网格长', '专职网格员', '兼职网格员', '安置点管理员']

function readRoster(deps: RosterDeps, place: string, scope: string, from: string, days: number): Roster {
  const snapshot = deps.register.snapshot()
  const span = { startsAt: dayStart(from)!, endsAt: dayStart(addDays(from, days))! }
  const here = snapshot.shifts.filter((s) => s.place.startsWith(place))
  const shifts = here.filter((s) => overlap(s, span))
  const named = new Set(shifts.flatMap((s) => [s.staffId, s.insteadOf]))
  const nameOf = placeNames(snapshot)
  // A subdistrict shows its own desk, not a thousand people: a community or a grid is chosen for the rest.
  const belongs = (s: Staff) => (place.length < 12 ? s.place === place || s.place.length < 12 : true) && s.place.startsWith(place)
  const order = (s: Staff) => rotaPosts.indexOf(s.post)
  const people = snapshot.staff
    .filter((s) => belongs(s) && (order(s) >= 0 || named.has(s.id)))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : order(a) - order(b)))
  const duty = dutyAt(snapshot, deps.now())
  const visible = new Set(people.map((s) => `${s.place} ${s.post}`))
  const last = here.filter((s) => s.kind === 'roster').at(-1)
  return {
    ...{ place, from, days, today: dateOf(deps.now()), lastDate: last ? dateOf(last.startsAt) : null },
    places: rotaPlaces(snapshot, scope, place),
    people: people.map((s) => ({
      ...{ id: s.id, place: s.place, placeName: nameOf(s.place), post: s.post, name: s.name, standing: s.duty, onDutyNow: duty.has(s) },
      deputyName: snapshot.staff.find((d) => d.id === s.deputyId)?.name ?? null,
    })),
    shifts: shifts.filter((s) => visible.has(`${s.place} ${s.post}`)).map(showShift),
    emptyNights: emptyNights(nearby(here, span), datesFrom(from, days)).filter((e) => visible.has(`${e.place} ${e.post}`)),
  }
}

/** A post that had turns within a week of these days has a table; one that never had keeps the standing list. */
const nearby = (shifts: readonly DutyShift[], span: { startsAt: Date; endsAt: Date }): DutyShift[] => {
  const week = 7 * 86_400_000
  return shifts.filter((s) =>
    overlap(s, { startsAt: new Date(span.startsAt.getTime() - week), endsAt: new Date(span.endsAt.getTime() + week) }),
  )
}

const showShift = ({ startsAt, endsAt, ...s }: DutyShift) => ({ ...s, startsAt: chinaTime(startsAt), endsAt: chinaTime(endsAt) })

type Snapshot = ReturnType<RosterDeps['register']['snapshot']>

const placeNames = ({ places, grids }: Snapshot) => {
  const names = new Map([...places, ...grids].map((p) => [p.place, p.name]))
  return (place: string) => names.get(place) ?? place
}

const rotaPlaces = ({ places, grids, staff }: Snapshot, scope: string, shown: string) => {
  const staffed = new Set(staff.map((s) => s.place))
  const own = places.filter((p) => p.place.startsWith(scope) && (p.level === 'community' || staffed.has(p.place)))
  // A single grid stands in the list while it is looked at; who has only one sees nothing else.
  const asked = grids.filter((g) => g.place === shown)
  return [...own, ...asked].map(({ place, name }) => ({ place, name }))
}
