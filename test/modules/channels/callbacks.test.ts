import { sql } from 'kysely'
import pino from 'pino'
import t from 'tap'
import { readEnvironment } from '../../../src/base/config.js'
import { createSeal } from '../../../src/base/seal.js'
import type { Store } from '../../../src/base/store/store.js'
import { callbackRoutes } from '../../../src/channels/callback-routes.js'
import { type FoldDeps, foldCallbacks } from '../../../src/channels/fold-callbacks.js'
import { gradeCode, keyLength, outIdOf } from '../../../src/delivery/delivery.js'
import { replyRoutes } from '../../../src/delivery/reply-routes.js'
import { createApp } from '../../../src/http/app.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { fillRegister, openOutbox, people, place, quiet, ScriptedCarrier } from '../delivery/rig.js'

const seal = createSeal(Buffer.alloc(32, 7))
const phoneOf = (contactId: number) => `+861${String(contactId).padStart(10, '0')}`
const written = (contactId: number) => phoneOf(contactId).slice(3)

t.test('what carriers push', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 12)
  await store.system(async (tx) => {
    for (const id of ids)
      await tx
        .updateTable('contact')
        .set({ blind: seal.blind(phoneOf(id)) })
        .where('id', '=', id)
        .execute()
  })
  const sms = new ScriptedCarrier('sms')
  sms.verdictOf = (m) => ({ kind: 'accepted', carrierId: `biz-${m.contactId}` })
  const outbox = await openOutbox(store, { carriers: [sms] })
  const home = { place, level: 'subdistrict', name: '文峰街道', aliases: [] }
  const snapshot = { places: [home], grids: [{ place: `${place}001001` }] } as unknown as Snapshot
  const register: FoldDeps['register'] = {
    snapshot: () => snapshot,
    directory: () => ({ address: (id) => (ids.includes(id) ? phoneOf(id) : undefined), household: () => undefined }),
  }
  const deps: FoldDeps = { store, register, seal, log: quiet }
  const fold = () => foldCallbacks(deps)
  const { app, authentication } = await createApp(readEnvironment({}, process.cwd()), store, pino({ level: 'silent' }))
  t.teardown(() => app.close())
  let rings = 0
  const doorbell = { ring: () => void rings++ }
  callbackRoutes(app, { store, seal, log: quiet, doorbell, callbackSecrets: new Map([['alibaba-sms', 'guess-me-not']]) })

  replyRoutes(app, { store, seal })
  const scopes: Record<string, string> = { officer: place, auditor: place, keeper: '500154002009' }
  authentication.addSource((token) => (scopes[token] ? { person: token, role: token, scope: scopes[token] } : null))
  const as = async (who: string, method: 'GET' | 'POST', path: string, payload?: object) => {
    const url = { method, url: path, headers: { authorization: `Bearer ${who}` } }
    const answer = await app.inject(payload ? { ...url, payload } : url)
    return { status: answer.statusCode, body: answer.json() as Record<string, unknown> & { items: unknown[] } }
  }

  const post = async (path: string, payload: unknown) => {
    const answer = await app.inject({ method: 'POST', url: `/api/callbacks/${path}`, payload: payload as object })
    return { status: answer.statusCode, body: answer.json() as unknown }
  }
  const reports = (...lines: unknown[]) => post('alibaba-sms/report/guess-me-not', lines)
  const issue = async (to: number[] = ids.slice(0, 3)) => {
    const alert = await outbox.issue({ recipients: people(to) })
    await outbox.run()
    await outbox.delivery.tick()
    return alert
  }
  const keyOf = (id: number) =>
    store.system(async (tx) => {
      const chunk = Math.floor(id / 1000)
      return (await tx.selectFrom('delivery_chunk').select('key').where('id', '=', chunk).executeTakeFirstOrThrow()).key
    })
  const sentTo = async (alert: string, contactId: number) => {
    const row = (await outbox.rows(alert)).find((r) => r.contact_id === contactId)!
    return { row, outId: outIdOf(await keyOf(row.id), row.id) }
  }
  const report = (contactId: number, outId: string, more: Record<string, unknown> = {}) => ({
    phone_number: written(contactId),
    out_id: outId,
    biz_id: `biz-${contactId}`,
    success: true,
    err_code: 'DELIVERED',
    send_time: '2025-07-12 03:31:00',
    report_time: '2025-07-12 03:31:02',
    sms_size: '1',
    ...more,
  })
  const standing = async (alert: string, contactId: number) => {
    const { row } = await sentTo(alert, contactId)
    return [row.state, row.grade, row.reason]
  }
  const delivered = [1, gradeCode.delivered, null]
  const accepted = [1, gradeCode.accepted, null]
  const waiting = () => store.system((tx) => tx.selectFrom('callback').selectAll().orderBy('id').execute())
  const minutesPass = (n: number) => outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + n * 60_000) })
  const journal = (event: string) => store.system((tx) => tx.selectFrom('journal').select('data').where('event', '=', event).execute())

  t.beforeEach(() => store.system((tx) => tx.deleteFrom('reply').execute()))
  t.test('they come in at an address nobody can guess, are kept as they came, sealed, and answered at once', async (t) => {
    const [a] = ids as [number]
    const alert = await issue([a])
    const { outId } = await sentTo(alert, a)
    for (const path of [
      'alibaba-sms/report/wrong',
      'alibaba-sms/report/guess-me-no',
      'alibaba-sms/other/guess-me-not',
      'other/report/guess-me-not',
      'alibaba-voice/report/guess-me-not',
    ])
      t.equal((await post(path, [report(a, outId)])).status, 404, path)
    for (const body of [{}, [{ phone_number: 1 }], [{ ...report(a, outId), success: 'maybe' }]])
      t.match(await post('alibaba-sms/report/guess-me-not', body), { status: 400, body: { errors: [{ path: /0\./ }] } }, 'names the line')
    t.same(await waiting(), [])
    t.equal(rings, 0)

    t.same(await reports(report(a, outId)), { status: 200, body: { code: 0, msg: '成功' } })
    t.same([rings, await standing(alert, a)], [1, accepted], 'kept, not yet looked at')
    const [kept] = await waiting()
    t.notMatch(kept!.sealed.toString('latin1'), new RegExp(written(a)), 'no number lies open')
    t.equal(await fold(), 1)
    t.same(await standing(alert, a), delivered)
    t.same(await waiting(), [], 'what it said is in the row now')
  })

  t.test('F6: killed in the middle of folding, nothing is lost and nothing counts twice', async (t) => {
    const [a, b] = ids as [number, number]
    const alert = await issue([a, b])
    await reports(
      report(a, (await sentTo(alert, a)).outId),
      report(b, (await sentTo(alert, b)).outId, { success: false, err_code: 'MK:0001' }),
    )
    await post('alibaba-sms/reply/guess-me-not', [{ phone_number: written(a), content: '帮帮我', sequence_id: 'f6' }])
    const dying: Store = {
      ...store,
      system: (work) =>
        store.system(async (tx) => {
          await work(tx)
          throw new Error('killed before the commit')
        }),
    }
    await t.rejects(foldCallbacks({ ...deps, store: dying }))
    t.same([await standing(alert, a), (await waiting()).length], [accepted, 2])
    t.equal(await fold(), 2)
    t.same(
      [await standing(alert, a), await standing(alert, b)],
      [
        [1, gradeCode.pressed, null],
        [2, gradeCode.accepted, 'MK:0001'],
      ],
    )
    t.equal((await outbox.journal('answer.received', alert)).length, 1)
    t.equal(await fold(), 0)
  })

  t.test('F38: doubled and out of order, they end the same; three days late counts', async (t) => {
    const [a, b] = ids as [number, number]
    const alert = await issue([a, b])
    const [toA, toB] = [(await sentTo(alert, a)).outId, (await sentTo(alert, b)).outId]
    await reports(report(a, toA, { success: false, err_code: 'MK:0001' }))
    await reports(report(a, toA), report(a, toA))
    await reports(report(a, toA, { success: false, err_code: 'MK:0001' }))
    await fold()
    t.same(await standing(alert, a), delivered, 'a failure told after the delivery moves nothing back')
    await minutesPass(3 * 24 * 60)
    await reports(report(b, toB))
    await fold()
    t.same(await standing(alert, b), delivered)
  })

  t.test('F38: an id nobody knows yet is kept and tried again; one that stays unknown is told at last', async (t) => {
    const [a] = ids as [number]
    const alert = await issue([a])
    const { row, outId } = await sentTo(alert, a)
    const hide = (key: string) =>
      store.system((tx) => sql`update delivery_chunk set key = ${key} where id = ${Math.floor(row.id / 1000)}`.execute(tx))
    const key = await keyOf(row.id)
    await hide('not-committed')
    await reports(report(a, outId), report(a, `${'z'.repeat(keyLength)}00`))
    await fold()
    t.equal((await waiting()).length, 1, 'both are kept')
    t.equal(await fold(), 0, 'and left alone for a minute')
    await hide(key)
    await minutesPass(1)
    await fold()
    t.same(await standing(alert, a), delivered)
    t.equal((await waiting()).length, 1, 'the stranger alone is kept on')
    for (const minutes of [10, 60]) {
      t.same(await journal('receipt.unknown'), [])
      await minutesPass(minutes)
      await fold()
    }
    t.same(await waiting(), [])
    t.match(await journal('receipt.unknown'), [{ data: { kind: 'report', count: 1 } }])
  })

  t.test('F38: forged reports are refused and counted, and take no good one with them', async (t) => {
    const [a, b] = ids as [number, number]
    const alert = await issue([a, b])
    const [toA, toB] = [(await sentTo(alert, a)).outId, (await sentTo(alert, b)).outId]
    const before = (await journal('receipt.refused')).length
    const forged = [report(b, toA), report(a, toA, { biz_id: `biz-${b}` }), report(a, toB), report(a, toA, { phone_number: '' })]
    await reports(...forged, report(b, toB))
    await fold()
    t.same([await standing(alert, a), await standing(alert, b)], [accepted, delivered])
    const told = (await journal('receipt.refused')).slice(before)
    t.match(told, [{ data: { count: 4 } }])
    t.notMatch(JSON.stringify(told), new RegExp(written(a)))
    t.same(await waiting(), [], 'a forgery is not tried again')

    const { row } = await sentTo(alert, a)
    await store.system((tx) => tx.updateTable('delivery').set({ attempts: 2 }).where('id', '=', row.id).execute())
    await reports(report(a, toA, { biz_id: 'of the first try' }))
    await fold()
    t.same(await standing(alert, a), delivered, 'what was sent twice has two ids at the carrier, and both are true')
  })

  t.test('what left in one request with others is found by its number', async (t) => {
    const [a, b, c] = ids as [number, number, number]
    const alert = await issue([a, b, c])
    const key = await keyOf((await sentTo(alert, a)).row.id)
    await reports(report(a, key), report(b, key, { success: false, err_code: 'MK:0001' }), report(c, key, { biz_id: 'other' }))
    await fold()
    t.same(await standing(alert, a), delivered)
    t.same(await standing(alert, b), [2, gradeCode.accepted, 'MK:0001'])
    t.same(await standing(alert, c), accepted, 'the carrier’s own id must fit here too')
  })

  t.test('one that cannot be folded does not hold back the others', async (t) => {
    const [a] = ids as [number]
    const alert = await issue([a])
    const { outId } = await sentTo(alert, a)
    const strange = createSeal(Buffer.alloc(32, 8)).seal([], 'callback')
    await store.system((tx) => tx.insertInto('callback').values({ carrier: 'alibaba-sms', kind: 'report', sealed: strange }).execute())
    await reports(report(a, outId))
    await fold()
    t.same(await standing(alert, a), delivered)
    t.match(await waiting(), [{ tries: 1 }], 'it is kept, and looked at later')
    await store.system((tx) => tx.deleteFrom('callback').execute())
  })

  const write = async (contactId: number, content: string, more: Record<string, unknown> = {}) => {
    const line = { phone_number: written(contactId), content, send_time: '2025-07-12 03:33:00', dest_code: '1069', ...more }
    t.equal((await post('alibaba-sms/reply/guess-me-not', [line])).status, 200)
    await fold()
  }
  const answersTo = async (alert: string) => (await outbox.journal('answer.received', alert)).map((j) => [j.data.value, j.data.help])
  const kept = () => store.system((tx) => tx.selectFrom('reply').selectAll().orderBy('id').execute())
  const close = (...alerts: string[]) => Promise.all(alerts.map((id) => outbox.setState(id, 'closed')))
  const closeAll = () => store.system((tx) => tx.updateTable('alert').set({ state: 'closed' }).execute())

  t.test('a reply answers every open alert of its number; told twice it is one answer', async (t) => {
    await closeAll()
    await minutesPass(4 * 24 * 60)
    const [a] = ids as [number]
    const [over, one, two] = [await issue([a]), await issue([a]), await issue([a])]
    await close(over)
    await write(a, ' 收到 ', { sequence_id: 42 })
    await write(a, ' 收到 ', { sequence_id: 42 })
    t.same(await Promise.all([over, one, two].map(answersTo)), [[], [['1', false]], [['1', false]]])
    t.same(await standing(one, a), [1, gradeCode.pressed, null])
    t.same(await kept(), [], 'nobody has to read it')
    await close(one, two)
    await write(a, '知道了')
    t.same(await answersTo(two), [['1', false]], 'after the end it answers the last one, once')
    const late = ids[11]!
    await write(late, '1')
    t.equal((await waiting()).length, 1, 'who was sent nothing yet may have been quicker than our own note of it: kept for a minute')
    await store.system((tx) => tx.deleteFrom('callback').execute())
  })

  t.test('a cry for help is one task, whatever it answers; said again it is heard again', async (t) => {
    await closeAll()
    const [, b] = ids as [number, number]
    const [one, two] = [await issue([b]), await issue([b])]
    await write(b, '快来人,我妈走不动', { sequence_id: 50 })
    await write(b, '快来人,我妈走不动', { sequence_id: 50 })
    t.same([await answersTo(one), await answersTo(two)], [[['2', false]], [['2', true]]], 'told once, as the answer to the newest')
    await write(b, '2', { sequence_id: 51 })
    t.same(await answersTo(two), [
      ['2', true],
      ['2', true],
    ])
    const rows = await kept()
    t.match(
      rows,
      [
        { meaning: 'help', settled_as: 'help' },
        { meaning: 'help', settled_as: 'help' },
      ],
      'the words are kept, sealed',
    )
    t.notMatch(rows[0]!.sealed.toString('latin1'), /走不动/)
    t.notMatch(JSON.stringify(await outbox.journal('reply.received')), /走不动/)
  })

  t.test('what is not clear, "no more messages" and a number nobody has wait for a person, and are nobody’s answer', async (t) => {
    await closeAll()
    const [, , c] = ids as [number, number, number]
    const alert = await issue([c])
    await write(c, '你是谁?')
    await write(c, 'TD')
    await write(c, '3')
    await write(777_777, '救命,水进屋了')
    t.same(await standing(alert, c), accepted)
    t.same(
      (await kept()).map((r) => [r.meaning, r.contact_id, r.place, r.settled_as]),
      [
        ['unclear', c, '500154002001001', null],
        ['stop', c, '500154002001001', null],
        ['cannot-come', c, '500154002001001', null],
        ['help', null, place, null],
      ],
    )
    t.match((await outbox.journal('reply.received')).slice(-1), [{ data: { meaning: 'help', known: false } }])

    const list = async (query = '') => (await as('officer', 'GET', `/api/replies${query}`)).body as { items: Record<string, unknown>[] }
    t.match((await list()).items, [
      { meaning: 'help', words: '救命,水进屋了', phone: '100****7777', who: null, alerts: 0 },
      { meaning: 'cannot-come', words: '3' },
      { meaning: 'stop' },
      { meaning: 'unclear', words: '你是谁?', alerts: 1 },
    ])
    t.equal((await as('auditor', 'GET', '/api/replies')).status, 403)
    t.equal((await as('keeper', 'GET', '/api/replies')).body.items.length, 0, 'of another place')
    const [cry, , stop, unclear] = (await list()).items.map((r) => r.id) as [string, string, string, string]
    t.match((await as('officer', 'GET', `/api/replies/${cry}/number`)).body, { phone: phoneOf(777_777) })
    t.equal((await journal('sealed.seen')).length, 1, 'who looked stands in the record')
    t.match(
      await as('officer', 'POST', `/api/replies/${cry}/settle`, { as: 'help' }),
      { status: 409 },
      'nothing to tie it to: ring and send somebody',
    )
    t.equal((await as('officer', 'POST', `/api/replies/${cry}/settle`, { as: 'read' })).status, 200)
    await close(alert)
    await issue([c])
    t.equal(
      (await as('officer', 'POST', `/api/replies/${unclear}/settle`, { as: 'help' })).status,
      200,
      'hours later, when another is open',
    )
    t.equal((await as('officer', 'POST', `/api/replies/${unclear}/settle`, { as: 'heard' })).status, 200, 'pressed twice is once')
    t.same(await answersTo(alert), [['2', true]])
    t.equal((await as('officer', 'POST', `/api/replies/${stop}/settle`, { as: 'read' })).status, 200)
    t.match((await list()).items, [{ meaning: 'cannot-come' }])
    t.match((await list('?open=false&limit=2')).items, [{ settledAs: 'read' }, { settledAs: null }])
  })
})
