import type { Seal } from '../base/seal.js'
import { atOnce, inSlices, type Slices } from '../base/slices.js'
import type { Store, Tx } from '../base/store/store.js'
import { type ContactBlock, type Contacts, layContacts } from './contact-table.js'
import { type Directory, type OpenDirectory, openDirectory } from './directory.js'
import type { DutyShift } from './duty/duty.js'
import { blockOf, type HomeBlock, type LinkBlock } from './home-block.js'
import type { Grid, Group, HazardPoint, Household, Place, Shelter, Staff } from './register.js'
import { readBlocks, readBlockVersions } from './sealed-block-store.js'
import { readContacts, readHomes, readLinks, readMark, readTable, readVersions, type Versions } from './snapshot-store.js'

/** Everything slow, read once and kept in memory. Nothing sealed is in it: addresses and names are in the directory, apart. */
export interface Snapshot {
  builtAt: Date
  places: Place[]
  grids: Grid[]
  households: Household[]
  contacts: Contacts
  points: HazardPoint[]
  shelters: Shelter[]
  staff: Staff[]
  /** Who has which turn, and who stands in: every one that was not taken back. */
  shifts: DutyShift[]
  groups: Group[]
}

export interface Register {
  snapshot(): Snapshot
  directory(): Directory
  /** Reads again what has changed since; nothing where nothing has. Calls that come together share one reading. */
  refresh(): Promise<void>
  /** How far the memory can be trusted: when it was last found to be what the rows say, and whether a change waits to be read. */
  age(): RegisterAge
}

export interface RegisterAge {
  builtAt: Date
  /** The rows were last looked at so many seconds ago (real time). */
  seconds: number
  /** A change was seen and is not read in yet, or nobody could look for a while. */
  behind: boolean
}

/** Looked at every three seconds; after so many without a look the memory may be behind without knowing. */
const trustedSeconds = 15

/** What one reading leaves for the next: what has not changed is shared between them. */
interface Parts {
  mark: string
  versions: Versions
  tables: Omit<Snapshot, 'builtAt' | 'households' | 'contacts'>
  links: Map<string, LinkBlock>
  homes: Map<string, HomeBlock>
  contacts: Map<string, ContactBlock>
}

/**
 * `prepare` makes ready what others keep by the snapshot (the index of matching), in slices too: until it is done the snapshot before
 * answers, and no question waits for a reading.
 */
export async function openRegister(
  store: Store,
  seal: Seal,
  prepare: (snapshot: Snapshot) => Slices<unknown> = nothing,
): Promise<Register> {
  const directory = openDirectory(seal)
  let parts: Parts | null = null
  let snapshot: Snapshot | null = null
  let checked = performance.now()
  let behind = false
  const read = async (): Promise<void> => {
    const asked = performance.now()
    const before = parts
    const mark = await store.system(readMark)
    if (mark !== before?.mark || !snapshot) {
      behind = true
      const after = await store.system((tx) => readParts(tx, directory, mark, before))
      const fresh = await inSlices(assemble(after, before, snapshot))
      await inSlices(prepare(fresh))
      parts = after
      snapshot = fresh
    }
    behind = false
    checked = asked
    // What nobody waited for: who asks sooner has it at once.
    const homes = homesByPlace(snapshot)
    if (!lists.has(homes)) await inSlices(writeOut(homes))
  }
  await read()
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const start = (): Promise<void> => {
    running = read().finally(() => {
      running = null
    })
    return running
  }
  return {
    snapshot: () => snapshot!,
    directory: () => directory,
    age() {
      const seconds = (performance.now() - checked) / 1000
      return { builtAt: snapshot!.builtAt, seconds, behind: behind || seconds > trustedSeconds }
    },
    refresh() {
      if (!running) return start()
      // The reading under way may have begun before the change of this caller: one more is made for all who came during it.
      next ??= running
        .catch(() => {})
        .then(() => {
          next = null
          return start()
        })
      return next
    },
  }
}

function* nothing(): Slices<void> {}

/** The versions are read first: what is read after them is never older, and a change in between is seen at the next look. */
async function readParts(tx: Tx, directory: OpenDirectory, mark: string, before: Parts | null): Promise<Parts> {
  const versions = await readVersions(tx)
  const changed = (...kinds: string[]) => [
    ...new Set(kinds.flatMap((kind) => placesChanged(before?.versions.get(kind), versions.get(kind)))),
  ]
  if (changed('sealed_block').length > 0) {
    const blocks = await readBlockVersions(tx)
    const stale = directory.stale(blocks)
    await inSlices(directory.take(stale.length === 0 ? [] : await readBlocks(tx, stale), blocks))
  }
  const table = async <K extends keyof typeof readTable, T>(kind: K, known: T | undefined): Promise<T> =>
    known && changed(kind).length === 0 ? known : ((await readTable[kind](tx)) as T)
  const known = before?.tables
  const links = await renew(before?.links, changed('household_contact'), (only) => readLinks(tx, only))
  return {
    mark,
    versions,
    tables: {
      places: await table('place', known?.places),
      grids: await table('grid', known?.grids),
      points: await table('hazard_point', known?.points),
      shelters: await table('shelter', known?.shelters),
      staff: await table('staff', known?.staff),
      shifts: await table('duty_shift', known?.shifts),
      groups: await table('grid_group', known?.groups),
    },
    links,
    homes: await renew(before?.homes, changed('household', 'household_contact'), (only) => readHomes(tx, only, links)),
    contacts: await renew(before?.contacts, changed('contact'), (only) => readContacts(tx, only)),
  }
}

const placesChanged = (before: Map<string, number> | undefined, now: Map<string, number> | undefined): string[] =>
  [...(now ?? [])].flatMap(([place, version]) => (before?.get(place) === version ? [] : [place]))

/** More places than this are read with all the others: asking for each costs more. */
const mostPlaces = 500

/** Place by place: what has not changed stays the same block. */
async function renew<T>(
  before: Map<string, T> | undefined,
  changed: string[],
  read: (only: string[] | null) => Promise<Map<string, T>>,
): Promise<Map<string, T>> {
  if (!before || changed.length > mostPlaces) return read(null)
  if (changed.length === 0) return before
  const fresh = await read(changed)
  const after = new Map(before)
  for (const place of changed) {
    const block = fresh.get(place)
    if (block) after.set(place, block)
    else after.delete(place)
  }
  return after
}

/** A register that no store has read has its blocks from its list. */
const blocks = new WeakMap<Snapshot, ReadonlyMap<string, HomeBlock>>()

/** The households of a snapshot by their place, in the order of its list. */
export function homesByPlace(snapshot: Snapshot): ReadonlyMap<string, HomeBlock> {
  const known = blocks.get(snapshot)
  if (known) return known
  const lists = new Map<string, Household[]>()
  for (const home of snapshot.households) {
    const list = lists.get(home.place)
    if (list) list.push(home)
    else lists.set(home.place, [home])
  }
  const made = new Map([...lists].map(([place, list]) => [place, blockOf(list)]))
  blocks.set(snapshot, made)
  return made
}

function* assemble(parts: Parts, before: Parts | null, known: Snapshot | null): Slices<Snapshot> {
  const same = known && parts.homes === before?.homes
  const homes = same ? homesByPlace(known) : new Map([...parts.homes].sort(([a], [b]) => (a < b ? -1 : 1)))
  const contacts = known && parts.contacts === before?.contacts ? known.contacts : yield* layContacts(parts.contacts)
  const snapshot: Snapshot = {
    builtAt: new Date(),
    ...parts.tables,
    get households() {
      return allOf(homes)
    },
    contacts,
  }
  blocks.set(snapshot, homes)
  return snapshot
}

const lists = new WeakMap<ReadonlyMap<string, HomeBlock>, Household[]>()
const allOf = (homes: ReadonlyMap<string, HomeBlock>): Household[] => lists.get(homes) ?? atOnce(writeOut(homes))

function* writeOut(homes: ReadonlyMap<string, HomeBlock>): Slices<Household[]> {
  const all: Household[] = []
  for (const block of homes.values()) {
    for (const home of block.list()) all.push(home)
    yield
  }
  lists.set(homes, all)
  return all
}
