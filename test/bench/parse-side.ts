import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SaxesParser } from 'saxes'
import { readConfig } from '../../src/base/config.js'
import { readContext } from '../rig/reading.js'
import { makeCap } from '../rig/samples/make-cap.js'

/** One side of `npm run bench -- feeds`: prints how many alerts it reads in a second of the processor. Argument: ours | bare. */
const root = join(import.meta.dirname, '..', '..')

/** What comes in at night: short alerts in two languages, outlines of hundreds of points, eight languages with areas by code. */
function corpus(): Buffer[] {
  const ring = (points: number) =>
    Array.from({ length: points + 1 }, (_, i) => {
      const turn = (2 * Math.PI * (i % points)) / points
      return `${(31.16 + 0.1 * Math.sin(turn)).toFixed(4)},${(108.39 + 0.1 * Math.cos(turn)).toFixed(4)}`
    }).join(' ')
  const coded = Array.from({ length: 30 }, (_, i) => {
    const code = `<geocode><valueName>行政区划代码</valueName><value>5001540${String(i).padStart(2, '0')}000</value></geocode>`
    return `<area><areaDesc>第 ${i} 镇(演练)</areaDesc>${code}</area>`
  }).join('')
  const info = (language: string) =>
    `<info><language>${language}</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty><expires>2026-07-12T15:26:00+08:00</expires><headline>气象台(演练)发布暴雨红色预警信号</headline><description>${'预计未来三小时雨量将达一百毫米以上。'.repeat(8)}</description>${coded}</info>`
  return [
    readFileSync(join(root, 'test/rig/samples/red-rainstorm.xml')),
    Buffer.from(makeCap()),
    Buffer.from(makeCap({ area: `<polygon>${ring(400)}</polygon><polygon>${ring(90)}</polygon>` })),
    Buffer.from(makeCap({ info: ['zh-CN', 'en', 'fr', 'es', 'ar', 'ru', 'de', 'tr'].map(info).join('') })),
  ]
}

/** As it is shipped: the loader of the tests adds a cost of its own to every closure. */
const built = async <T>(path: string): Promise<T> => (await import(pathToFileURL(join(root, 'dist', path)).href)) as T

async function ours(): Promise<(raw: Buffer) => void> {
  const { readCap } = await built<typeof import('../../src/feeds/cap/read-cap.js')>('feeds/cap/read-cap.js')
  const { createEventTable, eventsSchema } = await built<typeof import('../../src/feeds/event-table.js')>('feeds/event-table.js')
  const context = readContext({ events: createEventTable(readConfig(join(root, 'config'), 'events.yaml', eventsSchema)) })
  return (raw) => {
    if (readCap(raw, context).kind !== 'messages') throw new Error('a bulletin of the bench is not read')
  }
}
const bare = (raw: Buffer) => void new SaxesParser({ xmlns: true }).write(raw.toString('utf8')).close()

function rate(work: () => void, seconds: number): number {
  const before = process.cpuUsage()
  for (let times = 1; ; times++) {
    work()
    const { user, system } = process.cpuUsage(before)
    if (user + system > seconds * 1e6) return times / ((user + system) / 1e6)
  }
}

const documents = corpus()
const read = process.argv[2] === 'ours' ? await ours() : bare
const all = () => documents.forEach(read)
// A service runs for days. The engine has compiled the bare parser after half a second, all that reads beside it after four.
rate(all, 4)
console.log(rate(all, 1) * documents.length)
