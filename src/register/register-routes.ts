import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, listOf, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { readFact, readRegisterKind } from './register-store.js'
import type { Register, Snapshot } from './snapshot.js'
import { summarizeRegister } from './summarize-register.js'

const position = z.array(z.number())
const feature = z.object({
  type: z.literal('Feature'),
  geometry: z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(position)) }),
  properties: z.record(z.string(), z.union([z.string(), z.number()])),
})
const featureCollection = z.object({ type: z.literal('FeatureCollection'), features: z.array(feature) })

const point = z.object({
  id: z.string(),
  place: z.string(),
  kind: z.enum(['waterlogging', 'old-building', 'slope', 'river-bank']),
  number: z.number(),
  name: z.string(),
  lon: z.number(),
  lat: z.number(),
  radiusM: z.number(),
  grade: z.string().nullable(),
  version: z.number(),
  keeper: z.object({ id: z.string(), name: z.string(), post: z.string() }).nullable(),
})
const shelter = z.object({
  id: z.string(),
  place: z.string(),
  name: z.string(),
  address: z.string(),
  lon: z.number(),
  lat: z.number(),
  capacityDay: z.number(),
  capacityNight: z.number(),
  keeperId: z.string().nullable(),
  version: z.number(),
})
const pair = z.object({ households: z.number(), people: z.number() })
const summary = z.object({
  kind: z.enum(['sample', 'live', 'none']),
  builtAt: time,
  /** The rows were last looked at so many seconds ago; behind: a change waits to be read in, what is shown and matched is the state before. */
  ageSeconds: z.number(),
  behind: z.boolean(),
  communities: z.number(),
  grids: z.number(),
  households: z.number(),
  people: z.number(),
  unreachable: pair,
  withoutPosition: z.number(),
  contacts: z.number(),
  groups: z.object({ total: z.number(), wecom: z.number(), robots: z.number() }),
  staff: z.object({ total: z.number(), duty: z.number() }),
  points: z.object({ waterlogging: z.number(), oldBuildings: z.number() }),
  shelters: z.number(),
})

export interface RegisterRouteDeps {
  store: Store
  register: Register
}

export function registerRoutes(app: App, deps: RegisterRouteDeps & { now: () => Date }): void {
  mapRoutes(app, deps)
  app.get('/api/register/summary', { schema: { tags: ['register'], response: { 200: summary } } }, async (request) => {
    const actor = permit(request, 'read')
    const kind = await deps.store.act(actor, readRegisterKind)
    const snapshot = deps.register.snapshot()
    const { builtAt, seconds, behind } = deps.register.age()
    return {
      kind,
      builtAt: chinaTime(builtAt),
      ageSeconds: Math.round(seconds),
      behind,
      ...summarizeRegister(snapshot, actor.scope, deps.now()),
    }
  })
}

/** What a map needs. Grids and shelters concern everybody; points only those in whose area they lie. */
function mapRoutes(app: App, { store, register }: RegisterRouteDeps): void {
  app.get('/api/grids.geojson', { schema: { tags: ['register'], response: { 200: featureCollection } } }, async (request, reply) => {
    permit(request, 'read')
    reply.type('application/geo+json')
    return gridFeatures(register.snapshot())
  })
  app.get('/api/backdrop.geojson', { schema: { tags: ['register'], response: { 200: featureCollection } } }, async (request, reply) => {
    const actor = permit(request, 'read')
    reply.type('application/geo+json')
    const kept = featureCollection.safeParse(await store.act(actor, (tx) => readFact(tx, 'backdrop')))
    return kept.success ? kept.data : { type: 'FeatureCollection' as const, features: [] }
  })
  app.get('/api/points', { schema: { tags: ['register'], response: { 200: listOf(point) } } }, async (request) => {
    const { scope } = permit(request, 'read')
    const { points, staff } = register.snapshot()
    const items = points
      .filter((p) => p.place.startsWith(scope))
      .map(({ keeperId, ...p }) => {
        const keeper = staff.find((s) => s.id === keeperId)
        return { ...p, keeper: keeper ? { id: keeper.id, name: keeper.name, post: keeper.post } : null }
      })
    return { items, nextCursor: null }
  })
  app.get('/api/shelters', { schema: { tags: ['register'], response: { 200: listOf(shelter) } } }, async (request) => {
    permit(request, 'read')
    return { items: register.snapshot().shelters, nextCursor: null }
  })
}

const gridFeatures = (snapshot: Snapshot) => ({
  type: 'FeatureCollection' as const,
  features: snapshot.grids.map(({ geometry, place, name, community, number, households, people }) => ({
    type: 'Feature' as const,
    geometry,
    properties: { place, name, community, number, households, people },
  })),
})
