import { z } from 'zod'
import { maskPhone } from '../../base/seal.js'
import { type App, listOf } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import type { EditDeps } from './edit-household.js'
import { addThing, changeThing, type ThingEdit, type ThingKind } from './edit-thing.js'

const tags = ['register']
const text = (most: number) => z.string().trim().min(1).max(most)
const person = z.string().max(80).nullable()
const at = { lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) }
const beds = z.number().int().min(0).max(100_000)
/** What each kind of thing is made of; all of it when it is added, any of it when it is changed. */
const shapes = {
  point: z.object({
    kind: z.enum(['waterlogging', 'old-building', 'slope', 'river-bank']),
    number: z.number().int().min(1).max(9999),
    name: text(60),
    ...at,
    radiusM: z.number().int().min(1).max(5000),
    grade: z.string().trim().max(8).nullable(),
    keeperId: person,
  }),
  shelter: z.object({ name: text(60), address: text(120), ...at, capacityDay: beds, capacityNight: beds, keeperId: person }),
  group: z.object({
    name: text(60),
    platform: z.enum(['wechat', 'wecom']),
    ownerId: z.string().max(80),
    members: z.number().int().min(0).max(5000),
    grids: z.array(z.string().regex(/^\d{15}$/)).max(200),
  }),
  staff: z.object({ name: text(30), post: text(30), duty: z.boolean(), deputyId: person, phone: z.string().trim().min(1).max(40) }),
}
const params = z.object({ id: z.string().max(80) })
const done = z.object({ id: z.string() })
const named = z.object({ id: z.string(), name: z.string() })
const staffRow = z.object({
  ...{ id: z.string(), place: z.string(), version: z.number(), name: z.string(), post: z.string(), duty: z.boolean() },
  deputy: named.nullable(),
  /** Masked; null: no number. */
  phone: z.string().nullable(),
  broken: z.boolean(),
})
const groupRow = z.object({
  ...{ id: z.string(), place: z.string(), name: z.string(), platform: z.enum(['wechat', 'wecom']), members: z.number() },
  owner: named.nullable(),
  robot: z.boolean(),
  /** None: every grid under its place. */
  grids: z.array(z.string()),
  version: z.number(),
})
export type StaffAnswer = z.output<typeof staffRow>
export type GroupAnswer = z.output<typeof groupRow>

export function thingRoutes(app: App, deps: EditDeps): void {
  listRoutes(app, deps)
  for (const kind of Object.keys(shapes) as ThingKind[]) {
    const path = kind === 'staff' ? '/api/register/staff' : `/api/register/${kind}s`
    const shape: z.ZodObject = shapes[kind]
    app.post(
      path,
      {
        schema: {
          tags,
          summary: `Adds a ${kind}.`,
          body: shape.extend({ place: z.string().regex(/^\d{6,15}$/) }),
          response: { 200: done },
        },
      },
      async (request) => {
        const { place, ...edit } = request.body as ThingEdit & { place: string }
        return { id: await addThing(deps, permit(request, 'register.edit'), kind, place, edit) }
      },
    )
    app.patch(
      `${path}/:id`,
      {
        schema: {
          tags,
          summary: `Changes a ${kind}: what is left out stays. \`version\` is the one that was read; 409 tells who was first.`,
          params,
          body: shape.partial().extend({ version: z.number().int() }),
          response: { 200: done },
        },
      },
      async (request) => {
        const { version, ...edit } = request.body as ThingEdit & { version: number }
        await changeThing(deps, permit(request, 'register.edit'), kind, request.params.id, version, edit)
        return { id: request.params.id }
      },
    )
  }
}

function listRoutes(app: App, { register }: EditDeps): void {
  const nameOf = (id: string | null) => {
    const found = register.snapshot().staff.find((s) => s.id === id)
    return found ? { id: found.id, name: found.name } : null
  }
  app.get('/api/register/staff', { schema: { tags, response: { 200: listOf(staffRow) } } }, async (request) => {
    const { scope } = permit(request, 'register.read')
    const { staff, contacts } = register.snapshot()
    const names = new Map(staff.map((s) => [s.id, s.name]))
    const items = staff
      .filter((s) => s.place.startsWith(scope))
      .map(({ id, place, version, name, post, duty, deputyId, contactId }) => {
        const address = contactId === null ? undefined : register.directory().address(contactId)
        const deputy = deputyId && names.has(deputyId) ? { id: deputyId, name: names.get(deputyId)! } : null
        const broken = contactId !== null && (contacts.get(contactId)?.broken ?? null) !== null
        return { ...{ id, place, version, name, post, duty, deputy, broken }, phone: address ? maskPhone(address) : null }
      })
    return { items, nextCursor: null }
  })
  app.get('/api/register/groups', { schema: { tags, response: { 200: listOf(groupRow) } } }, async (request) => {
    const { scope } = permit(request, 'register.read')
    const items = register
      .snapshot()
      .groups.filter((g) => g.place.startsWith(scope))
      .map(({ id, place, name, platform, members, ownerId, robotContactId, grids, version }) => ({
        ...{ id, place, name, platform, members, grids, version, owner: nameOf(ownerId), robot: robotContactId !== null },
      }))
    return { items, nextCursor: null }
  })
}
