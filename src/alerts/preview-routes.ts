import { z } from 'zod'
import type { Store, Tx } from '../base/store/store.js'
import { type App, listOf, listQuery } from '../base/web.js'
import { record } from '../journal/journal.js'
import { missingCauses, tellingChannels } from '../matching/audience.js'
import { homesOf } from '../matching/choose-audience.js'
import { explainHome } from '../matching/explain-home.js'
import { indexOf } from '../matching/register-index.js'
import { channels } from '../messages/channel.js'
import { fitShape, previewShape as wordsShape } from '../messages/template-routes.js'
import { permit } from '../people/permissions.js'
import { doorLabel } from '../register/door-label.js'
import { countMovedOut } from '../register/moved-out-store.js'
import { relations } from '../register/register.js'
import { maskName } from '../register/show-household.js'
import { levels } from '../warnings/warning.js'
import type { Alert } from './alert.js'
import { draftShape } from './alert-routes.js'
import { readAlert, readWarningFacts, type WarningFacts } from './alert-store.js'
import { widthShape } from './alert-view.js'
import { askOf, previewOwnWords } from './describe-alert.js'
import { composeAlert, describe } from './draft-alert.js'
import { type PreviewDeps, previewAlert, previewPolicy } from './preview.js'

const count = z.number().int().min(0)
const heads = z.object({ households: count, people: count })
const deadlineShape = z.object({ at: z.string(), basis: z.string(), basisEn: z.string() })
const countShape = heads.extend({
  contacts: count,
  told: heads,
  missing: z.array(heads.extend({ cause: z.enum(missingCauses), why: z.string(), whyEn: z.string() })),
  notCalled: heads,
  away: heads,
  grids: z.array(heads.extend({ place: z.string(), name: z.string(), reason: z.string(), of: count, told: count })),
  tags: z.array(heads.extend({ tag: z.string(), name: z.string(), nameEn: z.string() })),
  relations: z.array(z.object({ relation: z.enum(relations), contacts: count })),
  points: count,
  move: heads.extend({ deadline: deadlineShape.nullable() }),
})
const previewShape = countShape.extend({
  movedOut: heads,
  channels: z.array(
    z.object({
      channel: z.enum(channels),
      ...{ messages: count, segments: count, minutes: count, yuan: z.number() },
      /** At the rate agreed with the carrier; null where none is known. */
      seconds: z.number().nullable(),
    }),
  ),
  cost: z.object({ messages: count, segments: count, minutes: count, yuan: z.number() }),
  neighbours: z.array(heads.extend({ place: z.string(), name: z.string() })),
  width: widthShape.nullable(),
})
const homeShape = z.object({
  householdId: z.string(),
  label: z.string(),
  place: z.string(),
  gridName: z.string(),
  people: count,
  head: z.string().nullable(),
  told: z.array(z.object({ relation: z.enum(relations), channels: z.array(z.enum(tellingChannels)) })),
  missing: z.enum(missingCauses).nullable(),
  move: z.boolean(),
  why: z.array(z.object({ zh: z.string(), en: z.string() })),
})
const sandboxShape = countShape.extend({ called: count, channels: z.array(z.object({ channel: z.enum(channels), messages: count })) })

/** Before anything is issued: whom it would reach, by numbers and with reasons. Nothing here writes but the trace of who looked at names. */
export function previewRoutes(app: App, deps: PreviewDeps & { store: Store }): void {
  const params = z.object({ id: z.string().min(1).max(80) })
  const view = async (tx: Tx, alert: Alert, warning: WarningFacts | null) => ({
    ...(await previewAlert(deps, alert, warning)),
    movedOut: await countMovedOut(tx, alert.grids),
  })
  app.get('/api/alerts/:id/preview', { schema: { tags: ['alerts'], params, response: { 200: previewShape } } }, (request) =>
    deps.store.act(permit(request, 'read'), async (tx) => {
      const alert = await readAlert(tx, request.params.id)
      return view(tx, alert, alert.warningId ? await readWarningFacts(tx, alert.warningId) : null)
    }),
  )
  app.post('/api/alerts/preview', { schema: { tags: ['alerts'], body: draftShape, response: { 200: previewShape } } }, (request) =>
    deps.store.act(permit(request, 'alert.draft'), async (tx) => {
      const { alert, warning } = await composeAlert(tx, deps, { ...request.body, expiresAt: null })
      describe(deps, alert, warning)
      return view(tx, alert, warning)
    }),
  )
  homeRoutes(app, deps)
  ownWordsRoute(app, deps)
  const asked = z.object({
    event: z.string().trim().min(1).max(40),
    level: z.enum(levels),
    grids: draftShape.shape.grids,
    onset: z.iso.datetime({ offset: true }).optional(),
  })
  app.post(
    '/api/policy/preview',
    {
      schema: {
        tags: ['alerts'],
        summary: 'What config/policy/risk.yaml would do now for an event and a colour. No alert is made.',
        body: asked,
        response: { 200: sandboxShape },
      },
    },
    async (request) => previewPolicy(deps, request.body, permit(request, 'register.read').scope),
  )
}

/** The words of an alert as they would be with what an officer is just writing, and whether that fits the filed SMS. Nothing is kept. */
function ownWordsRoute(app: App, deps: PreviewDeps & { store: Store }): void {
  const params = z.object({ id: z.string().min(1).max(80) })
  const body = z.object({ ownText: z.string().max(500) })
  const words = z.object({ items: z.array(wordsShape), fit: fitShape.nullable() })
  app.post('/api/alerts/:id/words', { schema: { tags: ['alerts'], params, body, response: { 200: words } } }, (request) =>
    deps.store.act(permit(request, 'alert.draft'), async (tx) => {
      const alert = await readAlert(tx, request.params.id)
      const warning = alert.warningId ? await readWarningFacts(tx, alert.warningId) : null
      return previewOwnWords(deps, alert, warning, request.body.ownText.trim())
    }),
  )
}

/** The homes of an alert with their reasons, page by page; the name of a head only for who may see it, and written down. */
function homeRoutes(app: App, deps: PreviewDeps & { store: Store }): void {
  const query = listQuery.extend({
    search: z.string().trim().max(60).default(''),
    missing: z.enum(missingCauses).optional(),
    tag: z.string().max(40).optional(),
    place: z.string().max(15).default(''),
    see: z.literal('sealed').optional(),
  })
  const params = z.object({ id: z.string().min(1).max(80) })
  app.get(
    '/api/alerts/:id/homes',
    { schema: { tags: ['alerts'], params, querystring: query, response: { 200: listOf(homeShape) } } },
    (request) => {
      const { cursor, limit, search, missing, tag, place, see } = request.query
      const actor = permit(request, see ? 'register.see-sealed' : 'register.read')
      return deps.store.act(actor, async (tx) => {
        const alert = await readAlert(tx, request.params.id)
        const snapshot = deps.register.snapshot()
        const ask = askOf(deps, alert, alert.summary.match.grids)
        const inside = homesOf(snapshot, deps.risk, ask)
        const index = indexOf(snapshot)
        const items: z.input<typeof homeShape>[] = []
        for (const grid of [...ask.grids].sort((a, b) => (a.place < b.place ? -1 : 1))) {
          if (!grid.place.startsWith(actor.scope) || !grid.place.startsWith(place) || items.length > limit) continue
          if (cursor && grid.place < cursor.slice(0, grid.place.length)) continue
          for (const home of index.householdsOf(grid.place)) {
            if (items.length > limit) break
            if ((cursor && home.id <= cursor) || !inside.isTold(home) || (tag && !home.tags.includes(tag))) continue
            const label = doorLabel(home)
            if (search && !`${grid.name}${label}`.includes(search)) continue
            const { move, ...why } = explainHome(snapshot, deps.risk, ask, inside, home)
            if (missing && why.missing !== missing) continue
            const name = deps.register.directory().household(home.id)?.head ?? null
            const head = name && !see ? maskName(name) : name
            items.push({
              householdId: home.id,
              label,
              place: home.place,
              gridName: grid.name,
              people: home.people,
              head,
              move: move !== null,
              ...why,
            })
          }
        }
        const shown = items.slice(0, limit)
        if (see && shown.length > 0)
          await record(tx, {
            event: 'sealed.seen',
            place: actor.scope || alert.place,
            thing: { type: 'alert', id: alert.id },
            series: alert.seriesId,
            data: { households: shown.length },
          })
        return { items: shown, nextCursor: items.length > limit ? shown.at(-1)!.householdId : null }
      })
    },
  )
}
