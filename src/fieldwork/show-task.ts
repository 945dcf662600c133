import { z } from 'zod'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import { openDoorView, phoneOf } from '../evacuations/show-door.js'
import type { Directory } from '../register/directory.js'
import type { Snapshot } from '../register/snapshot.js'
import { isOverdue, type Task, taskKinds } from './task.js'

export const taskShape = z
  .object({
    id: z.string(),
    kind: z.enum(taskKinds),
    place: z.string(),
    placeName: z.string(),
    title: z.string(),
    openedAt: z.string(),
    dueAt: z.string().nullable(),
    doneAt: z.string().nullable(),
    result: z.string().nullable(),
    overdue: z.boolean(),
    version: z.number(),
  })
  .loose()

export const nameOfPlace = (snapshot: Snapshot, place: string): string =>
  snapshot.grids.find((g) => g.place === place)?.name ?? snapshot.places.find((p) => p.place === place)?.name ?? place

export interface TaskReader {
  snapshot: Snapshot
  directory: Directory
  now: Date
  /** Staff row of the reader: which tasks are theirs. */
  staffId: string | null
}

/** A task as a screen or a phone needs it. No resident's name in it; phones are masked. */
export function showTask(task: Task, reader: TaskReader) {
  const { snapshot, directory, now } = reader
  const assignee = snapshot.staff.find((s) => s.id === task.assigneeId)
  const also = snapshot.staff.find((s) => s.id === task.data.alsoId)
  const taker = task.data.takenBy ? snapshot.staff.find((s) => s.personId === task.data.takenBy) : undefined
  const group = task.groupId ? snapshot.groups.find((g) => g.id === task.groupId) : undefined
  const point = task.pointId ? snapshot.points.find((p) => p.id === task.pointId) : undefined
  return {
    id: task.id,
    type: task.kind === 'group-post' ? ('group-post' as const) : ('task' as const),
    kind: task.kind,
    place: task.place,
    placeName: nameOfPlace(snapshot, task.place),
    alertId: task.alertId,
    seriesId: task.seriesId,
    title: task.title,
    label: task.data.label ?? null,
    note: [task.data.why?.match(/^(contact|task|door) /) ? null : task.data.why, task.data.note].filter(Boolean).join(';') || null,
    householdId: task.householdId,
    staffId: task.staffId,
    people: task.data.people ?? null,
    asked: task.data.asked ?? null,
    by: task.data.by ?? null,
    phones: phonesOf(task, snapshot, directory),
    assigneeId: task.assigneeId,
    assigneeName: assignee?.name ?? null,
    ownerName: [assignee, task.data.takenBy ? undefined : also].flatMap((s) => s?.name ?? []).join('、') || null,
    mine: reader.staffId !== null && [task.assigneeId, task.data.alsoId].includes(reader.staffId),
    toldName: snapshot.staff.find((s) => s.id === task.data.toldId)?.name ?? null,
    takenBy: taker?.name ?? (task.data.takenBy ? task.data.takenBy : null),
    openedAt: chinaTime(task.openedAt),
    dueAt: chinaTimeOrNull(task.dueAt),
    lastDoneAt: chinaTimeOrNull(task.lastDoneAt),
    doneAt: chinaTimeOrNull(task.doneAt),
    result: task.result,
    overdue: isOverdue(task, now),
    conflict: task.data.conflict ?? false,
    pointId: task.pointId,
    pointKind: point?.kind ?? task.data.pointKind ?? null,
    everyMinutes: task.data.everyMinutes ?? null,
    reading: task.data.reading ?? null,
    verdict: task.data.verdict ?? null,
    text: task.data.text ?? null,
    groupId: task.groupId,
    groupName: group?.name ?? null,
    platform: task.data.platform ?? null,
    members: task.data.members ?? null,
    revision: task.data.revision ?? null,
    purpose: task.data.purpose ?? null,
    cardUrl: task.kind === 'group-post' ? `/api/groups/${task.id}/card.svg` : null,
    version: task.version,
  }
}
export type ShownTask = ReturnType<typeof showTask>

function phonesOf(task: Task, snapshot: Snapshot, directory: Directory): { number: string; relation: string }[] {
  if (!task.householdId || (task.kind !== 'knock' && task.kind !== 'help')) return []
  const home = snapshot.households.find((h) => h.id === task.householdId)
  if (!home) return []
  const { phone, relation } = phoneOf({ ...openDoorView(snapshot, directory, false, []), homes: new Map([[home.id, home]]) }, home.id)
  return phone ? [{ number: phone, relation: relation ?? 'self' }] : []
}
