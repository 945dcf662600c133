import { maskPhone } from '../base/seal.js'
import { chinaTimeOrNull } from '../base/web.js'
import type { Directory } from '../register/directory.js'
import type { Household } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import { type Door, inWalkingOrder } from './evacuation.js'
import { stateOf } from './household-progress.js'

/** What a screen needs of the register to show doors: looked up once per answer, not once per door. */
export interface DoorView {
  snapshot: Snapshot
  homes: Map<string, Household>
  /** null: the reader may not see names. */
  directory: Directory | null
  mask: Directory
}

export function openDoorView(snapshot: Snapshot, directory: Directory, seeSealed: boolean, doors: Door[]): DoorView {
  const wanted = new Set(doors.map((door) => door.householdId))
  const homes = new Map(snapshot.households.filter((home) => wanted.has(home.id)).map((home) => [home.id, home]))
  return { snapshot, homes, directory: seeSealed ? directory : null, mask: directory }
}

/** The phone of somebody who lives there; an absent relative's only if there is none, and said to be so. */
export function phoneOf(view: DoorView, householdId: string | null): { phone: string | null; relation: string | null } {
  const contacts = (householdId && view.homes.get(householdId)?.contacts) || []
  const phones = contacts.filter((c) => view.snapshot.contacts.get(c.contactId)?.kind === 'phone')
  const best = phones.find((c) => c.relation === 'self') ?? phones[0]
  const address = best && view.mask.address(best.contactId)
  return { phone: address ? maskPhone(address) : null, relation: best?.relation ?? null }
}

export function showDoor(door: Door, view: DoorView) {
  const { snapshot } = view
  const shelter = snapshot.shelters.find((s) => s.id === door.shelterId)
  const helper = snapshot.staff.find((s) => s.id === door.helperId)
  const { phone, relation } = phoneOf(view, door.householdId)
  return {
    id: door.id,
    householdId: door.householdId,
    place: door.place,
    placeName: snapshot.grids.find((g) => g.place === door.place)?.name ?? door.place,
    label: door.label,
    head: (door.householdId && view.directory?.household(door.householdId)?.head) || null,
    phone,
    phoneRelation: relation,
    people: door.people,
    peoplePlanned: door.peoplePlanned,
    planned: door.planned,
    state: stateOf(door),
    because: door.because,
    shelterId: door.shelterId,
    shelterName: shelter?.name ?? null,
    helperId: door.helperId,
    helperName: helper?.name ?? null,
    toldAt: chinaTimeOrNull(door.toldAt),
    leftAt: chinaTimeOrNull(door.leftAt),
    arrivedAt: chinaTimeOrNull(door.arrivedAt),
    returnedAt: chinaTimeOrNull(door.returnedAt),
    refusedAt: chinaTimeOrNull(door.refusedAt),
    absentAt: chinaTimeOrNull(door.absentAt),
    helpAt: chinaTimeOrNull(door.helpAt),
    leftPeople: door.leftPeople,
    arrivedPeople: door.arrivedPeople,
    conflict: door.conflict,
    returnApproved: door.returnApprovedAt !== null,
    note: door.note,
    version: door.version,
    at: chinaTimeOrNull(door.helpAt ?? door.returnedAt ?? door.refusedAt ?? door.absentAt ?? door.arrivedAt ?? door.leftAt ?? door.toldAt),
  }
}
export type ShownDoor = ReturnType<typeof showDoor>

export const showDoors = (doors: Door[], view: DoorView): ShownDoor[] => [...doors].sort(inWalkingOrder).map((door) => showDoor(door, view))
