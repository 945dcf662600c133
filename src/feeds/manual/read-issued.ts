import { chinaTime } from '../../base/web.js'
import type { BulletinProblem } from '../bulletin.js'
import { type Piece, piece } from './piece.js'
import type { Head } from './read-head.js'
import { type Moment, readMoments } from './read-moments.js'

const minute = 60_000

/** When it was issued: between the office and its act; else where a label says so, before the office, in the signature, or the first past time. */
export function readIssued(
  text: string,
  head: Head | null,
  receivedAt: Date,
): { piece: Piece<Date>; problem: BulletinProblem | null } | null {
  const moments = readMoments(text, receivedAt)
  const chosen = choose(text, head, moments, receivedAt)
  if (!chosen) {
    const justNow = /刚才|刚刚|刚接|刚发/.exec(text)
    return justNow
      ? {
          piece: piece(new Date(Math.floor(+receivedAt / minute) * minute), { at: justNow.index, end: justNow.index + 2 }, 'guess'),
          problem: remark('没有写发布时间,按“刚才”取现在,请核对', 'no time is written; "just now" is taken as now'),
        }
      : null
  }
  const age = +receivedAt - +chosen.date
  const sure = chosen.hasDay && age < 24 * 60 * minute && age > -10 * minute ? 'sure' : 'likely'
  return { piece: piece(chosen.date, chosen, sure), problem: doubtOf(chosen, age) }
}

function choose(text: string, head: Head | null, moments: Moment[], receivedAt: Date): Moment | undefined {
  if (head) {
    const from = head.issuers.at(-1)!.end
    const to = head.act?.at ?? head.end
    // "气象台12日03时26分将12日02时发布的橙色升级为红色": the first one is when it speaks.
    const inside = moments.find((m) => m.at >= from && m.end <= to && !spokenOf(text, m))
    if (inside) return inside
  }
  const labelled = moments.find(
    (m) => /(?:发布|签发|发送|制作)?时间[为: ]{0,3}$/.test(text.slice(Math.max(0, m.at - 8), m.at)) && !spokenOf(text, m),
  )
  if (labelled) return labelled
  const fits = moments.filter((m) => +m.date <= +receivedAt + 10 * minute && !spokenOf(text, m))
  if (head) {
    const before = fits.findLast((m) => m.end <= head.at && head.at - m.end <= 12 && !/[。\n]/.test(text.slice(m.end, head.at)))
    const bracket = fits.find((m) => m.at >= head.at && m.end <= head.end + 1 && /[([]$/.test(text.slice(0, m.at).trimEnd()))
    const signed = fits.findLast((m) => m.hasDay && text.length - m.end <= 12)
    if (before ?? bracket ?? signed) return before ?? bracket ?? signed
  }
  return fits[0]
}

/** What it was before, what was measured and what is expected have times of their own. */
function spokenOf(text: string, m: Moment): boolean {
  const before = text.slice(Math.max(0, m.at - 6), m.at)
  const after = text.slice(m.end, m.end + 6)
  return (
    /(?:预计|未来|截至|截止|有效期?|至|到|将于|将在|从|自) {0,1}(?:[:为])?$/.test(before) ||
    /^ {0,1}(?:发布的|以来|起|至|到|-|~|前)/.test(after)
  )
}

function doubtOf(m: Moment, age: number): BulletinProblem | null {
  if (age < -10 * minute)
    return { ...remark('发布时间在将来,请核对', 'the time of issue lies ahead'), code: 'time-ahead', severity: 'error' }
  if (age > 24 * 60 * minute) return remark('发布时间已过去一天以上,请核对是不是旧消息', 'issued more than a day ago: is it old news?')
  if (!m.hasDay) return remark(`没有写日期,按最近的一次取 ${chinaTime(m.date).slice(0, 10)}`, 'no day is written; the latest one is taken')
  return null
}
const remark = (message: string, messageEn: string): BulletinProblem => ({
  code: 'time-assumed',
  severity: 'remark',
  path: 'issuedAt',
  message,
  messageEn,
})
