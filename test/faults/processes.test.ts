import t from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { fillRegister, openOutbox, people } from '../modules/delivery/rig.js'
import { breakAt, type Write } from '../rig/breakpoint.js'
import { noPostgres } from '../rig/own-servers.js'
import { createTestDatabase } from '../rig/store.js'
import { until } from '../rig/until.js'
import { type Carrier, loadSender, openCarrier, type SenderProcess } from './sending.js'

/** Real processes, killed with SIGKILL or frozen; a carrier that remembers everything it took is the judge. */
t.test('processes that die', { skip: noPostgres }, async (t) => {
  const databaseUrl = await createTestDatabase(t)
  const store = await openStore({ databaseUrl, dataDir: '' })
  t.teardown(() => store.close())
  const ids = await fillRegister(store, 200)
  const office = await openOutbox(store)
  const carrier = await openCarrier(t)
  const issue = () => office.issue({ recipients: people(ids) })
  const ended = (alert: string) =>
    until(
      async () => {
        const p = await store.system((tx) => office.delivery.progress(tx, alert))
        return p.planned === ids.length && p.accepted === ids.length
      },
      'everybody told',
      30_000,
    )

  // One process is at work, the next is loaded beside it.
  const impatient = new URL(databaseUrl)
  impatient.searchParams.set('idle_in_transaction_session_timeout', '500')
  const load = (more: Record<string, string> = {}) => loadSender(t, { DATABASE_URL: impatient.href, CARRIER_URL: carrier.url, ...more })
  let [current, next] = [load(), load()] as [SenderProcess, SenderProcess]
  await current.begin()
  const succeed = async () => {
    await next.begin()
    current = next
    next = load()
  }
  const verdict = (t: Pick<typeof import('tap').default, 'equal' | 'ok' | 'comment'>, of: Carrier, alert: string, inFlight = 0) => {
    const taken = of.of(alert)
    const duplicates = taken.length - new Set(taken.map((m) => m.outId)).size
    const lost = ids.length - new Set(taken.map((m) => m.contactId)).size
    t.comment(`${taken.length} messages, lost ${lost}, duplicates ${duplicates}`)
    t.equal(lost, 0, 'lost')
    t.ok(duplicates <= inFlight, 'duplicates')
    t.equal(taken.length - duplicates, ids.length, 'one message for each')
  }

  /** Where in the stream the process is when it is killed: it has written this row and not committed it. */
  const stages: [name: string, table: string, write: Write, nth: number][] = [
    ['F3 I18: killed when it has just taken up an issued alert', 'todo', 'delete', 1],
    ['F3 I18: killed in the middle of the plan, its first chunks being sent', 'delivery', 'insert', 125],
    ['F3 I18: killed when the plan is whole', 'alert_revision', 'update', 1],
    ['F4 I18: killed while it claims', 'delivery_chunk', 'update', 1],
    ['F5 I18: killed while it writes what the carrier said', 'delivery', 'update', 60],
  ]
  for (const [name, table, write, nth] of stages)
    t.test(name, async (t) => {
      const stop = await breakAt(t, databaseUrl, table, write, nth)
      const alert = await issue()
      await stop.reached()
      await current.kill()
      await stop.lift()
      await succeed()
      await ended(alert)
      verdict(t, carrier, alert)
    })

  t.test('F4: killed after the claim, before the carrier took anything', async (t) => {
    const first = carrier.requests + 1
    carrier.beforeTaking = async (request) => {
      if (request > first) return 'take'
      await current.kill()
      return 'hang up'
    }
    const alert = await issue()
    await until(() => carrier.requests >= first, 'a request')
    await succeed()
    await ended(alert)
    verdict(t, carrier, alert)
  })

  t.test('F5: killed again and again after the carrier took a batch, before our commit', async (t) => {
    const first = carrier.requests
    let kills = 0
    carrier.afterTaking = async (request) => {
      if ((request - first) % 4 !== 2 || kills >= 2) return
      kills++
      await current.kill()
      await succeed()
    }
    const alert = await issue()
    await ended(alert)
    t.equal(kills, 2)
    t.ok(carrier.asked > 0, 'the carrier was asked before anything was sent again')
    verdict(t, carrier, alert)
    carrier.afterTaking = async () => {}
  })

  t.test('F19: one process lives in tomorrow, one an hour ago: pauses, leases and the gate are timed by the store', async (t) => {
    const first = carrier.requests + 1
    const [tomorrow, behind] = [load({ CLOCK_OFF_MS: '86400000' }), load({ CLOCK_OFF_MS: '-3600000' })]
    await current.kill()
    // Whoever comes first leaves doubt and a pause, then dies with a chunk in its hand.
    carrier.beforeTaking = async (request) => (request - first < 4 ? 'hang up' : 'take')
    carrier.afterTaking = async (request) => {
      if (request === first + 8) await tomorrow.kill()
    }
    await tomorrow.begin()
    const alert = await issue()
    await until(() => carrier.requests >= first + 8, 'the one of tomorrow is at work')
    await behind.begin()
    await ended(alert)
    verdict(t, carrier, alert)
    carrier.beforeTaking = async () => 'take'
    carrier.afterTaking = async () => {}
    await behind.kill()
    await succeed()
  })

  /** It is awake and back at work once it has told everybody of the next alert, alone. */
  const wakeAlone = async (frozen: SenderProcess) => {
    frozen.signal('SIGCONT')
    await current.kill()
    current = frozen
    const another = await issue()
    await ended(another)
    return another
  }

  t.test('F7: frozen for longer than its lease, it calls nobody when it wakes', async (t) => {
    const frozen = current
    const first = carrier.requests + 1
    carrier.afterTaking = async (request) => {
      if (request !== first) return
      frozen.signal('SIGSTOP')
      await succeed()
    }
    const alert = await issue()
    await ended(alert)
    carrier.afterTaking = async () => {}
    verdict(t, carrier, await wakeAlone(frozen))
    verdict(t, carrier, alert)
  })

  t.test('F7: frozen in the middle of the plan, it keeps nobody from going on', async (t) => {
    const frozen = current
    const stop = await breakAt(t, databaseUrl, 'delivery', 'insert', 75)
    const alert = await issue()
    await stop.reached()
    frozen.signal('SIGSTOP')
    await Promise.all([stop.lift(), succeed()])
    await ended(alert)
    verdict(t, carrier, await wakeAlone(frozen))
    // Where it was frozen between its last look and the socket, that one request leaves when it wakes, whatever it knows by then.
    verdict(t, carrier, alert, 10)
  })
})
