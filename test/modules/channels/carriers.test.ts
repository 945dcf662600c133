import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import webpush from 'web-push'
import { readConfig } from '../../../src/base/config.js'
import { newOutId } from '../../../src/base/ids.js'
import type { Store } from '../../../src/base/store/store.js'
import { channelsConfigSchema, limitsOf } from '../../../src/channels/channels-config.js'
import { createWecomSender } from '../../../src/channels/group/wecom-sender.js'
import { exerciseRefusal, guardSender, sampleRefusal } from '../../../src/channels/guard.js'
import { createPushSender } from '../../../src/channels/push/push-sender.js'
import { openSenders } from '../../../src/channels/senders.js'
import { createAlibabaSender } from '../../../src/channels/sms/alibaba-sender.js'
import type { Outgoing, Sender, Verdict } from '../../../src/delivery/sender.js'
import { openWordBook, type WordBook } from '../../../src/messages/words.js'
import { startPushDouble } from '../../rig/push-double.js'
import { type SmsDouble, startSmsDouble } from '../../rig/sms-double.js'
import { makeTestFolder } from '../../rig/store.js'
import { startWecomDouble } from '../../rig/wecom-double.js'

const log = { info() {}, warn() {}, error() {}, debug() {} }
const never = new AbortController().signal
const phone = '+8613900001234'
const folder = { teardown: (run: () => unknown) => t.teardown(run) }

/** The texts as they are after somebody filed each SMS and each call with the carrier. */
function fileTemplates(): string {
  const dir = join(makeTestFolder(folder), 'templates')
  cpSync('templates', dir, { recursive: true })
  let code = 480_000_000
  for (const name of readdirSync(dir, { recursive: true }) as string[]) {
    const channel = /\.(sms|voice)\.[^/]*liquid$/.exec(name)?.[1]
    if (!channel) continue
    const text = readFileSync(join(dir, name), 'utf8')
    const variables = [...text.matchAll(/\{\{ (\w+) \}\}/g)].map((found) => found[1])
    const head = `---\n${channel}: ${channel === 'sms' ? 'SMS' : 'TTS'}_${++code}\nvariables: [${variables.join(', ')}]\n`
    writeFileSync(join(dir, name), text.startsWith('---\n') ? text.replace('---\n', head) : `${head}---\n${text}`)
  }
  return dir
}
const filed = openWordBook(fileTemplates())

function outgoing(book: WordBook, change: Partial<Outgoing> = {}): Outgoing {
  const words = book.words({
    origin: 'order',
    purpose: 'warn',
    kind: 'actual',
    event: 'rainstorm',
    level: 'red',
    audience: 'residents',
    channel: 'sms',
    language: 'zh',
    relation: 'self',
    facts: {
      subdistrict: '文峰街道',
      hotline: '023-52000000',
      station: '区气象台',
      issuedAt: new Date('2025-07-12T03:26:00+08:00'),
      until: null,
      headline: '',
      community: '三中社区',
      shelter: '文峰小学',
      helper: '陈某',
    },
  })
  return {
    outId: newOutId(),
    batchId: newOutId(),
    alone: false,
    contactId: 1,
    address: phone,
    text: words.text,
    template: words.template,
    parameters: words.parameters,
    language: 'zh',
    relation: 'self',
    alertId: '0198-aa',
    revision: 1,
    title: '转移',
    level: 'red',
    exercise: false,
    place: '500154002001004',
    expiresAt: null,
    ...change,
  }
}
const kinds = (verdicts: Verdict[]) => verdicts.map((v) => v.kind)

async function openSms(
  t: Test,
  options: { perNumberADay?: number; batch?: boolean } = {},
): Promise<{ book: WordBook; double: SmsDouble; sender: Sender; impatient: Sender }> {
  const book = await filed
  const templates = book.list().flatMap(({ filed }) => (filed?.code ? [{ code: filed.code, text: filed.text }] : []))
  const keys = { accessKeyId: 'LTAItest', accessKeySecret: 'a-secret-of-the-test' }
  const double = await startSmsDouble(t, { ...keys, signName: '文峰街道', templates, ...options })
  const open = (timeoutMs: number) =>
    createAlibabaSender(
      {
        carrier: 'alibaba-sms',
        endpoint: double.origin,
        signName: '文峰街道',
        accessKeyId: 'A',
        accessKeySecret: 'B',
        callbackSecret: 'C',
        timeoutMs,
        concurrency: 20,
        batch: options.batch ?? false,
      },
      keys,
    )
  return { book, double, sender: await open(10_000), impatient: await open(300) }
}

t.test('SMS: the phone shows what was approved, signed and filed', async (t) => {
  const { book, double, sender } = await openSms(t)
  const messages = [outgoing(book), outgoing(book, { address: '+8613900005678' })]
  const verdicts = await sender.send(messages, never)
  t.same(kinds(verdicts), ['accepted', 'accepted'])
  t.same(double.taken.map((m) => [m.phone, m.text, m.outId]).sort(), messages.map((m) => [m.address.slice(3), m.text, m.outId]).sort())
  t.equal(verdicts[0]?.kind === 'accepted' && verdicts[0].carrierId, double.taken.find((m) => m.outId === messages[0]?.outId)?.bizId)
  t.same(double.doubled(), [])

  t.test('F36: every filed text, with weird facts, is taken as it is shown', async (t) => {
    double.taken.length = 0
    const facts = {
      subdistrict: '文峰街道',
      hotline: '023-52000000',
      station: '气象台"\'\n𠮷🌊',
      issuedAt: new Date(),
      until: null,
      headline: '',
      community: '【x】https://a.cn 13800138000',
      helper: '&=%+\\',
      ownText: '“勿近河道”&=%+\\',
    }
    const asked: Outgoing[] = []
    for (const language of ['zh', 'en'] as const)
      for (const audience of ['residents', 'staff'] as const)
        for (const origin of ['relay', 'order', 'notice'] as const)
          for (const purpose of ['warn', 'correct', 'all-clear'] as const)
            for (const kind of ['actual', 'exercise'] as const) {
              const { text, template, parameters } = book.words({
                origin,
                purpose,
                kind,
                event: '暴雨',
                level: origin === 'notice' ? null : 'orange',
                audience,
                channel: 'sms',
                language,
                relation: audience === 'staff' ? 'staff' : 'helper',
                facts,
              })
              asked.push(outgoing(book, { text, template, parameters, address: `+86139${String(asked.length).padStart(8, '0')}` }))
            }
    const said = await sender.send(asked, never)
    t.same(
      said.filter((v) => v.kind !== 'accepted'),
      [],
    )
    const shown = new Map(double.taken.map((m) => [m.outId, m.text]))
    t.same(
      asked.filter((m) => shown.get(m.outId) !== m.text).map((m) => [m.text, shown.get(m.outId)]),
      [],
    )
  })
})

t.test('F31 F33 F34: SMS: what the carrier refuses, limits or never says', async (t) => {
  const { book, double, sender, impatient } = await openSms(t, { perNumberADay: 2 })
  const one = async (change: Partial<Outgoing> = {}) => (await sender.send([outgoing(book, change)], never))[0]!
  t.match(await one({ address: '+8612345' }), { kind: 'refused', broken: true }, 'a wrong number is broken')
  t.match(await one({ template: 'any/any.residents.sms.zh' }), { kind: 'refused', reason: /not filed/ })
  t.equal(double.requests, 1, 'a text without a code never leaves')
  t.match(await one({ template: 'x#SMS_1' }), { kind: 'refused', reason: /isv.SMS_TEMPLATE_ILLEGAL/ })
  t.match(await one({ parameters: {} }), { kind: 'refused', reason: /isv.TEMPLATE_MISSING_PARAMETERS/ })
  t.notOk('broken' in (await one({ parameters: {} })), 'the number is not to blame for the text')

  await one()
  await one()
  const limited = await one()
  t.match(limited, { kind: 'tryAgain', reason: /isv.BUSINESS_LIMIT_CONTROL/ })
  const midnight = limited.kind === 'tryAgain' ? limited.notBefore! : new Date(0)
  t.equal(
    new Date(midnight.getTime() + 8 * 3_600_000 + 500).toISOString().slice(11, 19),
    '00:00:00',
    "a day's limit ends at midnight in Beijing",
  )

  const other = { address: '+8613900009999' }
  double.fail({
    kind: 'answer',
    status: 429,
    body: JSON.stringify({ Code: 'Throttling.User', Message: 'Request was denied due to user flow control.' }),
  })
  t.match(await one(other), { kind: 'tryAgain', reason: /Throttling/ })
  double.fail({ kind: 'answer', status: 200, body: JSON.stringify({ Code: 'isp.SYSTEM_ERROR', Message: 'isp.SYSTEM_ERROR' }) })
  t.match(await one(other), { kind: 'unknown' })
  const wrongKey = await createAlibabaSender(
    {
      carrier: 'alibaba-sms',
      endpoint: double.origin,
      signName: '文峰街道',
      accessKeyId: 'A',
      accessKeySecret: 'B',
      callbackSecret: 'C',
      timeoutMs: 10_000,
      concurrency: 20,
      batch: false,
    },
    { accessKeyId: 'LTAItest', accessKeySecret: 'wrong' },
  )
  const misconfigured = (await wrongKey.send([outgoing(book)], never))[0]!
  t.match(misconfigured, { kind: 'tryAgain', reason: /SignatureDoesNotMatch/ }, 'a wrong key of ours is not the end of the message')
  t.notMatch(JSON.stringify(misconfigured), /1390000|PhoneNumbers/, 'and says nothing personal')

  for (const fault of [
    { kind: 'hang' },
    { kind: 'reset' },
    { kind: 'half' },
    { kind: 'answer', status: 502, body: '<html>Bad Gateway</html>', headers: { 'content-type': 'text/html' } },
    { kind: 'answer', status: 200, body: '<html>login</html>', headers: { 'content-type': 'text/html' } },
    { kind: 'answer', status: 200, body: '' },
    { kind: 'answer', status: 200, body: '{}' },
    { kind: 'answer', status: 503, body: JSON.stringify({ Code: 'ServiceUnavailable', Message: 'busy' }) },
  ] as const) {
    for (const taken of [false, true]) {
      const message = outgoing(book, { address: `+86138${String(double.requests).padStart(8, '0')}` })
      double.fail({ ...fault, taken })
      const name = `${fault.kind} ${'status' in fault ? `${fault.status} ${fault.body?.slice(0, 8)}` : ''}${taken ? ', after taking it' : ''}`
      const said = (await (fault.kind === 'hang' ? impatient : sender).send([message], never))[0]!
      t.equal(said.kind, 'unknown', name)
      t.notMatch(JSON.stringify(said), /138\d{8}|文峰小学|PhoneNumbers/, `${name}: nothing personal in the reason`)
      const asked = await sender.ask!([message], never)
      t.same(asked, [taken ? { kind: 'accepted' } : { kind: 'absent' }], `${name}: asking tells`)
    }
  }
  t.same(double.doubled(), [], 'nothing was repeated by the SDK')
})

t.test('SMS: all who get the same words in one request, by configuration', async (t) => {
  const { book, double, sender } = await openSms(t, { batch: true, perNumberADay: 2 })
  const batchId = newOutId()
  const words = [outgoing(book).parameters, { ...outgoing(book).parameters, shelter: '看台' }]
  const many = Array.from({ length: 100 }, (_, i) =>
    outgoing(book, { batchId, address: `+8616600${String(i).padStart(6, '0')}`, parameters: words[i % 3 === 0 ? 1 : 0]! }),
  )
  const idsOf = (messages: { outId: string }[]) => messages.map((m) => m.outId).sort()
  t.ok(sender.together! >= 100)
  t.same(new Set(kinds(await sender.send(many, never))), new Set(['accepted']))
  t.equal(double.requests, 2, 'two texts')
  t.same(
    double.taken.map((m) => [m.phone, m.text, m.outId]).sort(),
    many.map((m) => [m.address.slice(3), m.text.replace('文峰小学', m.parameters.shelter!), batchId]).sort(),
    'every number its own words, one out id for all',
  )
  t.same(new Set(kinds((await sender.ask!(many.slice(40, 50), never)) as Verdict[])), new Set(['accepted']), 'asked about by number')

  t.test('who must not wait for others leaves alone', async (t) => {
    const before = double.requests
    const moved = [outgoing(book, { alone: true }), outgoing(book, { alone: true, address: '+8613900005678' })]
    await sender.send(moved, never)
    t.equal(double.requests - before, 2)
    t.same(idsOf(double.taken.slice(-2)), idsOf(moved))
  })

  t.test('F37: one number that is refused does not keep the others back', async (t) => {
    const parameters = words[0]!
    const broken = outgoing(book, { batchId, parameters, address: '+8612' })
    const spent = outgoing(book, { batchId, parameters })
    await sender.send([outgoing(book)], never)
    const some = [...many.filter((m) => m.parameters === parameters).slice(0, 5), broken, spent]
    t.same(kinds(await sender.send(some, never)), [...Array(5).fill('accepted'), 'refused', 'tryAgain'])
    t.same(new Set(double.taken.slice(-5).map((m) => m.phone)), new Set(some.slice(0, 5).map((m) => m.address.slice(3))), 'each once')
  })

  t.test('what is doubtful is a doubt about all of them; a refused account about none', async (t) => {
    const same = many.filter((m) => m.parameters === words[0]).slice(10, 30)
    double.fail({ kind: 'reset', taken: true })
    const said = await sender.send(same.slice(0, 10), never)
    t.same(new Set(kinds(said)), new Set(['unknown']))
    t.notMatch(JSON.stringify(said), /166\d{8}|PhoneNumber/)
    double.fail({ kind: 'answer', status: 200, body: '{"Code":"isv.AMOUNT_NOT_ENOUGH","Message":"余额不足"}' })
    const before = double.requests
    t.same(new Set((await sender.send(same.slice(10), never)).map((v) => 'trouble' in v && v.trouble)), new Set(['account']))
    t.equal(double.requests - before, 1)
  })
})

t.test('SMS: asking', async (t) => {
  const { book, double, sender, impatient } = await openSms(t, { perNumberADay: 500 })
  const many = Array.from({ length: 60 }, () => outgoing(book))
  for (let i = 0; i < many.length; i += sender.batch) await sender.send(many.slice(i, i + sender.batch), never)
  double.taken[54]!.status = 2
  double.taken[54]!.errCode = 'MK:0001'
  const failed = many.find((m) => m.outId === double.taken[54]!.outId)!
  t.same(await sender.ask!([failed], never), [{ kind: 'refused', reason: 'MK:0001' }], 'found on the second page')
  double.fail({ kind: 'answer', status: 502, body: '<html>' }, { kind: 'hang' })
  t.same(kinds((await sender.ask!([failed], never)) as Verdict[]), ['unknown'], 'no answer is not "never seen"')
  t.same(kinds((await impatient.ask!([failed], never)) as Verdict[]), ['unknown'])
  const patience = new AbortController()
  double.fail({ kind: 'hang' })
  const waiting = sender.send([outgoing(book)], patience.signal)
  patience.abort()
  t.match(await waiting, [{ kind: 'unknown' }], 'who gives up does not know')
})

t.test('F41: push: encrypted for one browser, signed, replaced by its topic', async (t) => {
  const vapid = webpush.generateVAPIDKeys()
  const double = await startPushDouble(t, vapid.publicKey)
  const config = {
    carrier: 'web-push',
    subject: 'mailto:duty@example.org',
    services: ['127.0.0.1'],
    publicKey: 'A',
    privateKey: 'B',
    ttlSeconds: 3600,
    timeoutMs: 10_000,
    concurrency: 10,
  } as const
  const sender = createPushSender({ ...config, services: [...config.services] }, vapid)
  const book = await filed
  const text = '请马上转移到文峰小学\n暴雨红色预警,您家需转移。\n“电话”023-52000000 🌊'
  const message = outgoing(book, { address: double.subscribe('a'), text, template: 'any/x', parameters: {} })
  t.match(await sender.send([message], never), [{ kind: 'accepted', carrierId: /\/message\// }])
  t.match(double.messages('a'), [
    {
      urgency: 'high',
      ttl: 3600,
      payload: {
        title: '请马上转移到文峰小学',
        body: '暴雨红色预警,您家需转移。\n“电话”023-52000000 🌊',
        id: message.outId,
        exercise: false,
      },
    },
  ])
  await sender.send([{ ...message, revision: 2, level: 'yellow', expiresAt: new Date(Date.now() + 61_000) }], never)
  t.match(double.messages('a'), [{ urgency: 'normal', payload: { revision: 2 } }], 'the newer revision takes the place of the older')
  t.ok(double.messages('a')[0]!.ttl <= 61, 'it is not kept longer than it is true')
  t.match(
    await sender.send([{ ...message, text: `题\n${'很长🌊'.repeat(2000)}` }], never),
    [{ kind: 'accepted' }],
    'a long text is cut to what the service takes',
  )

  const one = async (change: Partial<Outgoing> = {}) => (await sender.send([{ ...message, ...change }], never))[0]!
  double.unsubscribe('a')
  t.match(await one(), { kind: 'refused', broken: true }, '410')
  t.match(await one({ address: double.subscribe('b').replace('/push/b', '/push/nobody') }), { kind: 'refused', broken: true }, '404')
  for (const address of [
    '',
    '{',
    '{"endpoint":1}',
    JSON.stringify({ endpoint: `${double.origin}/push/b`, keys: { p256dh: 'x', auth: 'y' } }),
  ])
    t.match(await one({ address }), { kind: 'refused', broken: true }, 'a subscription that cannot be used')
  const before = double.requests
  const inside = JSON.parse(double.subscribe('c')) as { endpoint: string }
  t.match(await one({ address: JSON.stringify({ ...inside, endpoint: 'http://169.254.169.254/latest' }) }), {
    kind: 'refused',
    reason: /not a known push service/,
  })
  t.equal(double.requests, before, 'an endpoint that is no push service is never called')

  const good = { address: double.subscribe('d') }
  double.fail({ kind: 'answer', status: 429, headers: { 'retry-after': '120' } })
  const limited = await one(good)
  t.equal(limited.kind, 'tryAgain')
  const wait = limited.kind === 'tryAgain' ? limited.notBefore!.getTime() - Date.now() : 0
  t.ok(wait > 110_000 && wait <= 120_000, 'Retry-After is kept')
  double.fail(
    { kind: 'answer', status: 503 },
    { kind: 'answer', status: 413 },
    { kind: 'answer', status: 301, headers: { location: 'http://169.254.169.254/' } },
    { kind: 'hang' },
    { kind: 'reset' },
  )
  t.match(await one(good), { kind: 'tryAgain' })
  t.match(await one(good), { kind: 'refused', reason: /413/ })
  t.match(await one(good), { kind: 'refused', reason: /301/ }, 'redirects are not followed')
  const impatient = createPushSender({ ...config, services: ['127.0.0.1'], timeoutMs: 300 }, vapid)
  t.match(await impatient.send([{ ...message, ...good }], never), [{ kind: 'unknown' }])
  t.match(await one(good), { kind: 'unknown' })
  t.match(
    await one({ address: JSON.stringify({ ...inside, endpoint: 'http://127.0.0.1:1/push' }) }),
    { kind: 'tryAgain', reason: 'ECONNREFUSED' },
    'nobody listens: it was never sent',
  )
  t.match(
    await createPushSender({ ...config, services: ['127.0.0.1'] }, webpush.generateVAPIDKeys()).send([{ ...message, ...good }], never),
    [{ kind: 'refused', reason: /403/ }],
    'another key is not ours',
  )
})

t.test('F40: group: the robot of a WeCom group', async (t) => {
  const double = await startWecomDouble(t, ['k1', 'k2'])
  const sender = createWecomSender({ carrier: 'wecom-robot', endpoint: double.endpoint, timeoutMs: 10_000, concurrency: 5 })
  const book = await filed
  const message = outgoing(book, { address: double.address('k1'), text: '【转发】暴雨红色预警信号\n请留在高处 "x" 🌊' })
  const one = async (change: Partial<Outgoing> = {}) => (await sender.send([{ ...message, ...change }], never))[0]!
  t.match(await one(), { kind: 'accepted' })
  t.same(double.posts('k1'), [message.text])
  t.match(await one({ text: '字'.repeat(683) }), { kind: 'refused', reason: /2048/ }, 'too long is refused, not cut in the middle')
  t.match(await one({ text: `${'字'.repeat(682)}ab` }), { kind: 'accepted' }, '2,048 bytes go')
  t.match(await one({ address: double.address('gone') }), { kind: 'refused', broken: true, reason: /93000/ })
  const before = double.requests
  for (const address of ['https://evil.example/cgi-bin/webhook/send?key=k1', `${double.origin}/other?key=k1`, double.endpoint, ''])
    t.match(await one({ address }), { kind: 'refused', broken: true })
  t.equal(double.requests, before, 'nothing but a robot is ever called')
  const faults: [Parameters<typeof double.fail>[0], string][] = [
    [{ kind: 'answer', status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' }, 'tryAgain'],
    [{ kind: 'answer', status: 200, body: '{"errcode":-1}' }, 'tryAgain'],
    [{ kind: 'answer', status: 200, body: '<html>' }, 'unknown'],
    [{ kind: 'answer', status: 200, body: 'null' }, 'unknown'],
    [{ kind: 'answer', status: 500 }, 'unknown'],
    [{ kind: 'half' }, 'unknown'],
    [{ kind: 'hang' }, 'unknown'],
    [{ kind: 'reset' }, 'unknown'],
    [{ kind: 'answer', status: 429 }, 'tryAgain'],
  ]
  const impatient = createWecomSender({ carrier: 'wecom-robot', endpoint: double.endpoint, timeoutMs: 300, concurrency: 5 })
  for (const [fault, kind] of faults) {
    double.fail(fault)
    const [said] = await (fault?.kind === 'hang' ? impatient : sender).send([message], never)
    t.equal(said?.kind, kind, JSON.stringify(fault))
  }
})

t.test('I4: the guard: invented people and exercises never reach a real carrier', async (t) => {
  const book = await filed
  const sent: Outgoing[] = []
  const carrier: Sender = {
    carrier: 'alibaba-sms',
    channel: 'sms',
    receipts: true,
    batch: 10,
    concurrency: 1,
    send: async (messages) => {
      sent.push(...messages)
      return messages.map((m) => ({ kind: 'accepted', carrierId: m.outId }))
    },
  }
  const deps = { log, isAllowListed: (id: number) => id === 7 }
  const batch = [1, 7, 2].map((contactId) => outgoing(book, { contactId, exercise: true }))
  const sample = guardSender(carrier, { ...deps, registerKind: 'sample' })
  t.same(
    await sample.send(batch, never),
    batch.map(() => ({ kind: 'refused', reason: sampleRefusal })),
  )
  t.same(sent, [], 'a sample register: nothing left')
  const live = guardSender(carrier, { ...deps, registerKind: 'live' })
  t.same(await live.send(batch, never), [
    { kind: 'refused', reason: exerciseRefusal },
    { kind: 'accepted', carrierId: batch[1]!.outId },
    { kind: 'refused', reason: exerciseRefusal },
  ])
  t.same(
    sent.map((m) => m.contactId),
    [7],
    'an exercise: the allow-list only, each verdict in its place',
  )
  t.notOk(live.ask, 'a carrier that cannot be asked stays so')
  const throwing = guardSender(
    {
      ...carrier,
      send: async () => {
        throw new Error(`boom ${phone}`)
      },
    },
    { ...deps, registerKind: 'live' },
  )
  t.match(await throwing.send([outgoing(book)], never), [{ kind: 'unknown' }], 'a carrier that throws leaves unknown')
  const mute = guardSender({ ...carrier, send: async () => [] }, { ...deps, registerKind: 'live' })
  t.match(await mute.send([outgoing(book)], never), [{ kind: 'unknown' }], 'as does one that answers too little')
})

t.test('config/channels.yaml', async (t) => {
  const config = readConfig('config', 'channels.yaml', channelsConfigSchema)
  t.same(
    [config.sms, config.voice, config.push, config.group].map((c) => c.carrier),
    ['sandbox', 'sandbox', 'sandbox', 'sandbox'],
    'the sandbox unless somebody decides otherwise',
  )
  const dir = makeTestFolder(t)
  const read = (text: string) => {
    writeFileSync(join(dir, 'channels.yaml'), text)
    return readConfig(dir, 'channels.yaml', channelsConfigSchema)
  }
  t.throws(() => read('sms:\n  carrier: pigeon\n'), { message: /channels\.yaml:2: sms\.carrier/ })
  t.throws(() => read('sms:\n  carrier: alibaba-sms\n  signName: 文峰街道\n  accessKeyId: lower\n'), {
    message: /must be the name of an environment variable/,
  })
  const commented = readFileSync('config/channels.yaml', 'utf8')
  const examples = commented
    .replace(/^(sms|voice|push|group):\n {2}carrier: sandbox\n/gm, '')
    .replace(/^# ((?:sms|voice|push|group|fallback|budget):| {2,4}[\w-].*)$/gm, '$1')
  const real = read(examples)
  const { budget: _, ...unwritten } = real
  t.same(limitsOf(config), {}, 'the sandbox has no limits')
  t.same(limitsOf({ ...unwritten, budget: {} }), limitsOf(real), 'a real carrier has the usual ones, written down or not')
  t.same(limitsOf(real).voice?.[0], { most: 1, withinMs: 60_000, kept: 0, per: 'number' })
  t.equal(real.fallback.sms?.carrier, 'sandbox')
  t.same(
    [real.sms.carrier, real.voice.carrier, real.push.carrier, real.group.carrier],
    ['alibaba-sms', 'alibaba-voice', 'web-push', 'wecom-robot'],
    'the commented examples are valid',
  )

  const deps = { store: {} as Store, log, registerKind: 'live' as const, isAllowListed: () => false, words: await filed }
  await t.rejects(openSenders(real, { ...deps, secrets: {} }), { message: /ALIBABA_ACCESS_KEY_ID is not set/ })
  const vapid = webpush.generateVAPIDKeys()
  const secrets = {
    ALIBABA_ACCESS_KEY_ID: 'a',
    ALIBABA_ACCESS_KEY_SECRET: 'b',
    ALIBABA_CALLBACK_SECRET: 'c',
    VAPID_PUBLIC_KEY: vapid.publicKey,
    VAPID_PRIVATE_KEY: vapid.privateKey,
  }
  const senders = await openSenders(real, { ...deps, secrets })
  t.same(
    [...senders].map(([channel, s]) => `${channel} ${s.carrier}`),
    ['sms alibaba-sms', 'voice alibaba-voice', 'push web-push', 'group wecom-robot'],
  )
  const unfiled = await openWordBook('templates')
  await t.rejects(
    openSenders(real, { ...deps, secrets, words: unfiled }),
    { message: /no code of the carrier[^\n]*\n {2}templates\/any\// },
    'texts that are not filed stop the start of a real carrier',
  )
})
