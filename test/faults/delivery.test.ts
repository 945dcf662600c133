import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import t from 'tap'
import { createRedisDoorbell } from '../../src/base/doorbell.js'
import { openStore } from '../../src/base/store/open-store.js'
import { fillRegister, openOutbox, people, quiet } from '../modules/delivery/rig.js'
import { createTestDatabase, testDatabaseUrl, testRedisUrl } from '../rig/store.js'
import { until } from '../rig/until.js'

interface Message {
  outId: string
  contactId: number
  revision: number
}
type Test = { teardown(run: () => unknown): void }

/** A carrier over HTTP that remembers what it took, may be asked, and lets the test act before it answers. */
async function openCarrier(t: Test) {
  const carrier = {
    url: '',
    taken: [] as Message[],
    requests: 0,
    onSend: async (_request: number): Promise<'answer' | 'ignore'> => 'answer',
  }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    const messages = JSON.parse(body) as Message[]
    if (request.url === '/ask') {
      const seen = new Set(carrier.taken.map((m) => m.outId))
      return void response.end(JSON.stringify(messages.map((m) => ({ kind: seen.has(m.outId) ? 'accepted' : 'absent' }))))
    }
    const what = await carrier.onSend(++carrier.requests)
    if (what === 'ignore') return void response.destroy()
    carrier.taken.push(...messages)
    await afterTaken.run(carrier.requests)
    response.end(JSON.stringify(messages.map(() => ({ kind: 'accepted' }))))
  })
  const afterTaken = { run: async (_request: number): Promise<void> => {} }
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok))
  carrier.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(carrier, { afterTaken })
}

function startSender(t: Test, env: Record<string, string>): ChildProcess {
  const script = fileURLToPath(new URL('./sender-process.ts', import.meta.url))
  // tap's own loader must not come along: the process is the product's, run by tsx.
  const { NODE_OPTIONS: _, ...rest } = process.env
  const child = spawn(process.execPath, ['--import', 'tsx', script], { env: { ...rest, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGKILL'))
  return child
}
const gone = (child: ChildProcess) =>
  new Promise<void>((ok) => ((child.exitCode ?? child.signalCode) !== null ? ok() : child.once('exit', () => ok())))

t.test('processes that die', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const databaseUrl = await createTestDatabase(t)
  const store = await openStore({ databaseUrl, dataDir: '' })
  t.teardown(() => store.close())
  const ids = await fillRegister(store, 200)
  const office = await openOutbox(store)
  const issue = async () => {
    const alert = await office.issue({ recipients: people(ids) })
    await office.run()
    return alert
  }
  const left = (alert: string) => async () => {
    const rows = await office.rows(alert)
    return rows.length === ids.length && rows.every((r) => r.state === 1)
  }
  const verdict = (t: Pick<typeof import('tap').default, 'equal'>, taken: Message[]) => {
    t.equal(new Set(taken.map((m) => m.contactId)).size, ids.length, 'lost 0')
    t.equal(taken.length - new Set(taken.map((m) => m.outId)).size, 0, 'duplicates 0')
  }

  t.test('F4: killed after the claim, before the carrier was called', async (t) => {
    const carrier = await openCarrier(t)
    const alert = await issue()
    const env = { DATABASE_URL: databaseUrl, CARRIER_URL: carrier.url }
    const first = startSender(t, env)
    carrier.onSend = async (request) => {
      if (request > 1) return 'answer'
      first.kill('SIGKILL')
      await gone(first)
      return 'ignore'
    }
    await gone(first)
    const held = await store.system((tx) =>
      tx.selectFrom('delivery_chunk').select('id').where('alert_id', '=', alert).where('owner', 'is not', null).execute(),
    )
    t.equal(held.length, 1, 'a chunk was claimed by the dead')
    startSender(t, env)
    await until(left(alert), 'everybody told', 15_000)
    verdict(t, carrier.taken)
  })

  t.test('F5: killed again and again after the carrier took a batch, before our commit', async (t) => {
    const carrier = await openCarrier(t)
    const alert = await issue()
    const env = { DATABASE_URL: databaseUrl, CARRIER_URL: carrier.url }
    let kills = 0
    let child = startSender(t, env)
    carrier.afterTaken.run = async (request) => {
      if (request % 4 !== 2 || kills >= 3) return
      kills++
      child.kill('SIGKILL')
      await gone(child)
      child = startSender(t, env)
    }
    await until(left(alert), 'everybody told', 30_000)
    t.equal(kills, 3)
    verdict(t, carrier.taken)
    child.kill('SIGKILL')
  })

  t.test('F7: frozen for longer than its lease, it calls nobody when it wakes', async (t) => {
    const carrier = await openCarrier(t)
    const alert = await issue()
    const env = { DATABASE_URL: databaseUrl, CARRIER_URL: carrier.url }
    const frozen = startSender(t, env)
    let second: ChildProcess | undefined
    carrier.afterTaken.run = async (request) => {
      if (request !== 1) return
      frozen.kill('SIGSTOP')
      second = startSender(t, env)
    }
    await until(left(alert), 'the other process took over', 20_000)
    const before = carrier.taken.length
    frozen.kill('SIGCONT')
    // It is awake and back at work once it has taken the next alert; its old chunk went nowhere.
    second!.kill('SIGKILL')
    const next = await issue()
    await until(left(next), 'the woken process goes on', 20_000)
    t.equal(carrier.taken.filter((m) => m.revision === 1).length, before + ids.length)
    t.equal(carrier.taken.length - new Set(carrier.taken.map((m) => m.outId)).size, 0, 'duplicates 0')
    frozen.kill('SIGKILL')
  })

  t.test('F8: Redis emptied with work waiting', { skip: testRedisUrl ? false : 'needs Redis' }, async (t) => {
    // A database of its own: what others keep in Redis is not ours to empty.
    const redisUrl = new URL(testRedisUrl!)
    redisUrl.pathname = '/9'
    const carrier = await openCarrier(t)
    const redis = new Redis(redisUrl.href)
    t.teardown(() => redis.disconnect())
    const doorbell = createRedisDoorbell(redisUrl.href, 'faults', quiet)
    t.teardown(() => doorbell.stop())
    await until(async () => (await doorbell.health()) === 'ok')
    const desk = await openOutbox(store, { doorbell })
    const alert = await desk.issue({ recipients: people(ids) })
    await desk.run()
    await until(async () => (await redis.dbsize()) > 0, 'a ring waits in Redis')
    await redis.flushdb()
    const sender = startSender(t, { DATABASE_URL: databaseUrl, CARRIER_URL: carrier.url, REDIS_URL: redisUrl.href })
    let flushed = false
    carrier.onSend = async (request) => {
      if (request === 3) {
        await redis.flushdb()
        flushed = true
      }
      return 'answer'
    }
    await until(left(alert), 'everybody told', 20_000)
    t.ok(flushed)
    verdict(t, carrier.taken)
    sender.kill('SIGKILL')
    await gone(sender)
  })

  t.test('a connection cut in the middle of writing outcomes is tried again', async (t) => {
    const alert = await issue()
    let cut = false
    office.carrier('sms').after = async () => {
      if (cut) return
      cut = true
      await store
        .system((tx) =>
          sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
            tx,
          ),
        )
        .catch(() => {})
    }
    for (let i = 0; i < 20 && !(await left(alert)()); i++) await office.delivery.drain('sms-red').catch(() => {})
    t.ok(await left(alert)())
    t.equal(office.carrier('sms').duplicates(), 0)
  })
})
