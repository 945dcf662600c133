import { chinaTime } from '../base/web.js'
import type { Channel, Language } from './channel.js'
import type { EventName, Names } from './names.js'
import { shorten } from './sms-length.js'

/** What an alert knows when it asks for its words. */
export interface WordFacts {
  subdistrict: string
  /** The landline of the duty room. */
  hotline: string
  /** Who issued the warning, by its own name; at an all-clear: who lifted it. */
  station: string
  issuedAt: Date | null
  until: Date | null
  headline: string
  /** It is over for the reader's grid, while others are still warned. */
  part?: true
  community?: string
  grid?: string
  shelter?: string
  helper?: string
  /** What the helper is, where it is not a grid worker: 社区书记. */
  helperPost?: string
  /** What the officer wrote. */
  ownText?: string
  /** Purpose 'arrived' only: whom the family hears of, and when they came in. */
  person?: string
  arrivedAt?: Date
}

/** Every name that may stand between {{ }} in a template; templates/README.md explains them. */
export const variableNames = [
  'subdistrict',
  'hotline',
  'station',
  'time',
  'clock',
  'source',
  'sourceClock',
  'until',
  'event',
  'level',
  'signal',
  'because',
  'advice',
  'notice',
  'headline',
  'community',
  'grid',
  'shelter',
  'helper',
  'guide',
  'ownText',
  'person',
  'arrivedAt',
] as const
export type VariableName = (typeof variableNames)[number]
export type Variables = Record<VariableName, string>

interface Moment {
  month: number
  day: number
  hour: number
  minute: number
}
const moment = (at: Date): Moment => {
  const said = chinaTime(at)
  const part = (from: number) => Number(said.slice(from, from + 2))
  return { month: part(5), day: part(8), hour: part(11), minute: part(14) }
}
const two = (n: number) => String(n).padStart(2, '0')
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const clockOf = (m: Moment) => `${two(m.hour)}:${two(m.minute)}`
const dayAndClock: Record<Language, (m: Moment) => string> = {
  zh: (m) => `${m.day}日${clockOf(m)}`,
  en: (m) => `${clockOf(m)} ${m.day} ${months[m.month - 1]}`,
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** The hazard before the colour; 信号 for weather only. Without a level the words do not claim that there is a warning. */
function nameSignal(
  event: EventName,
  level: string,
  origin: string,
  language: Language,
  grid: string | undefined,
): { signal: string; because: string } {
  if (language === 'zh') {
    const called = `${event.zh}${level}预警`
    const because = level !== '' ? called : origin === 'relay' ? called : `${event.zh}险情`
    return { signal: `${grid ? `${grid}的` : ''}${event.signal ? `${called}信号` : called}`, because }
  }
  const called = `${level === '' ? '' : `${level} `}${event.en} warning`
  const because = level !== '' || origin === 'relay' ? called : `${event.en} danger`
  return { signal: `${capital(called)}${grid ? ` for ${grid}` : ''}`, because: capital(because) }
}

export interface WordsAsk {
  origin: string
  event: string
  level: string | null
  language: Language
  channel: Channel
}
interface Source extends WordsAsk {
  facts: WordFacts
  names: Names
  named: EventName
}
const zh = (s: Source) => s.language === 'zh'

/** The time stands behind the station in one variable of the SMS and must not be cut off. */
function station(s: Source): string {
  const issuer = s.facts.station.trim() || (zh(s) ? '气象台' : 'the weather station')
  return s.channel === 'sms' ? shorten(issuer, 20) : issuer
}
const clock = ({ facts }: Source) => (facts.issuedAt ? clockOf(moment(facts.issuedAt)) : '')
const time = ({ facts, language }: Source) => (facts.issuedAt ? dayAndClock[language](moment(facts.issuedAt)) : '')
const stationAt = (s: Source, at: string) => `${station(s)}${at === '' || zh(s) ? at : `, ${at}`}`
const community = ({ facts }: Source) => facts.community || facts.subdistrict
const levelOf = ({ names, level, language }: Source) => names.level(level, language)
const signalOf = (s: Source) => nameSignal(s.named, levelOf(s), s.origin, s.language, s.facts.part && (s.facts.grid || community(s)))

/** As it stands after 请: without another one, and without a full stop. */
export const plainAdvice = (own: string): string =>
  own
    .trim()
    .replace(/^请/, '')
    .replace(/[。.!！;；,,\s]+$/, '')

/** What an officer adds to a warning or an order stands where the advice stands: after 请. A Chinese sentence is not put into an English one. */
function advice(s: Source): string {
  const own = plainAdvice(s.facts.ownText ?? '')
  return own === '' || (!zh(s) && /\p{Script=Han}/u.test(own)) ? s.named.advice[s.language] : own
}

function guide(s: Source): string {
  const worker = s.facts.helperPost ?? (zh(s) ? '网格员' : 'the grid worker')
  if (!s.facts.helper) return worker
  return zh(s) ? `${worker}${s.facts.helper.replace(/^网格员/, '')}` : `${worker} ${s.facts.helper}`
}

const variables: Record<VariableName, (s: Source) => string> = {
  subdistrict: ({ facts }) => facts.subdistrict,
  hotline: ({ facts }) => facts.hotline,
  station,
  time,
  clock,
  source: (s) => stationAt(s, time(s)),
  sourceClock: (s) => stationAt(s, clock(s)),
  until: ({ facts, language }) => (facts.until ? dayAndClock[language](moment(facts.until)) : ''),
  event: ({ named, language }) => named[language],
  level: levelOf,
  signal: (s) => signalOf(s).signal,
  because: (s) => signalOf(s).because,
  advice,
  notice: ({ facts, named, language }) => facts.ownText || named.notice[language],
  headline: ({ facts }) => facts.headline,
  community,
  grid: (s) => s.facts.grid || community(s),
  // The texts say 安置点 themselves where it is needed.
  shelter: (s) => s.facts.shelter?.replace(/(?<=.)安置点$/, '') || (zh(s) ? '安置点' : 'the shelter'),
  helper: ({ facts }) => facts.helper ?? '',
  guide,
  ownText: ({ facts }) => facts.ownText ?? '',
  person: (s) => s.facts.person || (zh(s) ? '家人' : 'family member'),
  arrivedAt: (s) => (s.facts.arrivedAt ? clockOf(moment(s.facts.arrivedAt)) : clock(s) || (zh(s) ? '刚才' : 'just now')),
}

/** Only what a text asks for is worked out. */
export function fillVariables(
  facts: WordFacts,
  names: Names,
  ask: WordsAsk,
  wanted: readonly VariableName[],
  named: EventName = names.event(ask.event),
): Variables {
  const { origin, event, level, language, channel } = ask
  const source: Source = { origin, event, level, language, channel, facts, names, named }
  const filled = {} as Variables
  for (const name of wanted) filled[name] = variables[name](source)
  return filled
}
