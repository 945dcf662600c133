import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { openClock } from '../../../src/base/clock.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { createFetchFeed, isPrivate, publicLookup } from '../../../src/feeds/fetch-feed.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { createPoller } from '../../../src/feeds/poller.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { dialects } from '../../rig/reading.js'
import { makeCap } from '../../rig/samples/make-cap.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'

const place = '500154002'
const quiet = { info() {}, warn() {}, error() {}, debug() {} }
type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A real HTTP server whose answers the test sets, path by path. */
async function openStation(t: Teardown) {
  const answers = new Map<string, Answer>()
  const asked: { path: string; headers: IncomingMessage['headers'] }[] = []
  const server = createServer((request, response) => {
    asked.push({ path: request.url!, headers: request.headers })
    const answer = answers.get(request.url!)
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const serve = (path: string, body: string, headers: Record<string, string> = {}) =>
    answers.set(path, (request, response) => {
      if (headers.etag && request.headers['if-none-match'] === headers.etag) response.writeHead(304).end()
      else response.writeHead(200, headers).end(body)
    })
  const take = () => asked.splice(0).map((a) => a.path)
  return { url, answers, asked, serve, take }
}

const atom = (entries: { id: string; updated: string; href: string }[]) =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id>${entries
    .map((e) => `<entry><id>${e.id}</id><updated>${e.updated}</updated><link type="application/cap+xml" href="${e.href}"/></entry>`)
    .join('')}</feed>`

t.test('asking feeds', async (t) => {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const clock = await openClock(store)
  await clock.move({ at: new Date('2026-07-12T03:30:00+08:00'), speed: 0 })
  const ingest = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  const poller = createPoller({ store, clock, ingest, log: quiet, random: () => 0.5 })
  t.teardown(() => poller.stop())
  const station = await openStation(t)
  const feed = (id: string) => store.system((tx) => tx.selectFrom('feed').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
  const warnings = () =>
    store.system(async (tx) =>
      (await tx.selectFrom('warning').select('identifier').orderBy('identifier').execute()).map((w) => w.identifier),
    )
  const told = () =>
    store.system(async (tx) =>
      (await tx.selectFrom('journal').select('event').where('event', 'like', 'feed.%').orderBy('position').execute()).map((e) => e.event),
    )
  const add = (id: string, path: string, more: object = {}) =>
    store.system((tx) =>
      addFeed(tx, {
        id,
        place,
        name: id,
        dialect: 'cap',
        url: station.url + path,
        standing: 'authority',
        everySeconds: 60,
        source: 'drill',
        ...more,
      }),
    )
  const retire = (id: string) => store.system((tx) => tx.updateTable('feed').set({ source: 'retired' }).where('id', '=', id).execute())
  const later = async (seconds: number) => {
    await clock.move({ at: new Date(+clock.now() + seconds * 1000) })
    await poller.pollDue()
  }

  await t.test('an index: new entries are fetched, an unchanged index costs one conditional request', async (t) => {
    const index = [
      { id: 'a', updated: '1', href: 'cap/a.xml' },
      { id: 'b', updated: '1', href: `${station.url}/cap/b.xml` },
    ]
    station.serve('/atom.xml', atom(index), { etag: '"one"', 'content-type': 'application/atom+xml' })
    station.serve('/cap/a.xml', makeCap({ identifier: 'A' }))
    station.serve('/cap/b.xml', makeCap({ identifier: 'B' }))
    await add('index', '/atom.xml')
    await poller.pollDue()
    t.same(station.take().sort(), ['/atom.xml', '/cap/a.xml', '/cap/b.xml'])
    t.same(await warnings(), ['A', 'B'])
    await poller.pollDue()
    t.same(station.take(), [], 'not due yet')
    await later(61)
    t.same(station.take(), ['/atom.xml'])
    t.match(await feed('index'), { unchanged_count: 1, requests: 2, failures: 0, last_error: null, etag: '"one"' })

    // One entry changed, one is new; the rest is not asked for again.
    station.serve('/atom.xml', atom([...index.slice(0, 1), { ...index[1]!, updated: '2' }, { id: 'c', updated: '1', href: 'cap/c.xml' }]), {
      etag: '"two"',
    })
    await later(61)
    t.same(station.take().sort(), ['/atom.xml', '/cap/b.xml', '/cap/c.xml'])
    t.match((await feed('index')).last_error, /1 条没有读到.*404/)
    t.equal((await feed('index')).etag, null, 'something is still to be read: the next request is not conditional')
    station.serve('/cap/c.xml', makeCap({ identifier: 'C' }))
    await later(61)
    t.same(station.take().sort(), ['/atom.xml', '/cap/c.xml'])
    t.same(await warnings(), ['A', 'B', 'C'])
    t.match(await feed('index'), { last_error: null, etag: '"two"' })
    await retire('index')
  })

  await t.test('two processes at once: each due feed is asked once', async (t) => {
    station.serve('/doc.xml', makeCap({ identifier: 'DOC' }), { 'last-modified': 'Sun, 12 Jul 2026 00:00:00 GMT' })
    await add('doc', '/doc.xml')
    const other = createPoller({ store, clock, ingest, log: quiet })
    await Promise.all([poller.pollDue(), other.pollDue(), poller.pollDue()])
    await other.stop()
    t.same(station.take(), ['/doc.xml'])
    await later(67)
    t.equal(station.asked.at(-1)!.headers['if-modified-since'], 'Sun, 12 Jul 2026 00:00:00 GMT')
    station.take()
    t.ok((await warnings()).includes('DOC'))
    await retire('doc')
  })

  await t.test('failures: back-off, silence told once, recovery told once; what cannot be read is no calm', async (t) => {
    const wait = async () => (+(await feed('sick')).next_due - +clock.now()) / 1000
    await add('sick', '/sick.xml', { silentAfterSeconds: 300 })
    station.answers.set('/sick.xml', (_, response) => void response.writeHead(500).end())
    await poller.pollDue()
    t.match(await feed('sick'), { failures: 1, last_error: /HTTP 500/, last_good: null })
    t.equal(await wait(), 120)
    await later(121)
    t.equal(await wait(), 240)
    t.same(await told(), ['feed.silent'])
    await later(241)
    t.equal(await wait(), 300, 'never slower than this')
    station.serve('/sick.xml', '<!DOCTYPE html><html>登录</html>')
    await later(301)
    t.match(await feed('sick'), { failures: 4, last_error: /网页/ })
    station.answers.set('/sick.xml', (request) => void request.socket.destroy())
    await later(301)
    t.match((await feed('sick')).last_error, /断开/)
    t.same(await told(), ['feed.silent'], 'once')
    station.serve('/sick.xml', makeCap({ identifier: 'WELL' }))
    await later(301)
    t.match(await feed('sick'), { failures: 0, last_error: null, silent_at: null })
    t.same(await told(), ['feed.silent', 'feed.recovered'])
    const kept = await store.system((tx) =>
      tx.selectFrom('bulletin').select(['outcome', 'reason']).where('feed_id', '=', 'sick').orderBy('id').execute(),
    )
    t.match(kept, [{ outcome: 'unreadable', reason: /网页/ }, { outcome: 'accepted' }])
    await retire('sick')
  })

  await t.test('a clock that was turned back does not silence a feed', async (t) => {
    station.serve('/back.xml', makeCap({ identifier: 'BACK' }))
    await add('back', '/back.xml')
    await poller.pollDue()
    station.take()
    await later(-6 * 3600)
    t.same(station.take(), ['/back.xml'])
    await retire('back')
    await clock.move({ at: new Date('2026-07-12T05:00:00+08:00') })
  })

  await t.test('addresses inside the house are refused unless allowed', async (t) => {
    await add('inside', '/atom.xml', { source: 'config' })
    await poller.pollDue()
    t.match(await feed('inside'), { failures: 1, last_error: /内部网络/ })
    t.same(station.take(), [])
    await retire('inside')
    for (const host of [
      '127.0.0.1',
      '10.1.2.3',
      '192.168.0.1',
      '172.31.0.1',
      '169.254.169.254',
      '::1',
      'fe80::1',
      '::ffff:10.0.0.1',
      'fd00::1',
      'localhost',
    ])
      t.equal(isPrivate(host), true, host)
    for (const host of ['8.8.8.8', '172.32.0.1', '2400:3200::1', 'example.org']) t.equal(isPrivate(host), false, host)
  })
})

t.test('one request, within limits', async (t) => {
  const station = await openStation(t)
  const { fetch, close } = createFetchFeed({ bodyBytes: 10_000, totalMs: 1500, redirects: 2 })
  t.teardown(close)
  const get = (path: string, allowPrivate = true) => fetch(station.url + path, { allowPrivate })

  station.answers.set(
    '/gzip',
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('雨'.repeat(1000))),
  )
  t.equal((await get('/gzip')).body.toString(), '雨'.repeat(1000))
  station.answers.set(
    '/zip-bomb',
    (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000))),
  )
  await t.rejects(get('/zip-bomb'), /超过/)
  station.serve('/big', 'x'.repeat(20_000))
  await t.rejects(get('/big'), /超过/)
  station.answers.set('/broken-gzip', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'))
  await t.rejects(get('/broken-gzip'))
  station.answers.set('/hangs', (_, response) => void response.writeHead(200).write('a'))
  await t.rejects(get('/hangs'), { name: 'TimeoutError' })

  const move = (path: string, to: string) =>
    station.answers.set(path, (_, response) => void response.writeHead(302, { location: to }).end())
  move('/one', '/two')
  move('/two', '/there')
  station.serve('/there', 'here')
  t.match(await get('/one'), { status: 200, url: `${station.url}/there` })
  move('/round', '/round')
  await t.rejects(get('/round'), /转来转去/)
  move('/file', 'file:///etc/hostname')
  await t.rejects(get('/file'), /http/)
  station.take()
  await t.rejects(get('/there', false), /内部网络/)
  await t.rejects(fetch(station.url.replace('127.0.0.1', 'localhost'), { allowPrivate: false }), /内部网络/)
  await t.rejects(fetch(station.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), { allowPrivate: false }), /内部网络/)
  t.same(station.take(), [], 'not even a connection')
  const led = await new Promise<Error | null>((done) => publicLookup('localhost', { all: true }, done))
  t.match(led?.message, /内部网络/, 'a name that leads inside')
})
