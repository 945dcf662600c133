import dns from 'node:dns'
import fc from 'fast-check'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { failOver } from '../../src/channels/fail-over.js'
import { createAlibabaSender } from '../../src/channels/sms/alibaba-sender.js'
import type { Outgoing, Sender } from '../../src/delivery/sender.js'
import { fillRegister, openOutbox, people } from '../modules/delivery/rig.js'
import type { Fault } from '../rig/double-server.js'
import { noPostgres } from '../rig/own-servers.js'
import { openProxy } from '../rig/proxy.js'
import { runs } from '../rig/runs.js'
import { type SmsDouble, startSmsDouble } from '../rig/sms-double.js'
import { openTestStore, type Teardown } from '../rig/store.js'
import { until } from '../rig/until.js'

const keys = { accessKeyId: 'LTAItest', accessKeySecret: 'a-secret-of-the-test' }
const timeoutMs = 250

async function openSms(t: Teardown): Promise<SmsDouble> {
  return startSmsDouble(t, {
    ...keys,
    signName: '文峰街道',
    templates: [{ code: 'SMS_1', text: '暴雨红色预警,请勿外出' }],
    perNumberADay: 5000,
  })
}
/** The sender of the product, asked for a text that is filed and for numbers that exist. */
async function openSender(endpoint: string, carrier = 'alibaba-sms'): Promise<Sender> {
  const sender = await createAlibabaSender(
    {
      carrier: 'alibaba-sms',
      endpoint,
      signName: '文峰街道',
      accessKeyId: 'A',
      accessKeySecret: 'B',
      callbackSecret: 'C',
      timeoutMs,
      concurrency: 20,
      batch: false,
    },
    keys,
  )
  const filed = (messages: Outgoing[]) =>
    messages.map((m) => ({ ...m, address: `+86139${String(m.contactId).padStart(8, '0')}`, template: 'x#SMS_1', parameters: {} }))
  return {
    ...sender,
    carrier,
    batch: 5,
    send: (m, signal) => sender.send(filed(m), signal),
    ask: (m, signal) => sender.ask!(filed(m), signal),
  }
}

/** The product's own SMS sender over real sockets, a carrier that misbehaves behind them, and every row to the end. */
t.test('carriers in trouble', { skip: noPostgres }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 60)
  const config = { chunk_size: 60, timeout_ms: 600, lease_ms: 6000, attempts: 100, back_off_ms: { first: 60_000, most: 60_000 } }
  /** Whoever waits for a time of the carrier or for a pause may be looked at now. */
  const wake = () => store.system((tx) => sql`update delivery_chunk set not_before = '-infinity' where not done`.execute(tx))
  const open = async (sender: Sender, more: Partial<typeof config> & { visibility_lag_ms?: number } = {}) => {
    const outbox = await openOutbox(store, { senders: new Map([['sms', sender]]), config: { ...config, ...more } })
    const alert = await outbox.issue({ recipients: people(ids) })
    await outbox.run()
    const accepted = async () => (await store.system((tx) => outbox.delivery.progress(tx, alert))).accepted
    const sendAll = () =>
      until(
        async () => {
          await wake()
          await outbox.delivery.tick()
          return (await accepted()) === ids.length
        },
        'everybody told',
        30_000,
      )
    return { outbox, alert, accepted, sendAll }
  }
  const verdict = (t: Pick<Test, 'equal' | 'comment'>, ...doubles: SmsDouble[]) => {
    const taken = doubles.flatMap((d) => d.taken)
    const lost = ids.length - new Set(taken.map((m) => m.phone)).size
    const duplicates = taken.length - new Set(taken.map((m) => m.outId)).size
    t.comment(`${taken.length} messages, lost ${lost}, duplicates ${duplicates}, ${doubles.map((d) => d.requests)} requests`)
    t.equal(lost, 0, 'lost')
    t.equal(duplicates, 0, 'duplicates')
  }

  await t.test('F31: 5xx, 429, resets, half answers and silence, before or after it took a message', async (t) => {
    const answer = (status: number, body: string) => ({ kind: 'answer' as const, status, body })
    const fault = fc.record({
      what: fc.constantFrom<Fault>(
        { kind: 'reset' },
        { kind: 'half' },
        { kind: 'hang' },
        answer(502, '<html>Bad Gateway</html>'),
        answer(503, '{"Code":"ServiceUnavailable","Message":"busy"}'),
        answer(429, '{"Code":"Throttling.User","Message":"flow control"}'),
        answer(200, ''),
      ),
      taken: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { minLength: 15, maxLength: 25 }), async (faults) => {
        const double = await openSms(t)
        // What it says it did not take, it did not take.
        double.fail(...faults.map(({ what, taken }) => ({ ...what, taken: taken && !(what.kind === 'answer' && what.status === 429) })))
        const { sendAll } = await open(await openSender(double.origin))
        await sendAll()
        verdict(t, double)
      }),
      runs(2, 31),
    )
  })

  await t.test('F31: its name is not found, then nobody listens there, then it is back', async (t) => {
    const double = await openSms(t)
    const proxy = await openProxy(t, { host: '127.0.0.1', port: Number(new URL(double.origin).port) })
    const lookUp = dns.lookup
    const answers = [Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), Object.assign(new Error('again'), { code: 'EAI_AGAIN' })]
    t.teardown(() => Object.assign(dns, { lookup: lookUp }))
    let named = false
    type Callback = (e: Error | null, address?: unknown, family?: number) => void
    Object.assign(dns, {
      lookup: (_: string, options: { all?: boolean }, done: Callback) => {
        if (!named) return done(answers[Math.floor(Math.random() * 2)]!)
        return options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4)
      },
    })
    const { outbox, alert, sendAll } = await open(await openSender(`http://carrier.example:${proxy.port}`))
    await outbox.delivery.tick()
    t.ok(
      (await outbox.rows(alert)).every((r) => r.state === 0),
      'nobody is given up, nobody is in doubt',
    )
    named = true
    proxy.mood = 'refuse'
    await wake()
    await outbox.delivery.tick()
    t.equal(double.taken.length, 0)
    proxy.mood = 'pass'
    await sendAll()
    verdict(t, double)
  })

  await t.test('F31: it dies in the middle; the second takes over; what the first may have is asked for when it is back', async (t) => {
    const [first, second] = [await openSms(t), await openSms(t)]
    const proxy = await openProxy(t, { host: '127.0.0.1', port: Number(new URL(first.origin).port) })
    const lines = [await openSender(`http://127.0.0.1:${proxy.port}`, 'first'), await openSender(second.origin, 'second')]
    const told: string[] = []
    const sender = failOver(lines, { probeMs: 50, onChange: (c) => told.push(`${c.carrier} ${c.to}`) })
    const { outbox, alert, sendAll } = await open(sender)
    // It takes what it is given, and its answers are swallowed.
    const hold = setInterval(() => {
      if (first.taken.length > 0) proxy.mood = 'swallow'
    }, 1)
    t.teardown(() => clearInterval(hold))
    await until(async () => {
      await wake()
      await outbox.delivery.tick()
      return second.taken.length > 0
    }, 'the second took over')
    t.ok(told.includes('first failing'))
    clearInterval(hold)
    const other = await outbox.issue({ recipients: people(ids, { channels: ['voice'] }) })
    await outbox.run()
    await outbox.delivery.drain('voice-red')
    t.equal((await store.system((tx) => outbox.delivery.progress(tx, other))).accepted, ids.length, 'other channels go on meanwhile')
    proxy.mood = 'pass'
    proxy.cut()
    await sendAll()
    t.equal((await outbox.rows(alert)).filter((r) => r.state !== 1).length, 0)
    verdict(t, first, second)
  })

  await t.test('F32: it answers after we gave up: in doubt until it shows what it has, then asked, never sent again', async (t) => {
    const double = await openSms(t)
    const proxy = await openProxy(t, { host: '127.0.0.1', port: Number(new URL(double.origin).port) })
    proxy.delayMs = 2 * timeoutMs
    double.hideNew = true
    const { outbox, alert, accepted } = await open(await openSender(`http://127.0.0.1:${proxy.port}`), {
      visibility_lag_ms: 60_000,
      lease_ms: 70_000,
    })
    await outbox.delivery.tick()
    await until(() => double.taken.length === ids.length, 'it has them all')
    t.ok(
      (await outbox.rows(alert)).every((r) => r.state === 3),
      'in doubt is a state of its own',
    )
    proxy.delayMs = 0
    const before = double.requests
    await outbox.delivery.tick()
    t.equal(double.requests, before, 'not asked before it can know')
    double.hideNew = false
    await wake()
    await outbox.delivery.tick()
    t.equal(await accepted(), ids.length)
    verdict(t, double)
  })

  await t.test('F33: the limit of one number: that one waits for its window, no try is used up, the others are told', async (t) => {
    const double = await openSms(t)
    const limited = JSON.stringify({ Code: 'isv.BUSINESS_LIMIT_CONTROL', Message: '触发小时级流控Permits:5' })
    double.fail(...Array.from({ length: 3 }, () => ({ kind: 'answer' as const, status: 200, body: limited })))
    const { outbox, alert, accepted, sendAll } = await open(await openSender(double.origin))
    await outbox.delivery.tick()
    t.equal(await accepted(), ids.length - 3)
    const waiting = (await outbox.rows(alert)).filter((r) => r.state === 0)
    t.same(
      waiting.map((r) => r.attempts),
      [0, 0, 0],
    )
    await outbox.delivery.tick()
    t.equal(await accepted(), ids.length - 3, 'not before its time')
    await sendAll()
    verdict(t, double)
  })
})
