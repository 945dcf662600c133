import { createHash } from 'node:crypto'
import type { Contact } from '../../../src/register/register.js'
import { makeTown } from '../../../src/register/sample/load-sample.js'
import type { SampleContact, SampleTown } from '../../../src/register/sample/sample-town.js'
import type { Snapshot } from '../../../src/register/snapshot.js'

/** The sample town as the register would show it, without a store: for rules that only read. */
export function snapshotOf(town: SampleTown): Snapshot {
  const contacts = new Map<number, Contact>()
  const ids = new Map<string, number>()
  const idOf = (place: string, { kind, address }: SampleContact, allowListed = false): number => {
    const key = `${place} ${kind} ${address}`
    const known = ids.get(key)
    if (known) return known
    const id = contacts.size + 1
    ids.set(key, id)
    const blind = createHash('sha256').update(address).digest('hex')
    contacts.set(id, { id, place, kind, blind, allowListed, broken: null })
    return id
  }
  return {
    builtAt: new Date(0),
    places: town.places,
    grids: town.grids,
    points: town.points.map((p) => ({ ...p, version: 1 })),
    shelters: town.shelters.map((s) => ({ ...s, version: 1 })),
    staff: town.staff.map(({ phone, ...s }) => ({
      ...s,
      contactId: idOf(s.place, { kind: 'phone', address: phone }, s.duty),
      personId: null,
      version: 1,
    })),
    shifts: [],
    groups: town.groups.map(({ robot, ...g }) => ({
      ...g,
      version: 1,
      robotContactId: robot ? idOf(g.place, { kind: 'robot', address: robot }) : null,
    })),
    households: town.households.map(({ head: _h, members: _m, consents: _c, contacts: list, ...h }) => ({
      ...h,
      contacts: list.map((c) => ({ contactId: idOf(h.place, c), relation: c.relation })),
    })),
    contacts,
  }
}

export const town = makeTown()
export const wenfeng = snapshotOf(town)
