import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import { inSlices } from '../base/slices.js'
import type { Actor } from '../base/store/store.js'
import { type App, chinaTime, listOf, listQuery, signedIn, time } from '../base/web.js'
import { record } from '../journal/journal.js'
import { can, permit } from '../people/permissions.js'
import { doorLabel } from './door-label.js'
import { findHouseholds } from './find-households.js'
import { findHousehold, readConsents } from './household-store.js'
import { listMovedOut } from './moved-out-store.js'
import type { RegisterRouteDeps } from './register-routes.js'
import { riskTags } from './risk-tags.js'
import { isMeant, searchHouseholds } from './search-households.js'
import { showDoor, showHousehold } from './show-household.js'

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
  lon: z.number().nullable(),
  lat: z.number().nullable(),
})
const named = z.object({ id: z.string(), name: z.string() })
const household = door.extend({
  version: z.number(),
  sealed: z.boolean(),
  head: z.string().nullable(),
  members: z.array(z.object({ name: z.string(), age: z.number(), needs: z.array(z.string()), remark: z.string().optional() })).nullable(),
  contacts: z.array(
    z.object({ contactId: z.number(), relation: z.string(), kind: z.string(), address: z.string(), broken: z.string().nullable() }),
  ),
  consents: z.array(z.string()),
  helper: named.extend({ post: z.string() }).nullable(),
  shelter: named.nullable(),
  point: named.extend({ kind: z.string(), number: z.number() }).nullable(),
})
/** Households are for those who plan by the register and for those who go to the doors. */
function mayReadHouseholds(actor: Actor): Actor {
  if (can(actor, 'register.read') || can(actor, 'register.see-sealed')) return actor
  throw new Problem('forbidden', '您的岗位不能查看住户', `the role ${actor.role} may not read households; ask the officer on duty`)
}

const wish = z.object({
  words: z.string().trim().max(60).default(''),
  place: z
    .string()
    .regex(/^\d{0,15}$/)
    .default(''),
  tag: z.enum(riskTags).optional(),
  lacking: z.enum(['contact', 'position']).optional(),
  away: z.boolean().optional(),
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(200),
})
const found = z.object({ items: z.array(door), total: z.number(), people: z.number(), looked: z.array(z.enum(['phone', 'head'])) })

const movedOut = z.object({
  ...{ id: z.string(), place: z.string(), gridName: z.string(), label: z.string(), people: z.number() },
  at: time,
  reason: z.string(),
})
const movedOutQuery = z.object({
  search: z.string().trim().max(60).default(''),
  place: z
    .string()
    .regex(/^\d{0,15}$/)
    .default(''),
})
export type MovedOutAnswer = z.output<typeof movedOut>
export type DoorAnswer = z.output<typeof door>
export type HouseholdAnswer = z.output<typeof household>
export type FoundAnswer = z.output<typeof found>

export function householdRoutes(app: App, { store, register }: RegisterRouteDeps): void {
  const query = listQuery.extend({ search: z.string().trim().max(60).default('') })
  app.get('/api/households', { schema: { tags: ['register'], querystring: query, response: { 200: listOf(door) } } }, async (request) => {
    const actor = mayReadHouseholds(signedIn(request))
    const snapshot = register.snapshot()
    const { search, cursor, limit } = request.query
    const found = await inSlices(searchHouseholds(snapshot, actor.scope, search))
    const from = cursor ? found.findIndex((h) => h.id > cursor) : 0
    const page = from < 0 ? [] : found.slice(from, from + limit)
    const more = from >= 0 && from + limit < found.length
    return { items: page.map((h) => showDoor(snapshot, h)), nextCursor: more ? page[page.length - 1]!.id : null }
  })

  app.get(
    '/api/households/moved-out',
    {
      schema: {
        tags: ['register'],
        summary: 'Who was taken out of the register, newest first, by address or pinyin; nothing of them is deleted.',
        querystring: movedOutQuery,
        response: { 200: listOf(movedOut) },
      },
    },
    async (request) => {
      const actor = permit(request, 'register.read')
      const names = new Map(register.snapshot().grids.map((g) => [g.place, g.name]))
      const { place, search } = request.query
      const rows = await store.act(actor, (tx) => listMovedOut(tx, place.startsWith(actor.scope) ? place : actor.scope))
      const items = rows
        .map((row) => ({ ...row, gridName: names.get(row.place) ?? row.place }))
        .filter((row) => isMeant(row.gridName, row, search))
        .slice(0, 200)
        .map((row) => ({
          ...{ id: row.id, place: row.place, gridName: row.gridName, label: doorLabel(row), people: row.people },
          ...{ at: chinaTime(row.removed_at!), reason: row.removed_reason ?? '' },
        }))
      return { items, nextCursor: null }
    },
  )

  // Posted, so that the end of a phone number or a name stands in no address line and no log.
  app.post(
    '/api/households/search',
    {
      schema: {
        tags: ['register'],
        summary: 'Households by address, pinyin, the end of a phone number or the name of the head; the last two are journaled as a look.',
        body: wish,
        response: { 200: found },
      },
    },
    async (request) => {
      const actor = mayReadHouseholds(signedIn(request))
      const { offset, limit, ...asked } = request.body
      const place = asked.place.startsWith(actor.scope) ? asked.place : actor.scope
      const snapshot = register.snapshot()
      const { households, looked } = await inSlices(
        findHouseholds(snapshot, register.directory(), { ...asked, place }, can(actor, 'register.see-sealed')),
      )
      const [by] = looked
      if (by)
        await store.act(actor, (tx) =>
          record(tx, { event: 'sealed.searched', place, thing: { type: 'register', id: by }, data: { by, found: households.length } }),
        )
      const items = households.slice(offset, offset + limit).map((h) => showDoor(snapshot, h))
      return { items, total: households.length, people: households.reduce((sum, h) => sum + h.people, 0), looked }
    },
  )

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
      const { version, consents } = await store.act(actor, async (tx) => {
        // Written before anything is shown: nobody sees a name without a trace.
        if (sealed) await record(tx, { event: 'sealed.seen', place: found.place, thing: { type: 'household', id } })
        return { version: (await findHousehold(tx, id))?.version ?? 0, consents: await readConsents(tx, id) }
      })
      return { ...showHousehold(snapshot, register.directory(), found, sealed), version, consents }
    },
  )
}
