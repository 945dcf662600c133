import { sql } from 'kysely'
import t from 'tap'
import { describeSkew, openClock } from '../../src/base/clock.js'
import { verdictOfCode } from '../../src/channels/sms/sms-verdict.js'
import { fillRegister, openOutbox, people, ScriptedCarrier } from '../modules/delivery/rig.js'
import { noPostgres } from '../rig/own-servers.js'
import { openTestStore } from '../rig/store.js'

t.test('clocks that are wrong', { skip: noPostgres }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 20)
  const right = Date.now
  const setBy = (ms: number) => {
    Date.now = () => right() + ms
  }
  t.teardown(() => setBy(0))
  const there = () => store.system(async (tx) => (await sql<{ now: Date }>`select clock_now() as now`.execute(tx)).rows[0]!.now.getTime())

  t.test(
    'F19: an hour or a day off: we still tell the time of the store, expire nothing early, and say that the clock is wrong',
    async (t) => {
      const hour = 3_600_000
      for (const off of [hour, -hour, 24 * hour]) {
        setBy(off)
        const clock = await openClock(store)
        t.ok(Math.abs(clock.now().getTime() - (await there())) < 5000, `${off / hour} h off, and still the time of the store`)
        t.ok(Math.abs(clock.skewMs - off) < 5000)
        t.match(describeSkew(clock.skewMs), off > 0 ? /ahead of/ : /behind/)
        const outbox = await openOutbox(store)
        const alert = await outbox.issue({ recipients: people(ids), expiresAt: new Date((await there()) + hour / 2) })
        await outbox.run()
        await outbox.delivery.tick()
        t.equal(outbox.carrier('sms').sent.length, ids.length, 'what holds for half an hour more is sent')
        t.ok((await outbox.rows(alert)).every((r) => r.state === 1))
      }
      setBy(0)
      t.equal(describeSkew((await openClock(store)).skewMs), 'ok')
    },
  )

  t.test('F19: a carrier that refuses our time: everybody waits, no try is used up, all leave when it is set right', async (t) => {
    const sms = new ScriptedCarrier('sms')
    sms.verdictOf = () => verdictOfCode('InvalidTimeStamp.Expired', '')
    const outbox = await openOutbox(store, { carriers: [sms] })
    const alert = await outbox.issue({ recipients: people(ids) })
    await outbox.run()
    await outbox.delivery.tick()
    t.ok((await outbox.rows(alert)).every((r) => r.state === 0 && r.attempts === 0))
    sms.verdictOf = () => ({ kind: 'accepted' })
    await store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))
    await outbox.delivery.tick()
    t.equal(sms.sent.length, ids.length)
    t.equal(sms.duplicates(), 0)
  })
})
