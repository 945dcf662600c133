import { z } from 'zod'
import { readPersonNames } from '../alerts/alert-store.js'
import type { AlertDeps } from '../alerts/describe-alert.js'
import { notFound } from '../base/problem.js'
import type { Actor, Store, Tx } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, listQuery, time } from '../base/web.js'
import { record } from '../journal/journal.js'
import { can, permit } from '../people/permissions.js'
import type { Door, Evacuation } from './evacuation.js'
import { changeDeadline, findEvacuation, listDoors, listEvacuations, readDoorHistory } from './evacuation-store.js'
import { countDoors } from './household-progress.js'
import { ledgerColumns, ledgerCsv, ledgerRows } from './ledger.js'
import { changedDeadline, orderEvacuation } from './order-evacuation.js'
import { approveReturn } from './return-households.js'
import { openDoorView, showDoors } from './show-door.js'

export const evacuationShape = z.object({
  id: z.string(),
  alertId: z.string(),
  seriesId: z.string(),
  place: z.string(),
  grids: z.array(z.string()),
  state: z.enum(['open', 'closed']),
  basis: z.string(),
  orderedBy: z.string(),
  orderedAt: time,
  deadline: time.nullable(),
  deadlineBasis: z.string(),
  deadlineBasisEn: z.string(),
  closedAt: time.nullable(),
  households: z.object({
    planned: z.number(),
    total: z.number(),
    told: z.number(),
    left: z.number(),
    arrived: z.number(),
    refused: z.number(),
    absent: z.number(),
    needHelp: z.number(),
  }),
  people: z.object({ planned: z.number(), total: z.number(), told: z.number(), left: z.number(), arrived: z.number() }),
  unverified: z.object({ households: z.number(), people: z.number() }),
  returned: z.object({ approved: z.number(), households: z.number(), people: z.number() }),
  conflicts: z.number(),
})
export type ShownEvacuation = z.output<typeof evacuationShape>

export function showEvacuation(evacuation: Evacuation, doors: Door[], orderedBy: string): ShownEvacuation {
  const { households, people } = countDoors(doors)
  const back = doors.filter((door) => door.returnedAt)
  return {
    id: evacuation.id,
    alertId: evacuation.alertId,
    seriesId: evacuation.seriesId,
    place: evacuation.place,
    grids: evacuation.grids,
    state: evacuation.state,
    basis: evacuation.basis,
    orderedBy,
    orderedAt: chinaTime(evacuation.orderedAt),
    deadline: chinaTimeOrNull(evacuation.deadline),
    deadlineBasis: evacuation.deadlineBasis,
    deadlineBasisEn: evacuation.deadlineBasisEn,
    closedAt: chinaTimeOrNull(evacuation.closedAt),
    households,
    people,
    unverified: { households: households.left - households.arrived, people: people.left - people.arrived },
    returned: {
      approved: doors.filter((door) => door.returnApprovedAt).length,
      households: back.length,
      people: back.reduce((sum, door) => sum + door.people, 0),
    },
    conflicts: doors.filter((door) => door.conflict).length,
  }
}

/** One evacuation with the counts of the doors the reader's scope holds. */
export async function readEvacuation(tx: Tx, id: string): Promise<ShownEvacuation> {
  const evacuation = await findEvacuation(tx, id)
  if (!evacuation) throw notFound('evacuation', id)
  const names = await readPersonNames(tx, [evacuation.orderedBy])
  return showEvacuation(evacuation, await listDoors(tx, id), names.get(evacuation.orderedBy) ?? evacuation.orderedBy)
}

const doorShape = z.object({ id: z.string(), label: z.string(), place: z.string(), people: z.number(), state: z.string() }).loose()
const ledgerShape = z.record(z.string(), z.union([z.string(), z.number()]))
const idParams = z.object({ id: z.string() })

export function evacuationRoutes(app: App, deps: { store: Store; alerts: AlertDeps }): void {
  const { store, alerts } = deps
  const register = alerts.register

  app.post(
    '/api/evacuations',
    {
      schema: {
        tags: ['evacuations'],
        summary: 'Order the households that the policy names to move. Pressed again it is the same order.',
        body: z.object({
          alertId: z.string(),
          grids: z
            .array(z.string().regex(/^\d{6,15}$/))
            .min(1)
            .max(2000)
            .optional(),
          deadline: time.optional(),
          deadlineReason: z.string().max(200).optional(),
          confirm: z.object({ audience: z.number().int().min(0) }).optional(),
          approval: z
            .object({
              by: z.enum(['app', 'phone']),
              whom: z.string().trim().min(1).max(60),
              at: time,
              note: z.string().max(500).default(''),
            })
            .optional(),
        }),
        response: { 200: evacuationShape, 201: evacuationShape },
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'evacuation.order')
      const { deadline, approval, ...order } = request.body
      const done = await store.act(actor, async (tx) => {
        const { evacuation, ordered } = await orderEvacuation(tx, alerts, {
          ...order,
          deadline: deadline ? new Date(deadline) : undefined,
          approval: approval && { ...approval, at: new Date(approval.at) },
        })
        return { ordered, shown: await readEvacuation(tx, evacuation.id) }
      })
      return reply.code(done.ordered ? 201 : 200).send(done.shown)
    },
  )

  app.post(
    '/api/evacuations/:id/deadline',
    {
      schema: {
        tags: ['evacuations'],
        summary: 'Another time by which the moving is to be done, with the reason for it.',
        params: idParams,
        body: z.object({ deadline: time, reason: z.string().max(200) }),
        response: { 200: evacuationShape },
      },
    },
    async (request) => {
      const actor = permit(request, 'evacuation.order')
      const { id } = request.params
      return store.act(actor, async (tx) => {
        const evacuation = await findEvacuation(tx, id)
        if (!evacuation) throw notFound('evacuation', id)
        const changed = changedDeadline(new Date(request.body.deadline), request.body.reason, alerts.clock.now())
        await changeDeadline(tx, id, changed)
        await record(tx, {
          event: 'evacuation.deadline-changed',
          place: evacuation.place,
          thing: { type: 'evacuation', id },
          series: evacuation.seriesId,
          data: { from: evacuation.deadline?.toISOString() ?? null, to: changed.at.toISOString(), reason: request.body.reason.trim() },
        })
        return readEvacuation(tx, id)
      })
    },
  )

  app.get(
    '/api/evacuations',
    { schema: { tags: ['evacuations'], querystring: listQuery, response: { 200: listOf(evacuationShape) } } },
    async (request) => {
      const actor = permit(request, 'read')
      const { cursor, limit } = request.query
      return store.act(actor, async (tx) => {
        const found = await listEvacuations(tx, { limit, before: cursor })
        const items: ShownEvacuation[] = []
        for (const { id } of found) items.push(await readEvacuation(tx, id))
        return { items, nextCursor: found.length === limit ? found.at(-1)!.id : null }
      })
    },
  )

  app.get(
    '/api/evacuations/:id',
    { schema: { tags: ['evacuations'], params: idParams, response: { 200: evacuationShape } } },
    async (request) => {
      const actor = permit(request, 'read')
      return store.act(actor, (tx) => readEvacuation(tx, request.params.id))
    },
  )

  app.get(
    '/api/evacuations/:id/checklist',
    {
      schema: {
        tags: ['evacuations'],
        summary: 'The doors of your scope in walking order. Names only for posts that may see them; who looked is journaled.',
        params: idParams,
        response: { 200: listOf(doorShape) },
      },
    },
    async (request) => {
      const actor = permit(request, 'read')
      return store.act(actor, async (tx) => {
        const { doors, view } = await readDoors(tx, actor, request.params.id)
        return { items: showDoors(doors, view), nextCursor: null }
      })
    },
  )

  app.get(
    '/api/evacuations/:id/ledger',
    {
      schema: {
        tags: ['evacuations'],
        summary: '转移台账: rows as JSON, or CSV with Accept: text/csv.',
        params: idParams,
        querystring: z.object({ format: z.enum(['json', 'csv']).optional() }),
        response: {
          200: z.union([
            z.object({ columns: z.record(z.string(), z.string()), items: z.array(ledgerShape), nextCursor: z.null() }),
            z.string(),
          ]),
        },
      },
    },
    async (request, reply) => {
      const actor = permit(request, 'read')
      const rows = await store.act(actor, async (tx) => {
        const { doors, view } = await readDoors(tx, actor, request.params.id)
        const history = await readDoorHistory(
          tx,
          doors.map((door) => door.id),
        )
        const people = [...history.map((h) => h.person), ...doors.flatMap((door) => door.returnApprovedBy ?? [])]
        return ledgerRows(doors, view, history, await readPersonNames(tx, people))
      })
      const csv = request.query.format === 'csv' || (!request.query.format && (request.headers.accept ?? '').includes('text/csv'))
      if (!csv) return { columns: { ...ledgerColumns }, items: rows, nextCursor: null }
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="ledger-${request.params.id.slice(0, 8)}.csv"`)
        .send(ledgerCsv(rows))
    },
  )

  app.post(
    '/api/evacuations/:id/return',
    {
      schema: {
        tags: ['evacuations'],
        summary: 'Approve the return, household by household, after the hazard was looked at again.',
        params: idParams,
        body: z.object({
          households: z.array(z.string()).min(1).max(2000).optional(),
          reason: z.string().trim().min(1).max(500),
          assessment: z.string().trim().min(1).max(1000),
          despiteWarning: z.boolean().optional(),
        }),
        response: { 200: evacuationShape },
      },
    },
    async (request) => {
      const actor = permit(request, 'evacuation.return')
      return store.act(actor, async (tx) => {
        await approveReturn(tx, alerts.clock, request.params.id, request.body)
        return readEvacuation(tx, request.params.id)
      })
    },
  )

  /** Doors within the reader's scope. Seeing names is written down: who, which evacuation, how many. */
  async function readDoors(tx: Tx, actor: Actor, id: string) {
    const evacuation = await findEvacuation(tx, id)
    if (!evacuation) throw notFound('evacuation', id)
    const doors = await listDoors(tx, id)
    const view = openDoorView(register.snapshot(), register.directory(), can(actor, 'register.see-sealed'), doors)
    if (view.directory && doors.length > 0)
      await record(tx, {
        event: 'sealed.seen',
        place: actor.scope || evacuation.place,
        thing: { type: 'evacuation', id },
        series: evacuation.seriesId,
        data: { households: doors.length },
      })
    return { doors, view }
  }
}
