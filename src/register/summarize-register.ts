import { dutyAt } from './duty/duty.js'
import type { Snapshot } from './snapshot.js'

/** Counts of what a scope holds; the desk shows them, the readiness check compares them. */
export function summarizeRegister(snapshot: Snapshot, scope: string, at: Date) {
  const mine = <T extends { place: string }>(list: readonly T[]): T[] => list.filter((item) => item.place.startsWith(scope))
  const households = mine(snapshot.households)
  const silent = households.filter(
    (h) => !h.contacts.some((c) => c.relation === 'self' && snapshot.contacts.get(c.contactId)?.broken === null),
  )
  const [groups, staff, points] = [mine(snapshot.groups), mine(snapshot.staff), mine(snapshot.points)]
  const onDuty = dutyAt(snapshot, at)
  const people = (list: typeof households) => list.reduce((sum, h) => sum + h.people, 0)
  return {
    communities: mine(snapshot.places).filter((p) => p.level === 'community').length,
    grids: mine(snapshot.grids).length,
    households: households.length,
    people: people(households),
    unreachable: { households: silent.length, people: people(silent) },
    withoutPosition: households.filter((h) => h.lon === null || h.lat === null).length,
    contacts: mine([...snapshot.contacts.values()]).length,
    groups: {
      total: groups.length,
      wecom: groups.filter((g) => g.platform === 'wecom').length,
      robots: groups.filter((g) => g.robotContactId !== null).length,
    },
    staff: { total: staff.length, duty: staff.filter(onDuty.has).length },
    points: {
      waterlogging: points.filter((p) => p.kind === 'waterlogging').length,
      oldBuildings: points.filter((p) => p.kind === 'old-building').length,
    },
    shelters: mine(snapshot.shelters).length,
  }
}
