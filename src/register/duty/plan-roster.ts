import { Problem, type ProblemPlace } from '../../base/problem.js'
import type { Staff } from '../register.js'
import { type DutyShift, postKey } from './duty.js'
import { addDays, dateOf, dayStart, type Turn, turnOf } from './shift-times.js'

export type NewShift = Omit<DutyShift, 'id'>

const weekMs = 7 * 86_400_000

const rosterShift = ({ id, place, post }: Pick<Staff, 'id' | 'place' | 'post'>, span: { startsAt: Date; endsAt: Date }): NewShift => ({
  ...{ place, post, kind: 'roster', staffId: id, insteadOf: null, note: '' },
  ...span,
})
export const turnFor = (staff: Pick<Staff, 'id' | 'place' | 'post'>, date: string, turn: Turn): NewShift =>
  rosterShift(staff, turnOf(date, turn))

export function grouped<T, K>(list: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const item of list) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

export const overlap = (a: { startsAt: Date; endsAt: Date }, b: { startsAt: Date; endsAt: Date }): boolean =>
  a.startsAt < b.endsAt && b.startsAt < a.endsAt

/** Turns that nobody of the post has yet; what is there stays. */
const free = (wanted: NewShift[], there: readonly DutyShift[]): NewShift[] =>
  wanted.filter((w) => !there.some((s) => s.kind === 'roster' && postKey(s) === postKey(w) && overlap(s, w)))

export type Pattern = 'day-night' | 'whole' | 'night'

/**
 * 轮班: the people of one post in turn. Two a day, so that whoever had the night does not have the day after it (of one person
 * alone that cannot be asked); whole days or nights one after the other.
 */
export function fillPattern(
  people: readonly Staff[],
  pattern: Pattern,
  from: string,
  days: number,
  there: readonly DutyShift[],
): NewShift[] {
  const of = (n: number) => people[n % people.length]!
  const wanted = Array.from({ length: days }, (_, d) => addDays(from, d)).flatMap((date, d) =>
    pattern === 'day-night' ? [turnFor(of(2 * d), date, 'day'), turnFor(of(2 * d + 1), date, 'night')] : [turnFor(of(d), date, pattern)],
  )
  return free(wanted, there)
}

/** 复制上周: the roster of the seven days before, a week later. Substitutes are not copied: nobody is ill every week. */
export function copyWeek(from: string, there: readonly DutyShift[]): NewShift[] {
  const start = dayStart(from)!.getTime()
  const later = (at: Date) => new Date(at.getTime() + weekMs)
  const last = there.filter((s) => s.kind === 'roster' && s.startsAt.getTime() >= start - weekMs && s.startsAt.getTime() < start)
  // Two of one post at the same hour are both copied: only what stands in this week already keeps its place.
  return free(
    last.map(({ id: _, ...s }) => ({ ...s, startsAt: later(s.startsAt), endsAt: later(s.endsAt) })),
    there.filter((s) => s.startsAt.getTime() >= start),
  )
}

/** 对调: each takes the other's turn. */
export function swapShifts([a, b]: [DutyShift, DutyShift]): NewShift[] {
  if (a.post !== b.post || a.kind !== 'roster' || b.kind !== 'roster' || a.staffId === b.staffId)
    throw new Problem('conflict', '只能对调同一岗位上两个人的班', 'only turns of two people with the same post can be swapped')
  const { id: _a, ...first } = a
  const { id: _b, ...second } = b
  return [
    { ...first, staffId: b.staffId },
    { ...second, staffId: a.staffId },
  ]
}

const turnWords: Record<string, Turn> = { 白班: 'day', 夜班: 'night', 全天: 'whole', day: 'day', night: 'night', whole: 'whole' }

/**
 * A pasted sheet: 日期, 岗位, 姓名 and, if it has one, 班次 (白班 / 夜班 / 全天). Tabs from a spreadsheet, commas, or blanks. All of it is
 * good or nothing is taken: every wrong line is named with what to do.
 */
export function readSheet(text: string, staff: readonly Staff[], year: string): NewShift[] {
  const lines = text.split(/\r?\n/).map((raw, i) => ({ cells: cellsOf(raw), line: i + 1 }))
  const read = lines
    .filter(({ cells, line }) => cells.length > 0 && !(line === 1 && /日期|date/i.test(cells[0]!)))
    .map(({ cells, line }) => readLine(cells, staff, year, line))
  const wrong = read.filter((r) => 'message' in r)
  if (wrong.length > 0)
    throw new Problem(
      'unreadable',
      `有 ${wrong.length} 行看不懂,一行也没有改`,
      `${wrong.length} lines cannot be read; nothing was changed`,
      wrong,
    )
  if (read.length === 0)
    throw new Problem('unreadable', '没有读到一行值班', 'no line was found', [{ line: 1, message: '每行写:日期、岗位、姓名' }])
  return read.filter((r) => 'post' in r)
}

function readLine(cells: string[], staff: readonly Staff[], year: string, line: number): NewShift | ProblemPlace {
  const [day = '', post = '', name = '', turnWord = '全天'] = cells
  const date = readDate(day, year)
  const turn = turnWords[turnWord]
  const found = staff.filter((s) => s.post === post && s.name === name)
  if (!date) return { line, column: 1, message: `日期“${day}”看不懂,请写成 2025-07-12 或 7月12日` }
  if (!staff.some((s) => s.post === post)) return { line, column: 2, message: `这里没有“${post}”这个岗位` }
  if (found.length === 0) return { line, column: 3, message: `“${post}”里没有这个人,请核对姓名,或先登记人员` }
  if (found.length > 1) return { line, column: 3, message: '同岗位有几个人同名,请先选好网格再粘贴' }
  if (!turn) return { line, column: 4, message: `班次“${turnWord}”看不懂,请写白班、夜班或全天` }
  return turnFor(found[0]!, date, turn)
}

const cellsOf = (line: string): string[] => {
  const parts = line.includes('\t') ? line.split('\t') : /[,,;;]/.test(line) ? line.split(/[,,;;]/) : line.trim().split(/\s+/)
  return parts.map((cell) => cell.trim()).filter((cell) => cell !== '')
}

function readDate(text: string, year: string): string | null {
  const found = /^(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?$/.exec(text)
  if (!found) return null
  const date = `${found[1] ?? year}-${found[2]!.padStart(2, '0')}-${found[3]!.padStart(2, '0')}`
  return dayStart(date) ? date : null
}

/** The post at a place has a table, but this night stands empty in it: dates by post. */
export function emptyNights(shifts: readonly DutyShift[], dates: readonly string[]): { place: string; post: string; date: string }[] {
  const groups = grouped(
    shifts.filter((s) => s.kind === 'roster'),
    postKey,
  )
  return [...groups.values()].flatMap((group) => {
    const { place, post } = group[0]!
    return dates.filter((date) => !covered(turnOf(date, 'night'), group)).map((date) => ({ place, post, date }))
  })
}

const covered = (span: { startsAt: Date; endsAt: Date }, turns: readonly DutyShift[]): boolean => {
  let reached = span.startsAt
  for (const turn of [...turns].sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())) {
    if (turn.startsAt > reached) break
    if (turn.endsAt > reached) reached = turn.endsAt
  }
  return reached >= span.endsAt
}

export const datesFrom = (from: string, days: number): string[] => Array.from({ length: days }, (_, d) => addDays(from, d))
export const yearOf = (at: Date): string => dateOf(at).slice(0, 4)
