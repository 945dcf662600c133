import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { chooseAudience, riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { type DutyShift, dutyAt, namesOnDuty } from '../../../src/register/duty/duty.js'
import {
  copyWeek,
  emptyNights,
  fillPattern,
  type NewShift,
  readSheet,
  swapShifts,
  turnFor,
} from '../../../src/register/duty/plan-roster.js'
import { dateOf, nightOf, turnOf } from '../../../src/register/duty/shift-times.js'
import { subdistrict, worstGrid } from '../../../src/register/sample/make-places.js'
import { makeRoster } from '../../../src/register/sample/make-roster.js'
import { town, wenfeng } from './town-snapshot.js'

const policy = readConfig('config/policy', 'risk.yaml', riskPolicySchema)
const roster: DutyShift[] = makeRoster(town.staff)
const stormNight = new Date('2025-07-12T03:28:00+08:00')
const withRoster = (shifts: DutyShift[]) => ({ ...wenfeng, shifts })
let number = 0
const shift = (s: NewShift): DutyShift => ({ ...s, id: `t${++number}` })
const staff = (id: string) => wenfeng.staff.find((s) => s.id === id)!
const leave = (insteadOf: string, staffId: string | null, date = '2025-07-11'): DutyShift =>
  shift({ ...turnFor(staff(insteadOf), date, 'whole'), kind: 'override', staffId, insteadOf, note: '发热就医' })
const calledAt = (shifts: DutyShift[], at: Date) => {
  const grids = wenfeng.grids.map((g) => ({ place: g.place, name: g.name, reason: 'inside' as const }))
  const ask = { audience: 'staff' as const, event: '暴雨', level: 'red' as const, origin: 'relay' as const, exercise: false, at }
  const { recipients, unreachable } = chooseAudience(withRoster(shifts), policy, { ...ask, grids: grids as never })
  return { ids: recipients.map((r) => r.staffId!), missed: unreachable.map((u) => ({ id: u.staffId, why: u.why })) }
}
const [worker, partTime, secretary] = [`${worstGrid}-worker`, `${worstGrid}-part-time`, `${worstGrid.slice(0, 12)}-secretary`]

t.test('on the night of the sample the rota calls the same 62 people as the standing list', async (t) => {
  const standing = calledAt([], stormNight)
  t.equal(standing.ids.length, 62)
  t.same(calledAt(roster, stormNight).ids.sort(), standing.ids.sort())
  const board = (at: string) => [
    namesOnDuty(withRoster(roster), subdistrict, '带班领导', new Date(at)),
    namesOnDuty(withRoster(roster), subdistrict, '值班员', new Date(at)),
  ]
  const name = (id: string) => staff(`${subdistrict}-${id}`).name
  t.same(board('2025-07-12T03:28:00+08:00'), [[name('commander-1')], [name('officer-1'), name('officer-2')]])
  t.same(board('2025-07-13T08:30:00+08:00'), [[name('commander-2')], [name('officer-3'), name('officer-4')]], 'the crews change at 08:30')
})

t.test('a substitute is called instead of the sick worker, the deputy where nobody is named', async (t) => {
  const sick = calledAt([...roster, leave(worker, secretary)], stormNight)
  t.notOk(sick.ids.includes(worker))
  t.equal(sick.ids.filter((id) => id === secretary).length, 1, 'one call, though both posts are theirs')
  const deputy = calledAt([...roster, leave(worker, null)], stormNight)
  t.ok(deputy.ids.includes(partTime), 'the deputy is called, though that post is not on the list of who is called')
  const both = [...roster, leave(worker, null), leave(partTime, null)]
  t.same(calledAt(both, stormNight).missed, [{ id: worker, why: '请假,没有人替班' }], 'nobody is left out in silence')
  t.ok(calledAt([leave(worker, null)], new Date('2025-07-12T08:30:00+08:00')).ids.includes(worker), 'back at 08:30')
})

t.test('an override beats the roster, the roster beats the standing flag, a gap falls back to it', async (t) => {
  const second = staff(`${subdistrict}-officer-3`)
  const first = staff(`${subdistrict}-officer-1`)
  const at = (shifts: DutyShift[]) => dutyAt(withRoster(shifts), stormNight)
  t.ok(at([]).has(first))
  t.notOk(at([]).has(second), 'the flag')
  const turn = shift(turnFor(second, '2025-07-11', 'night'))
  t.ok(at([turn]).has(second))
  t.notOk(at([turn]).has(first), 'the roster')
  t.notOk(at([turn, leave(second.id, first.id)]).has(second), 'the override')
  t.ok(at([turn, leave(second.id, first.id)]).has(first))
  t.ok(at([shift(turnFor(second, '2025-07-13', 'night'))]).has(first), 'a gap in the table leaves nobody unheard')
  t.equal(at([]).deputyOf(worker)?.id, partTime)
  const circle = wenfeng.staff.map((s) => (s.id === partTime ? { ...s, deputyId: worker } : s))
  const away = dutyAt({ staff: circle, shifts: [leave(worker, null), leave(partTime, null)] }, stormNight)
  t.equal(away.callFor(circle.find((s) => s.id === worker)!), null, 'deputies in a circle end')
})

t.test('the table: patterns, last week, a pasted sheet, a swap, empty nights', async (t) => {
  const desk = [1, 2, 3].map((n) => staff(`${subdistrict}-officer-${n}`))
  const week = fillPattern(desk, 'day-night', '2025-08-04', 7, []).map(shift)
  t.equal(week.length, 14)
  for (const turn of week) {
    const next = week.find((s) => s.startsAt.getTime() === turn.endsAt.getTime())
    t.not(next?.staffId, turn.staffId, 'nobody goes from one turn into the next')
  }
  t.same(fillPattern(desk, 'day-night', '2025-08-04', 7, week), [], 'what is there stays')
  t.same(
    copyWeek('2025-08-11', [...week, leave(desk[0]!.id, null, '2025-08-06')]).map((s) => [s.staffId, dateOf(s.startsAt)]),
    week.map((s) => [s.staffId, dateOf(new Date(s.startsAt.getTime() + 7 * 86_400_000))]),
    'a week later, without the substitutes',
  )
  t.same(emptyNights(week.slice(0, 12), ['2025-08-04', '2025-08-10']), [{ place: subdistrict, post: '值班员', date: '2025-08-10' }])
  t.same(
    swapShifts([week[0]!, week[1]!]).map((s) => s.staffId),
    [week[1]!.staffId, week[0]!.staffId],
  )
  const sheet = (text: string) => readSheet(text, wenfeng.staff, '2025')
  const officer = desk[0]!.name
  t.match(sheet(`日期\t岗位\t姓名\t班次\n2025-08-04\t值班员\t${officer}\t夜班`), [
    { staffId: desk[0]!.id, ...turnOf('2025-08-04', 'night') },
  ])
  t.match(sheet(`8月5日,值班员,${officer}`), [{ staffId: desk[0]!.id, ...turnOf('2025-08-05', 'whole') }])
  t.throws(() => sheet(`2025-08-04,值班员,${officer}\n13月5日,值班员,${officer}\n2025-08-06,处长,${officer}\n2025-08-06,值班员,没有此人`), {
    kind: 'unreadable',
    errors: [
      { line: 2, column: 1 },
      { line: 3, column: 2 },
      { line: 4, column: 3 },
    ],
  })
  t.equal(dateOf(nightOf(stormNight).startsAt), '2025-07-11')
  t.equal(dateOf(nightOf(new Date('2025-07-12T09:00:00+08:00')).startsAt), '2025-07-12')
})
