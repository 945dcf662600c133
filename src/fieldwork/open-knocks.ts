import type { Alert } from '../alerts/alert.js'
import { readAlert } from '../alerts/alert-store.js'
import { askOf } from '../alerts/describe-alert.js'
import { newId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import { wakeAtDoor } from '../delivery/climb-ladder.js'
import { type Reaction, record } from '../journal/journal.js'
import type { Unreachable } from '../matching/audience.js'
import { chooseAudience } from '../matching/choose-audience.js'
import { policyLevel } from '../matching/risk-policy.js'
import { doorLabel } from '../register/door-label.js'
import type { Household, Staff } from '../register/register.js'
import { colleagueOf, superiorFor, workerFor } from './choose-assignee.js'
import { type FieldworkDeps, minutesAfter } from './fieldwork-deps.js'
import { withdrawn, wokenBy } from './task.js'
import { findTask, insertTasks, listTasks, type NewTask, withdrawTasks, writeTask } from './task-store.js'

/**
 * deliveries.planned of a warning: people without any contact of their own are never dropped, they become a knock from the first
 * minute. One per household, in walking order for the helper or the grid worker; one per responsible person, for their superior.
 */
export function openKnocks(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    if (entry.data.purpose !== undefined && entry.data.purpose !== 'warn') return
    if (Number(entry.data.unreachable ?? 0) === 0) return
    const alert = await readAlert(tx, entry.thing.id)
    if (!knocksFor(deps, alert)) return
    const { unreachable } = chooseAudience(deps.register.snapshot(), deps.risk, askOf(deps, alert, alert.summary.match.grids))
    await openDoors(tx, alert, doorsOf(deps, unreachable))
  }
}

/**
 * contact.broken during a warning: whoever was to be told on that number alone gets a knock now, as if it had been known before. The
 * snapshot may still hold the number for good.
 */
export function knockBroken(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const { contacts, alertId } = entry.data as { contacts: number[]; alertId?: string }
    const alert = alertId ? await readAlert(tx, alertId) : null
    if (alert?.state !== 'issued' || alert.kind !== 'actual' || alert.audience !== 'residents' || !knocksFor(deps, alert)) return
    const snapshot = deps.register.snapshot()
    const works = (id: number) => !contacts.includes(id) && snapshot.contacts.get(id)?.broken === null
    const silent = snapshot.households.filter(
      (home) =>
        home.place === entry.place &&
        home.contacts.some((c) => c.relation === 'self' && contacts.includes(c.contactId)) &&
        !home.contacts.some((c) => c.relation === 'self' && works(c.contactId)),
    )
    await openDoors(
      tx,
      alert,
      silent.map((home) => homeKnock(deps, home, '本户号码失效')),
    )
  }
}

/** Households of an order have a door on the checklist already; a notice or a low colour sends nobody out. */
const knocksFor = (deps: FieldworkDeps, { origin, level }: Alert): boolean =>
  origin === 'relay' && level !== null && deps.config.knock_levels.includes(policyLevel(level))

/** Each door once in a series, however often it is found to be silent; answers how many are new. */
export async function openDoors(tx: Tx, alert: Alert, doors: NewTask[]): Promise<number> {
  const standing = await listTasks(tx, { kinds: ['knock'], seriesId: alert.seriesId })
  const known = new Set(standing.map((task) => task.householdId ?? task.staffId))
  const knocks = doors
    .filter((door) => !known.has(door.householdId ?? door.staffId ?? null))
    .map((door) => ({ ...door, alertId: alert.id, seriesId: alert.seriesId }))
  const opened = await insertTasks(tx, knocks)
  if (opened === 0) return 0
  await record(tx, {
    event: 'task.opened',
    place: alert.place,
    thing: { type: 'alert', id: alert.id },
    series: alert.seriesId,
    data: { kind: 'knock', tasks: opened, people: knocks.reduce((sum, k) => sum + (k.data?.people ?? 0), 0) },
  })
  return opened
}

function doorsOf(deps: FieldworkDeps, unreachable: Unreachable[]): NewTask[] {
  const snapshot = deps.register.snapshot()
  const homes = new Map(snapshot.households.map((home) => [home.id, home]))
  const staff = new Map(snapshot.staff.map((one) => [one.id, one]))
  return unreachable.flatMap(({ householdId, staffId, why }) => {
    const home = homes.get(householdId ?? '')
    const one = staff.get(staffId ?? '')
    return home ? homeKnock(deps, home, why) : one ? staffKnock(deps, one, '无法叫应', why) : []
  })
}

const knock = (deps: FieldworkDeps, place: string): Pick<NewTask, 'id' | 'place' | 'kind' | 'openedAt' | 'dueAt'> => {
  const now = deps.clock.now()
  return { id: newId(), place, kind: 'knock', openedAt: now, dueAt: minutesAfter(now, deps.config.knock_within_minutes) }
}

export const homeKnock = (deps: FieldworkDeps, home: Household, why: string): NewTask => ({
  ...knock(deps, home.place),
  title: doorLabel(home),
  householdId: home.id,
  assigneeId: home.helperId ?? workerFor(deps.register.snapshot(), deps.config, home.place, deps.clock.now())?.id ?? null,
  data: { label: doorLabel(home), people: home.people, why },
})

/** One door, two named people: the superior answers for it, the nearest colleague is there sooner. Who takes it first goes. */
export function staffKnock(deps: FieldworkDeps, staff: Staff, what: string, why: string): NewTask {
  const snapshot = deps.register.snapshot()
  const now = deps.clock.now()
  const superior = superiorFor(snapshot, deps.config, staff.place, staff.id, now)
  const nearest = workerFor(snapshot, deps.config, staff.place, now, staff.id) ?? colleagueOf(snapshot, staff)
  const [first, second] = [...new Set([superior?.id, nearest?.id])].filter((id) => id !== undefined)
  return {
    ...knock(deps, staff.place),
    title: `${staff.post} ${staff.name} ${what},请上门`,
    staffId: staff.id,
    assigneeId: first ?? null,
    data: { by: 'staff', people: 1, why, ...(second ? { alsoId: second } : {}) },
  }
}

/** ladder.exhausted: a responsible person does not wake; somebody named goes to the door. */
export function openKnock(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const staff = deps.register.snapshot().staff.find((s) => s.id === entry.thing.id)
    if (!staff) return
    const standing = await listTasks(tx, { kinds: ['knock'], seriesId: entry.series ?? '', open: true })
    if (standing.some((task) => task.staffId === staff.id)) return
    const task = staffKnock(deps, staff, '未叫应', '多次呼叫无人应答')
    await insertTasks(tx, [{ ...task, alertId: (entry.data.alertId as string | undefined) ?? null, seriesId: entry.series }])
    await record(tx, {
      event: 'task.opened',
      place: staff.place,
      thing: { type: 'task', id: task.id },
      series: entry.series,
      data: { kind: 'knock', staffId: staff.id, assigneeId: task.assigneeId, alsoId: task.data?.alsoId ?? null },
    })
  }
}

/** ladder.answered: who is awake after all needs nobody at the door. */
export function endStaffKnock(deps: FieldworkDeps): Reaction {
  return async (tx, entry) => {
    const doors = await listTasks(tx, { kinds: ['knock'], seriesId: entry.series ?? '', open: true })
    for (const door of doors.filter((task) => task.staffId === entry.thing.id)) {
      await writeTask(tx, { ...door, doneAt: deps.clock.now(), result: withdrawn, version: door.version + 1 })
      await record(tx, {
        event: 'task.done',
        place: door.place,
        thing: { type: 'task', id: door.id },
        series: door.seriesId,
        data: { kind: 'knock', result: withdrawn },
      })
    }
  }
}

/** task.done of a knock at a responsible person's door: who was told or met there is awake, and the ladder says how. */
export const wakeSleeper: Reaction = async (tx, entry) => {
  if (entry.data.kind !== 'knock' || !wokenBy.includes(String(entry.data.result))) return
  const door = await findTask(tx, entry.thing.id)
  if (door?.staffId) await wakeAtDoor(tx, entry, door.staffId)
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
