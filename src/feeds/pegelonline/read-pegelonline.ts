import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import type { Dialect } from '../dialect.js'
import { measure } from '../observations/observation.js'
import { readTable } from '../observations/read-table.js'

/** PEGELONLINE: one gauge's level, in centimetres without saying so; one measurement or a list of them. */
const measurement = z.object({ timestamp: z.iso.datetime({ offset: true }), value: z.union([z.number(), z.string(), z.null()]) })
const shape = z.union([measurement.transform((one) => [one]), z.array(measurement).min(1)])

export const pegelonline: Dialect = { name: 'pegelonline', label: 'PEGELONLINE 水位', read: readPegelonline }

export function readPegelonline(raw: Buffer): Reading {
  return readTable(raw, {
    what: ' PEGELONLINE 的水位',
    name: '水位',
    shape,
    says: (json) => (typeof json.message === 'string' && 'status' in json ? json.message : null),
    empty: '请检查来源地址',
    *rows(measurements) {
      for (const { timestamp, value } of measurements) yield measure({ kind: 'level', unit: 'cm', raw: value, at: new Date(timestamp) })
    },
  })
}
