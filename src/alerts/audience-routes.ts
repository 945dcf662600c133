import { z } from 'zod'
import { inSlices } from '../base/slices.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { record } from '../journal/journal.js'
import type { Audience } from '../matching/audience.js'
import { listMissing } from '../matching/list-missing.js'
import { matchArea } from '../matching/match-area.js'
import { permit } from '../people/permissions.js'
import { doorLabel } from '../register/door-label.js'
import { grouped } from '../register/duty/plan-roster.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Alert } from './alert.js'
import { readAlert, readWarningFacts } from './alert-store.js'
import { gridShape, matchShape } from './alert-view.js'
import { type AlertDeps, askOf, audienceOf, nameOfPlace, numbersOf, textOf } from './describe-alert.js'
import { isExercise } from './draft-alert.js'
import { countOf, numbersIn } from './preview.js'

/** Rows of one list; a page of a million would stop everybody else. */
const most = 500

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
  /** All of them, where the list holds the first only. */
  unreachableCount: z.object({ households: count, people: count }),
  /** Of staff: who takes whose turn; grids without anybody on duty, by the post above that is called for them (empty: none is). */
  standIns: z.array(z.object({ name: z.string(), insteadOf: z.string(), post: z.string() })),
  unmanned: z.array(z.object({ called: z.string(), grids: z.array(z.string()) })),
  move: z.array(moveShape),
  /** All who have to move, grid by grid. */
  moveCount: z.array(z.object({ place: z.string(), households: count, people: count })),
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
  app.get('/api/alerts/:id/audience', { schema: { tags: ['alerts'], params, response: { 200: audienceShape } } }, async (request) => {
    const actor = permit(request, 'read')
    const alert = await deps.store.act(actor, (tx) => readAlert(tx, request.params.id))
    return viewAudience(deps, alert, actor.scope)
  })
  app.get(
    '/api/warnings/:id/audience',
    { schema: { tags: ['warnings'], params, response: { 200: warningAudienceShape } } },
    async (request) => {
      const warning = await deps.store.act(permit(request, 'read'), (tx) => readWarningFacts(tx, request.params.id))
      const snapshot = deps.register.snapshot()
      const match = matchArea(snapshot, { areas: warning.areas, text: textOf(warning) })
      const asked = {
        event: warning.event,
        level: warning.level,
        origin: 'relay',
        kind: isExercise(warning) ? 'exercise' : 'actual',
      } as const
      const residents = await countOf(deps, askOf(deps, { ...asked, audience: 'residents' }, match.grids))
      const staff = numbersOf(audienceOf(deps, { ...asked, audience: 'staff' }, match.grids))
      const { contacts, unreachable, move } = numbersIn(residents, asked)
      return {
        ...match,
        warningId: warning.id,
        staff: { contacts: staff.contacts, unreachable: staff.unreachable },
        ...{ contacts, unreachable, move, points: pointsOf(snapshot, residents.points) },
      }
    },
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

const pointsOf = (snapshot: Snapshot, points: string[]) => {
  const wanted = new Set(points)
  return snapshot.points.filter((p) => wanted.has(p.id)).map(({ id, kind, number, name, place }) => ({ id, kind, number, name, place }))
}

/**
 * Labels (2 栋 1 单元 1 楼 102), never names; rows outside the reader's area are not listed. A million homes are asked in slices, and who
 * lives in a long list is counted behind its first rows.
 */
async function viewAudience(deps: AlertDeps, alert: Alert, scope: string): Promise<z.input<typeof audienceShape>> {
  const snapshot = deps.register.snapshot()
  const { grids } = alert.summary.match
  const ask = askOf(deps, alert, grids)
  const { households, people, contacts, move, points } = await countOf(deps, ask)
  const missing = await inSlices(listMissing(snapshot, deps.risk, ask, { scope, most }))
  const moving = move.filter((one) => one.place.startsWith(scope))
  const moves = moving.slice(0, most)
  const wanted = new Set([...missing.rows, ...moves].map((row) => row.householdId))
  const labels = new Map(snapshot.households.filter((h) => wanted.has(h.id)).map((h) => [h.id, doorLabel(h)]))
  const label = (id: string | null) => labels.get(id ?? '') ?? ''
  return {
    ...{ households, people, contacts, grids },
    unreachable: missing.rows.map((u) => ({ ...u, label: u.staffId ? staffLabel(snapshot, u.staffId) : label(u.householdId) })),
    unreachableCount: { households: missing.households, people: missing.people },
    ...(alert.audience === 'staff' ? viewDuty(snapshot, audienceOf(deps, alert, grids), scope) : { standIns: [], unmanned: [] }),
    move: moves.map(({ householdId, place, people, because, becauseEn, reason }) => ({
      ...{ householdId, label: label(householdId), place, people, because, becauseEn, reason },
    })),
    moveCount: [...grouped(moving, (one) => one.place)].map(([place, homes]) => ({
      ...{ place, households: homes.length, people: homes.reduce((sum, home) => sum + home.people, 0) },
    })),
    points: pointsOf(snapshot, points),
  }
}

function staffLabel(snapshot: Snapshot, id: string | null): string {
  const staff = snapshot.staff.find((s) => s.id === id)
  return staff ? `${staff.post} · ${nameOfPlace(snapshot, staff.place)}` : ''
}

function viewDuty(snapshot: Snapshot, audience: Audience, scope: string) {
  const staffOf = (id: string) => snapshot.staff.find((s) => s.id === id)
  const unmanned = audience.unmanned.filter((one) => one.place.startsWith(scope))
  return {
    standIns: audience.standIns.flatMap(({ staffId, insteadOf }) => {
      const [comes, away] = [staffOf(staffId), staffOf(insteadOf)]
      if (!comes || !away?.place.startsWith(scope)) return []
      return [{ name: comes.name, insteadOf: away.name, post: staffLabel(snapshot, insteadOf) }]
    }),
    unmanned: [...grouped(unmanned, (one) => one.staffId)].map(([staffId, grids]) => ({
      called: staffLabel(snapshot, staffId),
      grids: grids.map((g) => nameOfPlace(snapshot, g.place)),
    })),
  }
}
