import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { record } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { doorLabel } from '../register/door-label.js'
import { levels } from '../warnings/warning.js'
import { type AlertDeps, audienceOf, pickGrids } from './describe-alert.js'
import { viewDeadline } from './preview.js'

const query = z.object({
  event: z.string().min(1).max(40),
  level: z.enum(levels),
  place: z
    .string()
    .regex(/^\d{6,15}$/)
    .optional(),
})
const answer = z.object({
  households: z.number(),
  people: z.number(),
  deadline: z.object({ at: z.string(), basis: z.string(), basisEn: z.string() }).nullable(),
  items: z.array(
    z.object({
      householdId: z.string(),
      place: z.string(),
      label: z.string(),
      people: z.number(),
      because: z.string(),
      becauseEn: z.string(),
      shelter: z.string().nullable(),
      helper: z.string().nullable(),
    }),
  ),
})

/** GET /api/move-list: who would have to move if such a warning came; prepared the evening before, nobody is told. */
export function moveListRoutes(app: App, deps: AlertDeps & { store: Store }): void {
  app.get('/api/move-list', { schema: { tags: ['alerts'], querystring: query, response: { 200: answer } } }, async (request) => {
    const actor = permit(request, 'register.read')
    const { event, level, place } = request.query
    const snapshot = deps.register.snapshot()
    const { grids } = pickGrids(snapshot, [place?.startsWith(actor.scope) ? place : actor.scope])
    const { move } = audienceOf(deps, { audience: 'residents', event, level, origin: 'relay', kind: 'actual' }, grids)
    const homes = new Map(snapshot.households.map((h) => [h.id, h]))
    const people = move.reduce((sum, m) => sum + m.people, 0)
    await deps.store.act(actor, (tx) =>
      record(tx, {
        event: 'move-list.prepared',
        place: actor.scope,
        thing: { type: 'move-list', id: `${event}-${level}` },
        data: { households: move.length, people },
      }),
    )
    return {
      households: move.length,
      people,
      deadline: move.length > 0 ? viewDeadline(deps, event, null) : null,
      items: move.map((m) => {
        const home = homes.get(m.householdId)!
        return {
          householdId: m.householdId,
          place: m.place,
          label: doorLabel(home),
          people: m.people,
          because: m.because,
          becauseEn: m.becauseEn,
          shelter: snapshot.shelters.find((s) => s.id === m.shelterId)?.name ?? null,
          helper: snapshot.staff.find((s) => s.id === m.helperId)?.name ?? null,
        }
      }),
    }
  })
}
