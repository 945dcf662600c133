import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { record } from '../journal/journal.js'
import type { Audience } from '../matching/audience.js'
import { matchArea } from '../matching/match-area.js'
import { permit } from '../people/permissions.js'
import { doorLabel } from '../register/door-label.js'
import { grouped } from '../register/duty/plan-roster.js'
import type { Snapshot } from '../register/snapshot.js'
import { readAlert, readWarningFacts } from './alert-store.js'
import { gridShape, matchShape } from './alert-view.js'
import { type AlertDeps, audienceOf, nameOfPlace, numbersOf, textOf } from './describe-alert.js'
import { isExercise } from './draft-alert.js'

const count = z.number().int().min(0)
/** reason: of the home's own; 'boundary' stands over the line of the warning and has to move all the same. */
const moveShape = z.object({
  ...{ householdId: z.string(), label: z.string(), place: z.string(), people: count, because: z.string(), becauseEn: z.string() },
  reason: z.string(),
})
const pointShape = z.object({ id: z.string(), kind: z.string(), number: z.number(), name: z.string(), place: z.string() })
const audienceShape = z.object({
  households: count,
  people: count,
  contacts: count,
  grids: z.array(gridShape),
  /** Where, how many and why; never a name. Of staff: the post and its place. */
  unreachable: z.array(
    z.object({
      householdId: z.string().nullable(),
      staffId: z.string().nullable(),
      ...{ label: z.string(), place: z.string(), people: count, why: z.string(), reason: z.string().nullable() },
    }),
  ),
  /** Of staff: who takes whose turn; grids without anybody on duty, by the post above that is called for them (empty: none is). */
  standIns: z.array(z.object({ name: z.string(), insteadOf: z.string(), post: z.string() })),
  unmanned: z.array(z.object({ called: z.string(), grids: z.array(z.string()) })),
  move: z.array(moveShape),
  points: z.array(pointShape),
})
const warningAudienceShape = matchShape.extend({
  warningId: z.string(),
  staff: z.object({ contacts: count, unreachable: count }),
  contacts: count,
  unreachable: count,
  move: z.object({ households: count, people: count }),
  points: z.array(pointShape),
})

/** Who is inside: of an alert as it stands, and of a warning before anybody decided anything. */
export function audienceRoutes(app: App, deps: AlertDeps & { store: Store }): void {
  const params = z.object({ id: z.string().min(1).max(80) })
  app.get('/api/alerts/:id/audience', { schema: { tags: ['alerts'], params, response: { 200: audienceShape } } }, (request) => {
    const actor = permit(request, 'read')
    return deps.store.act(actor, async (tx) => {
      const alert = await readAlert(tx, request.params.id)
      const audience = audienceOf(deps, alert, alert.summary.match.grids)
      return viewAudience(deps.register.snapshot(), audience, actor.scope)
    })
  })
  app.get('/api/warnings/:id/audience', { schema: { tags: ['warnings'], params, response: { 200: warningAudienceShape } } }, (request) =>
    deps.store.act(permit(request, 'read'), async (tx) => {
      const warning = await readWarningFacts(tx, request.params.id)
      const snapshot = deps.register.snapshot()
      const match = matchArea(snapshot, { areas: warning.areas, text: textOf(warning) })
      const asked = {
        event: warning.event,
        level: warning.level,
        origin: 'relay',
        kind: isExercise(warning) ? 'exercise' : 'actual',
      } as const
      const residents = audienceOf(deps, { ...asked, audience: 'residents' }, match.grids)
      const staff = numbersOf(audienceOf(deps, { ...asked, audience: 'staff' }, match.grids))
      const { contacts, unreachable, move } = numbersOf(residents)
      const points = pointsOf(snapshot, residents)
      return {
        ...match,
        warningId: warning.id,
        staff: { contacts: staff.contacts, unreachable: staff.unreachable },
        contacts,
        unreachable,
        move,
        points,
      }
    }),
  )
  app.post(
    '/api/warnings/:id/set-aside',
    {
      schema: {
        tags: ['warnings'],
        params,
        body: z.object({ reason: z.string().trim().min(1, '请写明理由').max(500) }),
        response: { 200: z.object({ warningId: z.string() }) },
      },
    },
    (request) =>
      deps.store.act(permit(request, 'alert.draft'), async (tx) => {
        const warning = await readWarningFacts(tx, request.params.id)
        const thing = { type: 'warning', id: warning.id }
        await record(tx, { event: 'warning.set-aside', place: warning.place, thing, data: { reason: request.body.reason } })
        return { warningId: warning.id }
      }),
  )
}

const pointsOf = (snapshot: Snapshot, audience: Audience) => {
  const wanted = new Set(audience.points)
  return snapshot.points.filter((p) => wanted.has(p.id)).map(({ id, kind, number, name, place }) => ({ id, kind, number, name, place }))
}

/** Labels (2 栋 1 单元 1 楼 102), never names; rows outside the reader's area are counted but not listed. */
function viewAudience(snapshot: Snapshot, audience: Audience, scope: string): z.input<typeof audienceShape> {
  const wanted = new Set([...audience.unreachable, ...audience.move].map((row) => row.householdId))
  const labels = new Map(snapshot.households.filter((h) => wanted.has(h.id)).map((h) => [h.id, doorLabel(h)]))
  const inScope = <T extends { place: string }>(rows: T[]) => rows.filter((row) => row.place.startsWith(scope))
  const label = (id: string | null) => labels.get(id ?? '') ?? ''
  const staffOf = (id: string | null) => snapshot.staff.find((s) => s.id === id)
  const staffLabel = (id: string | null) => {
    const staff = staffOf(id)
    return staff ? `${staff.post} · ${nameOfPlace(snapshot, staff.place)}` : ''
  }
  return {
    households: audience.households,
    people: audience.people,
    contacts: numbersOf(audience).contacts,
    grids: audience.grids,
    unreachable: inScope(audience.unreachable).map((u) => ({ ...u, label: u.staffId ? staffLabel(u.staffId) : label(u.householdId) })),
    standIns: audience.standIns.flatMap(({ staffId, insteadOf }) => {
      const [comes, away] = [staffOf(staffId), staffOf(insteadOf)]
      if (!comes || !away?.place.startsWith(scope)) return []
      return [{ name: comes.name, insteadOf: away.name, post: staffLabel(insteadOf) }]
    }),
    unmanned: [...grouped(inScope(audience.unmanned), (u) => u.staffId)].map(([staffId, grids]) => ({
      called: staffLabel(staffId),
      grids: grids.map((g) => nameOfPlace(snapshot, g.place)),
    })),
    move: inScope(audience.move).map((m) => ({
      householdId: m.householdId,
      label: label(m.householdId),
      place: m.place,
      people: m.people,
      because: m.because,
      becauseEn: m.becauseEn,
      reason: m.reason,
    })),
    points: pointsOf(snapshot, audience),
  }
}
