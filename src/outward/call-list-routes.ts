import { z } from 'zod'
import type { AlertDeps } from '../alerts/describe-alert.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime } from '../base/web.js'
import { record } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { relations } from '../register/register.js'
import { levels } from '../warnings/warning.js'
import { readCallList } from './call-list.js'

const answer = z.object({
  alertId: z.string(),
  title: z.string(),
  level: z.enum(levels).nullable(),
  exercise: z.boolean(),
  madeAt: z.string(),
  /** Who looked, for the foot of the paper. */
  madeBy: z.string(),
  script: z.object({ zh: z.string(), en: z.string() }),
  people: z.array(
    z.object({
      ...{ id: z.string(), post: z.string(), name: z.string(), placeName: z.string() },
      ...{ phones: z.array(z.string()), answered: z.boolean() },
    }),
  ),
  homes: z.array(
    z.object({
      ...{ id: z.string(), label: z.string(), placeName: z.string(), head: z.string().nullable(), people: z.number(), move: z.boolean() },
      phones: z.array(z.object({ number: z.string(), relation: z.enum(relations) })),
    }),
  ),
  moreHomes: z.number(),
})
export type CallListAnswer = z.input<typeof answer>

/** GET /api/alerts/:id/call-list: names and numbers in full, to be printed and rung by hand. Looking is recorded. */
export function callListRoutes(app: App, deps: AlertDeps & { store: Store }): void {
  const schema = { tags: ['alerts'], params: z.object({ id: z.string().max(64) }), response: { 200: answer } }
  app.get('/api/alerts/:id/call-list', { schema }, async (request) => {
    const actor = permit(request, 'register.see-sealed')
    return deps.store.act(actor, async (tx) => {
      const { alert, ...list } = await readCallList(tx, deps, actor, request.params.id)
      await record(tx, {
        event: 'sealed.seen',
        place: actor.scope || alert.place,
        thing: { type: 'alert', id: alert.id },
        series: alert.seriesId,
        data: { households: list.homes.length, staff: list.people.length, why: 'call-list' },
      })
      const person = await tx.selectFrom('person').select('name').where('id', '=', actor.person).executeTakeFirst()
      const { id, title, level, kind } = alert
      const made = { madeAt: chinaTime(deps.clock.now()), madeBy: person?.name ?? '' }
      return { alertId: id, title, level, exercise: kind === 'exercise', ...made, ...list }
    })
  })
}
