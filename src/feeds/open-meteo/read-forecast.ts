import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import type { Dialect } from '../dialect.js'
import { measure, type Observation } from '../observations/observation.js'
import { readTable, type Tell } from '../observations/read-table.js'
import { wordTable } from '../word-table.js'

/** Open-Meteo's tables: parallel arrays beside `time`, units apart, times local without offset (or seconds, with timeformat=unixtime). */
const cell = z.union([z.number(), z.string(), z.null()])
const table = z.record(z.string(), z.array(cell))
const units = z.record(z.string(), z.string())
const place = z.object({
  latitude: z.number(),
  longitude: z.number(),
  utc_offset_seconds: z.number().int().min(-50_400).max(50_400),
  current: z.record(z.string(), cell).optional(),
  current_units: units.optional(),
  minutely_15: table.optional(),
  minutely_15_units: units.optional(),
  hourly: table.optional(),
  hourly_units: units.optional(),
  daily: table.optional(),
  daily_units: units.optional(),
})
type Place = z.output<typeof place>
/** Several coordinates asked for at once are answered with a list. */
const shape = z.union([place, z.array(place).min(1).max(1000)])

export const openMeteo: Dialect = { name: 'open-meteo', label: 'Open-Meteo 天气预报', read: readForecast }

export function readForecast(raw: Buffer): Reading {
  return readTable(raw, {
    what: ' Open-Meteo 的天气数据',
    name: '天气预报数据',
    shape,
    says: (json) => (json.error === true || typeof json.reason === 'string' ? String(json.reason) : null),
    empty: '请检查地址里是否写了 hourly=、minutely_15= 或 current= 参数',
    *rows(data, tell) {
      if (!Array.isArray(data)) return yield* rowsOf(data, null, tell)
      for (const one of data) yield* rowsOf(one, `${one.latitude},${one.longitude}`, tell)
    },
  })
}

/** Its names in ours. `rain` is only a part of `precipitation` and keeps its name. */
const kinds = wordTable<string>({
  river_discharge: 'flow',
  wind_speed_10m: 'wind',
  wind_gusts_10m: 'gust',
  wind_direction_10m: 'wind-direction',
  temperature_2m: 'temperature',
  apparent_temperature: 'feels-like',
  dew_point_2m: 'dew-point',
  relative_humidity_2m: 'humidity',
  surface_pressure: 'pressure',
  pressure_msl: 'pressure-sea-level',
})
const spans = { minutely_15: 900, hourly: 3600, daily: 86_400 } as const
const isSum = (name: string) => /^(?:precipitation|rain|showers|snowfall)(?:_sum)?$/.test(name)
/** Sunrise and such are times, not quantities; a unit of "undefined" means the model does not have it. */
const isQuantity = (unit: string | undefined) => unit !== 'undefined' && unit !== 'iso8601' && unit !== 'unixtime'

function* rowsOf(forecast: Place, station: string | null, tell: Tell): Generator<Observation> {
  const offset = forecast.utc_offset_seconds
  const wrongTime = (block: string, time: unknown) =>
    tell({
      code: 'bad-time',
      path: `${block}.time`,
      message: `时间读不出:${String(time).slice(0, 40)}`,
      messageEn: 'a time cannot be read',
    })
  if (forecast.current) {
    const { time, interval, ...values } = forecast.current
    const at = localTime(time, offset)
    if (!at) wrongTime('current', time)
    else
      for (const [name, raw] of Object.entries(values)) {
        const unit = forecast.current_units?.[name]
        const seconds = isSum(name) && typeof interval === 'number' ? interval : 0
        if (isQuantity(unit) && typeof raw !== 'string')
          yield measure({ kind: kinds[name] ?? name, unit: unit ?? '', raw, at, station, seconds })
      }
  }
  for (const block of ['minutely_15', 'hourly', 'daily'] as const) {
    const { time = [], ...columns } = forecast[block] ?? {}
    const times = time.map((t) => localTime(t, offset))
    const wrong = times.indexOf(null)
    if (wrong >= 0) wrongTime(block, time[wrong])
    for (const [name, values] of Object.entries(columns)) {
      const unit = forecast[`${block}_units`]?.[name]
      if (!isQuantity(unit) || values.some((v) => typeof v === 'string')) continue
      const row = { kind: kinds[name] ?? name, unit: unit ?? '', station, seconds: isSum(name) ? spans[block] : 0, forecast: true }
      for (const [i, at] of times.entries()) if (at) yield measure({ ...row, raw: values[i], at })
    }
  }
}

function localTime(time: unknown, offsetSeconds: number): Date | null {
  if (typeof time === 'number') return Math.abs(time) < 1e11 ? new Date(time * 1000) : null
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2})?)?$/.exec(String(time))
  if (!found) return null
  const at = Date.parse(`${found[1]}T${found[2] ?? '00:00'}:00Z`)
  return Number.isNaN(at) ? null : new Date(at - offsetSeconds * 1000)
}
