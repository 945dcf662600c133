import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import type { Actor, Store } from '../base/store/store.js'
import { type App, chinaTime, listOf, listQuery, signedIn, time } from '../base/web.js'
import { record } from '../journal/journal.js'
import { can, permit } from '../people/permissions.js'
import { readFact, readRegisterKind } from './register-store.js'
import { searchHouseholds } from './search-households.js'
import { showDoor, showHousehold } from './show-household.js'
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
})
const door = z.object({
  id: z.string(),
  place: z.string(),
  gridName: z.string(),
  label: z.string(),
  building: z.string(),
  unit: z.number(),
  floor: z.number(),
  room: z.string(),
  people: z.number(),
  tags: z.array(z.object({ tag: z.string(), name: z.string() })),
  atHome: z.boolean(),
  reachable: z.boolean(),
})
const named = z.object({ id: z.string(), name: z.string() })
const household = door.extend({
  lon: z.number().nullable(),
  lat: z.number().nullable(),
  sealed: z.boolean(),
  head: z.string().nullable(),
  members: z.array(z.object({ name: z.string(), age: z.number(), needs: z.array(z.string()) })).nullable(),
  contacts: z.array(
    z.object({ contactId: z.number(), relation: z.string(), kind: z.string(), address: z.string(), broken: z.string().nullable() }),
  ),
  helper: named.extend({ post: z.string() }).nullable(),
  shelter: named.nullable(),
  point: named.extend({ kind: z.string(), number: z.number() }).nullable(),
})
const pair = z.object({ households: z.number(), people: z.number() })
const summary = z.object({
  kind: z.enum(['sample', 'live', 'none']),
  builtAt: time,
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

export function registerRoutes(app: App, deps: RegisterRouteDeps): void {
  mapRoutes(app, deps)
  householdRoutes(app, deps)
  app.get('/api/register/summary', { schema: { tags: ['register'], response: { 200: summary } } }, async (request) => {
    const actor = permit(request, 'read')
    const kind = await deps.store.act(actor, readRegisterKind)
    const snapshot = deps.register.snapshot()
    return { kind, builtAt: chinaTime(snapshot.builtAt), ...summarizeRegister(snapshot, actor.scope) }
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
    return { items: register.snapshot().shelters.map(({ keeperId: _, ...s }) => s), nextCursor: null }
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

/** Households are for those who plan by the register and for those who go to the doors. */
function mayReadHouseholds(actor: Actor): Actor {
  if (can(actor, 'register.read') || can(actor, 'register.see-sealed')) return actor
  throw new Problem('forbidden', '您的岗位不能查看住户', `the role ${actor.role} may not read households; ask the officer on duty`)
}

function householdRoutes(app: App, { store, register }: RegisterRouteDeps): void {
  const query = listQuery.extend({ search: z.string().trim().max(60).default('') })
  app.get('/api/households', { schema: { tags: ['register'], querystring: query, response: { 200: listOf(door) } } }, async (request) => {
    const actor = mayReadHouseholds(signedIn(request))
    const snapshot = register.snapshot()
    const { search, cursor, limit } = request.query
    const found = searchHouseholds(snapshot, actor.scope, search)
    const from = cursor ? found.findIndex((h) => h.id > cursor) : 0
    const page = from < 0 ? [] : found.slice(from, from + limit)
    const more = from >= 0 && from + limit < found.length
    return { items: page.map((h) => showDoor(snapshot, h)), nextCursor: more ? page[page.length - 1]!.id : null }
  })

  app.get(
    '/api/households/:id',
    {
      schema: {
        tags: ['register'],
        params: z.object({ id: z.string().max(80) }),
        querystring: z.object({ see: z.literal('sealed').optional() }),
        response: { 200: household },
      },
    },
    async (request) => {
      const { id } = request.params
      const sealed = request.query.see === 'sealed'
      const actor = sealed ? permit(request, 'register.see-sealed') : mayReadHouseholds(signedIn(request))
      const snapshot = register.snapshot()
      const found = snapshot.households.find((h) => h.id === id && h.place.startsWith(actor.scope))
      if (!found) throw notFound('household', id)
      // Written before anything is shown: nobody sees a name without a trace.
      if (sealed) await store.act(actor, (tx) => record(tx, { event: 'sealed.seen', place: found.place, thing: { type: 'household', id } }))
      return showHousehold(snapshot, register.directory(), found, sealed)
    },
  )
}
