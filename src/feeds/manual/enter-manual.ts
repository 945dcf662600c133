import { Problem, type ProblemPlace } from '../../base/problem.js'
import type { ManualEntry, ManualPart } from './manual.js'

const minute = 60_000
/** A warning older than this is history, not news. */
const oldest = 7 * 24 * 60 * minute

/** What cannot be, told at its field. A schema has already seen to the form. */
export function checkEntry(entry: Omit<ManualEntry, 'by' | 'enteredAt'>, now: Date): void {
  const { fields } = entry
  const issued = +new Date(fields.issuedAt)
  const heard = +new Date(entry.heardAt)
  const errors: ProblemPlace[] = []
  const wrong = (path: string, message: string) => errors.push({ path, message })
  if (issued > +now + 10 * minute) wrong('fields.issuedAt', '发布时间在将来,请核对日期和时刻 (the time of issue lies ahead)')
  if (issued < +now - oldest) wrong('fields.issuedAt', '发布时间在七天以前,请核对日期 (issued more than seven days ago)')
  if (heard > +now + 10 * minute) wrong('heardAt', '听到的时间在将来 (heard in the future)')
  if (heard < issued - 10 * minute) wrong('heardAt', '听到的时间早于发布时间,请核对 (heard before it was issued)')
  if (fields.until && +new Date(fields.until) <= issued) wrong('fields.until', '有效时间早于发布时间 (it ends before it was issued)')
  if (fields.parts.length > 0) checkParts(fields.parts, wrong)
  else if (fields.towns.length === 0 && !fields.district)
    wrong('fields.towns', '请选乡镇街道,或选全区 (choose towns, or the whole district)')
  if (fields.towns.length > 0 && fields.district) wrong('fields.towns', '全区和乡镇街道只能选一样 (either the whole district or towns)')
  if (entry.source === 'phone' && !entry.callerName?.trim()) wrong('callerName', '电话来的要写明是谁说的 (by telephone: who said it)')
  if (errors.length > 0) throw new Problem('malformed', '补录还有问题,没有保存', 'nothing was kept; mend the fields named below', errors)
}

/** A mixed text says of each place one thing. */
function checkParts(parts: ManualPart[], wrong: (path: string, message: string) => void): void {
  const seen = new Map<string, number>()
  parts.forEach(({ towns }, index) => {
    const nth = index + 1
    if (towns.length === 0) wrong('fields.parts', `第 ${nth} 部分没有乡镇街道 (part ${nth} names no town)`)
    for (const { name, code } of towns) {
      const before = seen.get(code ?? name)
      if (before !== undefined && before !== nth)
        wrong('fields.parts', `“${name}”在第 ${before} 和第 ${nth} 部分里都有,请去掉一处 (${name} is in two parts)`)
      seen.set(code ?? name, nth)
    }
  })
}
