import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { fold, gradeCode, laneNumber, laneNumbers, laneOfNumber, lanes, type Report, stateCode } from '../../../src/delivery/delivery.js'
import { backOffMs } from '../../../src/delivery/outcome.js'
import { cutIntoChunks, nobodyMet, rowsOfAudience } from '../../../src/delivery/plan.js'
import { readProgress } from '../../../src/delivery/progress.js'
import { foldReceipts } from '../../../src/delivery/receipts.js'
import { isCryForHelp } from '../../../src/delivery/reply.js'
import type { Receipt } from '../../../src/delivery/sender.js'
import { channels } from '../../../src/messages/channel.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, gridOf, openOutbox, people, person } from './rig.js'

t.test('I8: receipts fold in any order and with any repeats to the same row', async (t) => {
  const reports = fc.array(fc.constantFrom<Report>('failed', 'delivered', 'opened', 'listened', 'pressed', 'stated'), {
    minLength: 1,
    maxLength: 6,
  })
  const end = (list: Report[]) => list.reduce(fold, { state: 'accepted', grade: 'accepted' } as Parameters<typeof fold>[0])
  fc.assert(
    fc.property(reports, fc.infiniteStream(fc.nat()), (list, dice) => {
      const shuffled = [...list, ...list]
        .map((r) => ({ r, by: dice.next().value as number }))
        .sort((a, b) => a.by - b.by)
        .map(({ r }) => r)
      t.same(end(shuffled), end(list))
      for (const r of list) t.ok(gradeCode[fold(end(list), r).grade] >= gradeCode[end(list).grade], 'never backwards')
    }),
    runs(200),
  )
})

t.test('lanes: every number belongs to one lane, red before blue, the urgent first', async (t) => {
  const all = lanes.flatMap(laneNumbers)
  t.equal(new Set(all).size, all.length)
  for (const lane of lanes) for (const n of laneNumbers(lane)) t.equal(laneOfNumber(n), lane)
  t.ok(laneNumber('sms', 'red', true) < laneNumber('sms', 'red', false))
  t.ok(laneNumber('sms', 'red', false) < laneNumber('sms', 'orange', true))
  t.equal(laneOfNumber(laneNumber('voice', 'unknown', true)), 'voice-orange')
  t.equal(laneOfNumber(laneNumber('push', null, false)), 'push-notice')
})

t.test('I1: a contact has one row per channel, in a chunk of that channel, none longer than the limit', async (t) => {
  const recipient = fc.record({
    contactId: fc.integer({ min: 1, max: 30 }),
    channels: fc.uniqueArray(fc.constantFrom(...channels), { minLength: 1 }),
    move: fc.boolean(),
    relation: fc.constantFrom('self' as const, 'family-away' as const, 'emergency' as const),
  })
  fc.assert(
    fc.property(fc.array(recipient, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (list, size) => {
      const recipients = list.map((r) => person(r.contactId, r))
      const audience = {
        audience: 'residents' as const,
        recipients,
        households: 0,
        people: 0,
        grids: [],
        unreachable: [],
        standIns: [],
        unmanned: [],
        move: [],
        points: [],
      }
      const chunks = [...cutIntoChunks(rowsOfAudience(audience, nobodyMet(recipients)), 'red', size)]
      const rows = chunks.flatMap((c) => c.rows)
      const wanted = new Set(list.flatMap((r) => r.channels.map((c) => `${r.contactId} ${c}`)))
      t.equal(rows.length, wanted.size)
      t.same(new Set(rows.map((r) => `${r.contactId} ${r.channel}`)), wanted)
      t.ok(chunks.every((c) => c.rows.length > 0 && c.rows.length <= size && c.rows.every((r) => r.channel === c.channel)))
      for (const r of rows) {
        const said = list.filter((l) => l.contactId === r.contactId && l.channels.includes(r.channel))
        const first = said.filter((l) => l.move).length > 0 ? said.filter((l) => l.move) : said
        if (first.some((l) => l.relation === 'self')) t.equal(r.relation, 'self', 'the household itself speaks before its relatives')
      }
    }),
    runs(60),
  )
})

t.test('words and pauses', async (t) => {
  for (const cry of ['2', ' 2 ', '救命', '我妈被困在一楼', 'please help']) t.ok(isCryForHelp(cry), cry)
  for (const calm of ['1', '3', '收到', '12', '']) t.notOk(isCryForHelp(calm), calm)
  fc.assert(
    fc.property(fc.nat(100), fc.float({ min: 0, max: 1, noNaN: true }), (n, r) => {
      const ms = backOffMs({ attempts: 6, visibility_lag_ms: 0, back_off_ms: { first: 100, most: 5000 } }, n, () => r)
      return ms >= 50 && ms <= 5000
    }),
  )
})

t.test('on rows', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 40)
  const outbox = await openOutbox(store)
  const { delivery, carrier } = outbox
  const issueTo = async (recipients = people(ids.slice(0, 10)), more: Partial<Parameters<typeof outbox.issue>[0]> = {}) => {
    const alert = await outbox.issue({ recipients, ...more })
    await outbox.run()
    await delivery.tick()
    return alert
  }
  const outIds = async (alert: string) => (await outbox.rows(alert)).map((r) => r.out_id)

  t.test('within a lane: first alerts before repeats, who lives near danger before the rest, the older before the newer', async (t) => {
    const calm = ids.filter((id) => gridOf(id) !== gridOf(ids[0]!))
    const near = ids.filter((id) => gridOf(id) === gridOf(ids[0]!))
    const of = new Map<string, string>()
    const issue = async (name: string, recipients = people(calm.slice(0, 3))) => {
      const alert = await outbox.issue({ recipients, level: 'yellow' })
      await outbox.run()
      of.set(alert, name)
      return alert
    }
    const repeated = await issue('repeated')
    await delivery.tick()
    await outbox.revise(repeated)
    await outbox.run()
    await issue('older')
    await issue('newer, with danger', [
      ...people(near.slice(0, 1), { move: true }),
      ...people(calm.slice(0, 3)),
      ...people(near.slice(1, 3)),
    ])
    await issue('newest')
    const { sent } = carrier('sms')
    sent.length = 0
    await delivery.tick()
    t.same(
      sent.map((m) => `${of.get(m.alertId)}${near.includes(m.contactId) ? ': near' : ''}`),
      [
        ...Array(3).fill('newer, with danger: near'),
        ...Array(3).fill('older'),
        ...Array(3).fill('newer, with danger'),
        ...Array(3).fill('newest'),
        ...Array(3).fill('repeated'),
      ],
    )
  })

  t.test('red does not wait behind blue, though the same process has blue in its hands', async (t) => {
    const patient = await openOutbox(store, { config: { timeout_ms: 20_000, lease_ms: 30_000 } })
    const sms = patient.carrier('sms')
    let letGo = () => {}
    const held = new Promise<void>((ok) => {
      letGo = ok
    })
    const blue = await patient.issue({ recipients: people(ids), level: 'blue' })
    await patient.run()
    sms.before = ([first]) => (first?.alertId === blue ? held : undefined)
    const draining = patient.delivery.drain('sms-blue')
    const red = await patient.issue({ recipients: people(ids.slice(0, 5)) })
    await patient.run()
    await patient.delivery.drain('sms-red')
    const sentOf = (alert: string) => sms.sent.filter((m) => m.alertId === alert).length
    t.same([sentOf(red), sentOf(blue)], [5, 0])
    letGo()
    await draining
    t.equal(sentOf(blue), ids.length)
  })

  t.test('F38 I8: receipts in SQL end as the rule says, in any batches; unknown ids are counted', async (t) => {
    const alert = await issueTo()
    const known = await outIds(alert)
    const receipt = fc.record({
      outId: fc.constantFrom(...known, 'nobody'),
      kind: fc.constantFrom<Receipt['kind']>('delivered', 'opened', 'failed'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(receipt, { minLength: 1, maxLength: 8 }), { maxLength: 5 }), async (batches) => {
        await store.system((tx) =>
          sql`update delivery set state = 1, grade = 1, reason = null where revision_id = any(select id from alert_revision where alert_id = ${alert})`.execute(
            tx,
          ),
        )
        for (const batch of batches) {
          const { unknown } = await store.system((tx) => foldReceipts(tx, batch))
          t.equal(unknown, batch.some((r) => r.outId === 'nobody') ? 1 : 0)
        }
        for (const row of await outbox.rows(alert)) {
          const reports = batches
            .flat()
            .filter((r) => r.outId === row.out_id)
            .map((r) => r.kind)
          const want = reports.reduce<Parameters<typeof fold>[0]>(fold, { state: 'accepted', grade: 'accepted' })
          t.match(row, { state: stateCode[want.state], grade: gradeCode[want.grade] })
          t.equal(row.reason === null, want.state !== 'failed')
        }
      }),
      runs(25),
    )
  })

  t.test('F38: a receipt that overtakes its own outcome is not lost', async (t) => {
    carrier('sms').after = async (batch) => {
      await delivery.inbox.receive(batch.map((m, i) => ({ outId: m.outId, kind: i % 2 === 0 ? 'delivered' : 'failed' })))
    }
    const alert = await issueTo()
    carrier('sms').after = () => {}
    const rows = await outbox.rows(alert)
    t.equal(rows.filter((r) => r.state === 1 && r.grade === gradeCode.delivered).length, 5)
    t.equal(rows.filter((r) => r.state === 2).length, 5)
  })

  t.test('an answer is kept once, graded, and journaled with who and what', async (t) => {
    await store.system(async (tx) => {
      await tx
        .insertInto('household')
        .values({ id: 'h1', place: gridOf(ids[0]!), building: '1', unit: 1, floor: 1, room: '101', people: 2 })
        .execute()
      await tx
        .insertInto('household_contact')
        .values([
          { household_id: 'h1', contact_id: ids[0]!, place: gridOf(ids[0]!), relation: 'family-away' },
          { household_id: 'h1', contact_id: ids[1]!, place: gridOf(ids[0]!), relation: 'self' },
        ])
        .execute()
    })
    const alert = await issueTo([person(ids[0]!, { relation: 'family-away' }), person(ids[1]!)])
    const [home, away] = await outIds(alert)
    await delivery.inbox.answer({ outId: away!, grade: 'pressed', value: '2' })
    await delivery.inbox.answer({ outId: away!, grade: 'pressed', value: '2' })
    await delivery.inbox.answer({ outId: 'nobody', grade: 'pressed', value: '1' })
    const said = await outbox.journal('answer.received', alert)
    t.equal(said.length, 1, 'the carrier reported it twice')
    t.match(said[0]!.data, { householdId: 'h1', relation: 'family-away', grade: 'pressed', value: '2', channel: 'sms', help: true })
    const far = await store.system((tx) => readProgress(tx, alert))
    t.match(far, { answered: 1, householdsAnswered: 0, grades: { pressed: 1 } }, 'an absent relative is not the household reached')
    await delivery.inbox.answer({ outId: home!, grade: 'stated', value: '张家三口马上去文峰小学' })
    t.match(await store.system((tx) => readProgress(tx, alert)), { answered: 2, householdsAnswered: 1, grades: { pressed: 1, stated: 1 } })
    const free = (await outbox.journal('answer.received', alert))[1]!
    t.equal(JSON.stringify(free.data).includes('张家'), false, 'what a person wrote stays out of the journal')
  })
})
