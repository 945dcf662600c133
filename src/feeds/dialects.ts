import type { Gazetteer } from '../register/gazetteer.js'
import type { Reading } from './bulletin.js'
import { cap } from './cap/read-cap.js'
import type { Dialect, ReadContext } from './dialect.js'
import type { EventTable } from './event-table.js'
import { meteoalarm } from './meteoalarm/read-meteoalarm.js'
import { nws } from './nws/read-nws.js'
import { openMeteo } from './open-meteo/read-forecast.js'

const built: Dialect[] = [cap, openMeteo, nws, meteoalarm]

/** Every dialect behind one small interface. */
export interface Dialects {
  knows(name: string): boolean
  read(name: string, raw: Buffer, source: Pick<ReadContext, 'settings' | 'receivedAt'>): Reading
}

/** Known by name and shape, read in a later version: their bulletins are kept, and said to be kept. */
const notBuilt: Record<string, string> = {
  cn12379: '国家突发事件预警信息发布系统',
  'list-12379': '12379.cn 预警列表',
  nmc: '中央气象台 findAlarm',
  cma: '中国气象局实况与预警地图',
  qweather: '和风天气',
  caiyun: '彩云天气',
  weathercn: '中国天气网',
  gdacs: 'GDACS',
  jma: '日本气象厅',
  eccc: '加拿大环境部',
  swic: 'WMO SWIC',
  cjh: '长江水文网水位',
  pegelonline: 'PEGELONLINE 水位',
}

export function createDialects(deps: { events: EventTable; gazetteer: () => Gazetteer }): Dialects {
  const readers = new Map(built.map((d) => [d.name, d]))
  const isKnown = (name: string) => Object.hasOwn(notBuilt, name)
  return {
    knows: (name) => readers.has(name) || isKnown(name),
    read(name, raw, source) {
      const reader = readers.get(name)
      if (reader) return reader.read(raw, { ...source, events: deps.events, gazetteer: deps.gazetteer() })
      const refusal = {
        code: 'dialect-not-built',
        reason: `dialect not built:还不能读“${isKnown(name) ? notBuilt[name] : name}”这种格式,报文已原样保存`,
        hint: '请对方改用 CAP 格式发送;情况紧急时先打电话核实,用“补录”人工录入',
      }
      return { kind: 'refused', refusal, problems: [] }
    },
  }
}

/** Names that a feed may be configured with. */
export const builtDialects = built.map((d) => d.name)
