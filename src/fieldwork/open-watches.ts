import type { Alert } from '../alerts/alert.js'
import { readAlert } from '../alerts/alert-store.js'
import { newId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import { clearTimer, setTimer } from '../journal/todo.js'
import { chooseAudience } from '../matching/choose-audience.js'
import type { HazardPoint } from '../register/register.js'
import { workerFor } from './choose-assignee.js'
import { watchEveryMinutes } from './fieldwork-config.js'
import { type FieldworkDeps, minutesAfter } from './fieldwork-deps.js'
import { type Task, withdrawn } from './task.js'
import { insertTasks, listTasks, withdrawTasks, writeTask } from './task-store.js'

const kindNames: Record<HazardPoint['kind'], string> = {
  waterlogging: '易涝点',
  'old-building': '危旧房',
  slope: '切坡点',
  'river-bank': '临河点',
}
export const pointTitle = (point: HazardPoint): string => `${point.number}号${kindNames[point.kind]} ${point.name}`

/**
 * alert.issued, alert.revised of a staff alert: one watch per hazard point the audience names, not a tick but a round that is
 * due again and again. A higher colour of the same series shortens the rounds of watches that stand already.
 */
export function openWatches(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const alert = await readAlert(tx, entry.thing.id)
    const everyMinutes = watchEveryMinutes(deps.config, alert.level)
    if (alert.audience !== 'staff' || alert.state !== 'issued' || everyMinutes === null) return
    const points = pointsOf(deps, alert)
    const standing = await listTasks(tx, { kinds: ['watch'], open: true })
    for (const point of points) {
      const known = standing.find((task) => task.pointId === point.id)
      if (known) await quicken(tx, known, everyMinutes, deps.clock.now())
      else await openWatch(tx, deps, alert, point, everyMinutes)
    }
  }
}

function pointsOf(deps: FieldworkDeps, alert: Alert): HazardPoint[] {
  const snapshot = deps.register.snapshot()
  const { points } = chooseAudience(snapshot, deps.risk, {
    audience: 'staff',
    event: alert.event,
    level: alert.level,
    origin: alert.origin,
    grids: alert.summary.match.grids,
    exercise: alert.kind === 'exercise',
  })
  const wanted = new Set(points)
  return snapshot.points.filter((point) => wanted.has(point.id))
}

async function openWatch(tx: Tx, deps: FieldworkDeps, alert: Alert, point: HazardPoint, everyMinutes: number): Promise<void> {
  const now = deps.clock.now()
  const id = newId()
  const dueAt = minutesAfter(now, everyMinutes)
  await insertTasks(tx, [
    {
      id,
      place: point.place,
      kind: 'watch',
      title: pointTitle(point),
      openedAt: now,
      alertId: alert.id,
      seriesId: alert.seriesId,
      pointId: point.id,
      assigneeId: point.keeperId ?? workerFor(deps.register.snapshot(), deps.config, point.place, deps.clock.now())?.id ?? null,
      dueAt,
      data: { everyMinutes, pointKind: point.kind, pointNumber: point.number },
    },
  ])
  await setTimer(tx, 'watch.due', id, dueAt)
  await record(tx, {
    event: 'task.opened',
    place: point.place,
    thing: { type: 'task', id },
    series: alert.seriesId,
    data: { kind: 'watch', pointId: point.id, everyMinutes },
  })
}

async function quicken(tx: Tx, task: Task, everyMinutes: number, now: Date): Promise<void> {
  if ((task.data.everyMinutes ?? Number.POSITIVE_INFINITY) <= everyMinutes) return
  const soon = minutesAfter(task.lastDoneAt ?? now, everyMinutes)
  const dueAt = task.dueAt && task.dueAt < soon ? task.dueAt : soon
  await writeTask(tx, { ...task, dueAt, data: { ...task.data, everyMinutes }, version: task.version + 1 })
  await setTimer(tx, 'watch.due', task.id, dueAt)
}

/**
 * alert.called-off, alert.closed: a watch ends with the staff alert that began it. Not with the all-clear: all in is not
 * danger over, and people go home only after the points were looked at again.
 */
export function endWatches(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const alert = await readAlert(tx, entry.thing.id)
    if (alert.audience !== 'staff') return
    const ended = await withdrawTasks(tx, { kinds: ['watch'], seriesId: alert.seriesId }, deps.clock.now(), withdrawn)
    for (const id of ended) await clearTimer(tx, 'watch.due', id)
    if (ended.length === 0) return
    await record(tx, {
      event: 'task.done',
      place: alert.place,
      thing: { type: 'alert', id: alert.id },
      series: alert.seriesId,
      data: { kind: 'watch', tasks: ended.length, result: withdrawn },
    })
  }
}
