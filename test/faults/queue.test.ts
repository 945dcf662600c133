import { Redis } from 'ioredis'
import t from 'tap'
import { createRedisDoorbell } from '../../src/base/doorbell.js'
import type { Log } from '../../src/base/log.js'
import { fillRegister, openOutbox, people, quiet } from '../modules/delivery/rig.js'
import { noPostgres, noRedis, openOwnRedis } from '../rig/own-servers.js'
import { openTestStore } from '../rig/store.js'
import { until } from '../rig/until.js'

/** Redis holds nothing that matters: whatever happens to it costs at most the time until the timer looks, and no restart of ours. */
t.test('Redis in trouble', { skip: noPostgres || noRedis }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 60)
  const redis = await openOwnRedis(t)
  const client = new Redis(redis.url, { maxRetriesPerRequest: null })
  client.on('error', () => {})
  t.teardown(() => client.disconnect())
  const warned: unknown[] = []
  const log = { ...quiet, warn: (about: unknown) => warned.push(about) } as unknown as Log
  const doorbell = createRedisDoorbell(redis.url, 'faults', log)
  t.teardown(() => doorbell.stop())
  let heard = 0
  doorbell.onRing('probe', async () => heard++)
  await until(async () => (await doorbell.health()) === 'ok')
  const desk = await openOutbox(store, { doorbell })
  const sms = desk.carrier('sms')
  t.teardown(() => desk.delivery.stop())

  const issue = async () => {
    const alert = await desk.issue({ recipients: people(ids) })
    await desk.run()
    return alert
  }
  const ended = async (t: Pick<typeof import('tap').default, 'equal' | 'comment'>, alert: string) => {
    const began = performance.now()
    await until(
      async () => (await store.system((tx) => desk.delivery.progress(tx, alert))).accepted === ids.length,
      'everybody told',
      10_000,
    )
    const of = sms.sent.filter((m) => m.alertId === alert)
    const lost = ids.length - new Set(of.map((m) => m.contactId)).size
    t.comment(`${of.length} messages, lost ${lost}, duplicates ${sms.duplicates()}, ${Math.round(performance.now() - began)} ms`)
    t.equal(lost, 0, 'lost')
    t.equal(sms.duplicates(), 0, 'duplicates')
  }
  /** Rings get through again, and nothing of ours was started anew. */
  const ringsAgain = async () => {
    const before = heard
    await until(
      () => {
        doorbell.ring('probe')
        return heard > before
      },
      'a ring is heard',
      20_000,
    )
  }
  /** Once, in the middle of the fan-out. */
  const inTheMiddle = (act: () => unknown) => {
    let batches = 0
    sms.after = async () => {
      if (++batches === 3) await act()
    }
  }

  t.test('F8: emptied with work waiting, and again in the middle', async (t) => {
    const alert = await issue()
    await until(async () => (await client.keys('faults:sms-red*')).length > 0, 'a ring waits in Redis')
    await client.flushall()
    inTheMiddle(() => client.flushall())
    desk.delivery.start()
    await ended(t, alert)
    await ringsAgain()
  })

  t.test('F9: killed in the middle; it comes back empty', async (t) => {
    inTheMiddle(() => redis.kill())
    const alert = await issue()
    await ended(t, alert)
    t.not(await doorbell.health(), 'ok', 'and it is said that rings do not get through')
    const without = await issue()
    await ended(t, without)
    await redis.start()
    await ringsAgain()
    t.equal(await doorbell.health(), 'ok')
  })

  t.test('F10: a replica that is behind takes over: what it remembers was long ago', async (t) => {
    inTheMiddle(() => client.save())
    const remembered = await issue()
    await ended(t, remembered)
    const forgotten = await issue()
    await ended(t, forgotten)
    await redis.kill()
    await redis.start()
    t.ok((await client.keys('faults:sms-red*')).length > 0, 'it remembers a ring that was answered long ago')
    const alert = await issue()
    await ended(t, alert)
    await ringsAgain()
  })

  t.test('F11: frozen; nobody waits for it', async (t) => {
    inTheMiddle(() => redis.freeze())
    const alert = await issue()
    await ended(t, alert)
    const without = await issue()
    await ended(t, without)
    t.match(await doorbell.health(), /does not answer/)
    redis.thaw()
    await ringsAgain()
  })

  t.test('F12: full, and it evicts nothing: ringing fails, no transaction does', async (t) => {
    await client.config('SET', 'maxmemory-policy', 'noeviction')
    await client.config('SET', 'maxmemory', '1')
    warned.length = 0
    const alert = await issue()
    await ended(t, alert)
    await until(() => JSON.stringify(warned).includes('OOM'), 'it is in the log')
    await client.config('SET', 'maxmemory', '0')
    await ringsAgain()
  })
})
