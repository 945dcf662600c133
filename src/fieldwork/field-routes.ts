import { z } from 'zod'
import { readAlert, readRevisions } from '../alerts/alert-store.js'
import { newId } from '../base/ids.js'
import { notFound, Problem } from '../base/problem.js'
import { type Actor, type Store, systemActor } from '../base/store/store.js'
import { type App, chinaTime, listOf, listQuery, time } from '../base/web.js'
import { can, permit } from '../people/permissions.js'
import { readRegisterKind } from '../register/register-store.js'
import { readBoard, showPost } from './board.js'
import { editShape } from './field-edit.js'
import { listQuarantined, readCursor } from './field-edit-store.js'
import { readFieldTasks, readShelters } from './field-tasks.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { groupCard } from './group-card.js'
import { reportIncident } from './open-incident.js'
import { nameOfPlace, showTask, type TaskReader, taskShape } from './show-task.js'
import { syncEdits } from './sync-edits.js'
import { taskKinds } from './task.js'
import { findTask, listTasks } from './task-store.js'

export interface FieldRouteDeps extends FieldworkDeps {
  store: Store
  /** The landline of the duty room: it stands on every phone page. */
  hotline: string
}

const itemShape = z
  .object({ id: z.string(), type: z.enum(['household', 'task', 'group-post']), place: z.string(), version: z.number() })
  .loose()
const resultShape = z.object({
  id: z.string(),
  outcome: z.enum(['accepted', 'duplicate', 'conflict', 'refused']),
  problem: z.object({ kind: z.string(), title: z.string(), detail: z.string() }).optional(),
})

export function fieldRoutes(app: App, fieldwork: FieldRouteDeps): void {
  const { store } = fieldwork
  const readerOf = (actor: Actor): TaskReader => {
    const snapshot = fieldwork.register.snapshot()
    const staffId = snapshot.staff.find((s) => s.personId === actor.person)?.id ?? null
    return { snapshot, directory: fieldwork.register.directory(), now: fieldwork.clock.now(), staffId }
  }

  app.get(
    '/api/field/tasks',
    {
      schema: {
        tags: ['field'],
        summary:
          'Everything a phone needs to work without a network: the doors and tasks of your scope. since = cursor of the last answer.',
        querystring: z.object({ since: z.string().optional() }),
        response: { 200: z.object({ items: z.array(itemShape), nextCursor: z.null(), cursor: z.string() }).loose() },
      },
    },
    async (request) => {
      const actor = permit(request, 'field.edit')
      const since = request.query.since ? new Date(request.query.since) : null
      if (since && Number.isNaN(since.getTime()))
        throw new Problem('malformed', 'since 不是游标', 'since is the cursor of the last answer', [
          { path: 'since', message: 'not a cursor' },
        ])
      return store.act(actor, (tx) => readFieldTasks(tx, fieldwork, since))
    },
  )

  app.post(
    '/api/field/sync',
    {
      schema: {
        tags: ['field'],
        summary: 'What was done on a phone, each thing once. Answers one outcome per edit; send again whatever was not answered.',
        body: z.object({ edits: z.array(editShape).max(500) }),
        response: { 200: z.object({ results: z.array(resultShape), cursor: z.string() }) },
      },
    },
    async (request) => {
      const actor = permit(request, 'field.edit')
      // Asked before the edits: what they change is certain to be newer.
      const cursor = await store.act(actor, readCursor)
      const edits = request.body.edits.map((edit) => ({ ...edit, value: edit.value ?? {}, at: new Date(edit.at) }))
      const results = await syncEdits(store, fieldwork, request.log, actor, edits)
      return { results, cursor: cursor.toISOString() }
    },
  )

  app.get(
    '/api/field/board',
    {
      schema: {
        tags: ['field'],
        summary: 'Evacuation, points, calls for help, groups and knocks of your scope, for the desk.',
        querystring: z.object({ series: z.string().optional() }),
        response: { 200: z.object({}).loose() },
      },
    },
    async (request) => {
      const actor = permit(request, 'read')
      return store.act(actor, (tx) => readBoard(tx, readerOf(actor), request.query.series))
    },
  )

  app.get(
    '/api/field/groups',
    {
      schema: {
        tags: ['field'],
        summary: 'Group posts of one alert (without it: of all that are open), who has posted and who has not.',
        querystring: z.object({ alertId: z.string().optional() }),
        response: { 200: listOf(z.object({ id: z.string(), name: z.string(), posted: z.boolean() }).loose()) },
      },
    },
    async (request) => {
      const actor = permit(request, 'read')
      return store.act(actor, async (tx) => {
        const { snapshot } = readerOf(actor)
        const all = await listTasks(tx, { kinds: ['group-post'], alertId: request.query.alertId })
        const newest = request.query.alertId ?? all.at(-1)?.alertId
        return { items: all.filter((task) => task.alertId === newest).map((task) => showPost(task, snapshot)), nextCursor: null }
      })
    },
  )

  app.get(
    '/api/field/quarantine',
    {
      schema: {
        tags: ['field'],
        summary: 'Edits that could not be applied, newest first, for a person to look at.',
        response: { 200: listOf(z.object({ id: z.string(), verb: z.string(), problem: z.string().nullable(), at: time }).loose()) },
      },
    },
    async (request) => {
      const actor = permit(request, 'field.edit')
      const found = await store.act(actor, (tx) => listQuarantined(tx, 500))
      return {
        items: found.map(({ at, value: _, ...edit }) => ({ ...edit, at: chinaTime(at) })),
        nextCursor: null,
      }
    },
  )

  app.get(
    '/api/shelters/occupancy',
    {
      schema: {
        tags: ['field'],
        summary: 'People in each shelter now, by what its keeper confirmed. Sums only.',
        response: {
          200: listOf(z.object({ id: z.string(), name: z.string(), capacity: z.number(), arrived: z.number(), free: z.number() }).loose()),
        },
      },
    },
    async (request) => {
      permit(request, 'read')
      // Sums over every household in a shelter: the same number for a worker of one grid and for the desk.
      const items = await store.act(systemActor, (tx) => readShelters(tx, fieldwork.register.snapshot()))
      return { items, nextCursor: null }
    },
  )

  app.get(
    '/api/tasks',
    {
      schema: {
        tags: ['field'],
        querystring: listQuery.extend({
          kind: z.enum(taskKinds).optional(),
          open: z.enum(['true', 'false']).optional(),
          alertId: z.string().optional(),
          series: z.string().optional(),
        }),
        response: { 200: listOf(taskShape) },
      },
    },
    async (request) => {
      const actor = permit(request, 'read')
      const { kind, open, alertId, series, cursor, limit } = request.query
      return store.act(actor, async (tx) => {
        const found = await listTasks(tx, {
          ...{ kinds: kind && [kind], open: open && open === 'true', alertId, seriesId: series, after: cursor, limit },
        } as Parameters<typeof listTasks>[1])
        const reader = readerOf(actor)
        return { items: found.map((task) => showTask(task, reader)), nextCursor: found.length === limit ? found.at(-1)!.id : null }
      })
    },
  )

  app.post(
    '/api/tasks',
    {
      schema: {
        tags: ['field'],
        summary: 'Report an incident by hand.',
        body: z.object({
          kind: z.literal('incident'),
          place: z.string().regex(/^\d{6,15}$/),
          title: z.string().trim().min(1).max(100),
          note: z.string().trim().max(500).optional(),
          assigneeId: z.string().optional(),
          dueAt: time.optional(),
          seriesId: z.string().optional(),
        }),
        response: { 201: taskShape },
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'field.edit')
      const { place, title, note, assigneeId, dueAt, seriesId } = request.body
      if (!can(actor, 'field.edit', place)) throw notFound('place', place)
      const reader = readerOf(actor)
      if (assigneeId && !reader.snapshot.staff.some((s) => s.id === assigneeId)) throw notFound('staff', assigneeId)
      const id = newId()
      const task = await store.act(actor, async (tx) => {
        const incident = { id, place, title, note, assigneeId, seriesId: seriesId ?? null, openedAt: reader.now }
        await reportIncident(tx, fieldwork, { ...incident, dueAt: dueAt ? new Date(dueAt) : null })
        return (await findTask(tx, id))!
      })
      return reply.code(201).send(showTask(task, reader))
    },
  )

  app.get(
    '/api/groups/:taskId/card.svg',
    {
      schema: {
        tags: ['field'],
        summary: 'The picture for the group, beside the text: 1080 × 1350.',
        params: z.object({ taskId: z.string() }),
        produces: ['image/svg+xml'],
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'read')
      const svg = await store.act(actor, async (tx) => {
        const task = await findTask(tx, request.params.taskId)
        if (task?.kind !== 'group-post' || !task.alertId) throw notFound('group post', request.params.taskId)
        const alert = await readAlert(tx, task.alertId)
        const revision = (await readRevisions(tx, [alert.id])).find((r) => r.id === task.data.revisionId)
        const issuedAt = revision?.words.facts.issuedAt
        return groupCard({
          title: alert.title,
          level: alert.level,
          subdistrict: nameOfPlace(fieldwork.register.snapshot(), alert.place),
          text: task.data.text ?? '',
          issuer: revision?.words.facts.station ?? '',
          issuedAt: issuedAt ? chinaTime(new Date(issuedAt)).slice(5, 16).replace('T', ' ') : '',
          purpose: task.data.purpose ?? 'warn',
          exercise: alert.kind === 'exercise',
          sample: (await readRegisterKind(tx)) === 'sample',
        })
      })
      return reply.type('image/svg+xml; charset=utf-8').header('cache-control', 'private, max-age=60').send(svg)
    },
  )
}
