import { inWalkingOrder } from './door-order.js'
import { type Edit, isShown, type KeptEdit } from './edit.js'
import type { FieldTask } from './field-copy.js'

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function apply(task: FieldTask, edit: Edit): Partial<FieldTask> {
  switch (edit.verb) {
    case 'done':
      return { doneAt: edit.at, result: text(edit.value.result) ?? 'done', note: text(edit.value.note) ?? task.note }
    case 'number':
      return { doneAt: edit.at, result: text(edit.value.result) }
    case 'posted':
      return { doneAt: edit.at, result: 'posted' }
    case 'take':
      return { takenBy: task.takenBy ?? 'me' }
    case 'note':
      return { note: [task.note, text(edit.value.note)].filter(Boolean).join(';') }
    case 'looked': {
      const every = task.everyMinutes
      return {
        lastDoneAt: edit.at,
        verdict: edit.value.verdict === 'bad' ? 'bad' : 'good',
        reading: text(edit.value.reading) ?? task.reading,
        dueAt: every === null ? task.dueAt : new Date(Date.parse(edit.at) + every * 60_000).toISOString(),
      }
    }
    default:
      return {}
  }
}

/** A task with this phone's own edits on top; an undone edit is as if it had not been made. */
export function layOverTask(task: FieldTask, edits: KeptEdit[]): FieldTask {
  const own = edits.filter(isShown)
  const undone = new Set(own.filter((kept) => kept.edit.verb === 'undo').map((kept) => String(kept.edit.value.of)))
  let shown = task
  for (const { edit, undoes } of own) {
    if (edit.verb === 'undo') {
      const known = own.some((kept) => kept.edit.id === edit.value.of)
      if (!known && (undoes === 'done' || undoes === 'posted')) shown = { ...shown, doneAt: null, result: null }
    } else if (!undone.has(edit.id)) shown = { ...shown, ...apply(shown, edit) }
  }
  return shown
}

/** What is overdue first, then what is due first; a cry for help is before everything. Doors stand in the order one walks them. */
export function byUrgency(now: number): (a: FieldTask, b: FieldTask) => number {
  const rank = (task: FieldTask) => {
    if (task.kind === 'help') return 0
    if (task.dueAt !== null && Date.parse(task.dueAt) < now) return 1
    return task.kind === 'knock' ? 2 : 3
  }
  const due = (task: FieldTask) => (task.dueAt === null ? Number.POSITIVE_INFINITY : Date.parse(task.dueAt))
  const walk = (a: FieldTask, b: FieldTask) =>
    a.kind === 'knock' && b.kind === 'knock'
      ? inWalkingOrder({ place: a.place, label: a.label ?? '' }, { place: b.place, label: b.label ?? '' })
      : 0
  return (a, b) => rank(a) - rank(b) || walk(a, b) || due(a) - due(b) || (a.id < b.id ? -1 : 1)
}
