import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SaxesParser } from 'saxes'
import { openClock } from '../../src/base/clock.js'
import { readConfig } from '../../src/base/config.js'
import { addFeed } from '../../src/feeds/feed-store.js'
import { createPoller } from '../../src/feeds/poller.js'
import { readContext } from '../rig/reading.js'
import { makeCap } from '../rig/samples/make-cap.js'
import { openTestStore, testDatabaseUrl } from '../rig/store.js'
import { beside, type Figure, median } from './figure.js'

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

const rounds = 7

const built = async <T>(path: string): Promise<T> => (await import(pathToFileURL(join(root, 'dist', path)).href)) as T

/** Rounds of both sides in turn, in time of the processor; both are warm before the first. */
export async function parsing(): Promise<Figure> {
  // As it is shipped: the loader of the tests adds a cost of its own to every closure.
  const { readCap } = await built<typeof import('../../src/feeds/cap/read-cap.js')>('feeds/cap/read-cap.js')
  const { createEventTable, eventsSchema } = await built<typeof import('../../src/feeds/event-table.js')>('feeds/event-table.js')
  const documents = corpus()
  const context = readContext({ events: createEventTable(readConfig(join(root, 'config'), 'events.yaml', eventsSchema)) })
  const ours = () => {
    for (const raw of documents) if (readCap(raw, context).kind !== 'messages') throw new Error('a bulletin of the bench is not read')
  }
  const bare = () => {
    for (const raw of documents) new SaxesParser({ xmlns: true }).write(raw.toString('utf8')).close()
  }
  const rates = { ours: [] as number[], bare: [] as number[] }
  for (let round = 0; round <= rounds; round++) {
    const found = { bare: rate(bare) * documents.length, ours: rate(ours) * documents.length }
    if (round === 0) continue
    rates.bare.push(found.bare)
    rates.ours.push(found.ours)
  }
  const peer = { name: 'saxes alone, same bytes', value: median(rates.bare) }
  return beside('feeds: CAP read', median(rates.ours), 'alerts/s', peer, 0.5)
}

function rate(work: () => void): number {
  const before = process.cpuUsage()
  for (let times = 1; ; times++) {
    work()
    const { user, system } = process.cpuUsage(before)
    if (user + system > 700_000) return times / ((user + system) / 1e6)
  }
}

const entries = 2000

/** An index of 2,000 entries, asked again when nothing has changed: what it costs in requests and in bytes to be parsed. */
export async function unchangedIndex(): Promise<Figure[]> {
  const cleanups: (() => unknown)[] = []
  const store = await openTestStore({ teardown: (run) => cleanups.unshift(run) }, testDatabaseUrl ? 'postgres' : 'embedded')
  const entry = (i: number) =>
    `<entry><id>${i}</id><updated>2026-07-01T00:00:00Z</updated><link type="application/cap+xml" href="cap/${i}.xml"/><cap:expires>2020-01-01T00:00:00Z</cap:expires></entry>`
  const list = Array.from({ length: entries }, (_, i) => entry(i)).join('')
  const body = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:cap="urn:oasis:names:tc:emergency:cap:1.2"><id>x</id>${list}</feed>`
  const asked = { requests: 0, conditional: 0, bytes: 0 }
  const server = createServer((request, response) => {
    const isKnown = request.headers['if-none-match'] === '"one"'
    asked.requests++
    if (isKnown) asked.conditional++
    else asked.bytes += body.length
    response.writeHead(isKnown ? 304 : 200, { etag: '"one"', 'content-type': 'application/atom+xml' }).end(isKnown ? '' : body)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  cleanups.push(() => server.close())
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/atom.xml`
    const quiet = { info() {}, warn() {}, error() {}, debug() {} }
    const place = '500154002'
    const feed = { id: 'bench', place, name: 'bench', dialect: 'cap', url, standing: 'authority' as const, everySeconds: 60 }
    await store.system((tx) => addFeed(tx, { ...feed, source: 'drill' }))
    const nothing = async (): Promise<never> => {
      throw new Error('nothing of the index is to be read')
    }
    const ingest = { ingest: nothing, resume: nothing }
    const poller = createPoller({ store, clock: await openClock(store), ingest, log: quiet })
    await poller.fetchNow('bench')
    if (asked.requests !== 1 || asked.bytes === 0) throw new Error(`the first poll asked ${asked.requests} times`)
    Object.assign(asked, { requests: 0, conditional: 0, bytes: 0 })
    await poller.fetchNow('bench')
    await poller.stop()
    const most = (name: string, value: number, unit: string, target: number): Figure => {
      return { name: `feeds: index of ${entries} again, ${name}`, value, unit, peer: null, ratio: null, target, holds: value <= target }
    }
    const unconditional = asked.requests - asked.conditional
    return [
      most('asked', asked.requests, 'requests', 1),
      most('without a condition', unconditional, 'requests', 0),
      most('to be parsed', asked.bytes, 'bytes', 0),
    ]
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}

export const feeds = async (): Promise<Figure[]> => [await parsing(), ...(await unchangedIndex())]
