import { type DoorFacts, doorState } from './door-overlay.js'

export interface Sums {
  households: number
  people: number
  planned: { households: number; people: number }
  told: { households: number; people: number }
  left: { households: number; people: number }
  arrived: { households: number; people: number }
  /** left − arrived: on the way, seen by nobody yet. */
  unverified: { households: number; people: number }
  trouble: number
}

/** The four numbers of the phone's own doors. A household counts when all of it has gone, people count one by one. */
export function sumDoors(doors: DoorFacts[]): Sums {
  const count = (test: (door: DoorFacts) => boolean) => doors.filter(test).length
  const heads = (of: (door: DoorFacts) => number) => doors.reduce((sum, door) => sum + of(door), 0)
  const left = { households: count((d) => d.leftAt !== null), people: heads((d) => d.leftPeople ?? 0) }
  const arrived = { households: count((d) => d.arrivedAt !== null), people: heads((d) => d.arrivedPeople ?? 0) }
  return {
    households: doors.length,
    people: heads((d) => d.people),
    planned: { households: count((d) => d.planned), people: heads((d) => (d.planned ? d.peoplePlanned : 0)) },
    told: { households: count((d) => d.toldAt !== null), people: heads((d) => (d.toldAt === null ? 0 : d.people)) },
    left,
    arrived,
    unverified: { households: Math.max(0, left.households - arrived.households), people: Math.max(0, left.people - arrived.people) },
    trouble: count((d) => ['refused', 'absent', 'need-help'].includes(doorState(d))),
  }
}
