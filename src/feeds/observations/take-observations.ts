import type { Tx } from '../../base/store/store.js'
import { record } from '../../journal/journal.js'
import { setTimer, type TimerHandler } from '../../journal/todo.js'
import type { Observation } from './observation.js'
import { aheadMs, type Station, silentAt, stationKinds } from './station.js'
import { addObservations, lockStation, lockStationsOf, noteHeard } from './station-store.js'

export const silenceTimer = 'station.silence'

interface Source {
  place: string
  feedId: string | null
  dialect: string
  bulletinId: string
  receivedAt: Date
}

/** Values of one bulletin: each goes to the gauge it is of. Rules are judged after the commit ('observations.received'). */
export async function takeObservations(tx: Tx, source: Source, observations: Observation[]): Promise<void> {
  const stations = await lockStationsOf(tx, { sources: [source.feedId ?? source.dialect], place: source.place })
  const kept = observations.map((o) => trusted(o, source.receivedAt))
  const heard = new Map<Station, Observation[]>()
  const placed = kept.map((o) => {
    const station = o.forecast
      ? undefined
      : stations.find((s) => stationKinds[s.kind].reads === o.kind && (s.code === null || s.code === o.station))
    if (station) heard.set(station, [...(heard.get(station) ?? []), o])
    return { ...o, stationId: station?.id ?? null }
  })
  await addObservations(tx, source, placed)
  for (const [station, said] of heard) await hear(tx, station, said, source.receivedAt)
  if (heard.size === 0) return
  await record(tx, {
    event: 'observations.received',
    place: source.place,
    thing: { type: 'bulletin', id: source.bulletinId },
    data: { stations: [...heard.keys()].map((s) => s.id) },
  })
}

/** A reading of the future is the fault of a clock. It is kept and not believed. */
const trusted = (o: Observation, receivedAt: Date): Observation =>
  !o.forecast && o.at.getTime() > receivedAt.getTime() + aheadMs && o.value !== null ? { ...o, quality: 'bad' } : o

/** A gauge that sends only "missing" is as good as silent. */
async function hear(tx: Tx, station: Station, said: Observation[], now: Date): Promise<void> {
  const newest = Math.max(...said.filter((o) => o.value !== null && o.quality !== 'bad').map((o) => o.at.getTime()))
  const known = station.lastAt?.getTime() ?? Number.NEGATIVE_INFINITY
  // One heard in the future is the trace of a clock that was turned back.
  if (!Number.isFinite(newest) || (newest <= known && known <= now.getTime() + aheadMs)) return
  const lastAt = new Date(newest)
  const silence = silentAt(lastAt, station.everySeconds)
  const back = station.offlineAt !== null && silence > now
  await noteHeard(tx, { id: station.id, lastAt, offlineAt: back ? null : station.offlineAt })
  await setTimer(tx, silenceTimer, `${station.id}@${lastAt.toISOString()}`, silence)
  if (back) await recordStation(tx, station, 'station.recovered', { since: station.offlineAt })
}

/** Two intervals have passed: nothing newer has come, and nobody knows what the gauge would say now. */
export const tellSilentStation: TimerHandler = async (tx, subject) => {
  const [id = '', heardAt = ''] = subject.split('@')
  const station = await lockStation(tx, id)
  if (!station || station.offlineAt !== null || station.lastAt?.toISOString() !== heardAt) return
  const offlineAt = silentAt(station.lastAt, station.everySeconds)
  await noteHeard(tx, { ...station, offlineAt })
  await recordStation(tx, station, 'station.silent', { lastAt: station.lastAt })
}

const recordStation = (tx: Tx, station: Station, event: string, data: Record<string, unknown>) =>
  record(tx, { event, place: station.place, thing: { type: 'station', id: station.id }, data: { name: station.name, ...data } })
