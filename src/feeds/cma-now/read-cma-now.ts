import { z } from 'zod'
import type { Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import type { Dialect } from '../dialect.js'
import { measure } from '../observations/observation.js'
import { readTable } from '../observations/read-table.js'

/** weather.cma.cn api/now/{station}: the readings of one station; lastUpdate is China's time without saying so, 9999 is missing. */
const shape = z.object({
  data: z.object({
    location: z.object({ id: z.union([z.string(), z.number()]).transform(String) }),
    now: z.record(z.string(), z.union([z.number(), z.string(), z.null()])),
    lastUpdate: z.string(),
    alarm: z.unknown().optional(),
  }),
})

export const cmaNow: Dialect = { name: 'cma-now', label: '中国气象局站点实况', read: readCmaNow }

const columns = [
  ['precipitation', 'precipitation', 'mm', 3600],
  ['temperature', 'temperature', '°C', 0],
  ['feelst', 'feels-like', '°C', 0],
  ['pressure', 'pressure', 'hPa', 0],
  ['humidity', 'humidity', '%', 0],
  ['windDirectionDegree', 'wind-direction', '°', 0],
  ['windSpeed', 'wind', 'm/s', 0],
] as const

export function readCmaNow(raw: Buffer): Reading {
  return readTable(raw, {
    what: '中国气象局 api/now 的站点实况',
    name: '站点实况',
    shape,
    says: (json) => (typeof json.code === 'number' && json.code !== 0 ? `${json.code} ${String(json.msg ?? '')}` : null),
    empty: '请检查地址里的站号',
    *rows({ data }, tell) {
      const at = readChinaTime(data.lastUpdate)
      if (!at)
        return tell({
          code: 'bad-time',
          path: 'data.lastUpdate',
          message: `时间读不出:${data.lastUpdate.slice(0, 40)}`,
          messageEn: 'the time cannot be read',
        })
      // It may be of another town than the station, and is an object instead of a list at times: not a source of warnings.
      const alarms = Array.isArray(data.alarm) ? data.alarm.length : data.alarm ? 1 : 0
      if (alarms > 0)
        tell({
          code: 'alarms-not-read',
          severity: 'remark',
          message: `里面还列了 ${alarms} 条预警:这里只读实况,预警请另设来源`,
          messageEn: `${alarms} alarms are listed too; only the readings are taken here`,
        })
      for (const [name, kind, unit, seconds] of columns)
        if (name in data.now) yield measure({ kind, unit, raw: data.now[name], at, station: data.location.id, seconds })
    },
  })
}
