import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import t from 'tap'
import { entriesOf, readIndex } from '../../../src/feeds/atom/read-index.js'
import type { ParsedMessage, Reading } from '../../../src/feeds/bulletin.js'
import { readCircle, readPolygon } from '../../../src/feeds/cap/cap-area.js'
import { readCapTime } from '../../../src/feeds/cap/cap-time.js'
import { plainText } from '../../../src/feeds/cap/plain-text.js'
import { readCap } from '../../../src/feeds/cap/read-cap.js'
import { describeMessage } from '../../../src/feeds/describe-message.js'
import { readForecast } from '../../../src/feeds/open-meteo/read-forecast.js'
import { readXml } from '../../../src/feeds/xml/read-xml.js'
import { dialects, readContext } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'
import { type CapParts, makeCap, squareOverHome } from '../../rig/samples/make-cap.js'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../rig/samples', name))
const read = (xml: string | Buffer): Reading => readCap(typeof xml === 'string' ? Buffer.from(xml) : xml, readContext())
function one(xml: string | Buffer): ParsedMessage {
  const reading = read(xml)
  if (reading.kind !== 'messages') throw new Error(`not read: ${JSON.stringify(reading)}`)
  return reading.messages[0]!
}
const make = (parts: Partial<CapParts> = {}) => one(makeCap(parts))
const lineOf = (text: string, what: string) => text.slice(0, text.indexOf(what)).split('\n').length
const codes = (message: ParsedMessage) => message.problems.map((p) => p.code)
const errors = (message: ParsedMessage) => message.problems.filter((p) => p.severity === 'error').map((p) => p.code)

t.test('a red warning in two languages is read whole, in Chinese first', async (t) => {
  const m = one(sample('red-rainstorm.xml'))
  t.match(m, {
    identifier: 'YS-SAMPLE-20260712032600',
    event: '暴雨',
    eventCode: '11B03',
    level: 'red',
    levelBasis: 'colour-word:红色',
    headline: '气象台(演练)发布暴雨红色预警信号[Ⅰ级/特别严重]',
    counts: { infos: 2, areas: 3, polygons: 2, circles: 1 },
    refusal: null,
    ends: null,
  })
  t.equal(m.sent.toISOString(), '2026-07-11T19:26:00.000Z')
  t.equal(m.expires?.toISOString(), '2026-07-12T01:26:00.000Z')
  t.equal(m.areas.length, 2, 'the same area in two languages is one area')
  t.same(m.areas[0]!.polygons[0]![0], [108.3, 31.1], 'longitude first')
  t.same(m.problems, [])
  t.match(describeMessage(m), /气象台\(演练\) 7月12日03:26 发布暴雨红色预警.*文峰街道.*有效至 7月12日09:26/)
})

t.test('all three versions of CAP, prefixed names, and old plain-text codes', async (t) => {
  for (const version of ['1.0', '1.1', '1.2'] as const) t.equal(make({ version }).level, 'red', version)
  const prefixed = makeCap()
    .replace('xmlns=', 'xmlns:cap=')
    .replace(/<(\/?)(?=[a-z])/gi, '<$1cap:')
  t.equal(one(prefixed).event, '暴雨')
  const old = make({ version: '1.0', area: '<geocode>fips6=006109</geocode><geocode>006113</geocode>' })
  t.same(old.areas[0]!.geocodes, [
    { name: 'fips6', value: '006109' },
    { name: '', value: '006113' },
  ])
})

t.test('containers: <alerts>, Atom with the alerts inside; a bare index is not a warning', async (t) => {
  t.match(read('<alerts></alerts>'), { kind: 'messages', messages: [] }, 'a list that says nothing is in force')
  t.match(read('<alerts><warnung/></alerts>'), { kind: 'unreadable' }, 'what is not understood is not nothing')
  const body = (id: string) => makeCap({ identifier: id }).replace(/<\?xml.*\?>/, '')
  const reading = read(`<alerts>${body('A')}${body('B')}${body('C').replace(/<sender>.*<\/sender>/, '')}</alerts>`)
  t.equal(reading.kind, 'messages')
  if (reading.kind !== 'messages') return
  t.same(
    reading.messages.map((m) => m.identifier),
    ['A', 'B'],
    'a broken one does not take the others down',
  )
  t.match(reading.problems, [{ code: 'no-identity' }])
  const inline = read(sample('atom-inline.xml'))
  t.same(
    inline.kind === 'messages' && inline.messages.map((m) => m.identifier),
    ['YS-INLINE-1'],
    'an alert outside any entry does not count',
  )
  t.match(read(sample('atom-index.xml')), { kind: 'refused', refusal: { code: 'index-only' } })
})

t.test('what cannot be read says where, why and what to do, in words for people', async (t) => {
  const cases: [string, Buffer | string, string, number, number?][] = [
    ['an empty body', '', 'empty', 1, 1],
    ['white space only', ' \n ', 'empty', 1],
    ['a wrong end tag', sample('malformed.xml'), 'malformed-xml', 4],
    ['cut off', makeCap().slice(0, 700), 'malformed-xml', makeCap().slice(0, 700).split('\n').length],
    ['a bomb', sample('bomb.xml'), 'doctype', 2, 1],
    ['an external entity', sample('external-entity.xml'), 'doctype', 3, 1],
    ['an undefined entity', makeCap({ headline: '雨&nbsp;大' }), 'malformed-xml', 19],
    ['a web page', '<!DOCTYPE html><html><body>请登录</body></html>', 'web-page', 1],
    ['JSON', '{"alert":1}', 'not-xml', 1],
    ['another root', '<?xml version="1.0"?>\n<report/>', 'not-cap', 2, 1],
    ['an unknown namespace', makeCap().replace('cap:1.2', 'cap:9.9'), 'not-cap', 2],
    ['no namespace (the national XML)', makeCap().replace(/ xmlns="[^"]*"/, ''), 'not-cap', 2],
    ['no identifier', makeCap({ identifier: '' }), 'no-identity', 2],
    ['two senders', makeCap({ extra: '<sender>other@example</sender>' }), 'no-identity', 9],
    ['a sent that is no time', makeCap({ sent: '2003-14-02T16:49:00-07:00' }), 'sent-unreadable', 5],
    ['stray words after the end', `${makeCap()}\n多余`, 'malformed-xml', makeCap().split('\n').length + 1],
    ['declared UTF-8, other bytes', Buffer.from(makeCap({ headline: 'é' }), 'latin1'), 'encoding', 12],
  ]
  for (const [name, xml, code, line, column] of cases) {
    const reading = read(xml)
    t.match(reading, { kind: 'unreadable', reason: /[一-鿿]/, hint: /[一-鿿]/, problems: [{ code, line }] }, name)
    if (column && reading.kind === 'unreadable') t.equal(reading.problems[0]!.column, column, `${name}: column`)
  }
})

t.test('a fault in the tags names the tags', async (t) => {
  const said: [string, RegExp, string?][] = [
    [
      '<alert>\n <identifier>x</identifer>\n</alert>',
      /^第 2 行第 \d+ 列:结束标记 <\/identifer> 和开始标记 <identifier> 对不上$/,
      '</identifer> does not',
    ],
    ['<a:alert xmlns:a="x"><b><c></c ></a:alert\n>', /结束标记 <\/a:alert> 和开始标记 <b> 对不上$/],
    ['<alert><b></alert></b>', /结束标记 <\/alert> 和开始标记 <b> 对不上$/],
    ['<alert></></alert>', /有一个没写名称的结束标记 <\/>$/],
    ['<alert/></b>', /结束标记 <\/b> 没有对应的开始标记$/],
    ['<alert><b>', /元素 <b> 没有结束$/],
    ['<alert><x:b/></alert>', /前缀 x 没有说明是什么$/],
    ['<alert entity="1" entity="2"/>', /属性 entity 写了两次$/],
    ['<alert>&nbsp;</alert>', /用了没有定义的实体/],
  ]
  for (const [xml, reason, english = ''] of said) {
    const reading = read(xml)
    t.match(reading, { kind: 'unreadable', reason, problems: [{ code: 'malformed-xml', messageEn: new RegExp(english) }] }, xml)
  }
})

t.test('limits: depth, elements, attributes; refused fast', async (t) => {
  const deep = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">${'<a>'.repeat(200_000)}`
  const many = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">${'<a/>'.repeat(30_000)}</alert>`
  const wide = `<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2" ${Array.from({ length: 5000 }, (_, i) => `a${i}="1"`).join(' ')}/>`
  for (const xml of [deep, many, wide]) t.match(read(xml), { kind: 'unreadable', problems: [{ code: 'too-big' }] })
})

t.test('bytes: mark, other encodings, CRLF, CDATA', async (t) => {
  t.equal(one(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(makeCap())])).event, '暴雨')
  t.equal(one(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(makeCap().replace('UTF-8', 'UTF-16'), 'utf16le')])).event, '暴雨')
  const latin = makeCap({ event: 'Pluie é', headline: 'Avis orange warning' })
    .replace('UTF-8', 'ISO-8859-1')
    .replace(/[一-鿿()]/g, 'x')
  t.equal(one(Buffer.from(latin, 'latin1')).event, 'Pluie é')
  const crlf = makeCap({ area: '<polygon>400,1 1,2 2,3 400,1</polygon>' }).replaceAll('\n', '\r\n')
  t.equal(one(crlf).problems[0]!.line, lineOf(crlf, '<polygon>'))
  t.equal(make({ headline: '<![CDATA[红色 & 暴雨 <预警>]]>' }).headline, '红色 & 暴雨 <预警>')
})

t.test('every fault is told, with line and XPath, not only the first', async (t) => {
  const xml = makeCap({
    area: '<polygon>31.1,108.3 31.1,208.5 31.2,108.5 31.1,108.3</polygon>\n      <circle>31,108 -1</circle>\n      <ceiling>5</ceiling>',
    extra: '  <scoep>Public</scoep>\n',
    expires: '2026-07-12 09:61:00',
  })
  const m = one(xml)
  const line = lineOf(xml, '<polygon>')
  t.same(errors(m), ['unsupported-element', 'time-unreadable', 'coordinate-out-of-range', 'circle-radius', 'area-unplaced', 'area-heights'])
  const ring = m.problems.find((p) => p.code === 'coordinate-out-of-range')!
  t.match(ring, { line, column: 7, path: '/alert[1]/info[1]/area[1]/polygon[1]', message: `第 ${line} 行:` })
  t.equal(m.areas[0]!.unplaced, true, 'the area waits for an officer')
  t.equal(m.refusal, null, 'a red warning is never dropped for one typo')
  t.equal(m.expires, null)
})

t.test('structure: what peers reject is told; what only a fool would drop is kept', async (t) => {
  t.same(errors(make({ identifier: 'A,B' })), ['identity-characters'])
  t.same(errors(make({ extra: '  <address>x</address>' })), ['unsupported-element'])
  t.same(errors(make({ extra: '  乱写的字' })), ['stray-text'])
  t.same(codes(one(makeCap().replace('<category>Met</category>', '').replace('<certainty>', '<category>Met</category><certainty>'))), [
    'sequence',
  ])
  t.same(errors(make({ severity: '', headline: '暴雨' })), ['missing-element'])
  const empty = make({ info: '' })
  t.same(errors(empty), ['area-missing'])
  t.equal(empty.areas[0]!.unplaced, true)
})

t.test('F26 I4: only Alert, Update and Cancel of the public, actual kind are acted on', async (t) => {
  const refused = (parts: Partial<CapParts>) => make(parts).refusal?.code ?? null
  t.equal(refused({ msgType: 'Ack' }), 'message-type')
  t.equal(refused({ msgType: 'Error' }), 'message-type')
  t.equal(refused({ msgType: 'Alarm' }), 'message-type', 'never treated as Alert')
  t.equal(refused({ msgType: '' }), 'message-type')
  t.equal(refused({ scope: 'Private' }), 'scope')
  t.equal(refused({ scope: 'Restricted' }), 'scope')
  t.equal(refused({ scope: '' }), 'scope')
  t.equal(refused({ scope: 'public' }), 'scope')
  for (const status of ['Test', 'System', 'Draft']) t.equal(refused({ status }), 'not-actual', status)
  t.equal(refused({ status: 'Real' }), 'status')
  t.equal(refused({ status: 'Exercise' }), null)
})

t.test('times', async (t) => {
  const at = (text: string) => readCapTime(text)?.at.toISOString() ?? null
  t.equal(at('2011-10-07T17:00:00-05:00'), '2011-10-07T22:00:00.000Z')
  t.equal(at('2008-02-29T24:00:00-00:00'), '2008-03-01T00:00:00.000Z')
  t.equal(at('2026-07-12T03:26:00.770Z'), '2026-07-12T03:26:00.000Z')
  t.equal(at('2026-07-12T03:26:00+00:00'), '2026-07-12T03:26:00.000Z')
  t.match(readCapTime('2026-07-12T03:26:00'), { flaw: 'no-offset' })
  t.equal(at('2026-07-12T03:26:00'), '2026-07-11T19:26:00.000Z', 'no offset: China, and told')
  for (const wrong of [
    '2011/10/07T17:00:00-05:00',
    '2003-14-02T16:49:00-07:00',
    '2009-02-29T00:00:00+08:00',
    '2011-10-07T17:61:00-05:00',
    '2011-10-07T17:00:61-05:00',
    '2011-10-07T17:00:00-24:00',
    '2011-10-07T17:00:00-05:61',
    '2011-10-07T17:000:00-05:00',
    '2011-10-07T24:00:01Z',
    'date:now +28800 seconds',
    '',
  ])
    t.equal(at(wrong), null, wrong)
  t.same(errors(make({ sent: '2026-07-12T03:26:00' })), ['time-without-offset'])
  t.same(errors(make({ expires: '2030-01-01T00:00:00' })), ['time-without-offset'])
})

t.test('polygons and circles', async (t) => {
  const ring = (text: string) => readPolygon(text)
  const faults = (text: string) => ring(text).faults.map((f) => f.code)
  t.same(ring(squareOverHome).faults, [])
  t.same(ring('-11.,2 \t3,4\n5,-.6 -11.,2').rings![0], [
    [2, -11],
    [4, 3],
    [-0.6, 5],
    [2, -11],
  ])
  for (const [text, code] of [
    ['1,2 3,4 1,2', 'polygon-too-few'],
    ['3,4 a,b 5,6 3,4', 'coordinate-unreadable'],
    ['300,200 1,2 3,4 300,200', 'coordinate-out-of-range'],
    ['1,2,3 3,4 5,6 1,2', 'coordinate-unreadable'],
    ['1e1,2 3,4 5,6 1,2', 'coordinate-unreadable'],
    ['108.3,31.1 108.5,31.1 108.5,31.2 108.3,31.1', 'coordinate-out-of-range'],
  ] as const) {
    t.equal(ring(text).rings, null, text)
    t.same(faults(text), [code])
  }
  t.match(ring('108.3,31.1 108.5,31.1 108.5,31.2').faults[0]!.message, /写反/)
  t.same(faults('1,2 3,4 5,7'), ['polygon-not-closed'])
  t.same(ring('1,2 3,4 5,7').rings![0]!.at(-1), [2, 1])
  t.same(faults('(1,2) (3,4) (5,7) (1,2)'), ['parentheses'])
  t.same(faults('1, 2 3, 4 5, 7 1, 2'), ['blank-in-pair'])
  t.same(readCircle('1.00,2.00 \t 3.125'), { circle: { lat: 1, lon: 2, radiusKm: 3.125 }, faults: [] })
  t.same(
    readCircle('1,2 0').faults.map((f) => f.code),
    ['circle-point'],
  )
  t.same(
    readCircle('1, 2 3').faults.map((f) => `${f.code} ${f.severity}`),
    ['blank-in-pair error'],
  )
  for (const wrong of ['invalid', '1,2 -3', '1,2', '1,2 3 4', '91,2 3', '1,2 x']) t.equal(readCircle(wrong).circle, null, wrong)
  const empty = make({ area: '<polygon/><circle/><geocode><valueName>c</valueName><value>500154002000</value></geocode>' })
  t.same([empty.problems, empty.areas[0]!.unplaced], [[], false], 'empty elements mean nothing')
  const half = make({ area: `<polygon>${squareOverHome}</polygon><polygon>999,1 2,2 3,3 999,1</polygon>` })
  t.same([half.areas[0]!.polygons.length, half.areas[0]!.unplaced], [1, true])
})

t.test('the level: colour word, then severity, then unknown', async (t) => {
  const level = (parts: Partial<CapParts>) => {
    const m = make(parts)
    return [m.level, m.levelBasis, ...codes(m).filter((c) => c.startsWith('level') || c.startsWith('colour'))]
  }
  t.same(level({ headline: '气象台发布暴雨橙色预警', severity: 'Extreme' }), ['orange', 'colour-word:橙色', 'level-disagrees'])
  t.same(level({ headline: '黄山市气象台(演练)发布暴雨红色预警' }), ['red', 'colour-word:红色'])
  t.same(level({ headline: '平山街道橙色降为黄色', severity: 'Moderate' }), ['yellow', 'colour-word:黄色'])
  // Full-width punctuation parts two clauses as the plain one does: the old colour of one town is not that of the other.
  for (const comma of [',', '\uff0c', '\uff1b', '。'])
    t.same(level({ headline: `平山街道橙色${comma}宝口镇降为黄色` }).slice(0, 2), ['orange', 'colour-word:橙色'], comma)
  t.same(level({ headline: '解除大风蓝色预警\uff0c发布暴雨红色预警' }), ['red', 'colour-word:红色'])
  t.same(level({ headline: '东部雷电预警解除\uff0c暴雨红色预警继续生效' }), ['red', 'colour-word:红色'])
  t.same(level({ headline: 'Hochwasser \uff08Orange\uff09', event: 'Flood', severity: 'Severe' }), ['orange', 'colour-word:orange'])
  t.same(level({ headline: '解除暴雨红色预警,发布暴雨蓝色预警', severity: 'Minor' }), ['blue', 'colour-word:蓝色'])
  t.same(level({ headline: '东部橙色、西部黄色预警', severity: 'Severe' }), ['orange', 'colour-word:橙色', 'colour-several'])
  t.same(level({ headline: 'Red Lake: Red Flag Warning', event: 'Red Flag Warning', severity: 'Severe' }), ['orange', 'severity:Severe'])
  t.same(level({ headline: 'AMBER Alert', event: 'Child Abduction', severity: 'Severe' }), ['orange', 'severity:Severe'])
  t.same(level({ headline: 'updates blue warning for flash flood', severity: 'Minor' }), ['blue', 'colour-word:blue'])
  for (const [severity, expected] of [
    ['Extreme', 'red'],
    ['Severe', 'orange'],
    ['Moderate', 'yellow'],
    ['Minor', 'blue'],
  ] as const)
    t.same(level({ headline: 'Flood', event: 'Flood', severity }), [expected, `severity:${severity}`])
  t.same(level({ headline: 'Flood', event: 'Flood', severity: 'Unknown' }), ['unknown', 'unknown', 'level-unknown'])
  const info = makeCap({ headline: 'Wind', event: 'Wind', severity: 'Moderate' }).replace(
    '<headline>',
    '<parameter><valueName>awareness_level</valueName><value>4; red; Extreme</value></parameter><headline>',
  )
  t.equal(one(info).level, 'red')
})

t.test('the hazard: words for people before codes; what is unknown is kept as it is', async (t) => {
  t.equal(make({ event: '雷雨大风' }).event, '雷雨大风')
  t.equal(make({ event: 'Torrential Rain Warning' }).event, '暴雨')
  t.same(
    [make({ event: '水庫洩洪', headline: '水庫洩洪' }).event, codes(make({ event: '水庫洩洪', headline: '红色' }))],
    ['水庫洩洪', ['event-unknown']],
  )
  const coded = (code: string, event: string) =>
    one(
      makeCap({ event, headline: '红色' }).replace(
        '<responseType>',
        `<eventCode><valueName>x</valueName><value>${code}</value></eventCode><responseType>`,
      ),
    )
  t.match(coded('11b06', ''), { event: '大风', eventCode: '11b06' })
  t.match(coded('11B06', '暴雨'), { event: '暴雨', eventCode: '11B06' })
  t.equal(make({ event: 'Train delay', headline: '红色' }).event, 'Train delay', 'rain is not inside train')
})

t.test('an end: lifted is told from cancelled', async (t) => {
  t.equal(make({ msgType: 'Update', responseType: 'AllClear', urgency: 'Past' }).ends, 'lifted')
  t.equal(make({ msgType: 'Update', responseType: 'AllClear' }).ends, null, 'AllClear alone is not the end')
  t.equal(make({ msgType: 'Cancel', headline: '气象台(演练)解除暴雨红色预警信号' }).ends, 'lifted')
  t.equal(make({ msgType: 'Cancel', headline: '发布有误,撤回' }).ends, 'cancelled')
  t.equal(make({ msgType: 'Cancel', info: '' }).ends, 'cancelled', 'a Cancel without info is normal')
  t.notOk(codes(make({ msgType: 'Cancel', info: '', references: 'a' })).includes('area-missing'))
})

t.test('references: lists, bare names, itself, the future', async (t) => {
  const refs = (references: string) => make({ msgType: 'Update', references })
  t.same(
    refs('a@b,urn:x:1,2026-07-12T03:00:00+08:00\n c@d,2,2026-07-12T03:10:00+08:00').references.map((r) => r.identifier),
    ['urn:x:1', '2'],
  )
  t.same(codes(refs('41000041600000_20200204121842')), ['bare-reference'])
  t.same(refs('41000041600000_20200204121842').references, [{ sender: null, identifier: '41000041600000_20200204121842', sent: null }])
  t.same(codes(refs('drill@qixiang.example,YS-0001,2026-07-12T03:26:00+08:00')), ['self-reference'])
  t.same(codes(refs('a,b,c')), ['reference-unreadable'])
  t.same(codes(refs('a@b,1,2027-01-01T00:00:00+08:00')), ['postdated-reference'])
  t.same(codes(refs('')), ['references-missing'])
  t.same(make({ extra: '<references></references>' }).references, [])
})

t.test('markup in text is stripped before any channel sees it', async (t) => {
  t.same(plainText('  <p>雨很大</p>请&lt;远离&gt;<br/>河边&#33;<script>x</script> '), { text: '雨很大\n请<远离>\n河边!x', changed: true })
  t.same(plainText('气温 < 3 度 & 有风'), { text: '气温 < 3 度 & 有风', changed: false })
  t.same(codes(make({ headline: '&lt;b&gt;红色&lt;/b&gt;' })), ['markup-removed'])
})

t.test('indexes: the next link when the first is a web page; ends that are over', async (t) => {
  const entries = readIndex(readXml(sample('atom-index.xml')))
  t.same(
    entries.map((e) => e.link),
    ['a.xml', 'b.xml', null, 'd.xml'],
  )
  t.equal(entries[3]!.expires?.toISOString(), '2026-07-10T19:29:00.000Z')
  t.match(readIndex(readXml(sample('rss-index.xml'))), [{ id: 'YS-RSS-1', link: 'https://qixiang.example/cap/1.xml', updated: /Jul 2026/ }])
})

t.test('a forecast: local times, units, null is missing and never zero', async (t) => {
  const reading = readForecast(sample('forecast.json'))
  t.equal(reading.kind, 'observations')
  if (reading.kind !== 'observations') return
  t.same(
    reading.observations.map((o) => [o.kind, o.unit, o.value, o.at.toISOString(), o.forecast]),
    [
      ['precipitation', 'mm', 0, '2026-07-11T19:15:00.000Z', true],
      ['precipitation', 'mm', null, '2026-07-11T19:30:00.000Z', true],
      ['precipitation', 'mm', 14.2, '2026-07-11T19:45:00.000Z', true],
      ['precipitation_sum', 'mm', 118.4, '2026-07-11T16:00:00.000Z', true],
    ],
  )
  for (const wrong of ['', '<html>', '[]', '{"error":true,"reason":"x"}', '{"latitude":1,"longitude":2,"utc_offset_seconds":0}'])
    t.match(readForecast(Buffer.from(wrong)), { kind: 'unreadable', hint: /[一-鿿]/ }, wrong)
})

t.test('dialects: known but not built ones say so, unknown ones are unknown', async (t) => {
  t.match(dialects.read('jma', Buffer.from('<alert/>'), readContext()), { kind: 'refused', refusal: { code: 'dialect-not-built' } })
  t.same(['cap', 'open-meteo', 'jma', 'nonsense', 'constructor', '__proto__'].map(dialects.knows), [true, true, true, false, false, false])
})

t.test('property: whatever happens to the bytes, there is an answer, and never a throw', async (t) => {
  const seeds = [sample('red-rainstorm.xml'), sample('atom-inline.xml'), sample('bomb.xml'), Buffer.from(makeCap({ version: '1.0' }))]
  const change = fc.record({ at: fc.nat(), length: fc.nat(40), put: fc.uint8Array({ maxLength: 40 }) })
  const tokens = [
    '<',
    '>',
    '&',
    ']]>',
    '<!--',
    '<![CDATA[',
    '<?',
    '"',
    '\0',
    '</alert>',
    '<info>',
    ',',
    '红色',
    '\ufeff',
    'xmlns:a="b"',
    '1e999,NaN',
  ]
  const splice = fc.record({ at: fc.nat(), length: fc.nat(30), put: fc.constantFrom(...tokens).map((s) => new Uint8Array(Buffer.from(s))) })
  fc.assert(
    fc.property(fc.constantFrom(...seeds), fc.array(fc.oneof(change, splice), { minLength: 1, maxLength: 6 }), (seed, changes) => {
      let bytes = seed
      for (const c of changes) {
        const at = c.at % (bytes.length + 1)
        bytes = Buffer.concat([bytes.subarray(0, at), c.put, bytes.subarray(at + c.length)])
      }
      const reading = readCap(bytes, readContext())
      if (reading.kind === 'unreadable' || reading.kind === 'refused') return reading.problems.length > 0
      return (
        reading.kind === 'messages' &&
        reading.messages.every((m) => m.areas.every((a) => a.polygons.every(isSound)) && describeMessage(m) !== '')
      )
    }),
    runs(1500),
  )
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.uint8Array(), (b) => readForecast(Buffer.from(b)).kind === 'unreadable'),
      runs(200),
    ),
  )
})

const isSound = (ring: [number, number][]) =>
  ring.length >= 4 && ring[0]!.join() === ring.at(-1)!.join() && ring.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90)

/** What is not simply "one message, accepted", by the file's name. */
const expectedOf: Record<string, string> = {
  'cma-swic-13013241600000_20260826160913.excerpt.xml': 'refused message-type',
  'nws-marine-2.49.0.1.840.0.95be17ee.excerpt.xml': 'unreadable no-identity',
  'invalid.cap': 'refused scope',
  'xee.cap': 'unreadable doctype',
  // Four warnings whole in the entries, one of them a test.
  'meteoalarm_de.xml': 'not-actual',
}
const samplesDir = process.env.SAMPLES_DIR
t.test(
  'the collected samples: every file is read or turned away as expected, with exact counts',
  { skip: samplesDir && existsSync(join(samplesDir, 'MANIFEST.tsv')) ? false : 'SAMPLES_DIR is not set' },
  async (t) => {
    const rows = readFileSync(join(samplesDir!, 'MANIFEST.tsv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
    let checked = 0
    for (const [path, format, , , , , what] of rows) {
      const reading = read(readFileSync(join(samplesDir!, 'feeds', path!)))
      const name = path!.split('/').at(-1)!
      const got =
        reading.kind === 'messages'
          ? (reading.messages.find((m) => m.refusal)?.refusal?.code ?? '')
          : reading.kind === 'unreadable'
            ? (reading.problems[0]?.code ?? '')
            : reading.kind === 'refused'
              ? reading.refusal.code
              : ''
      if (format === 'CAP XML') {
        const status = /status=(\w+)/.exec(what!)?.[1]
        const scope = /scope=(\w+)/.exec(what!)?.[1]
        const fits = status === 'Test' ? 'refused not-actual' : scope === 'Restricted' ? 'refused scope' : 'messages '
        const expected = expectedOf[name] ?? fits
        t.equal(`${reading.kind === 'messages' && got ? 'refused' : reading.kind} ${got}`, expected, path!)
        const counts = /(\d+) info.*?; (\d+) area; (\d+) polygon.*?; (\d+) circle;/.exec(what!)?.slice(1).map(Number)
        if (counts && reading.kind === 'messages') {
          const [m] = reading.messages
          t.same([m!.counts.infos, m!.counts.areas, m!.counts.polygons, m!.counts.circles], counts, `${path}: counts`)
        }
        checked++
      } else if (format === 'EDXL-DE') {
        t.equal(reading.kind === 'messages' && reading.messages.length, Number(/with (\d+) CAP/.exec(what!)![1]), path!)
      } else if (format === 'Atom' || format === 'RSS 2.0') {
        const inline = Number(/feed with (\d+) CAP/.exec(what!)?.[1] ?? 0)
        if (inline) t.equal(reading.kind === 'messages' && reading.messages.length, inline, path!)
        else t.equal(got, expectedOf[name] ?? 'index-only', path!)
        const entries = /(\d+) (?:entries|items)/.exec(what!)?.[1]
        if (entries)
          t.equal(entriesOf(readXml(readFileSync(join(samplesDir!, 'feeds', path!)))).length, Number(entries), `${path}: entries`)
      } else if (path!.startsWith('open-meteo/')) {
        t.equal(readForecast(readFileSync(join(samplesDir!, 'feeds', path!))).kind, 'observations', path!)
      } else t.equal(reading.kind, 'unreadable', path!)
    }
    t.ok(checked > 60, `${checked} CAP files`)
  },
)

t.test('namespaces: what is taken and what is refused is the same as with the parser’s own way', async () => {
  const part = fc.constantFrom('a', 'b', 'xml', 'xmlns', '')
  const uri = fc.constantFrom('', 'urn:a', 'urn:b', 'http://www.w3.org/XML/1998/namespace', 'http://www.w3.org/2000/xmlns/')
  const name = fc.tuple(part, fc.constantFrom('x', 'y', 'x:y')).map(([p, n]) => (p ? `${p}:${n}` : n))
  const attribute = fc.oneof(
    fc.tuple(part, uri).map(([p, u]) => `xmlns${p ? `:${p}` : ''}="${u}"`),
    fc.constant('xmlns:="urn:a"'),
    name.map((n) => `${n}="1"`),
  )
  const tag = fc.tuple(name, fc.uniqueArray(attribute, { maxLength: 4, selector: (a) => a.split('=')[0] }))
  fc.assert(
    fc.property(tag, tag, ([outer, outerOnes], [inner, innerOnes]) => {
      const text = `<${[outer, ...outerOnes].join(' ')}><${[inner, ...innerOnes].join(' ')}/></${outer}>`
      const named: string[] = []
      let theirs: string[] | null = named
      try {
        const parser = new SaxesParser({ xmlns: true })
        parser.on('error', (e) => {
          throw e
        })
        parser.on('opentag', (o) => void named.push(`${o.uri} ${o.local}`))
        parser.write(text).close()
      } catch {
        theirs = null
      }
      let ours: string[] | null = null
      try {
        const root = readXml(Buffer.from(text))
        ours = [root, root.children[0]!].map((e) => `${e.namespace} ${e.name}`)
      } catch {}
      return JSON.stringify(ours) === JSON.stringify(theirs)
    }),
    runs(1000),
  )
})
