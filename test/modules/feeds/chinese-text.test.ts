import t from 'tap'
import type { ParsedMessage } from '../../../src/feeds/bulletin.js'
import { readCap } from '../../../src/feeds/cap/read-cap.js'
import { readParts } from '../../../src/feeds/chinese/read-parts.js'
import { splitMixed } from '../../../src/feeds/chinese/split-mixed.js'
import { createGazetteer } from '../../../src/register/gazetteer.js'
import { places, readContext } from '../../rig/reading.js'
import { makeCap } from '../../rig/samples/make-cap.js'

const gazetteer = createGazetteer(places)
const parts = (text: string) => readParts(text, (piece) => gazetteer.findIn(piece).filter((f) => f.codes.some((c) => c.length >= 9)))

t.test('a text says what holds where, from now on', async (t) => {
  const said = (text: string) => parts(text).map((p) => [p.rest ? '其余' : p.whole ? '全部' : p.names.join('、'), p.before, p.level])
  t.same(said('平山街道、宝口镇橙色降为黄色,其余镇街黄色继续生效'), [
    ['平山街道、宝口镇', 'orange', 'yellow'],
    ['其余', null, 'yellow'],
  ])
  t.same(
    said(
      '开州区气象台2026年7月12日03时26分将文峰街道、临江镇暴雨橙色预警信号升级为暴雨红色预警信号,其余镇街暴雨黄色预警信号继续生效,请注意防范。',
    ),
    [
      ['文峰街道、临江镇', 'orange', 'red'],
      ['其余', null, 'yellow'],
    ],
  )
  t.same(said('开州区气象台06时40分解除温泉镇暴雨红色预警信号;文峰街道、汉丰街道暴雨橙色预警信号继续生效。'), [
    ['温泉镇', 'red', null],
    ['文峰街道、汉丰街道', null, 'orange'],
  ])
  t.same(said('文峰街道、汉丰街道,发布暴雨红色预警信号'), [['文峰街道、汉丰街道', null, 'red']])
  t.same(said('云枫街道暴雨黄色预警信号解除,其他乡镇蓝色预警维持'), [
    ['云枫街道', 'yellow', null],
    ['其余', null, 'blue'],
  ])
  t.same(said('请各镇街做好防范,转移危险地带人员'), [])
})

const message = (description: string, more: { geocode?: string; headline?: string } = {}): ParsedMessage => {
  const xml = makeCap({
    headline: more.headline ?? '开州区气象台(演练)更新暴雨预警信号',
    description,
    area: `<geocode><valueName>行政区划代码</valueName><value>${more.geocode ?? '500154000000'}</value></geocode>`,
  })
  const reading = readCap(Buffer.from(xml), readContext())
  if (reading.kind !== 'messages') throw new Error(JSON.stringify(reading))
  return reading.messages[0]!
}
const split = (m: ParsedMessage) => splitMixed(m, gazetteer)

t.test('a mixed bulletin becomes one message per colour, each with its own towns', async (t) => {
  const [red, yellow, ...none] = split(
    message('将文峰街道、临江镇暴雨橙色预警信号升级为暴雨红色预警信号,其余镇街暴雨黄色预警信号继续生效。'),
  )
  t.same(none, [])
  t.equal(red!.level, 'red')
  t.same(
    red!.areas.map((a) => a.geocodes.map((g) => g.value)),
    [['500154002000', '500154101000']],
  )
  t.equal(yellow!.level, 'yellow')
  t.same(
    yellow!.areas.map((a) => a.geocodes.map((g) => g.value)),
    [['500154001000', '500154003000', '500154102000']],
  )
  t.same([red!.part, yellow!.part], ['red', 'yellow'])
  t.equal(red!.identifier, yellow!.identifier)
})

t.test('where it is lifted it ends, where it goes on it goes on', async (t) => {
  const [lifted, orange] = split(message('解除温泉镇暴雨红色预警信号;文峰街道、汉丰街道暴雨橙色预警信号继续生效。'))
  t.match(lifted, { ends: 'lifted', part: 'lifted' })
  t.same(
    lifted!.areas[0]!.geocodes.map((g) => g.value),
    ['500154102000'],
  )
  t.match(orange, { ends: null, level: 'orange' })
})

t.test('a name that nobody knows is put before the officer, loudly', async (t) => {
  const [red] = split(message('文峰街道、宝口镇暴雨橙色预警信号升级为红色,其余镇街黄色继续生效。'))
  t.equal(red!.areas[0]!.unplaced, true)
  t.same(
    red!.areas[0]!.geocodes.map((g) => g.value),
    ['500154002000'],
    'what is known is placed all the same',
  )
  t.ok(red!.problems.some((p) => p.code === 'place-unresolved' && p.severity === 'error' && p.message.includes('宝口镇')))
})

t.test('one colour stays one message, and an outline is not moved about by names', async (t) => {
  t.equal(split(message('平山街道、宝口镇橙色降为黄色,其余镇街黄色继续生效')).length, 1)
  t.equal(split(message('文峰街道、汉丰街道暴雨红色预警信号,请注意防范')).length, 1)
  const outlined = message('文峰街道橙色升级为红色,其余镇街黄色继续生效')
  outlined.areas = [{ ...outlined.areas[0]!, circles: [{ lon: 108, lat: 31, radiusKm: 5 }] }]
  t.equal(split(outlined).length, 1)
})
