import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual } from 'node:util'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import type { Actor } from '../../../src/base/store/store.js'
import type { Reading } from '../../../src/feeds/bulletin.js'
import type { Dialects } from '../../../src/feeds/dialects.js'
import { eventsSchema } from '../../../src/feeds/event-table.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { createReader, type Reader, ReaderStopped } from '../../../src/feeds/reader.js'
import { createGazetteer } from '../../../src/register/gazetteer.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { config, dialects, places, readContext } from '../../rig/reading.js'
import { makeCap } from '../../rig/samples/make-cap.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'

const place = '500154002'
const officer: Actor = { person: 'p1', role: 'officer', scope: place }
const quiet = { info() {}, warn() {}, error() {}, debug() {} }
const source = readContext()
const thread = (code: string) =>
  new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads'\n${code}`)}`)
/** Never reads on the main thread: what it answers came from elsewhere. */
const notHere: Dialects = {
  knows: dialects.knows,
  read: () => {
    throw new Error('read on the main thread')
  },
}
const ring = (points: number, north: number) => {
  const at = (i: number) => {
    const turn = ((i % points) / points) * 2 * Math.PI
    return `${(31 + north + Math.sin(turn) * 0.3).toFixed(5)},${(108.4 + Math.cos(turn) * 0.3).toFixed(5)}`
  }
  return Array.from({ length: points + 1 }, (_, i) => at(i)).join(' ')
}
/** About 4.5 MB of polygons. */
const rings = Array.from({ length: 240 }, (_, i) => `<polygon>${ring(1000, i / 1000)}</polygon>`).join('')
const large = (identifier: string) => makeCap({ identifier, area: rings })

function open(t: Teardown, more: Partial<Parameters<typeof createReader>[0]> = {}): Reader {
  const gazetteer = createGazetteer(places)
  const reader = createReader({
    dialects: notHere,
    events: readConfig(config, 'events.yaml', eventsSchema),
    gazetteer: () => gazetteer,
    log: quiet,
    ...more,
  })
  t.teardown(() => reader.stop())
  return reader
}

/** The watch of the loop ticks in between. */
const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await new Promise((next) => setTimeout(next, 2))
}

const built = join(config, '..', 'dist', 'feeds', 'reader.js')
t.test('the built program finds the code of its thread', { skip: existsSync(built) ? false : 'not built (npm run build)' }, async (t) => {
  const { createReader: createBuilt } = (await import(pathToFileURL(built).href)) as { createReader: typeof createReader }
  const gazetteer = createGazetteer(places)
  const events = readConfig(config, 'events.yaml', eventsSchema)
  const reader = createBuilt({ dialects: notHere, events, gazetteer: () => gazetteer, log: quiet, largeBytes: 0 })
  t.teardown(() => reader.stop())
  t.match(await reader.read('cap', Buffer.from(makeCap()), source), { kind: 'messages', messages: [{ identifier: 'YS-0001' }] })
})

t.test('a large bulletin is read apart, to the same result; a small one at once', async (t) => {
  const reader = open(t)
  const raw = Buffer.from(large('big'))
  t.ok(raw.length > 4_000_000)
  // Hundreds of thousands of points: compared without a text of either.
  t.ok(isDeepStrictEqual(await reader.read('cap', raw, source), dialects.read('cap', raw, source)))
  const mixed = Buffer.from(`开州区气象台(演练)7月12日3时30分发布:文峰街道暴雨红色预警,临江镇暴雨黄色预警。${' '.repeat(300_000)}`)
  t.same(await reader.read('text', mixed, source), dialects.read('text', mixed, source), 'with the same tables and places')
  await t.rejects(reader.read('cap', Buffer.from(makeCap({})), source), 'a small one is not sent away')
})

t.test('while a large bulletin is read, the rest goes on', async (t) => {
  const raw = Buffer.from(large('big'))
  const longestDelay = async (reader: Pick<Dialects, 'read'> | Reader) => {
    const watch = monitorEventLoopDelay({ resolution: 1 })
    watch.enable()
    await turns(3)
    const reading = await reader.read('cap', raw, source)
    await turns(3)
    watch.disable()
    t.equal(reading.kind, 'messages')
    return watch.max / 1e6
  }
  const reader = open(t)
  const apart: number[] = []
  const direct: number[] = []
  for (let round = 0; round < 6; round++) {
    apart.push(await longestDelay(reader))
    direct.push(await longestDelay(dialects))
  }
  t.comment({ apart: apart.map(Math.round), direct: direct.map(Math.round) })
  // The best of several rounds each: what a busy machine adds is in neither.
  t.ok(Math.min(...apart) < Math.min(...direct) * 0.7, 'well below reading it here')
})

t.test('what is too much ends with a reason, and the next one is read', async (t) => {
  const raw = Buffer.from(large('big'))
  const tooMuch = { kind: 'unreadable', reason: /太大或太复杂/, hint: /打电话/, problems: [{ code: 'too-much' }] }
  const ready = 'parentPort.postMessage({ ready: true })\n'
  const cases = {
    hangs: `parentPort.on('message', () => { for (;;); }); ${ready}`,
    'eats memory': `const all = []; parentPort.on('message', () => { for (;;) all.push(new Array(1e5).fill({})) }); ${ready}`,
    crashes: `parentPort.on('message', () => { throw new Error('boom') }); ${ready}`,
    'ends itself': `parentPort.on('message', () => process.exit(3)); ${ready}`,
  }
  for (const [what, code] of Object.entries(cases)) {
    const reader = open(t, { thread: thread(code), limitMs: what === 'hangs' ? 200 : 60_000, memoryMb: 100 })
    t.match(await reader.read('cap', raw, source), tooMuch, what)
    t.match(await reader.read('cap', raw, source), tooMuch, `${what}: a new thread was started`)
  }
  const slow = open(t, {
    thread: thread(`parentPort.on('message', ({ raw }) => raw[0] === 0 ? setInterval(() => {}, 1e6)
    : parentPort.postMessage({ reading: { kind: 'messages', messages: [], problems: [] }, rings: [] })); ${ready}`),
    limitMs: 2000,
  })
  const [hung, next] = await Promise.all([slow.read('cap', Buffer.alloc(300_000), source), slow.read('cap', raw, source)])
  t.match(hung, tooMuch)
  t.same(next, { kind: 'messages', messages: [], problems: [] } satisfies Reading, 'who waited is read all the same')
})

t.test('a thread that fails in words, that cannot start, that is stopped', async (t) => {
  const raw = Buffer.from(large('big'))
  const fails = open(t, {
    thread: thread(`parentPort.on('message', () => parentPort.postMessage({ failed: 'no' })); parentPort.postMessage({ ready: true })`),
  })
  await t.rejects(fails.read('cap', raw, source), { message: 'no' }, 'a fault of the reader is told as one')
  const broken = open(t, { dialects, thread: thread(`throw new Error('broken')`) })
  t.equal((await broken.read('cap', raw, source)).kind, 'messages', 'no thread at all: read here, slowly')
  const reader = open(t, { thread: thread(`parentPort.on('message', () => {}); parentPort.postMessage({ ready: true })`) })
  const waiting = [reader.read('cap', raw, source), reader.read('cap', raw, source)]
  const ended = Promise.all(waiting.map((w) => t.rejects(w, { message: /stopped/ })))
  await reader.stop()
  await ended
})

t.test('a bulletin that was being read when the service stopped is read at the next start', async (t) => {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const takeBulletin = createTakeBulletin(plainPolicy)
  const stopping = createIngest({
    store,
    takeBulletin,
    log: quiet,
    dialects: { read: async () => Promise.reject(new ReaderStopped('ends')) },
  })
  const input = {
    dialect: 'cap',
    raw: Buffer.from(makeCap({ identifier: 'kept' })),
    contentType: null,
    via: 'post',
    feedId: null,
    place,
    standing: 'authority',
    actor: officer,
  } as const
  await t.rejects(stopping.ingest(input), { message: 'ends' })
  const next = createIngest({ store, takeBulletin, log: quiet, dialects })
  t.equal(await next.resume(), 1)
  t.match(await next.ingest(input), { outcome: 'duplicate' })
})
