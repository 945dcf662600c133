import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { measure, type Observation } from '../observations/observation.js'
import { readTable, type Tell } from '../observations/read-table.js'
import { wordTable } from '../word-table.js'

/** QWeather: v7 now (also of a grid point) and minutely, all values strings; v1 current, values beside their units, no time at all. */
const text = z.union([z.string(), z.number(), z.null()]).optional()
const quantity = z.object({ value: text, unit: z.string() }).optional()
const now = z.record(z.string(), text)
const shape = z.union([
  z.object({ code: z.string(), now }),
  z.object({ code: z.string(), minutely: z.array(z.object({ fxTime: z.string(), precip: text })) }),
  z.object({
    metadata: z.unknown(),
    condition: z.unknown().optional(),
    // Days and hours stand under metadata too: only what is current has a temperature of its own.
    temperature: z.object({ value: text, unit: z.string() }),
    feelsLike: quantity,
    humidity: text,
    wind: z.object({ direction: z.object({ degree: text }).optional(), speed: quantity }).optional(),
    windGust: quantity,
    precipitation: z.object({ amount: quantity }).optional(),
    pressure: quantity,
    visibility: quantity,
    dewPoint: quantity,
  }),
])
type Answer = z.output<typeof shape>
type Current = Extract<Answer, { metadata: unknown }>

export const qweatherWeather: Dialect = { name: 'qweather-weather', label: '和风天气实况与分钟降水', read: readQweatherWeather }

export function readQweatherWeather(raw: Buffer, context: Pick<ReadContext, 'receivedAt'>): Reading {
  return readTable(raw, {
    what: '和风天气的实况(now、current)或分钟降水(minutely)',
    name: '和风天气数据',
    shape,
    says: (json) => (typeof json.code === 'string' && json.code !== '200' ? (codes[json.code] ?? `code ${json.code}`) : null),
    empty: '请检查来源地址;和风的其他接口(预报、预警)请用各自的格式',
    rows: (data, tell) => rowsOf(data, context.receivedAt, tell),
  })
}

const codes = wordTable<string>({
  '204': '204,这个地点没有数据',
  '400': '400,参数写错',
  '401': '401,密钥不对',
  '402': '402,用量超限或欠费',
  '403': '403,没有权限',
  '404': '404,没有这个地点',
  '429': '429,问得太勤',
  '500': '500,对方出错',
})

const wrongTime = (path: string, said: unknown, tell: Tell) =>
  tell({ code: 'bad-time', path, message: `时间读不出:${String(said).slice(0, 40)}`, messageEn: 'a time cannot be read' })

function* rowsOf(data: Answer, receivedAt: Date, tell: Tell): Generator<Observation> {
  if ('metadata' in data) {
    tell({
      code: 'no-time',
      severity: 'remark',
      message: '来源没有给出观测时间,按收到的时间记',
      messageEn: 'the source gives no time of observation; the time of receipt is taken',
    })
    return yield* currentRows(data, receivedAt)
  }
  if ('now' in data) {
    const at = readChinaTime(String(data.now.obsTime ?? ''))
    if (at) for (const [name, kind, unit, seconds] of nowColumns) yield measure({ kind, unit, raw: data.now[name], at, seconds })
    else wrongTime('now.obsTime', data.now.obsTime, tell)
    return
  }
  for (const [i, { fxTime, precip }] of data.minutely.entries()) {
    const at = readChinaTime(fxTime)
    if (at) yield measure({ kind: 'precipitation', unit: 'mm', raw: precip, at, seconds: 300, forecast: true })
    else wrongTime(`minutely.${i}.fxTime`, fxTime, tell)
  }
}

/** Units of v7 are not in the answer: the metric ones, which are its default. precip is that of the past hour. */
const nowColumns = [
  ['temp', 'temperature', '°C', 0],
  ['feelsLike', 'feels-like', '°C', 0],
  ['wind360', 'wind-direction', '°', 0],
  ['windSpeed', 'wind', 'km/h', 0],
  ['humidity', 'humidity', '%', 0],
  ['precip', 'precipitation', 'mm', 3600],
  ['pressure', 'pressure', 'hPa', 0],
  ['vis', 'visibility', 'km', 0],
  ['dew', 'dew-point', '°C', 0],
] as const

function* currentRows(data: Current, at: Date): Generator<Observation> {
  const of = (kind: string, said: { value?: unknown; unit: string } | undefined, seconds = 0) =>
    measure({ kind, unit: said?.unit ?? '', raw: said?.value, at, seconds })
  yield of('temperature', data.temperature)
  yield of('feels-like', data.feelsLike)
  yield measure({ kind: 'humidity', unit: '1', raw: data.humidity, at })
  yield measure({ kind: 'wind-direction', unit: '°', raw: data.wind?.direction?.degree, at })
  yield of('wind', data.wind?.speed)
  yield of('gust', data.windGust)
  yield of('precipitation', data.precipitation?.amount, 3600)
  yield of('pressure', data.pressure)
  yield of('visibility', data.visibility)
  yield of('dew-point', data.dewPoint)
}
