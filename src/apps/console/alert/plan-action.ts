import type { AlertAudience, AlertDetail, AlertVerb } from '../../shared/api-types.js'
import type { Evacuation } from '../../shared/field-types.js'
import type { Say } from '../../shared/language.js'
import { count } from '../../shared/times.js'
import { alertTitle } from '../desk/warning-words.js'
import { numbersOf } from './alert-numbers.js'

export type Primary =
  | { act: AlertVerb | 'part-clear'; words: string; tone: 'danger' | 'accent' | 'calm' | 'exercise' }
  | { act: 'phone' | 'move' | 'countersign'; words: string; tone: 'danger' | 'accent' | 'exercise' }
  | null

interface PlanQuestion {
  alert: AlertDetail
  audience: AlertAudience | undefined
  evacuation: Evacuation | null
  /** The alert's own author may not approve it in the app. */
  mine: boolean
  /** A telephone approval waits for this person's 补签. */
  toCountersign: boolean
  may: { issue: boolean; approve: boolean; order: boolean }
  say: Say
}

/** 3 个社区 4,812 人; a drill of kind exercise has other words, so that nobody presses one for the other. */
export function toWhom(alert: AlertDetail, audience: AlertAudience | undefined, say: Say): string {
  const grids = audience?.grids ?? alert.match?.grids ?? []
  const communities = new Set(grids.map((grid) => grid.place.slice(0, 12))).size
  const numbers = numbersOf(alert)
  if (alert.audience === 'staff') return say(`${count(numbers?.contacts)} 名责任人`, `${count(numbers?.contacts)} staff`)
  const people = count(audience?.people ?? numbers?.people)
  return say(`${communities} 个社区 ${people} 人`, `${people} people in ${communities} communities`)
}

function issueWords({ alert, audience, say }: PlanQuestion): string {
  const whom = toWhom(alert, audience, say)
  if (alert.kind === 'exercise')
    return say(
      `演练:发送“${alertTitle(alert, say)}”演练信息,只到演练名单 ${count(numbersOf(alert)?.contacts)} 个联系方式`,
      `EXERCISE: send “${alertTitle(alert, say)}” to ${count(numbersOf(alert)?.contacts)} contacts of the allow-list only`,
    )
  if (alert.width) {
    const { audience: people, warned, outside } = alert.width
    return say(
      `确认通知 ${count(people)} 人(预警范围内 ${count(warned)} 人,范围外 ${outside.length} 个网格)`,
      `Tell ${count(people)} people (${count(warned)} inside the warning, ${outside.length} grids outside)`,
    )
  }
  if (alert.origin === 'relay') return say(`向 ${whom}转发${alertTitle(alert, say)}`, `Relay “${alertTitle(alert, say)}” to ${whom}`)
  if (alert.origin === 'order') {
    const { households, people } = numbersOf(alert)?.move ?? { households: undefined, people: undefined }
    return say(
      `向应转 ${count(households)} 户 ${count(people)} 人发出转移通知`,
      `Send the order to move to ${count(households)} households, ${count(people)} people`,
    )
  }
  return say(`向 ${whom}发出${alertTitle(alert, say)}`, `Send “${alertTitle(alert, say)}” to ${whom}`)
}

/** The one action of this screen, with what will happen in full. */
export function planAction(question: PlanQuestion): Primary {
  const { alert, audience, evacuation, mine, toCountersign, may, say } = question
  const verbs = new Set(alert.verbs ?? [])
  const tone = alert.kind === 'exercise' ? 'exercise' : alert.origin === 'notice' ? 'accent' : 'danger'
  const whom = toWhom(alert, audience, say)
  if (alert.allClear && verbs.has('all-clear') && may.issue)
    return {
      act: 'all-clear',
      tone: 'calm',
      words: say(`转发解除:告诉收到过的 ${whom},等待通知再返回`, `Pass on the all-clear to ${whom}: wait before you return`),
    }
  if (alert.state === 'held' && may.issue)
    return { act: 'resume', tone: 'accent', words: say('恢复:回到暂缓之前', 'Resume where it was held') }
  if (alert.update && verbs.has('revise') && may.issue)
    return { act: 'revise', tone, words: say(`按新到的预警更新,再发给 ${whom}`, `Pass on the newer warning to ${whom}`) }
  if (alert.dropped && may.issue)
    return {
      act: 'part-clear',
      tone: 'calm',
      words: say(
        `已不在范围的 ${count(alert.dropped.households)} 户 ${count(alert.dropped.people)} 人:转发解除,其余继续预警`,
        `${count(alert.dropped.households)} homes now outside: pass the all-clear on; the rest stay warned`,
      ),
    }
  if (verbs.has('issue') && may.issue) {
    if (!alert.approval?.needed) return { act: 'issue', tone, words: issueWords(question) }
    if (may.approve && !mine)
      return {
        act: 'approve',
        tone,
        words: say(`同意(还不会发出):${issueWords(question)}`, `Approve, not sent yet: ${issueWords(question)}`),
      }
    return { act: 'phone', tone: 'accent', words: say('登记电话请示,然后发出', 'Log the telephone approval, then send') }
  }
  const move = numbersOf(alert)?.move
  if (alert.state === 'issued' && alert.origin === 'relay' && move && move.households > 0 && !evacuation && may.order)
    return {
      act: 'move',
      tone,
      words: say(
        `组织转移 ${move.households} 户 ${move.people} 人…`,
        `Order ${move.households} households, ${move.people} people to move…`,
      ),
    }
  if (toCountersign) return { act: 'countersign', tone: 'accent', words: say('补签电话请示…', 'Countersign the telephone approval…') }
  if ((alert.state === 'called-off' || alert.state === 'all-clear') && verbs.has('close') && may.issue)
    return { act: 'close', tone: 'accent', words: say('归档这次处置', 'Close this case') }
  return null
}
