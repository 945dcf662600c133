import { type BulletinArea, type BulletinInfo, type BulletinProblem, type Level, type ParsedMessage, Unreadable } from '../bulletin.js'
import { plainWidth } from '../chinese/plain-width.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { actWords, hearingWords, type ManualEntry, type ManualFields, type ManualPart, manualEntrySchema } from './manual.js'

/** 补录: what an officer heard, confirmed field by field and signed. The officer's fields are the message; the paste is kept beside them. */
export const manual: Dialect = {
  name: 'manual',
  label: '补录',
  read(raw, context) {
    const entry = manualEntrySchema.safeParse(parse(raw))
    return entry.success
      ? { kind: 'messages', messages: messagesOf(entry.data, context), problems: [] }
      : malformed(entry.error.issues[0]).reading()
  },
}

function parse(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8'))
  } catch {
    return null
  }
}
const malformed = (issue: { path: PropertyKey[] } | undefined) =>
  new Unreadable(
    'manual-malformed',
    `补录的记录不完整(${issue?.path.join('.') || '不是 JSON'})`,
    `not a manual entry: ${issue?.path.join('.') || 'no JSON'}`,
    '补录请在“预警来源 · 补录”页面填写,不要直接推送',
  )

export const levelWords: Record<Level, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '' }
export const issuerOf = (fields: Pick<ManualFields, 'issuers'>) => fields.issuers.join('、')

/** The same for everybody who types in the same warning: who, when, what, which colour. Of a correction also when it was made. */
export function manualIdentifier(fields: ManualFields, enteredAt: string | null): string {
  const stamp = (at: string) => new Date(+new Date(at) + 8 * 3_600_000).toISOString().replace(/[-:]/g, '').slice(0, 15)
  const what = fields.parts.length > 0 ? '各地不同' : `${fields.act === 'lift' ? '解除' : ''}${levelWords[fields.level] || '等级不明'}`
  const base = `${issuerOf(fields)}-${stamp(fields.issuedAt).slice(0, 13)}-${fields.event}-${what}`
  return enteredAt ? `${base}-${stamp(enteredAt)}` : base
}

/** 开州区气象台发布暴雨红色预警信号 */
export const manualHeadline = (fields: Pick<ManualFields, 'issuers' | 'act' | 'event' | 'level'>): string =>
  `${issuerOf(fields)}${actWords[fields.act]}${fields.event}${levelWords[fields.level]}预警信号`

/** A mixed text is one message in parts, as a mixed bulletin of a feed is: they share a number, so none replaces another. */
function messagesOf(entry: ManualEntry, context: ReadContext): ParsedMessage[] {
  const { parts } = entry.fields
  if (parts.length === 0) return [toMessage(entry, context)]
  const msgType = parts.some((p) => p.act !== 'issue') ? 'Update' : 'Alert'
  return [...new Set(parts.map(keyOf))].map((key) => {
    const alike = parts.filter((p) => keyOf(p) === key)
    const { act, level } = alike[0]!
    const fields: ManualFields = {
      ...entry.fields,
      act,
      level: alike.every((p) => p.level === level) ? level : 'unknown',
      district: null,
      towns: alike.flatMap((p) => p.towns),
    }
    return { ...toMessage({ ...entry, fields }, context), msgType, part: key }
  })
}
const keyOf = (part: ManualPart) => (part.act === 'lift' ? 'lifted' : part.level)

function toMessage(entry: ManualEntry, context: ReadContext): ParsedMessage {
  const { fields } = entry
  const sender = `manual:${issuerOf(fields)}`
  const sent = new Date(fields.issuedAt)
  const msgType =
    fields.correction || (fields.act !== 'issue' && fields.act !== 'lift') ? 'Update' : fields.act === 'lift' ? 'Cancel' : 'Alert'
  const info = infoOf(entry)
  const areas = areasOf(fields, context)
  const unplaced = areas.some((a) => a.unplaced)
  return {
    identifier: manualIdentifier(fields, fields.correction ? entry.enteredAt : null),
    sender,
    sent,
    status: fields.exercise ? 'Exercise' : 'Actual',
    msgType,
    scope: 'Public',
    note: `补录(${hearingWords[entry.source]})`,
    references: fields.correction ? [{ sender, identifier: manualIdentifier(fields, null), sent: sent.toISOString() }] : [],
    infos: [info],
    areas,
    event: fields.event,
    eventCode: null,
    level: fields.level,
    levelBasis: levelWords[fields.level] ? `colour-word:${levelWords[fields.level]}` : 'unknown',
    headline: info.headline,
    effective: sent,
    onset: null,
    expires: fields.until ? new Date(fields.until) : null,
    ends: fields.act === 'lift' ? 'lifted' : null,
    refusal: null,
    problems: [typedIn(entry), ...(unplaced ? [unresolved(fields)] : [])],
    counts: { infos: 1, areas: areas.length, polygons: 0, circles: 0 },
  }
}

const infoOf = ({ text, fields }: ManualEntry): BulletinInfo => ({
  language: 'zh-CN',
  event: fields.event,
  headline: manualHeadline(fields),
  description: withoutPhones(text.trim()),
  instruction: '',
  senderName: issuerOf(fields),
  category: ['Met'],
  responseType: fields.act === 'lift' ? ['AllClear'] : [],
  urgency: 'Unknown',
  severity: { red: 'Extreme', orange: 'Severe', yellow: 'Moderate', blue: 'Minor', unknown: 'Unknown' }[fields.level],
  certainty: 'Unknown',
  effective: fields.issuedAt,
  onset: null,
  expires: fields.until,
  web: null,
  contact: null,
  eventCodes: [],
  parameters: [],
})

/** A chat is pasted with the numbers of those who wrote it: they stay with the raw text and go no further. */
const withoutPhones = (text: string): string => {
  const plain = plainWidth(text)
  let shown = ''
  let from = 0
  for (const number of plain.matchAll(/(?<!\d)1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)/g)) {
    shown += `${text.slice(from, number.index)}(手机号略)`
    from = number.index + number[0].length
  }
  return shown + text.slice(from)
}

function areasOf(fields: ManualFields, { gazetteer }: ReadContext): BulletinArea[] {
  const area = (description: string, codes: string[], unplaced: boolean): BulletinArea => ({
    description,
    polygons: [],
    circles: [],
    geocodes: codes.map((code) => ({ name: '行政区划代码', value: code.padEnd(12, '0') })),
    unplaced,
  })
  if (fields.towns.length === 0 && fields.district) return [area(gazetteer.nameOf(fields.district) ?? '', [fields.district], false)]
  const codes = fields.towns.flatMap((t) => (t.code ? [t.code] : []))
  return [
    area(fields.towns.map((t) => t.name).join('、'), [...new Set(codes)], codes.length < fields.towns.length || fields.towns.length === 0),
  ]
}

const typedIn = (entry: ManualEntry): BulletinProblem => ({
  code: 'typed-in',
  severity: 'remark',
  message: `人工补录,来源${hearingWords[entry.source]};各项由值班员核对确认,请以发布单位的正式报文为准`,
  messageEn: `typed in from ${entry.source}; every field was confirmed by an officer`,
})
const unresolved = (fields: ManualFields): BulletinProblem => ({
  code: 'place-unresolved',
  severity: 'error',
  path: 'towns',
  message: `“${fields.towns
    .filter((t) => t.code === null)
    .map((t) => t.name)
    .join('、')}”在地名库里找不到,请确认是不是本辖区(可在 config/gazetteer.yaml 补上)`,
  messageEn: 'a town is not in the gazetteer: an officer must place it',
})
