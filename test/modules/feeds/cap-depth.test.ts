import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import gcoordModule from 'gcoord'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { readFeedTime } from '../../../src/feeds/atom/feed-time.js'
import { readIndex } from '../../../src/feeds/atom/read-index.js'
import type { ParsedMessage, Reading } from '../../../src/feeds/bulletin.js'
import { readCircle, readPolygon } from '../../../src/feeds/cap/cap-area.js'
import { plainText } from '../../../src/feeds/cap/plain-text.js'
import { readCap } from '../../../src/feeds/cap/read-cap.js'
import { sourceSettingsSchema } from '../../../src/feeds/source-settings.js'
import { feedsSchema, loadCertificates } from '../../../src/feeds/sync-feeds.js'
import { readXml } from '../../../src/feeds/xml/read-xml.js'
import { makeCertificate } from '../../rig/certificate.js'
import { readContext } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { makeCap, squareOverHome } from '../../rig/samples/make-cap.js'
import { makeTestFolder } from '../../rig/store.js'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../rig/samples/cap', name))
const read = (xml: string | Buffer, settings: object = {}): Reading =>
  readCap(Buffer.from(xml), readContext({ settings: sourceSettingsSchema.parse(settings) }))
function all(xml: string | Buffer, settings: object = {}): ParsedMessage[] {
  const reading = read(xml, settings)
  if (reading.kind !== 'messages') throw new Error(`not read: ${JSON.stringify(reading)}`)
  return reading.messages
}
const one = (xml: string | Buffer, settings: object = {}) => all(xml, settings)[0]!
const codes = (m: ParsedMessage) => m.problems.map((p) => p.code)

t.test('alerts as text in a list: escaped, CDATA; their lines are those of the file, a broken one is told', async (t) => {
  const bytes = sample('atom-text.xml')
  const reading = read(bytes)
  if (reading.kind !== 'messages') throw new Error('not read')
  t.same(
    reading.messages.map((m) => m.identifier),
    ['YS-ESCAPED', 'YS-CDATA'],
  )
  const lineOf = (what: string) =>
    bytes
      .toString()
      .split('\n')
      .findIndex((l) => l.includes(what)) + 1
  t.match(reading.messages[0]!.problems[0], {
    code: 'polygon-too-few',
    line: lineOf('1,2 3,4 1,2'),
    path: '/feed[1]/entry[1]/content[1]/alert[1]/info[1]/area[1]/polygon[1]',
  })
  t.match(reading.problems, [{ code: 'malformed-xml', line: lineOf('</sent></alert>') }])
  t.same(
    readIndex(readXml(bytes)).map((e) => e.link),
    [null, 'cap/words.xml'],
    'what is read from the list itself is not asked for again',
  )
  const hostile = `<feed xmlns="http://www.w3.org/2005/Atom"><entry><content><![CDATA[<!DOCTYPE alert [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">&x;</alert>]]></content></entry></feed>`
  t.match(read(hostile), { kind: 'refused' }, 'what does not start as an alert is not opened')
  const inside = hostile.replace('<!DOCTYPE', '<?xml version="1.0"?><!DOCTYPE')
  t.match(read(inside), { kind: 'refused' })
})

t.test('an envelope: embedded and as text; what it says of itself holds for what it carries', async (t) => {
  const text = sample('envelope.xml').toString()
  t.same(
    all(text).map((m) => [m.identifier, m.status, m.refusal]),
    [
      ['YS-EMBEDDED', 'Actual', null],
      ['YS-CONTENT', 'Actual', null],
    ],
  )
  const under = (status: string) => all(text.replace('distributionStatus>Actual', `distributionStatus>${status}`))
  t.same(
    under('Exercise').map((m) => [m.status, m.refusal]),
    [
      ['Exercise', null],
      ['Exercise', null],
    ],
  )
  t.same(
    under('Test').map((m) => m.refusal?.code),
    ['not-actual', 'not-actual'],
  )
})

t.test('flat entries: one warning over many entries; a link to the document is better', async (t) => {
  const bytes = sample('atom-flat.xml')
  const messages = all(bytes)
  t.equal(messages.length, 1)
  const [m] = messages
  t.match(m, {
    identifier: 'YS-FLAT-1',
    sender: 'qixiang.example',
    msgType: 'Alert',
    scope: 'Public',
    event: '暴雨',
    level: 'red',
    headline: '气象台(演练)发布暴雨红色预警',
    refusal: null,
    counts: { infos: 1, areas: 2 },
  })
  t.same(
    m!.areas.map((a) => [a.description, a.geocodes.map((g) => `${g.name}=${g.value}`)]),
    [
      ['文峰街道', ['行政区划代码=500154002000', 'OTHER=A1', 'OTHER=A2', 'THIRD=B1']],
      ['汉丰街道', ['行政区划代码=500154001000']],
    ],
  )
  t.equal(m!.expires?.toISOString(), '2126-07-12T01:26:00.000Z')
  t.equal(codes(m!)[0], 'flat-entry')
  t.same(readIndex(readXml(bytes)), [
    {
      id: 'YS-WIND-1',
      updated: '2026-07-12T03:27:00+08:00',
      title: '大风蓝色预警',
      link: 'cap/wind.xml',
      expires: new Date('2026-07-12T12:00:00+08:00'),
    },
  ])
  const ack = bytes.toString().replaceAll('<cap:message_type>Alert', '<cap:message_type>Ack')
  t.equal(one(ack).refusal?.code, 'message-type')
  t.equal(
    one(bytes.toString().replaceAll('<cap:message_type>Alert</cap:message_type>', '')).refusal?.code,
    'message-type',
    'never taken for Alert',
  )
})

t.test('lists: dates of every kind, names twice, nothing in it', async (t) => {
  const entries = readIndex(readXml(sample('rss-dates.xml')))
  t.same(
    entries.map((e) => e.expires?.toISOString() ?? null),
    ['2026-07-12T01:26:00.000Z', '2026-07-12T01:26:00.000Z', '2026-07-13T01:26:00.000Z', null, null, null, null, null],
    'a time without zone is waited for a day; a strange one is unknown and ends nothing',
  )
  t.equal(new Set(entries.map((e) => e.id)).size, entries.length, 'each document has a name of its own')
  t.same(
    entries.slice(5).map((e) => e.link),
    ['https://qixiang.example/cap/6.xml', 'https://qixiang.example/cap/7.xml', null],
  )
  t.same(readIndex(readXml(Buffer.from('<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id></feed>'))), [])
  for (const [text, at] of [
    ['Thu, 01 Jan 2026 16:05:14 +0000', '2026-01-01T16:05:14.000Z'],
    ['1 Jan 2026 16:05 EST', '2026-01-01T21:05:00.000Z'],
    ['Thu, 10 Mar 2016 22:12:03 ', '2016-03-10T22:12:03.000Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000Z'],
  ] as const)
    t.equal(readFeedTime(text)?.at.toISOString(), at, text)
  for (const text of [
    'Thu, 32 Jan 2026 16:05:14 +0000',
    'Thu, 01 Foo 2026 16:05:14 +0000',
    'Thu, 01 Jan 2026 16:05:14 XYZ',
    '2569-01-06',
    '',
  ])
    t.equal(readFeedTime(text), null, text)
})

const ringsOf = (text: string) => readPolygon(text).rings
const faults = (text: string) => readPolygon(text).faults.map((f) => `${f.code} ${f.severity}`)

t.test('the antimeridian: a jump and a longitude beyond ±180 are the same ring, cut in two', async (t) => {
  const halves = [
    [
      [179, 10],
      [180, 10],
      [180, 12],
      [179, 12],
      [179, 10],
    ],
    [
      [-180, 10],
      [-179, 10],
      [-179, 12],
      [-180, 12],
    ],
  ]
  const asSets = (rings: number[][][] | null) => rings?.map((r) => [...new Set(r.map((p) => p.join()))].sort())
  for (const text of [
    '10,179 10,-179 12,-179 12,179 10,179',
    '10,179 10,181 12,181 12,179 10,179',
    '10,-181 10,-179 12,-179 12,-181 10,-181',
  ]) {
    t.same(asSets(ringsOf(text)), asSets(halves), text)
    t.same(faults(text), ['antimeridian remark'])
  }
  t.same(ringsOf('20,288 20,289 21,289 20,288'), [
    [
      [-72, 20],
      [-71, 20],
      [-71, 21],
      [-72, 20],
    ],
  ])
  t.same(faults('20,288 20,289 21,289 20,288'), ['longitude-turned remark'])
  t.same(ringsOf('-90,-180 -90,180 90,180 90,-180 -90,-180')!.length, 1, 'the edge of a map of the world is no crossing')
  t.same(faults('10,180 10,179 12,179 10,180'), [])
  for (const text of [
    '31.1,108.3 31.1,208.5 31.2,108.5 31.1,108.3',
    '31.1,108.3 31.1,-108.5 31.2,108.5 31.1,108.3',
    '10,361 10,2 12,2 10,361',
  ]) {
    t.equal(ringsOf(text), null, `${text}: a typing error, not an ocean`)
    t.match(faults(text), ['coordinate-out-of-range error'])
  }
  t.same(faults('80,0 80,60 80,120 80,180 80,-120 80,-60 80,0'), ['polygon-around-pole error'])
  t.equal(readCircle('10,200 5').circle, null, 'one circle does not tell a typing error from a custom')
})

t.test('property: whatever is cut at the antimeridian keeps its points and lies on the earth', async () => {
  const degrees = (most: number) =>
    fc
      .integer({ min: -most * 1000, max: most * 1000 })
      .filter((n) => n !== 0)
      .map((n) => n / 1000)
  const point = fc.tuple(degrees(12), degrees(40))
  const write = (list: [number, number][], lon: (x: number) => number) =>
    list.map(([x, y]) => `${y.toFixed(4)},${lon(x).toFixed(4)}`).join(' ')
  const wrap = (x: number) => (x > 180 ? x - 360 : x)
  fc.assert(
    fc.property(fc.array(point, { minLength: 3, maxLength: 20 }), (list) => {
      const beyond = readPolygon(write(list, (x) => 180 + x)).rings
      const jumping = readPolygon(write(list, (x) => wrap(180 + x))).rings
      if (!beyond || !jumping) return beyond === jumping
      const sound = beyond.every((r) => r[0]!.join() === r.at(-1)!.join() && r.every(([lon]) => Math.abs(lon) <= 180))
      return sound && beyond.length === jumping.length
    }),
    runs(500),
  )
})

t.test('10,000 points; doubled last points; empty shapes', async (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => {
    const angle = (i / 10_000) * 2 * Math.PI
    return `${(31.16 + 0.05 * Math.sin(angle)).toFixed(6)},${(108.39 + 0.05 * Math.cos(angle)).toFixed(6)}`
  }).join(' ')
  const m = one(makeCap({ area: `<polygon>${many}</polygon><polygon/><circle></circle>` }))
  t.same([m.areas[0]!.polygons.length, m.areas[0]!.polygons[0]!.length, m.areas[0]!.unplaced], [1, 10_001, false])
  t.same(faults('1,2 3,4 5,7 1,2 1,2'), [])
})

const code = (name: string, value: string) => `<geocode><valueName>${name}</valueName><value>${value}</value></geocode>`
const hole = '31.14,108.36 31.14,108.40 31.18,108.40 31.18,108.36 31.14,108.36'

t.test('EXCLUDE_POLYGON is a hole, never an area nor a code', async (t) => {
  const m = one(makeCap({ area: `<polygon>${squareOverHome}</polygon>${code('EXCLUDE_POLYGON', hole)}${code('x', '1')}` }))
  t.same(m.areas[0]!.geocodes, [{ name: 'x', value: '1' }])
  t.same(
    m.areas[0]!.holes!.map((r) => r[0]),
    [[108.36, 31.14]],
  )
  t.same(m.problems, [])
  const broken = one(makeCap({ area: `<polygon>${squareOverHome}</polygon>${code('EXCLUDE_POLYGON', '31.1,108.3 x,y')}` }))
  t.same([broken.areas[0]!.holes, broken.areas[0]!.unplaced, codes(broken)], [undefined, false, ['hole-unreadable']])
  t.notOk('holes' in one(makeCap()).areas[0]!)
})

t.test('GCJ-02 and BD-09: rings, holes and circles are brought to WGS-84', async (t) => {
  const gcoord = gcoordModule as unknown as typeof gcoordModule.default
  const area = `<polygon>${squareOverHome}</polygon><circle>31.16,108.39 5</circle>${code('EXCLUDE_POLYGON', hole)}`
  for (const [datum, from] of [
    ['gcj02', gcoord.GCJ02],
    ['bd09', gcoord.BD09],
  ] as const) {
    const [plain, shifted] = [one(makeCap({ area })).areas[0]!, one(makeCap({ area }), { datum }).areas[0]!]
    const near = (a: number[], b: number[]) => Math.abs(a[0]! - b[0]!) < 2e-6 && Math.abs(a[1]! - b[1]!) < 2e-6
    const right = (point: [number, number], is: [number, number]) => near(gcoord.transform(point, from, gcoord.WGS84), is)
    t.ok(plain.polygons[0]!.every((p, i) => right(p, shifted.polygons[0]![i]!)))
    t.ok(plain.holes![0]!.every((p, i) => right(p, shifted.holes![0]![i]!)))
    t.ok(right([plain.circles[0]!.lon, plain.circles[0]!.lat], [shifted.circles[0]!.lon, shifted.circles[0]!.lat]))
    t.notOk(near(plain.polygons[0]![0]!, shifted.polygons[0]![0]!))
    t.same(shifted.polygons[0]![0], shifted.polygons[0]!.at(-1), 'still closed')
  }
  const abroad = '10,20 10,21 11,21 10,20'
  t.same(one(makeCap({ area: `<polygon>${abroad}</polygon>` }), { datum: 'gcj02' }).areas[0]!.polygons[0]![0], [20, 10])
})

/** Area groups of one message, each with its own state, as the Canadian service writes them. */
const group = (
  language: string,
  name: string,
  at: string,
  status: string,
  more: { severity?: string; expires?: string; clear?: boolean } = {},
) => `<info>
  <language>${language}</language><category>Met</category><event>暴雨</event>${more.clear ? '<responseType>AllClear</responseType>' : ''}
  <urgency>${more.clear ? 'Past' : 'Immediate'}</urgency><severity>${more.severity ?? 'Severe'}</severity><certainty>Observed</certainty>
  <expires>${more.expires ?? '2126-07-12T09:00:00+08:00'}</expires><headline>${name}</headline>
  ${status ? `<parameter><valueName>layer:EC-MSC-SMC:1.1:Alert_Location_Status</valueName><value>${status}</value></parameter>` : ''}
  <area><areaDesc>${name}</areaDesc>${code('place', at)}</area></info>`
const update = (...groups: string[]) =>
  makeCap({ msgType: 'Update', references: 'drill@qixiang.example,YS-0000,2026-07-12T03:00:00+08:00', info: groups.join('\n') })

t.test('ends without a Cancel: groups of areas that are over leave, the others go on', async (t) => {
  const partly = one(
    update(
      group('zh-CN', '东片', '1', 'ended', { severity: 'Extreme', expires: '2126-07-12T23:00:00+08:00' }),
      group('zh-CN', '西片', '2', 'active'),
      group('en-CA', 'East', '1', 'ended', { severity: 'Extreme' }),
      group('en-CA', 'West', '2', 'active'),
    ),
  )
  t.match(partly, { ends: null, level: 'orange', headline: '西片' })
  t.same(
    partly.areas.map((a) => a.description),
    ['西片'],
  )
  t.equal(partly.expires?.toISOString(), '2126-07-12T01:00:00.000Z', 'the end of what goes on')
  t.same(
    partly.infos.map((i) => i.headline),
    ['西片', 'West', '东片', 'East'],
    'nothing that was said is lost',
  )
  t.match(
    partly.problems.find((p) => p.code === 'areas-ended'),
    { message: /东片/, severity: 'remark' },
  )
  t.equal(one(update(group('zh-CN', '东片', '1', 'ended'), group('zh-CN', '西片', '2', 'ended'))).ends, 'lifted')
  const passed = one(update(group('zh-CN', '东片', '1', 'transitioned_out')))
  t.match(passed, { ends: 'lifted' })
  t.ok(codes(passed).includes('passed-on'), 'and it is said that this is no all-clear')
  t.equal(one(update(group('zh-CN', '东片', '1', '', { clear: true }), group('zh-CN', '西片', '2', ''))).areas.length, 1)
  t.equal(one(update(group('zh-CN', '东片', '1', '', { clear: true }))).ends, 'lifted')
  t.equal(one(update(group('zh-CN', '东片', '1', 'active'))).ends, null)
})

t.test('languages: zh-CN, then any Chinese, then English, then the first; all are kept', async (t) => {
  const pick = (...languages: string[]) => {
    const m = one(makeCap({ info: languages.map((l) => group(l, l, l, '')).join('') }))
    t.equal(m.infos.length, languages.length)
    return m.headline
  }
  t.equal(pick('de-DE', 'en', 'zh-TW', 'zh-CN'), 'zh-CN')
  t.equal(pick('de-DE', 'en-GB', 'zh-Hans-HK'), 'zh-Hans-HK')
  t.equal(pick('de-DE', 'zh_CN', 'en'), 'zh_CN')
  t.equal(pick('de-DE', 'fr', 'EN'), 'EN')
  t.equal(pick('ar', 'tr'), 'ar')
  t.equal(pick('zha', 'en'), 'en', 'Zhuang is not Chinese')
})

t.test('markup goes however often it was escaped; what only looks like it stays', async (t) => {
  t.equal(plainText('&lt;b&gt;红色&lt;/b&gt;').text, '红色')
  t.equal(plainText('&amp;lt;p&amp;gt;雨&amp;amp;风&amp;lt;/p&amp;gt;').text, '雨&风')
  t.equal(plainText('&amp;quot;撤离&amp;quot;').text, '"撤离"')
  t.equal(plainText('水位 a &lt; b 且 c &gt; d').text, '水位 a < b 且 c > d')
  t.equal(plainText('风速&lt;v且&gt;w').text, '风速<v且>w')
  const m = one(makeCap({ headline: '&lt;b&gt;红色&lt;/b&gt;', area: code('&lt;i&gt;n&lt;/i&gt;', 'v') }))
  t.same([m.headline, m.areas[0]!.geocodes[0]!.name], ['红色', 'n'])
  fc.assert(
    fc.property(fc.string(), (s) => plainText(s).text.length <= s.length + 1),
    runs(300),
  )
})

t.test('certificates in config: text or a file beside it; a wrong one stops the start', async (t) => {
  const dir = makeTestFolder(t)
  const { certificate } = makeCertificate('气象台(演练)')
  writeFileSync(join(dir, 'bureau.pem'), `subject=气象台(演练)\n${certificate}`)
  writeFileSync(join(dir, 'two.pem'), certificate + certificate)
  writeFileSync(join(dir, 'none.pem'), 'hello')
  const load = (certificates: string[], policy = 'require') => {
    const feed = {
      id: 'bureau',
      name: 'b',
      dialect: 'cap',
      url: 'https://x.example',
      standing: 'authority',
      everySeconds: 60,
      settings: { signature: { policy, certificates } },
    }
    writeFileSync(join(dir, 'feeds.yaml'), JSON.stringify({ place: '500154002', feeds: [feed] }, null, 1))
    return loadCertificates(readConfig(dir, 'feeds.yaml', feedsSchema), dir).feeds[0]!.settings.signature.certificates
  }
  t.same(load(['bureau.pem']), [certificate.trim()])
  t.same(load([certificate]), [certificate.trim()])
  t.same(
    sourceSettingsSchema.parse({ signature: { policy: 'require', certificates: load(['bureau.pem']) } }).signature.certificates.length,
    1,
  )
  for (const [written, said] of [
    ['missing.pem', /feeds\.yaml: feeds\.0 \(bureau\)\.settings\.signature\.certificates\.0: .*missing\.pem cannot be read/],
    ['two.pem', /more than one certificate/],
    ['none.pem', /not an X\.509 certificate/],
    ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', /not an X\.509 certificate/],
  ] as const)
    t.throws(() => load([written]), { message: said }, written.slice(0, 20))
  t.throws(() => load([]), /feeds\.yaml:\d+: .*certificates: prefer and require need a certificate/)
  t.same(load([], 'ignore'), [])
})

t.test('a Buddhist year is taken back by 543, and told', async (t) => {
  const thai = one(makeCap({ sent: '2569-07-12T02:26:00+07:00', expires: '2569-07-12T09:26:00+07:00' }))
  t.match([thai.sent.toISOString(), thai.expires?.toISOString()], ['2026-07-11T19:26:00.000Z', '2026-07-12T02:26:00.000Z'])
  t.same(codes(thai), ['buddhist-year', 'buddhist-year'])
  t.same(codes(one(makeCap({ expires: '2126-07-12T09:26:00+08:00' }))), [], 'a far year of ours stays')
})

t.test('an end that came before the beginning: of a new alert it is wrong, with AllClear it is the end', async (t) => {
  const before = '2026-07-12T03:26:00+08:00'
  const wrong = one(makeCap({ expires: before }))
  t.match(
    [wrong.expires, wrong.ends, codes(wrong)],
    [null, null, ['expires-before-sent']],
    'a red warning is not over because of a typing error',
  )
  const references = 'drill@qixiang.example,YS-0000,2026-07-12T02:26:00+08:00'
  const update = { msgType: 'Update', references, expires: before }
  t.match(one(makeCap({ ...update, responseType: 'AllClear', urgency: 'Future' })), { ends: 'lifted' }, 'as France says it')
  t.match(one(makeCap(update)), { ends: null, expires: new Date(before) }, 'an update may shorten the warning')
  const later = { ...update, responseType: 'AllClear', urgency: 'Future', expires: '2026-07-12T09:26:00+08:00' }
  t.equal(one(makeCap(later)).ends, null, 'AllClear of something to come does not end it')
})

t.test('an update to green is the end; a new alert that calls itself green is kept, the lowest', async (t) => {
  const level = (words: string, parts: object) =>
    one(makeCap(parts).replace('<area>', `<parameter><valueName>awareness_level</valueName><value>${words}</value></parameter><area>`))
  const update = { msgType: 'Update', references: 'drill@qixiang.example,YS-0000,2026-07-12T02:26:00+08:00' }
  t.equal(level('1; green; Minor', update).ends, 'lifted')
  t.equal(level('2; yellow; Moderate', update).ends, null)
  t.match(level('1; green; Minor', { headline: 'wind', severity: 'Minor' }), { ends: null, level: 'blue' })
})

t.test('an outline of unpaired numbers is read two by two, which is the only way', async (t) => {
  const ring = (text: string) => readPolygon(text)
  const square = ring(squareOverHome).rings
  t.match(ring(squareOverHome.replaceAll(' ', ',')), { rings: square, faults: [{ code: 'unpaired', severity: 'error' }] })
  t.match(ring(squareOverHome.replaceAll(',', ' ')), { rings: square, faults: [{ code: 'unpaired' }] })
  t.equal(ring(`${squareOverHome.replaceAll(' ', ',')},31.1`).rings, null, 'one number too many: nobody knows which')
})

t.test('Hong Kong, Macau and Taiwan: their characters are ours, black stands above red', async (t) => {
  const quiet = { headline: '', severity: 'Moderate' }
  const coloured = (parts: object, colour: string) =>
    one(
      makeCap({ ...quiet, ...parts }).replace(
        '<area>',
        `<parameter><valueName>alert_color</valueName><value>${colour}</value></parameter><area>`,
      ),
    )
  t.match(coloured({ event: '颱風' }, '紅色'), { event: '台风', level: 'red', levelBasis: 'colour-word:红色' })
  t.match(coloured({ event: '濃霧' }, '黃色'), { event: '大雾', level: 'yellow' })
  t.match(coloured({ event: '土石流' }, '紅色').infos[0], { event: '土石流' }, 'shown as it was written')
  t.match(one(makeCap({ ...quiet, event: '暴雨', headline: '黑色暴雨警告信號' })), { event: '暴雨', level: 'red' })
})
