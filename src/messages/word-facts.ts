import { chinaTime } from '../base/web.js'
import type { Channel, Language } from './channel.js'
import type { EventName, Names } from './names.js'
import { shorten } from './sms-length.js'
import { sayClock, sayNumber, sayPhone, spellPhone } from './spoken.js'

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
const halfDay = (m: Moment) => `${m.hour % 12 || 12}:${two(m.minute)} ${m.hour < 12 ? 'a.m.' : 'p.m.'}`
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

interface Reading {
  clock(m: Moment): string
  dayAndClock(m: Moment): string
  phone(phone: string): string
}
/** The same facts, written for the eye or for the ear. */
const readings: Record<Language, Record<'written' | 'spoken', Reading>> = {
  zh: {
    written: {
      clock: (m) => `${two(m.hour)}:${two(m.minute)}`,
      dayAndClock: (m) => `${m.day}日${two(m.hour)}:${two(m.minute)}`,
      phone: (p) => p,
    },
    spoken: {
      clock: (m) => sayClock(m.hour, m.minute),
      dayAndClock: (m) => `${sayNumber(m.day)}日${sayClock(m.hour, m.minute)}`,
      phone: sayPhone,
    },
  },
  en: {
    written: {
      clock: (m) => `${two(m.hour)}:${two(m.minute)}`,
      dayAndClock: (m) => `${two(m.hour)}:${two(m.minute)} ${m.day} ${months[m.month - 1]}`,
      phone: (p) => p,
    },
    spoken: {
      clock: halfDay,
      dayAndClock: (m) => `${halfDay(m)} on ${months[m.month - 1]} ${m.day}`,
      phone: spellPhone,
    },
  },
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

export function fillVariables(
  facts: WordFacts,
  names: Names,
  ask: { origin: string; event: string; level: string | null; language: Language; channel: Channel },
): Variables {
  const { language } = ask
  const zh = language === 'zh'
  const read = readings[language][ask.channel === 'voice' ? 'spoken' : 'written']
  const event = names.event(ask.event)
  const level = names.level(ask.level, language)
  const issuer = facts.station.trim() || (zh ? '气象台' : 'the weather station')
  // The time stands behind the station in one variable of the SMS and must not be cut off.
  const station = ask.channel === 'sms' ? shorten(issuer, 20) : issuer
  const issued = facts.issuedAt && moment(facts.issuedAt)
  const join = (at: string) => (at === '' ? station : zh ? `${station}${at}` : `${station}, ${at}`)
  const time = issued ? read.dayAndClock(issued) : ''
  const clock = issued ? read.clock(issued) : ''
  const community = facts.community || facts.subdistrict
  const helper = facts.helper ?? ''
  const worker = zh ? '网格员' : 'the grid worker'
  return {
    subdistrict: facts.subdistrict,
    hotline: read.phone(facts.hotline),
    station,
    time,
    clock,
    source: join(time),
    sourceClock: join(clock),
    until: facts.until ? read.dayAndClock(moment(facts.until)) : '',
    event: event[language],
    level,
    ...nameSignal(event, level, ask.origin, language, facts.part && (facts.grid || community)),
    advice: event.advice[language],
    notice: facts.ownText || event.notice[language],
    headline: facts.headline,
    community,
    grid: facts.grid || community,
    // The texts say 安置点 themselves where it is needed.
    shelter: facts.shelter?.replace(/(?<=.)安置点$/, '') || (zh ? '安置点' : 'the shelter'),
    helper,
    guide: helper === '' ? worker : zh ? `${worker}${helper.replace(/^网格员/, '')}` : `${worker} ${helper}`,
    ownText: facts.ownText ?? '',
    person: facts.person ?? (zh ? '家人' : 'family member'),
    arrivedAt: facts.arrivedAt ? read.clock(moment(facts.arrivedAt)) : clock || (zh ? '刚才' : 'just now'),
  }
}

/** What no text of ours may carry, whatever a feed or an officer wrote: control characters, invisible marks, half characters. */
const strip = (text: string): string =>
  text
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[^\P{Cc}\n]|[\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g, '')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()

/** A carrier reads 【】 as a signature and ${ } as a variable of its own; links and mobile numbers make it refuse the message. */
const stripForSms = (text: string): string =>
  text
    .replace(/【/g, '「')
    .replace(/】/g, '」')
    .replace(/\$\{/g, '{')
    .replace(/(?:https?:\/\/|www\.)[^\s,。;]+/gi, '')
    .replace(/(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)/g, '')
    .trim()

const oneLine = (text: string): string => text.replace(/\s+/g, ' ')

/** Paragraphs stay apart only where a text has several lines anyway. */
export function cleanValue(text: string, channel: Channel): string {
  const clean = strip(text)
  return channel === 'sms' ? stripForSms(oneLine(clean)) : channel === 'voice' ? oneLine(clean) : clean
}
