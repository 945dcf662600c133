import fc from 'fast-check'
import t from 'tap'
import { type Pace, type Ticker, throttleSender } from '../../../src/channels/throttle.js'
import type { Outgoing, Sender, Verdict } from '../../../src/delivery/sender.js'
import { runs } from '../../rig/runs.js'

/** Time in the hand of the test: it jumps to whatever is due next. */
function handTicker() {
  let now = 0
  let due: { at: number; run: () => void }[] = []
  const ticker: Ticker = {
    now: () => now,
    after(ms, run) {
      const one = { at: now + ms, run }
      due.push(one)
      return {
        cancel() {
          due = due.filter((d) => d !== one)
        },
      }
    },
  }
  const settle = async () => {
    for (let i = 0; i < 5; i++) await Promise.resolve()
  }
  return {
    ticker,
    settle,
    /** Lives on until nothing is due any more, at most until then. */
    async liveUntil(end: number) {
      for (;;) {
        await settle()
        const [first] = due.sort((a, b) => a.at - b.at)
        if (!first || first.at > end) break
        due = due.filter((d) => d !== first)
        now = Math.max(now, first.at)
        first.run()
      }
      now = Math.max(now, end)
      await settle()
    },
  }
}

const never = new AbortController().signal
const message = {} as Outgoing
function carrier(say: () => Verdict = () => ({ kind: 'accepted' })): Sender {
  return { carrier: 'double', channel: 'sms', receipts: true, batch: 20, concurrency: 8, send: async (messages) => messages.map(say) }
}
const open = (pace: Pace, say?: () => Verdict) => {
  const hand = handTicker()
  return { ...hand, sender: throttleSender(carrier(say), pace, hand.ticker) }
}

t.test('no second sees more requests than agreed, and nobody is forgotten', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.array(fc.record({ wait: fc.integer({ min: 0, max: 400 }), count: fc.integer({ min: 1, max: 20 }) }), {
        minLength: 1,
        maxLength: 40,
      }),
      async (perSecond, asked) => {
        const { sender, ticker, liveUntil } = open({ perSecond, inFlight: 1000 })
        const handed: { at: number; count: number }[] = []
        let wanted = 0
        for (const { wait, count } of asked) {
          await liveUntil(ticker.now() + wait)
          const some = Math.min(count, sender.batch)
          wanted += some
          void sender.admit(some, 1).then((leave) => {
            handed.push({ at: ticker.now(), count: some })
            leave?.()
          })
        }
        await liveUntil(ticker.now() + 3_600_000)
        for (const { at } of handed) {
          const inSecond = handed.filter((h) => h.at >= at && h.at < at + 1000).reduce((sum, h) => sum + h.count, 0)
          t.ok(inSecond <= Math.max(perSecond, sender.batch) + 1, `${inSecond} in a second of ${perSecond}`)
        }
        t.equal(
          handed.reduce((sum, h) => sum + h.count, 0),
          wanted,
        )
      },
    ),
    runs(40, 5),
  )
})

t.test('I7: red goes before blue that has waited longer, and only so many are in flight', async (t) => {
  const { sender, settle } = open({ perSecond: null, inFlight: 2 })
  const order: string[] = []
  const leaving: (() => void)[] = []
  const ask = (name: string, urgency: number) =>
    void sender.admit(20, urgency).then((leave) => {
      order.push(name)
      leaving.push(leave!)
    })
  for (const n of [1, 2, 3, 4]) ask(`blue ${n}`, 6)
  ask('red', 0)
  await settle()
  t.same(order, ['blue 1', 'blue 2'], 'two are in flight, the others wait')
  const first = leaving.shift()!
  first()
  first()
  await settle()
  t.same(order, ['blue 1', 'blue 2', 'red'], 'the free place is for red, and is given once')
  for (let i = 0; i < 3; i++) {
    leaving.shift()!()
    await settle()
  }
  t.same(order.slice(3), ['blue 3', 'blue 4'], 'then by age')
})

t.test('a carrier that says "too fast" is believed', async (t) => {
  let tooFast = true
  const { sender, ticker, liveUntil, settle } = open({ perSecond: 100, inFlight: 100 }, () =>
    tooFast ? { kind: 'tryAgain', reason: 'Throttling.User', notBefore: new Date(), trouble: 'pace' } : { kind: 'accepted' },
  )
  await sender.send([message], never)
  let went = false
  void sender.admit(1, 0).then(() => {
    went = true
  })
  await settle()
  t.equal(went, false, 'there is a pause first')
  await liveUntil(ticker.now() + 1600)
  t.equal(went, true)
  const sentWithin = async (ms: number) => {
    let count = 0
    for (let i = 0; i < 200; i++)
      void sender.admit(1, 0).then((leave) => {
        count++
        leave?.()
      })
    await liveUntil(ticker.now() + ms)
    const now = count
    await liveUntil(ticker.now() + 600_000)
    return now
  }
  const slow = await sentWithin(1000)
  t.ok(slow <= 60, `half the pace after that: ${slow}`)
  tooFast = false
  for (let i = 0; i < 20; i++) await sender.send([message], never)
  const again = await sentWithin(1000)
  t.ok(again >= 90, `and back to it little by little: ${again}`)
})
