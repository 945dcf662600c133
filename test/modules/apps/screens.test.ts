import t from 'tap'
import { callToCountersign } from '../../../src/apps/console/alert/countersign.js'
import { planAction, toWhom } from '../../../src/apps/console/alert/plan-action.js'
import { gatherLines, mergeTimelines } from '../../../src/apps/console/desk/live-lines.js'
import type { AlertDetail, AlertVerb } from '../../../src/apps/shared/api-types.js'
import { sseReader } from '../../../src/apps/shared/events.js'
import { ageWords, countdown } from '../../../src/apps/shared/times.js'

const zh = (words: string) => words

t.test('the event stream is read whatever the pieces it comes in', async (t) => {
  const stream =
    'id: 7\nevent: warning.opened\ndata: {"place":"500154002"}\n\n: keep-alive\n\nid: 8\r\nevent: alert.issued\r\ndata: {"a":\r\ndata: 1}\r\n\r\n'
  for (const size of [1, 3, 1000]) {
    const seen: { id: string; event: string; data: string }[] = []
    const take = sseReader((field) => seen.push({ ...field }))
    for (let at = 0; at < stream.length; at += size) take(stream.slice(at, at + size))
    t.same(
      seen.map((one) => [one.id, one.event, JSON.parse(one.data)]),
      [
        ['7', 'warning.opened', { place: '500154002' }],
        ['8', 'alert.issued', { a: 1 }],
      ],
      `pieces of ${size}`,
    )
  }
})

const alert = (change: Partial<AlertDetail> = {}): AlertDetail => ({
  id: 'a',
  seriesId: 's',
  warningId: 'w',
  kind: 'actual',
  origin: 'relay',
  audience: 'residents',
  state: 'draft',
  level: 'red',
  revision: 1,
  title: '暴雨红色预警信号',
  event: '暴雨',
  place: '500154002',
  placeName: '文峰街道',
  numbers: { households: 1800, people: 4812, contacts: 2500, unreachable: 6, move: { households: 12, people: 33 } },
  match: {
    verdict: 'matched',
    grids: ['500154002001001', '500154002001002', '500154002002001', '500154002003001'].map((place) => ({
      place,
      name: place,
      reason: 'inside',
      households: 450,
      people: 1203,
    })),
    households: 1800,
    people: 4812,
    namedTowns: [],
    neighbours: [],
  },
  approval: { needed: false, approvals: [] },
  verbs: ['submit', 'approve', 'hold', 'issue', 'revise', 'close'] as AlertVerb[],
  ...change,
})
const ask = (change: Partial<AlertDetail> = {}, mine = false, toCountersign = false) =>
  planAction({
    alert: alert(change),
    audience: undefined,
    evacuation: null,
    mine,
    toCountersign,
    may: { issue: true, approve: true, order: true },
    say: zh,
  })

t.test('the one action says in full what will happen', async (t) => {
  t.equal(toWhom(alert(), undefined, zh), '3 个社区 4,812 人')
  t.match(ask(), { act: 'issue', tone: 'danger', words: '向 3 个社区 4,812 人转发暴雨红色预警信号' })
  t.match(ask({ state: 'held', verbs: ['resume'] }), { act: 'resume' })
  t.match(ask({ approval: { needed: true, approvals: [] } }), { act: 'approve' }, 'somebody else may approve')
  t.match(ask({ approval: { needed: true, approvals: [] } }, true), { act: 'phone' }, 'the author logs a telephone call')
  t.match(ask({ state: 'issued', verbs: ['hold', 'revise', 'call-off', 'all-clear'] }), { act: 'move', words: /12 户 33 人/ })
  t.match(
    ask({ state: 'issued', verbs: ['all-clear'], allClear: { basis: 'lifted', at: '2026-07-12T06:40:00+08:00' } }),
    { act: 'all-clear', words: /等待通知再返回/ },
    'the end of the warning comes before everything else',
  )
})

t.test('补签 is offered to the one who was telephoned, once nothing more urgent waits', async (t) => {
  const given = { by: 'phone' as const, whom: '带班领导', at: '2026-07-12T03:31:00+08:00', person: '值班甲', countersignedAt: null }
  const logged = alert({ createdByName: '寅时', approval: { needed: false, approvals: [given] } })
  t.equal(callToCountersign(logged, '值班甲'), null, 'who wrote the call down cannot confirm it')
  t.equal(callToCountersign({ ...logged, createdByName: '领导乙' }, '领导乙'), null, 'nor who wrote the alert')
  t.equal(callToCountersign(logged, '领导乙'), given)
  const signed = { needed: false, approvals: [{ ...given, countersignedAt: given.at }] }
  t.equal(callToCountersign({ ...logged, approval: signed }, '领导乙'), null, 'once')
  const issued = { state: 'issued', verbs: ['call-off', 'all-clear'] as AlertVerb[] } as const
  t.match(ask(issued, false, true), { act: 'move' }, 'people come before paper')
  t.match(ask({ ...issued, origin: 'order' }, false, true), { act: 'countersign' })
  t.match(ask({ state: 'all-clear', verbs: ['close'] }, false, true), { act: 'countersign' }, 'and before the case is closed')
})

t.test('an exercise and the real thing share no words on the button', async (t) => {
  const real = ask()?.words ?? ''
  const exercise = ask({ kind: 'exercise' })
  t.equal(exercise?.tone, 'exercise')
  t.match(exercise?.words, /^演练/)
  t.notOk(exercise?.words.includes('转发'))
  t.notOk(real.includes('演练'))
})

t.test('who may not press is offered nothing', async (t) => {
  const nobody = planAction({
    alert: alert(),
    audience: undefined,
    evacuation: null,
    mine: false,
    toCountersign: false,
    may: { issue: false, approve: false, order: false },
    say: zh,
  })
  t.equal(nobody, null)
})

t.test('the live column: sixty not woken and their sixty knocks are two lines', async (t) => {
  const at = '2026-07-12T03:36:08+08:00'
  const pair = (n: number) => ['ladder.exhausted', 'task.opened'].map((event, i) => ({ position: 2 * n + i, at, event, text: event }))
  const lines = gatherLines(mergeTimelines({ items: Array.from({ length: 60 }, (_, n) => pair(n)).flat() }))
  t.same(lines.map((line) => [line.event, line.more]).sort(), [
    ['ladder.exhausted', 59],
    ['task.opened', 59],
  ])
})

t.test('the live column: each entry once, tasks opened in one breath gathered, people never', async (t) => {
  const at = '2026-07-12T03:27:08+08:00'
  const entry = (position: number, event: string) => ({ position, at, event, text: event })
  const merged = mergeTimelines(
    { items: [entry(1, 'task.opened'), entry(2, 'task.opened'), entry(3, 'household.left')] },
    { items: [entry(3, 'household.left'), entry(4, 'household.left'), entry(5, 'sealed.seen')] },
  )
  t.same(
    gatherLines(merged).map((line) => [line.event, line.more]),
    [
      ['household.left', 0],
      ['household.left', 0],
      ['task.opened', 1],
    ],
  )
})

t.test('times', async (t) => {
  t.equal(countdown(147_000), '2:27')
  t.equal(countdown(-32_000), '−0:32')
  t.equal(countdown(7_390_000), '2:03:10')
  const now = Date.parse('2026-07-12T03:31:00+08:00')
  t.equal(ageWords('2026-07-12T03:28:00+08:00', now, zh), '3 分钟前')
  t.equal(ageWords(null, now, zh), '时间不明')
})
