import t from 'tap'
import { throttleSender } from '../../src/channels/throttle.js'
import { readProgress } from '../../src/delivery/progress.js'
import { fillRegister, openOutbox, people, ScriptedCarrier } from '../modules/delivery/rig.js'
import { noPostgres } from '../rig/own-servers.js'
import { openTestStore } from '../rig/store.js'
import { until } from '../rig/until.js'

t.test('three in the morning', { skip: noPostgres }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 60)
  const groups = [ids.slice(0, 15), ids.slice(15, 30), ids.slice(30, 45), ids.slice(45)] as [number[], number[], number[], number[]]
  const open = async () => {
    const sms = new ScriptedCarrier('sms', 5, 4)
    const line = { isUp: true }
    sms.verdictOf = () => (line.isUp ? { kind: 'accepted' } : { kind: 'tryAgain', reason: 'ECONNREFUSED', notBefore: new Date() })
    // One request at a time over all lanes: whoever goes first is seen.
    const paced = throttleSender(sms.sender, { perSecond: null, inFlight: 1 })
    const atGate: number[] = []
    const admit: typeof paced.admit = (requests, urgency) => {
      atGate.push(urgency)
      return paced.admit(requests, urgency)
    }
    const sender = { ...paced, admit }
    const outbox = await openOutbox(store, {
      config: { chunk_size: 60, timeout_ms: 20_000, lease_ms: 30_000 },
      carriers: [sms],
      senders: new Map([['sms', sender]]),
    })
    return { sms, line, atGate, outbox }
  }

  t.test(
    'F53: power back after 40 minutes, a network that comes and goes: by urgency, the newest wording, what is over is listed',
    async (t) => {
      const { sms, line, atGate, outbox } = await open()
      const inMinutes = (n: number) => new Date(outbox.clock.now().getTime() + n * 60_000)
      const blue = await outbox.issue({ recipients: people(groups[0]), level: 'blue' })
      const over = await outbox.issue({ recipients: people(groups[1]), level: 'yellow', expiresAt: inMinutes(20) })
      const orange = await outbox.issue({ recipients: people(groups[2]), level: 'orange' })
      const red = await outbox.issue({ recipients: people(groups[3]) })
      await outbox.run()
      // The power fails before anything left; the desk on its battery goes on.
      await outbox.revise(red)
      await outbox.run()
      await outbox.revise(red)
      await outbox.run()
      await outbox.clock.move({ at: inMinutes(40) })
      const tried: string[] = []
      sms.before = async (batch) => {
        // While the first is with the carrier, all three lanes come to the gate.
        if (tried.length === 0) await until(() => new Set(atGate).size === 3, 'three lanes at the gate')
        tried.push(batch[0]!.alertId)
        line.isUp = tried.length % 3 !== 0
      }
      const sums = (alert: string) => store.system((tx) => readProgress(tx, alert))
      const isDone = async () => (await Promise.all([blue, orange, red].map(sums))).every((p) => p.accepted === 15)
      await until(async () => {
        await outbox.run()
        await outbox.delivery.tick()
        return isDone()
      }, 'all that still holds is sent')
      const order = sms.sent.map((m) => m.alertId)
      t.same(
        [red, orange, blue].map((alert) => order.filter((id) => id === alert).length),
        [15, 15, 15],
      )
      const reds = tried[0] === red ? 2 : 3
      t.same(tried.slice(1, 1 + reds), Array(reds).fill(red), 'at most the batch in flight goes before all of the red')
      t.ok(sms.sent.filter((m) => m.alertId === red).every((m) => m.revision === 3))
      t.equal(sms.duplicates(), 0)
      t.notOk(order.includes(over), 'what is over is not sent')
      t.match(await sums(over), { planned: 15, expired: 15, accepted: 0 })
    },
  )

  t.test('I7: red issued while blue is being sent waits for one request at most, and blue is not forgotten', async (t) => {
    const { sms, atGate, outbox } = await open()
    const blue = await outbox.issue({ recipients: people(ids), level: 'blue' })
    await outbox.run()
    let red = ''
    let sentBefore = 0
    let reds: Promise<number> | undefined
    sms.after = async () => {
      if (sms.sent.length !== 10) return
      red = await outbox.issue({ recipients: people(ids) })
      await outbox.run()
      sentBefore = sms.sent.length
      reds = outbox.delivery.drain('sms-red')
      // It stands at the gate before this one is answered.
      await until(() => new Set(atGate).size === 2, 'red at the gate')
    }
    await outbox.delivery.drain('sms-blue')
    await reds
    await outbox.delivery.tick()
    const order = sms.sent.slice(sentBefore).map((m) => (m.alertId === red ? 'red' : 'blue'))
    const firstRed = order.indexOf('red')
    t.ok(firstRed <= 10, `${firstRed} blue ones left between the press and the first red one`)
    t.notOk(order.slice(firstRed, firstRed + 30).includes('blue'), 'then red has the line')
    for (const alert of [red, blue]) t.equal((await store.system((tx) => readProgress(tx, alert))).accepted, ids.length)
    t.equal(sms.duplicates(), 0)
  })
})
