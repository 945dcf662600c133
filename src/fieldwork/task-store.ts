import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { Task, TaskData, TaskKind } from './task.js'

const toTask = (row: Selectable<Tables['task']>): Task => ({
  id: row.id,
  place: row.place,
  kind: row.kind as TaskKind,
  alertId: row.alert_id,
  evacuationId: row.evacuation_id,
  seriesId: row.series_id,
  pointId: row.point_id,
  householdId: row.household_id,
  groupId: row.group_id,
  staffId: row.staff_id,
  assigneeId: row.assignee_id,
  title: row.title,
  data: row.data as TaskData,
  openedAt: row.opened_at,
  dueAt: row.due_at,
  lastDoneAt: row.last_done_at,
  doneAt: row.done_at,
  result: row.result,
  version: row.version,
  changedAt: row.changed_at,
})

type Required = 'id' | 'place' | 'kind' | 'title' | 'openedAt'
type Link = 'alertId' | 'evacuationId' | 'seriesId' | 'pointId' | 'householdId' | 'groupId' | 'staffId' | 'assigneeId' | 'dueAt'
export type NewTask = Pick<Task, Required> & Partial<Pick<Task, Link | 'data'>>

/** A task that is there already (same post for the same group) is left as it is; answers how many are new. */
export async function insertTasks(tx: Tx, tasks: NewTask[]): Promise<number> {
  let inserted = 0
  for (let from = 0; from < tasks.length; from += 500) {
    const rows = tasks.slice(from, from + 500).map((task) => ({
      id: task.id,
      place: task.place,
      kind: task.kind,
      title: task.title,
      opened_at: task.openedAt,
      alert_id: task.alertId ?? null,
      evacuation_id: task.evacuationId ?? null,
      series_id: task.seriesId ?? null,
      point_id: task.pointId ?? null,
      household_id: task.householdId ?? null,
      group_id: task.groupId ?? null,
      staff_id: task.staffId ?? null,
      assignee_id: task.assigneeId ?? null,
      due_at: task.dueAt ?? null,
      data: JSON.stringify(task.data ?? {}),
    }))
    const done = await tx
      .insertInto('task')
      .values(rows)
      .onConflict((c) => c.doNothing())
      .executeTakeFirst()
    inserted += Number(done.numInsertedOrUpdatedRows ?? 0n)
  }
  return inserted
}

export async function findTask(tx: Tx, id: string): Promise<Task | undefined> {
  const row = await tx.selectFrom('task').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toTask(row)
}

export async function lockTask(tx: Tx, id: string): Promise<Task | undefined> {
  const row = await tx.selectFrom('task').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toTask(row)
}

export interface TaskFilter {
  kinds?: TaskKind[] | undefined
  alertId?: string | undefined
  seriesId?: string | undefined
  open?: boolean | undefined
  changedSince?: Date | undefined
  after?: string | undefined
  limit?: number | undefined
}

export async function listTasks(tx: Tx, filter: TaskFilter): Promise<Task[]> {
  let query = tx.selectFrom('task').selectAll().orderBy('id')
  if (filter.kinds) query = query.where('kind', 'in', filter.kinds)
  if (filter.alertId) query = query.where('alert_id', '=', filter.alertId)
  if (filter.seriesId) query = query.where('series_id', '=', filter.seriesId)
  if (filter.open !== undefined) query = query.where('done_at', filter.open ? 'is' : 'is not', null)
  if (filter.changedSince) query = query.where('changed_at', '>=', filter.changedSince)
  if (filter.after) query = query.where('id', '>', filter.after)
  if (filter.limit) query = query.limit(filter.limit)
  return (await query.execute()).map(toTask)
}

export async function writeTask(
  tx: Tx,
  task: Pick<Task, 'id' | 'data' | 'dueAt' | 'lastDoneAt' | 'doneAt' | 'result' | 'version' | 'title' | 'assigneeId'>,
): Promise<void> {
  await tx
    .updateTable('task')
    .set({
      title: task.title,
      assignee_id: task.assigneeId,
      data: JSON.stringify(task.data),
      due_at: task.dueAt,
      last_done_at: task.lastDoneAt,
      done_at: task.doneAt,
      result: task.result,
      version: task.version,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', task.id)
    .execute()
}

/** Ends what nobody needs to do any more; answers the ids. */
export async function withdrawTasks(
  tx: Tx,
  which: { kinds: TaskKind[]; seriesId?: string; alertId?: string },
  at: Date,
  result: string,
): Promise<string[]> {
  let query = tx
    .updateTable('task')
    .set({ done_at: at, result, version: sql<number>`version + 1`, changed_at: sql<Date>`clock_timestamp()` })
    .where('kind', 'in', which.kinds)
    .where('done_at', 'is', null)
    .returning('id')
  if (which.seriesId) query = query.where('series_id', '=', which.seriesId)
  if (which.alertId) query = query.where('alert_id', '=', which.alertId)
  return (await query.execute()).map((row) => row.id)
}

/** Group posts that somebody posted: they get the correction or the all-clear. */
export async function reopenPosts(tx: Tx, alertId: string, data: TaskData): Promise<number> {
  const done = await tx
    .updateTable('task')
    .set({
      done_at: null,
      result: null,
      data: sql<string>`data || ${JSON.stringify(data)}::jsonb`,
      version: sql<number>`version + 1`,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('kind', '=', 'group-post')
    .where('alert_id', '=', alertId)
    .where('result', '=', 'posted')
    .executeTakeFirst()
  return Number(done.numUpdatedRows)
}

/** Posts nobody has posted yet take the newest words. */
export async function reviseWaitingPosts(tx: Tx, alertId: string, data: TaskData): Promise<void> {
  await tx
    .updateTable('task')
    .set({
      data: sql<string>`data || ${JSON.stringify(data)}::jsonb`,
      version: sql<number>`version + 1`,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('kind', '=', 'group-post')
    .where('alert_id', '=', alertId)
    .where('done_at', 'is', null)
    .execute()
}
