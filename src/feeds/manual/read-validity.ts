import { type Piece, piece } from './piece.js'
import { readDays, readMoments, toNumber } from './read-moments.js'

const hours =
  /(?<n>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:[-~至到](?<to>\d{1,2}|[一二两三四五六七八九十]{1,3}))? ?(?:个)?(?<half>半)?小时(?<inside>之?内)?/g
const past = /过去|前|近|已经?|连续|累计|达|持续了/
const ahead = /未来|今后|预计|接下来|后续|将持续|还将|有效|生效/

/** Until when it holds: 未来3小时, 6小时内, 预计12日8时至20时, 有效期至…, 12日夜间到13日白天. What was measured up to now is not the end. */
export function readValidity(text: string, issuedAt: Date): Piece<Date> | null {
  const found = [...inHours(text, issuedAt), ...byMoment(text, issuedAt)].sort((a, b) => rank(a) - rank(b) || a.at! - b.at!)
  return found[0] ?? byDays(text, issuedAt)
}
const rank = (p: Piece<Date>) => (p.sure === 'sure' ? 0 : 1)

function inHours(text: string, issuedAt: Date): Piece<Date>[] {
  return [...text.matchAll(hours)].flatMap((m) => {
    const before = text.slice(Math.max(0, m.index - 10), m.index)
    const close = before.slice(before.search(/[^,。;:\n]{0,10}$/))
    if (past.test(close.slice(-4)) || !(ahead.test(close) || m.groups!.inside)) return []
    const n = toNumber((m.groups!.to ?? m.groups!.n!).replace('两', '二')) + (m.groups!.half ? 0.5 : 0)
    const until = new Date(+issuedAt + n * 3_600_000)
    return n > 0 && n <= 72 ? [piece(until, { at: m.index, end: m.index + m[0].length }, /有效|生效/.test(close) ? 'sure' : 'likely')] : []
  })
}

function byMoment(text: string, issuedAt: Date): Piece<Date>[] {
  return readMoments(text, issuedAt, 'ahead').flatMap((m) => {
    const before = text.slice(Math.max(0, m.at - 14), m.at)
    const close = before.slice(before.search(/[^,。;\n]{0,14}$/))
    const labelled = /(?:有效|生效|截止|持续|维持|延续)[^,。;]{0,8}(?:至|到|:|为)? {0,2}$/.test(close)
    const end = labelled || /(?:至|到|-|—|~|截至) {0,2}$/.test(close)
    // 截至3时 without a day is how much fell until three.
    const measured = !m.hasDay && /截至 {0,2}$/.test(close)
    return end && !measured && +m.date > +issuedAt && +m.date - +issuedAt <= 7 * 86_400_000
      ? [piece(m.date, m, labelled ? 'sure' : 'likely')]
      : []
  })
}

function byDays(text: string, issuedAt: Date): Piece<Date> | null {
  const days = readDays(text, issuedAt).filter((d) => {
    const before = text.slice(Math.max(0, d.at - 8), d.at)
    return /预计|至|到|-|未来/.test(before) && +d.date > +issuedAt && +d.date - +issuedAt <= 7 * 86_400_000
  })
  const last = days.find((d, i) => !(days[i + 1] && /^ {0,2}[至到-] {0,2}$/.test(text.slice(d.end, days[i + 1]!.at))))
  return last ? piece(last.date, last, 'guess') : null
}
