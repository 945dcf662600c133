import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { z } from 'zod'
import { openClock } from '../../../src/base/clock.js'
import { readConfig, readEnvironment } from '../../../src/base/config.js'
import { createInProcessDoorbell, createRedisDoorbell, type Doorbell } from '../../../src/base/doorbell.js'
import { newId, newOutId } from '../../../src/base/ids.js'
import { redact } from '../../../src/base/log.js'
import { createSeal, maskPhone, readDataKey } from '../../../src/base/seal.js'
import { createStopList } from '../../../src/base/stop.js'
import { lockFolder } from '../../../src/base/store/folder-lock.js'
import { openStore } from '../../../src/base/store/open-store.js'
import { afterCommit, type Store, type Tx } from '../../../src/base/store/store.js'
import { record, setListeners } from '../../../src/journal/journal.js'
import { clearTimer, createTodoWorker, setTimer, setTodoBell } from '../../../src/journal/todo.js'
import { fillFolder } from '../../rig/made-store.js'
import { createTestDatabase, makeTestFolder, openTestStore, testDatabaseUrl, testRedisUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

const quiet = { info() {}, warn() {}, error() {}, debug() {} }

t.test('a wrong configuration names file, line, key and what is allowed', async (t) => {
  const dir = makeTestFolder(t)
  const schema = z.strictObject({ lease: z.strictObject({ seconds: z.number().min(1) }) })
  writeFileSync(join(dir, 'good.yaml'), '# fine\nlease:\n  seconds: 30\n')
  t.same(readConfig(dir, 'good.yaml', schema), { lease: { seconds: 30 } })
  writeFileSync(join(dir, 'bad.yaml'), '# a comment\nlease:\n  seconds: 0\n')
  t.throws(() => readConfig(dir, 'bad.yaml', schema), { message: /bad\.yaml:3: lease\.seconds: .*1/ })
  writeFileSync(join(dir, 'broken.yaml'), 'lease: [\n')
  t.throws(() => readConfig(dir, 'broken.yaml', schema), { message: /broken\.yaml:\d+: not valid YAML/ })
  t.throws(() => readConfig(dir, 'none.yaml', schema), { message: /is missing/ })
  t.throws(() => readEnvironment({ PORT: 'x' }, dir), { message: /PORT.*0 to 65535/ })
  t.throws(() => readEnvironment({ TLS_CERT_FILE: 'a' }, dir), { message: /go together/ })
})

t.test('what is sealed opens with the same key and place only', async (t) => {
  const file = join(makeTestFolder(t), 'keys', 'data.key')
  const seal = createSeal(readDataKey(file))
  t.equal(statSync(file).mode & 0o777, 0o600)
  const block = seal.seal({ phone: '+8613900000000' }, '500154002001004')
  t.notOk(block.includes('139000'))
  t.same(seal.open(block, '500154002001004'), { phone: '+8613900000000' })
  t.throws(() => seal.open(block, '500154002001005'), 'a block moved to another grid does not open')
  block[block.length - 1]! ^= 1
  t.throws(() => seal.open(block, '500154002001004'), 'nor does a changed one')
  const again = createSeal(readDataKey(file))
  t.same(again.blind('+8613900000000'), seal.blind('+8613900000000'))
  t.notSame(seal.blind('+8613900000001'), seal.blind('+8613900000000'))
  t.equal(maskPhone('+8613812341234'), '138****1234')
  t.throws(() => createSeal(Buffer.alloc(5)), { message: /32 bytes/ })
})

t.test('ids sort by time, out ids are short, logs hold no phone', async (t) => {
  const ids = Array.from({ length: 50 }, newId)
  t.match(ids[0], /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  t.equal(new Set(Array.from({ length: 5000 }, newOutId)).size, 5000)
  t.match(newOutId(), /^[a-z2-9]{15}$/)
  t.equal(redact('POST http://x/?PhoneNumbers=13912345678&TemplateParam=abcdefgh failed'), 'POST http://x/?… failed')
  t.notMatch(redact('http://x/?PhoneNumbers=13912345678&TemplateParam=abcdefgh failed for 13912345678'), /13912345678/)
})

t.test('things stop in the opposite order, whatever one of them does', async (t) => {
  const told: string[] = []
  const warned: string[] = []
  const list = createStopList((w) => warned.push(w), 50)
  list.add('first', () => told.push('first'))
  list.add('stuck', () => new Promise(() => {}))
  list.add('angry', () => {
    throw new Error('no')
  })
  list.add('last', () => told.push('last'))
  await list.stopAll()
  t.same(told, ['last', 'first'])
  t.equal(warned.length, 2)
})

t.test('F18: one process per data folder: the second is told so', async (t) => {
  const folder = makeTestFolder(t)
  await fillFolder(folder, 'tables')
  const first = await openStore({ databaseUrl: null, dataDir: folder })
  await t.rejects(openStore({ databaseUrl: null, dataDir: folder }), { message: /in use by another Yinshi/ })
  await first.system((tx) => sql`insert into fact values ('a', '1')`.execute(tx))
  await first.close()
  const again = await openStore({ databaseUrl: null, dataDir: folder })
  t.equal((await again.system((tx) => tx.selectFrom('fact').selectAll().execute())).length, 1, 'what was acknowledged is there')
  await again.close()
})

t.test(
  'processes that start together on an empty database bring it up once',
  { skip: !testDatabaseUrl && 'needs PostgreSQL' },
  async (t) => {
    for (let round = 0; round < 2; round++) {
      const databaseUrl = await createTestDatabase(t)
      const stores = await Promise.allSettled(Array.from({ length: 5 }, () => openStore({ databaseUrl, dataDir: '' })))
      const failed = stores.flatMap((s) => (s.status === 'rejected' ? [String(s.reason)] : []))
      for (const s of stores) if (s.status === 'fulfilled') await s.value.close()
      t.same(failed, [])
    }
  },
)

t.test('where there are no abstract sockets: a file that names its process', async (t) => {
  const folder = makeTestFolder(t)
  const file = join(folder, 'yinshi.pid')
  const source = join(import.meta.dirname, '../../../src/base/store/folder-lock.ts')
  const other = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `await (await import(${JSON.stringify(source)})).lockFolder(${JSON.stringify(folder)}, 'pid-file'); console.log('mine'); setInterval(() => {}, 1000)`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  t.teardown(() => other.kill('SIGKILL'))
  await once(other.stdout, 'data')
  const theirs = readFileSync(file, 'utf8')
  await t.rejects(lockFolder(folder, 'pid-file'), { message: new RegExp(`in use by another Yinshi \\(process ${other.pid}\\)`) })
  t.equal(readFileSync(file, 'utf8'), theirs, 'who is refused leaves the lock as it is')

  other.kill('SIGKILL')
  await once(other, 'exit')
  const unlock = await lockFolder(folder, 'pid-file')
  t.ok(readFileSync(file, 'utf8').startsWith(`${process.pid} `), 'what a dead process left is taken over')
  await t.rejects(lockFolder(folder, 'pid-file'), { message: new RegExp(`process ${process.pid}`) }, 'not twice by one process either')
  unlock()
  t.notOk(existsSync(file), 'let go at the stop')

  writeFileSync(file, theirs.replace(/^\d+/, String(process.ppid)))
  const again = await lockFolder(folder, 'pid-file')
  writeFileSync(file, theirs)
  again()
  t.equal(readFileSync(file, 'utf8'), theirs, 'a lock that became another’s is not let go')
})

const clockAndTodo = (store: Store) => async (t: Test) => {
  const clock = await openClock(store)
  const ran: string[] = []
  let failures = 1
  setListeners({ 'thing.done': ['note', 'fail'] }, () => {})
  setTodoBell(() => {})
  const worker = createTodoWorker(
    store,
    {
      note: async (_, entry) => void ran.push(`note ${entry.data.n}`),
      fail: async () => {
        if (failures-- > 0) throw new Error('once')
        ran.push('at last')
      },
    },
    { later: async (_, subject) => void ran.push(`later ${subject}`) },
    quiet,
  )
  const night = new Date('2026-07-11T19:26:00Z')
  await clock.move({ at: night, speed: 0 })
  t.same(clock.now(), night)
  const sqlNow = () => store.system(async (tx) => (await sql<{ now: Date }>`select clock_now() as now`.execute(tx)).rows[0]!.now)
  t.same(await sqlNow(), night, 'SQL tells the same time')
  const stop = new Date('2026-07-11T19:27:00Z')
  await clock.move({ speed: 1e9, stopsAt: stop })
  await until(() => clock.now() >= stop)
  t.same([clock.now(), await sqlNow()], [stop, stop], 'however fast, it does not run past its stop')
  t.equal(clock.realMsUntil(new Date(stop.getTime() + 1)), Number.POSITIVE_INFINITY)
  await clock.move({ stopsAt: night })
  t.same([clock.now(), await sqlNow()], [stop, stop], 'nor back to one that is over')
  await clock.move({ at: night, speed: 0, stopsAt: null })
  t.same([clock.now(), await sqlNow(), clock.stopsAt], [night, night, null])

  await store.system((tx) => record(tx, { event: 'thing.done', place: '500154002', thing: { type: 'thing', id: 1 }, data: { n: 7 } }))
  await store.system((tx) => setTimer(tx, 'later', 'x', new Date('2026-07-11T19:28:00Z')))
  await store.system((tx) => setTimer(tx, 'later', 'y', new Date('2026-07-11T19:28:00Z')))
  await store.system((tx) => clearTimer(tx, 'later', 'y'))
  await worker.drain()
  t.same(ran, ['note 7'], 'the failed one waits, the timer is not due')
  const waiting = await store.system((tx) =>
    tx.selectFrom('todo').select(['kind', 'attempts', 'last_error']).where('attempts', '>', 0).execute(),
  )
  t.same(waiting, [{ kind: 'react:fail', attempts: 1, last_error: 'once' }], 'a failure stays visible')
  await store.system((tx) => sql`update todo set lease_until = null`.execute(tx))
  await clock.move({ at: new Date('2026-07-11T19:28:00Z') })
  await worker.drain()
  t.same([...ran].sort(), ['at last', 'later x', 'note 7'])
  t.same(await store.system((tx) => tx.selectFrom('todo').selectAll().execute()), [])

  await store
    .system((tx) => record(tx, { event: 'thing.done', place: '500154002', thing: { type: 'thing', id: 2 }, data: { n: 8 } }))
    .then(() =>
      store
        .system(async (tx) => {
          await record(tx, { event: 'thing.done', place: '500154002', thing: { type: 'thing', id: 3 }, data: { n: 9 } })
          throw new Error('rolled back')
        })
        .catch(() => {}),
    )
  await Promise.all([worker.drain(), worker.drain()])
  t.same(ran.filter((r) => r === 'note 8').length, 1, 'two drains at once, one effect')
  t.ok(!ran.includes('note 9'), 'what was rolled back sets nothing off')
}

t.test('of two that lock each other one is undone and run again', { skip: testDatabaseUrl ? false : 'no PostgreSQL here' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const places = ['one', 'two']
  await store.system((tx) => writeAll(tx, places))
  const holding = new Set<string>()
  const rang: string[] = []
  let runs = 0
  const take = (first: string, second: string) =>
    store.system(async (tx) => {
      runs++
      afterCommit(tx, () => rang.push(first))
      await writeAll(tx, [first])
      holding.add(first)
      await until(() => holding.size === 2)
      await writeAll(tx, [second])
      return first
    })
  t.same(await Promise.all([take('one', 'two'), take('two', 'one')]), places, 'both are done')
  t.equal(runs, 3, 'one of them twice')
  t.same(rang.sort(), places, 'and the bell of each rings once')
  const failing = store.system(() => Promise.reject(Object.assign(new Error('always'), { code: '40001' })))
  await t.rejects(failing, { code: '40001' }, 'not without an end')
})
const writeAll = async (tx: Tx, keys: string[]) => {
  for (const key of keys)
    await sql`insert into fact values (${key}, '1') on conflict (key) do update set value = excluded.value`.execute(tx)
}

t.test('clock, journal and todo on the embedded store', async (t) => clockAndTodo(await openTestStore(t, 'embedded'))(t))
t.test('clock, journal and todo on PostgreSQL', { skip: testDatabaseUrl ? false : 'no PostgreSQL here' }, async (t) =>
  clockAndTodo(await openTestStore(t, 'postgres'))(t),
)

const doorbellRings = async (bell: Doorbell, t: Test) => {
  let answers = 0
  let release: (() => void) | null = null
  bell.onRing('sms-red', async () => {
    answers++
    await new Promise<void>((ok) => {
      release = ok
    })
  })
  bell.ring('sms-red')
  await until(() => release !== null)
  bell.ring('sms-red')
  bell.ring('sms-red')
  t.equal(answers, 1, 'one answer at a time')
  await until(() => {
    release!()
    return answers === 2
  })
  release!()
  t.equal(await bell.health(), 'ok')
  await bell.stop()
}
t.test('the in-process doorbell rings', (t) => doorbellRings(createInProcessDoorbell(quiet), t))
t.test('the Redis doorbell rings, and holds no personal data', { skip: testRedisUrl ? false : 'no Redis here' }, async (t) => {
  const bell = createRedisDoorbell(testRedisUrl!, `test-${newOutId()}`, quiet)
  await until(async () => (await bell.health()) === 'ok')
  await doorbellRings(bell, t)
})
