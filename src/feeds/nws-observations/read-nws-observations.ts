import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import type { Dialect } from '../dialect.js'
import { measure, type Observation, type Quality } from '../observations/observation.js'
import { readTable, type Tell } from '../observations/read-table.js'
import { wordTable } from '../word-table.js'

/** api.weather.gov observations: GeoJSON, one feature or a collection; every value beside its unit and quality, most of them null. */
const properties = z.record(z.string(), z.unknown())
const feature = z.object({ type: z.literal('Feature'), id: z.string().optional(), properties })
const shape = z.union([
  feature.transform((one) => [one]),
  z.object({ type: z.literal('FeatureCollection'), features: z.array(feature).max(5000) }).transform((all) => all.features),
])
type Feature = z.output<typeof feature>
const quantity = z.object({
  value: z.union([z.number(), z.string(), z.null()]).optional(),
  unitCode: z.string().optional(),
  qualityControl: z.string().optional(),
})

export const nwsObservations: Dialect = { name: 'nws-observations', label: '美国国家气象局站点实况', read: readNwsObservations }

export function readNwsObservations(raw: Buffer): Reading {
  return readTable(raw, {
    what: '美国国家气象局的站点实况(observations)',
    name: '站点实况',
    shape,
    // "200 OK" with a problem inside happens.
    says: (json) => (typeof json.title === 'string' && typeof json.type === 'string' && json.type.startsWith('http') ? json.title : null),
    empty: '站点现在没有给出任何读数:请核实站点是否还在工作',
    *rows(features, tell) {
      for (const [i, one] of features.entries()) yield* rowsOf(one, i, tell)
    },
  })
}

/** Its names in ours, and how long a sum was gathered. */
const columns: Record<string, readonly [string, number]> = {
  temperature: ['temperature', 0],
  dewpoint: ['dew-point', 0],
  windDirection: ['wind-direction', 0],
  windSpeed: ['wind', 0],
  windGust: ['gust', 0],
  barometricPressure: ['pressure', 0],
  seaLevelPressure: ['pressure-sea-level', 0],
  visibility: ['visibility', 0],
  relativeHumidity: ['humidity', 0],
  precipitationLastHour: ['precipitation', 3600],
  precipitationLast3Hours: ['precipitation', 10_800],
  precipitationLast6Hours: ['precipitation', 21_600],
}
/** MADIS: V, C, S verified to different depths, G by a person; Q questioned; X, B wrong; Z nobody looked. */
const trust = wordTable<Quality>({ V: 'good', C: 'good', S: 'good', G: 'good', Q: 'suspect', X: 'bad', B: 'bad' })

function* rowsOf({ id, properties: said }: Feature, index: number, tell: Tell): Generator<Observation> {
  const path = `features.${index}.properties.timestamp`
  const time = z.iso.datetime({ offset: true }).safeParse(said.timestamp)
  if (!time.success) {
    const what =
      said.timestamp === undefined || said.timestamp === null ? '没有观测时间' : `时间读不出:${String(said.timestamp).slice(0, 40)}`
    return tell({ code: 'bad-time', path, message: `这份观测${what}`, messageEn: 'an observation without a time that can be read' })
  }
  const station = stationOf(said.station) ?? stationOf(id)
  for (const [name, [kind, seconds]] of Object.entries(columns)) {
    const read = quantity.safeParse(said[name])
    if (!read.success) continue
    const { value, unitCode = '', qualityControl = '' } = read.data
    const quality = trust[qualityControl.replace(/^qc:/, '')] ?? 'unchecked'
    yield measure({ kind, unit: unitCode.replace(/^\w+:/, ''), raw: value, at: new Date(time.data), station, quality, seconds })
  }
}

/** https://…/stations/KFLL[/observations/…] → KFLL */
function stationOf(address: unknown): string | null {
  return typeof address === 'string' ? (/\/stations\/(\w{1,20})(?:\/|$)/.exec(address)?.[1] ?? null) : null
}
