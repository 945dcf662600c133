import t from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { fillRegister, openOutbox, people } from '../modules/delivery/rig.js'
import { breakAt, type Write } from '../rig/breakpoint.js'
import { noPostgres } from '../rig/own-servers.js'
import { factor, runs } from '../rig/runs.js'
import { createTestDatabase } from '../rig/store.js'
import { until } from '../rig/until.js'
import { loadSender, openCarrier } from './sending.js'

const planning: [string, Write][] = [
  ['message', 'insert'],
  ['delivery_chunk', 'insert'],
  ['delivery', 'insert'],
]
const sending: [string, Write][] = [
  ['delivery_chunk', 'update'],
  ['delivery', 'update'],
]
/** Rows until the next kill, per table: a chunk holds fifty deliveries. */
const reach: Record<string, number> = { message: 3, delivery_chunk: 6, delivery: 200 }

/**
 * The long one, of `npm run fuzz`: 100,000 messages and 300 kills at random rows of six stages (words, chunks and deliveries being
 * planned, claims, outcomes, a batch at the carrier). What was lost and what came twice is printed.
 */
t.test('I18: killed hundreds of times', { skip: noPostgres || (factor === 1 ? 'npm run fuzz' : false), timeout: 3_600_000 }, async (t) => {
  const databaseUrl = await createTestDatabase(t)
  const store = await openStore({ databaseUrl, dataDir: '' })
  t.teardown(() => store.close())
  const ids = await fillRegister(store, 5000)
  const office = await openOutbox(store)
  const carrier = await openCarrier(t)
  const load = () => loadSender(t, { DATABASE_URL: databaseUrl, CARRIER_URL: carrier.url })
  const random = (most: number) => 1 + Math.floor(Math.random() * most)
  let next = load()
  let kills = 0

  /** A process begins, comes to a place, and is killed there. */
  const killAt = async (table: string, write: Write) => {
    const stop = await breakAt(t, databaseUrl, table, write, random(reach[table]!))
    const victim = next
    await victim.begin()
    next = load()
    await stop.reached()
    await victim.kill()
    await stop.lift()
    kills++
  }
  const killAtCarrier = async () => {
    const victim = next
    const last = carrier.requests + random(20)
    const dead = new Promise<void>((ok) => {
      carrier.afterTaking = async (request) => {
        if (request !== last) return
        await victim.kill()
        ok()
      }
    })
    await victim.begin()
    next = load()
    await dead
    carrier.afterTaking = async () => {}
    kills++
  }

  const wanted = runs(6).numRuns
  for (let sent = 0; kills < wanted || sent < 100_000; sent += ids.length) {
    const alert = await office.issue({ recipients: people(ids) })
    for (let n = 0; n < 7 && kills < wanted; n++) await killAt(...planning[n % planning.length]!)
    for (let n = 0; n < 8 && kills < wanted; n++) await (n % 3 === 2 ? killAtCarrier() : killAt(...sending[n % 2]!))
    const last = next
    await last.begin()
    const told = async () => (await store.system((tx) => office.delivery.progress(tx, alert))).accepted === ids.length
    await until(told, 'everybody told', 300_000)
    await last.kill()
    next = load()
    const taken = carrier.of(alert)
    t.equal(new Set(taken.map((m) => m.contactId)).size, ids.length, 'nobody is lost')
  }
  const different = new Set(carrier.taken.map((m) => m.outId)).size
  t.comment(`${different} messages, ${kills} kills, lost 0, duplicates ${carrier.taken.length - different}`)
  t.equal(carrier.taken.length - different, 0, 'nobody is told twice')
})
