import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import { Problem } from '../../../src/base/problem.js'
import { channels, languages } from '../../../src/messages/channel.js'
import { refusedInSms } from '../../../src/messages/clean-text.js'
import { countSms, shorten, smsMaximum } from '../../../src/messages/sms-length.js'
import { sayClock, sayPhone } from '../../../src/messages/spoken.js'
import { openWordBook, type WordFacts, type WordsRequest } from '../../../src/messages/words.js'
import { relations } from '../../../src/register/register.js'
import { runs } from '../../rig/runs.js'
import { makeTestFolder } from '../../rig/store.js'

// biome-ignore lint/suspicious/noTemplateCurlyInString: what a carrier would fill in itself
const dollar = '${a}'
const templates = join(process.cwd(), 'templates')
const facts: WordFacts = {
  subdistrict: '文峰街道',
  hotline: '023-52000000',
  station: '区气象台',
  issuedAt: new Date('2025-07-12T03:26:00+08:00'),
  until: new Date('2025-07-12T08:00:00+08:00'),
  headline: '区气象台发布暴雨红色预警信号',
  community: '三中社区',
  grid: '三中社区四网格',
  shelter: '文峰小学',
  helper: '陈敏',
}
const base: WordsRequest = {
  origin: 'relay',
  purpose: 'warn',
  kind: 'actual',
  event: 'rainstorm',
  level: 'red',
  audience: 'residents',
  channel: 'sms',
  language: 'zh',
  relation: 'self',
  facts,
}

t.test('a storm in the words of the trade', async (t) => {
  const book = await openWordBook(templates)
  const say = (change: Partial<WordsRequest>) => book.words({ ...base, ...change }).text

  t.equal(
    say({}),
    '【文峰街道】区气象台12日03:26发布暴雨红色预警信号。请勿外出涉水,远离低洼处和危旧房,听从网格员安排。值班电话023-52000000',
  )
  t.equal(say({ event: '暴雨' }), say({}), 'an event is found by its Chinese name too')
  t.equal(
    say({ origin: 'order' }),
    '【文峰街道】暴雨红色预警,您家需转移。请带好药品证件,听从网格员陈敏安排到文峰小学。需要帮助请打023-52000000',
  )
  const away = '【文峰街道】暴雨红色预警,您在三中社区的家人需要转移。请马上打电话告诉家人跟随网格员转移。值班电话023-52000000'
  t.equal(say({ origin: 'order', relation: 'family-away' }), away)
  t.equal(say({ origin: 'order', relation: 'emergency' }), away)
  t.equal(
    say({ purpose: 'all-clear', facts: { ...facts, issuedAt: new Date('2025-07-12T06:40:00+08:00') } }),
    '【文峰街道】区气象台06:40解除暴雨红色预警信号。已转移的居民请等待社区通知后再返回,不要自行回家。值班电话023-52000000',
  )
  t.equal(
    say({
      purpose: 'arrived',
      relation: 'family-away',
      facts: { ...facts, person: '李某某', arrivedAt: new Date('2025-07-12T04:12:00+08:00') },
    }),
    '【文峰街道】您的家人李某某已于04:12安全到达文峰小学安置点。值班电话023-52000000',
  )
  t.equal(say({ kind: 'exercise' }), '【文峰街道】演练信息请勿恐慌:这是防汛转移演练,不是真实预警。请听从网格员安排。值班电话023-52000000')

  const call = say({ channel: 'voice', audience: 'staff', relation: 'staff' })
  t.match(call, /区气象台十二日凌晨三点二十六分发布暴雨红色预警信号/, 'times are written for reading')
  t.equal(call.match(/请您立即到岗/g)?.length, 2, 'said twice')
  t.match(call, /重复一遍。.*收到,立即到岗,请按一;请求支援,请按二;无法到岗,请按三。$/)
  t.match(say({ channel: 'voice' }), /听清了请按一;需要帮助请按二。$/)
  t.match(
    say({ channel: 'voice', audience: 'staff', relation: 'staff', purpose: 'all-clear' }),
    /收到请按一。$/,
    'nobody is asked to come in at an all-clear',
  )

  t.match(say({ channel: 'push', kind: 'exercise' }), /^【演练】/)
  t.match(say({ channel: 'voice', kind: 'exercise' }), /^演练信息请勿恐慌,.*不是真实预警.*重复一遍。演练信息请勿恐慌,/)
  t.match(say({ channel: 'group', relation: 'group' }), /^【转发】暴雨红色预警信号\n/, 'the first line is the title')
  t.match(say({ channel: 'group', relation: 'group', level: 'blue' }), /蓝色预警信号/)
  t.notMatch(say({ level: 'unknown', event: 'rainstorm' }), /红|橙|黄|蓝/, 'a level that is not known is not invented')
  t.match(say({ event: '地质灾害', level: 'orange' }), /地质灾害橙色预警。/, 'signal is for weather only')
  t.match(say({ event: '滑坡', level: 'orange' }), /滑坡橙色预警。/, 'a hazard is called what the station called it')
  t.match(say({ event: '龙卷风', level: 'red' }), /龙卷风红色预警。请留在安全的地方/, 'a hazard nobody wrote words for keeps its name')
  t.match(say({ origin: 'order', level: null }), /^【文峰街道】暴雨险情,您家需转移/, 'an order without a warning does not claim one')
  for (const purpose of ['warn', 'correct', 'all-clear'] as const)
    for (const channel of channels)
      t.notMatch(
        say({ origin: 'notice', level: null, purpose, channel }),
        /预警|[红橙黄蓝]色/,
        `a notice (${purpose}, ${channel}) has no colour`,
      )

  t.throws(() => say({ origin: 'notice', facts: { ...facts, ownText: '暴雨红色预警,快跑' } }), Problem, 'nor does the officer give it one')
  t.throws(() => say({ origin: 'internal' }), Problem, 'an internal note never goes to residents')
  t.equal(book.words(base), book.words({ ...base, relation: 'self' }), 'one text is rendered once')

  const sms = book.words(base)
  t.same(sms.parameters, { source: '区气象台12日03:26', hotline: '023-52000000' })
  t.same([sms.characters, sms.segments], [70, 1])
  const cut = book.words({ ...base, origin: 'notice', level: null, facts: { ...facts, ownText: '今'.repeat(60) } })
  t.same(cut.cut, ['notice'], 'what was cut to fit is told')

  const preview = book.preview({
    origin: 'relay',
    purpose: 'warn',
    kind: 'actual',
    event: 'rainstorm',
    level: 'red',
    audience: 'residents',
    facts,
    languages: ['zh'],
  })
  t.same(
    preview.map((p) => `${p.channel} ${p.relation}`),
    [
      'sms self',
      'sms family-away',
      'sms helper',
      'voice self',
      'voice family-away',
      'voice helper',
      'push self',
      'push family-away',
      'push helper',
      'group group',
    ],
    'each distinct text once, under its first reader',
  )
})

t.test('counting and reading aloud', async (t) => {
  t.same(countSms('字'.repeat(70)), { characters: 70, segments: 1 })
  t.same(countSms('字'.repeat(71)), { characters: 71, segments: 2 })
  t.same(countSms('a'.repeat(134)), { characters: 134, segments: 2 })
  t.same(countSms('a'.repeat(135)), { characters: 135, segments: 3 })
  t.same(countSms('🌊'), { characters: 2, segments: 1 })
  t.equal(shorten('一二🌊四', 4), '一二…', 'never through a surrogate pair')
  t.same(
    [sayClock(0, 0), sayClock(3, 26), sayClock(6, 5), sayClock(12, 30), sayClock(20, 10)],
    ['凌晨零点', '凌晨三点二十六分', '早上六点零五分', '中午十二点三十分', '晚上八点十分'],
  )
  t.equal(sayPhone('023-52001000'), '零二三,五二零零幺零零零')
})

/** A copy of the texts with some of them changed; what the start says of it. */
async function startWith(t: Test, change: Record<string, string | null>): Promise<string> {
  const dir = join(makeTestFolder(t), 'templates')
  cpSync(templates, dir, { recursive: true })
  for (const [file, text] of Object.entries(change)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    if (text === null) rmSync(join(dir, file))
    else writeFileSync(join(dir, file), text)
  }
  return openWordBook(dir).then(
    () => 'started',
    (e: Error) => e.message.replaceAll(`${dir}/`, ''),
  )
}

t.test('wrong texts stop the start, all told at once, with file and line', async (t) => {
  const good = '{{ source }}发布{{ signal }}。请{{ advice }}。值班电话{{ hotline }}'
  // One text per case, each in the folder of a hazard of its own.
  const sms: [string, string, number, RegExp][] = [
    ['typhoon', '---\nnote: x\n---\n{{ source', 4, /not a valid template/],
    ['snowstorm', good.replace('advice', 'advise'), 1, /\{\{ advise \}\} is not known; allowed are subdistrict/],
    ['cold-wave', '{{ subdistrict }}发布{{ signal }}预警。请{{ advice }}', 1, /we do not issue warnings/],
    ['gale', `${good}${'请注意安全。'.repeat(15)}`, 1, /an SMS has at most 134 characters/],
    ['hail', `${good} https://example.org`, 1, /no links in an SMS/],
    ['frost', `${good}或13800138000`, 1, /no mobile number in a filed text/],
    ['fog', `【重要】${good}`, 1, /【】 may not stand inside an SMS/],
    ['haze', `${good}\n完`, 1, /an SMS is one line/],
    ['sandstorm', '{{ source }}{{ signal }}。请{{ advice }}', 1, /\{\{ signal \}\} touches the variable before it/],
    ['icy-road', '{{ source }}发布{{ signal }},{{ source }}。请{{ advice }}', 1, /stands twice/],
    ['heat', good.replace('source', 'source | upcase'), 1, /a filed text takes a plain \{\{ name \}\}/],
    ['drought', '{{ station }}发布{{ signal }},请{{ subdistrict }}居民{{ advice }}', 1, /it does not say when/],
    ['forest-fire', '{{ source }}发布{{ signal }}。值班电话{{ hotline }}', 1, /it does not say what to do/],
    ['geological', `---\nnote: x\nsms: 480\n---\n${good}`, 3, /sms: must look like SMS_480000001/],
    ['flood', '\n', 1, /the text is empty/],
    ['no-such-hazard', good, 1, /is not a hazard of names\.yaml/],
  ]
  const others: [string, string, number, RegExp][] = [
    ['typhoon/any.residents.push+group.zh.notice', '提示\n{{ notice | shout }}', 2, /undefined filter: shout/],
    ['gale/any.residents.push+group.zh.notice', '提示\n{% include "package.json" %}', 1, /cannot be read: ENOENT/],
    ['hail/any.residents.push+group.zh.notice', '提示\n请注意{{ subdistrict }}红色天气', 2, /a notice must not say "红色"/],
    ['frost/any.residents.push+group.zh.notice', '预警提示\n请注意{{ subdistrict }}', 1, /a notice must not say "预警"/],
    ['fog/any.residents.push+group.zh.notice', '提示\n请注意{{ subdistrict }}{{ signal }}', 2, /a notice must not use signal/],
    ['haze/any.residents.push+group.zh.notice', '提示\n{% for i in (1..9000000) %}{{ notice }}{% endfor %}', 2, /cannot be rendered/],
    ['typhoon/any.residents.push.zh', '{{ signal }}\n{{ source }}发布{{ signal }},请{{ advice }}', 1, /it does not say where/],
    ['gale/any.residents.push.zh', '{{ source }}发布{{ signal }},{{ subdistrict }}居民请注意', 1, /the first line is the title/],
    ['typhoon/any.residents.sms.zh.exercise', good, 1, /the text of an exercise begins with "演练信息请勿恐慌:"/],
    ['any/any.residents.fax.zh', good, 1, /the third part of the name is "fax"/],
  ]
  const cases = [...sms.map(([hazard, ...rest]) => [`${hazard}/any.residents.sms.zh`, ...rest] as const), ...others]
  const said = (await startWith(t, Object.fromEntries(cases.map(([file, text]) => [`${file}.liquid`, text])))).split('\n')
  for (const [file, , line, what] of cases) {
    const told = said.filter((one) => one.startsWith(`${file}.liquid:${line}: `))
    t.ok(
      told.some((one) => what.test(one)),
      `${file}: ${what}`,
      { said: said.filter((one) => one.startsWith(`${file}.`)) },
    )
  }
  const blamed = new Set(said.map((one) => one.split(':')[0]))
  t.equal(blamed.size, cases.length, 'and nothing else is blamed')
})

t.test('a gap, a double and a wrong word list stop the start; a good text does not', async (t) => {
  const good = '{{ source }}发布{{ signal }}。请{{ advice }}。值班电话{{ hotline }}'
  const names = readFileSync(join(templates, 'names.yaml'), 'utf8')
  t.match(
    await startWith(t, { 'any/any.staff.voice.en.order.liquid': null }),
    /templates\/any\/any\.staff\.voice\.en\.order\.liquid:1: is missing/,
  )
  t.match(
    await startWith(t, { 'any/any.residents.sms.zh.relay.liquid': good }),
    /any\.residents\.sms\.zh\.relay\.liquid:1: says the same thing as /,
  )
  t.match(await startWith(t, { 'names.yaml': names.replace('signal: false', 'signal: maybe') }), /names\.yaml:\d+: events\.[a-z-]+\.signal/)
  t.match(
    await startWith(t, { 'names.yaml': names.replace('预计有强降雨', '红色预警') }),
    /names\.yaml:\d+: events\.rainstorm\.notice\.zh: a notice has no colour/,
  )
  const file = 'any/any.residents.sms.zh.liquid'
  const head = '---\nsms: SMS_480000001\nvariables: [source, signal, advice, hotline]\n---\n'
  t.equal(await startWith(t, { [file]: `${head}${good}\n` }), 'started')
  t.match(
    await startWith(t, { [file]: head.replace(/variables.*\n/, '') + good }),
    /zh\.liquid:4: a filed text says what it was filed with/,
  )
  t.match(
    await startWith(t, { [file]: `${head}{{ source }}发布{{ signal }}。{{ community }}居民请注意` }),
    /zh\.liquid:5: it was filed with the variables source, signal, advice, hotline, and now uses source, signal, community: file it anew/,
    'a text changed after it was filed is not sent under the old code',
  )
  t.match(
    await startWith(t, { [file]: head.replace('sms: SMS', 'voice: TTS') + good }),
    /zh\.liquid:1: voice: is the code of a text for voice; this one is not/,
  )
  t.match(await startWith(t, { 'gale/any.residents.sms+voice.zh.liquid': good }), /a text for sms is filed with its carrier/)
  t.match(await startWith(t, { 'gale/any.residents.voice.zh.liquid': `${good}:好` }), /a voice carrier takes no # \/ : -/)
})

/** The two readings of a call: they are the same. */
const said = (text: string): string[] => {
  const [first = '', rest = ''] = text.split(/重复一遍。| I repeat\. /)
  return rest.startsWith(first) ? [first, first] : []
}

t.test('any facts at all: no over-long SMS, no broken text', async (t) => {
  const book = await openWordBook(templates)
  const weird = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ unit: 'grapheme', maxLength: 80 }),
    fc.constantFrom(
      '',
      '"',
      "'",
      '\n\r\n',
      dollar,
      '{{ b }}',
      '{% raw %}',
      '【签名】',
      '𠮷'.repeat(40),
      '欧阳㛃𠮷',
      '他说"走"',
      '۱۲۳٤٥६७८９',
      '①②³½Ⅳ级',
      '3-2-1号23:30',
      '🌊'.repeat(70),
      '\u202e反',
      '13800138000',
      'https://a.cn/x?y=1',
      '\ud800',
      '\0',
    ),
  )
  const date = fc.option(fc.date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }), { nil: null })
  const anyRequest = fc.record({
    origin: fc.constantFrom('relay', 'order', 'notice', 'internal'),
    purpose: fc.constantFrom('warn', 'correct', 'all-clear'),
    kind: fc.constantFrom('actual', 'exercise'),
    event: fc.oneof(fc.constantFrom('rainstorm', '台风', 'other'), weird),
    level: fc.constantFrom('red', 'orange', 'yellow', 'blue', 'unknown', null),
    audience: fc.constantFrom('staff', 'residents'),
    channel: fc.constantFrom(...channels),
    language: fc.constantFrom(...languages),
    relation: fc.constantFrom(...relations),
    facts: fc.record({
      subdistrict: weird,
      hotline: weird,
      station: weird,
      issuedAt: date,
      until: date,
      headline: weird,
      community: weird,
      grid: weird,
      shelter: weird,
      helper: weird,
      ownText: weird,
    }),
  })
  fc.assert(
    fc.property(anyRequest, (request) => {
      let words: ReturnType<typeof book.words>
      try {
        words = book.words(request as WordsRequest)
      } catch (e) {
        // Refused on purpose: an internal note to residents, a colour in a notice. Nothing else may fail.
        return e instanceof Problem && e.kind === 'malformed'
      }
      const count = countSms(words.text)
      const json = JSON.parse(JSON.stringify({ text: words.text, ...words.parameters })) as { text: string }
      const whole = Buffer.from(words.text).toString() === words.text && json.text === words.text
      if (request.channel !== 'sms')
        return (
          whole &&
          words.segments === 1 &&
          Buffer.byteLength(words.text) <= 4096 &&
          (request.channel === 'voice'
            ? // Nothing is left to the machine's guess, and nothing a voice carrier refuses.
              !/[\p{Nd}#/:%$【】]/u.test(words.text) && said(words.text).length === 2
            : Buffer.byteLength(words.text) <= 2048)
        )
      const values = Object.values(words.parameters)
      return (
        whole &&
        words.characters === count.characters &&
        words.segments === count.segments &&
        words.text.length <= smsMaximum &&
        !words.text.includes('\n') &&
        (words.text.match(/【/g)?.length ?? 0) === 1 &&
        values.every((value) => value.length > 0 && value.length <= 35 && refusedInSms(value).length === 0 && words.text.includes(value))
      )
    }),
    runs(1500),
  )
  t.pass('1,500 strange requests')
})
