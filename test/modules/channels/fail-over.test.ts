import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import { listTroubles, noteCarrier } from '../../../src/channels/carrier-store.js'
import { type CarrierChange, failOver } from '../../../src/channels/fail-over.js'
import { verdictOfCode } from '../../../src/channels/sms/sms-verdict.js'
import type { Asked, Outgoing, Sender, Verdict } from '../../../src/delivery/sender.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, openOutbox, people } from '../delivery/rig.js'

const never = new AbortController().signal
const message = (n: number) => ({ outId: `m${n}`, contactId: n }) as Outgoing
const some = (count: number, from = 1) => Array.from({ length: count }, (_, i) => message(from + i))
const kinds = (verdicts: (Verdict | Asked)[]) => verdicts.map((v) => v.kind)

/** A carrier that is well or not as the test says, and remembers what it took. */
class Double {
  took: string[] = []
  asked = 0
  say: (m: Outgoing) => Verdict = () => ({ kind: 'accepted' })
  /** It took the message although its answer was lost. */
  takesUnknown = false
  canBeAsked = true
  constructor(readonly carrier: string) {}
  get sender(): Sender {
    return {
      carrier: this.carrier,
      channel: 'sms',
      receipts: true,
      batch: 10,
      concurrency: 1,
      send: async (messages) =>
        messages.map((m) => {
          const verdict = this.say(m)
          if (verdict.kind === 'accepted' || (verdict.kind === 'unknown' && this.takesUnknown)) this.took.push(m.outId)
          return verdict
        }),
      ask: async (messages) => {
        this.asked += messages.length
        return messages.map((m) =>
          !this.canBeAsked
            ? { kind: 'unknown', reason: 'no answer' }
            : this.took.includes(m.outId)
              ? { kind: 'accepted' }
              : { kind: 'absent' },
        )
      },
    }
  }
}
const lost: Verdict = { kind: 'unknown', reason: '503' }
const refusedLine: Verdict = { kind: 'tryAgain', reason: 'ECONNREFUSED', notBefore: new Date(), trouble: 'carrier' }
const noMoney = () => verdictOfCode('isv.AMOUNT_NOT_ENOUGH', '')

function open(...doubles: Double[]) {
  let now = 0
  const changes: CarrierChange[] = []
  const sender = failOver(
    doubles.map((d) => d.sender),
    { probeMs: 1000, onChange: (c) => changes.push(c), now: () => now },
  )
  const pass = (ms: number) => {
    now += ms
  }
  return { sender, changes, pass }
}
const toList = (changes: CarrierChange[]) => changes.filter((c) => c.carrier === 'one').map((c) => `${c.carrier} ${c.to}`)

t.test('F31: the second carrier takes over while the first fails, and hands back when it heals', async (t) => {
  const [first, second] = [new Double('one'), new Double('two')]
  const { sender, changes, pass } = open(first, second)
  t.same(kinds(await sender.send(some(2), never)), ['accepted', 'accepted'])
  first.say = () => refusedLine
  for (let i = 0; i < 5; i++) await sender.send(some(1, 10 + i), never)
  t.same(second.took, [], 'a stumble is not a fall: its messages wait for their next try')
  t.same(kinds(await sender.send(some(3, 20), never)), ['accepted', 'accepted', 'accepted'])
  t.same(second.took, ['m20', 'm21', 'm22'])
  t.same(toList(changes), ['one well', 'one failing'])
  t.match(
    changes.find((c) => c.to === 'failing'),
    { next: 'two', reason: 'ECONNREFUSED' },
  )

  pass(1300)
  const asked: string[] = []
  first.say = (m) => {
    asked.push(m.outId)
    return refusedLine
  }
  t.same(kinds(await sender.send(some(3, 30), never)), ['accepted', 'accepted', 'accepted'], 'nobody waits for the try')
  t.same(asked, ['m30'], 'one message tries the first one again, no more')
  t.same(second.took.slice(-3), ['m30', 'm31', 'm32'])

  pass(1300)
  first.say = () => ({ kind: 'accepted' })
  for (let i = 0; i < 4; i++) await sender.send(some(1, 40 + i), never)
  t.same(first.took.slice(-4), ['m40', 'm41', 'm42', 'm43'])
  t.equal(toList(changes).at(-1), 'one well')
  t.equal(toList(changes).length, 3, 'each turn is told once')
})

t.test('F32: a message the first may have taken is not sent by the second before the first was asked', async (t) => {
  const verdict = fc.constantFrom<Verdict>({ kind: 'accepted' }, lost, refusedLine, { kind: 'refused', reason: 'x' })
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({ one: verdict, two: verdict, takes: fc.boolean(), answers: fc.boolean(), ms: fc.integer({ min: 0, max: 1500 }) }),
        {
          minLength: 10,
          maxLength: 60,
        },
      ),
      async (nights) => {
        const [first, second] = [new Double('one'), new Double('two')]
        const { sender, pass } = open(first, second)
        const waiting = new Map(some(12).map((m) => [m, 'new' as 'new' | 'maybe']))
        for (const { one, two, takes, answers, ms } of nights) {
          pass(ms)
          first.say = () => one
          second.say = () => two
          first.takesUnknown = second.takesUnknown = takes
          first.canBeAsked = second.canBeAsked = answers
          const [pick] = [...waiting.keys()].slice(0, 1)
          if (!pick) break
          waiting.delete(pick)
          // What delivery does: a row in doubt is asked about, and sent again only if nobody has it.
          const asked = waiting.size >= 0 && pick.revision === 1 ? (await sender.ask!([pick], never))[0]! : ({ kind: 'absent' } as const)
          if (asked.kind === 'unknown' || asked.kind === 'later') waiting.set(pick, 'maybe')
          if (asked.kind !== 'absent') continue
          const [said] = await sender.send([pick], never)
          if (said!.kind === 'tryAgain') waiting.set(pick, 'new')
          if (said!.kind === 'unknown') {
            pick.revision = 1
            waiting.set(pick, 'maybe')
          }
        }
        const took = [...first.took, ...second.took]
        t.equal(new Set(took).size, took.length, 'nobody got it from both')
      },
    ),
    runs(150, 7),
  )
})

t.test('a carrier that hangs counts as failing; what it was asked to send stays in doubt', async (t) => {
  const second = new Double('two')
  const hanging: Sender = { ...new Double('one').sender, send: () => new Promise(() => {}) }
  const sender = failOver([hanging, second.sender], { probeMs: 1000, onChange: () => {}, now: () => 0 })
  for (let i = 0; i < 5; i++) t.same(kinds(await sender.send(some(1), AbortSignal.abort())), ['unknown'])
  t.same(kinds(await sender.send(some(2, 10), never)), ['accepted', 'accepted'])
  t.same(kinds(await sender.ask!(some(1), never)), ['later'], 'while it is left alone nobody decides over what it may have')
})

t.test('F35: the account is at fault: the channel stops at once, with one alarm, and goes on when it is put right', async (t) => {
  const only = new Double('one')
  const { sender, changes, pass } = open(only)
  only.say = noMoney
  t.same(kinds(await sender.send(some(10), never)), Array(10).fill('tryAgain'), 'nobody is given up')
  t.equal(sender.isStopped!(), true)
  t.same(kinds(await sender.send(some(10), never)), Array(10).fill('tryAgain'))
  for (let i = 0; i < 3; i++) {
    pass(1300)
    t.equal(sender.isStopped!(), false, 'now and then one message tries it')
    await sender.send(some(10), never)
  }
  t.same(toList(changes), ['one account'], 'one alarm')
  only.say = () => ({ kind: 'accepted' })
  pass(1300)
  t.same(kinds(await sender.send(some(10), never)), Array(10).fill('accepted'))
  await sender.send(some(1), never)
  await sender.send(some(1), never)
  t.same(toList(changes), ['one account', 'one well'])
})

t.test('the limit of one number says nothing about the carrier', async (t) => {
  const only = new Double('one')
  const { sender, changes } = open(only)
  only.say = () => verdictOfCode('isv.BUSINESS_LIMIT_CONTROL', '触发小时级流控Permits:5')
  for (let i = 0; i < 20; i++) await sender.send(some(3), never)
  t.equal(sender.isStopped!(), false)
  t.same(changes, [])
})

t.test('over the rows', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 60)
  /** What was to wait for its time may be looked at now. */
  const wake = () => store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))

  t.test('several processes find out, the journal says it once', async (t) => {
    const note = (change: CarrierChange) => store.system((tx) => noteCarrier(tx, 'sms', change))
    const fails: CarrierChange = { carrier: 'one', to: 'failing', reason: 'ECONNREFUSED', next: 'two' }
    t.same([await note(fails), await note(fails), await note(fails)], [true, false, false])
    t.match(await store.system(listTroubles), [{ channel: 'sms', carrier: 'one', cause: 'failing' }])
    t.same([await note({ carrier: 'one', to: 'well' }), await note({ carrier: 'one', to: 'well' })], [true, false])
    t.same(await store.system(listTroubles), [])
  })

  t.test('F35: no balance at the carrier: one alarm, no row fails or uses up a try; all leave when it is paid', async (t) => {
    const only = new Double('one')
    only.say = noMoney
    const { sender, changes, pass } = open(only)
    const outbox = await openOutbox(store, { senders: new Map([['sms', sender]]) })
    const alert = await outbox.issue({ recipients: people(ids) })
    await outbox.run()
    await outbox.delivery.tick()
    await outbox.delivery.tick()
    let rows = await outbox.rows(alert)
    t.equal(rows.length, 60)
    t.ok(
      rows.every((r) => r.state === 0 && r.attempts === 0),
      'everybody waits',
    )
    t.ok(only.took.length === 0 && rows.filter((r) => r.reason !== null).length <= 20, 'only the first chunk was tried at all')
    t.same(toList(changes), ['one account'])
    only.say = () => ({ kind: 'accepted' })
    for (let i = 0; i < 3; i++) {
      pass(1300)
      await wake()
      await outbox.delivery.tick()
    }
    rows = await outbox.rows(alert)
    t.ok(
      rows.every((r) => r.state === 1),
      'all are sent',
    )
    t.equal(new Set(only.took).size, 60)
    t.equal(only.took.length, 60, 'nobody twice')
  })
})
