import type { Actor, Tx } from '../base/store/store.js'
import { findOpenDoor } from '../evacuations/evacuation-store.js'
import { record } from '../journal/journal.js'
import { clearTimer, setTimer } from '../journal/todo.js'
import { can } from '../people/permissions.js'
import { saveNumber } from './correct-number.js'
import { type FieldEdit, taskValues } from './field-edit.js'
import { findEdit, type KeptEdit, keepEdit, readLog } from './field-edit-store.js'
import { type FieldworkDeps, minutesAfter } from './fieldwork-deps.js'
import { openPointIncident } from './open-incident.js'
import { refuse, type Taken, trustTime } from './refuse-edit.js'
import { takeHouseholdEdit } from './take-household-edit.js'
import { foldTask, type Task, type TaskEdit, type TaskVerb, taskVerbs, verbsOf, withdrawn } from './task.js'
import { lockTask, writeTask } from './task-store.js'

const isVerb = (verb: string): verb is TaskVerb => (taskVerbs as readonly string[]).includes(verb)
const asTaskEdit = (edit: FieldEdit, person: string, version: number): TaskEdit => ({
  id: edit.id,
  device: edit.device,
  seq: edit.seq,
  person,
  verb: edit.verb as TaskVerb,
  value: edit.value as TaskEdit['value'],
  at: edit.at,
  version,
})
export const taskLog = (log: KeptEdit[]): TaskEdit[] => log.map((kept) => asTaskEdit(kept, kept.person, kept.version))

export async function takeTaskEdit(tx: Tx, deps: FieldworkDeps, actor: Actor, sent: FieldEdit): Promise<Taken> {
  const task = await lockTask(tx, sent.target.id)
  if (!task) return refuse(tx, actor, sent, 'unknown-target')
  const value = isVerb(sent.verb) && verbsOf[task.kind].includes(sent.verb) ? taskValues[sent.verb].safeParse(sent.value) : null
  if (!value?.success) return refuse(tx, actor, sent, 'malformed')
  if (!can(actor, 'field.edit', task.place)) return refuse(tx, actor, sent, 'forbidden')
  // A post made says which wording was posted; a phone that does not say so posted the one of now.
  if (sent.verb === 'number' && !(await saveNumber(tx, deps, task, value.data as { phone?: string })))
    return refuse(tx, actor, sent, 'bad-number')
  const stamped = sent.verb === 'posted' ? { revision: task.data.revision, ...value.data } : value.data
  const edit = trustTime({ ...sent, value: stamped }, task.openedAt, deps.clock.now())
  const version = task.version + 1
  const log = taskLog(await readLog(tx, ['task', 'group-post'], task.id))
  const next = progressed(task, [...log, asTaskEdit(edit, actor.person, version)], version, deps)
  const taken = sent.verb === 'take' && log.some((e) => e.verb === 'take' && e.person !== actor.person)
  const outcome = taken || (sent.verb === 'done' && next.data.conflict) ? 'conflict' : 'accepted'
  if (!(await keepEdit(tx, edit, { place: task.place, outcome, problem: outcome === 'conflict' ? 'conflict' : null, version })))
    return { outcome: 'raced' }
  await writeTask(tx, next)
  await setTimers(tx, task, next)
  await recordTask(tx, task, next, edit, outcome === 'conflict')
  if (task.kind === 'watch' && edit.verb === 'looked' && edit.value.verdict === 'bad') await openPointIncident(tx, deps, next)
  if (task.kind === 'help') await answerDoor(tx, deps, actor, task, edit)
  return { outcome }
}

function progressed(task: Task, log: TaskEdit[], version: number, deps: FieldworkDeps): Task {
  const fold = foldTask(task, log)
  const gone = task.result === withdrawn && !fold.doneAt
  const taker = fold.data.takenBy && deps.register.snapshot().staff.find((s) => s.personId === fold.data.takenBy)
  const looked = fold.lastDoneAt !== null && task.data.everyMinutes !== undefined
  return {
    ...task,
    data: fold.data,
    doneAt: gone ? task.doneAt : fold.doneAt,
    result: gone ? task.result : fold.result,
    lastDoneAt: fold.lastDoneAt,
    dueAt: looked ? minutesAfter(fold.lastDoneAt!, task.data.everyMinutes!) : task.dueAt,
    assigneeId: taker ? taker.id : task.assigneeId,
    version,
    changedAt: task.changedAt,
  }
}

async function setTimers(tx: Tx, before: Task, after: Task): Promise<void> {
  const timer = after.kind === 'watch' ? 'watch.due' : after.kind === 'help' ? 'help.due' : null
  if (!timer) return
  if (after.doneAt) await clearTimer(tx, timer, after.id)
  else if (after.dueAt && (before.doneAt || before.dueAt?.getTime() !== after.dueAt.getTime()))
    await setTimer(tx, timer, after.id, after.dueAt)
}

const eventOf: Record<TaskVerb, string> = {
  done: 'task.done',
  looked: 'point.watched',
  take: 'task.taken',
  note: 'task.noted',
  posted: 'group.posted',
  number: 'task.done',
  undo: 'task.undone',
}

async function recordTask(tx: Tx, task: Task, next: Task, edit: FieldEdit, conflict: boolean): Promise<void> {
  const verb = edit.verb as TaskVerb
  const facts: Record<string, unknown> =
    verb === 'posted'
      ? { groupId: task.groupId, alertId: task.alertId, revision: edit.value.revision, purpose: task.data.purpose }
      : verb === 'looked'
        ? { pointId: task.pointId, verdict: edit.value.verdict ?? 'good', late: task.dueAt !== null && task.dueAt < edit.at }
        : verb === 'done' || verb === 'number'
          ? { result: next.result, minutes: Math.round((edit.at.getTime() - task.openedAt.getTime()) / 60_000) }
          : {}
  await record(tx, {
    event: eventOf[verb],
    place: task.place,
    thing: { type: 'task', id: task.id },
    series: task.seriesId,
    data: { kind: task.kind, ...(task.householdId ? { household: true } : {}), ...facts, ...(conflict ? { conflict } : {}) },
  })
}

/** Results that say that nobody has helped yet. Any other word, a free one too, is the answer to the cry. */
const unanswered = ['needs-help', 'nobody', 'refused', 'passed-on', 'escalated', 'bad']

/**
 * Who asked by phone stands on the checklist as in need; the person who went there and says so ends exactly that cry. Cries of
 * others at the same door stay.
 */
async function answerDoor(tx: Tx, deps: FieldworkDeps, actor: Actor, task: Task, edit: FieldEdit): Promise<void> {
  const door = task.householdId ? await findOpenDoor(tx, task.householdId, task.seriesId) : undefined
  if (!door) return
  const spoken = { ...edit, device: `answer:${task.id}`, seq: Number.MAX_SAFE_INTEGER, target: { type: 'household', id: door.id } }
  if (edit.verb === 'done' && !unanswered.includes(String(edit.value.result ?? 'done')))
    await takeHouseholdEdit(tx, deps, actor, { ...spoken, id: `${edit.id}:door`, verb: 'helped', value: {} })
  const taken = edit.verb === 'undo' ? await findEdit(tx, `${String(edit.value.of)}:door`) : undefined
  if (taken) await takeHouseholdEdit(tx, deps, actor, { ...spoken, id: `${edit.id}:door`, verb: 'undo', value: { of: taken.id } })
}
