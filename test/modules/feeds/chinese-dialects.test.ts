import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import type { ParsedMessage, Reading } from '../../../src/feeds/bulletin.js'
import { readChinaTime } from '../../../src/feeds/chinese/china-time.js'
import { readTitle } from '../../../src/feeds/chinese/read-title.js'
import { describeMessages } from '../../../src/feeds/describe-message.js'
import { sourceSettingsSchema } from '../../../src/feeds/source-settings.js'
import { createGazetteer } from '../../../src/register/gazetteer.js'
import { dialects, places, readContext } from '../../rig/reading.js'
import { runs } from '../../rig/runs.js'

const sample = (name: string) => readFileSync(join(import.meta.dirname, '../../rig/samples', name))
const read = (dialect: string, raw: Buffer | string, more = {}): Reading =>
  dialects.read(dialect, Buffer.from(raw), readContext({ gazetteer: createGazetteer(places), ...more }))
function all(dialect: string, raw: Buffer | string, more = {}): ParsedMessage[] {
  const reading = read(dialect, raw, more)
  if (reading.kind !== 'messages') throw new Error(`not read: ${JSON.stringify(reading)}`)
  return reading.messages
}
const one = (dialect: string, raw: Buffer | string, more = {}) => all(dialect, raw, more)[0]!
const codes = (of: { problems: { code: string }[] }) => of.problems.map((p) => p.code)
const problem = (m: { problems: { code: string; message: string; line?: number; path?: string }[] }, code: string) =>
  m.problems.find((p) => p.code === code)
/** A JSON sample with one thing changed. */
const changed = (name: string, from: RegExp | string, to: string) => JSON.stringify(JSON.parse(sample(name).toString())).replace(from, to)
const redRainstorm = '50015441600000_20260712032603'

t.test('the national XML: everything that is not CAP is understood, and told with its line', async (t) => {
  const m = one('cn12379', sample('cn12379/update.xml'))
  t.match(m, {
    identifier: redRainstorm,
    sender: '气象台(演练)',
    msgType: 'Update',
    event: '暴雨',
    eventCode: '11B03',
    level: 'red',
    references: [{ sender: null, identifier: '50015441600000_20260711200142', sent: null }],
    expires: null,
    ends: null,
    refusal: null,
  })
  t.equal(m.sent.toISOString(), '2026-07-11T19:26:00.000Z')
  t.equal(m.effective?.toISOString(), '2026-07-11T19:28:10.000Z')
  t.same(
    m.areas.map((a) => [a.description, a.geocodes[0]!.value, a.unplaced]),
    [
      ['文峰街道', '500154002000', false],
      ['汉丰街道', '500154001000', false],
    ],
    'two lists side by side, the first entry once',
  )
  t.match(m.infos[0]!.description, /A&B小区.*能见度<50米/, 'what is not escaped is read as it is meant')
  for (const code of [
    'no-namespace',
    'send-time',
    'time-with-blank',
    'colour-in-severity',
    'no-event',
    'cap-missing',
    'no-expires',
    'empty-elements',
    'bare-reference',
    'geocode-as-text',
    'sender-person',
  ]) {
    t.ok(problem(m, code)?.line, code)
    t.equal(m.problems.filter((p) => p.code === code).length, 1, `${code} is told once`)
  }
  t.equal(m.problems.filter((p) => p.severity === 'error').length, 0, 'nothing of it hinders')
  const reading = read('cn12379', sample('cn12379/update.xml'))
  t.same(
    reading.problems.map((p) => [p.code, p.line]),
    [
      ['unescaped', 13],
      ['unescaped', 13],
      ['unescaped', 38],
      ['unescaped', 38],
    ],
  )
})

t.test('phone numbers and names of people stay in the raw bytes', async (t) => {
  const whole = JSON.stringify(read('cn12379', sample('cn12379/update.xml')))
  t.notMatch(whole, /1990000000\d|3b1c9c2e|甲乙丙/)
  t.equal(one('cn12379', sample('cn12379/update.xml')).infos[0]!.senderName, '气象台(演练)')
  // Broken right after the numbers: what is told of the fault must not quote them.
  const text = sample('cn12379/update.xml').toString()
  const broken = [
    text.slice(0, text.indexOf('</audenceprt>')),
    text.replace('</audenceprt>', '</audencprt>'),
    text.replace('<audenceprt>', '<audenceprt>&19900000009;'),
    text.replace('<audenceprt>', '<audenceprt 19900000009>'),
  ]
  for (const file of broken) t.notMatch(JSON.stringify(read('cn12379', file)), /1990000000\d|3b1c9c2e/)
})

t.test('a Cancel names the first of the chain and says 解除; BOM and CRLF', async (t) => {
  const raw = Buffer.concat([
    Buffer.from([0xef, 0xbb, 0xbf]),
    Buffer.from(sample('cn12379/cancel.xml').toString().replaceAll('\n', '\r\n')),
  ])
  const m = one('cn12379', raw)
  t.match(m, { msgType: 'Cancel', ends: 'lifted', references: [{ identifier: '50015441600000_20260711200142' }], refusal: null })
  const withdrawn = sample('cn12379/cancel.xml').toString().replaceAll('解除', '撤回')
  t.equal(one('cn12379', withdrawn).ends, 'cancelled')
  const asAlert = sample('cn12379/cancel.xml').toString().replace('>Cancel<', '>Alert<').replaceAll('发布暴雨', '解除暴雨')
  t.match(one('cn12379', asAlert), { ends: 'lifted' }, 'a headline that lifts never opens a warning')
  t.ok(problem(one('cn12379', asAlert), 'type-disagrees'))
})

t.test('the national XML: what may not be acted on, and what cannot be read', async (t) => {
  const text = sample('cn12379/update.xml').toString()
  const refusal = (from: string, to: string) => one('cn12379', text.replace(from, to)).refusal?.code
  t.equal(refusal('<status>Actual', '<status>Test'), 'not-actual')
  t.equal(refusal('<msgType>Update', '<msgType>Ack'), 'message-type')
  t.equal(refusal('<msgType>Update', '<msgType>Whatever'), 'message-type')
  t.equal(refusal('>None<', '>机密<'), 'secret')
  t.equal(refusal('>None<', '>Unclassified<'), undefined, 'an unknown word does not stop a red warning')
  t.equal(refusal('<scope>Public', '<scope>Private'), 'scope')
  const unreadable = (file: string) => {
    const reading = read('cn12379', file)
    return reading.kind === 'unreadable' ? codes(reading)[0] : reading.kind
  }
  t.equal(unreadable(text.replace(/<identifier>.*<\/identifier>/, '<identifier/>')), 'no-identity')
  t.equal(unreadable(text.replace('2026-07-12 03:26:00+08:00', '2026-13-12 03:26')), 'sent-unreadable')
  t.equal(unreadable(text.replace('<alert>', '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">')), 'not-cn12379')
  t.equal(unreadable('<html></html>'), 'web-page')
  t.equal(unreadable(text.replace('<note/>', `<note>${'&'.repeat(5000)}</note>`)), 'malformed-xml', 'mending has its bounds')
  t.equal(unreadable('<!DOCTYPE alert [<!ENTITY a "b">]><alert>&a;</alert>'), 'doctype')
})

t.test('the national XML: areas that do not fit together, shapes, and none at all', async (t) => {
  const text = sample('cn12379/update.xml').toString()
  const area = (inside: string, more = {}) => one('cn12379', text.replace(/<areaDesc>[\s\S]*<\/geocode>/, inside), more)
  const differ = area('<areaDesc>开州区</areaDesc><geocode>500154002000,500154001000</geocode>')
  t.same([differ.areas.length, differ.areas[0]!.geocodes.length], [1, 2])
  t.ok(problem(differ, 'area-lists-differ'))
  const unreadable = area('<areaDesc>文峰街道</areaDesc><geocode>50015400200O</geocode>')
  t.equal(unreadable.areas[0]!.unplaced, true, 'a code nobody can read may be ours')
  const none = area('<areaDesc/><geocode/>')
  t.same(none.areas[0]!.geocodes[0]!.value, '500154')
  t.ok(problem(none, 'area-from-unit'))
  const ring = '108.30,31.10 108.50,31.10 108.50,31.22 108.30,31.22 108.30,31.10'
  const shaped = area(`<areaDesc>文峰街道</areaDesc><polygon>${ring}</polygon><geocode>500154000000</geocode>`)
  t.same(shaped.areas[0]!.polygons[0]![0], [108.3, 31.1], 'longitude first is seen and turned')
  t.match(shaped.areas, [{ geocodes: [{ value: '500154000000' }] }], 'an outline and its codes are one area')
  const gcj = { settings: sourceSettingsSchema.parse({ datum: 'gcj02' }) }
  const moved = area(`<areaDesc>文峰街道</areaDesc><polygon>${ring}</polygon>`, gcj).areas[0]!.polygons[0]![0]!
  t.ok(Math.abs(moved[0] - 108.3) > 0.001 && Math.abs(moved[0] - 108.3) < 0.01, 'a shifted datum is brought back')
})

t.test('the lists of 12379: JSON and JavaScript, bodies and bare headlines', async (t) => {
  const reading = read('list-12379', sample('list-12379/alarm_list_all.json'))
  const [full, bare] = all('list-12379', sample('list-12379/alarm_list_all.json'))
  t.match(full, {
    identifier: redRainstorm,
    sender: '12379.cn',
    infos: [{ senderName: '气象台(演练)' }],
    event: '暴雨',
    level: 'red',
    msgType: 'Alert',
    problems: [],
  })
  t.equal(full!.areas[0]!.geocodes[0]!.value, '500154', 'the county of the issuing office')
  t.match(bare, { event: '大风', level: 'blue' })
  t.match(problem(bare!, 'headline-only')?.message, /补录/)
  t.ok(problem(bare!, 'time-from-identifier'))
  t.match(problem(bare!, 'level-digit-disagrees')?.message, /蓝色.*III.*黄色/, 'the colour decides, both are told')
  t.match(problem(reading, 'item-unreadable'), { path: 'alertData[2]' }, 'one bad entry does not take the others down')
  const lift = one('list-12379', sample('list-12379/index_map_all.txt'))
  t.match(lift, { msgType: 'Cancel', ends: 'lifted', identifier: '50015441600000_20260712093000', references: [] })
  const [update, end] = all('list-12379', sample('list-12379/warn-cap.json'))
  t.match(update, {
    msgType: 'Update',
    level: 'red',
    eventCode: '11B03',
    references: [{ sender: null, identifier: '50015441600000_20260711232600' }],
    expires: new Date('2026-07-12T09:26:00+08:00'),
    infos: [{ senderName: '开州区气象台(演练)' }],
    problems: [],
  })
  t.match(end, { msgType: 'Cancel', ends: 'lifted', references: [{ identifier: update!.identifier }] })
  const acknowledged = sample('list-12379/warn-cap.json').toString().replace('"Update"', '"Ack"')
  t.equal(all('list-12379', acknowledged)[0]!.refusal?.code, 'message-type', 'a type nobody acts on is refused, not taken for an alert')
  t.equal(all('list-12379', '[]').length, 0)
  t.equal(all('list-12379', 'var alertData =[];').length, 0)
})

t.test('NMC: hazard and colour from the title; its picture is evidence', async (t) => {
  const messages = all('nmc', sample('nmc/findAlarm.json'))
  t.match(
    messages.map((m) => [m.msgType, m.event, m.level, m.ends, m.infos[0]!.senderName]),
    [
      ['Alert', '暴雨', 'red', null, '气象台(演练)'],
      ['Update', '雷电', 'yellow', null, '开州区气象台(演练)'],
      ['Alert', '山洪', 'orange', null, '开州区水利局、开州区气象台(演练)'],
      ['Update', '大风', 'orange', null, '开州区气象台(演练)'],
      ['Cancel', '暴雨', 'red', 'lifted', '气象台(演练)'],
    ],
  )
  t.equal(messages[0]!.identifier, redRainstorm, 'the same number as in the other dialects')
  t.equal(messages[0]!.sent.toISOString(), '2026-07-11T19:26:00.000Z')
  t.equal(messages[0]!.sender, 'nmc.cn', 'the list speaks, not the office')
  t.match(problem(messages[1]!, 'level-digit-disagrees')?.message, /黄色.*p0012002.*橙色/)
  t.notOk(problem(messages[0]!, 'level-digit-disagrees'))
  t.equal(messages[0]!.infos[0]!.web, 'http://www.nmc.cn/publish/alarm/50015441600000_20260712032603.html')
  t.ok(messages.every((m) => problem(m, 'headline-only')))
  const wrongPicture = changed('nmc/findAlarm.json', 'p0002001', 'p0007001')
  t.match(problem(one('nmc', wrongPicture), 'event-code-disagrees')?.message, /暴雨.*p0007.*大风/)
  const paged = changed('nmc/findAlarm.json', '"count":6', '"count":60').replace('"totalPage":1', '"totalPage":2')
  t.match(problem(read('nmc', paged), 'more-pages')?.message, /60/)
})

t.test('CMA: the map, and the alarm inside a station; the title decides between two numberings', async (t) => {
  const [red, thunder] = all('cma', sample('cma/map-alarm.json'))
  t.match(red, { identifier: redRainstorm, level: 'red', event: '暴雨', eventCode: 'p0002' })
  t.match(red!.infos[0]!.parameters, [{ name: '发布单位位置', value: '31.1571,108.3936' }], 'the office is a point, not the area')
  t.same([red!.areas[0]!.circles, red!.areas[0]!.geocodes[0]!.value], [[], '500154'])
  t.match(thunder, { event: '雷电', level: 'yellow', eventCode: '11B09' })
  t.match(problem(thunder!, 'event-code-disagrees')?.message, /雷电.*11B09.*高温/)
  t.same(thunder!.infos[0]!.parameters, [], 'a point at zero is no point')
  const shifted = one('cma', sample('cma/map-alarm.json'), { settings: sourceSettingsSchema.parse({ datum: 'bd09' }) })
  t.not(shifted.infos[0]!.parameters[0]!.value, '31.1571,108.3936')
  const now = changed('cma/now.json', '', '')
  const single = one('cma', now)
  t.match(single, { event: '台风', level: 'orange', levelBasis: 'colour-word:橙色', refusal: null })
  const list = now.replace('"alarm":{', '"alarm":[{').replace('"ORANGE"}', '"ORANGE"}]')
  t.same(one('cma', list), { ...single, problems: single.problems.map((p) => ({ ...p, path: 'data.alarm[0]' })) })
  for (const none of ['[]', 'null', '""', '"9999"'])
    t.equal(all('cma', now.replace(/"alarm":\{[^}]*\}/, `"alarm":${none}`)).length, 0, none)
  const codeOnly = now.replace('气象灾害(台风)二级预警', '二级预警').replace('"其它气象灾害"', '""').replace('11B99', '11B09')
  t.match(problem(one('cma', codeOnly), 'event-by-code')?.message, /两套/)
})

t.test('QWeather: three shapes of v7, and v1', async (t) => {
  const [red, thunder, old, odd] = all('qweather', sample('qweather/v7.json'))
  t.match(red, { msgType: 'Alert', event: '暴雨', eventCode: '1003', level: 'red', references: [] })
  t.equal(red!.expires?.toISOString(), '2026-07-12T01:26:00.000Z')
  t.match(red!.areas, [{ description: '开州区', geocodes: [{ value: '500154' }] }], 'the office is found in the gazetteer')
  t.match(thunder, { msgType: 'Update', event: '雷电', eventCode: '11B14', level: 'yellow' })
  t.equal(thunder!.references[0]!.identifier, '10104150020260711230000000000003')
  t.match(old, { msgType: 'Alert', event: '大风', level: 'blue', sender: '重庆市开州区气象台(演练)', expires: null, eventCode: null })
  t.match(odd!.refusal, { code: 'message-type' }, 'a status nobody knows is never a new warning')
  t.ok(problem(read('qweather', sample('qweather/v7.json')), 'version-closing'))

  const [update, cancel, unknown] = all('qweather', sample('qweather/v1.json'))
  t.match(update, { msgType: 'Update', level: 'red', event: '暴雨', references: [{ identifier: '202607112001000000000002' }] })
  t.match(update!.infos[0], { urgency: '', severity: 'Extreme', instruction: '1. 停止户外活动。' })
  t.equal(update!.expires?.toISOString(), '2026-07-11T19:26:00.000Z', 'Z and +08:00 in one answer')
  t.match(cancel, {
    msgType: 'Cancel',
    ends: 'lifted',
    sender: '开州区气象台(演练)',
    references: [{ identifier: '202607120326000000000001' }],
  })
  t.match(unknown, { refusal: { code: 'message-type' }, level: 'red', event: '怪风' }, 'black is above red')
  t.same(
    ['colour-outside', 'event-unknown'].map((c) => codes(unknown!).includes(c)),
    [true, true],
  )
})

t.test('nothing in force is a good answer; a changed shape or a refusal never looks like it', async (t) => {
  const empty: [string, string][] = [
    ['list-12379', '{"alertData":[]}'],
    ['nmc', '{"msg":"success","code":0,"data":{"page":{"pageNo":1,"count":0,"list":[]}}}'],
    ['nmc', '{"msg":"success","code":0,"data":{"page":{"pageNo":1,"count":0,"list":null}}}'],
    ['cma', '{"msg":"success","code":0,"data":[]}'],
    ['cma', '{"msg":"success","code":0,"data":{"location":{"id":"1"},"now":{"temperature":1}}}'],
    ['qweather', '{"code":"200","warning":[]}'],
    ['qweather', '{"metadata":{"zeroResult":true},"alerts":[]}'],
    ['qweather', '{"metadata":{"zeroResult":true}}'],
  ]
  for (const [dialect, raw] of empty) {
    const reading = read(dialect, raw)
    t.match(reading, { kind: 'messages', messages: [] }, `${dialect} ${raw}`)
    t.notOk(reading.problems.some((p) => p.severity === 'error'))
  }
  t.match(describeMessages([]), /没有预警/)
  const not: [string, string, string][] = [
    ['list-12379', '{"alertdata":[]}', 'changed-shape'],
    ['list-12379', '{"alertData":[{"id":""}]}', 'items-unreadable'],
    ['list-12379', '<html>502 Bad Gateway</html>', 'web-page'],
    ['list-12379', '', 'empty'],
    ['nmc', '{"msg":"success","code":0,"data":{"page":{"pageNo":1,"count":3,"list":null}}}', 'changed-shape'],
    ['nmc', '{"msg":"success","code":0,"data":{"page":{"pageNo":1,"count":3,"list":[null]}}}', 'changed-shape'],
    ['nmc', '{"msg":"success","code":0,"data":{"page":{"count":0}}}', 'changed-shape'],
    ['nmc', '{"msg":"busy","code":1,"data":{"page":{"count":0,"list":[]}}}', 'changed-shape'],
    ['cma', '{"msg":"success","code":0,"data":null}', 'changed-shape'],
    ['cma', '{"msg":"success","code":0,"data":{}}', 'changed-shape'],
    ['cma', '{"msg":"error","code":500,"data":[]}', 'changed-shape'],
    ['qweather', '{"code":"200"}', 'changed-shape'],
    ['qweather', '{"code":"402"}', 'source-refused'],
    ['qweather', '{"code":"204"}', 'source-refused'],
    ['qweather', '{"error":{"status":401,"title":"Unauthorized"}}', 'source-refused'],
    ['qweather', '{"metadata":{"zeroResult":false},"alerts":[]}', 'changed-shape'],
    ['qweather', '{"code":"200","warning":[{"id":"1"}]}', 'items-unreadable'],
    ['qweather', '{"code":"200","warning":[', 'malformed-json'],
  ]
  for (const [dialect, raw, code] of not) {
    const reading = read(dialect, raw)
    t.equal(reading.kind, 'unreadable', `${dialect} ${raw}`)
    t.same(codes(reading), [code], `${dialect} ${raw}`)
    if (reading.kind === 'unreadable') t.not(reading.hint, '')
  }
})

t.test('without a colour word no digit decides', async (t) => {
  const bare = JSON.stringify([
    { identifier: redRainstorm, headline: '气象台(演练)发布暴雨预警/I/特别严重', sendTime: '2026-07-12 03:26:00' },
  ])
  const m = one('list-12379', bare)
  t.equal(m.level, 'unknown')
  t.match(problem(m, 'level-digit-only')?.message, /I”.*特别严重/)
  const white = bare.replace('暴雨预警/I/特别严重', '台风白色预警信号')
  t.match(one('list-12379', white), { level: 'blue', levelBasis: 'colour-word:白色' })
})

t.test('titles', async (t) => {
  const titles: [string, Partial<ReturnType<typeof readTitle>>][] = [
    ['河南省气象局发布大风蓝色预警[IV级/一般]', { place: '河南省', hazard: '大风', colour: '蓝色', act: 'issue' }],
    ['浙江省水利厅、浙江省气象台发布山洪灾害蓝色预警', { issuers: ['浙江省水利厅', '浙江省气象台'], hazard: '山洪灾害' }],
    ['自然资源局与气象局联合发布地质灾害气象风险橙色预警', { issuers: ['自然资源局', '气象局'], hazard: '地质灾害气象风险' }],
    ['广东发布气象灾害(台风)二级预警', { place: '广东', hazard: '气象灾害(台风)', colour: null }],
    ['北京市气象台2021年10月09日15时40分发布大风蓝色预警信号', { issuers: ['北京市气象台'], hazard: '大风' }],
    ['福建省将乐县气象台将暴雨黄色预警升级为暴雨橙色预警信号', { place: '福建省将乐县', hazard: '暴雨', colour: '橙色', act: 'update' }],
    ['市气象台解除暴雨橙色预警信号,发布暴雨黄色预警信号', { act: 'update', colour: '黄色' }],
    ['开州区气象台（演练）解除暴雨红色预警', { place: '开州区', act: 'lift' }],
    ['国家预警信息发布中心发布台风蓝色预警', { issuers: ['国家预警信息发布中心'], act: 'issue', hazard: '台风' }],
    ['上海中心气象台撤销大风蓝色预警', { place: '上海', act: 'withdraw' }],
    ['暴雨红色预警', { act: null, hazard: '暴雨', colour: '红色', issuers: [] }],
    ['开州区气象台暴雨橙色预警解除', { place: '开州区', act: 'lift', hazard: '暴雨', colour: '橙色' }],
    ['开州区暴雨黄色预警信号取消', { place: '开州区', act: 'withdraw', hazard: '暴雨', colour: '黄色' }],
    ['重庆市森防办2025年04月10日19时12分发布森林火险橙色预警', { place: '重庆市', hazard: '森林火险' }],
    ['暴雨黄色预警更新', { issuers: [], act: 'update', hazard: '暴雨', colour: '黄色' }],
    ['开州区气象局暴雨Ⅱ级预警', { place: '开州区', act: null, hazard: '暴雨' }],
    ['区气象台发布中心城区大风蓝色预警', { issuers: ['区气象台'], act: 'issue' }],
    ['水利部和中国气象局7月12日18时联合发布橙色山洪灾害气象预警', { issuers: ['水利部', '中国气象局'], hazard: '山洪灾害气象' }],
  ]
  for (const [title, expected] of titles) t.match(readTitle(title), expected, title)
})

t.test('times: always of China unless they say otherwise', async (t) => {
  const good: [string, string][] = [
    ['2020-02-05 10:45:00+08:00', '2020-02-05T02:45:00.000Z'],
    ['2018-01-21 22:36:38', '2018-01-21T14:36:38.000Z'],
    ['2023/06/05 16:06', '2023-06-05T08:06:00.000Z'],
    ['2025-10-24T11:19+08:00', '2025-10-24T03:19:00.000Z'],
    ['2025-10-24T03:19Z', '2025-10-24T03:19:00.000Z'],
    ['20200205105119', '2020-02-05T02:51:19.000Z'],
    ['2026年7月12日3时28分', '2026-07-11T19:28:00.000Z'],
    ['2026/7/12 24:00', '2026-07-12T16:00:00.000Z'],
  ]
  for (const [text, iso] of good) t.equal(readChinaTime(text)?.toISOString(), iso, text)
  for (const text of ['', '9999', '2026-02-30 00:00:00', '2026-07-12 25:00', '2026-07-12 03:60', '2026-07-12', '2026-07-12T03:26+99:00'])
    t.equal(readChinaTime(text), null, text)
})

t.test('whatever is changed in a sample, there is an answer with a reason', async () => {
  const samples: [string, string][] = [
    ['cn12379', 'cn12379/update.xml'],
    ['cn12379', 'cn12379/cancel.xml'],
    ['list-12379', 'list-12379/alarm_list_all.json'],
    ['list-12379', 'list-12379/index_map_all.txt'],
    ['nmc', 'nmc/findAlarm.json'],
    ['cma', 'cma/map-alarm.json'],
    ['cma', 'cma/now.json'],
    ['qweather', 'qweather/v7.json'],
    ['qweather', 'qweather/v1.json'],
  ]
  const value = fc.oneof(
    fc.constantFrom('null', '[]', '{}', '""', '"9999"', '1e999', '[null]', '"\\u0000"', '-1'),
    fc.json({ maxDepth: 2 }),
  )
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(40), put: fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), value) })
  const swap = fc.record({ nth: fc.nat(), value })
  /** JSON samples also have whole values replaced, so that the mutation stays JSON and reaches the readers. */
  const swapped = (text: string, { nth, value }: { nth: number; value: string }) => {
    const spots = [...text.matchAll(/:\s*("(?:[^"\\]|\\.)*"|null|true|false|-?\d[\d.]*)/g)]
    const spot = spots[nth % Math.max(1, spots.length)]
    return spot ? `${text.slice(0, spot.index)}:${value}${text.slice(spot.index + spot[0].length)}` : text
  }
  fc.assert(
    fc.property(
      fc.constantFrom(...samples),
      fc.oneof(fc.array(edit, { minLength: 1, maxLength: 3 }), fc.array(swap, { minLength: 1, maxLength: 3 })),
      ([dialect, name], edits) => {
        let text = sample(name).toString()
        for (const e of edits) {
          if ('nth' in e) text = swapped(text, e)
          else {
            const at = e.at % text.length
            text = text.slice(0, at) + e.put + text.slice(at + e.cut)
          }
        }
        const reading = read(dialect, text)
        if (reading.kind === 'unreadable') return reading.reason !== '' && reading.hint !== '' && reading.problems.length > 0
        if (reading.kind !== 'messages') return reading.kind === 'refused'
        // What is written to the store has a number, a sender, a time, and an area unless it ends something.
        return reading.messages.every(
          (m) =>
            m.identifier &&
            m.sender &&
            !Number.isNaN(+m.sent) &&
            (m.ends !== null || m.areas.length > 0) &&
            m.problems.every((p) => p.message),
        )
      },
    ),
    runs(600),
  )
})

const folder = process.env.SAMPLES_DIR ? join(process.env.SAMPLES_DIR, 'feeds') : ''
t.test('recorded answers of the services', { skip: !folder || !existsSync(join(folder, 'cn-transcribed')) }, async (t) => {
  const table: [string, string, [string, string, string, string][] | string][] = [
    [
      'list-12379',
      'cn-transcribed/12379-alarm_list_all-12000041600000_20180121223442.record.json',
      [['12000041600000_20180121223442', '道路结冰', 'yellow', '120000']],
    ],
    ['nmc', 'cn-transcribed/nmc-findAlarm-20230605.json', [['41062241600000_20230605160643', '大风', 'blue', '410622']]],
    ['nmc', 'cn-transcribed/nmc-rest-weather-54823-20210121.trimmed.json', 'changed-shape'],
    ['cma', 'cn-transcribed/cma-now-57510-chongqing-tongliang-2026.json', [['50000041600000_20260814093705', '高温', 'orange', '500000']]],
    ['cma', 'cn-transcribed/cma-weather-api-59287-20201013.json', [['44000041600000_20201012112555', '台风', 'orange', '440000']]],
    ['qweather', 'qweather/history/warning-01.json', [['10102010020230403103000500681616', '大风', 'blue', '']]],
    [
      'qweather',
      'qweather/history/warning-04.json',
      [
        ['10123020120211010110800706404402', '台风', 'yellow', ''],
        ['10123020120211010093800616071831', '大风', 'yellow', ''],
      ],
    ],
    ['qweather', 'qweather/history/warning-05.json', [['10101010020211009154607668935939', '大风', 'blue', '']]],
    ['qweather', 'qweather/history/warning-07.json', [['1010601202006202220000501', '大风', 'blue', '']]],
    ['qweather', 'qweather/openapi-examples/getWarningNow-zh.json', [['10102010020230403103000500681616', '大风', 'blue', '']]],
    ['qweather', 'qweather/openapi-examples/getWeatherAlertCurrent-zh.json', [['202510241119105837988676', '大风', 'blue', '']]],
    ['qweather', 'qweather/history/loclist-01.json', 'changed-shape'],
    ['qweather', 'qweather/history/he6-01.json', 'changed-shape'],
    ['qweather', 'qweather/openapi-examples/getWeatherNowV7-zh.json', 'changed-shape'],
  ]
  for (const [dialect, file, expected] of table) {
    const reading = read(dialect, readFileSync(join(folder, file)))
    if (typeof expected === 'string') t.same(codes(reading), [expected], file)
    else
      t.same(
        reading.kind === 'messages'
          ? reading.messages.map((m) => [m.identifier, m.event, m.level, m.areas[0]?.geocodes[0]?.value ?? ''])
          : reading,
        expected,
        file,
      )
  }
})
