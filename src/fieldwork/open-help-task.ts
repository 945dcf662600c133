import { sql } from 'kysely'
import { newId } from '../base/ids.js'
import { systemActor, type Tx } from '../base/store/store.js'
import { findEvacuation, findOpenDoor, lockDoor } from '../evacuations/evacuation-store.js'
import { type JournalEntry, type Reaction, record } from '../journal/journal.js'
import { clearTimer, setTimer } from '../journal/todo.js'
import { doorLabel } from '../register/door-label.js'
import { answerAsker, type TellComing } from './answer-cry.js'
import { superiorFor, workerFor } from './choose-assignee.js'
import { type FieldworkDeps, minutesAfter } from './fieldwork-deps.js'
import { takeEdit } from './take-edit.js'
import type { Task } from './task.js'
import { findTask, insertTasks, listTasks, writeTask } from './task-store.js'

interface Cry {
  place: string
  alertId: string | null
  seriesId: string | null
  evacuationId: string | null
  /** Who it is when neither household nor staff member is known: a contact, a task, a door. */
  source: string
  householdId: string | null
  staffId: string | null
  /** Door of a household that is not in the register. */
  label: string | null
}

/**
 * answer.received with help: any cry for help becomes a named task with a clock. Who asks twice has one task that says so; a
 * household on a checklist is marked there too, so that nobody counts it as safe.
 */
export function openHelpTask(deps: FieldworkDeps, tellComing: TellComing): Reaction {
  return async (tx, entry) => {
    if (entry.data.help !== true) return
    const cry: Cry = {
      place: entry.place,
      alertId: entry.thing.id,
      seriesId: entry.series,
      evacuationId: null,
      source: `contact ${entry.data.contactId}`,
      householdId: (entry.data.householdId as string | undefined) ?? null,
      staffId: (entry.data.staffId as string | undefined) ?? null,
      label: null,
    }
    const task = await openOrAskAgain(tx, deps, cry)
    await markDoor(tx, deps, entry, cry, task)
    await answerAsker(tx, deps, tellComing, task, Number(entry.data.contactId))
  }
}

/** household.asked-help, task.done of a knock that found somebody in need: said by a worker at the door. */
export function openFieldHelp(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const cry = entry.thing.type === 'task' ? await cryOfKnock(tx, entry) : await cryOfDoor(tx, entry)
    if (cry) await openOrAskAgain(tx, deps, cry)
  }
}

async function cryOfKnock(tx: Tx, entry: JournalEntry): Promise<Cry | null> {
  if (entry.data.result !== 'needs-help') return null
  const task = await findTask(tx, entry.thing.id)
  if (!task) return null
  const { place, alertId, seriesId, householdId, staffId } = task
  return { place, alertId, seriesId, evacuationId: null, source: `task ${task.id}`, householdId, staffId, label: null }
}

async function cryOfDoor(tx: Tx, entry: JournalEntry): Promise<Cry | null> {
  // The cry of an answer opened its task already.
  if (entry.data.source === 'answer') return null
  const door = await lockDoor(tx, entry.thing.id)
  if (!door?.helpAt) return null
  const evacuation = await findEvacuation(tx, door.evacuationId)
  return {
    place: door.place,
    alertId: evacuation?.alertId ?? null,
    seriesId: entry.series,
    evacuationId: door.evacuationId,
    source: `door ${door.id}`,
    householdId: door.householdId,
    staffId: null,
    label: door.label,
  }
}

/** household.helped: the task of that door is done when nothing of it stands open. */
export function endFieldHelp(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const door = await lockDoor(tx, entry.thing.id)
    if (!door || door.helpAt) return
    const open = await listTasks(tx, { kinds: ['help'], seriesId: entry.series ?? '', open: true })
    for (const task of open.filter((t) => (door.householdId ? t.householdId === door.householdId : t.title.startsWith(door.label)))) {
      await writeTask(tx, { ...task, doneAt: deps.clock.now(), result: 'helped', version: task.version + 1 })
      await clearTimer(tx, 'help.due', task.id)
      await record(tx, {
        event: 'task.done',
        place: task.place,
        thing: { type: 'task', id: task.id },
        series: task.seriesId,
        data: { kind: 'help', result: 'helped', minutes: Math.round((deps.clock.now().getTime() - task.openedAt.getTime()) / 60_000) },
      })
    }
  }
}

async function openOrAskAgain(tx: Tx, deps: FieldworkDeps, cry: Cry): Promise<Task> {
  // Two answers of one household at the same time must not make two tasks.
  const who = cry.householdId ?? cry.staffId ?? cry.label ?? cry.source
  await sql`select pg_advisory_xact_lock(hashtext(${`help ${cry.seriesId} ${who}`}))`.execute(tx)
  const open = await listTasks(tx, { kinds: ['help'], ...(cry.seriesId ? { seriesId: cry.seriesId } : {}), open: true })
  const known = open.find((task) => sameCry(task, cry))
  if (!known) return openTask(tx, deps, cry)
  const next = { ...known, data: { ...known.data, asked: (known.data.asked ?? 1) + 1 }, version: known.version + 1 }
  await writeTask(tx, next)
  return next
}

function sameCry(task: Task, cry: Cry): boolean {
  if (cry.householdId) return task.householdId === cry.householdId
  if (cry.staffId) return task.staffId === cry.staffId
  return cry.label ? task.data.label === cry.label && task.place === cry.place : task.data.why === cry.source
}

async function openTask(tx: Tx, deps: FieldworkDeps, cry: Cry): Promise<Task> {
  const task = describeTask(deps, cry)
  await insertTasks(tx, [task])
  await setTimer(tx, 'help.due', task.id, task.dueAt)
  await record(tx, {
    event: 'task.opened',
    place: task.place,
    thing: { type: 'task', id: task.id },
    series: task.seriesId,
    data: { kind: 'help', by: task.data.by, ...(task.data.people ? { people: task.data.people } : {}), assigneeId: task.assigneeId },
  })
  return task
}

function describeTask(deps: FieldworkDeps, cry: Cry): Task {
  const snapshot = deps.register.snapshot()
  const now = deps.clock.now()
  const home = snapshot.households.find((h) => h.id === cry.householdId)
  const staff = snapshot.staff.find((s) => s.id === cry.staffId)
  const helper = home?.helperId ? snapshot.staff.find((s) => s.id === home.helperId) : undefined
  const place = home?.place ?? staff?.place ?? cry.place
  const assignee = staff
    ? superiorFor(snapshot, deps.config, staff.place, staff.id, now)
    : (helper ?? workerFor(snapshot, deps.config, place, now))
  const label = home ? doorLabel(home) : cry.label
  return {
    ...{ id: newId(), place, kind: 'help', alertId: cry.alertId, evacuationId: cry.evacuationId, seriesId: cry.seriesId, pointId: null },
    ...{ householdId: home?.id ?? null, groupId: null, staffId: staff?.id ?? null, assigneeId: assignee?.id ?? null },
    title: staff ? `${staff.post}请求支援` : label ? `${label} 需要帮助` : '居民需要帮助',
    data: {
      asked: 1,
      by: staff ? 'staff' : 'household',
      ...(label ? { label } : {}),
      ...(home ? { people: home.people } : {}),
      ...(label || staff ? {} : { why: cry.source }),
    },
    ...{ openedAt: now, dueAt: minutesAfter(now, deps.config.help_within_minutes), lastDoneAt: null, doneAt: null, result: null },
    ...{ version: 1, changedAt: now },
  }
}

/** The same cry on the checklist, as an edit of the task's own device: only an answer to it, or a person at the door, ends it. */
async function markDoor(tx: Tx, deps: FieldworkDeps, entry: JournalEntry, cry: Cry, task: Task): Promise<void> {
  const door = cry.householdId ? await findOpenDoor(tx, cry.householdId, entry.series) : undefined
  if (!door) return
  await takeEdit(tx, deps, systemActor, {
    id: `answer-${entry.position}`,
    device: answerDevice(task.id),
    seq: entry.position,
    target: { type: 'household', id: door.id },
    verb: 'need-help',
    value: {},
    at: entry.at,
  })
}

export const answerDevice = (taskId: string): string => `answer:${taskId}`
