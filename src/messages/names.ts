import { z } from 'zod'
import { readConfig } from '../base/config.js'
import type { Language } from './channel.js'
import { noticeWords } from './notice-words.js'
import { smsLimits } from './sms-length.js'

const inBoth = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) })
/** These become variables of an SMS. */
const variable = z.string().min(1).max(smsLimits.variable, `at most ${smsLimits.variable} characters: it is a variable of the SMS`)
const notice = (language: Language) =>
  variable.refine(
    (text) => !noticeWords[language].test(text),
    "a notice has no colour and is not called 预警; only an authority's warning is",
  )
const eventShape = z.strictObject({
  zh: z.string().min(1).max(12),
  en: z.string().min(1).max(24),
  /** 预警信号 (weather) or 预警 (all others). */
  signal: z.boolean().default(true),
  also: z.array(z.string()).default([]),
  advice: z.strictObject({ zh: variable, en: variable }),
  notice: z.strictObject({ zh: notice('zh'), en: notice('en') }),
})
/** templates/names.yaml: the words that stand in many texts, each once. */
const namesShape = z.strictObject({
  levels: z.strictObject({ red: inBoth, orange: inBoth, yellow: inBoth, blue: inBoth }),
  events: z.record(z.string().regex(/^[a-z][a-z-]*$/), eventShape),
  voice: z.strictObject({
    again: inBoth,
    keys: z.strictObject({ staff: inBoth, 'staff-closing': inBoth, residents: inBoth }),
  }),
})
type NamesFile = z.output<typeof namesShape>

export interface EventName {
  key: string
  zh: string
  en: string
  signal: boolean
  advice: Record<Language, string>
  notice: Record<Language, string>
}

export interface Names {
  voice: NamesFile['voice']
  /** Keys of the events that have words of their own. */
  eventKeys: string[]
  /** By key, Chinese or English name; an event nobody has named keeps its own name and the general advice. */
  event(event: string): EventName
  level(level: string | null, language: Language): string
}

export function readNames(templatesDir: string): Names {
  const file = readConfig(templatesDir, 'names.yaml', namesShape)
  const byName = new Map<string, EventName>()
  for (const [key, { also, ...event }] of Object.entries(file.events)) {
    for (const name of [key, event.zh, event.en]) byName.set(name.toLowerCase(), { key, ...event })
    // What the station called it is said as it stands; only the advice is borrowed.
    for (const name of also) byName.set(name.toLowerCase(), { key, ...event, ...(/\p{Script=Han}/u.test(name) && { zh: name }) })
  }
  const general = file.events.other
  if (!general) throw new Error('templates/names.yaml: events: "other" is missing; it gives the general advice')
  return {
    voice: file.voice,
    eventKeys: Object.keys(file.events),
    event(event) {
      const name = event.trim().replace(/(预警信号|预警|\s+warning)$/i, '')
      const known = byName.get(name.toLowerCase()) ?? byName.get(event.trim().toLowerCase())
      if (known) return known
      const own = name.slice(0, 20) || general.zh
      return { key: 'other', zh: own, en: name.slice(0, 24) || general.en, signal: false, advice: general.advice, notice: general.notice }
    },
    level: (level, language) => file.levels[level as keyof NamesFile['levels']]?.[language] ?? '',
  }
}
