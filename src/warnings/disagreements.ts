import type { BulletinProblem } from '../feeds/bulletin.js'
import { type Digest, mayOverlap } from './digest.js'
import type { Said } from './warning.js'

/** Codes of the problems that say how sources differ. */
export const isDisagreement = (code: string): boolean => code.startsWith('sources-')

/** What one source said of a warning, as it is compared. */
export interface Voice {
  /** Its feed, or who sent it. */
  name: string
  said: Said
  digest: Digest
}

/** An end that one source told and that the warning does not follow: a weaker source ends nothing of a stronger one. */
export interface DoubtfulEnd {
  name: string
  headline: string
  sent: Date
}

const colour = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '等级不明' } as const
const noticeableMs = 30 * 60_000

/** Where others differ from the words that are relayed. Said on the warning, so that an officer asks by telephone. */
export function compareVoices(relayed: Voice, others: Voice[], ends: DoubtfulEnd[]): BulletinProblem[] {
  const tell = (code: string, severity: 'remark' | 'error', message: string, messageEn: string): BulletinProblem => ({
    code: `sources-${code}`,
    severity,
    message,
    messageEn,
  })
  const differ = others.flatMap((other) => {
    const found: BulletinProblem[] = []
    const [a, b] = [relayed.said, other.said]
    if (a.level !== b.level)
      found.push(
        tell(
          'level',
          'error',
          `颜色不一致:“${other.name}”说${colour[b.level]},“${relayed.name}”说${colour[a.level]};本条按${colour[a.level]}处理,请打电话向发布单位核实`,
          `${other.name} says ${b.level}, ${relayed.name} says ${a.level}; this one is handled as ${a.level}: telephone and ask the station`,
        ),
      )
    if (Math.abs(+new Date(a.sent) - +new Date(b.sent)) >= noticeableMs)
      found.push(
        tell(
          'time',
          'remark',
          `发布时间不一致:“${other.name}”写 ${b.sent.slice(5, 16)},“${relayed.name}”写 ${a.sent.slice(5, 16)}`,
          `${other.name} dates it ${b.sent}, ${relayed.name} ${a.sent}`,
        ),
      )
    if (!mayOverlap(relayed.digest, other.digest))
      found.push(
        tell(
          'area',
          'error',
          `范围不一致:“${other.name}”写“${b.area.slice(0, 60)}”,“${relayed.name}”写“${a.area.slice(0, 60)}”`,
          `${other.name} names another area than ${relayed.name}`,
        ),
      )
    return found
  })
  const ended = ends.map((e) =>
    tell(
      'ended',
      'error',
      `“${e.name}”已说解除(${e.headline.slice(0, 60)}),发布单位还没有:仍按生效处理,请打电话核实`,
      `${e.name} says it is over, the authority does not: it stays in force`,
    ),
  )
  return [...differ, ...ended]
}
