import Fastify from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { newId } from '../../../src/base/ids.js'
import { Problem } from '../../../src/base/problem.js'
import type { App } from '../../../src/base/web.js'
import { isRecent } from '../../../src/delivery/count-contacts.js'
import { deliveryRoutes } from '../../../src/delivery/delivery-routes.js'
import { progressRoutes } from '../../../src/delivery/progress-routes.js'
import { kindOfReason } from '../../../src/delivery/reason.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { escalation, fillRegister, place } from './rig.js'

const people = 60_000
const grids = 100

/** One red warning to 60,000 contacts: an SMS each, a call to 40,000 of them; some failed, some nobody knows of. */
async function openPage(t: Test) {
  const store = await openTestStore(t, 'postgres')
  const contacts = await fillRegister(store, people)
  const [first] = contacts as [number]
  const alertId = newId()
  const rung: string[] = []
  const revisionId = await store.system(async (tx) => {
    await tx
      .insertInto('alert')
      .values({
        ...{
          id: alertId,
          series_id: newId(),
          place,
          kind: 'actual',
          origin: 'relay',
          audience: 'residents',
          state: 'issued',
          level: 'red',
        },
        ...{ event: '暴雨', title: '暴雨红色预警信号', identifier: alertId, created_by: 'officer', issued_at: new Date() },
      })
      .execute()
    const { id } = await tx
      .insertInto('alert_revision')
      .values({
        ...{ alert_id: alertId, place, revision: 1, purpose: 'warn', words: '{}', hash: 'h', issued_by: 'officer' },
        ...{ planned: people, people: people * 2, unreachable: 7, plan_done: true },
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const message = await tx
      .insertInto('message')
      .values({ place, revision_id: id, channel: 1, language: 'zh', relation: 'self', template: 'test', text: '请勿外出涉水' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await sql`
      insert into delivery_chunk (id, key, place, revision_id, alert_id, revision, channel, lane, size, open, done)
      select n, lpad(n::text, 13, 'k'), ${place}, ${id}, ${alertId}, 1, case when n <= 60 then 1 else 2 end, case when n <= 60 then 10 else 20 end, 1000, 0, n <> 60
      from generate_series(1, 100) n`.execute(tx)
    // Of the texts every 50th number is dead, every 40th switched off and one in 32 unknown; of the calls every 4th was answered.
    await sql`
      insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, state, grade, attempts, place, reason, at)
      select n / 1000 * 1000 + 1000 + n % 1000, ${id}, ${first} + case when n < ${people} then n else n - ${people} end, ${message.id},
        case when n < ${people} then 1 else 2 end, 1,
        case when n >= ${people} then 1 when n % 50 = 0 or n % 40 = 0 then 2 when n % 32 = 1 then 3 else 1 end,
        case when n < ${people} then case when n % 50 = 0 or n % 40 = 0 or n % 32 = 1 then 0 else 1 + n % 2 end else case when n % 4 = 1 then 5 else 1 end end,
        1, ${place} || '001' || lpad((n % ${grids})::text, 3, '0'),
        case when n >= ${people} then null when n % 50 = 0 then 'isv.MOBILE_NUMBER_ILLEGAL: no such number' when n % 40 = 0 then 'MOBILE_SHUTDOWN' when n % 32 = 1 then 'timeout' end, now()
      from generate_series(0, 99999) n`.execute(tx)
    // Somebody is called in another's place, and one whose text failed was told who is coming: neither changes who the warning reached.
    await sql`
      insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, state, grade, place)
      values (200001, ${id}, ${first + 70_000}, ${message.id}, 2, 11, 1, 5, ${place}), (200002, ${id}, ${first + 40_050}, ${message.id}, 1, 4, 1, 2, ${place})`.execute(
      tx,
    )
    await sql`insert into household (id, place, building, unit, floor, room, people) values ('h1', ${`${place}001001`}, '2', 1, 3, '301', 2)`.execute(
      tx,
    )
    await sql`insert into household_contact (household_id, contact_id, place, relation) values ('h1', ${first + 1}, ${`${place}001001`}, 'self')`.execute(
      tx,
    )
    await sql`insert into staff (id, place, name, post, contact_id) values ('s1', ${`${place}001002`}, '陈敏', '网格员', ${first + 2}), ('s2', ${place}, '李静', '副网格长', null)`.execute(
      tx,
    )
    return id
  })
  await store.system((tx) => sql`analyze delivery`.execute(tx)).catch(() => undefined)
  const snapshot = {
    ...{ builtAt: new Date(0), places: [], contacts: new Map(), points: [], shelters: [], shifts: [], groups: [] },
    grids: Array.from({ length: grids }, (_, n) => ({ place: `${place}001${String(n).padStart(3, '0')}`, name: `三中社区${n}网格` })),
    households: [
      {
        id: 'h1',
        place: `${place}001001`,
        building: '2',
        unit: 1,
        floor: 3,
        room: '301',
        people: 2,
        tags: [],
        contacts: [{ contactId: first + 1, relation: 'self' }],
      },
    ],
    staff: [
      { id: 's1', place: `${place}001002`, name: '陈敏', post: '网格员', contactId: first + 2 },
      { id: 's2', place, name: '李静', post: '副网格长', contactId: null },
    ],
  } as unknown as Snapshot
  const register = {
    snapshot: () => snapshot,
    directory: () => ({ address: (id: number) => `+86162${String(id).padStart(8, '0')}`, household: () => ({ head: '王某' }) as never }),
  }
  const app = Fastify() as unknown as App
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, _, reply) =>
    error instanceof Problem
      ? reply.status(error.status).send(error.toJSON())
      : reply.status(500).send({ detail: String((error as Error).stack) }),
  )
  app.decorateRequest('actor', null)
  app.addHook('onRequest', async (request) => {
    const [role = 'officer', scope = place] = String(request.headers['x-as'] ?? 'officer').split('@')
    request.actor = { person: role, role, scope }
  })
  progressRoutes(app, { store, register, escalation, givesReceipts: (channel) => channel !== 'group' })
  deliveryRoutes(app, { store, register, doorbell: { ring: (lane) => void rung.push(lane) } })
  await app.ready()
  t.teardown(() => app.close())
  const ask = async (method: 'GET' | 'POST', path: string, payload?: object, as = 'officer') => {
    const began = performance.now()
    const answer = await app.inject({
      method,
      url: `/api/alerts/${alertId}${path}`,
      headers: { 'x-as': as },
      ...(payload ? { payload } : {}),
    })
    return { status: answer.statusCode, body: answer.json(), ms: Math.round(performance.now() - began) }
  }
  return { store, ask, first, revisionId, alertId, rung }
}

t.test('the delivery page of an alert with 100,000 deliveries', { skip: !testDatabaseUrl && 'no PostgreSQL' }, async (t: Test) => {
  const { store, ask, first, revisionId, alertId, rung } = await openPage(t)
  const get = (path: string, as?: string) => ask('GET', path, undefined, as)
  const took = (what: string, ms: number) => t.comment(`${what}: ${ms} ms`)

  t.test('every contact is in exactly one state, in all and grid by grid', async (t) => {
    const { body: progress, ms } = await get('/progress')
    took('progress', ms)
    const parts = ['waiting', 'accepted', 'failed', 'unknown', 'expired', 'calledOff']
    const sum = (of: Record<string, number>) => parts.reduce((n, part) => n + of[part]!, 0)
    t.equal(progress.planned, people)
    t.equal(sum(progress), people)
    t.equal(progress.failed, 800, 'on no other channel either')
    const grades = Object.values(progress.grades as Record<string, number>).reduce((a, b) => a + b)
    t.equal(grades, progress.delivered, 'grades never mix: each contact has its highest')
    t.equal(progress.byChannel.sms.planned + progress.byChannel.voice.planned, 100_002)
    const { body: reach, ms: reachMs } = await get('/reach')
    took('by grid', reachMs)
    t.equal(reach.items.length, grids)
    for (const part of ['planned', ...parts]) {
      const ofGrids = reach.items.reduce((n: number, g: Record<string, number>) => n + g[part]!, 0)
      t.equal(ofGrids, progress[part], `the grids make the whole: ${part}`)
    }
    const missing = reach.items.map((g: { planned: number; accepted: number }) => g.planned - g.accepted)
    t.same(
      missing,
      [...missing].sort((a, b) => b - a),
      'where most are missing stands first',
    )
    t.same(reach.withoutReceipts, ['group'])
    t.match(reach.items[0], { placeName: /^三中社区\d+网格$/ })
  })

  t.test('a long count is not made anew for every question', async (t) => {
    t.ok(isRecent({ at: 1000, took: 500, rows: 1_000_000 }, 1000 + 4000), 'half a second of counting: asked again after four')
    t.notOk(isRecent({ at: 1000, took: 500, rows: 1_000_000 }, 1000 + 5000))
    t.notOk(isRecent({ at: 1000, took: 500, rows: 3000 }, 1001), 'few rows are counted each time')
  })

  t.test('the list is asked by state, channel, grid, reason and name, page by page', async (t) => {
    const page = async (filter: object) => {
      const { body, ms, status } = await ask('POST', '/deliveries/search', filter)
      t.equal(status, 200)
      took(JSON.stringify(filter), ms)
      return body
    }
    const seen = new Set<number>()
    let cursor: string | undefined
    do {
      const { items, nextCursor } = await page({ channel: 'sms', state: 'failed', limit: 500, ...(cursor ? { cursor } : {}) })
      for (const item of items) seen.add(item.id)
      t.ok(items.every((i: { channel: string; state: string }) => i.channel === 'sms' && i.state === 'failed'))
      cursor = nextCursor
    } while (cursor)
    t.equal(seen.size, 1200 + 1500 - 300, 'each failed one once')
    const grid = `${place}001033`
    const inGrid = await page({ place: grid, state: 'unknown', limit: 1000 })
    t.ok(inGrid.items.length > 0 && inGrid.items.every((i: { place: string }) => i.place === grid))
    const off = await page({ reason: 'out-of-reach', limit: 1000 })
    t.ok(off.items.every((i: { reason: string }) => i.reason === 'MOBILE_SHUTDOWN'))
    t.equal((await page({ reason: 'blocked' })).items.length, 0)
    const byName = await page({ words: '陈敏' })
    t.match(byName.items, [{ who: '网格员 陈敏', channel: 'sms' }, { channel: 'voice' }])
    t.equal(byName.items.length, 2)
    const byDoor = await page({ words: '301' })
    t.match(byDoor.items[0], { who: '2栋1单元3楼301室', to: /^162\*{4}\d{4}$/ })
    const auditor = await ask('POST', '/deliveries/search', { words: '陈敏' }, 'auditor')
    t.equal(auditor.body.items[0].who, null, 'who may not read the register reads no doors')
    const worker = await ask('POST', '/deliveries/search', { limit: 1000 }, `worker@${grid}`)
    t.ok(
      worker.body.items.every((i: { place: string }) => i.place === grid),
      'a worker of one grid sees that grid',
    )
  })

  t.test('many codes of carriers become few reasons with what to do', async (t) => {
    const { body, ms } = await get('/delivery-reasons')
    took('reasons', ms)
    const of = (kind: string) => body.items.find((i: { reason: string }) => i.reason === kind)
    t.equal(body.items.length, 3)
    t.match(of('out-of-reach'), { channel: 'sms', state: 'failed', count: 1200, remedies: ['retry', 'knock'] })
    t.match(of('no-answer'), { state: 'unknown', remedies: ['retry', 'knock'] })
    t.match(of('dead-number'), { state: 'failed', count: 1200, remedies: ['knock', 'correct'], said: [/MOBILE_NUMBER_ILLEGAL/] })
    const kinds = {
      'isv.BUSINESS_LIMIT_CONTROL: x': 'used-up',
      'no-carrier': 'account',
      MOBILE_NOT_ON_SERVICE: 'out-of-reach',
      'number-busy': 'one-at-a-time',
      'never-taken': 'busy',
      '502 Bad Gateway': 'busy',
      'never heard of': 'other',
    }
    for (const [said, kind] of Object.entries(kinds)) t.equal(kindOfReason(said), kind)
  })

  t.test('one delivery: its history, what comes next, and the number on press, journaled', async (t) => {
    const asleep = (await ask('POST', '/deliveries/search', { words: '301' })).body.items.find(
      (i: { channel: string }) => i.channel === 'voice',
    )
    await store.system((tx) =>
      tx
        .insertInto('answer')
        .values({ place, delivery_id: asleep.id, alert_id: alertId, contact_id: first + 1, grade: 'pressed', value: '1' })
        .execute(),
    )
    const { body: one } = await get(`/deliveries/${asleep.id}`)
    t.match(one, { to: /^162\*{4}/, householdId: 'h1', text: '请勿外出涉水', sealed: false, others: [{ channel: 'sms' }] })
    t.same(
      one.history.map((l: { textEn: string }) => l.textEn),
      [
        'Wording 1 was issued and this delivery written down',
        'Handed to the carrier once',
        'The carrier has taken it.',
        'Receipt: delivered to the phone',
        'Pressed a key or replied',
      ],
    )
    t.equal((await get(`/deliveries/${asleep.id}?see=sealed`, 'auditor')).status, 403)
    t.match((await get(`/deliveries/${asleep.id}?see=sealed`)).body, { to: /^162\d{8}$/, sealed: true })
    const looks = await store.system((tx) =>
      tx.selectFrom('journal').select(['event', 'thing_id', 'person']).where('event', '=', 'sealed.seen').execute(),
    )
    t.same(looks, [{ event: 'sealed.seen', thing_id: 'h1', person: 'officer' }])
    const unknown = (await ask('POST', '/deliveries/search', { state: 'unknown', limit: 1 })).body.items[0]
    t.match((await get(`/deliveries/${unknown.id}`)).body, { next: { text: /核实/ } }, 'unknown says what happens next')
    t.equal((await get('/deliveries/1')).status, 404)
  })

  t.test('once more: failed ones of one reason are waiting again, those in a chunk somebody works on are left to them', async (t) => {
    const wish = { revision: 1, channel: 'sms', state: 'failed', reason: 'out-of-reach' }
    t.equal((await ask('POST', '/deliveries/retry', { ...wish, revision: 2 })).status, 409)
    t.equal((await ask('POST', '/deliveries/retry', wish, 'worker')).status, 403)
    const { body } = await ask('POST', '/deliveries/retry', wish)
    t.equal(body.retried, 1180, '20 of 1,200 are in the chunk that is not done')
    const rows = await store.system(async (tx) => ({
      waiting: await sql<{ n: number }>`select count(*)::int as n from delivery where revision_id = ${revisionId} and state = 0`.execute(
        tx,
      ),
      open: await sql<{ n: number }>`select sum(open)::int as n from delivery_chunk where not done and id <> 60`.execute(tx),
      told: await tx.selectFrom('journal').select('data').where('event', '=', 'deliveries.retried').executeTakeFirstOrThrow(),
    }))
    t.equal(rows.waiting.rows[0]!.n, 1180)
    t.equal(rows.open.rows[0]!.n, 1180, 'the chunks know what is open in them')
    t.match(rows.told.data, { channel: 'sms', reason: 'out-of-reach', retried: 1180 })
    t.same(rung, ['sms-red'])
    t.same((await ask('POST', '/deliveries/retry', wish)).body, { retried: 0 }, 'pressed twice is sent once')
    await store.system((tx) => tx.updateTable('alert').set({ state: 'called-off' }).where('id', '=', alertId).execute())
    t.equal(
      (await ask('POST', '/deliveries/retry', { ...wish, reason: 'dead-number' })).status,
      409,
      'what was called off is not sent again',
    )
  })

  t.test('the ladder of every responsible person', async (t) => {
    await store.system(async (tx) => {
      const { id } = await tx
        .insertInto('escalation')
        .values({ place, alert_id: alertId, staff_id: 's1', state: 'waiting', step: 2 })
        .returning('id')
        .executeTakeFirstOrThrow()
      await tx
        .insertInto('escalation')
        .values({ place, alert_id: alertId, staff_id: 's2', state: 'answered', grade: 'pressed', answer: '1', answered_at: new Date() })
        .execute()
      await tx.insertInto('escalation_call').values({ place, escalation_id: id, staff_id: 's2', step: 2 }).execute()
      await sql`insert into todo (kind, subject, due_at) values ('ladder.step', ${String(id)}, '2026-07-12T03:31:00+08:00')`.execute(tx)
    })
    const { body } = await get('/ladders')
    t.match(body.items, [
      { name: '陈敏', state: 'waiting', step: 2, nextAt: '2026-07-12T03:31:00+08:00', calls: [{ name: '李静', answeredAt: null }] },
      { name: '李静', state: 'answered', answer: '1', nextAt: null },
    ])
    t.equal(body.items[0].rungs.length, escalation.staff.red.length)
  })
})
