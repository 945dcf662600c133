import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { openClock } from '../../src/base/clock.js'
import { addFeed } from '../../src/feeds/feed-store.js'
import { createPoller } from '../../src/feeds/poller.js'
import { openTestStore, testDatabaseUrl } from '../rig/store.js'
import { beside, type Figure, median } from './figure.js'

const rounds = 3

/**
 * Rounds of both sides in turn, each in a process of its own as in the service, in time of the processor: two parsers with different
 * handlers in one process slow each other down, and that would be measured instead.
 */
export function parsing(): Figure {
  const rate = (side: string) => {
    const ran = spawnSync(process.execPath, [...process.execArgv, join(import.meta.dirname, 'parse-side.ts'), side], { encoding: 'utf8' })
    if (ran.status !== 0) throw new Error(ran.stderr)
    return Number(ran.stdout)
  }
  const rates = Array.from({ length: rounds }, () => ({ bare: rate('bare'), ours: rate('ours') }))
  const peer = { name: 'saxes alone, same bytes', value: median(rates.map((r) => r.bare)) }
  return beside('feeds: CAP read', median(rates.map((r) => r.ours)), 'alerts/s', peer, 0.5)
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

export const feeds = async (): Promise<Figure[]> => [parsing(), ...(await unchangedIndex())]
