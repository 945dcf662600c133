import Flatbush from 'flatbush'
import { atOnce, type Slices } from '../base/slices.js'
import type { Contacts } from '../register/contact-table.js'
import type { HomeBlock } from '../register/home-block.js'
import type { Contact, Grid, Household, Place, Staff } from '../register/register.js'
import { homesByPlace, type Snapshot } from '../register/snapshot.js'
import { type Box, boxOf, type Ring } from './geometry.js'
import { layColumns, type PointIndex } from './point-index.js'

/** What matching looks things up by, made once per snapshot. */
export interface RegisterIndex {
  grids: { grid: Grid; rings: Ring[]; box: Box }[]
  /** Grids that have no outline yet: nobody knows where they are. */
  unplaced: Grid[]
  search(box: Box): RegisterIndex['grids']
  gridAt(place: string): Grid | undefined
  householdsOf(place: string): readonly Household[]
  /** How many those are, without a look at any of them. */
  sizeOf(place: string): { households: number; people: number; unknownPlace: number }
  points: PointIndex
  staff(id: string): Staff | undefined
  contact(id: number): Contact | undefined
  /** A number for the address behind a contact: the same for every contact of one telephone. */
  addressOf(contactId: number): number
  /** Towns (subdistricts) known by name: ours have grids here, the others are there to be told apart in a text. */
  towns: { place: Place; ours: boolean }[]
  districts: Place[]
}

const made = new WeakMap<Snapshot, RegisterIndex>()

export const indexOf = (snapshot: Snapshot): RegisterIndex => made.get(snapshot) ?? atOnce(makeIndex(snapshot))

/** Kept by the list it was made from: of a register in which little has changed, the rest is shared. */
function once<K extends object, T>(make: (from: K) => Slices<T>): (from: K) => Slices<T> {
  const known = new WeakMap<K, T>()
  return function* (from) {
    const there = known.get(from)
    if (there !== undefined) return there
    const fresh = yield* make(from)
    known.set(from, fresh)
    return fresh
  }
}

/** Made ahead of the first question, a little at a time. */
export function* makeIndex(snapshot: Snapshot): Slices<RegisterIndex> {
  const ground = yield* layGrids(snapshot.grids)
  const addresses = yield* numberAddresses(snapshot.contacts)
  const homes = homesByPlace(snapshot)
  const points = yield* layHomes(homes)
  const staff = new Map(snapshot.staff.map((s) => [s.id, s]))
  const index: RegisterIndex = {
    ...ground,
    householdsOf: (place) => homes.get(place)?.list() ?? [],
    sizeOf(place) {
      const block = homes.get(place)
      return { households: block?.lons.length ?? 0, people: block?.people ?? 0, unknownPlace: block?.unplaced ?? 0 }
    },
    points,
    staff: (id) => staff.get(id),
    contact: (id) => snapshot.contacts.get(id),
    addressOf: (contactId) => addresses.get(contactId) ?? -1,
    towns: snapshot.places
      .filter((p) => p.level === 'subdistrict')
      .map((place) => ({ place, ours: snapshot.grids.some((g) => g.place.startsWith(place.place)) })),
    districts: snapshot.places.filter((p) => p.level === 'district'),
  }
  made.set(snapshot, index)
  return index
}

const layHomes = once(function* (homes: ReadonlyMap<string, HomeBlock>): Slices<PointIndex> {
  const size = [...homes.values()].reduce((sum, { lons }) => sum + lons.length, 0)
  const columns = { places: [...homes.keys()], gridOf: new Int32Array(size), lons: new Float64Array(size), lats: new Float64Array(size) }
  let [row, grid] = [0, 0]
  for (const { lons, lats } of homes.values()) {
    columns.gridOf.fill(grid++, row, row + lons.length)
    columns.lons.set(lons, row)
    columns.lats.set(lats, row)
    row += lons.length
    yield
  }
  return yield* layColumns(columns)
})

const layGrids = once(function* (all: Grid[]): Slices<Pick<RegisterIndex, 'grids' | 'unplaced' | 'search' | 'gridAt'>> {
  const grids: RegisterIndex['grids'] = []
  const unplaced: Grid[] = []
  const byPlace = new Map<string, Grid>()
  for (const grid of all) {
    byPlace.set(grid.place, grid)
    const rings = grid.geometry.coordinates
    if ((rings[0]?.length ?? 0) >= 4) grids.push({ grid, rings, box: boxOf(rings[0]!) })
    else unplaced.push(grid)
    if (byPlace.size % 100 === 0) yield
  }
  const tree = grids.length > 0 ? new Flatbush(grids.length) : null
  for (const { box } of grids) tree?.add(box.minX, box.minY, box.maxX, box.maxY)
  tree?.finish()
  return {
    grids,
    unplaced,
    search: (b) => tree?.search(b.minX, b.minY, b.maxX, b.maxY).map((i) => grids[i]!) ?? [],
    gridAt: (place) => byPlace.get(place),
  }
})

const numberAddresses = once(function* (contacts: Contacts): Slices<Map<number, number>> {
  const known = new Map<string, number>()
  const numbers = new Map<number, number>()
  for (const { id, kind, blind } of contacts.values()) {
    const key = `${kind} ${blind}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    numbers.set(id, number)
    if (numbers.size % 2000 === 0) yield
  }
  return numbers
})
