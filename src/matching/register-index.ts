import Flatbush from 'flatbush'
import { atOnce, type Slices } from '../base/slices.js'
import type { Contact, Grid, Household, Place, Staff } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import { type Box, boxOf, type Ring } from './geometry.js'
import { layPointsInSlices, type PointIndex } from './point-index.js'

/** What matching looks things up by, made once per snapshot. */
export interface RegisterIndex {
  grids: { grid: Grid; rings: Ring[]; box: Box }[]
  /** Grids that have no outline yet: nobody knows where they are. */
  unplaced: Grid[]
  search(box: Box): RegisterIndex['grids']
  gridAt(place: string): Grid | undefined
  householdsOf(place: string): Household[]
  /** As `points` numbers them. */
  households: readonly Household[]
  points: PointIndex
  household(id: string): Household | undefined
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

/** What can be made ahead of the first question, a little at a time. */
export function* makeIndex(snapshot: Snapshot): Slices<RegisterIndex> {
  const drawn = snapshot.grids.filter((g) => (g.geometry.coordinates[0]?.length ?? 0) >= 4)
  const grids: RegisterIndex['grids'] = []
  for (const grid of drawn) {
    grids.push({ grid, rings: grid.geometry.coordinates, box: boxOf(grid.geometry.coordinates[0]!) })
    if (grids.length % 100 === 0) yield
  }
  const tree = grids.length > 0 ? new Flatbush(grids.length) : null
  for (const { box } of grids) tree?.add(box.minX, box.minY, box.maxX, box.maxY)
  tree?.finish()
  yield
  const gridByPlace = new Map(snapshot.grids.map((g) => [g.place, g]))
  const staffById = new Map(snapshot.staff.map((s) => [s.id, s]))
  const undrawn = new Set(snapshot.grids)
  for (const grid of drawn) undrawn.delete(grid)
  const { byGrid, byId } = yield* sortHouseholds(snapshot)
  const addresses = yield* numberAddresses(snapshot.contacts)
  const points = yield* layPointsInSlices(snapshot.households)
  const towns = new Set(snapshot.grids.map((g) => g.place.slice(0, 9)))
  const index: RegisterIndex = {
    grids,
    unplaced: [...undrawn],
    search: (b) => tree?.search(b.minX, b.minY, b.maxX, b.maxY).map((i) => grids[i]!) ?? [],
    gridAt: (place) => gridByPlace.get(place),
    householdsOf: (place) => byGrid.get(place) ?? [],
    households: snapshot.households,
    points,
    household: (id) => byId.get(id),
    staff: (id) => staffById.get(id),
    contact: (id) => snapshot.contacts.get(id),
    addressOf: (contactId) => addresses.get(contactId) ?? -1,
    towns: snapshot.places.filter((p) => p.level === 'subdistrict').map((place) => ({ place, ours: towns.has(place.place) })),
    districts: snapshot.places.filter((p) => p.level === 'district'),
  }
  made.set(snapshot, index)
  return index
}

const perSlice = 2000

function* sortHouseholds({ households }: Snapshot): Slices<{ byGrid: Map<string, Household[]>; byId: Map<string, Household> }> {
  const byGrid = new Map<string, Household[]>()
  const byId = new Map<string, Household>()
  for (const household of households) {
    const list = byGrid.get(household.place)
    if (list) list.push(household)
    else byGrid.set(household.place, [household])
    byId.set(household.id, household)
    if (byId.size % perSlice === 0) yield
  }
  return { byGrid, byId }
}

function* numberAddresses(contacts: Map<number, Contact>): Slices<Map<number, number>> {
  const known = new Map<string, number>()
  const numbers = new Map<number, number>()
  for (const { id, kind, blind } of contacts.values()) {
    const key = `${kind} ${blind}`
    const number = known.get(key) ?? known.size
    known.set(key, number)
    numbers.set(id, number)
    if (numbers.size % perSlice === 0) yield
  }
  return numbers
}
