import { wordTable } from '../word-table.js'
/**
 * Values of weather and water as every dialect reads them: one kind, one unit, a time, and how far they can be trusted.
 * null is missing and never zero.
 */
export const qualities = ['good', 'unchecked', 'suspect', 'bad', 'missing'] as const
export type Quality = (typeof qualities)[number]

export interface Observation {
  /** A key of `quantities`, or the source's own name where we have none. */
  kind: string
  unit: string
  value: number | null
  at: Date
  forecast: boolean
  /** The source's own code of where it was measured; absent: the source speaks of one place only. */
  station?: string | null
  quality?: Quality
  /** How long a sum (rain) was gathered, up to `at`; 0: a moment. */
  seconds?: number
  /** As the source said it, where it had to be converted. */
  said?: { value: number; unit: string } | null
}

interface Quantity {
  unit: string
  /** Outside of these the instrument is broken, not the weather. */
  least: number
  most: number
}

/** What is compared and shown, in one unit each. */
export const quantities = wordTable<Quantity>({
  precipitation: { unit: 'mm', least: 0, most: 500 },
  level: { unit: 'm', least: -200, most: 9000 },
  flow: { unit: 'm³/s', least: -100_000, most: 500_000 },
  outflow: { unit: 'm³/s', least: 0, most: 500_000 },
  wind: { unit: 'm/s', least: 0, most: 120 },
  gust: { unit: 'm/s', least: 0, most: 150 },
  'wind-direction': { unit: '°', least: 0, most: 360 },
  temperature: { unit: '°C', least: -90, most: 65 },
  'feels-like': { unit: '°C', least: -110, most: 80 },
  'dew-point': { unit: '°C', least: -100, most: 60 },
  humidity: { unit: '%', least: 0, most: 105 },
  pressure: { unit: 'hPa', least: 300, most: 1100 },
  'pressure-sea-level': { unit: 'hPa', least: 850, most: 1100 },
  visibility: { unit: 'm', least: 0, most: 500_000 },
})

const aliases = wordTable<string>({
  degC: '°C',
  '℃': '°C',
  C: '°C',
  degF: '°F',
  '℉': '°F',
  F: '°F',
  percent: '%',
  'km_h-1': 'km/h',
  kmh: 'km/h',
  'm_s-1': 'm/s',
  'mp/h': 'mph',
  kt: 'kn',
  inch: 'in',
  '"': 'in',
  'm^3/s': 'm³/s',
  'm3/s': 'm³/s',
  'degree_(angle)': '°',
  毫米: 'mm',
  厘米: 'cm',
  米: 'm',
  百帕: 'hPa',
})

/** from>to: what to multiply with, and what to add after. */
const conversions: Record<string, readonly [number, number]> = {
  'cm>m': [0.01, 0],
  'mm>m': [0.001, 0],
  'km>m': [1000, 0],
  'ft>m': [0.3048, 0],
  'mi>m': [1609.344, 0],
  'cm>mm': [10, 0],
  'm>mm': [1000, 0],
  'in>mm': [25.4, 0],
  'km/h>m/s': [1 / 3.6, 0],
  'mph>m/s': [0.44704, 0],
  'kn>m/s': [0.514444, 0],
  '°F>°C': [5 / 9, -160 / 9],
  'K>°C': [1, -273.15],
  'Pa>hPa': [0.01, 0],
  'kPa>hPa': [10, 0],
  'l/s>m³/s': [0.001, 0],
  '1>%': [100, 0],
}

/** For kinds we have no name of: units that we never store. */
const usual = wordTable<string>({ 'km/h': 'm/s', mph: 'm/s', kn: 'm/s', '°F': '°C', K: '°C', Pa: 'hPa', in: 'mm', ft: 'm' })

const nothing = new Set(['', '-', '--', '—', '/', 'null', 'nan', 'n/a', 'na', '缺测', '欠測'])
const sentinels = new Set([9999, -9999, 999_990, 999_999])

/** What a source wrote as a number; null where it says that there is none: "9999", "", "-", null. */
export function readNumber(raw: unknown): number | null {
  if (typeof raw === 'string') {
    const text = raw.trim()
    if (text.length > 40 || nothing.has(text.toLowerCase()) || !/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) return null
    return readNumber(Number(text))
  }
  if (typeof raw !== 'number' || !Number.isFinite(raw) || sentinels.has(raw)) return null
  return raw
}

interface Measured {
  kind: string
  unit: string
  raw: unknown
  at: Date
  station?: string | null
  quality?: Quality
  seconds?: number
  forecast?: boolean
}

/** One value in our unit. What is out of all bounds, or in a unit that we cannot convert, is kept and marked as bad. */
export function measure({
  kind,
  unit,
  raw,
  at,
  station = null,
  quality = 'unchecked',
  seconds = 0,
  forecast = false,
}: Measured): Observation {
  const from = aliases[unit] ?? unit
  const to = quantities[kind]?.unit ?? usual[from] ?? from
  const said = readNumber(raw)
  const row = { kind, at, station, seconds, forecast }
  if (said === null) return { ...row, unit: to, value: null, quality: 'missing', said: null }
  if (from === to) return { ...row, unit: to, value: said, quality: plausible(kind, said, quality), said: null }
  const rule = conversions[`${from}>${to}`]
  if (!rule) return { ...row, unit: from, value: said, quality: 'bad', said: null }
  const value = Math.round((said * rule[0] + rule[1]) * 1e4) / 1e4
  return { ...row, unit: to, value, quality: plausible(kind, value, quality), said: { value: said, unit } }
}

function plausible(kind: string, value: number, quality: Quality): Quality {
  const quantity = quantities[kind]
  return quantity && (value < quantity.least || value > quantity.most) ? 'bad' : quality
}
