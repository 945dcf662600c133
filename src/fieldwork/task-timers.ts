import type { Clock } from '../base/clock.js'
import { record } from '../journal/journal.js'
import { setTimer, type TimerHandler } from '../journal/todo.js'
import { findTask } from './task-store.js'

/**
 * watch.due, help.due: nobody looked, nobody went. The due time in the row is the truth; this entry makes the desk ring. A
 * time that was moved since (somebody looked) sets the timer again.
 */
export function markOverdue(kind: 'watch.due' | 'help.due', deps: { clock: Clock }): TimerHandler {
  return async (tx, subject) => {
    const task = await findTask(tx, subject)
    if (!task || task.doneAt || !task.dueAt) return
    if (task.dueAt > deps.clock.now()) return setTimer(tx, kind, subject, task.dueAt)
    await record(tx, {
      event: 'task.overdue',
      place: task.place,
      thing: { type: 'task', id: task.id },
      series: task.seriesId,
      data: { kind: task.kind, ...(task.pointId ? { pointId: task.pointId } : {}) },
    })
  }
}
