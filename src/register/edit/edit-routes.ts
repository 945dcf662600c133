import { z } from 'zod'
import type { App } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import { needs, riskTags } from '../risk-tags.js'
import { addHousehold, changeHousehold, type EditDeps, moveBack, moveOut } from './edit-household.js'
import { consentExtras, householdRelations, moveOutReasons } from './household-edit.js'

const text = (most: number) => z.string().trim().min(1).max(most)
const reference = z.string().max(80).nullable().optional()
const contact = z.object({
  contactId: z.number().int().optional(),
  phone: z.string().trim().max(40).optional(),
  relation: z.enum(householdRelations),
  broken: z.boolean().optional(),
})
/** Everything about a household that a desk may write. What is left out stays as it is. */
const grid = z.string().regex(/^\d{15}$/)
const edit = z.object({
  place: grid.optional(),
  another: z.boolean().optional(),
  building: text(60).optional(),
  unit: z.number().int().min(0).max(99).optional(),
  floor: z.number().int().min(-5).max(99).optional(),
  room: text(20).optional(),
  position: z
    .object({ lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) })
    .nullable()
    .optional(),
  people: z.number().int().min(0).max(99).optional(),
  tags: z.array(z.enum(riskTags)).optional(),
  atHome: z.boolean().optional(),
  pointId: reference,
  shelterId: reference,
  helperId: reference,
  head: z.string().trim().max(30).optional(),
  members: z
    .array(
      z.object({
        name: text(30),
        age: z.number().int().min(0).max(130),
        needs: z.array(z.enum(needs)),
        remark: z.string().trim().max(60).optional(),
      }),
    )
    .max(30)
    .optional(),
  contacts: z.array(contact).max(12).optional(),
  consents: z.array(z.enum(consentExtras)).optional(),
})
const params = z.object({ id: z.string().max(80) })
const done = z.object({ id: z.string() })
const tags = ['register']

export type HouseholdPatch = z.input<typeof edit>

export function editRoutes(app: App, deps: EditDeps): void {
  app.post(
    '/api/households',
    {
      schema: {
        tags,
        summary: 'Adds a household to a grid; a door that has one already is refused unless `another` is said.',
        body: edit.extend({ place: grid, building: text(60), room: text(20) }),
        response: { 200: done },
      },
    },
    async (request) => ({ id: await addHousehold(deps, permit(request, 'register.edit'), request.body) }),
  )
  app.patch(
    '/api/households/:id',
    {
      schema: {
        tags,
        summary: 'Changes what is said of a household. `version` is the one that was read; 409 tells who was first.',
        params,
        body: edit.extend({ version: z.number().int() }),
        response: { 200: done },
      },
    },
    async (request) => {
      const { version, ...said } = request.body
      await changeHousehold(deps, permit(request, 'register.edit'), request.params.id, version, said)
      return { id: request.params.id }
    },
  )
  app.post(
    '/api/households/:id/move-out',
    {
      schema: {
        tags,
        summary: 'Takes a household out of the register by a date and a reason. Nothing is deleted.',
        params,
        body: z.object({ version: z.number().int(), reason: z.enum(moveOutReasons) }),
        response: { 200: done },
      },
    },
    async (request) => {
      await moveOut(deps, permit(request, 'register.edit'), request.params.id, request.body.version, request.body.reason)
      return { id: request.params.id }
    },
  )
  app.post(
    '/api/households/:id/move-back',
    { schema: { tags, summary: 'Takes a household back that had moved out.', params, response: { 200: done } } },
    async (request) => {
      await moveBack(deps, permit(request, 'register.edit'), request.params.id)
      return { id: request.params.id }
    },
  )
}
