import type { Gazetteer } from '../register/gazetteer.js'
import type { Reading } from './bulletin.js'
import { cap } from './cap/read-cap.js'
import { capJson } from './cap-json/read-cap-json.js'
import { splitMixed } from './chinese/split-mixed.js'
import { cjh } from './cjh/read-cjh.js'
import { cma } from './cma/read-cma.js'
import { cmaNow } from './cma-now/read-cma-now.js'
import { cn12379 } from './cn12379/read-cn12379.js'
import type { Dialect, ReadContext } from './dialect.js'
import type { EventTable } from './event-table.js'
import { gauge } from './gauge/read-gauge.js'
import { list12379 } from './list-12379/read-list.js'
import { manual } from './manual/read-manual.js'
import { text } from './manual/text.js'
import { meteoalarm } from './meteoalarm/read-meteoalarm.js'
import { nmc } from './nmc/read-nmc.js'
import { nws } from './nws/read-nws.js'
import { nwsObservations } from './nws-observations/read-nws-observations.js'
import { openMeteo } from './open-meteo/read-forecast.js'
import { pegelonline } from './pegelonline/read-pegelonline.js'
import { qweather } from './qweather/read-qweather.js'
import { qweatherWeather } from './qweather-weather/read-qweather-weather.js'
import { doubled, undouble } from './undouble.js'
import { weathercn } from './weathercn/read-weathercn.js'

const weather: Dialect[] = [openMeteo, qweatherWeather, cmaNow, nwsObservations, cjh, pegelonline, gauge]
const built: Dialect[] = [cap, capJson, nws, meteoalarm, cn12379, list12379, nmc, cma, qweather, weathercn, text, ...weather]

/** Only typed in by an officer, never handed in or polled; what was confirmed of it is not taken apart again. */
const byHand = manual

/** Every dialect behind one small interface. */
export interface Dialects {
  knows(name: string): boolean
  read(name: string, raw: Buffer, source: Pick<ReadContext, 'settings' | 'receivedAt'>): Reading
}

/** Known by name and shape, read in a later version: their bulletins are kept, and said to be kept. */
const notBuilt: Record<string, string> = {
  caiyun: '彩云天气',
  gdacs: 'GDACS',
  jma: '日本气象厅',
  eccc: '加拿大环境部',
  swic: 'WMO SWIC',
}

export function createDialects(deps: { events: EventTable; gazetteer: () => Gazetteer }): Dialects {
  const readers = new Map(built.map((d) => [d.name, d]))
  const isKnown = (name: string) => Object.hasOwn(notBuilt, name)
  return {
    knows: (name) => readers.has(name) || isKnown(name),
    read(name, raw, source) {
      const reader = readers.get(name)
      const context = { ...source, events: deps.events, gazetteer: deps.gazetteer() }
      if (name === byHand.name) return byHand.read(raw, context)
      if (reader) {
        // What was signed is read as it was signed.
        const meant = raw.includes('<Signature') || raw.includes(':Signature') ? null : undouble(raw)
        const reading = split(reader.read(meant ?? raw, context), context)
        return meant ? { ...reading, problems: [doubled, ...reading.problems] } : reading
      }
      const code = 'dialect-not-built'
      const reason = `dialect not built:还不能读“${isKnown(name) ? notBuilt[name] : name}”这种格式,报文已原样保存`
      const refusal = {
        code,
        reason,
        hint: '请对方改用 CAP 格式发送;情况紧急时先打电话核实,用“补录”人工录入',
      }
      const problem = {
        code,
        severity: 'error' as const,
        message: reason,
        messageEn: `the dialect ${name} is not built; it is kept as received`,
      }
      return { kind: 'refused', refusal, problems: [problem] }
    },
  }
}

/** Different colours for different towns become messages of their own, whatever dialect they came in. */
const split = (reading: Reading, { gazetteer }: ReadContext): Reading =>
  reading.kind === 'messages' ? { ...reading, messages: reading.messages.flatMap((m) => splitMixed(m, gazetteer)) } : reading

/** Names that a feed may be configured with. */
export const builtDialects = built.map((d) => d.name)
