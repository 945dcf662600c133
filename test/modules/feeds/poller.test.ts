import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import t from 'tap'
import { openClock } from '../../../src/base/clock.js'
import { systemActor } from '../../../src/base/store/store.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { headersOf, plainWatch } from '../../../src/feeds/feed-watch.js'
import { createFetchFeed, isPrivate, publicLookup } from '../../../src/feeds/fetch-feed.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { createPoller } from '../../../src/feeds/poller.js'
import { sourceSettingsSchema } from '../../../src/feeds/source-settings.js'
import { noteVanished } from '../../../src/warnings/note-vanished.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { makeCertificate } from '../../rig/certificate.js'
import { dialects } from '../../rig/reading.js'
import { makeCap } from '../../rig/samples/make-cap.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

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
  const poller = createPoller({ store, clock, ingest, log: quiet, random: () => 0.5, noteVanished, headersOf: (id) => headers(id) })
  t.teardown(() => poller.stop())
  let headers = (_: string): { headers: Record<string, string>; missing: string[] } => ({ headers: {}, missing: [] })
  const station = await openStation(t)
  const feed = (id: string) => store.system((tx) => tx.selectFrom('feed').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
  const warnings = () =>
    store.system(async (tx) =>
      (await tx.selectFrom('warning').select('identifier').orderBy('identifier').execute()).map((w) => w.identifier),
    )
  const told = (id: string) =>
    store.system(async (tx) =>
      (
        await tx
          .selectFrom('journal')
          .select('event')
          .where('thing_type', '=', 'feed')
          .where('thing_id', '=', id)
          .orderBy('position')
          .execute()
      ).map((e) => e.event),
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
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) await add(id, '/doc.xml')
    await poller.pollDue()
    t.equal(station.take().length, 6, 'each of many is asked, none is leased and forgotten')
    for (const id of ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']) await retire(id)
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
    t.same(await told('sick'), ['feed.failed', 'feed.silent'])
    await later(241)
    t.equal(await wait(), 300, 'never slower than this')
    station.serve('/sick.xml', '<!DOCTYPE html><html>登录</html>')
    await later(301)
    t.match(await feed('sick'), { failures: 4, last_error: /网页/, cause: 'unreadable' })
    station.answers.set('/sick.xml', (request) => void request.socket.destroy())
    await later(301)
    t.match((await feed('sick')).last_error, /断开/)
    t.same(await told('sick'), ['feed.failed', 'feed.silent', 'feed.failed', 'feed.failed', 'feed.slowed'], 'silence once, each cause once')
    t.match(await feed('sick'), { breaker: 'open' })
    station.serve('/sick.xml', makeCap({ identifier: 'WELL' }))
    await later(301)
    t.match(await feed('sick'), { failures: 0, last_error: null, silent_at: null, breaker: 'half-open' })
    t.equal((await told('sick')).at(-1), 'feed.recovered')
    for (let i = 0; i < 3; i++) await later(61)
    t.match(await feed('sick'), { breaker: 'closed', trouble: 0 })
    t.equal((await told('sick')).filter((e) => e === 'feed.recovered').length, 1, 'and told once')
    const kept = await store.system((tx) =>
      tx.selectFrom('bulletin').select(['outcome', 'reason']).where('feed_id', '=', 'sick').orderBy('id').execute(),
    )
    t.match(kept, [{ outcome: 'unreadable', reason: /网页/ }, { outcome: 'accepted' }])
    await retire('sick')
  })

  await t.test('the same bytes without an ETag cost one request and no reading', async (t) => {
    station.serve('/plain.xml', atom([{ id: 'p', updated: '1', href: 'cap/p.xml' }]))
    station.serve('/cap/p.xml', makeCap({ identifier: 'P' }))
    await add('plain', '/plain.xml')
    station.take()
    await poller.pollDue()
    t.same(station.take(), ['/plain.xml', '/cap/p.xml'])
    // The entry is forgotten behind its back: were the list read again, its document would be asked for again.
    await store.system((tx) => tx.deleteFrom('feed_entry').where('feed_id', '=', 'plain').execute())
    await later(61)
    t.same(station.take(), ['/plain.xml'])
    t.match(await feed('plain'), { unchanged_count: 1, etag: null })
    station.serve('/plain.xml', atom([{ id: 'p', updated: '2', href: 'cap/p.xml' }]))
    await later(61)
    t.same(station.take(), ['/plain.xml', '/cap/p.xml'])
    const { rows } = await store.system((tx) =>
      sql<{
        good: number
        fresh: number
      }>`select sum(good)::int good, sum(fresh)::int fresh from feed_tick where feed_id = 'plain'`.execute(tx),
    )
    t.same(rows, [{ good: 3, fresh: 1 }], 'the rhythm counts polls and news')
    await retire('plain')
  })

  await t.test('a feed that works every other time is slowed down, told once, and comes back by itself', async (t) => {
    await add('flap', '/flap.xml')
    let n = 0
    station.answers.set(
      '/flap.xml',
      (_, response) =>
        void (n++ % 2 === 0 ? response.writeHead(503).end() : response.writeHead(200).end(makeCap({ identifier: `FLAP${n}` }))),
    )
    for (let i = 0; i < 24 && (await feed('flap')).breaker === 'closed'; i++) await later(121)
    t.match(await feed('flap'), { breaker: 'open', trouble: 10 })
    t.same(await told('flap'), ['feed.failed', 'feed.slowed'])
    t.equal((+(await feed('flap')).next_due - +clock.now()) / 1000, 300)
    station.serve('/flap.xml', makeCap({ identifier: 'FLAPWELL' }))
    await later(301)
    t.match(await feed('flap'), { breaker: 'half-open' })
    for (let i = 0; i < 3; i++) await later(61)
    t.match(await feed('flap'), { breaker: 'closed' })
    t.same(await told('flap'), ['feed.failed', 'feed.slowed', 'feed.recovered'])
    await retire('flap')
  })

  await t.test('content that should have changed and did not is told, though the feed answers', async (t) => {
    const watch = { ...plainWatch, changesWithinSeconds: 600 }
    const index = (says: string, pad: string) => atom([]).replace('<id>x</id>', `<id>x</id><updated>${says}</updated><!-- ${pad} -->`)
    const says = new Date(+clock.now()).toISOString()
    station.serve('/stuck.xml', index(says, 'a'))
    await add('stuck', '/stuck.xml', { watch })
    await poller.pollDue()
    for (let i = 0; i < 9; i++) await later(61)
    t.same(await told('stuck'), [])
    // Other bytes, but by its own word still the same.
    station.serve('/stuck.xml', index(says, 'b'))
    await later(61)
    await later(61)
    t.same(await told('stuck'), ['feed.stuck'])
    t.match(await feed('stuck'), { failures: 0, stuck_at: Date, silent_at: null })
    station.serve('/stuck.xml', index(new Date(+clock.now() - 3_600_000).toISOString(), 'c'))
    await later(61)
    t.same(await told('stuck'), ['feed.stuck'], 'once, though it says another time: that is as old')
    station.serve('/stuck.xml', index(new Date(+clock.now()).toISOString(), 'b'))
    await later(61)
    t.same(await told('stuck'), ['feed.stuck', 'feed.refreshed'])
    t.match(await feed('stuck'), { stuck_at: null })
    await retire('stuck')
    // Old already when first seen.
    station.serve('/old.xml', index(new Date(+clock.now() - 3_600_000).toISOString(), 'a'))
    await add('old', '/old.xml', { watch })
    await poller.pollDue()
    t.match(await feed('old'), { stuck_at: Date })
    await retire('old')
  })

  await t.test('a first poll is a baseline; a drill and every later poll bring news', async (t) => {
    const seen: (boolean | undefined)[] = []
    const noting: typeof ingest = {
      ...ingest,
      ingest(input) {
        seen.push(input.baseline)
        return ingest.ingest(input)
      },
    }
    const other = createPoller({ store, clock, ingest: noting, log: quiet })
    station.serve('/first.xml', makeCap({ identifier: 'FIRST' }))
    await add('first', '/first.xml', { source: 'config', allowPrivate: true })
    await other.pollDue()
    t.match(await feed('first'), { baseline_at: Date })
    station.serve('/first.xml', makeCap({ identifier: 'SECOND' }))
    await later(0)
    await clock.move({ at: new Date(+clock.now() + 70_000) })
    await other.pollDue()
    await other.stop()
    t.same(seen, [true, false])
    await retire('first')
  })

  await t.test('what a push missed is found; what leaves the list without a Cancel is remarked, not ended', async (t) => {
    const one = { id: 'r1', updated: '1', href: 'cap/r1.xml' }
    const two = { id: 'r2', updated: '1', href: 'cap/r2.xml' }
    station.serve('/cap/r1.xml', makeCap({ identifier: 'R1', expires: '2026-07-13T03:26:00+08:00' }))
    station.serve('/cap/r2.xml', makeCap({ identifier: 'R2', expires: '2026-07-13T03:26:00+08:00' }))
    const pushed = {
      dialect: 'cap',
      contentType: null,
      via: 'post' as const,
      feedId: null,
      place,
      standing: 'authority' as const,
      actor: systemActor,
    }
    await ingest.ingest({ ...pushed, raw: Buffer.from(makeCap({ identifier: 'R1', expires: '2026-07-13T03:26:00+08:00' })) })
    station.serve('/list.xml', atom([one, two]))
    await add('list', '/list.xml')
    await poller.pollDue()
    t.ok((await warnings()).includes('R2'), 'never pushed')
    t.equal((await warnings()).filter((w) => w === 'R1').length, 1)
    station.serve('/list.xml', atom([two]))
    await later(61)
    const warning = (identifier: string) =>
      store.system((tx) =>
        tx.selectFrom('warning').select(['state', 'problems']).where('identifier', '=', identifier).executeTakeFirstOrThrow(),
      )
    t.match(await warning('R1'), { state: 'in-force', problems: [{ code: 'vanished', severity: 'remark', message: /没有收到解除/ }] })
    t.notOk(((await warning('R2')).problems as { code: string }[]).some((p) => p.code === 'vanished'))
    station.serve('/list.xml', '<!DOCTYPE html><html>维护中</html>')
    await later(61)
    t.notOk(
      ((await warning('R2')).problems as { code: string }[]).some((p) => p.code === 'vanished'),
      'a page that cannot be read takes nothing away',
    )
    t.match(await feed('list'), { cause: 'unreadable', failures: 1 })
    await retire('list')
  })

  await t.test('a dead link in a list does not silence the feed', async (t) => {
    station.serve('/dead.xml', atom([{ id: 'd', updated: '1', href: 'cap/none.xml' }]))
    await add('dead', '/dead.xml')
    await poller.pollDue()
    await later(61)
    t.match(await feed('dead'), { failures: 0, cause: 'entries', last_error: /1 条没有读到.*404/, breaker: 'closed', body_hash: null })
    await retire('dead')
  })

  await t.test('a list may carry some warnings and lead to others; one document is asked for once', async (t) => {
    const flat = readFileSync(join(import.meta.dirname, '../../rig/samples/cap/atom-flat.xml'), 'utf8')
    station.take()
    station.serve('/mixed.xml', flat)
    station.serve('/cap/wind.xml', makeCap({ identifier: 'YS-WIND-1', event: '大风', headline: '大风蓝色预警' }))
    await add('mixed', '/mixed.xml')
    await poller.pollDue()
    t.same(station.take(), ['/mixed.xml', '/cap/wind.xml'])
    t.same(
      (await warnings()).filter((w) => w.startsWith('YS-')),
      ['YS-FLAT-1', 'YS-WIND-1'],
    )
    t.match(await feed('mixed'), { failures: 0, last_error: null })
    // Another time on the list, the same in it: nothing is asked for again, nothing counts as gone.
    station.serve('/mixed.xml', flat.replace('2026-07-12T03:27:00+08:00</updated>', '2026-07-12T03:40:00+08:00</updated>'))
    await later(61)
    t.same(station.take(), ['/mixed.xml'])
    t.notOk(
      JSON.stringify(
        await store.system((tx) => tx.selectFrom('warning').select('problems').where('identifier', 'like', 'YS-%').execute()),
      ).includes('vanished'),
    )
    t.match(await feed('mixed'), { failures: 0, last_error: null })
    await retire('mixed')
  })

  await t.test('a feed that must sign: what is not signed is kept, refused with the reason, and nobody is told', async (t) => {
    const { certificate } = makeCertificate('气象台(演练)')
    station.serve('/signed.xml', makeCap({ identifier: 'UNSIGNED' }))
    await add('signed', '/signed.xml', {
      settings: sourceSettingsSchema.parse({ signature: { policy: 'require', certificates: [certificate] } }),
    })
    await poller.pollDue()
    station.take()
    const kept = await store.system((tx) =>
      tx.selectFrom('bulletin').select(['outcome', 'reason', 'raw']).where('feed_id', '=', 'signed').executeTakeFirstOrThrow(),
    )
    t.match(kept, { outcome: 'refused', reason: /数字签名/ })
    t.equal(kept.raw.toString(), makeCap({ identifier: 'UNSIGNED' }))
    t.notOk((await warnings()).includes('UNSIGNED'))
    await retire('signed')
  })

  await t.test('a slow feed does not make the others late', async (t) => {
    let release = () => {}
    station.answers.set('/slow.xml', (_, response) => {
      release = () => void response.writeHead(200).end(makeCap({ identifier: 'SLOW' }))
    })
    station.serve('/quick.xml', makeCap({ identifier: 'QUICK' }))
    await add('slow', '/slow.xml')
    const polling = poller.pollDue()
    await until(() => station.asked.some((a) => a.path === '/slow.xml'))
    t.equal(await poller.fetchNow('slow'), null, 'one request at a time')
    await add('quick', '/quick.xml')
    await until(() => station.asked.some((a) => a.path === '/quick.xml'))
    release()
    await polling
    t.match(await feed('slow'), { last_error: null, failures: 0 })
    station.take()
    const now = await poller.fetchNow('quick')
    t.same(station.take(), ['/quick.xml'], 'asked though it is not due')
    t.match(now, { good: true, unchanged: true, brought: [] })
    t.equal(await poller.fetchNow('nobody'), null)
    await retire('slow')
    await retire('quick')
  })

  await t.test('keys are sent to their host only, and a missing one is told by its name', async (t) => {
    station.serve('/key.xml', atom([{ id: 'k', updated: '1', href: `${station.url.replace('127.0.0.1', 'localhost')}/cap/k.xml` }]))
    station.serve('/cap/k.xml', makeCap({ identifier: 'KEYED' }))
    headers = () => ({ headers: { 'X-Key': 'secret-of-the-house' }, missing: [] })
    await add('keyed', '/key.xml')
    station.take()
    await poller.pollDue()
    t.same(
      station.asked.splice(0).map((a) => [a.path, a.headers['x-key']]),
      [
        ['/key.xml', 'secret-of-the-house'],
        ['/cap/k.xml', undefined],
      ],
    )
    headers = () => ({ headers: {}, missing: ['QWEATHER_KEY'] })
    await later(61)
    t.match(await feed('keyed'), { cause: 'key-missing', last_error: /QWEATHER_KEY/ })
    t.same(station.take(), [], 'not asked without it')
    headers = () => ({ headers: {}, missing: [] })
    await retire('keyed')
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
  // A public address that leads inside: the first is asked, the second is not.
  const { fetch: careful, close: closeCareful } = createFetchFeed(
    { bodyBytes: 10_000, totalMs: 1500, redirects: 2 },
    (host) => host === 'localhost' || host === '::1',
  )
  t.teardown(closeCareful)
  move('/inward', `${station.url.replace('127.0.0.1', 'localhost')}/there`)
  station.take()
  await t.rejects(careful(`${station.url}/inward`, { allowPrivate: false }), /内部网络/)
  t.same(station.take(), ['/inward'])
  const key = { 'x-key': 'secret' }
  t.equal((await careful(`${station.url}/inward`, { allowPrivate: true, headers: key, headersFor: station.url })).status, 200)
  t.same(
    station.asked.splice(0).map((a) => a.headers['x-key']),
    ['secret', undefined],
    'a key does not follow a redirect to another host',
  )
  t.same(
    headersOf(
      [{ id: 'q', headers: { Referer: 'https://www.example.org/' }, headersFrom: { 'X-QW-Api-Key': 'QW_KEY', Other: 'NOT_SET' } }],
      { QW_KEY: 'k' },
    )('q'),
    { headers: { Referer: 'https://www.example.org/', 'X-QW-Api-Key': 'k', Other: '' }, missing: ['NOT_SET'] },
  )
  await t.rejects(get('/there', false), /内部网络/)
  await t.rejects(fetch(station.url.replace('127.0.0.1', 'localhost'), { allowPrivate: false }), /内部网络/)
  await t.rejects(fetch(station.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'), { allowPrivate: false }), /内部网络/)
  t.same(station.take(), [], 'not even a connection')
  const led = await new Promise<Error | null>((done) => publicLookup('localhost', { all: true }, done))
  t.match(led?.message, /内部网络/, 'a name that leads inside')
})
