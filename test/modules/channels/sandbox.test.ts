import { sql } from 'kysely'
import pino from 'pino'
import t, { type Test } from 'tap'
import { readEnvironment } from '../../../src/base/config.js'
import { createSeal } from '../../../src/base/seal.js'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { callbackRoutes } from '../../../src/channels/callback-routes.js'
import { sandboxRoutes } from '../../../src/channels/sandbox/sandbox-routes.js'
import { createSandboxSender } from '../../../src/channels/sandbox/sandbox-sender.js'
import type { Inbox, Outgoing, PersonAnswer, Receipt } from '../../../src/delivery/sender.js'
import { createApp } from '../../../src/http/app.js'
import { type Channel, channelCode } from '../../../src/messages/channel.js'
import { templateRoutes } from '../../../src/messages/template-routes.js'
import { openWordBook } from '../../../src/messages/words.js'
import type { Register, Snapshot } from '../../../src/register/snapshot.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

const log = { info() {}, warn() {}, error() {}, debug() {} }
const never = new AbortController().signal
const seal = createSeal(Buffer.alloc(32, 7))
const grid = '500154002001004'
const elsewhere = '500154002005001'

const phones = new Map([
  [1, '+8613900000001'],
  [2, '+8613900000002'],
  [3, '+8613900000003'],
])
const placeOf = (contactId: number) => (contactId === 3 ? elsewhere : grid)

/** As much of a register as an inbox needs to show whose phone it is. */
function registerOf(): Register {
  const contacts = new Map(
    [...phones.keys()].map((id) => [id, { id, place: placeOf(id), kind: 'phone' as const, blind: '', allowListed: false, broken: null }]),
  )
  const snapshot = {
    builtAt: new Date(),
    places: [],
    grids: [],
    points: [],
    shelters: [],
    shifts: [],
    groups: [],
    contacts,
    households: [{ id: 'h1', contacts: [{ contactId: 1, relation: 'family-away' }] }],
    staff: [{ id: 's2', name: '演练网格员', contactId: 2 }],
  } as unknown as Snapshot
  return {
    snapshot: () => snapshot,
    directory: () => ({ address: (id) => phones.get(id), household: () => ({ head: '演练户主', members: [] }) }),
    refresh: async () => {},
    age: () => ({ builtAt: new Date(), seconds: 0, behind: false }),
  }
}

const message = (contactId: number, outId: string, change: Partial<Outgoing> = {}): Outgoing => ({
  outId,
  contactId,
  address: phones.get(contactId)!,
  text: `短信 "${outId}" \${x} 🌊𠮷\n第二行`,
  template: 'any/x',
  parameters: {},
  language: 'zh',
  relation: 'self',
  alertId: 'alert-1',
  revision: 1,
  title: '',
  level: 'red',
  exercise: false,
  place: placeOf(contactId),
  expiresAt: null,
  ...change,
})

interface World {
  store: Store
  app: App
  receipts: Receipt[]
  answers: PersonAnswer[]
  inbox: Inbox
  as(
    token: string,
    method: 'GET' | 'POST',
    url: string,
    payload?: unknown,
  ): Promise<{ status: number; body: Record<string, unknown> & { items: Record<string, unknown>[] } }>
}

async function openWorld(t: Test): Promise<World> {
  const store = await openTestStore(t, 'postgres')
  const receipts: Receipt[] = []
  const answers: PersonAnswer[] = []
  const inbox: Inbox = {
    receive: async (more) => void receipts.push(...more),
    answer: async (answer) => void answers.push(answer),
  }
  const { app, authentication } = await createApp(readEnvironment({}, process.cwd()), store, pino({ level: 'silent' }))
  const actors: Record<string, Actor> = {
    officer: { person: 'p1', role: 'officer', scope: '500154002' },
    worker: { person: 'p2', role: 'worker', scope: grid },
    auditor: { person: 'p3', role: 'auditor', scope: '500154002' },
    resident: { person: 'contact:1', role: 'resident', scope: grid },
  }
  authentication.addSource((token) => actors[token] ?? null)
  const register = registerOf()
  sandboxRoutes(app, { store, register, registerKind: 'sample', inbox })
  callbackRoutes(app, { store, register, seal, inbox, log, callbackSecrets: new Map([['alibaba-sms', 'guess-me-not']]) })
  templateRoutes(app, { words: await openWordBook('templates'), subdistrict: '文峰街道', hotline: '023-52000000' })
  t.teardown(() => app.close())
  await store.system(async (tx) => {
    for (const [id, phone] of phones)
      await sql`insert into contact (id, place, kind, blind) values (${id}, ${placeOf(id)}, 'phone', ${seal.blind(phone)})`.execute(tx)
  })
  const as: World['as'] = async (token, method, url, payload) => {
    const answer = await app.inject({
      method,
      url,
      headers: { authorization: `Bearer ${token}` },
      ...(payload === undefined ? {} : { payload: payload as object }),
    })
    return { status: answer.statusCode, body: answer.json() }
  }
  return { store, app, receipts, answers, inbox, as }
}

const skip = testDatabaseUrl === null ? 'TEST_DATABASE_URL is not set' : false

t.test('the sandbox is a carrier: it takes each message once and can be asked', { skip }, async (t) => {
  const { store, inbox, receipts, as } = await openWorld(t)
  const sms = createSandboxSender('sms', { store, log, inbox: () => inbox, receiptAfterMs: 1 })
  const sent = [message(1, 'out-a'), message(2, 'out-b'), message(3, 'out-c', { exercise: true, revision: 4 })]
  t.same(
    await sms.send(sent, never),
    sent.map((m) => ({ kind: 'accepted', carrierId: `sandbox-${m.outId}` })),
  )
  t.match(await sms.send([message(1, 'out-a', { text: 'another' })], never), [{ kind: 'accepted' }], 'sent again: taken, but kept once')
  t.same(
    (await sms.ask!([message(1, 'out-a'), message(1, 'out-z')], never)).map((a) => a.kind),
    ['accepted', 'absent'],
  )
  await until(() => new Set(receipts.map((r) => r.outId)).size === 3, 'the receipts')
  t.ok(receipts.every((r) => r.kind === 'delivered'))

  const { body } = await as('officer', 'GET', '/api/sandbox/messages')
  t.match(body.items, [
    {
      channel: 'sms',
      contactId: 1,
      to: '+8613900000001',
      name: '演练户主',
      relation: 'family-away',
      text: sent[0]!.text,
      alertId: 'alert-1',
      revision: 1,
      exercise: false,
      answered: null,
    },
    { name: '演练网格员', relation: 'staff' },
    { exercise: true, revision: 4, name: null },
  ])
  t.equal(body.items.length, 3)
  const kept = await store.system((tx) =>
    sql<{ all: string }>`select string_agg(sandbox_message::text, '') as all from sandbox_message`.execute(tx),
  )
  t.notMatch(kept.rows[0]!.all, /139000000/, 'no address is ever written')

  const voice = createSandboxSender('voice', { store, log, inbox: () => inbox, receiptAfterMs: 1 })
  t.match(await voice.send([message(2, 'call-1')], never), [{ kind: 'accepted' }])
  const big = Array.from({ length: 1000 }, (_, i) => message((i % 3) + 1, `bulk-${i}`))
  const voices = await voice.send(big, never)
  t.ok(voices.every((v) => v.kind === 'accepted'))
  t.match(
    await sms.send(
      [message(99, 'nobody')].map((m) => ({ ...m, address: '' })),
      never,
    ),
    [{ kind: 'unknown' }],
    'an inbox that cannot be written leaves unknown',
  )
  t.same(
    receipts.filter((r) => r.outId.startsWith('call') || r.outId.startsWith('bulk')),
    [],
    'a call is not delivered until it is picked up',
  )

  const page1 = await as('officer', 'GET', '/api/sandbox/messages?channel=voice&limit=600')
  const page2 = await as('officer', 'GET', `/api/sandbox/messages?channel=voice&limit=600&cursor=${page1.body.nextCursor}`)
  t.same([page1.body.items.length, page2.body.items.length, page2.body.nextCursor], [600, 401, null])
  const newest = await as('officer', 'GET', '/api/sandbox/messages?channel=voice&newest=true&limit=1&contactId=1')
  t.match(newest.body.items, [{ contactId: 1, text: /bulk-999/ }])
  t.equal((await as('officer', 'GET', '/api/sandbox/messages?since=2999-01-01T00:00:00%2B08:00')).body.items.length, 0)
})

t.test('who may read an inbox, and answer from it', { skip }, async (t) => {
  const { store, as, receipts, answers, app } = await openWorld(t)
  const voice = createSandboxSender('voice', { store, log })
  await voice.send([message(1, 'call-1'), message(2, 'call-2'), message(3, 'call-3')], never)
  const ids = (await as('officer', 'GET', '/api/sandbox/messages')).body.items.map((m) => m.id)

  t.same(
    (await as('worker', 'GET', '/api/sandbox/messages')).body.items.map((m) => m.contactId),
    [1, 2],
    'a grid worker: the own grid',
  )
  t.same(
    (await as('resident', 'GET', '/api/sandbox/messages')).body.items.map((m) => m.contactId),
    [1],
    'a resident: the own phone',
  )
  t.same(
    (await as('resident', 'GET', '/api/sandbox/messages?contactId=2')).body.items.map((m) => m.contactId),
    [1],
    'whatever is asked for',
  )
  t.equal((await as('auditor', 'GET', '/api/sandbox/messages')).status, 403)
  t.equal((await app.inject('/api/sandbox/messages')).statusCode, 401)
  t.equal((await as('resident', 'POST', `/api/sandbox/messages/${ids[1]}/answers`, { grade: 'pressed', value: '1' })).status, 404)
  t.equal((await as('worker', 'POST', `/api/sandbox/messages/${ids[2]}/answers`, { grade: 'pressed', value: '1' })).status, 404)
  t.equal((await as('resident', 'POST', `/api/sandbox/messages/${ids[0]}/answers`, { grade: 'shouted' })).status, 400)
  t.same([receipts, answers], [[], []], 'a refused answer moves nothing')

  const answered = await as('resident', 'POST', `/api/sandbox/messages/${ids[0]}/answers`, { grade: 'pressed', value: '2' })
  t.match(answered, { status: 200, body: { answered: '2', contactId: 1 } })
  t.same(receipts, [{ outId: 'call-1', kind: 'opened' }])
  t.same(answers, [{ outId: 'call-1', grade: 'pressed', value: '2' }])
  t.match(await as('officer', 'POST', `/api/sandbox/messages/${ids[1]}/answers`, { grade: 'delivered' }), {
    status: 200,
    body: { answered: null },
  })
  t.same(receipts.at(-1), { outId: 'call-2', kind: 'delivered' })
  t.equal(answers.length, 1, 'a receipt is not an answer')
})

/** One delivery of an issued alert, as the outbox would have left it. */
async function deliver(
  store: Store,
  alert: string,
  contactId: number,
  outId: string,
  carrierId: string | null,
  channel: Channel = 'sms',
  state = 'issued',
) {
  await store.system(async (tx) => {
    const place = placeOf(contactId)
    await sql`insert into alert (id, series_id, place, kind, origin, audience, state, event, title, identifier, created_by)
      values (${alert}, ${alert}, '500154002', 'actual', 'notice', 'residents', ${state}, 'other', 't', ${alert}, 'p1') on conflict do nothing`.execute(
      tx,
    )
    await sql`insert into alert_revision (id, alert_id, place, revision, purpose, words, hash, issued_by)
      values (${alert.length * 1000 + alert.charCodeAt(0)}, ${alert}, '500154002', 1, 'warn', '{}', '', 'p1') on conflict do nothing`.execute(
      tx,
    )
    const revision = alert.length * 1000 + alert.charCodeAt(0)
    await sql`with m as (insert into message (place, revision_id, channel, language, relation, template, text)
        values (${place}, ${revision}, ${channelCode[channel]}, 'zh', 'self', 'x', 'x') returning id),
      c as (insert into delivery_chunk (place, revision_id, alert_id, revision, channel, lane, size, open)
        values (${place}, ${revision}, ${alert}, 1, ${channelCode[channel]}, 1, 1, 0) returning id)
      insert into delivery (chunk_id, revision_id, contact_id, message_id, channel, purpose, place, out_id, carrier_id, state)
        select c.id, ${revision}::bigint, ${contactId}::bigint, m.id, ${channelCode[channel]}::smallint, 1, ${place}, ${outId}, ${carrierId}, 1 from m, c`.execute(
      tx,
    )
  })
}

t.test('receipts and replies come in at an address nobody can guess', { skip }, async (t) => {
  const { store, app, receipts, answers } = await openWorld(t)
  await deliver(store, 'a', 1, 'out-1', 'biz-1')
  await deliver(store, 'bb', 1, 'out-2', null)
  await deliver(store, 'ccc', 1, 'out-3', 'biz-3', 'sms', 'closed')
  await deliver(store, 'dddd', 2, 'out-4', 'biz-4')
  const post = async (path: string, payload: unknown) => {
    const answer = await app.inject({ method: 'POST', url: `/api/callbacks/${path}`, payload: payload as object })
    return { status: answer.statusCode, body: answer.json() as unknown }
  }
  const report = (phone: string, outId: string, bizId: string, success = true) => ({
    phone_number: phone,
    out_id: outId,
    biz_id: bizId,
    success,
    err_code: success ? 'DELIVERED' : 'MK:0001',
    send_time: '2025-07-12 03:31:00',
    report_time: '2025-07-12 03:31:02',
    sms_size: '1',
  })
  const good = 'alibaba-sms/report/guess-me-not'

  for (const path of [
    'alibaba-sms/report/wrong',
    'alibaba-sms/report/guess-me-no',
    'alibaba-sms/other/guess-me-not',
    'other/report/guess-me-not',
    'alibaba-voice/report/guess-me-not',
  ])
    t.equal((await post(path, [report('13900000001', 'out-1', 'biz-1')])).status, 404, path)
  t.same(receipts, [])

  t.same(await post(good, [report('13900000001', 'out-1', 'biz-1'), report('8613900000001', 'out-2', 'any-biz', false)]), {
    status: 200,
    body: { code: 0, msg: '成功' },
  })
  t.same(
    receipts,
    [
      { outId: 'out-1', kind: 'delivered' },
      { outId: 'out-2', kind: 'failed', reason: 'MK:0001' },
    ],
    'also where the answer to our send was never seen',
  )
  receipts.length = 0

  for (const err_code of ['MOBILE_NOT_ON_SERVICE', 'INVALID_NUMBER', 'isv.MOBILE_NUMBER_ILLEGAL', 'MOBILE_IN_BLACK'])
    await post(good, [{ ...report('13900000001', 'out-1', 'biz-1', false), err_code }])
  t.same(
    receipts.map((r) => 'broken' in r && r.broken),
    ['maybe', 'maybe', true, false],
    'switched off or gone, the carrier does not say which; a number that is none is gone at once',
  )
  receipts.length = 0

  t.equal((await post(good, [report('13900000002', 'out-1', 'biz-1')])).status, 403, 'another number')
  t.equal((await post(good, [report('13900000001', 'out-1', 'biz-4')])).status, 403, "another message's carrier id")
  t.equal((await post(good, [report('13900000001', 'no-such-id', 'biz-1')])).status, 200, "somebody else's message is passed over")
  t.same(receipts, [], 'none of them moved anything')
  t.equal((await post(good, [report('13900000001', 'out-1', 'wrong'), report('13900000002', 'out-4', 'biz-4')])).status, 200)
  t.same(receipts, [{ outId: 'out-4', kind: 'delivered' }], 'a forged one does not take the good one with it')
  const told = await store.system((tx) =>
    tx.selectFrom('journal').select(['event', 'data']).where('event', '=', 'receipt.refused').execute(),
  )
  t.equal(told.length, 3)
  t.notMatch(JSON.stringify(told), /139/)
  for (const body of [{}, [], [{ phone_number: 1 }], 'x', [{ ...report('13900000001', 'out-1', 'biz-1'), success: 'maybe' }]]) {
    const { status } = await post(good, body)
    t.ok(
      status === 400 || status === 415 || (status === 200 && Array.isArray(body) && body.length === 0),
      `a body that is no report: ${JSON.stringify(body)} ${status}`,
    )
  }

  const reply = {
    phone_number: '13900000001',
    content: ' 1 ',
    send_time: '2025-07-12 03:33:00',
    sign_name: '文峰街道',
    dest_code: '1069',
    sequence_id: 42,
  }
  t.equal((await post('alibaba-sms/reply/guess-me-not', [reply])).status, 200)
  t.same(
    answers,
    [
      { outId: 'out-1', grade: 'pressed', value: '1' },
      { outId: 'out-2', grade: 'pressed', value: '1' },
    ],
    'it answers every open alert of that number',
  )
  await post('alibaba-sms/reply/guess-me-not', [reply])
  await post('alibaba-sms/reply/guess-me-not', [{ ...reply, phone_number: '13911112222', sequence_id: 43 }])
  t.equal(answers.length, 2, 'told twice is answered once; an unknown number answers nothing')
})

t.test('templates: what there is, and how it would sound', { skip }, async (t) => {
  const { as } = await openWorld(t)
  const { body } = await as('worker', 'GET', '/api/templates')
  t.match(
    body.items.find((one) => one.id === 'rainstorm/red.residents.sms.zh'),
    {
      file: 'templates/rainstorm/red.residents.sms.zh.liquid',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the carrier's own notation
      filed: { code: null, text: '${source}发布暴雨红色预警信号。请勿外出涉水,远离低洼处和危旧房,听从网格员安排。值班电话${hotline}' },
    },
  )
  const ask = {
    origin: 'notice',
    audience: 'residents',
    event: '暴雨',
    level: null,
    languages: ['zh'],
    channels: ['sms', 'group'],
    facts: { ownText: '今晚有雨,请关窗' },
  }
  const said = await as('officer', 'POST', '/api/words/preview', ask)
  t.match(said.body.items, [
    {
      channel: 'sms',
      relation: 'self',
      segments: 1,
      text: '【文峰街道】温馨提示:今晚有雨,请关窗。请互相转告。值班电话023-52000000',
      cut: [],
    },
    { channel: 'group', relation: 'group', text: /^温馨提示\n今晚有雨,请关窗\n/ },
  ])
  t.equal((await as('officer', 'POST', '/api/words/preview', { ...ask, facts: { ownText: '红色预警' } })).status, 400)
  t.equal((await as('worker', 'POST', '/api/words/preview', ask)).status, 403)
})
