import { newId } from '../base/ids.js'
import type { Actor, Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { can } from '../people/permissions.js'
import { superiorFor, workerFor } from './choose-assignee.js'
import { type FieldEdit, incidentValue } from './field-edit.js'
import { keepEdit } from './field-edit-store.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { refuse, type Taken, trustTime } from './refuse-edit.js'
import type { Task } from './task.js'
import { insertTasks, listTasks, type NewTask } from './task-store.js'

async function openIncident(tx: Tx, task: Omit<NewTask, 'kind'>, facts: Record<string, unknown>): Promise<void> {
  await insertTasks(tx, [{ ...task, kind: 'incident' }])
  await record(tx, {
    event: 'task.opened',
    place: task.place,
    thing: { type: 'task', id: task.id },
    series: task.seriesId ?? null,
    data: { kind: 'incident', ...facts },
  })
}

/** A bad look at a point becomes an incident for the superior, one as long as it is open. */
export async function openPointIncident(tx: Tx, deps: FieldworkDeps, watch: Task): Promise<void> {
  const open = await listTasks(tx, { kinds: ['incident'], open: true })
  if (open.some((task) => task.pointId === watch.pointId)) return
  const superior = superiorFor(deps.register.snapshot(), deps.config, watch.place, watch.assigneeId, deps.clock.now())
  const { place, alertId, seriesId, pointId } = watch
  await openIncident(
    tx,
    {
      ...{ id: newId(), place, alertId, seriesId, pointId, title: `${watch.title} 发现险情`, openedAt: deps.clock.now() },
      ...{ assigneeId: superior?.id ?? watch.assigneeId, data: watch.data.reading ? { reading: watch.data.reading } : {} },
    },
    { pointId },
  )
}

export interface NewIncident {
  id: string
  place: string
  title: string
  kind?: string | undefined
  note?: string | undefined
  seriesId?: string | null
  assigneeId?: string | undefined
  dueAt?: Date | null
  openedAt: Date
}

/** Reported by hand, on the desk or on a phone: dealt with on the spot, or by the grid's worker. */
export async function reportIncident(tx: Tx, deps: FieldworkDeps, incident: NewIncident): Promise<void> {
  const snapshot = deps.register.snapshot()
  const { id, place, title, openedAt } = incident
  await openIncident(
    tx,
    {
      ...{ id, place, title, openedAt, seriesId: incident.seriesId ?? null, dueAt: incident.dueAt ?? null },
      assigneeId: incident.assigneeId ?? workerFor(snapshot, deps.config, place, deps.clock.now())?.id ?? null,
      data: incident.note ? { why: incident.note } : {},
    },
    incident.kind && /^[a-z-]{1,40}$/.test(incident.kind) ? { about: incident.kind } : {},
  )
}

/** verb report: the phone gives the new task its id, so that it can go on speaking of it while offline. */
export async function takeIncident(tx: Tx, deps: FieldworkDeps, actor: Actor, sent: FieldEdit): Promise<Taken> {
  const value = incidentValue.safeParse(sent.value)
  if (sent.verb !== 'report' || !value.success) return refuse(tx, actor, sent, 'malformed')
  if (!can(actor, 'field.edit', value.data.place)) return refuse(tx, actor, sent, 'unknown-target')
  const now = deps.clock.now()
  const edit = trustTime(sent, new Date(now.getTime() - 24 * 3_600_000), now)
  if (!(await keepEdit(tx, edit, { place: value.data.place, outcome: 'accepted', problem: null, version: 1 }))) return { outcome: 'raced' }
  await reportIncident(tx, deps, { ...value.data, id: sent.target.id, openedAt: edit.at })
  return { outcome: 'accepted' }
}
