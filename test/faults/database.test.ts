import t from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { fillRegister, openOutbox, people } from '../modules/delivery/rig.js'
import { breakAt, type Write } from '../rig/breakpoint.js'
import { noPostgres, openOwnPostgres } from '../rig/own-servers.js'
import { until } from '../rig/until.js'

t.test('PostgreSQL goes down', { skip: noPostgres }, async (t) => {
  const server = await openOwnPostgres(t)
  const store = await openStore({ databaseUrl: server.url, dataDir: '' })
  t.teardown(() => store.close())
  const ids = await fillRegister(store, 100)
  const office = await openOutbox(store)
  const sms = office.carrier('sms')
  let stopped = false
  const lookOn = () => {
    if (stopped) return
    office
      .run()
      .catch(() => {})
      .finally(() => setTimeout(lookOn, 50))
  }
  const restart = async () => {
    await server.crash()
    await server.start()
  }
  t.teardown(() => {
    stopped = true
    return office.delivery.stop()
  })
  office.delivery.start()
  lookOn()
  const ended = (alert: string) =>
    until(
      async () => {
        const p = await store.system((tx) => office.delivery.progress(tx, alert)).catch(() => null)
        return p?.planned === ids.length && p.accepted === ids.length
      },
      'everybody told',
      20_000,
    )
  const verdict = (t: Pick<typeof import('tap').default, 'equal' | 'comment'>, alert: string) => {
    const of = sms.sent.filter((m) => m.alertId === alert)
    const lost = ids.length - new Set(of.map((m) => m.contactId)).size
    t.comment(`${of.length} messages, lost ${lost}, duplicates ${sms.duplicates()}`)
    t.equal(lost, 0, 'lost')
    t.equal(sms.duplicates(), 0, 'duplicates')
  }

  const stages: [name: string, table: string, write: Write, nth: number][] = [
    ['F13: when an issued alert has just been taken up', 'todo', 'delete', 1],
    ['F13: in the middle of the plan', 'delivery', 'insert', 70],
    ['F13: in the middle of a claim', 'delivery_chunk', 'update', 1],
    ['F13: while it is written what the carrier said', 'delivery', 'update', 30],
    ['F13: when the plan is whole', 'alert_revision', 'update', 1],
  ]
  for (const [name, table, write, nth] of stages)
    t.test(name, async (t) => {
      const stop = await breakAt(t, server.url, table, write, nth)
      const alert = await office.issue({ recipients: people(ids) })
      await stop.reached()
      await restart()
      await stop.lift()
      await ended(alert)
      verdict(t, alert)
    })

  t.test('F13: while messages are at the carrier', async (t) => {
    let batches = 0
    sms.after = async () => {
      if (++batches === 3) await restart()
    }
    const alert = await office.issue({ recipients: people(ids) })
    await ended(alert)
    sms.after = () => {}
    verdict(t, alert)
  })

  t.test('F13: while receipts are stored: the carrier hears no yes, reports again, and the end is the same', async (t) => {
    const alert = await office.issue({ recipients: people(ids) })
    await ended(alert)
    const receipts = sms.sent.filter((m) => m.alertId === alert).map((m) => ({ outId: m.outId, kind: 'delivered' as const }))
    const stop = await breakAt(t, server.url, 'delivery', 'update', 40)
    const stored = office.delivery.inbox.receive(receipts).then(
      () => 'stored',
      () => 'not stored',
    )
    await stop.reached()
    await restart()
    t.equal(await stored, 'not stored')
    await stop.lift()
    const delivered = async () => (await store.system((tx) => office.delivery.progress(tx, alert))).delivered
    t.equal(await delivered(), 0, 'all of the push or nothing')
    await office.delivery.inbox.receive(receipts)
    await office.delivery.inbox.receive(receipts)
    t.equal(await delivered(), ids.length)
  })
})
