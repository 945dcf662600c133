import type { Seal } from '../base/seal.js'
import type { Store } from '../base/store/store.js'
import { type Directory, openDirectory } from './directory.js'
import type { DutyShift } from './duty/duty.js'
import { readShifts } from './duty/duty-store.js'
import type { Contact, Grid, Group, HazardPoint, Household, Place, Shelter, Staff } from './register.js'
import { readSnapshot } from './register-store.js'
import { readBlocks, readBlockVersions } from './sealed-block-store.js'

/** Everything slow, read once and kept in memory. Nothing sealed is in it: addresses and names are in the directory, apart. */
export interface Snapshot {
  builtAt: Date
  places: Place[]
  grids: Grid[]
  households: Household[]
  contacts: Map<number, Contact>
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
  /** Reads the rows again; only the blocks that changed are opened again. Calls that come together share one reading. */
  refresh(): Promise<void>
}

export async function openRegister(store: Store, seal: Seal): Promise<Register> {
  const directory = openDirectory(seal)
  const read = async (): Promise<Snapshot> =>
    store.system(async (tx) => {
      const versions = await readBlockVersions(tx)
      const stale = directory.stale(versions)
      directory.take(stale.length === 0 ? [] : await readBlocks(tx, stale), versions)
      return { ...(await readSnapshot(tx)), shifts: await readShifts(tx) }
    })
  let snapshot = await read()
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null
  const start = (): Promise<void> => {
    running = read()
      .then((fresh) => {
        snapshot = fresh
      })
      .finally(() => {
        running = null
      })
    return running
  }
  return {
    snapshot: () => snapshot,
    directory: () => directory,
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
