import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { chinaTime } from '../../src/base/web.js'
import { breakAt } from '../rig/breakpoint.js'
import { sampleKey } from '../rig/made-store.js'
import { noPostgres, noRedis, openOwnRedis } from '../rig/own-servers.js'
import { type RoleProcess, startRole } from '../rig/process.js'
import type { Json } from '../rig/service.js'
import { createTestDatabase, makeTestFolder, type Teardown } from '../rig/store.js'
import { until } from '../rig/until.js'

/** A red rainstorm over one grid: some households are told, not a town. */
const storm = (identifier: string, grid = '500154002001001') => {
  const now = new Date()
  return readFileSync('config/drills/july-12/red-rainstorm.xml', 'utf8')
    .replaceAll('{{identifier}}', identifier)
    .replaceAll('500154002000', grid)
    .replaceAll('{{sent}}', chinaTime(now))
    .replaceAll('{{expires}}', chinaTime(new Date(now.getTime() + 6 * 3_600_000)))
}

/** A bureau whose list of warnings the test writes, and which can let a reader wait for its answer. */
async function openBureau(t: Teardown) {
  const bureau = { url: '', body: '<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id></feed>', asked: 0, silent: false }
  const server = createServer((_, response) => {
    bureau.asked++
    if (!bureau.silent) response.end(bureau.body)
  })
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
  bureau.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return bureau
}

/** The configuration as it is shipped, with a feed of ours and leases that end soon. */
function writeConfig(t: Teardown, feedUrl: string): string {
  const folder = join(makeTestFolder(t), 'config')
  cpSync('config', folder, { recursive: true })
  const change = (file: string, from: RegExp, to: string) => {
    const path = join(folder, file)
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to))
  }
  const feed = `[{ id: bureau, name: 气象台, dialect: cap, url: "${feedUrl}", standing: authority, everySeconds: 10, allowPrivate: true }]`
  change('feeds.yaml', /^feeds: \[\]$/m, `feeds: ${feed}`)
  for (const [name, value] of Object.entries({
    chunk_size: 20,
    plan_rows_at_once: 40,
    timeout_ms: 800,
    visibility_lag_ms: 0,
    lease_ms: 1000,
    tick_ms: 200,
  }))
    change('delivery.yaml', new RegExp(`^${name}: .*$`, 'm'), `${name}: ${value}`)
  return folder
}

/** The whole service in processes of its own, on the sample subdistrict: from a bureau's list to the inboxes. */
t.test('the service, killed from the feed to the inbox', { skip: noPostgres || noRedis, timeout: 280_000 }, async (t: Test) => {
  const databaseUrl = await createTestDatabase(t, 'sample')
  const [redis, bureau] = await Promise.all([openOwnRedis(t), openBureau(t)])
  const dataDir = makeTestFolder(t)
  writeFileSync(join(dataDir, 'data.key'), sampleKey.toString('hex'))
  const env = {
    DATABASE_URL: databaseUrl,
    REDIS_URL: redis.url,
    DATA_DIR: dataDir,
    CONFIG_DIR: writeConfig(t, bureau.url),
    PORT: '0',
    SAMPLE_PASSWORD: 'pw',
    SAMPLE_INGEST_KEY: 'key',
  }
  const store = await openStore({ databaseUrl, dataDir: '' })
  t.teardown(() => store.close())
  // Whoever holds a lease is dead: nobody has to wait for its end.
  const endFeedLease = () =>
    store.system((tx) => sql`update feed set lease_until = null, next_due = '-infinity', every_seconds = 10`.execute(tx))
  const count = async (what: ReturnType<typeof sql<{ n: number }>>) => Number((await store.system((tx) => what.execute(tx))).rows[0]!.n)
  const warnings = () => count(sql<{ n: number }>`select count(*) as n from warning`)

  const start = (role: string) => startRole(t, role, env)
  let [web, worker] = (await Promise.all(['web', 'worker'].map(start))) as [RoleProcess, RoleProcess]
  const succeed = async () => {
    await worker.kill()
    await endFeedLease()
    worker = await start('worker')
  }
  let cookie = ''
  const ask = (path: string, body?: unknown) =>
    fetch(`${web.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { cookie, 'x-yinshi': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const get = async <T = Json>(path: string) => (await (await ask(path)).json()) as T
  const logIn = async (username: string) => {
    const session = await ask('/api/sessions', { username, password: 'pw' })
    cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  }
  const alerts = async () => (await get<{ items: Json[] }>('/api/alerts')).items ?? []
  const post = (xml: string) => fetch(`${web.url}/api/ingest/cap`, { method: 'POST', headers: { authorization: 'Bearer key' }, body: xml })
  /** Everybody has it, and nobody has anything twice. A number's own limits may keep some calls for later. */
  const allSent = async (t: Test, alert: Json) => {
    const progress = () => get<{ planned: number; accepted: number }>(`/api/alerts/${alert.id}/progress`)
    const done = async () => {
      const { planned, accepted } = await progress()
      return planned > 0 && accepted === planned && !(await isPlanning(alert))
    }
    await until(done, 'everybody has it', 90_000)
    const { planned } = await progress()
    const { revision } = await get<{ revision: number }>(`/api/alerts/${alert.id}`)
    const of = sql`from sandbox_message where alert_id = ${alert.id} and revision = ${revision}`
    const people = await count(sql<{ n: number }>`select count(distinct contact_id) as n ${of}`)
    const doubled = await count(sql<{ n: number }>`select count(*) - count(distinct (contact_id, channel)) as n ${of}`)
    t.comment(`${planned} contacts, lost ${planned - people}, duplicates ${doubled}`)
    t.equal(people, planned, 'lost')
    t.equal(doubled, 0, 'duplicates')
  }
  const isPlanning = async (alert: Json) =>
    (await count(sql<{ n: number }>`select count(*) as n from alert_revision where alert_id = ${alert.id} and not plan_done`)) > 0
  await logIn('officer')

  await t.test(
    'F1: killed while a feed is fetched, and again before its warning is committed: the next poll brings it, once',
    async (t) => {
      const baseline = () => count(sql<{ n: number }>`select count(*) as n from feed where baseline_at is not null`)
      await until(async () => (await baseline()) === 1, 'the feed was asked')
      bureau.body = storm('F1')
      bureau.silent = true
      const before = bureau.asked
      await endFeedLease()
      await until(() => bureau.asked > before, 'the feed is being asked')
      bureau.silent = false
      const stop = await breakAt(t, databaseUrl, 'warning', 'insert')
      await succeed()
      await stop.reached()
      t.equal(await warnings(), 0)
      await worker.kill()
      await stop.lift()
      const opening = await breakAt(t, databaseUrl, 'alert', 'insert')
      await succeed()
      await until(async () => (await warnings()) === 1, 'the warning is there')
      await opening.reached()
      await worker.kill()
      await opening.lift()
      t.equal(await count(sql<{ n: number }>`select count(*) as n from alert`), 0, 'and killed before anything came of it')
    },
  )

  await t.test('F2: killed between the commit of a warning and its matching: whoever starts next matches it, once', async (t) => {
    await succeed()
    await until(async () => (await alerts()).length === 2, 'one alert for staff, one for residents', 90_000)
    t.equal(await warnings(), 1)
    await allSent(t, (await alerts()).find((a) => a.audience === 'staff')!)
  })

  await t.test('F3: killed in the middle of the fan-out to residents: the rest is planned and sent by the next', async (t) => {
    const residents = (await alerts()).find((a) => a.audience === 'residents')!
    const stop = await breakAt(t, databaseUrl, 'delivery', 'insert', 30)
    t.equal((await ask(`/api/alerts/${residents.id}/issue`, { revision: residents.revision })).status, 200)
    await stop.reached()
    await worker.kill()
    await stop.lift()
    await succeed()
    await allSent(t, residents)
  })

  await t.test('I18: the web is killed between keeping a bulletin and reading it: whoever works reads it', async (t) => {
    const stop = await breakAt(t, databaseUrl, 'warning', 'insert')
    const bulletin = storm('I18')
    const posted = post(bulletin).then(
      () => 'answered',
      () => 'no answer',
    )
    await stop.reached()
    await web.kill()
    await stop.lift()
    t.equal(await posted, 'no answer')
    web = await start('web')
    await store.system((tx) => sql`update bulletin set received_at = received_at - interval '3 minutes'`.execute(tx))
    await until(async () => (await warnings()) === 2, 'it was read by the worker', 90_000)
    t.match(await (await post(bulletin)).json(), { outcome: 'duplicate' }, 'handed in again, as a sender would')
    t.equal(await warnings(), 2)
  })

  await t.test('F11: Redis is gone for good: ingest, console, field work and sending go on', async (t) => {
    await redis.kill()
    await logIn('officer')
    t.match(await get('/readyz'), { status: 'degraded', doorbell: /redis/ })
    const staff = (await alerts()).find((a) => a.audience === 'staff')!
    const isRevised = async () => (await get(`/api/alerts/${staff.id}`)).revision !== staff.revision
    t.equal((await post(storm('F11', '500154002001002'))).status, 202)
    await until(isRevised, 'the staff hear of the second grid', 90_000)
    await allSent(t, staff)
    const residents = (await alerts()).find((a) => a.audience === 'residents')!
    for (const verb of ['hold', 'resume'])
      t.equal((await ask(`/api/alerts/${residents.id}/${verb}`, { revision: residents.revision, reason: '核实' })).status, 200, verb)
    await logIn('worker')
    const synced = await ask('/api/field/sync', { edits: [] })
    t.equal(synced.status, 200)
  })
})
