import { z } from 'zod'
import type { Store, Tx } from '../base/store/store.js'
import { type App, listOf, listQuery, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { audiences, origins } from './alert.js'
import { alertStates, permissionOf } from './alert-state.js'
import { listAlerts, readAlert, readPersonNames } from './alert-store.js'
import { alertListShape, alertShape, viewAlert, viewWholeAlert } from './alert-view.js'
import { approveAlert } from './approve-alert.js'
import { closeAlert } from './close-alert.js'
import { confirmDowngrade } from './confirm-downgrade.js'
import type { AlertDeps } from './describe-alert.js'
import { draftAlert } from './draft-alert.js'
import { allClearAlert, callOffAlert } from './end-alert.js'
import { holdAlert, resumeAlert } from './hold-alert.js'
import { issueAlert } from './issue-alert.js'
import { clearDropped } from './part-clear.js'
import type { Press, Pressed } from './press-alert.js'
import { reviseAlert } from './revise-alert.js'
import { submitAlert } from './submit-alert.js'

const idParams = z.object({ id: z.string().min(1).max(80) })
const press = z.object({
  revision: z.number().int().min(1),
  reason: z.string().max(500).nullish(),
  confirm: z.object({ audience: z.number().int().min(0) }).optional(),
})
const wordsShape = z.object({ ownText: z.string().max(500).optional(), headline: z.string().max(60).optional() })
const places = z.array(z.string().regex(/^\d{9,15}$/, '网格代码是 9 到 15 位数字')).max(2000)
const point = z.tuple([z.number().min(-180).max(180), z.number().min(-90).max(90)])
const areaShape = z.object({
  description: z.string().max(500).default(''),
  polygons: z.array(z.array(point).min(4).max(20_000)).max(200).default([]),
  circles: z
    .array(z.object({ lon: z.number(), lat: z.number(), radiusKm: z.number().min(0).max(1000) }))
    .max(200)
    .default([]),
  geocodes: z
    .array(z.object({ name: z.string(), value: z.string() }))
    .max(2000)
    .default([]),
  unplaced: z.literal(false).default(false),
})
export const draftShape = z.object({
  origin: z.enum(origins),
  audience: z.enum(audiences).default('residents'),
  event: z.string().max(40).optional(),
  warningId: z.string().nullish(),
  areas: z.array(areaShape).max(200).optional(),
  grids: places.optional(),
  template: z.string().max(120).optional(),
  words: wordsShape.optional(),
  kind: z.enum(['actual', 'exercise']).optional(),
  expiresAt: time.nullish(),
})

interface AlertRouteDeps extends AlertDeps {
  store: Store
}

export function alertRoutes(app: App, deps: AlertRouteDeps): void {
  app.get(
    '/api/alerts',
    {
      schema: {
        tags: ['alerts'],
        querystring: listQuery.extend({
          state: z.enum(alertStates).optional(),
          warningId: z.string().optional(),
          seriesId: z.string().optional(),
        }),
        response: { 200: listOf(alertListShape) },
      },
    },
    (request) =>
      deps.store.act(permit(request, 'read'), async (tx) => {
        const found = await listAlerts(tx, { ...request.query, limit: request.query.limit + 1 })
        const items = found.slice(0, request.query.limit)
        const names = await readPersonNames(
          tx,
          items.flatMap((a) => [a.createdBy, a.issuedBy ?? 'system']),
        )
        const nextCursor = found.length > items.length ? items.at(-1)!.id : null
        return { items: items.map((alert) => viewAlert(deps, alert, names)), nextCursor }
      }),
  )
  app.post('/api/alerts', { schema: { tags: ['alerts'], body: draftShape, response: { 201: alertShape } } }, async (request, reply) => {
    const { expiresAt, ...input } = request.body
    const view = await deps.store.act(permit(request, 'alert.draft'), async (tx) => {
      const alert = await draftAlert(tx, deps, { ...input, expiresAt: expiresAt ? new Date(expiresAt) : null })
      return viewWholeAlert(tx, deps, alert)
    })
    return reply.status(201).send(view)
  })
  app.get('/api/alerts/:id', { schema: { tags: ['alerts'], params: idParams, response: { 200: alertShape } } }, (request) =>
    deps.store.act(permit(request, 'read'), async (tx) => viewWholeAlert(tx, deps, await readAlert(tx, request.params.id))),
  )
  pressRoutes(app, deps)
}

/** One route per verb; every one answers the alert as it is afterwards. */
function pressRoutes(app: App, deps: AlertRouteDeps): void {
  const plain: [Exclude<keyof typeof permissionOf, 'approve' | 'revise'>, (tx: Tx, press: Press) => Promise<Pressed>][] = [
    ['submit', (tx, p) => submitAlert(tx, deps, p)],
    ['hold', (tx, p) => holdAlert(tx, p)],
    ['resume', (tx, p) => resumeAlert(tx, deps, p)],
    ['issue', (tx, p) => issueAlert(tx, deps, p)],
    ['call-off', (tx, p) => callOffAlert(tx, deps, p)],
    ['all-clear', (tx, p) => allClearAlert(tx, deps, p)],
    ['close', (tx, p) => closeAlert(tx, deps, p)],
  ]
  for (const [verb, run] of plain)
    app.post(
      `/api/alerts/:id/${verb}`,
      { schema: { tags: ['alerts'], params: idParams, body: press, response: { 200: alertShape } } },
      (request) =>
        deps.store.act(permit(request, permissionOf[verb]), async (tx) => {
          const { id } = idParams.parse(request.params)
          const { alert } = await run(tx, { ...press.parse(request.body), alertId: id })
          return viewWholeAlert(tx, deps, alert)
        }),
    )
  app.post(
    '/api/alerts/:id/part-clear',
    { schema: { tags: ['alerts'], params: idParams, body: press, response: { 200: alertShape } } },
    (request) =>
      deps.store.act(permit(request, permissionOf['all-clear']), async (tx) => {
        const { alert } = await clearDropped(tx, deps, { ...request.body, alertId: request.params.id })
        return viewWholeAlert(tx, deps, alert)
      }),
  )
  app.post(
    '/api/alerts/:id/confirm-downgrade',
    { schema: { tags: ['alerts'], params: idParams, body: press, response: { 200: alertShape } } },
    (request) =>
      deps.store.act(permit(request, permissionOf.issue), async (tx) => {
        const { alert } = await confirmDowngrade(tx, deps, { ...request.body, alertId: request.params.id })
        return viewWholeAlert(tx, deps, alert)
      }),
  )
  const approving = press.extend({
    by: z.enum(['app', 'phone']).default('app'),
    whom: z.string().max(80).optional(),
    at: time.optional(),
    note: z.string().max(500).optional(),
  })
  app.post(
    '/api/alerts/:id/approve',
    { schema: { tags: ['alerts'], params: idParams, body: approving, response: { 200: alertShape } } },
    (request) =>
      deps.store.act(permit(request, permissionOf.approve), async (tx) => {
        const { at, ...body } = request.body
        const { alert } = await approveAlert(tx, deps, { ...body, alertId: request.params.id, at: at ? new Date(at) : undefined })
        return viewWholeAlert(tx, deps, alert)
      }),
  )
  app.post(
    '/api/alerts/:id/revise',
    {
      schema: {
        tags: ['alerts'],
        params: idParams,
        body: press.extend({ words: wordsShape.optional(), grids: places.optional() }),
        response: { 200: alertShape },
      },
    },
    (request) =>
      deps.store.act(permit(request, permissionOf.revise), async (tx) => {
        const { alert } = await reviseAlert(tx, deps, { ...request.body, alertId: request.params.id })
        return viewWholeAlert(tx, deps, alert)
      }),
  )
}
