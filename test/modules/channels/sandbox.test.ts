import { sql } from 'kysely'
import pino from 'pino'
import t, { type Test } from 'tap'
import { readEnvironment } from '../../../src/base/config.js'
import { createSeal } from '../../../src/base/seal.js'
import type { Actor, Store } from '../../../src/base/store/store.js'
import type { App } from '../../../src/base/web.js'
import { sandboxRoutes } from '../../../src/channels/sandbox/sandbox-routes.js'
import { createSandboxSender } from '../../../src/channels/sandbox/sandbox-sender.js'
import type { Inbox, Outgoing, PersonAnswer, Receipt } from '../../../src/delivery/sender.js'
import { createApp } from '../../../src/http/app.js'
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
  batchId: 'batch',
  alone: false,
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
  sandboxRoutes(app, { store, register, registerKind: 'sample', inbox, seal })
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

t.test('a call that rings: taken, listened to, hung up, or not taken at all', { skip }, async (t) => {
  const { store, as, receipts, answers } = await openWorld(t)
  const voice = createSandboxSender('voice', { store, log })
  await voice.send([message(1, 'a'), message(1, 'b'), message(1, 'c')], never)
  const ids = (await as('officer', 'GET', '/api/sandbox/messages?channel=voice')).body.items.map((m) => m.id)
  const did = (call: number, grade: string, value = '') =>
    as('officer', 'POST', `/api/sandbox/messages/${ids[call]}/answers`, { grade, value })
  t.match(await did(0, 'opened'), { body: { answered: null } }, 'picked up: it goes on talking')
  t.match(await did(0, 'hung-up', '0'), { body: { answered: '听了 0 秒就挂断' } })
  t.match(await did(1, 'hung-up', '90'), { body: { answered: '听了 90 秒,没有按键' } })
  t.match(await did(2, 'missed'), { body: { answered: '没有接' } })
  t.same(receipts, [
    { outId: 'a', kind: 'opened' },
    { outId: 'a', kind: 'opened' },
    { outId: 'b', kind: 'opened' },
    { outId: 'c', kind: 'failed', reason: '200005' },
  ])
  t.same(answers, [{ outId: 'b', grade: 'listened', value: '听了 90 秒' }], 'who hung up too early has not heard it')
  await createSandboxSender('sms', { store, log }).send([message(1, 'd')], never)
  const [sms] = (await as('officer', 'GET', '/api/sandbox/messages?channel=sms')).body.items
  t.equal((await as('officer', 'POST', `/api/sandbox/messages/${sms!.id}/answers`, { grade: 'hung-up' })).status, 400)
})

t.test('templates: what there is, and how it would sound', { skip }, async (t) => {
  const { app, as } = await openWorld(t)
  const { body } = await as('worker', 'GET', '/api/templates')
  t.match(
    body.items.find((one) => one.id === 'rainstorm/red.residents.sms.zh'),
    {
      file: 'templates/rainstorm/red.residents.sms.zh.liquid',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the carrier's own notation
      filed: { code: null, text: '${source}发布暴雨红色预警信号。请勿外出涉水,远离低洼处和危旧房,听从网格员安排。值班电话${hotline}' },
    },
  )
  const sheet = await app.inject({ url: '/api/templates/filing-sheet?format=csv', headers: { authorization: 'Bearer worker' } })
  t.match(sheet.payload, /序号,业务,模板名称[\s\S]*暴雨红色·居民·预警转发/, 'the filing sheet, ready for the carrier')
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
