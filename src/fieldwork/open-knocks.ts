import { readAlert } from '../alerts/alert-store.js'
import { newId } from '../base/ids.js'
import { type Reaction, record } from '../journal/journal.js'
import { chooseAudience } from '../matching/choose-audience.js'
import { doorLabel } from '../register/door-label.js'
import { colleagueOf, superiorFor, workerFor } from './choose-assignee.js'
import { type FieldworkDeps, minutesAfter } from './fieldwork-deps.js'
import { withdrawn } from './task.js'
import { insertTasks, listTasks, type NewTask, withdrawTasks } from './task-store.js'

/**
 * deliveries.planned of a residents' warning: people without any contact of their own are never dropped, they become a knock
 * from the first minute, one per household, in walking order for the helper or the grid worker.
 */
export function openKnocks(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    if (entry.data.purpose !== undefined && entry.data.purpose !== 'warn') return
    if (Number(entry.data.unreachable ?? 0) === 0) return
    const alert = await readAlert(tx, entry.thing.id)
    // Households of an order have a door on the checklist already.
    if (alert.audience !== 'residents' || alert.origin === 'order' || !alert.level) return
    if (!deps.config.knock_levels.includes(alert.level)) return
    const snapshot = deps.register.snapshot()
    const { unreachable } = chooseAudience(snapshot, deps.risk, {
      audience: 'residents',
      event: alert.event,
      level: alert.level,
      origin: alert.origin,
      grids: alert.summary.match.grids,
      exercise: alert.kind === 'exercise',
    })
    const known = new Set((await listTasks(tx, { kinds: ['knock'], seriesId: alert.seriesId })).map((task) => task.householdId))
    const homes = new Map(snapshot.households.map((home) => [home.id, home]))
    const now = deps.clock.now()
    const knocks = unreachable
      .filter((u) => !known.has(u.householdId))
      .flatMap((u): NewTask[] => {
        const home = homes.get(u.householdId)
        if (!home) return []
        return [
          {
            id: newId(),
            place: home.place,
            kind: 'knock',
            title: doorLabel(home),
            openedAt: now,
            alertId: alert.id,
            seriesId: alert.seriesId,
            householdId: home.id,
            assigneeId: home.helperId ?? workerFor(snapshot, deps.config, home.place)?.id ?? null,
            dueAt: minutesAfter(now, deps.config.knock_within_minutes),
            data: { label: doorLabel(home), people: home.people, why: u.why },
          },
        ]
      })
    const opened = await insertTasks(tx, knocks)
    if (opened === 0) return
    await record(tx, {
      event: 'task.opened',
      place: alert.place,
      thing: { type: 'alert', id: alert.id },
      series: alert.seriesId,
      data: { kind: 'knock', tasks: opened, people: knocks.reduce((sum, k) => sum + (k.data?.people ?? 0), 0) },
    })
  }
}

/** ladder.exhausted: a responsible person does not wake; a named superior goes to the door. */
export function openKnock(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const snapshot = deps.register.snapshot()
    const staff = snapshot.staff.find((s) => s.id === entry.thing.id)
    if (!staff) return
    const standing = await listTasks(tx, { kinds: ['knock'], seriesId: entry.series ?? '', open: true })
    if (standing.some((task) => task.staffId === staff.id)) return
    const knocker = superiorFor(snapshot, deps.config, staff.place, staff.id) ?? colleagueOf(snapshot, staff)
    const now = deps.clock.now()
    const id = newId()
    await insertTasks(tx, [
      {
        id,
        place: staff.place,
        kind: 'knock',
        title: `${staff.post} ${staff.name} 未叫应,请上门`,
        openedAt: now,
        alertId: (entry.data.alertId as string | undefined) ?? null,
        seriesId: entry.series,
        staffId: staff.id,
        assigneeId: knocker?.id ?? null,
        dueAt: minutesAfter(now, deps.config.knock_within_minutes),
        data: { by: 'staff', why: '多次呼叫无人应答' },
      },
    ])
    await record(tx, {
      event: 'task.opened',
      place: staff.place,
      thing: { type: 'task', id },
      series: entry.series,
      data: { kind: 'knock', staffId: staff.id, assigneeId: knocker?.id ?? null },
    })
  }
}

/** alert.called-off, alert.all-cleared: doors nobody has knocked at yet need no knock any more. */
export function withdrawKnocks(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const alert = await readAlert(tx, entry.thing.id)
    const ended = await withdrawTasks(tx, { kinds: ['knock'], alertId: alert.id }, deps.clock.now(), withdrawn)
    if (ended.length === 0) return
    await record(tx, {
      event: 'task.done',
      place: alert.place,
      thing: { type: 'alert', id: alert.id },
      series: alert.seriesId,
      data: { kind: 'knock', tasks: ended.length, result: withdrawn },
    })
  }
}
