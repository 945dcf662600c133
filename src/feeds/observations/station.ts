import { z } from 'zod'
import { ConfigError } from '../../base/config.js'
import type { Threshold } from './threshold.js'

/** What a gauge measures: the kind of its observations, and the unit people read. */
export const stationKinds = {
  rain: { reads: 'precipitation', unit: 'mm' },
  level: { reads: 'level', unit: 'm' },
  flow: { reads: 'flow', unit: 'm³/s' },
  wind: { reads: 'wind', unit: 'm/s' },
  gust: { reads: 'gust', unit: 'm/s' },
  temperature: { reads: 'temperature', unit: '°C' },
} as const
export type StationKind = keyof typeof stationKinds
export const stationKind = z.enum(Object.keys(stationKinds) as [StationKind, ...StationKind[]])

/** What only an authority may say: a gauge and its rule stand in our own words to the staff. */
export const plainName = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((name) => !/预警|红色|橙色|黄色|蓝色|[【】]/.test(name), 'not the word 预警, no colour, no 【】: only an authority warns')

/** config/stations.yaml: the gauges that speak for our grids. */
export const stationsSchema = z.strictObject({
  stations: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9-]{2,40}$/, 'small letters, digits and - only'),
        name: plainName(12),
        kind: stationKind,
        /** Grids (15 digits) or communities (12) it speaks for. */
        places: z
          .array(z.string().regex(/^(?:\d{12}|\d{15})$/, '12 digits (community) or 15 (grid), in quotes'))
          .min(1)
          .max(200),
        /** The id of a feed in feeds.yaml; or the dialect its readings are posted in. */
        source: z.string().regex(/^[a-z0-9-]{2,40}$/, 'the id of a feed, or a dialect that is posted'),
        /** How the source calls it; left out: the source speaks of one place only. */
        code: z.string().min(1).max(60).optional(),
        lon: z.number().min(-180).max(180),
        lat: z.number().min(-90).max(90),
        /** How often it speaks. Silent for twice as long: offline. */
        everySeconds: z.number().int().min(30).max(86_400),
      }),
    )
    .refine((all) => new Set(all.map((s) => s.id)).size === all.length, 'two stations have the same id')
    .refine(
      (all) => new Set(all.map((s) => `${s.source}/${s.code ?? ''}/${s.kind}`)).size === all.length,
      'two stations read the same source, code and kind',
    ),
})
export type StationConfig = z.output<typeof stationsSchema>['stations'][number]

export interface Station {
  id: string
  place: string
  places: string[]
  name: string
  kind: StationKind
  lon: number
  lat: number
  everySeconds: number
  /** Time of its newest reading that had a value. */
  lastAt: Date | null
  offlineAt: Date | null
  /** Since when it should speak. */
  expectedAt: Date
}

/** Silent for two intervals: nobody knows what it would say now. */
export const silentAt = (lastAt: Date, everySeconds: number): Date => new Date(lastAt.getTime() + 2 * everySeconds * 1000)
/** A clock that runs ahead would hide the silence that follows. */
export const aheadMs = 5 * 60_000

/** The smallest of our areas that holds all the places: what row-level security looks at. */
export function commonPlace(places: readonly string[]): string {
  const [first = '', ...others] = places
  return first.slice(0, [15, 12, 9, 6].find((length) => others.every((p) => p.slice(0, length) === first.slice(0, length))) ?? 0)
}

/** A rule that names a gauge which is not there, or of another kind, would never speak; an unknown hazard has no words. */
export function checkThresholds(thresholds: Threshold[], stations: StationConfig[], events: string[]): void {
  for (const [i, rule] of thresholds.entries()) {
    if (!events.includes(rule.event))
      throw new ConfigError(
        `thresholds.yaml: thresholds.${i}.event: "${rule.event}" is not in events.yaml; allowed are ${events.join('、')}`,
      )
    if (rule.stations === 'all') continue
    for (const [j, id] of rule.stations.entries()) {
      const found = stations.find((s) => s.id === id)
      const path = `thresholds.yaml: thresholds.${i}.stations.${j}`
      if (!found) throw new ConfigError(`${path}: no station "${id}" in stations.yaml; known are ${stations.map((s) => s.id).join(', ')}`)
      if (found.kind !== rule.kind)
        throw new ConfigError(`${path}: "${id}" measures ${found.kind}, the rule is for ${rule.kind}; allowed are stations of one kind`)
    }
  }
}

export const rulesOf = (thresholds: Threshold[], station: Pick<Station, 'id' | 'kind'>): Threshold[] =>
  thresholds.filter((rule) => rule.kind === station.kind && (rule.stations === 'all' || rule.stations.includes(station.id)))
