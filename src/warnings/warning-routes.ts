import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, listOf, listQuery, problemShape, time } from '../base/web.js'
import { bulletinProblemShape, levels, standings } from '../feeds/bulletin.js'
import { can, permit } from '../people/permissions.js'
import { moveWarningHere } from './move-warning.js'
import { warningStates } from './warning.js'
import { findWarning, listWarnings } from './warnings-store.js'

const pair = z.object({ name: z.string(), value: z.string() })
const info = z.object({
  language: z.string(),
  event: z.string(),
  headline: z.string(),
  description: z.string(),
  instruction: z.string(),
  senderName: z.string(),
  category: z.array(z.string()),
  responseType: z.array(z.string()),
  urgency: z.string(),
  severity: z.string(),
  certainty: z.string(),
  effective: time.nullable(),
  onset: time.nullable(),
  expires: time.nullable(),
  web: z.string().nullable(),
  contact: z.string().nullable(),
  eventCodes: z.array(pair),
  parameters: z.array(pair),
})
const area = z.object({
  description: z.string(),
  polygons: z.array(z.array(z.tuple([z.number(), z.number()]))),
  holes: z.array(z.array(z.tuple([z.number(), z.number()]))).optional(),
  circles: z.array(z.object({ lon: z.number(), lat: z.number(), radiusKm: z.number() })),
  geocodes: z.array(pair),
  unplaced: z.boolean(),
})
export const warningShape = z.object({
  id: z.string(),
  place: z.string(),
  bulletinId: z.string(),
  identifier: z.string(),
  sender: z.string(),
  sent: time,
  status: z.string(),
  msgType: z.string(),
  scope: z.string(),
  event: z.string(),
  eventCode: z.string().nullable(),
  level: z.enum(levels),
  levelBasis: z.string(),
  headline: z.string(),
  state: z.enum(warningStates),
  supersededBy: z.string().nullable(),
  endedAt: time.nullable(),
  standing: z.enum(standings),
  effective: time.nullable(),
  onset: time.nullable(),
  expires: time.nullable(),
  receivedAt: time,
  infos: z.array(info),
  areas: z.array(area),
  references: z.array(z.object({ sender: z.string().nullable(), identifier: z.string(), sent: z.string().nullable() })),
  expiresAssumed: z.boolean(),
  sources: z.array(
    z.object({
      feedId: z.string().nullable(),
      bulletinId: z.string(),
      at: z.string(),
      standing: z.enum(standings),
      said: z.object({
        identifier: z.string(),
        sender: z.string(),
        sent: time,
        event: z.string(),
        level: z.enum(levels),
        headline: z.string(),
        expires: time.nullable(),
        area: z.string(),
      }),
    }),
  ),
  problems: z.array(bulletinProblemShape),
  joinedTo: z.string().nullable(),
  muted: z.array(z.object({ place: z.string(), by: z.string(), reason: z.string() })),
})

export function warningRoutes(app: App, deps: { store: Store }): void {
  const { store } = deps

  app.get(
    '/api/warnings',
    {
      schema: {
        querystring: listQuery.extend({ state: z.enum(warningStates).optional(), disagreeing: z.enum(['true']).optional() }),
        response: { 200: listOf(warningShape) },
      },
    },
    async (request) => {
      const actor = permit(request, 'read')
      const { cursor, limit, state, disagreeing } = request.query
      const items = await store.act(actor, (tx) =>
        listWarnings(tx, { limit, disagreeing: disagreeing === 'true', ...(state ? { state } : {}), ...(cursor ? { after: cursor } : {}) }),
      )
      return { items, nextCursor: items.length === limit ? items[items.length - 1]!.id : null }
    },
  )

  app.get(
    '/api/warnings/:id',
    { schema: { params: z.object({ id: z.string() }), response: { 200: warningShape, 404: problemShape } } },
    async (request) => {
      const actor = permit(request, 'read')
      const { id } = request.params
      const warning = await store.act(actor, (tx) => findWarning(tx, id))
      if (!warning) throw notFound('预警', id)
      return warning
    },
  )

  app.post(
    '/api/warnings/:id/move-here',
    {
      schema: {
        params: z.object({ id: z.string() }),
        body: z
          .object({
            place: z
              .string()
              .regex(/^\d{9,15}$/, '9 to 15 digits')
              .optional(),
          })
          .nullish(),
        response: { 200: warningShape, 404: problemShape, 409: problemShape },
      },
    },
    async (request) => {
      const actor = permit(request, 'alert.draft')
      const target = request.body?.place ?? actor.scope.slice(0, 9)
      if (target.length < 9) throw new Problem('malformed', '请写明移到哪个街道', 'body.place is needed: a subdistrict code of 9 digits')
      if (!can(actor, 'alert.draft', target)) throw new Problem('forbidden', '不能移到您管辖范围以外', 'the place lies outside your area')
      return store.act(actor, (tx) => moveWarningHere(tx, request.params.id, target))
    },
  )
}
