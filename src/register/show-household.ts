import { maskPhone } from '../base/seal.js'
import type { Directory } from './directory.js'
import { doorLabel } from './door-label.js'
import { reachesSelf } from './find-households.js'
import type { ContactKind, Household } from './register.js'
import { tagName } from './risk-tags.js'
import type { Snapshot } from './snapshot.js'

/** A household as a list shows it: where it is and what it needs care for, nobody's name. */
export function showDoor(snapshot: Snapshot, household: Household) {
  return {
    id: household.id,
    place: household.place,
    gridName: snapshot.grids.find((g) => g.place === household.place)?.name ?? household.place,
    label: doorLabel(household),
    building: household.building,
    unit: household.unit,
    floor: household.floor,
    room: household.room,
    people: household.people,
    tags: household.tags.map((tag) => ({ tag, name: tagName(tag) })),
    atHome: household.atHome,
    reachable: reachesSelf(snapshot, household),
    lon: household.lon,
    lat: household.lat,
  }
}

/** The card of one household: names and numbers masked, or in full for who may see them and says so. */
export function showHousehold(snapshot: Snapshot, directory: Directory, household: Household, sealed: boolean) {
  const home = directory.household(household.id)
  const helper = snapshot.staff.find((s) => s.id === household.helperId)
  const shelter = snapshot.shelters.find((s) => s.id === household.shelterId)
  const point = snapshot.points.find((p) => p.id === household.pointId)
  return {
    ...showDoor(snapshot, household),
    sealed,
    head: home ? (sealed ? home.head : maskName(home.head)) : null,
    members: sealed ? (home?.members ?? []) : null,
    contacts: household.contacts.map(({ contactId, relation }) => {
      const contact = snapshot.contacts.get(contactId)
      const kind = contact?.kind ?? 'phone'
      return {
        contactId,
        relation,
        kind,
        address: showAddress(directory.address(contactId), kind, sealed),
        broken: contact?.broken ?? null,
      }
    }),
    helper: helper ? { id: helper.id, name: helper.name, post: helper.post } : null,
    shelter: shelter ? { id: shelter.id, name: shelter.name } : null,
    point: point ? { id: point.id, kind: point.kind, number: point.number, name: point.name } : null,
  }
}

/** 王某某: the surname helps to ask for the right door, the rest stays sealed. */
export const maskName = (name: string): string => `${[...name][0] ?? ''}某某`

function showAddress(address: string | undefined, kind: ContactKind, sealed: boolean): string {
  if (!address) return '—'
  if (kind === 'push') return '手机推送'
  if (kind === 'robot') return '群机器人'
  return sealed ? address.replace(/^\+86/, '') : maskPhone(address)
}
