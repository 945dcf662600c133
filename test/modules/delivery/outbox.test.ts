import { sql } from 'kysely'
import t from 'tap'
import { readProgress } from '../../../src/delivery/progress.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, gridOf, openOutbox, people, person, place, ScriptedCarrier } from './rig.js'

t.test('the outbox', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 60, 3)
  const outbox = await openOutbox(store)
  const { carrier, delivery } = outbox
  t.beforeEach(() => {
    for (const c of outbox.carriers.values()) {
      c.sent = []
      c.verdictOf = () => ({ kind: 'accepted' })
      c.before = () => {}
      c.after = () => {}
    }
  })
  const progress = (id: string, revision?: number) => store.system((tx) => readProgress(tx, id, revision))
  const counts = async (id: string, revision?: number) => {
    const p = await progress(id, revision)
    t.equal(p.waiting + p.accepted + p.failed + p.unknown + p.expired + p.calledOff, p.planned, 'the states add up to planned')
    return p
  }

  t.test('everybody is told once, the words are rendered once per grid, and first and last are journaled once', async (t) => {
    const both = people(ids.slice(0, 50), { channels: ['voice', 'sms'] })
    const alert = await outbox.issue({ recipients: [...both, ...both, person(ids[55]!)], unreachable: 4 })
    await outbox.run()
    t.equal(carrier('sms').sent.length, 0, 'planning sends nothing')
    await delivery.tick()
    t.equal(carrier('sms').sent.length, 51)
    t.equal(carrier('voice').sent.length, 50)
    const p = await counts(alert)
    t.match(p, { planned: 51, accepted: 51, delivered: 0, unreachable: 4, byChannel: { sms: { accepted: 51 }, voice: { accepted: 50 } } })
    const messages = await store.system((tx) => tx.selectFrom('message').selectAll().execute())
    t.equal(messages.length, 18, 'nine grids on two channels')
    t.equal((await outbox.journal('delivery.first-accepted', alert)).length, 1)
    t.equal((await outbox.journal('delivery.last-accepted', alert)).length, 1)
    t.match(
      (await outbox.journal('deliveries.planned', alert)).map((j) => j.data),
      [{ planned: 51, unreachable: 4, purpose: 'warn' }],
    )
    t.ok(p.firstAcceptedAt && p.lastAcceptedAt && p.firstAcceptedAt <= p.lastAcceptedAt)
  })

  t.test('F3: a plan run again adds only what is missing', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 50)) })
    await outbox.run()
    const before = await outbox.rows(alert)
    await store.system((tx) =>
      sql`delete from delivery where id in (select id from delivery where revision_id = ${before[0]!.revision_id} order by id limit 5)`.execute(
        tx,
      ),
    )
    await store.system((tx) =>
      delivery.reactions.planDeliveries(tx, { data: { revisionId: before[0]!.revision_id } } as unknown as Parameters<
        typeof delivery.reactions.planDeliveries
      >[1]),
    )
    await outbox.run()
    await delivery.tick()
    t.equal((await outbox.rows(alert)).length, 50)
    t.equal(carrier('sms').sent.length, 50)
    t.equal(carrier('sms').duplicates(), 0)
    t.equal((await outbox.journal('deliveries.planned', alert)).length, 1)
  })

  t.test('I7: those who must move are told first, red before blue', async (t) => {
    const blue = await outbox.issue({ recipients: people(ids.slice(0, 10)), level: 'blue' })
    const red = await outbox.issue({ recipients: [...people(ids.slice(0, 40)), ...people(ids.slice(40, 45), { move: true })] })
    await outbox.run()
    await delivery.drain('sms-red')
    t.same(
      carrier('sms')
        .sent.slice(0, 5)
        .map((m) => m.contactId),
      ids.slice(40, 45),
    )
    t.ok(carrier('sms').sent.every((m) => m.alertId === red))
    const risky = new Set(ids.slice(40, 45).map(gridOf))
    const rest = carrier('sms')
      .sent.slice(5)
      .map((m) => risky.has(gridOf(m.contactId)))
    t.equal(rest.indexOf(false), rest.filter(Boolean).length, 'then their neighbours, then the others')
    await delivery.drain('sms-blue')
    t.equal(carrier('sms').sent.filter((m) => m.alertId === blue).length, 10)
  })

  t.test('who reads no Chinese is told in English, and so is the correction', async (t) => {
    const [guest, neighbour] = [ids[0]!, ids[9]!]
    const alert = await outbox.issue({ recipients: [person(guest, { language: 'en' }), person(neighbour)] })
    await outbox.run()
    await delivery.tick()
    const inTongue = () => Object.fromEntries(carrier('sms').sent.map((m) => [m.contactId, m.language]))
    t.equal(gridOf(guest), gridOf(neighbour), 'next door')
    t.same(inTongue(), { [guest]: 'en', [neighbour]: 'zh' })
    carrier('sms').sent = []
    await outbox.callOff(alert)
    await outbox.run()
    await delivery.tick()
    t.same(inTongue(), { [guest]: 'en', [neighbour]: 'zh' })
  })

  t.test('held: nothing leaves; resumed: it goes on', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 50)) })
    await outbox.setState(alert, 'held')
    await outbox.run()
    await delivery.tick()
    await delivery.sweep()
    t.equal(carrier('sms').sent.length, 0)
    t.equal((await counts(alert)).waiting, 50, 'a held message is not closed')
    await outbox.setState(alert, 'issued')
    await delivery.tick()
    t.equal(carrier('sms').sent.length, 50)
  })

  t.test('F25 I5: called off in mid-chunk: no further batch starts, the correction goes to exactly those told', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 50), { channels: ['sms'] }) })
    await outbox.run()
    let batches = 0
    carrier('sms').after = async () => {
      if (++batches === 3) await outbox.callOff(alert)
    }
    await delivery.drain('sms-red')
    t.equal(carrier('sms').sent.length, 30, 'three batches of ten, none after the call-off')
    carrier('sms').after = () => {}
    const told = carrier('sms').sent.map((m) => m.contactId)
    carrier('sms').sent = []
    await outbox.run()
    await delivery.sweep()
    await delivery.tick()
    t.same(
      carrier('sms')
        .sent.map((m) => m.contactId)
        .sort(),
      told.sort(),
    )
    t.ok(carrier('sms').sent.every((m) => m.text.startsWith('correct') && m.revision === 2))
    t.match(await counts(alert, 1), { planned: 50, accepted: 30, calledOff: 20 })
    t.match(await counts(alert, 2), { planned: 30, accepted: 30 })
  })

  t.test('F25: an outcome that comes in after the correction was planned adds its people to the correction', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 10)) })
    await outbox.run()
    carrier('sms').after = async () => {
      carrier('sms').after = () => {}
      await outbox.callOff(alert)
      await outbox.run()
    }
    await delivery.drain('sms-red')
    t.equal((await outbox.rows(alert)).filter((r) => r.revision === 2).length, 0, 'the plan came too early to see them')
    await outbox.run()
    await delivery.tick()
    t.match(await counts(alert, 2), { planned: 10, accepted: 10 })
  })

  t.test('an update replaces what is not sent; the all-clear goes to all who were told of any wording', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 40)) })
    await outbox.run()
    let batches = 0
    carrier('sms').after = async () => {
      if (++batches === 2) await outbox.revise(alert, people(ids.slice(10, 30)))
    }
    await delivery.drain('sms-red')
    carrier('sms').after = () => {}
    await outbox.run()
    await delivery.tick()
    const first = carrier('sms')
      .sent.filter((m) => m.revision === 1)
      .map((m) => m.contactId)
    t.equal(first.length, 20)
    t.equal(carrier('sms').sent.filter((m) => m.revision === 2).length, 20)
    t.match(await counts(alert, 1), { accepted: 20, calledOff: 20 })
    await outbox.allClear(alert)
    await outbox.run()
    await delivery.tick()
    const cleared = carrier('sms')
      .sent.filter((m) => m.revision === 3)
      .map((m) => m.contactId)
    t.same(cleared.sort(), [...new Set([...first, ...ids.slice(10, 30)])].sort())
    t.match(await progress(alert), { revision: 2, purpose: 'warn' }, 'progress goes on telling of the warning')
  })

  t.test('F20: too late is never sent, and is counted', async (t) => {
    const alert = await outbox.issue({
      recipients: people(ids.slice(0, 30)),
      expiresAt: new Date(outbox.clock.now().getTime() + 3_600_000),
    })
    await outbox.run()
    await outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + 3_700_000) })
    await delivery.drain('sms-red')
    t.equal(carrier('sms').sent.length, 0, 'the gate is shut before anything is closed')
    await delivery.tick()
    t.equal(carrier('sms').sent.length, 0)
    t.match(await counts(alert), { planned: 30, expired: 30, waiting: 0 })
    t.equal((await outbox.journal('delivery.last-accepted', alert)).length, 0)
  })

  t.test('F26 I4: an exercise reaches the allow-list only, whatever the plan says', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 30)), kind: 'exercise' })
    await outbox.run()
    await delivery.tick()
    t.same(
      carrier('sms')
        .sent.map((m) => m.contactId)
        .sort(),
      ids.slice(0, 3),
    )
    t.ok(carrier('sms').sent.every((m) => m.exercise))
    t.match(await counts(alert), { planned: 30, accepted: 3, calledOff: 27 })
  })

  t.test('I4: a process wired for a live register takes nothing from a sample store', async (t) => {
    await outbox.issue({ recipients: people(ids.slice(0, 5)) })
    await outbox.run()
    await store.system((tx) => sql`update fact set value = '"live"' where key = 'register'`.execute(tx))
    await delivery.drain('sms-red')
    t.equal(carrier('sms').sent.length, 0)
    await store.system((tx) => sql`update fact set value = '"sample"' where key = 'register'`.execute(tx))
    await delivery.drain('sms-red')
    t.equal(carrier('sms').sent.length, 5)
  })

  t.test('F34: verdicts: refused, gone, try again, later, unknown, no address', async (t) => {
    const [refused, gone, busy, never, later, doubtful] = ids as [number, number, number, number, number, number]
    const tries = new Map<number, number>()
    carrier('sms').verdictOf = (m) => {
      const n = (tries.get(m.contactId) ?? 0) + 1
      tries.set(m.contactId, n)
      if (m.contactId === refused) return { kind: 'refused', reason: 'blacklist' }
      if (m.contactId === gone) return { kind: 'refused', reason: 'no such number', broken: true }
      if (m.contactId === busy && n === 1) return { kind: 'tryAgain', reason: 'busy' }
      if (m.contactId === never) return { kind: 'tryAgain', reason: 'busy' }
      if (m.contactId === later && n < 6) return { kind: 'tryAgain', reason: 'limit', notBefore: new Date() }
      if (m.contactId === doubtful && n === 1) return { kind: 'unknown', reason: 'timeout' }
      return { kind: 'accepted' }
    }
    const stranger = await store.system((tx) =>
      tx
        .insertInto('contact')
        .values({ id: 900_001, place, kind: 'phone', blind: Buffer.from('none') })
        .returning('id')
        .executeTakeFirstOrThrow(),
    )
    const alert = await outbox.issue({ recipients: people([...ids.slice(0, 6), stranger.id]) })
    await outbox.run()
    for (let i = 0; i < 8; i++) await delivery.drain('sms-red')
    const rows = new Map((await outbox.rows(alert)).map((r) => [r.contact_id, r]))
    t.match(rows.get(refused), { state: 2, reason: 'blacklist' })
    t.match(rows.get(gone), { state: 2, reason: 'no such number' })
    t.match(rows.get(busy), { state: 1, attempts: 2, reason: null })
    t.match(rows.get(never), { state: 2, attempts: 3, reason: 'busy' }, 'the tries are used up')
    t.match(rows.get(later), { state: 1, attempts: 1 }, "a carrier's own limit is not a failed try")
    t.match(rows.get(doubtful), { state: 1 }, 'asked about, not sent again')
    t.equal(tries.get(doubtful), 1)
    t.match(rows.get(stranger.id), { state: 2, reason: 'no-address' })
    const contact = await store.system((tx) => tx.selectFrom('contact').select('broken').where('id', '=', gone).executeTakeFirstOrThrow())
    t.equal(contact.broken, 'no such number')
    t.match(await counts(alert), { planned: 7, accepted: 3, failed: 4 })
  })

  t.test('F34: a phone that is off one night is rung the next; one that is silent on three days of alerts is a dead number', async (t) => {
    const [gone, off] = [ids[20]!, ids[21]!]
    const dead = () => store.system((tx) => tx.selectFrom('contact').select('id').where('broken', '=', 'MOBILE_NOT_ON_SERVICE').execute())
    for (const day of [1, 2, 3, 4]) {
      const alert = await outbox.issue({ recipients: people([gone, off]) })
      await outbox.run()
      await delivery.tick()
      const rows = await outbox.rows(alert)
      t.equal(rows.length, 2, 'both are told')
      const report = (contact: number, reached: boolean) => {
        const outId = rows.find((r) => r.contact_id === contact)!.out_id
        return reached
          ? { outId, kind: 'delivered' as const }
          : { outId, kind: 'failed' as const, reason: 'MOBILE_NOT_ON_SERVICE', broken: 'maybe' as const }
      }
      const said = [report(gone, false), report(off, day === 2)]
      await delivery.inbox.receive(said)
      await delivery.inbox.receive(said)
      t.same(
        (await dead()).map((c) => c.id),
        day < 3 ? [] : [gone],
        `day ${day}`,
      )
      if (day === 3) t.equal((await outbox.journal('contact.broken', alert)).length, 1)
      await outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + 86_400_000) })
    }
  })

  t.test('F31: a carrier that hangs or throws leaves doubt, and the lane goes on', async (t) => {
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 10)) })
    await outbox.run()
    const faults = [() => new Promise<void>(() => {}), () => Promise.reject(new Error('socket closed'))]
    carrier('sms').before = () => faults.shift()?.()
    for (let i = 0; i < 5; i++) await delivery.drain('sms-red')
    t.equal(faults.length, 0)
    t.match(await counts(alert), { unknown: 0, accepted: 10 })
    t.equal(carrier('sms').sent.length, 10, 'the carrier never saw them, so they were sent')
    t.equal((await outbox.rows(alert))[0]!.attempts, 3)
  })

  t.test('progress speaks for a contact with the best of its channels', async (t) => {
    carrier('voice').verdictOf = () => ({ kind: 'refused', reason: 'no voice' })
    const alert = await outbox.issue({ recipients: people(ids.slice(0, 4), { channels: ['voice', 'sms'] }) })
    await outbox.run()
    await delivery.drain('voice-red')
    t.match(await counts(alert), { planned: 4, waiting: 4, failed: 0 })
    await delivery.drain('sms-red')
    t.match(await counts(alert), { accepted: 4, failed: 0, byChannel: { voice: { failed: 4 }, sms: { accepted: 4 } } })
  })

  t.test('F32: a carrier that cannot be asked: sent again rather than missed, and at the end it stays unknown', async (t) => {
    const deaf = await openOutbox(store, { carriers: [new ScriptedCarrier('sms', 10, 1, false)] })
    deaf.carrier('sms').verdictOf = () => ({ kind: 'unknown', reason: 'timeout' })
    const alert = await deaf.issue({ recipients: people(ids.slice(0, 2)) })
    await deaf.run()
    for (let i = 0; i < 5; i++) await deaf.delivery.drain('sms-red')
    t.match(await counts(alert), { unknown: 2, waiting: 0 })
    t.equal(deaf.carrier('sms').sent.length, 6, 'three tries each')
  })
})
