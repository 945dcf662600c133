import type { Seal } from '../base/seal.js'
import type { Slices } from '../base/slices.js'
import type { SealedBlock, SealedHousehold } from './register.js'

/** Addresses, names and needs, opened in memory only. Whoever shows something of it to a person journals `sealed.seen`. */
export interface Directory {
  address(contactId: number): string | undefined
  household(id: string): SealedHousehold | undefined
}

export interface SealedRow {
  place: string
  version: number
  data: Buffer
}

export interface OpenDirectory extends Directory {
  /** Places whose block is new or changed. */
  stale(versions: Map<string, number>): string[]
  /** One block after another: a thousand opened at once would keep everybody waiting. */
  take(rows: SealedRow[], versions: Map<string, number>): Slices<void>
}

export function openDirectory(seal: Seal): OpenDirectory {
  const known = new Map<string, number>()
  const addresses = new Map<number, string>()
  const households = new Map<string, SealedHousehold>()
  const contents = new Map<string, { contacts: number[]; households: string[] }>()
  const forget = (place: string) => {
    const old = contents.get(place)
    for (const id of old?.contacts ?? []) addresses.delete(id)
    for (const id of old?.households ?? []) households.delete(id)
    contents.delete(place)
    known.delete(place)
  }
  return {
    address: (contactId) => addresses.get(contactId),
    household: (id) => households.get(id),
    stale: (versions) => [...versions].filter(([place, version]) => known.get(place) !== version).map(([place]) => place),
    *take(rows, versions) {
      for (const place of [...known.keys()]) if (!versions.has(place)) forget(place)
      // Nothing is forgotten before all is taken: what went from one place to another is found all the while.
      const before = rows.map(({ place }) => contents.get(place))
      for (const row of rows) {
        const block = seal.open<SealedBlock>(row.data, row.place)
        for (const [id, address] of Object.entries(block.contacts)) addresses.set(Number(id), address)
        for (const [id, home] of Object.entries(block.households)) households.set(id, home)
        contents.set(row.place, { contacts: Object.keys(block.contacts).map(Number), households: Object.keys(block.households) })
        known.set(row.place, row.version)
        yield
      }
      if (before.every((old) => old === undefined)) return
      const now = rows.map(({ place }) => contents.get(place)!)
      const [contactsNow, householdsNow] = [new Set(now.flatMap((c) => c.contacts)), new Set(now.flatMap((c) => c.households))]
      for (const id of before.flatMap((old) => old?.contacts ?? [])) if (!contactsNow.has(id)) addresses.delete(id)
      for (const id of before.flatMap((old) => old?.households ?? [])) if (!householdsNow.has(id)) households.delete(id)
    },
  }
}
