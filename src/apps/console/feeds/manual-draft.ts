import type { PastedMessage as ReadMessage } from '../../../feeds/manual/read-pasted.js'
import type { Town } from '../../../feeds/manual/read-where.js'
import type { Level } from '../../shared/api-types.js'
import type { Say } from '../../shared/language.js'
import { serviceNow } from '../../shared/service-clock.js'

export type { ReadMessage, Town }
export const acts = ['issue', 'continue', 'raise', 'lower', 'change', 'lift'] as const
export type Act = (typeof acts)[number]
export const sources = ['wechat', 'fax', 'phone', 'file', 'other'] as const
export type Source = (typeof sources)[number]
export interface Choices {
  events: string[]
  district: Town | null
  towns: Town[]
  now: string
}

/** What a mixed text says of some of its towns. */
export type Part = Pick<Draft, 'act' | 'level' | 'towns'>

/** What the officer sees and corrects; kept in this tab until it is signed. Times are China's, as an input shows them. */
export interface Draft {
  text: string
  issuers: string
  issuedAt: string
  act: Act
  event: string
  level: Level | null
  district: string | null
  towns: Town[]
  /** Of a mixed text; the one that is looked at stands in the fields above and is `part` of these. Empty: the text says one thing. */
  parts: Part[]
  part: number
  until: string
  exercise: boolean
  source: Source
  callerName: string
  heardAt: string
  /** Fields the officer has written: reading the text again leaves them alone. */
  /** The text of the watched folder it was taken from. */
  from: string | null
  touched: string[]
}
export const inputTime = (iso: string | number): string => new Date(+new Date(iso) + 8 * 3_600_000).toISOString().slice(0, 16)
export const isoTime = (input: string): string => `${input}:00+08:00`

/** What somebody types for a time; null while it is none. */
export function readTyped(typed: string): string | null {
  const found = /^\s*(?:(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?[ T]+)?(\d{1,2})[:\uff1a时点]?(\d{2})分?\s*$/.exec(typed)
  if (!found) return null
  const today = inputTime(serviceNow())
  const two = (text: string | undefined, plain: string) => (text ?? plain).padStart(2, '0')
  const [, year = today.slice(0, 4), month, day, hour, minute] = found
  const written = `${year}-${two(month, today.slice(5, 7))}-${two(day, today.slice(8, 10))}T${two(hour, '0')}:${minute}`
  return Number.isNaN(+new Date(isoTime(written))) || inputTime(isoTime(written)) !== written ? null : written
}

export const emptyDraft = (): Draft => ({
  text: '',
  issuers: '',
  issuedAt: '',
  act: 'issue',
  event: '',
  level: null,
  district: null,
  towns: [],
  parts: [],
  part: 0,
  until: '',
  exercise: false,
  source: 'wechat',
  callerName: '',
  heardAt: '',
  from: null,
  touched: [],
})

const key = 'yinshi.manual-draft'
export function loadDraft(): Draft {
  try {
    return { ...emptyDraft(), ...(JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<Draft>) }
  } catch {
    return emptyDraft()
  }
}
export function keepDraft(draft: Draft): void {
  if (draft.text || draft.touched.length > 0) sessionStorage.setItem(key, JSON.stringify(draft))
  else sessionStorage.removeItem(key)
}

/** What was read fills the fields that the officer has not written. */
export function fillFrom(draft: Draft, message: ReadMessage | undefined): Draft {
  const read: Partial<Draft> = {
    issuers: message?.issuers.map((i) => i.value).join('、') ?? '',
    issuedAt: message?.issuedAt ? inputTime(message.issuedAt.value) : '',
    act: message?.act?.value ?? 'issue',
    event: message?.event?.value ?? '',
    level: message?.level?.value ?? null,
    district: message?.district?.value ?? null,
    towns: message?.towns.map((t) => t.value) ?? [],
    until: message?.until ? inputTime(message.until.value) : '',
    exercise: message?.exercise.value ?? false,
  }
  const kept = (name: string) => draft.touched.includes(name === 'district' ? 'towns' : name)
  const filled = Object.fromEntries(Object.entries(read).filter(([name]) => !kept(name)))
  const next = { ...draft, ...filled, heardAt: draft.heardAt || (draft.text ? inputTime(serviceNow()) : '') }
  // What was corrected in a part is not read over.
  if (['act', 'level', 'towns', 'parts'].some((name) => draft.touched.includes(name))) return next
  return { ...next, parts: partsOf(message, next), part: 0 }
}

/** What was read of each part; the colour of one that is lifted is the one that held. */
function partsOf(message: ReadMessage | undefined, whole: Draft): Part[] {
  const parts = message?.parts ?? []
  const act = whole.act === 'lift' ? 'continue' : whole.act
  return parts.length < 2
    ? []
    : parts.map((one) => ({ act: one.level === null ? 'lift' : act, level: one.level ?? one.before ?? whole.level, towns: one.towns }))
}
/** Every part as it stands now, the one that is looked at as its fields say. */
export const partsNow = ({ parts, part, act, level, towns }: Draft): Part[] =>
  parts.map((one, index) => (index === part ? { act, level, towns } : one))
export const lookAt = (draft: Draft, part: number): Draft => ({ ...draft, parts: partsNow(draft), part, ...draft.parts[part] })

export const actWord = (act: Act, say: Say): string =>
  ({
    issue: say('发布', 'issued'),
    continue: say('继续发布', 'continued'),
    raise: say('升级', 'raised'),
    lower: say('降级', 'lowered'),
    change: say('变更', 'changed'),
    lift: say('解除', 'lifted'),
  })[act]
export const sourceWord = (source: Source, say: Say): string =>
  ({
    wechat: say('微信', 'WeChat'),
    fax: say('传真', 'Fax'),
    phone: say('电话', 'Telephone'),
    file: say('文件', 'File'),
    other: say('其他', 'Other'),
  })[source]

/** What still has to be filled in, by field. */
export function missingIn(draft: Draft, say: Say): Record<string, string> {
  const missing: Record<string, string> = {}
  if (!draft.text.trim()) missing.text = say('请粘贴原文,或写下电话内容', 'Paste the text, or write down what was said')
  if (!draft.issuers.trim()) missing.issuers = say('谁发布的?', 'Who issued it?')
  if (!draft.issuedAt) missing.issuedAt = say('什么时候发布的?', 'When was it issued?')
  if (!draft.event.trim()) missing.event = say('什么灾害?', 'Which hazard?')
  const others = draft.parts.filter((_, index) => index !== draft.part)
  if (others.some((one) => one.towns.length === 0 || !one.level))
    missing.parts = say('有一部分没写颜色或乡镇街道,请点开补上', 'A part has no colour or no town: open it and add them')
  if (!draft.level) missing.level = say('什么颜色?级数不能代替颜色', 'Which colour? A digit does not decide it')
  if (!draft.district && draft.towns.length === 0) missing.towns = say('涉及哪里?', 'Where?')
  if (!draft.heardAt) missing.heardAt = say('什么时候听到的?', 'When did you hear it?')
  if (draft.source === 'phone' && !draft.callerName.trim()) missing.callerName = say('电话里是谁说的?', 'Who said it on the telephone?')
  return missing
}

export const entryOf = (draft: Draft, correction: boolean) => ({
  text: draft.text,
  source: draft.source,
  callerName: draft.callerName.trim() || null,
  heardAt: isoTime(draft.heardAt),
  from: draft.from,
  fields: {
    issuers: draft.issuers
      .split(/[、,\uff0c]/)
      .map((one) => one.trim())
      .filter(Boolean),
    issuedAt: isoTime(draft.issuedAt),
    act: draft.act,
    event: draft.event.trim(),
    level: draft.level,
    district: draft.towns.length > 0 || draft.parts.length > 0 ? null : draft.district,
    towns: draft.parts.length > 0 ? [] : draft.towns,
    parts: partsNow(draft),
    until: draft.until && draft.act !== 'lift' ? isoTime(draft.until) : null,
    exercise: draft.exercise,
    correction,
  },
})
