import { readFileSync } from 'node:fs'
import t from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { chinaTime } from '../../src/base/web.js'
import { fillRegister, openOutbox, people } from '../modules/delivery/rig.js'
import { breakAt, type Write } from '../rig/breakpoint.js'
import { noPostgres, openOwnPostgres } from '../rig/own-servers.js'
import { ingestKey, startTestService } from '../rig/service.js'
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

t.test('F13: the service while PostgreSQL is away', { skip: noPostgres, timeout: 120_000 }, async (t) => {
  const server = await openOwnPostgres(t)
  const service = await startTestService(t, 'embedded + in-process', { DATABASE_URL: server.url })
  const officer = await service.as('officer')
  const { url } = service
  const storm = readFileSync('config/drills/july-12/red-rainstorm.xml', 'utf8')
    .replaceAll('{{identifier}}', 'F13')
    .replaceAll('{{sent}}', chinaTime(new Date()))
    .replaceAll('{{expires}}', chinaTime(new Date(Date.now() + 6 * 3_600_000)))
  const ask = (path: string, headers: Record<string, string>, body: string) => fetch(url + path, { method: 'POST', headers, body })
  const feed = () => ask('/api/ingest/cap', { authorization: `Bearer ${ingestKey}` }, storm)
  const phone = () =>
    ask('/api/field/sync', { cookie: officer.cookie, 'x-yinshi': '1', 'content-type': 'application/json' }, '{"edits":[]}')

  const stop = await breakAt(t, server.url, 'bulletin', 'insert')
  const inFlight = feed()
  await stop.reached()
  await server.crash()
  t.equal((await inFlight).status, 503, 'a bulletin that was just being written is not said to be taken')
  for (const [who, call] of Object.entries({ feed, phone })) {
    const answer = await call()
    t.equal(answer.status, 503, who)
    t.ok(Number(answer.headers.get('retry-after')) > 0, `${who}: told when to come again`)
    t.match(await answer.json(), { type: 'urn:yinshi:problem:unavailable', detail: /what was confirmed before is safe/ })
  }
  t.equal((await fetch(`${url}/readyz`)).status, 503)
  t.equal((await fetch(`${url}/healthz`)).status, 200, 'the process lives')
  await server.start()
  await stop.lift()

  // Asked again, as both do; nothing of ours is started anew.
  await until(async () => (await feed()).status === 202, 'the bulletin is taken')
  await until(async () => (await phone()).ok, 'the phone is answered')
  const count = async () => (await officer.get<{ items: unknown[] }>('/api/alerts')).items.length
  await until(async () => (await count()) === 2, 'and what follows from it follows', 60_000)
  t.equal((await officer.get<{ items: unknown[] }>('/api/warnings')).items.length, 1)
})
