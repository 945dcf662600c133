import type { Alert } from '../alerts/alert.js'
import { readLiveAlerts } from '../alerts/alert-store.js'
import { nameOfPlace } from '../alerts/describe-alert.js'
import type { Actor, Tx } from '../base/store/store.js'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import { listTroubles } from '../channels/carrier-store.js'
import { readCalled, readProgress } from '../delivery/progress.js'
import { writeProgress } from '../delivery/progress-routes.js'
import { countOpenReplies } from '../delivery/reply-store.js'
import { readEvacuation } from '../evacuations/evacuation-routes.js'
import { listOpenEvacuations } from '../evacuations/evacuation-store.js'
import { isOverdue, type Task, withdrawn } from '../fieldwork/task.js'
import { listTasks } from '../fieldwork/task-store.js'
import { can } from '../people/permissions.js'
import { namesOnDuty } from '../register/duty/duty.js'
import type { Snapshot } from '../register/snapshot.js'
import { listWarnings } from '../warnings/warnings-store.js'
import { readOpenBulletins } from './bulletin-needs.js'
import { needsOfCarriers } from './carrier-needs.js'
import { collectNeeds } from './desk-needs.js'
import type { Desk, DeskDeps } from './desk-routes.js'
import { readAwake, readFeedStates, readOpenCalls, readWarningVerdicts } from './outward-store.js'
import { readSilentStations } from './station-needs.js'

const rank: Record<string, number> = { red: 5, orange: 4, unknown: 3, yellow: 2, blue: 1 }

/** What is in force now, what needs me, whether people have heard. Read functions of the modules above, nothing of its own. */
export async function readDesk(tx: Tx, deps: DeskDeps, actor: Actor): Promise<Desk> {
  const now = deps.clock.now()
  const snapshot = deps.register.snapshot()
  const live = await readLiveAlerts(tx)
  const warnings = await listWarnings(tx, { state: 'in-force', ours: true, limit: 500 })
  warnings.sort((a, b) => (rank[b.level] ?? 0) - (rank[a.level] ?? 0) || (a.sent < b.sent ? 1 : -1))
  const { staff, residents } = chooseSeries(live)
  const evacuation = (await listOpenEvacuations(tx)).at(-1) ?? null
  const shown = evacuation ? await readEvacuation(tx, evacuation.id) : null
  const help = await listTasks(tx, { kinds: ['help'], open: true, limit: 200 })
  const series = staff?.seriesId ?? residents?.seriesId ?? null
  const verdicts = await readWarningVerdicts(tx)
  const silentStations = await readSilentStations(tx, now)
  const feeds = await readFeedStates(tx)
  const troubles = await listTroubles(tx)
  const bulletins = await readOpenBulletins(tx)
  const replies = can(actor, 'register.see-sealed') ? await countOpenReplies(tx) : { open: 0, help: 0, oldest: null }
  const feedNames = new Map(feeds.map((f) => [f.id, f.name]))
  const calls = can(actor, 'alert.approve') ? await readOpenCalls(tx, actor.person) : []
  const onDuty = (post: string) => namesOnDuty(snapshot, actor.scope, post, now).slice(0, 3).join('、') || null
  return {
    now: chinaTime(now),
    speed: deps.clock.speed,
    place: actor.scope,
    placeName: nameOfPlace(snapshot, actor.scope),
    register: deps.registerKind,
    store: deps.store.kind,
    doorbell: deps.doorbell,
    carriers: deps.carriers,
    troubles: troubles.map(({ channel, carrier, cause, since }) => ({
      ...{ channel, carrier, cause, since: chinaTime(since) },
      stopped: troubles.filter((t) => t.channel === channel).length >= (deps.lines[channel]?.length ?? 1),
    })),
    onDuty: { commander: onDuty('带班领导'), officer: onDuty('值班员') },
    warnings,
    needs: collectNeeds({
      now,
      live,
      warnings,
      verdicts,
      help,
      evacuation: shown,
      calls,
      silentStations,
      carriers: needsOfCarriers(troubles, deps.lines),
      feedNames,
      bulletins,
      replies,
      policy: deps.policy,
    }),
    seriesId: series,
    staffAlertId: staff?.id ?? null,
    residentsAlertId: residents?.id ?? null,
    staffCalled: staff && series ? await readStaffCalled(tx, staff, series) : null,
    residents: residents?.issuedAt ? writeProgress(await readProgress(tx, residents.id)) : null,
    evacuation: shown,
    points: await readPoints(tx, snapshot, now, series),
    helpTasks: help.map((task) => viewTask(snapshot, task, now)),
    groups: residents ? await readGroups(tx, residents.id) : { total: 0, posted: 0 },
    feeds: feeds.map((f) => ({ ...f, lastGoodAt: chinaTimeOrNull(f.lastGoodAt) })),
  }
}

/** The series the desk speaks of: the highest colour that is live, the newest among equals; actual before exercise. */
function chooseSeries(live: Alert[]): { staff: Alert | null; residents: Alert | null } {
  const relays = live.filter((a) => a.warningId && a.origin !== 'order')
  const weight = (a: Alert) => (a.kind === 'actual' ? 10 : 0) + (rank[a.level ?? ''] ?? 0)
  const top = [...relays].sort((a, b) => weight(b) - weight(a) || (a.createdAt < b.createdAt ? 1 : -1))[0]
  const of = (audience: string) => relays.find((a) => a.seriesId === top?.seriesId && a.audience === audience) ?? null
  return { staff: of('staff'), residents: of('residents') }
}

async function readStaffCalled(tx: Tx, staff: Alert, seriesId: string): Promise<Desk['staffCalled']> {
  const called = await readCalled(tx, staff.id)
  if (!called) return null
  // Only those still to be woken, each once: who answered late, and who is at home without a contact, is told elsewhere.
  const awake = await readAwake(tx, staff.id)
  const doors = (await listTasks(tx, { kinds: ['knock'], seriesId })).filter((task) => task.result !== withdrawn)
  const asleep = new Map(doors.flatMap((door) => (door.staffId && !awake.has(door.staffId) ? [[door.staffId, door] as const] : [])))
  const sent = [...asleep.values()].filter((door) => door.assigneeId).length
  return {
    total: called.total,
    answered: called.answered,
    notAnswered: called.notAnswered,
    unreachable: called.unreachable,
    unknown: called.waiting,
    knocks: { sent, pending: asleep.size - sent },
  }
}

async function readPoints(tx: Tx, snapshot: Snapshot, now: Date, seriesId: string | null): Promise<Desk['points']> {
  const watches = await listTasks(tx, { kinds: ['watch'], open: true, ...(seriesId ? { seriesId } : {}), limit: 500 })
  return watches.flatMap((task) => {
    const point = snapshot.points.find((p) => p.id === task.pointId)
    if (!point) return []
    return {
      id: point.id,
      taskId: task.id,
      kind: point.kind,
      number: point.number,
      name: point.name,
      place: point.place,
      lastLookedAt: chinaTimeOrNull(task.lastDoneAt),
      nextDueAt: chinaTimeOrNull(task.dueAt),
      overdue: isOverdue(task, now),
    }
  })
}

async function readGroups(tx: Tx, alertId: string): Promise<{ total: number; posted: number }> {
  const posts = await listTasks(tx, { kinds: ['group-post'], alertId })
  return { total: posts.length, posted: posts.filter((post) => post.doneAt).length }
}

const viewTask = (snapshot: Snapshot, task: Task, now: Date): Desk['helpTasks'][number] => ({
  id: task.id,
  kind: task.kind,
  place: task.place,
  placeName: nameOfPlace(snapshot, task.place),
  title: task.title,
  label: task.data.label ?? null,
  openedAt: chinaTime(task.openedAt),
  dueAt: chinaTimeOrNull(task.dueAt),
  overdue: isOverdue(task, now),
  ownerName: snapshot.staff.find((s) => s.id === task.assigneeId)?.name ?? null,
})
