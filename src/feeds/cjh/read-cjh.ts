import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import type { Dialect } from '../dialect.js'
import { measure, readNumber } from '../observations/observation.js'
import { readTable } from '../observations/read-table.js'

/** Water levels of the Yangtze (sssq): strings, tm in epoch milliseconds, levels in metres. */
const text = z.union([z.string(), z.number(), z.null()]).optional()
const shape = z.array(z.object({ stcd: z.union([z.string(), z.number()]).transform(String), tm: text, z: text, q: text, oq: text })).min(1)

export const cjh: Dialect = { name: 'cjh', label: '长江水文网水位', read: readCjh }

/** A flow of "0" is how a station says that it measures none: a level gauge, or the other side of a reservoir. */
const measured = (raw: unknown) => (readNumber(raw) === 0 ? null : raw)

export function readCjh(raw: Buffer): Reading {
  return readTable(raw, {
    what: '长江水文网的实时水情(sssq)',
    name: '水位流量',
    shape,
    empty: '请检查来源地址',
    *rows(stations, tell) {
      for (const [i, { stcd, tm, z: level, q, oq }] of stations.entries()) {
        const at = epoch(tm)
        if (!at) {
          tell({ code: 'bad-time', path: `${i}.tm`, message: `站点 ${stcd.slice(0, 20)} 的时间读不出`, messageEn: 'a time cannot be read' })
          continue
        }
        yield measure({ kind: 'level', unit: 'm', raw: level, at, station: stcd })
        yield measure({ kind: 'flow', unit: 'm³/s', raw: measured(q), at, station: stcd })
        if (readNumber(oq) !== null && readNumber(oq) !== 0) yield measure({ kind: 'outflow', unit: 'm³/s', raw: oq, at, station: stcd })
      }
    },
  })
}

function epoch(raw: unknown): Date | null {
  const ms = readNumber(raw)
  return ms !== null && ms > 946_684_800_000 && ms < 4_102_444_800_000 ? new Date(ms) : null
}
