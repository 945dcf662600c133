import type { Log } from '../../base/log.js'
import type { Store } from '../../base/store/store.js'
import type { Snapshot } from '../../register/snapshot.js'
import type { StationConfig } from './station.js'
import { syncStationRows } from './station-store.js'

/** At start: the rows become what the file says. A gauge of grids that the register does not have is left out, and said to be. */
export async function syncStations(store: Store, stations: StationConfig[], snapshot: Pick<Snapshot, 'grids'>, log: Log): Promise<void> {
  const isOurs = (place: string) => snapshot.grids.some((grid) => grid.place.startsWith(place))
  for (const { id, places } of stations) {
    const unknown = places.filter((place) => !isOurs(place))
    if (unknown.length > 0)
      log.warn({ station: id, places: unknown }, 'stations.yaml: a gauge speaks for grids that are not in the register')
  }
  await store.system((tx) =>
    syncStationRows(
      tx,
      stations.filter((s) => s.places.some(isOurs)),
    ),
  )
}
