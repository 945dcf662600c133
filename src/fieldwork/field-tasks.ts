import { readLiveAlerts, readWarningFacts } from '../alerts/alert-store.js'
import { type Actor, actorOf, type Tx } from '../base/store/store.js'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import { countShelterPeople, listDoorsOfMany, listOpenEvacuations } from '../evacuations/evacuation-store.js'
import { openDoorView, showDoors } from '../evacuations/show-door.js'
import { record } from '../journal/journal.js'
import { can } from '../people/permissions.js'
import { readRegisterKind } from '../register/register-store.js'
import type { Snapshot } from '../register/snapshot.js'
import { severityOf } from '../warnings/warning.js'
import { readCursor } from './field-edit-store.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { nameOfPlace, showTask, type TaskReader } from './show-task.js'
import { listTasks } from './task-store.js'

/** Rows are stamped before they are committed: what was written while a phone last asked is sent once more. */
const overlapMs = 30_000
/** Done things stay on the phone for the rest of the shift, so that a person sees their own work. */
const keptHours = 12

/**
 * Everything a phone needs to work without a network, of its own scope only: the doors of open evacuations with whom to ask
 * for, the tasks, where to take people. With `since` the items changed after it; `open` lists what still stands, so that the
 * rest can be wiped from the phone.
 */
export async function readFieldTasks(tx: Tx, deps: FieldworkDeps & { hotline: string }, since: Date | null) {
  const actor = actorOf(tx)
  const snapshot = deps.register.snapshot()
  const directory = deps.register.directory()
  const cursor = await readCursor(tx)
  const now = deps.clock.now()
  const changedSince = since ? new Date(since.getTime() - overlapMs) : null
  const evacuations = await listOpenEvacuations(tx)
  const doors = await listDoorsOfMany(
    tx,
    evacuations.map((e) => e.id),
    changedSince,
  )
  const seeSealed = can(actor, 'register.see-sealed')
  const view = openDoorView(snapshot, directory, seeSealed, doors)
  const staff = snapshot.staff.find((s) => s.personId === actor.person) ?? null
  const reader: TaskReader = { snapshot, directory, now, staffId: staff?.id ?? null }
  const tasks = (await listTasks(tx, changedSince ? { changedSince } : {})).filter(
    (task) => changedSince || !task.doneAt || now.getTime() - task.doneAt.getTime() < keptHours * 3_600_000,
  )
  // Once per night and person, not at every question of a phone.
  if (seeSealed && doors.length > 0 && !since)
    await record(tx, {
      event: 'sealed.seen',
      place: actor.scope || evacuations[0]!.place,
      thing: { type: 'evacuation', id: evacuations[0]!.id },
      series: evacuations[0]!.seriesId,
      data: { households: doors.length },
    })
  const shownDoors = showDoors(doors, view).map((door) => {
    const home = door.householdId ? view.homes.get(door.householdId) : undefined
    return {
      ...door,
      type: 'household' as const,
      members: (door.householdId && view.directory?.household(door.householdId)?.members) || [],
      tags: seeSealed ? (home?.tags ?? []) : [],
      phones: door.phone ? [{ number: door.phone, relation: door.phoneRelation ?? 'self' }] : [],
      shelterAddress: snapshot.shelters.find((s) => s.id === door.shelterId)?.address ?? null,
    }
  })
  const shownTasks = tasks.map((task) => showTask(task, reader))
  return {
    items: [...shownDoors, ...shownTasks],
    nextCursor: null,
    cursor: cursor.toISOString(),
    now: chinaTime(now),
    speed: deps.clock.speed,
    register: (await readRegisterKind(tx)) === 'sample' ? ('sample' as const) : ('live' as const),
    me: describeMe(snapshot, actor, staff, deps.hotline),
    warning: await readWarningOnTop(tx),
    evacuations: evacuations.map((e) => ({
      ...{ id: e.id, alertId: e.alertId, place: e.place, state: e.state, basis: e.basis, orderedBy: e.orderedBy },
      ...{ deadline: chinaTimeOrNull(e.deadline), orderedAt: chinaTime(e.orderedAt) },
    })),
    open: {
      doors: (changedSince
        ? await listDoorsOfMany(
            tx,
            evacuations.map((e) => e.id),
            null,
          )
        : doors
      ).map((door) => door.id),
      tasks: (changedSince ? await listTasks(tx, { open: true }) : tasks.filter((task) => !task.doneAt)).map((task) => task.id),
    },
    shelters: await readShelters(tx, snapshot),
    grids: snapshot.grids.filter((g) => g.place.startsWith(actor.scope)).map((g) => ({ place: g.place, name: g.name })),
    buildings: buildingsOf(snapshot, actor.scope),
  }
}

function describeMe(snapshot: Snapshot, actor: Actor, staff: { id: string; name: string; post: string } | null, hotline: string) {
  return {
    ...{ staffId: staff?.id ?? null, name: staff?.name ?? '', post: staff?.post ?? '', scope: actor.scope, hotline },
    scopeName: nameOfPlace(snapshot, actor.scope),
    communityName: nameOfPlace(snapshot, actor.scope.slice(0, 12)),
    subdistrictName: nameOfPlace(snapshot, actor.scope.slice(0, 9)),
  }
}

/** The red strip at the top of the page: the gravest alert that is out. */
async function readWarningOnTop(tx: Tx) {
  const out = (await readLiveAlerts(tx)).filter((a) => a.state === 'issued' && a.origin === 'relay' && a.level)
  const top = out.sort((a, b) => severityOf[b.level!] - severityOf[a.level!])[0]
  if (!top) return null
  const warning = top.warningId ? await readWarningFacts(tx, top.warningId) : null
  const issuer = warning?.infos.find((i) => /^zh/i.test(i.language))?.senderName || warning?.infos[0]?.senderName || ''
  return {
    id: top.id,
    event: top.event,
    title: top.title,
    level: top.level,
    kind: top.kind,
    issuer,
    issuedAt: chinaTimeOrNull(warning?.sent ?? top.issuedAt),
  }
}

export async function readShelters(tx: Tx, snapshot: Snapshot) {
  const full = await countShelterPeople(tx)
  return snapshot.shelters.map((s) => {
    const { planned, arrived } = full.get(s.id) ?? { planned: 0, arrived: 0 }
    const capacity = s.capacityNight
    return {
      ...{ id: s.id, place: s.place, name: s.name, address: s.address, lon: s.lon, lat: s.lat },
      ...{ capacity, capacityDay: s.capacityDay, capacityNight: s.capacityNight, planned, arrived, free: Math.max(0, capacity - arrived) },
      // 80 % of the beds: time to open the next one.
      filling: arrived >= capacity * 0.8,
    }
  })
}

/** A building chief's own building: how many doors and heads there are at all. Only for a scope of one grid. */
function buildingsOf(snapshot: Snapshot, scope: string) {
  if (scope.length < 15) return []
  const buildings = new Map<string, { place: string; building: string; households: number; people: number }>()
  for (const home of snapshot.households) {
    if (home.place !== scope) continue
    const known = buildings.get(home.building) ?? { place: home.place, building: home.building, households: 0, people: 0 }
    buildings.set(home.building, { ...known, households: known.households + 1, people: known.people + home.people })
  }
  return [...buildings.values()]
}
