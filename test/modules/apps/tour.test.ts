import { readFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { fitTo, phoneWidth } from '../../../src/apps/tour/fit.js'
import { chapters, currentChapter, leapIsOver, leapTo } from '../../../src/apps/tour/model/chapters.js'
import { type DrillState, timeNow } from '../../../src/apps/tour/model/drill.js'
import { readFigures } from '../../../src/apps/tour/model/figures.js'
import {
  callBack,
  hangUp,
  missedCall,
  type PhoneMessage,
  pickUp,
  press,
  quietPhone,
  splitSender,
  takeMessages,
} from '../../../src/apps/tour/model/inbox.js'

const both = { zh: '', en: '' }
const drill = (state: DrillState['state'], id?: string, more: Partial<DrillState> = {}): DrillState => ({
  state,
  chapter: id === undefined ? null : { n: 1, of: 8, id, title: both, tell: both },
  ...more,
})

t.test('the tour knows every chapter of the scenario, in its order', (t) => {
  const scenario = parse(readFileSync('config/drills/july-12.yaml', 'utf8')) as { chapters: { id: string }[] }
  t.same(
    chapters.map((chapter) => chapter.id),
    scenario.chapters.map((chapter) => chapter.id),
  )
  t.end()
})

t.test('a chapter ahead is run towards; one behind means starting again', (t) => {
  t.equal(currentChapter(drill('idle')), null)
  t.equal(currentChapter(drill('running', 'move')), 'move')
  t.same(leapTo('move', drill('running', 'red')), { restart: false, until: 'move' })
  t.same(leapTo('red', drill('paused', 'move')), { restart: true, until: 'red' })
  t.same(leapTo('red', drill('idle')), { restart: true, until: 'red' })
  t.equal(leapTo('move', drill('running', 'move')), null)
  const leap = { restart: true, until: 'move' }
  t.equal(leapIsOver(leap, drill('running', 'red')), false)
  t.equal(leapIsOver(leap, drill('running', 'move')), true)
  t.equal(leapIsOver(leap, drill('finished', 'report')), true)
  t.end()
})

t.test('between two answers the clock runs at the pace of the drill, and stands while it is paused', (t) => {
  const at = '2026-07-12T03:26:00+08:00'
  t.equal(timeNow(drill('running', 'red', { at, speed: 60 }), 1000, 2000), Date.parse(at) + 60_000)
  t.equal(timeNow(drill('paused', 'red', { at, speed: 60 }), 1000, 2000), Date.parse(at))
  t.end()
})

const message = (id: string, channel: string, answered: string | null = null, at = id): PhoneMessage => ({
  id,
  channel,
  text: '',
  at,
  answered,
  exercise: false,
})

t.test("the old resident's phone", (t) => {
  const ringing = takeMessages(quietPhone, [message('1', 'sms'), message('2', 'voice')])
  t.same([ringing.stage, ringing.callId], ['ringing', '2'], 'an unanswered call rings')
  t.equal(takeMessages(ringing, [message('2', 'voice', '2')]).stage, 'talking', 'the drill answered for her')
  const pressed = press(pickUp(ringing), '1')
  t.same([pressed.stage, pressed.messages[1]!.answered], ['ended', '1'])
  t.equal(takeMessages(hangUp(pressed), [message('2', 'voice', '1')]).stage, 'none')
  const missed = hangUp(pickUp(ringing))
  t.equal(missed.stage, 'none', 'hung up without a key')
  t.equal(missedCall(missed)?.id, '2', 'she was not told')
  t.equal(takeMessages(missed, [message('2', 'voice')]).stage, 'none', 'it does not ring by itself again')
  t.same([callBack(missed, '2').stage, callBack(missed, '2').callId], ['talking', '2'])
  const next = hangUp(takeMessages(ringing, [message('2', 'voice'), message('3', 'voice')]))
  t.equal(next.callId, '3', 'the next call rings after it')
  t.equal(takeMessages(ringing, []).stage, 'none', 'started again')
  t.same(splitSender('【文峰街道】请勿外出'), { sender: '文峰街道', body: '请勿外出' })
  t.end()
})

t.test('three screens share every window: the phones keep their shape, the desk at least half', (t) => {
  for (const [width, height] of [
    [1366, 768],
    [1440, 900],
    [1920, 1080],
  ] as const) {
    const fit = fitTo(width, height)
    const phones = 2 * (phoneWidth * fit.phoneScale + 20)
    t.ok(fit.deskWidth * fit.deskScale + phones + 64 <= width + 1, `${width} wide holds all three`)
    t.ok(fit.deskWidth * fit.deskScale > width * 0.5, 'the desk has the most of it')
    t.ok(fit.phoneHeight * fit.phoneScale + 20 + 38 <= height - 48 - 68 - 84 - 27, `${height} high holds a phone`)
    t.ok(fit.phoneHeight >= 640)
  }
  t.end()
})

t.test('a figure that is not known is a dash, never a zero', (t) => {
  const rows = readFigures({ households: { planned: 12, arrived: 13 }, people: null })
  t.equal(rows.find((row) => row.key === 'moved')?.value, '12 → 13')
  t.equal(rows.find((row) => row.key === 'people')?.value, '— → —')
  t.equal(rows.find((row) => row.key === 'answered')?.value, '—')
  t.end()
})
