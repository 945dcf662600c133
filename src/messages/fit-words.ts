import { refusedInSms } from './clean-text.js'
import type { Names } from './names.js'
import { ownSlots } from './render-words.js'
import { smsLimits, smsMaximum } from './sms-length.js'
import { plainAdvice } from './word-facts.js'
import type { Words, WordsRequest } from './words.js'

export const misfits = ['no-place', 'too-long', 'too-many-parts', 'refused-signs'] as const
export interface Misfit {
  code: (typeof misfits)[number]
  zh: string
  en: string
}
/** Whether what an officer wrote can leave as an SMS of a filed template, and what can, if not. */
export interface Fit {
  template: string
  /** Which variable of the filed template takes the officer's words; null: none does. */
  variable: string | null
  /** How much of it is used, and how much a carrier takes. */
  used: number
  most: number
  characters: number
  segments: number
  problems: Misfit[]
  /** Words that do fit, as near to what was written as can be; null when what was written fits. */
  closest: { ownText: string; text: string; template: string; characters: number; segments: number } | null
}
export type FitRequest = Omit<WordsRequest, 'channel' | 'language' | 'relation'>
type Say = (request: WordsRequest) => Words

export function fitWords(say: Say, names: Names, request: FitRequest): Fit {
  const tried = tryWords(say, request)
  return { ...tried, closest: tried.problems.length === 0 ? null : findClosest(say, names, request, tried.variable) }
}

function tryWords(say: Say, request: FitRequest): Omit<Fit, 'closest'> {
  const own = request.facts.ownText ?? ''
  const said = saySms(say, request)
  const slot = ownSlots.find((name) => name in said.parameters) ?? null
  const used = (slot === 'advice' ? plainAdvice(own) : own.trim()).length
  const refused = refusedInSms(own)
  const problems: Misfit[] = []
  if (own !== '' && !slot) problems.push(noPlace(request.kind))
  if (slot && used > smsLimits.variable) problems.push(tooLong(used))
  else if (slot && said.cut.length > 0) problems.push(tooManyParts(said.cut))
  if (refused.length > 0) problems.push(refusedSigns(refused))
  const { template, characters, segments } = said
  return { template, variable: slot, used: slot ? used : 0, most: smsLimits.variable, characters, segments, problems }
}

const saySms = (say: Say, request: FitRequest): Words =>
  say({ ...request, channel: 'sms', language: 'zh', relation: request.audience === 'staff' ? 'staff' : 'self' })
function withOwn(request: FitRequest, ownText: string): FitRequest {
  const { ownText: _, ...facts } = request.facts
  return { ...request, facts: ownText === '' ? facts : { ...facts, ownText } }
}

const noPlace = (kind: FitRequest['kind']): Misfit => ({
  code: 'no-place',
  zh: `${kind === 'exercise' ? '演练' : '这种'}短信是报备过的固定文本,没有放自己话的地方;手机推送里会带上这句话,短信里不会。`,
  en: `The filed text of this ${kind === 'exercise' ? 'exercise ' : ''}SMS has no place for words of our own: they go out by push, not by SMS.`,
})
const tooLong = (used: number): Misfit => ({
  code: 'too-long',
  zh: `这句话 ${used} 字,报备模板里最多 ${smsLimits.variable} 字,短信会被截短。`,
  en: `${used} characters; the filed template takes ${smsLimits.variable}. The SMS would be cut.`,
})
const tooManyParts = (cut: string[]): Misfit => ({
  code: 'too-many-parts',
  zh: `连签名超过 ${smsMaximum} 字(${smsLimits.parts} 条),短信会被截短。`,
  en: `Longer than ${smsMaximum} characters (${smsLimits.parts} parts) with its signature: ${cut.join(', ')} would be cut.`,
})
const refusedSigns = (signs: string[]): Misfit => ({
  code: 'refused-signs',
  zh: `运营商不收这些内容,短信里会去掉:${signs.slice(0, 5).join(' ')}`,
  en: `The carrier refuses these, they are taken out of the SMS: ${signs.slice(0, 5).join(' ')}`,
})
/** Of the officer's own clauses, the words written for each hazard, and the filed text as it is: the nearest that fits. */
function findClosest(say: Say, names: Names, request: FitRequest, slot: string | null): Fit['closest'] {
  const own = request.facts.ownText ?? ''
  const written = names.eventKeys.map((key) => names.event(key)[slot === 'notice' ? 'notice' : 'advice'].zh)
  const offers = slot ? [...clausesOf(own), ...written] : []
  // What was written first says when and where: it outweighs what follows.
  const near = (ownText: string) => likeness(own, ownText) * (plainAdvice(own).startsWith(ownText) ? 1.6 : 1)
  const ranked = offers.map((ownText) => ({ ownText, near: near(ownText) })).sort((a, b) => b.near - a.near)
  const none = request.origin === 'notice' || request.origin === 'internal' ? [] : [{ ownText: '', near: 0 }]
  for (const { ownText } of [...ranked.filter((offer) => offer.near > 0), ...none, ...ranked]) {
    const asked = withOwn(request, ownText)
    if (tryWords(say, asked).problems.length > 0) continue
    const { text, template, characters, segments } = saySms(say, asked)
    return { ownText, text, template, characters, segments }
  }
  return null
}

/** Runs of whole clauses that fit into the variable. A clause with a link or a number goes as a whole, other signs go alone. */
function clausesOf(own: string): string[] {
  const refused = refusedInSms(own)
  const isAddress = (clause: string) => refused.some((sign) => sign.length > 2 && clause.includes(sign))
  const plain = (clause: string) => refused.reduce((said, sign) => said.replaceAll(sign, ''), clause).trim()
  const clauses = own
    .split(/(?<=[。!?;,！？；，\n])/)
    .filter((clause) => !isAddress(clause))
    .map(plain)
  const runs: string[] = []
  for (let from = 0; from < Math.min(clauses.length, 30); from++) {
    let run = ''
    for (const clause of clauses.slice(from)) {
      if (plainAdvice(run + clause).length > smsLimits.variable) break
      run += clause
    }
    if (run !== '') runs.push(plainAdvice(run))
  }
  return runs.filter((run) => run.length > 1)
}

/** Of all pairs of neighbouring characters in both texts, the share that stands in both. */
export function likeness(a: string, b: string): number {
  const pairs = (text: string) => {
    const characters = [...text]
    return new Set(characters.slice(1).map((c, i) => characters[i]! + c))
  }
  const [one, other] = [pairs(a), pairs(b)]
  const shared = [...one].filter((pair) => other.has(pair)).length
  return one.size + other.size === 0 ? 0 : (2 * shared) / (one.size + other.size)
}
