import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import t from 'tap'
import { openClock } from '../../../src/base/clock.js'
import { readConfig } from '../../../src/base/config.js'
import { Problem } from '../../../src/base/problem.js'
import type { Actor } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { feedRoutes } from '../../../src/feeds/feed-routes.js'
import { addFeed } from '../../../src/feeds/feed-store.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { ingestLimit } from '../../../src/feeds/ingest-routes.js'
import { createPoller } from '../../../src/feeds/poller.js'
import { feedsSchema, syncFeeds } from '../../../src/feeds/sync-feeds.js'
import { createTodoWorker, type TimerHandler } from '../../../src/journal/todo.js'
import { expireTimer, expireWarning } from '../../../src/warnings/expire-warning.js'
import { createTakeBulletin } from '../../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../../src/warnings/warning-policy.js'
import { warningRoutes } from '../../../src/warnings/warning-routes.js'
import { dialects } from '../../rig/reading.js'
import { makeCap, referenceTo } from '../../rig/samples/make-cap.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

const place = '500154002'
const config = join(import.meta.dirname, '../../../config')
const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../rig/samples', name))
const quiet = { info() {}, warn() {}, error() {}, debug() {} }

t.test('handing in bulletins over HTTP', async (t) => {
  const store = await openTestStore(t, testDatabaseUrl ? 'postgres' : 'embedded')
  const ingest = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  const app = Fastify().withTypeProvider<ZodTypeProvider>() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((e, _, reply) => {
    const problem = e instanceof Problem ? e : new Problem('internal', String(e))
    return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
  })
  app.decorateRequest('actor', null)
  app.decorateRequest('ingestKey', null)
  app.addHook('onRequest', async (request) => {
    const token = request.headers.authorization
    if (token === 'Bearer key') request.ingestKey = { id: 'k1', place }
    if (token?.startsWith('Bearer role:')) request.actor = { person: 'p1', role: token.slice(12), scope: place } satisfies Actor
  })
  const poller = createPoller({ store, clock: await openClock(store), ingest, log: quiet })
  t.teardown(() => poller.stop())
  feedRoutes(app, { store, ingest, dialects, poller })
  warningRoutes(app, { store })
  await app.ready()
  t.teardown(() => app.close())

  const post = (dialect: string, body: string | Buffer | undefined, headers: Record<string, string> = {}) =>
    app.inject({
      method: 'POST',
      url: `/api/ingest/${dialect}`,
      headers: { authorization: 'Bearer key', ...headers },
      ...(body === undefined ? {} : { payload: body }),
    })
  const get = async (url: string, role = 'officer') => app.inject({ url, headers: { authorization: `Bearer role:${role}` } })
  const bulletins = async () => (await get('/api/bulletins')).json().items as { id: string; outcome: string }[]

  await t.test('any content type, or none; the officer drops the same file on the page', async (t) => {
    const first = await post('cap', sample('red-rainstorm.xml'), { 'content-type': 'application/x-www-form-urlencoded' })
    t.equal(first.statusCode, 202)
    const { bulletinId, warningIds } = first.json()
    t.match(first.json(), { outcome: 'accepted', warningIds: [/./], problems: [] })
    for (const type of ['application/cap+xml', 'application/json', 'nonsense', 'text/plain; charset=gbk'])
      t.match((await post('cap', sample('red-rainstorm.xml'), { 'content-type': type })).json(), { outcome: 'duplicate', warningIds }, type)
    const dropped = await post('cap', sample('red-rainstorm.xml'), { authorization: 'Bearer role:officer', 'content-type': 'text/xml' })
    t.match([dropped.statusCode, dropped.json()], [202, { outcome: 'duplicate', bulletinId, warningIds }])

    const warning = (await get(`/api/warnings/${warningIds[0]}`, 'worker')).json()
    t.match(warning, {
      level: 'red',
      levelBasis: 'colour-word:红色',
      sent: '2026-07-12T03:26:00+08:00',
      infos: [{ language: 'en-US' }, { language: 'zh-CN', expires: '2026-07-12T09:26:00+08:00' }],
    })
    t.equal((await get(`/api/warnings?state=${warning.state}`)).json().items.length, 1)
    t.same((await get('/api/warnings?state=cancelled')).json().items, [])
    t.equal((await get('/api/warnings/none')).statusCode, 404)
    t.equal((await get('/api/warnings?state=nonsense')).statusCode >= 400, true)

    const bulletin = (await get(`/api/bulletins/${bulletinId}`)).json()
    t.match(bulletin, {
      outcome: 'accepted',
      via: 'post',
      contentType: 'application/x-www-form-urlencoded',
      summary: /暴雨红色/,
      size: sample('red-rainstorm.xml').length,
      warningIds,
    })
    const raw = await get(`/api/bulletins/${bulletinId}/raw`)
    t.same(raw.rawPayload, sample('red-rainstorm.xml'), 'the bytes as received')
    t.match(raw.headers, {
      'content-type': 'application/octet-stream',
      'content-disposition': /^attachment/,
      'x-content-type-options': 'nosniff',
    })
  })

  await t.test('what cannot be read: 422 with line and column, kept, and the next good one is processed', async (t) => {
    const cases: [string, Buffer | undefined, number, number][] = [
      ['malformed', sample('malformed.xml'), 4, 0],
      ['bomb', sample('bomb.xml'), 2, 1],
      ['external entity', sample('external-entity.xml'), 3, 1],
      ['empty body', Buffer.alloc(0), 1, 1],
      ['no body at all', undefined, 1, 1],
    ]
    for (const [name, body, line, column] of cases) {
      const answer = await post('cap', body)
      t.equal(answer.statusCode, 422, name)
      t.match(answer.headers['content-type'], /problem\+json/)
      const problem = answer.json()
      t.match(
        problem,
        { type: 'urn:yinshi:problem:unreadable', title: /[一-鿿]/, hint: /[一-鿿]/, errors: [{ line, message: /[一-鿿].*\(.*[a-z]/ }] },
        name,
      )
      t.ok(column === 0 || problem.errors[0].column === column, `${name}: column`)
      t.match((await get(`/api/bulletins/${problem.bulletinId}`)).json(), { outcome: 'unreadable', problems: [{ line }] })
    }
    t.match((await post('cap', makeCap({ identifier: 'NEXT' }))).json(), { outcome: 'accepted' })
  })

  await t.test('refused is 202 with the reason; a dialect that is not built keeps the bytes', async (t) => {
    const typed = await post('cap', makeCap({ identifier: 'X1', msgType: 'Ack' }))
    t.match([typed.statusCode, typed.json()], [202, { outcome: 'refused', reason: /Ack/, warningIds: [] }])
    const national = await post('caiyun', '<alert><identifier>1</identifier></alert>')
    t.match([national.statusCode, national.json()], [202, { outcome: 'refused', reason: /dialect not built/ }])
    t.equal((await get(`/api/bulletins/${national.json().bulletinId}/raw`)).body, '<alert><identifier>1</identifier></alert>')
    const typo = await post('cap', makeCap({ identifier: 'X2', area: '<polygon>31,108 31,208 32,108 31,108</polygon>' }))
    t.match(typo.json(), {
      outcome: 'accepted',
      problems: [{ code: 'coordinate-out-of-range', severity: 'error', line: 23 }, { code: 'area-unplaced' }],
    })
    t.match((await get(`/api/warnings/${typo.json().warningIds[0]}`)).json(), { areas: [{ unplaced: true }] })
  })

  await t.test(
    'an empty list is a good answer, a changed one is not; of the national XML no phone number is kept but in its bytes',
    async (t) => {
      const empty = await post('nmc', '{"msg":"success","code":0,"data":{"page":{"pageNo":1,"count":0,"list":[]}}}')
      t.match([empty.statusCode, empty.json()], [202, { outcome: 'accepted', warningIds: [], problems: [] }])
      t.match((await get(`/api/bulletins/${empty.json().bulletinId}`)).json().summary, /没有预警/)
      t.equal((await post('nmc', '{"msg":"success","code":0,"data":{"page":{"count":0}}}')).statusCode, 422)

      const national = (await post('cn12379', sample('cn12379/update.xml'))).json()
      t.match(national, { outcome: 'accepted', warningIds: [/./] })
      t.match((await get(`/api/bulletins/${national.bulletinId}/raw`)).body, /19900000001/)
      const kept = await store.system((tx) =>
        sql<{ all: string }>`select concat(
        (select json_agg(w)::text from warning w), (select json_agg(j)::text from journal j),
        (select json_agg(json_build_array(b.summary, b.problems, b.reason, b.hint))::text from bulletin b)) as all`.execute(tx),
      )
      t.match(kept.rows[0]!.all, /50015441600000_20260712032603/)
      t.notMatch(kept.rows[0]!.all, /1990000000|甲乙丙/)
      const lifted = (await post('cn12379', sample('cn12379/cancel.xml'))).json()
      t.same([lifted.outcome, lifted.warningIds], ['accepted', national.warningIds], 'both name the first of the chain')
    },
  )

  await t.test('a forecast becomes observations', async (t) => {
    t.match((await post('open-meteo', sample('forecast.json'))).json(), {
      outcome: 'accepted',
      warningIds: [],
      summary: /4 个值,其中 1 个缺测/,
    })
    t.match((await post('open-meteo', sample('forecast.json'))).json(), { outcome: 'duplicate' })
    const rows = await store.system((tx) =>
      tx.selectFrom('observation').select(['kind', 'unit', 'value', 'forecast', 'place']).orderBy('id').execute(),
    )
    t.same(
      rows.map((r) => r.value),
      [0, null, 14.2, 118.4],
    )
    t.match(rows[0], { kind: 'precipitation', unit: 'mm', forecast: true, place })
  })

  await t.test('turned away: one journal line with time, address and size, and no bulletin', async (t) => {
    const before = (await bulletins()).length
    const rejected = async () =>
      store.system((tx) =>
        tx.selectFrom('journal').select('data').where('event', '=', 'ingest.rejected').orderBy('position', 'desc').executeTakeFirst(),
      )
    t.equal((await post('cap', 'x', { authorization: 'Bearer wrong' })).statusCode, 401)
    t.match((await rejected())!.data, { status: 401, address: /127/, size: 1 })
    t.equal((await post('cap', 'x', { authorization: 'Bearer role:worker' })).statusCode, 403)
    for (const dialect of ['nonsense', '__proto__', 'constructor']) t.equal((await post(dialect, 'xx')).statusCode, 404, dialect)
    t.match((await rejected())!.data, { status: 404, size: 2 })
    const big = await post('cap', Buffer.alloc(ingestLimit + 1, 32))
    t.match([big.statusCode, big.json().title], [413, /5 MB/])
    t.match((await rejected())!.data, { status: 413, size: ingestLimit + 1 })
    t.equal((await bulletins()).length, before)
  })

  await t.test('a body that grows beyond the limit without saying so is cut off', async (t) => {
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as { port: number }
    const chunk = new Uint8Array(1024 * 1024).fill(32)
    let sent = 0
    const body = new ReadableStream({
      pull(c) {
        if (sent++ < 8) c.enqueue(chunk)
        else c.close()
      },
    })
    const init = { method: 'POST', headers: { authorization: 'Bearer key' }, body, duplex: 'half' } as RequestInit
    const status = await fetch(`http://127.0.0.1:${port}/api/ingest/cap`, init).then(
      (r) => r.status,
      () => 'cut',
    )
    t.ok(status === 413 || status === 'cut', String(status))
  })

  await t.test('who may look', async (t) => {
    t.equal((await get('/api/bulletins', 'worker')).statusCode, 403)
    t.equal((await app.inject({ url: '/api/warnings' })).statusCode, 401)
    const id = (await get('/api/warnings')).json().items[0].id
    t.equal(
      (await app.inject({ method: 'POST', url: `/api/warnings/${id}/move-here`, headers: { authorization: 'Bearer role:worker' } }))
        .statusCode,
      403,
    )
    const outside = await app.inject({
      method: 'POST',
      url: `/api/warnings/${id}/move-here`,
      headers: { authorization: 'Bearer role:officer' },
      payload: { place: '500154001' },
    })
    t.equal(outside.statusCode, 403)
    const first = await get('/api/bulletins?limit=2')
    const next = await get(`/api/bulletins?limit=2&cursor=${first.json().nextCursor}`)
    t.notOk(
      next.json().items.some((b: { id: string }) => first.json().items.some((a: { id: string }) => a.id === b.id)),
      'pages do not overlap',
    )
  })

  await t.test('feeds: the file is the rows; what left it is asked no more', async (t) => {
    const feed = { name: '区气象台(演练)', dialect: 'cap' as const, standing: 'authority' as const, everySeconds: 60 }
    const parse = (feeds: object[]) => feedsSchema.parse({ place, feeds })
    await syncFeeds(
      store,
      parse([
        { id: 'one', url: 'https://q.example/a?key=secret', ...feed },
        { id: 'two', url: 'https://q.example/b', ...feed },
      ]),
    )
    await store.system((tx) => addFeed(tx, { id: 'drill', place, ...feed, url: 'http://127.0.0.1:1/', source: 'drill' }))
    await syncFeeds(
      store,
      parse([
        { id: 'one', url: 'https://q.example/a?key=secret', ...feed },
        { id: 'two', url: 'https://q.example/b', enabled: false, ...feed },
      ]),
    )
    const answer = await get('/api/feeds', 'worker')
    t.same(
      answer.json().items.map((f: { id: string; state: string }) => [f.id, f.state]),
      [
        ['drill', 'silent'],
        ['one', 'silent'],
      ],
    )
    t.notMatch(answer.body, /secret/)
    t.throws(() => feedsSchema.parse({ place, feeds: [{ id: 'x1', url: 'ftp://x', ...feed }] }), /http/)
    t.throws(
      () =>
        parse([
          { id: 'x1', url: 'http://x', ...feed },
          { id: 'x1', url: 'http://y', ...feed },
        ]),
      /same id/,
    )
    t.ok(readConfig(config, 'feeds.yaml', feedsSchema))
  })

  const embedded = store.kind === 'embedded' ? 'the embedded store has one connection' : false
  await t.test('an update that locks itself with the timer of the warning it replaces is taken', { skip: embedded }, async (t) => {
    const clock = await openClock(store)
    await clock.move({ at: new Date('2026-07-12T03:30:00+08:00'), speed: 0 })
    const until9 = '2026-07-12T09:26:00+08:00'
    // A hazard of its own: nothing posted before is another source of it.
    const hail = { event: '冰雹', headline: '气象台(演练)发布冰雹红色预警信号' }
    const [old] = (await post('cap', makeCap({ ...hail, identifier: 'LOCK-1', expires: until9 }))).json().warningIds
    await clock.move({ at: new Date(until9) })
    const update = { ...hail, identifier: 'LOCK-2', msgType: 'Update', references: referenceTo('LOCK-1'), sent: until9 }
    const answers: ReturnType<typeof post>[] = []
    const expireWhenLocked: TimerHandler = async (tx, id, payload) => {
      // The worker holds the timer; the update holds the warning and waits for the timer; now the worker wants the warning.
      if (id === old && answers.push(post('cap', makeCap(update))) === 1) await until(isOneWaiting, 'the update waits for the timer')
      await expireWarning(tx, id, payload)
    }
    const isOneWaiting = () =>
      store.system(async (tx) => {
        const { rows } = await sql`
          select 1 from pg_locks l join pg_stat_activity a using (pid) where not l.granted and a.datname = current_database()`.execute(tx)
        return rows.length > 0
      })
    await createTodoWorker(store, {}, { [expireTimer]: expireWhenLocked }, quiet).drain()
    const taken = await Promise.all(answers)
    t.equal(taken[0]!.statusCode, 202, 'not 503')
    const [next] = taken[0]!.json().warningIds
    t.match((await get(`/api/warnings/${old}`)).json(), { state: 'superseded', supersededBy: next })
    t.match((await get(`/api/warnings/${next}`)).json(), { state: 'in-force' })
    const timers = await store.system((tx) => tx.selectFrom('todo').select('subject').where('subject', 'in', [old, next]).execute())
    t.same(timers, [{ subject: next }], 'only the new one runs out some day')
  })
})
