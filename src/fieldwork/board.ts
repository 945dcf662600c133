import { sql } from 'kysely'
import { readPersonNames } from '../alerts/alert-store.js'
import type { Tx } from '../base/store/store.js'
import { chinaTimeOrNull } from '../base/web.js'
import { stateCode } from '../delivery/delivery.js'
import type { Door } from '../evacuations/evacuation.js'
import { showEvacuation } from '../evacuations/evacuation-routes.js'
import { findEvacuationsOfSeries, listDoors, listEvacuations } from '../evacuations/evacuation-store.js'
import { type Counts, countDoors } from '../evacuations/household-progress.js'
import { channelCode } from '../messages/channel.js'
import type { Snapshot } from '../register/snapshot.js'
import { listQuarantined } from './field-edit-store.js'
import { nameOfPlace, type ShownTask, showTask, type TaskReader } from './show-task.js'
import { isOverdue, type Task, withdrawn } from './task.js'
import { listTasks } from './task-store.js'

/** What people are doing, on one screen: counts that move, and everything that waits for somebody. */
export async function readBoard(tx: Tx, reader: TaskReader, seriesId?: string) {
  const { snapshot, now } = reader
  const tasks = await listTasks(tx, seriesId ? { seriesId } : {})
  const current = seriesId ? tasks : ofCurrentNight(tasks)
  const evacuation =
    (seriesId ? (await findEvacuationsOfSeries(tx, seriesId)).at(-1) : (await listEvacuations(tx, { limit: 1 }))[0]) ?? null
  const doors = evacuation ? await listDoors(tx, evacuation.id) : []
  const names = await readPersonNames(tx, evacuation ? [evacuation.orderedBy] : [])
  const of = (kind: Task['kind']) => current.filter((task) => task.kind === kind && task.result !== withdrawn)
  const show = (list: Task[]): ShownTask[] => list.map((task) => showTask(task, reader))
  const open = (list: Task[]) => list.filter((task) => !task.doneAt)
  const knocks = of('knock')
  return {
    evacuation: evacuation && showEvacuation(evacuation, doors, names.get(evacuation.orderedBy) ?? evacuation.orderedBy),
    grids: gridsOf(snapshot, doors),
    points: of('watch')
      .filter((task) => !task.doneAt)
      .map((task) => showPoint(task, snapshot, now)),
    helpTasks: show(of('help')).sort(openFirst),
    incidents: show(of('incident')).sort(openFirst),
    groups: await readGroups(tx, snapshot, of('group-post')),
    knocks: {
      total: knocks.length,
      sent: knocks.length,
      pending: open(knocks).length,
      overdue: knocks.filter((task) => isOverdue(task, now)).length,
      results: countResults(knocks),
      staff: { total: knocks.filter((k) => k.staffId).length, pending: open(knocks).filter((k) => k.staffId).length },
      items: show(open(knocks).sort(byDoor)).slice(0, 500),
    },
    quarantined: (await listQuarantined(tx, 200)).length,
  }
}

const byNumber = new Intl.Collator('zh', { numeric: true })
/** In walking order: grid by grid, 栋-单元-楼层. The doors of responsible people have no number and come first. */
const byDoor = (a: Task, b: Task) =>
  byNumber.compare(a.place, b.place) || byNumber.compare(a.data.label ?? '', b.data.label ?? '') || (a.id < b.id ? -1 : 1)

const openFirst = (a: ShownTask, b: ShownTask) =>
  Number(a.doneAt !== null) - Number(b.doneAt !== null) || (a.openedAt < b.openedAt ? -1 : 1)

/** Everything open, and what was done in the series that are open or newest. */
function ofCurrentNight(tasks: Task[]): Task[] {
  const newest = tasks.filter((task) => task.seriesId).at(-1)?.seriesId
  const series = new Set([...tasks.filter((task) => !task.doneAt).map((task) => task.seriesId), newest])
  return tasks.filter((task) => !task.doneAt || series.has(task.seriesId))
}

export const showPoint = (task: Task, snapshot: Snapshot, now: Date) => {
  const point = snapshot.points.find((p) => p.id === task.pointId)
  return {
    id: task.pointId ?? task.id,
    taskId: task.id,
    kind: point?.kind ?? task.data.pointKind ?? '',
    number: point?.number ?? task.data.pointNumber ?? 0,
    name: point?.name ?? task.title,
    place: task.place,
    placeName: nameOfPlace(snapshot, task.place),
    lastLookedAt: chinaTimeOrNull(task.lastDoneAt),
    nextDueAt: chinaTimeOrNull(task.dueAt),
    overdue: isOverdue(task, now),
    verdict: task.data.verdict ?? null,
    finding: task.data.reading ?? null,
    ownerName: snapshot.staff.find((s) => s.id === task.assigneeId)?.name ?? null,
  }
}

export const showPost = (task: Task, snapshot: Snapshot) => ({
  id: task.id,
  groupId: task.groupId,
  alertId: task.alertId,
  name: task.title,
  place: task.place,
  placeName: nameOfPlace(snapshot, task.place),
  ownerName: snapshot.staff.find((s) => s.id === task.assigneeId)?.name ?? null,
  members: task.data.members ?? 0,
  robot: false,
  purpose: task.data.purpose ?? null,
  revision: task.data.revision ?? null,
  posted: task.result === 'posted',
  postedAt: chinaTimeOrNull(task.result === 'posted' ? task.doneAt : null),
})

/** The groups of the newest alert: those people post to, and those with a robot, which are sent by machine. */
async function readGroups(tx: Tx, snapshot: Snapshot, posts: Task[]) {
  const alertId = posts.at(-1)?.alertId
  if (!alertId) return { total: 0, posted: 0, byRobot: 0, waiting: 0, alertId: null, items: [] }
  const items = posts.filter((task) => task.alertId === alertId).map((task) => showPost(task, snapshot))
  return { ...(await countGroups(tx, snapshot, alertId)), alertId, items }
}

/** n of 255. posted includes the groups whose robot's message a carrier has taken. */
export async function countGroups(tx: Tx, snapshot: Snapshot, alertId: string) {
  const posts = (await listTasks(tx, { kinds: ['group-post'], alertId })).filter((task) => task.result !== withdrawn)
  const { rows } = await sql<{ sent: number; accepted: number }>`
    select count(distinct contact_id)::int as sent,
      (count(distinct contact_id) filter (where state = ${stateCode.accepted}))::int as accepted
    from delivery where channel = ${channelCode.group} and revision_id in (select id from alert_revision where alert_id = ${alertId})`.execute(
    tx,
  )
  const robots = rows[0] ?? { sent: 0, accepted: 0 }
  const byHand = posts.filter((task) => task.result === 'posted').length
  const total = posts.length + robots.sent
  const posted = byHand + robots.accepted
  return { total, posted, byHand, byRobot: robots.accepted, waiting: total - posted, all: snapshot.groups.length }
}

function countResults(tasks: Task[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { result } of tasks) if (result) counts[result] = (counts[result] ?? 0) + 1
  return counts
}

function gridsOf(snapshot: Snapshot, doors: Door[]): ({ place: string; name: string } & Counts)[] {
  const places = [...new Set(doors.map((door) => door.place))].sort()
  return places.map((place) => ({ place, name: nameOfPlace(snapshot, place), ...countDoors(doors.filter((door) => door.place === place)) }))
}
