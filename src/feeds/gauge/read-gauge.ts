import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import type { Dialect } from '../dialect.js'
import { measure, qualities, quantities } from '../observations/observation.js'
import { readTable } from '../observations/read-table.js'

/**
 * Our own format, for a rain gauge or water level box that somebody in the subdistrict put up: a list of readings.
 * [{"station": "hx-rain", "kind": "rain", "value": 4.5, "at": "2026-07-12T03:05:00+08:00", "seconds": 300}]
 * kind: rain, or a name of observations/observation.ts; unit may be left out where it is ours (mm, m, m/s, °C, hPa, m³/s).
 */
const shape = z
  .union([z.array(z.unknown()), z.object({ readings: z.array(z.unknown()) }).transform((all) => all.readings)])
  .refine((rows) => rows.length > 0, 'no readings')
const row = z.object({
  station: z.string().min(1).max(60),
  kind: z.string().min(1).max(40),
  value: z.union([z.number(), z.string(), z.null()]),
  unit: z.string().max(20).optional(),
  at: z.string().max(40),
  seconds: z.number().int().min(0).max(86_400).optional(),
  quality: z.enum(qualities).optional(),
})

export const gauge: Dialect = { name: 'gauge', label: '本地雨量、水位监测站', read: readGauge }

export function readGauge(raw: Buffer): Reading {
  return readTable(raw, {
    what: '监测站读数的列表',
    name: '监测站读数',
    shape,
    empty: '请检查监测站的发送格式:station、kind、value、at',
    *rows(rows, tell) {
      for (const [i, one] of rows.entries()) {
        const read = row.safeParse(one)
        const at = read.success ? readChinaTime(read.data.at) : null
        if (!read.success || !at) {
          const field = read.success ? 'at' : (read.error.issues[0]?.path.join('.') ?? '')
          tell({
            code: 'bad-reading',
            path: field ? `${i}.${field}` : String(i),
            message: `第 ${i + 1} 条读数读不出${field ? `(${field})` : ''},其余照常`,
            messageEn: `reading ${i + 1} cannot be read${field ? ` (${field})` : ''}; the others are taken`,
          })
          continue
        }
        const { station, value, seconds = 0, quality = 'unchecked' } = read.data
        const kind = read.data.kind === 'rain' ? 'precipitation' : read.data.kind
        const unit = read.data.unit ?? quantities[kind]?.unit ?? ''
        yield measure({ kind, unit, raw: value, at, station, seconds, quality })
      }
    },
  })
}
