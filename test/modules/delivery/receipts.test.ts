import fc from 'fast-check'
import t from 'tap'
import { takeAnswer } from '../../../src/delivery/answers.js'
import type { Claim } from '../../../src/delivery/claim.js'
import { chunkOf, gradeCode, type State, stateCode } from '../../../src/delivery/delivery.js'
import { writeOutcomes } from '../../../src/delivery/delivery-store.js'
import { readProgress } from '../../../src/delivery/progress.js'
import { foldReceipts } from '../../../src/delivery/receipts.js'
import { keyOfReply, meaningOfReply } from '../../../src/delivery/reply.js'
import type { Asked, Outgoing, PersonAnswer, Receipt } from '../../../src/delivery/sender.js'
import { readSeries, toEntry } from '../../../src/journal/journal.js'
import { readHouseholdDeliveries } from '../../../src/outward/household-history-store.js'
import { makeReport } from '../../../src/outward/report.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, openOutbox, people, person, ScriptedCarrier } from './rig.js'

t.test('what people write back', async (t) => {
  const said = {
    heard: [
      '1',
      '１',
      ' 1。',
      '收到',
      '收到了,谢谢',
      '知道了',
      '好的',
      '好',
      '听清了',
      '明白,马上走',
      '1 收到',
      '1,知道了',
      'OK',
      'ok!',
      'Received',
      '收到,不需要帮助',
      '我们都好,收到',
    ],
    help: [
      '2',
      '２',
      '2.',
      '救命',
      '快来人',
      '我妈走不动',
      '家里进水了',
      '2 我在三楼',
      '被困在一楼',
      'please help',
      '没人帮忙',
      '需要帮助!!',
      '老人摔倒了',
    ],
    'cannot-come': ['3', '３', '来不了', '今晚到不了岗', '在外地,赶不到'],
    stop: ['TD', 'td', 'T', '退订', '退订。', 'STOP'],
    unclear: [
      '',
      '?',
      '你是谁',
      '没收到',
      '不知道什么意思',
      '收到了吗',
      '12',
      '谢谢',
      '不需要帮助',
      '2栋已通知',
      '1号楼',
      '几点停雨',
      '哪里转移?',
    ],
  } as const
  for (const [meaning, texts] of Object.entries(said)) for (const text of texts) t.equal(meaningOfReply(text), meaning, `“${text}”`)
  t.equal(keyOfReply('cannot-come', 'staff'), '3')
  t.equal(keyOfReply('cannot-come', 'self'), null, 'a resident is not on duty: a person reads it')
  t.equal(keyOfReply('unclear', 'self'), null, 'what is not clear is no answer')
  t.equal(keyOfReply('stop', 'staff'), null)
})

t.test('receipts on rows', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 200)
  const outbox = await openOutbox(store)

  t.test('I8: any order, any repeats, any mix of outcomes, receipts and answers ends in the same row', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids) })
    await outbox.run()
    const rows = await outbox.rows(alert)
    const outcome = (state: State, reason: string | null, grade: 0 | 1 = 0) => ({
      state: stateCode[state],
      grade,
      tries: 1,
      carrierId: null,
      reason,
    })
    const outcomes = fc.constantFrom(
      [outcome('accepted', null, 1)],
      [outcome('failed', 'blacklist')],
      [outcome('waiting', 'busy'), outcome('accepted', null, 1)],
      [outcome('unknown', 'timeout'), outcome('accepted', null, 1)],
      [outcome('unknown', 'timeout'), outcome('failed', 'refused')],
      [outcome('unknown', 'timeout'), outcome('unknown', 'timeout')],
      [outcome('unknown', 'timeout'), outcome('expired', 'expired')],
    )
    const report = fc.oneof(
      fc.record({ kind: fc.constantFrom<Receipt['kind']>('delivered', 'opened') }),
      fc.record({ kind: fc.constant('failed' as const), reason: fc.constantFrom('MK:0001', 'SHUT', 'a') }),
      fc.record({ grade: fc.constantFrom<PersonAnswer['grade']>('listened', 'pressed', 'stated'), value: fc.constantFrom('1', '2') }),
    )
    type Report = typeof report extends fc.Arbitrary<infer R> ? R : never
    type Step = { of: 'send'; outcome: ReturnType<typeof outcome> } | { of: 'report'; report: Report }
    // The sends of one message follow each other; what is reported of it may come at any time, also before, and again.
    const story = fc.record({
      outcomes,
      reports: fc.array(report, { maxLength: 5 }),
      one: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      other: fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      repeats: fc.array(fc.nat(), { maxLength: 3 }),
    })
    const arrange = (told: Step[], sends: Step[], seats: number[]): Step[] => {
      const line: Step[] = [...sends]
      for (const [i, step] of told.entries()) line.splice(seats[i % seats.length]! % (line.length + 1), 0, step)
      return line
    }
    let next = 0
    await fc.assert(
      fc.asyncProperty(story, async ({ outcomes, reports, one, other, repeats }) => {
        const told = reports.map((report): Step => ({ of: 'report', report }))
        const again = told.length === 0 ? [] : repeats.map((n) => told[n % told.length]!)
        const sends = outcomes.map((o): Step => ({ of: 'send', outcome: o }))
        const lines = [arrange(told, sends, one), arrange([...told].reverse().concat(again), sends, other)]
        const pair = [rows[next % 200]!, rows[(next + 1) % 200]!]
        next += 2
        const ends = await store.system(async (tx) => {
          for (const [i, row] of pair.entries()) {
            await tx.updateTable('delivery').set({ state: 0, grade: 0, reason: null }).where('id', '=', row.id).execute()
            await tx.deleteFrom('answer').where('delivery_id', '=', row.id).execute()
            for (const step of lines[i]!) {
              const claim = { chunkId: chunkOf(row.id), owner: 'nobody', size: 1000 } as Claim
              if (step.of === 'send') await writeOutcomes(tx, claim, [{ id: row.id, outcome: step.outcome }], { open: 0, notBefore: null })
              else if ('kind' in step.report) await foldReceipts(tx, [{ outId: row.out_id, ...step.report }])
              else await takeAnswer(tx, { outId: row.out_id, ...step.report })
            }
          }
          const read = (id: number) =>
            tx.selectFrom('delivery').select(['state', 'grade', 'reason']).where('id', '=', id).executeTakeFirst()
          return [await read(pair[0]!.id), await read(pair[1]!.id)]
        })
        t.same(ends[0], ends[1])
        const best = Math.max(0, ...reports.map((r) => ('kind' in r ? (r.kind === 'failed' ? 0 : gradeCode[r.kind]) : gradeCode[r.grade])))
        if (best > 0) t.match(ends[0], { state: stateCode.accepted, grade: best, reason: null }, 'the best that was reported stands')
        else if (reports.length > 0) t.equal(ends[0]?.state, stateCode.failed)
      }),
      runs(150, 8),
    )
    await outbox.setState(alert, 'closed')
  })

  t.test(
    'F38: receipts that did not come are asked about after 2 minutes, 10 and an hour; of many, a few tell whether any were lost',
    async (t) => {
      const asked: string[][] = []
      const reached = new Set<string>()
      const carrier = new ScriptedCarrier('sms', 50)
      const ask = async (messages: Outgoing[]): Promise<Asked[]> => {
        asked.push(messages.map((m) => m.outId))
        return messages.map((m) => ({ kind: 'accepted', ...(reached.has(m.outId) ? { delivered: true } : {}) }))
      }
      const { delivery, ...more } = await openOutbox(store, {
        senders: new Map([['sms', { ...carrier.sender, ask }]]),
        config: { chunk_size: 200 },
      })
      const askedNow = async (minutes: number) => {
        await more.clock.move({ at: new Date(more.clock.now().getTime() + minutes * 60_000) })
        asked.length = 0
        await delivery.askMissing()
        return asked.flat().length
      }
      await askedNow(100_000)
      const alert = await more.issue({
        recipients: [...people(ids.slice(0, 150)), ...people(ids.slice(150, 160), { move: true })],
        level: 'yellow',
      })
      await more.run()
      await delivery.tick()
      const rows = await more.rows(alert)
      const urgent = rows.filter((r) => ids.indexOf(r.contact_id) >= 150).map((r) => r.out_id)
      const others = rows.map((r) => r.out_id).filter((id) => !urgent.includes(id))
      t.equal(await askedNow(1), 0, 'a carrier needs a moment')
      reached.add(urgent[0]!)
      t.equal(await askedNow(1), 10 + 19, 'who must act in full, of 150 others every eighth')
      t.match(
        (await more.rows(alert)).find((r) => r.out_id === urgent[0]),
        { state: 1, grade: gradeCode.delivered },
        'as good as its receipt',
      )
      t.match(
        (await more.journal('receipts.missed', alert)).map((j) => j.data),
        [{ channel: 'sms', found: 1 }],
      )
      t.equal(await askedNow(1), 0)

      await delivery.inbox.receive(others.slice(0, 100).map((outId) => ({ outId, kind: 'delivered' })))
      for (const outId of others.slice(100)) reached.add(outId)
      t.equal(await askedNow(7), 9 + 50, 'a few had arrived, so receipts were lost and the rest is asked about')
      t.equal((await more.rows(alert)).filter((r) => r.grade === gradeCode.delivered).length, 151)
      t.equal((await more.journal('receipts.missed', alert)).length, 1, 'told once')
      t.equal(await askedNow(50), 9, 'an hour after: whatever has none still')
      t.equal(await askedNow(600), 0, 'and no more')
      await more.setState(alert, 'closed')
    },
  )

  t.test('F32: what ended unknown is asked about until it is known; what the carrier never took was not told', async (t) => {
    const sms = new ScriptedCarrier('sms', 10)
    const knows = new Map<string, Asked>()
    const ask = async (messages: Outgoing[]): Promise<Asked[]> =>
      messages.map((m) => knows.get(m.outId) ?? { kind: 'unknown', reason: 'timeout' })
    const { delivery, ...more } = await openOutbox(store, { senders: new Map([['sms', { ...sms.sender, ask }]]) })
    sms.verdictOf = () => ({ kind: 'unknown', reason: 'timeout' })
    const alert = await more.issue({ recipients: people(ids.slice(0, 3)) })
    await more.run()
    for (let i = 0; i < 5; i++) await delivery.tick()
    const rows = await more.rows(alert)
    t.same(
      rows.map((r) => [r.state, r.attempts]),
      Array(3).fill([stateCode.unknown, 3]),
      'the tries are used up, and nobody knows',
    )
    t.equal(sms.sent.length, 3, 'not one was sent twice while the carrier could not say')
    const [first, second] = rows.map((r) => r.out_id) as [string, string]
    knows.set(first, { kind: 'accepted', delivered: true }).set(second, { kind: 'absent' })
    await more.clock.move({ at: new Date(more.clock.now().getTime() + 3 * 60_000) })
    await delivery.askMissing()
    t.same(
      (await more.rows(alert)).map((r) => [r.state, r.grade, r.reason]),
      [
        [stateCode.accepted, gradeCode.delivered, null],
        [stateCode.failed, gradeCode.none, 'never-taken'],
        [stateCode.unknown, gradeCode.none, 'timeout'],
      ],
    )
    t.match(await store.system((tx) => readProgress(tx, alert)), { planned: 3, accepted: 1, failed: 1, unknown: 1, delivered: 1 })

    const [planned] = await more.journal('deliveries.planned', alert)
    await store.system((tx) => delivery.reactions.countReach(tx, toEntry(planned!)))
    await more.clock.move({ at: new Date(more.clock.now().getTime() + 3 * 60_000) })
    await more.run()
    const told = (await store.system((tx) => readSeries(tx, alert))).map((e) =>
      e.event === 'alert.issued'
        ? [{ ...e, event: 'alert.drafted', data: { audience: 'residents', origin: 'relay', title: '暴雨' } }, e]
        : [e],
    )
    const { residents } = makeReport(alert, told.flat())
    t.match(
      residents,
      { planned: 3, reach: { told: 1, notTold: 1, unknown: 1 } },
      'told + not told + unknown make the whole; unknown is never told',
    )
  })

  t.test(
    'F39: five homes share one number, also across grids: one message of a revision, and each of them shows what became of it',
    async (t) => {
      const [contact] = ids as [number]
      const homes = ['one', 'two', 'three', 'four', 'five']
      const elsewhere = await store.system(async (tx) => {
        const own = await tx.selectFrom('contact').selectAll().where('id', '=', contact).executeTakeFirstOrThrow()
        const other = { place: '500154002002001', kind: own.kind, blind: own.blind }
        const { id } = await tx.insertInto('contact').values(other).returning('id').executeTakeFirstOrThrow()
        for (const [i, home] of homes.entries()) {
          const place = i < 3 ? own.place : other.place
          await tx
            .insertInto('household')
            .values({ id: home, place, building: '1', unit: 1, floor: 1, room: `10${i}`, people: 1 })
            .execute()
          const link = { household_id: home, contact_id: i < 3 ? contact : id, place, relation: 'self' }
          await tx.insertInto('household_contact').values(link).execute()
        }
        return id
      })
      const alert = await outbox.issue({ recipients: [person(contact), person(contact), person(ids[1]!)] })
      await outbox.run()
      await outbox.delivery.tick()
      t.equal(outbox.carrier('sms').sent.filter((m) => m.contactId === contact && m.alertId === alert).length, 1)
      t.equal(outbox.carrier('sms').sent.filter((m) => m.contactId === elsewhere).length, 0)
      const { out_id: outId } = (await outbox.rows(alert)).find((r) => r.contact_id === contact)!
      await outbox.delivery.inbox.receive([{ outId, kind: 'delivered' }])
      const shown = (home: string) => store.system((tx) => readHouseholdDeliveries(tx, home))
      for (const home of homes)
        t.match(await shown(home), [{ alert_id: alert, state: stateCode.accepted, grade: gradeCode.delivered }], home)
      await outbox.delivery.inbox.answer({ outId, grade: 'pressed', value: '1' })
      for (const home of homes) t.match(await shown(home), [{ grade: gradeCode.pressed }], home)
      t.match(await store.system((tx) => readProgress(tx, alert)), { planned: 2, answered: 1, householdsAnswered: 5 })
      const [said] = await outbox.journal('answer.received', alert)
      t.same([...(said!.data.householdIds as string[])].sort(), [...homes].sort(), 'the report counts five homes')
    },
  )
})
