import type { Clock } from '../../base/clock.js'
import { newId } from '../../base/ids.js'
import type { Tx } from '../../base/store/store.js'
import { type Reaction, record } from '../../journal/journal.js'
import { rulesOf, type Station, stationKinds } from './station.js'
import { listStations, readGauge } from './station-store.js'
import { calmAt, judge, sayCrossing, type Threshold } from './threshold.js'
import { lockThreshold, saveThreshold } from './threshold-store.js'

/** Readings that come later than this no longer change what a rule says. */
const settledMs = 24 * 3_600_000

export interface ThresholdDeps {
  clock: Clock
  thresholds: Threshold[]
}

/**
 * observations.received: the rules of each gauge, judged anew over all that it said in the last day. A crossing is told once,
 * its end once; alerts/watch-thresholds.ts does what follows.
 */
export const judgeThresholds =
  ({ clock, thresholds }: ThresholdDeps): Reaction =>
  async (tx, entry) => {
    const ids = new Set(Array.isArray(entry.data.stations) ? entry.data.stations.map(String) : [])
    const stations = (await listStations(tx)).filter((s) => ids.has(s.id)).sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const station of stations)
      for (const rule of rulesOf(thresholds, station)) await judgeOne(tx, station, rule, clock.now().getTime() - settledMs)
  }

async function judgeOne(tx: Tx, station: Station, rule: Threshold, settledBefore: number): Promise<void> {
  const before = await lockThreshold(tx, rule.id, station, calmAt(settledBefore))
  const windowMs = (rule.withinMinutes ?? 0) * 60_000
  // A checkpoint of the future is the trace of a clock that was turned back.
  const from = before.checkpoint.at > settledBefore + settledMs ? calmAt(settledBefore) : before.checkpoint
  const readings = await readGauge(tx, station, new Date(from.at - windowMs))
  const now = judge(rule, readings, from, station.everySeconds * 1000, settledBefore)
  const began = now.crossed && !before.crossed
  const ended = before.crossed && !now.crossed
  const seriesId = began ? newId() : before.seriesId
  await saveThreshold(tx, rule.id, station.id, {
    ...now,
    value: now.latest.value,
    missing: now.latest.missing,
    seriesId: ended ? null : seriesId,
  })
  if (began) {
    const known = now.crossing ?? { ...now.latest, at: now.at }
    const words = sayCrossing({ name: station.name, unit: stationKinds[station.kind].unit }, rule, {
      ...known,
      value: known.value ?? rule.atLeast,
    })
    await tell(tx, station, rule, 'threshold.crossed', seriesId, {
      value: known.value,
      missing: known.missing,
      at: new Date(known.at),
      words,
    })
  }
  if (ended) await tell(tx, station, rule, 'threshold.ended', before.seriesId, { value: now.latest.value, at: new Date(now.at) })
}

const tell = (tx: Tx, station: Station, rule: Threshold, event: string, series: string | null, data: Record<string, unknown>) =>
  record(tx, {
    event,
    place: station.place,
    thing: { type: 'station', id: station.id },
    series,
    data: { rule: rule.id, event: rule.event, name: station.name, places: station.places, unit: stationKinds[station.kind].unit, ...data },
  })
