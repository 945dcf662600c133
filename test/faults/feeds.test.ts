import { sql } from 'kysely'
import t from 'tap'
import { openClock } from '../../src/base/clock.js'
import { systemActor } from '../../src/base/store/store.js'
import { createIngest } from '../../src/feeds/ingest.js'
import { createTakeBulletin } from '../../src/warnings/take-bulletin.js'
import { plainPolicy } from '../../src/warnings/warning-policy.js'
import { noPostgres } from '../rig/own-servers.js'
import { dialects } from '../rig/reading.js'
import { makeCap, referenceTo } from '../rig/samples/make-cap.js'
import { openTestStore } from '../rig/store.js'

const quiet = { info() {}, warn() {}, error() {}, debug() {} }

t.test('feeds that repeat themselves and hurry', { skip: noPostgres }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const clock = await openClock(store)
  await clock.move({ at: new Date('2026-07-12T03:31:00+08:00'), speed: 0 })
  const ingest = createIngest({ store, dialects, takeBulletin: createTakeBulletin(plainPolicy), log: quiet })
  const post = (xml: string) =>
    ingest.ingest({
      dialect: 'cap',
      raw: Buffer.from(xml),
      contentType: 'application/xml',
      via: 'post',
      feedId: null,
      place: '500154002',
      standing: 'authority',
      actor: systemActor,
    })
  const states = (like: string) =>
    store.system(async (tx) => {
      const rows = await tx
        .selectFrom('warning')
        .select(['identifier', 'state'])
        .where('identifier', 'like', like)
        .orderBy('identifier')
        .execute()
      return rows.map((r) => `${r.identifier} ${r.state}`)
    })
  const opened = async () =>
    Number(
      (await store.system((tx) => sql<{ n: number }>`select count(*) as n from journal where event = 'warning.opened'`.execute(tx)))
        .rows[0]!.n,
    )

  t.test('F21: one message a thousand times, in one list and by many hands at once: one warning, told once', async (t) => {
    const one = makeCap({ identifier: 'F21' })
    const body = one.replace(/<\?xml.*\?>/, '')
    const list = `<alerts>${body.repeat(990)}</alerts>`
    const results = await Promise.all([post(list), ...Array.from({ length: 10 }, (_, i) => post(`${one}<!-- ${i % 3} -->`))])
    t.same(await states('F21'), ['F21 in-force'])
    t.equal(await opened(), 1)
    t.equal(new Set(results.flatMap((r) => r.warningIds)).size, 1, 'everybody hears the same id')
    t.equal(results.filter((r) => r.outcome === 'accepted').length, 1)
  })

  t.test('F24: Updates of one Alert at the same moment: one order, whoever comes first; the last is in force', async (t) => {
    await post(makeCap({ identifier: 'F24-0' }))
    const second = (n: number) => `2026-07-12T03:27:${String(n).padStart(2, '0')}+08:00`
    const updates = [5, 2, 4, 1, 3].map((n) =>
      makeCap({ identifier: `F24-${n}`, msgType: 'Update', sent: second(n), references: referenceTo('F24-0') }),
    )
    await Promise.all([...updates, ...updates].map(post))
    t.same(await states('F24-%'), [
      'F24-0 superseded',
      'F24-1 superseded',
      'F24-2 superseded',
      'F24-3 superseded',
      'F24-4 superseded',
      'F24-5 in-force',
    ])
  })
})
