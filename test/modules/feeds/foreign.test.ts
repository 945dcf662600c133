import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readIndex } from '../../../src/feeds/atom/read-index.js'
import type { ParsedMessage, Reading } from '../../../src/feeds/bulletin.js'
import { plainSource } from '../../../src/feeds/source-settings.js'
import { readXml } from '../../../src/feeds/xml/read-xml.js'
import { dialects } from '../../rig/reading.js'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../rig/samples', name), 'utf8')
const read = (dialect: string, text: string): Reading =>
  dialects.read(dialect, Buffer.from(text), { settings: plainSource, receivedAt: new Date('2026-07-12T03:30:00+08:00') })
function messagesOf(reading: Reading): ParsedMessage[] {
  if (reading.kind !== 'messages') throw new Error(`not read: ${JSON.stringify(reading)}`)
  return reading.messages
}
const codes = (message: ParsedMessage) => message.problems.map((p) => p.code)
/** A sample with some fields of one object changed. */
// biome-ignore lint/suspicious/noExplicitAny: samples are changed in every place a sender might
const changed = (name: string, change: (json: any) => void): string => {
  const json = JSON.parse(sample(name))
  change(json)
  return JSON.stringify(json)
}
const reasonOf = (reading: Reading) => (reading.kind === 'unreadable' ? reading.reason : `not unreadable: ${reading.kind}`)

t.test('NWS: outlines with a hole, zones without outline, the end of the hazard and the chain of references', async (t) => {
  const [flood, wind] = messagesOf(read('nws', sample('nws/alerts.json'))) as [ParsedMessage, ParsedMessage]
  t.match(flood, {
    identifier: 'urn:oid:2.49.0.1.840.0.exercise.003.1',
    sender: 'exercise@weather.example',
    status: 'Actual',
    msgType: 'Update',
    scope: 'Public',
    event: '山洪',
    level: 'red',
    levelBasis: 'severity:Extreme',
    refusal: null,
    counts: { infos: 1, areas: 1, polygons: 2, circles: 0 },
  })
  t.equal(flood.expires?.toISOString(), '2026-07-12T20:00:00.000Z', '`ends` is when the hazard is over, `expires` only when the message is')
  t.same(
    flood.references.map((r) => [r.sender, r.identifier, r.sent]),
    [
      ['exercise@weather.example', 'urn:oid:2.49.0.1.840.0.exercise.001.1', '2026-07-11T00:00:00.000Z'],
      ['exercise@weather.example', 'urn:oid:2.49.0.1.840.0.exercise.002.1', '2026-07-11T12:00:00.000Z'],
    ],
  )
  t.same(flood.areas[0]!.polygons[1]![0], [145.1, 14.1], 'longitude first')
  t.ok(codes(flood).includes('hole-ignored'))
  t.same(flood.areas[0]!.geocodes, [
    { name: 'SAME', value: '066010' },
    { name: 'SAME', value: '500154' },
    { name: 'UGC', value: 'GUZ001' },
  ])
  t.match(flood.infos[0]!.parameters, [{ name: 'VTEC' }, { name: 'NWSheadline', value: 'EXERCISE' }])
  t.match(wind.areas, [{ description: 'Exercise Zone', polygons: [], unplaced: false }], 'no outline is no fault of it')
  t.equal(wind.expires?.toISOString(), '2026-07-12T02:00:00.000Z', 'without `ends` the message’s own end holds')
  t.equal(wind.level, 'yellow')
  t.same(wind.references, [])
})

t.test('NWS: one alert alone is a Feature; an empty list is a good answer', async (t) => {
  const one = JSON.parse(sample('nws/alerts.json')).features[1]
  t.equal(messagesOf(read('nws', JSON.stringify(one))).length, 1)
  t.same(read('nws', sample('nws/empty.json')), { kind: 'messages', messages: [], problems: [] })
})

t.test('NWS: a failure told with "200 OK" is never taken for an empty list, and its own words are passed on', async (t) => {
  const reading = read('nws', sample('nws/problem.json'))
  t.match(reasonOf(reading), /Unexpected Problem/)
  t.match(reading, { kind: 'unreadable', problems: [{ code: 'changed-shape' }] })
  for (const text of ['{}', '[]', 'null', '{"features":null}', '{"features":{}}', '"no alerts"'])
    t.equal(read('nws', text).kind, 'unreadable', text)
})

t.test('NWS: a time that is none is refused and the first reason said; beside good ones only the bad one is told', async (t) => {
  const templated = read('nws', sample('nws/templated.json'))
  t.match(reasonOf(templated), /1 条,没有一条读得懂.*第 1 条:发送时间 <sent> 读不懂/)
  t.match(templated, { problems: [{ code: 'items-unreadable' }] })
  const mixed = read(
    'nws',
    changed('nws/alerts.json', (json) => {
      json.features[1].properties.sent = 'date:now -300 seconds'
    }),
  )
  t.equal(messagesOf(mixed).length, 1)
  t.match(mixed.problems, [{ code: 'item-unreadable', path: 'features[1]', severity: 'error' }])
  const [noEnd] = messagesOf(
    read(
      'nws',
      changed('nws/alerts.json', (json) => {
        json.features[0].properties.ends = 'date:now +28800 seconds'
      }),
    ),
  )
  t.equal(noEnd!.expires, null, 'an end that cannot be read is none, and not the shorter one')
  t.ok(codes(noEnd!).includes('time-unreadable'))
})

t.test('NWS: what is not meant to be acted on is refused in words; a bad outline waits for an officer', async (t) => {
  const of = (change: (properties: Record<string, unknown>, feature: Record<string, unknown>) => void) =>
    messagesOf(
      read(
        'nws',
        changed('nws/alerts.json', (json) => change(json.features[0].properties, json.features[0])),
      ),
    )[0]!
  t.match(of((p) => Object.assign(p, { status: 'Test' })).refusal, { code: 'not-actual' })
  t.match(of((p) => Object.assign(p, { messageType: 'Ack' })).refusal, { code: 'message-type' })
  t.match(of((p) => Object.assign(p, { messageType: 'Error' })).refusal, { code: 'message-type' })
  t.equal(of((p) => Object.assign(p, { messageType: 'Cancel' })).ends, 'cancelled')
  t.equal(
    of((_, f) =>
      Object.assign(f, {
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [999, 13],
              [1, 2],
              [3, 4],
            ],
          ],
        },
      }),
    ).areas[0]!.unplaced,
    true,
  )
  t.equal(of((_, f) => Object.assign(f, { geometry: { type: 'Polygon', coordinates: ['?', 7, null] } })).areas[0]!.unplaced, true)
  t.equal(of((p) => Object.assign(p, { references: [{ identifier: 'a', sender: null }, 7] })).references.length, 1)
})

t.test('MeteoAlarm: the colour of awareness_level decides, languages are kept, markup goes, codes stay strings', async (t) => {
  const reading = read('meteoalarm', sample('meteoalarm/warnings.json'))
  const [warning] = messagesOf(reading) as [ParsedMessage]
  t.match(warning, { level: 'red', levelBasis: 'colour-word:red', counts: { infos: 2, areas: 4 } })
  t.ok(codes(warning).includes('level-disagrees'), 'severity Moderate says otherwise, and that is told')
  t.same(
    warning.infos.map((i) => i.language),
    ['de-DE', 'en-GB'],
  )
  t.equal(warning.headline, 'Official severe weather warning (exercise)', 'English before German')
  t.equal(warning.infos[0]!.description, 'Es treten Orkanböen auf.\nWind > 120 km/h')
  t.ok(codes(warning).includes('markup-removed'))
  t.equal(warning.areas.length, 2, 'the same areas in two languages are the same areas')
  t.same(warning.areas[0]!.geocodes[1], { name: 'WARNCELLID', value: '500154002' })
  t.ok(
    warning.problems.every((p) => p.line === undefined && p.path!.startsWith('warnings[0].alert')),
    'JSON has no lines',
  )
  t.match(reading.problems, [{ code: 'item-unreadable', path: 'warnings[1]' }])
  t.match(reading.problems[0]!.message, /第 2 条读不懂\(报文没有写发送时间/)
})

t.test('MeteoAlarm: no warnings is an answer; another shape is none; the Atom index is read as CAP', async (t) => {
  t.same(read('meteoalarm', '{"warnings":[]}'), { kind: 'messages', messages: [], problems: [] })
  for (const text of ['{"warnings":null}', '{"regions":[]}', '[]', '{"error":"quota"}'])
    t.match(read('meteoalarm', text), { kind: 'unreadable', problems: [{ code: 'changed-shape' }] }, text)
  t.match(read('meteoalarm', '{"warnings":[{"uuid":"1"}]}'), { kind: 'unreadable', reason: /没有 alert/ })
  t.match(read('meteoalarm', `\uFEFF${sample('atom-index.xml')}`), { kind: 'refused', refusal: { code: 'index-only' } })
})

t.test('CAP as JSON is bounded: deep nesting and endless arrays are cut, nothing is thrown', async (t) => {
  let deep: unknown = 'x'
  for (let i = 0; i < 500; i++) deep = { info: [deep] }
  const many = Array.from({ length: 20_000 }, () => ({ areaDesc: 'x' }))
  const alert = { identifier: 'a', sender: 'b', sent: '2026-07-12T03:26:00+08:00', info: [{ area: many, parameter: deep }] }
  const [message] = messagesOf(read('meteoalarm', JSON.stringify({ warnings: [{ alert }] })))
  t.equal(message!.counts.areas, 5000)
})

t.test('weather.com.cn: rows of seven columns; the colour decides; one bad row does not take the others down', async (t) => {
  const reading = read('weathercn', sample('weathercn/index.txt'))
  const [rain, wind] = messagesOf(reading) as [ParsedMessage, ParsedMessage]
  t.match(rain, {
    identifier: '50015441600000_20260712032600',
    event: '暴雨',
    eventCode: 'w02',
    level: 'red',
    levelBasis: 'colour-word:红色',
    msgType: 'Alert',
    status: 'Actual',
    refusal: null,
  })
  t.equal(rain.sent.toISOString(), '2026-07-11T19:26:00.000Z')
  t.same(rain.areas[0]!.geocodes, [{ name: '行政区划代码', value: '500154' }])
  t.ok(codes(rain).includes('headline-only'))
  t.match(wind, { event: '大风', level: 'yellow' })
  t.ok(codes(wind).includes('event-code-disagrees'), 'the page is called 09 (雷电), the title says 大风: the title decides')
  t.ok(codes(wind).includes('level-digit-disagrees'), '03 is orange here, the word says yellow: the word decides')
  t.match(reading.problems, [{ code: 'item-unreadable', path: 'data[2]', message: /编号.*14 位/ }])
})

t.test('weather.com.cn: the map has outlines, longitude first and left open', async (t) => {
  const [rain] = messagesOf(read('weathercn', sample('weathercn/map.json'))) as [ParsedMessage]
  t.equal(rain.areas[0]!.polygons.length, 2)
  t.same(rain.areas[0]!.polygons[0]!.at(-1), rain.areas[0]!.polygons[0]![0])
  t.same(rain.areas[0]!.polygons[0]![0], [108.3, 31.1])
  t.equal(rain.areas[0]!.unplaced, false)
  t.equal(rain.counts.polygons, 2)
  const broken = changed('weathercn/map.json', (json) => {
    json.result.data[0][7].coordinates[1][0][1] = 311
  })
  const [unplaced] = messagesOf(read('weathercn', broken))
  t.equal(unplaced!.areas[0]!.unplaced, true)
  t.equal(unplaced!.areas[0]!.geocodes.length, 1, 'the county still stands')
  t.ok(codes(unplaced!).includes('coordinate-out-of-range'))
  const shifted = dialects.read('weathercn', Buffer.from(sample('weathercn/map.json')), {
    settings: { ...plainSource, datum: 'gcj02' },
    receivedAt: new Date(),
  })
  t.not(messagesOf(shifted)[0]!.areas[0]!.polygons[0]![0]![0], 108.3)
})

t.test('weather.com.cn: the two columns of 2013 have only codes: the hazard is named, the level is not guessed', async (t) => {
  const reading = read('weathercn', sample('weathercn/index-2013.txt'))
  const [rain] = messagesOf(reading) as [ParsedMessage]
  t.match(rain, { identifier: '10104-20260712032600-0204', event: '暴雨', level: 'unknown', sender: '文峰街道(演练)' })
  t.ok(codes(rain).includes('level-digit-only'))
  t.match(reading.problems, [{ code: 'item-unreadable', message: /灾种等级代码 9991 也不认识/ }])
})

t.test('weather.com.cn: the page of text, its end, its reference to itself; who signed it is nobody’s business', async (t) => {
  const text = sample('weathercn/detail.txt')
  const [rain] = messagesOf(read('weathercn', text)) as [ParsedMessage]
  t.match(rain, { identifier: '50015441600000_20260712032600', event: '暴雨', level: 'red', msgType: 'Alert', ends: null })
  t.equal(rain.expires?.toISOString(), '2026-07-12T07:26:00.000Z')
  t.match(rain.infos[0]!.description, /汉丰街道/)
  t.ok(codes(rain).includes('self-reference'))
  t.notMatch(JSON.stringify(rain), /某某/)
  t.same(rain.areas[0]!.geocodes, [{ name: '行政区划代码', value: '500154' }])
  t.match(messagesOf(read('weathercn', text.replace('"Alert"', '"Update"')))[0], { msgType: 'Update', references: [{ sender: null }] })
  t.match(messagesOf(read('weathercn', text.replace('"Alert"', '"Surprise"')))[0]!.refusal, { code: 'message-type' })
  const [lifted] = messagesOf(read('weathercn', text.replace('发布暴雨红色预警信号"', '解除暴雨红色预警信号"')))
  t.equal(lifted!.ends, 'lifted', 'a headline that lifts opens nothing')
  const [endless] = messagesOf(read('weathercn', text.replace('2026-07-12 15:26:00', '待定')))
  t.equal(endless!.expires, null)
  t.ok(codes(endless!).includes('time-unreadable'))
})

t.test('weather.com.cn: words decide over codes; where neither says what or how grave, it is refused', async (t) => {
  const text = sample('weathercn/detail.txt')
  const [rain] = messagesOf(
    read('weathercn', text.replace('"TYPECODE":"02"', '"TYPECODE":"09"').replace('"LEVELCODE":"04"', '"LEVELCODE":"01"')),
  )
  t.match(rain, { event: '暴雨', level: 'red' })
  t.ok(codes(rain!).includes('event-code-disagrees'))
  t.ok(codes(rain!).includes('level-digit-disagrees'))
  const [uncoded] = messagesOf(read('weathercn', text.replace('"TYPECODE":"02","LEVELCODE":"04",', '')))
  t.match(uncoded, { event: '暴雨', level: 'red' }, 'a red warning is not dropped for a missing number')
  t.ok(codes(uncoded!).includes('type-code-unknown'))
  t.ok(codes(uncoded!).includes('level-code-unknown'))
  const wordless = text
    .replace('发布暴雨红色预警信号"', '发布"')
    .replace('"SIGNALTYPE":"暴雨","SIGNALLEVEL":"红色"', '"SIGNALTYPE":"","SIGNALLEVEL":""')
  t.match(read('weathercn', wordless.replace('"LEVELCODE":"04"', '"LEVELCODE":"77"')), {
    kind: 'unreadable',
    reason: /LEVELCODE“77”也不认识/,
  })
  t.match(read('weathercn', wordless.replace('"TYPECODE":"02"', '"TYPECODE":""')), { kind: 'unreadable', reason: /TYPECODE“”也不认识/ })
  const [coded] = messagesOf(read('weathercn', wordless))
  t.match(coded, { event: '暴雨', level: 'unknown' }, 'a number alone is no colour')
})

t.test('weather.com.cn: another variable, something behind the end, a list that came short are never "no warnings"', async (t) => {
  t.same(read('weathercn', sample('weathercn/empty.txt')), { kind: 'messages', messages: [], problems: [] })
  const refused: [string, string, RegExp][] = [
    ['var weather={"count":"0","data":[]};', 'other-variable', /变量“weather”/],
    ['var alarminfo={"count":"0","data":[]};alert(1)', 'malformed-json', /第 1 行/],
    ['var alarminfo={"count":"0","data":[]', 'malformed-json', /断了/],
    ['var alarminfo={"count":"3","data":[]};', 'changed-shape', /换了格式/],
    ['var alarminfo={"data":[]};', 'changed-shape', /换了格式/],
    ['var alarminfo={"count":"1","data":null};', 'changed-shape', /换了格式/],
    ['var alarminfo=[];', 'changed-shape', /换了格式/],
    ['{"status":"error","errMsg":"403","result":null}', 'items-unreadable', /没有编号/],
    ['<html>403 Forbidden</html>', 'web-page', /网页/],
    ['var alarminfo={"count":"1","data":[["a","b.html"]]};', 'items-unreadable', /页面名/],
    ['var alarminfo={"count":"1","data":[["a","10104-20261312032600-0204.html"]]};', 'items-unreadable', /不存在/],
  ]
  for (const [text, code, reason] of refused) {
    const reading = read('weathercn', text)
    t.match(reasonOf(reading), reason, text)
    t.equal(reading.problems[0]!.code, code, text)
  }
  const short = read('weathercn', sample('weathercn/index.txt').replace('"count":"3"', '"count":"137"'))
  t.ok(short.problems.some((p) => p.code === 'list-short' && p.severity === 'error'))
})

t.test('CAP written down as JSON, bare or each in an envelope of its own, is read as CAP', async (t) => {
  const [lifted] = messagesOf(read('cap-json', sample('cap-json/lifted.json')))
  t.match(lifted, { identifier: 'mow.DE-YL-S001-20260712-001', msgType: 'Cancel', ends: 'lifted', references: [{ sender: 'DE-YL-S001' }] })
  t.equal(lifted!.infos[0]!.description, 'Die Warnung "Stromausfall" ist aufgehoben.\nDanke.')
  const reading = read('cap-json', sample('cap-json/wrapped.json'))
  t.match(messagesOf(reading), [{ identifier: 'YL-river-1', level: 'orange', areas: [{ circles: [{ radiusKm: 0.5 }] }] }])
  t.match(reading, { problems: [{ code: 'item-unreadable', path: '[1]' }] }, 'one without a sender does not take the other down')
  for (const text of ['{}', '[]', '{"alert":{"capXml":"<alert/>"}}', '[null]'])
    t.match(read('cap-json', text), { kind: 'unreadable', problems: [{ code: 'changed-shape' }] }, text)
})

t.test('GDACS names the document in an element of its own', async (t) => {
  const rss = `<rss xmlns:gdacs="http://www.gdacs.org"><channel><item><title>x</title><link>https://gdacs.example/report.aspx</link><guid>TC1</guid>
    <gdacs:cap>https://gdacs.example/cap_1.xml</gdacs:cap></item></channel></rss>`
  t.match(readIndex(readXml(Buffer.from(rss))), [{ link: 'https://gdacs.example/cap_1.xml' }])
})

t.test('QWeather without a time of issue is issued when it starts; a foreign office is no Chinese place', async (t) => {
  const v7 = changed('qweather/v7.json', (json) => {
    json.warning = [
      { ...json.warning[0], sender: 'Met Office of Nowhere', title: 'Gale Warning', pubTime: '', startTime: '2026-07-12T03:00+08:00' },
    ]
  })
  const [gale] = messagesOf(read('qweather', v7))
  t.match(gale, { sent: new Date('2026-07-11T19:00:00Z'), areas: [{ description: 'Met Office of Nowhere', geocodes: [] }] })
})
