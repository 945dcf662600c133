import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import type { Store, Tx } from '../../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, time } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import { qualities } from './observation.js'
import { aheadMs, rulesOf, type Station, silentAt, stationKind, stationKinds } from './station.js'
import { listStations, readGauge } from './station-store.js'
import { inOrder, sumUpTo, type Threshold } from './threshold.js'
import { listThresholds, type ThresholdRow } from './threshold-store.js'

const thresholdShape = z.object({
  id: z.string(),
  event: z.string(),
  atLeast: z.number(),
  withinMinutes: z.number().nullable(),
  until: z.object({ below: z.number(), forMinutes: z.number() }),
  crossed: z.boolean(),
  since: time.nullable(),
  /** At the newest reading: with slots missing it is a lower bound. */
  value: z.number().nullable(),
  missing: z.number(),
})
export const stationShape = z.object({
  id: z.string(),
  name: z.string(),
  place: z.string(),
  places: z.array(z.string()),
  kind: stationKind,
  unit: z.string(),
  lon: z.number(),
  lat: z.number(),
  everySeconds: z.number(),
  /** offline: silent for two intervals, or never heard. Then nothing is said of what it last measured. */
  state: z.enum(['good', 'offline']),
  lastAt: time.nullable(),
  offlineSince: time.nullable(),
  latest: z.object({ value: z.number(), unit: z.string(), at: time, ageSeconds: z.number(), quality: z.enum(qualities) }).nullable(),
  thresholds: z.array(thresholdShape),
  /** The last six hours: rain as the sum of its first threshold's window (each a lower bound where slots are missing), others as read. */
  trace: z.object({
    withinMinutes: z.number().nullable(),
    points: z.array(z.object({ at: time, value: z.number().nullable(), missing: z.number() })),
  }),
})
export type ShownStation = z.input<typeof stationShape>

interface Deps {
  store: Store
  clock: Clock
  thresholds: Threshold[]
}

const traceMs = 6 * 3_600_000
const mostPoints = 400

/** GET /api/stations: the gauges, what they say now, and which threshold they are over. */
export function stationRoutes(app: App, { store, clock, thresholds }: Deps): void {
  app.get('/api/stations', { schema: { tags: ['feeds'], response: { 200: listOf(stationShape) } } }, (request) => {
    const actor = permit(request, 'read')
    return store.act(actor, async (tx) => {
      const states = await listThresholds(tx)
      const items: ShownStation[] = []
      for (const station of await listStations(tx))
        items.push(await showStation(tx, station, rulesOf(thresholds, station), states, clock.now()))
      return { items, nextCursor: null }
    })
  })
}

/** Said from the reading's time, so that a timer that is late hides nothing. */
export function stationState(station: Pick<Station, 'lastAt' | 'everySeconds'>, now: Date): 'good' | 'offline' {
  const heard = station.lastAt !== null && station.lastAt.getTime() <= now.getTime() + aheadMs
  return heard && silentAt(station.lastAt!, station.everySeconds) > now ? 'good' : 'offline'
}

async function showStation(tx: Tx, station: Station, rules: Threshold[], states: ThresholdRow[], now: Date): Promise<ShownStation> {
  const { unit } = stationKinds[station.kind]
  const state = stationState(station, now)
  const windowMs = (rules[0]?.withinMinutes ?? 0) * 60_000
  const from = now.getTime() - traceMs
  const read = inOrder(await readGauge(tx, station, new Date(from - windowMs))).filter((r) => r.at <= now.getTime() + aheadMs)
  const newest = state === 'good' ? read.findLast((r) => r.value !== null) : undefined
  const everyMs = station.everySeconds * 1000
  const points = read.flatMap(({ at, value }, i) => {
    if (at <= from) return []
    const known = windowMs > 0 ? sumUpTo(read, i, windowMs, everyMs) : { value, missing: value === null ? 1 : 0 }
    return [{ at: chinaTime(new Date(at)), value: known.value, missing: known.missing }]
  })
  return {
    ...{ id: station.id, name: station.name, place: station.place, places: station.places, kind: station.kind, unit },
    ...{ lon: station.lon, lat: station.lat, everySeconds: station.everySeconds, state },
    lastAt: chinaTimeOrNull(station.lastAt),
    offlineSince: chinaTimeOrNull(state === 'offline' && station.lastAt ? silentAt(station.lastAt, station.everySeconds) : null),
    latest: newest
      ? {
          value: newest.value!,
          unit,
          at: chinaTime(new Date(newest.at)),
          ageSeconds: Math.max(0, Math.round((now.getTime() - newest.at) / 1000)),
          quality: newest.quality,
        }
      : null,
    thresholds: rules.map((rule) =>
      showRule(
        rule,
        states.find((s) => s.ruleId === rule.id && s.stationId === station.id),
      ),
    ),
    trace: { withinMinutes: windowMs > 0 ? windowMs / 60_000 : null, points: points.slice(-mostPoints) },
  }
}

const showRule = (
  { id, event, atLeast, withinMinutes, until }: Threshold,
  now: ThresholdRow | undefined,
): ShownStation['thresholds'][number] => ({
  ...{ id, event, atLeast, withinMinutes: withinMinutes ?? null, until },
  crossed: now?.crossed ?? false,
  since: chinaTimeOrNull(now?.since),
  value: now?.value ?? null,
  missing: now?.missing ?? 0,
})
