import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { type Budgets, freesAt, type Limit, mayUseKept, type Use } from '../../../src/delivery/budget.js'
import { lanes } from '../../../src/delivery/delivery.js'
import { readNumbersLeft } from '../../../src/delivery/numbers-left.js'
import type { Verdict } from '../../../src/delivery/sender.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { config, fillRegister, type IssueWish, openOutbox, people, ScriptedCarrier } from './rig.js'

const minute = 60_000
const limit = (most: number, minutes: number, more: Partial<Limit> = {}): Limit => ({
  ...{ most, withinMs: minutes * minute, kept: 0, per: 'number' },
  ...more,
})

const aLimit = fc
  .record({ most: fc.integer({ min: 1, max: 6 }), minutes: fc.integer({ min: 1, max: 90 }), kept: fc.integer({ min: 0, max: 3 }) })
  .chain(({ most, minutes, kept }) =>
    fc.constantFrom('number' as const, 'template' as const).map((per) => limit(most, minutes, { kept: Math.min(kept, most), per })),
  )
const aUse = fc.record({ at: fc.integer({ min: 0, max: 120 }).map((m) => m * minute), template: fc.constantFrom('a', 'b') })

/** The same question answered by trying out every minute: is there room in each window that ends then? */
function byTrying(limits: Limit[], uses: Use[], ask: { now: number; template: string; urgent: boolean }): number {
  for (let at = ask.now; at <= ask.now + 300 * minute; at += minute) {
    const fits = limits.every((l) => {
      const inside = uses.filter((u) => u.at > at - l.withinMs && (l.per === 'number' || u.template === ask.template)).length
      return inside + 1 <= l.most - (ask.urgent ? 0 : l.kept)
    })
    if (fits) return at
  }
  return Number.POSITIVE_INFINITY
}

t.test('a number has room again exactly when the fullest of its windows has', async (t) => {
  fc.assert(
    fc.property(
      fc.array(aLimit, { minLength: 1, maxLength: 4 }),
      fc.array(aUse, { maxLength: 20 }),
      fc.boolean(),
      (limits, uses, urgent) => {
        const ask = { now: 120 * minute, template: 'a', urgent }
        t.equal(freesAt(limits, uses, ask), byTrying(limits, uses, ask))
      },
    ),
    runs(300, 14),
  )
})

t.test('I14: whoever keeps to it never exceeds the table, and what is kept stays kept', async (t) => {
  fc.assert(
    fc.property(
      fc.array(aLimit, { minLength: 1, maxLength: 3 }),
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 20 }), urgent: fc.boolean(), template: fc.constantFrom('a', 'b') }), {
        maxLength: 40,
      }),
      (limits, wishes) => {
        const uses: (Use & { urgent: boolean })[] = []
        let now = 0
        for (const { wait, ...wish } of wishes) {
          now += wait * minute
          const at = freesAt(limits, uses, { now, ...wish })
          if (at !== Number.POSITIVE_INFINITY && at <= now) uses.push({ at: now, ...wish })
        }
        for (const { at, template } of uses)
          for (const l of limits) {
            const inside = uses.filter((u) => u.at <= at && u.at > at - l.withinMs && (l.per === 'number' || u.template === template))
            t.ok(inside.length <= l.most, 'the carrier refuses nothing')
            if (!inside.at(-1)!.urgent) t.ok(inside.length <= l.most - l.kept, 'what is kept is left alone by the others')
          }
      },
    ),
    runs(200, 15),
  )
})

t.test('what may use what is kept: red, an order to move, the correction of something wrong', (t) => {
  const of = (level: string | null, origin = 'relay', purpose = 'warn') => mayUseKept({ level, origin, purpose })
  t.same([of('red'), of('orange', 'order'), of(null, 'order'), of('yellow', 'relay', 'correct')], [true, true, true, true])
  t.same([of('orange'), of('yellow'), of('unknown'), of(null, 'notice'), of('yellow', 'relay', 'all-clear')], Array(5).fill(false))
  t.end()
})

t.test('over the rows', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 40)
  let next = 0
  /** Numbers nobody has used yet. */
  const fresh = (count: number) => {
    next += count
    return ids.slice(next - count, next)
  }

  const open = async (budgets: Budgets, voice = new ScriptedCarrier('voice', 50)) => {
    const sms = new ScriptedCarrier('sms', 50)
    // A second process has the same rows and nothing else in common.
    const make = async () => {
      const outbox = await openOutbox(store, { carriers: [voice, sms], budgets, config: { timeout_ms: 60_000, lease_ms: 120_000 } })
      const { clock } = outbox
      await clock.move({ speed: 0 })
      const run = async () => {
        await outbox.run()
        await store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))
        // One after another: the colours do not wait for each other otherwise.
        for (const lane of lanes) await outbox.delivery.drain(lane)
      }
      return {
        outbox,
        run,
        issue: async (wish: IssueWish) => {
          const id = await outbox.issue(wish)
          await run()
          return id
        },
        pass: async (minutes: number) => {
          await clock.move({ at: new Date(clock.now().getTime() + minutes * minute) })
          await run()
        },
        reasons: async (id: string) => (await outbox.rows(id)).filter((r) => r.reason).map((r) => `${r.channel} ${r.reason}`),
      }
    }
    return { ...(await make()), another: make, voice, sms }
  }
  const calls = (who: number[]) => people(who, { channels: ['voice'] })

  t.test('one call a minute, whichever alert it is for; a call nobody picked up counts; what waits goes by itself', async (t) => {
    const { issue, pass, reasons, voice } = await open({ voice: [limit(1, 1), limit(3, 60), limit(20, 1440)] })
    const [a] = fresh(1) as [number]
    voice.verdictOf = () => ({ kind: 'refused', reason: 'not picked up' })
    const handed = () => tries
    let tries = 0
    voice.before = (batch) => {
      tries += batch.length
    }
    await issue({ recipients: calls([a]) })
    const second = await issue({ recipients: calls([a]) })
    t.equal(handed(), 1, 'the second alert waits for its minute')
    t.same(await reasons(second), ['2 budget-waits'])
    await pass(1)
    t.equal(handed(), 2)
    await issue({ recipients: calls([a]) })
    await pass(1)
    const fourth = await issue({ recipients: calls([a]) })
    await pass(30)
    t.equal(handed(), 3, 'three in an hour')
    t.same(await reasons(fourth), ['2 budget-waits'])
    await pass(28)
    t.equal(handed(), 4, 'an hour after the first')
  })

  t.test('I14: a restart forgets nothing, and two processes count together', async (t) => {
    const budgets = { voice: [limit(2, 60)] }
    const { issue, another, voice } = await open(budgets)
    const [a, b] = fresh(2) as [number, number]
    await issue({ recipients: calls([a]) })
    const other = await another()
    await other.issue({ recipients: calls([a, b]) })
    const third = await another()
    const id = await third.issue({ recipients: calls([a, b]) })
    t.same(
      voice.sent.map((m) => m.contactId),
      [a, a, b, b],
    )
    t.same(await third.reasons(id), ['2 budget-waits'], 'only the number that has had its two waits')
  })

  t.test('calls are kept for red: others are told by what else they get, and wait where there is nothing else', async (t) => {
    const { issue, reasons, voice, sms } = await open({ voice: [limit(3, 60, { kept: 2 })] })
    const [a, b] = fresh(2) as [number, number]
    const both = { channels: ['voice', 'sms'] as ('voice' | 'sms')[] }
    await issue({ recipients: people([a, b], both), level: 'orange' })
    const orange = await issue({ recipients: [...people([a], both), ...calls([b])], level: 'orange' })
    t.same((await reasons(orange)).sort(), ['2 budget-kept', '2 budget-waits'])
    t.equal(sms.sent.filter((m) => m.contactId === a).length, 2, 'the message got through instead')
    const red = await issue({ recipients: calls([a, b]) })
    t.same(await reasons(red), [], 'red has its call')
    t.equal(voice.sent.filter((m) => [a, b].includes(m.contactId)).length, 4)
  })

  t.test('who has no room before the warning ends is said at once, to be knocked for', async (t) => {
    const { issue, outbox } = await open({ voice: [limit(1, 60)] })
    const [a] = fresh(1) as [number]
    await issue({ recipients: calls([a]) })
    const soonOver = await issue({ recipients: calls([a]), expiresAt: new Date(outbox.clock.now().getTime() + 30 * minute) })
    t.match(await outbox.rows(soonOver), [{ state: 2, reason: 'budget-spent' }])
  })

  t.test('messages are counted per filed template too, and only when enough wordings left', async (t) => {
    const { issue, reasons, sms } = await open({ sms: [limit(40, 1440, { kept: 10 }), limit(5, 1440, { per: 'template' })] })
    const [a, b] = fresh(2) as [number, number]
    for (let i = 0; i < 5; i++) await issue({ recipients: people([a]) })
    const sixth = await issue({ recipients: people([a, b]) })
    t.same(await reasons(sixth), ['1 budget-waits'])
    t.same(
      sms.sent.map((m) => m.contactId),
      [a, a, a, a, a, b],
    )
  })

  t.test('who runs out today is named by channel, with what is left and when there is room again', async (t) => {
    const budgets = { voice: [limit(1, 1), limit(4, 60, { kept: 1 })] }
    const { issue, pass, outbox } = await open(budgets)
    const [a, b, c] = fresh(3) as [number, number, number]
    for (const who of [[a, b, c], [a, b], [a]]) {
      await issue({ recipients: calls(who) })
      await pass(2)
    }
    const ask = async (urgent: boolean) => {
      const [voice] = await store.system((tx) => readNumbersLeft(tx, { budgets, now: outbox.clock.now() }, { urgent }))
      const found = voice!.numbers.filter((n) => [a, b, c].includes(n.contactId)).sort((x, y) => x.contactId - y.contactId)
      return found.map((n) => [n.contactId, n.left, n.freesAt && Math.round((n.freesAt.getTime() - outbox.clock.now().getTime()) / minute)])
    }
    t.same(await ask(false), [
      [a, 0, 54],
      [b, 1, null],
      [c, 2, null],
    ])
    t.same(
      await ask(true),
      [
        [a, 1, null],
        [b, 2, null],
      ],
      'red has one more',
    )
  })

  t.test('F40: a robot takes so many a minute; what waited goes together in its next minute, and nothing is lost', async (t) => {
    const group = new ScriptedCarrier('group', 1)
    const outbox = await openOutbox(store, {
      ...{ carriers: [group], budgets: { group: [limit(3, 1)] }, config: { timeout_ms: 60_000, lease_ms: 120_000 } },
    })
    await outbox.clock.move({ speed: 0 })
    const robots = fresh(2)
    const lane = 'group-orange'
    const run = async () => {
      await outbox.run()
      await store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))
      await outbox.delivery.drain(lane)
    }
    const alerts: string[] = []
    for (let i = 0; i < 7; i++) {
      alerts.push(await outbox.issue({ recipients: people(i < 5 ? robots : robots.slice(1), { channels: ['group'] }), level: 'orange' }))
      await run()
    }
    const to = (robot: number) => group.sent.filter((m) => m.contactId === robot)
    t.same(
      robots.map((r) => to(r).length),
      [3, 3],
      'three in the first minute',
    )
    // The officer holds the last one while the message before the one it would ride with is at the carrier.
    let looks = 0
    group.before = async () => {
      if (looks++ === 0) await outbox.setState(alerts[6]!, 'held')
    }
    await outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + minute) })
    await run()
    t.same(
      robots.map((r) => to(r).length),
      [4, 4],
      'one message says the rest',
    )
    const parts = (robot: number) => to(robot).at(-1)!.text.split('————').length
    t.same(robots.map(parts), [2, 3], 'all but what an officer holds meanwhile')
    const states = await Promise.all(alerts.map(async (id) => (await outbox.rows(id)).map((r) => r.state)))
    t.same(states, [[1, 1], [1, 1], [1, 1], [1, 1], [1, 1], [1], [0]])
    await outbox.setState(alerts[6]!, 'issued')
    await outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + minute) })
    await run()
    t.same(
      (await outbox.rows(alerts[6]!)).map((r) => r.state),
      [1],
    )
  })

  t.test('I6: never two on their way to one number; what comes second waits a moment', async (t) => {
    const voice = new ScriptedCarrier('voice', 1)
    const { outbox, run, another } = await open({ voice: [limit(2, 1)] }, voice)
    const [a, b] = fresh(2) as [number, number]
    const first = await outbox.issue({ recipients: calls([a]) })
    await outbox.run()
    const other = await another()
    const flying = new Set<number>()
    let together = 0
    let asked = false
    voice.before = async (batch) => {
      for (const m of batch) {
        if (flying.has(m.contactId)) together++
        flying.add(m.contactId)
      }
      // While the first is at the carrier, another process has a second alert for the same number.
      if (asked) return
      asked = true
      await other.issue({ recipients: calls([a, b]) })
    }
    voice.after = (batch) => {
      for (const m of batch) flying.delete(m.contactId)
    }
    await outbox.delivery.tick()
    t.equal(together, 0)
    t.same(
      voice.sent.map((m) => m.contactId).sort((x, y) => x - y),
      [a, b],
      'the other number did not wait',
    )
    await run()
    t.equal(voice.sent.filter((m) => m.contactId === a).length, 2, 'then it is called as well')
    t.equal((await outbox.rows(first)).length, 1)
  })

  t.test('I6: an update overtakes nothing: it replaces what is not sent yet and waits for what is on its way', async (t) => {
    const verdicts = fc.constantFrom<Verdict>(
      { kind: 'accepted' },
      { kind: 'tryAgain', reason: 'busy', notBefore: new Date(0) },
      { kind: 'unknown', reason: 'lost' },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(verdicts, { minLength: 4, maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
        async (answers, updatesAt) => {
          const sms = new ScriptedCarrier('sms', 2)
          const more = { carriers: [sms], config: { ...config, timeout_ms: 60_000, lease_ms: 120_000, attempts: 20 } }
          const [one, two] = [await openOutbox(store, more), await openOutbox(store, more)]
          const who = ids.slice(0, 8)
          const wish = { recipients: people(who), level: 'orange' }
          const alert = await one.issue(wish)
          two.adopt(alert, wish)
          const flying = new Map<number, number>()
          const seen = new Map<number, number>()
          const wrong: string[] = []
          let [batches, said] = [0, 0]
          sms.verdictOf = () => answers[said++ % answers.length]!
          sms.before = async (batch) => {
            const mine = ++batches
            for (const m of batch) {
              if (flying.has(m.contactId)) wrong.push(`two on their way to ${m.contactId}`)
              if ((seen.get(m.contactId) ?? 0) > m.revision) wrong.push(`${m.contactId} gets ${m.revision} after ${seen.get(m.contactId)}`)
              flying.set(m.contactId, m.revision)
              seen.set(m.contactId, m.revision)
            }
            if (updatesAt.includes(mine)) {
              await two.revise(alert)
              await two.run()
              await two.delivery.drain('sms-orange')
            }
          }
          sms.after = (batch) => {
            for (const m of batch) flying.delete(m.contactId)
          }
          const isOpen = async () =>
            (await store.system((tx) => sql`select 1 from delivery_chunk where not done`.execute(tx))).rows.length > 0
          for (let i = 0; i < 40 && (i === 0 || (await isOpen())); i++) {
            await one.run()
            await store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))
            await one.delivery.tick()
          }
          t.same(wrong, [])
          const revision = Math.max(...sms.sent.map((m) => m.revision))
          const last = new Set(sms.sent.filter((m) => m.revision === revision).map((m) => m.contactId))
          t.equal(last.size, who.length, 'everybody has the wording in force')
        },
      ),
      runs(6, 6),
    )
  })
})
