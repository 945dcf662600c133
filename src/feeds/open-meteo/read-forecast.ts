import { z } from 'zod'
import { type Observation, type Reading, Unreadable } from '../bulletin.js'
import type { Dialect } from '../dialect.js'

/** Open-Meteo's tables: parallel arrays beside `time`, units apart, times local without offset. */
const table = z.record(z.string(), z.array(z.union([z.number(), z.string(), z.null()])))
const units = z.record(z.string(), z.string())
const shape = z.object({
  latitude: z.number(),
  longitude: z.number(),
  utc_offset_seconds: z.number().int().min(-50_400).max(50_400),
  current: z.record(z.string(), z.union([z.number(), z.string(), z.null()])).optional(),
  current_units: units.optional(),
  minutely_15: table.optional(),
  minutely_15_units: units.optional(),
  hourly: table.optional(),
  hourly_units: units.optional(),
  daily: table.optional(),
  daily_units: units.optional(),
})
type Forecast = z.output<typeof shape>

/** Most rows taken of one answer: 16 days of quarter hours of a dozen quantities stay below it. */
const mostRows = 20_000

export const openMeteo: Dialect = { name: 'open-meteo', label: 'Open-Meteo 天气预报', read: readForecast }

export function readForecast(raw: Buffer): Reading {
  let json: unknown
  try {
    json = JSON.parse(raw.toString('utf8'))
  } catch {
    return fault('malformed-json', '收到的内容不是 JSON,读不出天气数据', 'not JSON', '请检查来源地址;收到网页时多半是对方出错页')
  }
  const checked = shape.safeParse(json)
  if (!checked.success) {
    const said = typeof json === 'object' && json !== null && 'reason' in json ? String(json.reason).slice(0, 100) : ''
    const issue = checked.error.issues[0]!
    const english = said || `${issue.path.join('.') || '(top)'}: ${issue.message}`
    return fault('not-open-meteo', '收到的 JSON 不是 Open-Meteo 的天气数据', english, said ? `对方说明:${said}` : '请检查来源地址和参数')
  }
  const observations = rowsOf(checked.data)
  if (observations.length === 0)
    return fault('no-data', '天气数据里没有任何数值', 'no data block', '请检查地址里是否写了 hourly= 或 minutely_15= 参数')
  const missing = observations.filter((o) => o.value === null).length
  return {
    kind: 'observations',
    observations,
    summary: `天气预报数据 ${observations.length} 个值${missing > 0 ? `,其中 ${missing} 个缺测` : ''}`,
    problems: [],
  }
}

function fault(code: string, reason: string, english: string, hint: string): Reading {
  return new Unreadable(code, reason, english, hint).reading()
}

function rowsOf(forecast: Forecast): Observation[] {
  const offset = forecast.utc_offset_seconds
  const rows: Observation[] = []
  if (forecast.current) {
    const { time, interval, ...values } = forecast.current
    const at = localTime(String(time), offset)
    if (at) for (const [kind, value] of Object.entries(values)) addRow(rows, kind, forecast.current_units?.[kind], value, at, false)
  }
  for (const block of ['minutely_15', 'hourly', 'daily'] as const) {
    const { time = [], ...columns } = forecast[block] ?? {}
    const at = time.map((t) => localTime(String(t), offset))
    for (const [kind, values] of Object.entries(columns)) {
      const unit = forecast[`${block}_units`]?.[kind]
      for (let i = 0; i < at.length && rows.length < mostRows; i++) {
        const when = at[i]
        if (when) addRow(rows, kind, unit, values[i] ?? null, when, true)
      }
    }
  }
  return rows
}

/** Sunrise and such are times, not quantities; a unit of "undefined" means the model does not have it. */
function addRow(
  rows: Observation[],
  kind: string,
  unit: string | undefined,
  value: number | string | null,
  at: Date,
  forecast: boolean,
): void {
  if (unit === 'undefined' || unit === 'iso8601' || typeof value === 'string') return
  rows.push({ kind, unit: unit ?? '', value, at, forecast })
}

function localTime(text: string, offsetSeconds: number): Date | null {
  const found = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2})?)?$/.exec(text)
  if (!found) return null
  const at = Date.parse(`${found[1]}T${found[2] ?? '00:00'}:00Z`)
  return Number.isNaN(at) ? null : new Date(at - offsetSeconds * 1000)
}
