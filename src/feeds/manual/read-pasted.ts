import { chinaTime } from '../../base/web.js'
import type { Gazetteer } from '../../register/gazetteer.js'
import type { BulletinProblem, Level } from '../bulletin.js'
import { plainWidth } from '../chinese/plain-width.js'
import { readParts, type TextPart } from '../chinese/read-parts.js'
import type { EventTable } from '../event-table.js'
import { type Act, longestText } from './manual.js'
import { type Piece, piece } from './piece.js'
import { type Head, readAct, readHeads } from './read-head.js'
import { readIssued } from './read-issued.js'
import { readValidity } from './read-validity.js'
import { readWhere, resolveTown, type Town } from './read-where.js'

/** One message as it was read; every place is a place in the whole paste. */
export interface PastedMessage {
  at: number
  end: number
  issuers: Piece<string>[]
  issuedAt: Piece<string> | null
  act: Piece<Act> | null
  event: Piece<string> | null
  level: Piece<Level> | null
  district: Piece<string> | null
  towns: Piece<Town>[]
  until: Piece<string> | null
  exercise: Piece<boolean>
  /** A mixed bulletin: what it says of whom. The first is the one that was taken. */
  parts: { level: Level | null; before: Level | null; rest: boolean; towns: Town[] }[]
  problems: BulletinProblem[]
}
export interface PasteContext {
  events: EventTable
  gazetteer: Gazetteer
  receivedAt: Date
  /** Code of the place the officer works for. */
  home: string
}

/** What a pasted text says. Several messages in one paste are told apart. It never throws; what it cannot read is a problem. */
export function readPasted(text: string, context: PasteContext): PastedMessage[] {
  const plain = plainWidth(text.slice(0, longestText))
  const starts = messageStarts(plain, context)
  return starts.map((at, i) => {
    const end = starts[i + 1] ?? plain.length
    return shift(readOne(plain.slice(at, end), context), at, end)
  })
}

/** A new message begins where an office does something else, or at another time. A title and its text are one. */
function messageStarts(text: string, { events, receivedAt }: PasteContext): number[] {
  const starts = [0]
  let before: { act: Act; level: Level | null; event: string | null; time: number | null; end: number } | null = null
  for (const head of readHeads(text)) {
    if (!head.act) continue
    const level = levelOf(text, head, head.act)?.value ?? null
    const now = {
      act: head.act.act,
      level,
      event: eventOf(text, head, events)?.value ?? null,
      time: readIssued(text.slice(0, head.end), { ...head, end: head.end }, receivedAt)?.piece.value.getTime() ?? null,
      end: head.end,
    }
    const differs = <T>(a: T | null, b: T | null) => a !== null && b !== null && a !== b
    const isOther: boolean =
      before !== null &&
      (differs(before.act, now.act) ||
        differs(before.level, now.level) ||
        differs(before.event, now.event) ||
        differs(before.time, now.time))
    if (isOther && before) {
      const line = text.lastIndexOf('\n', head.at) + 1
      starts.push(line >= before.end ? line : head.at)
    }
    before = isOther || before === null ? now : { ...now, time: now.time ?? before.time, end: now.end }
  }
  return starts
}

function readOne(text: string, context: PasteContext): PastedMessage {
  const heads = readHeads(text)
  const head = heads.find((h) => h.act) ?? heads[0] ?? null
  const act = head?.act ?? readAct(text, 0, Math.min(text.length, 400))
  const issuers = (head?.issuers ?? []).map((i) => ({ ...i, name: fullName(i, context) }))
  const issued = readIssued(text, head, context.receivedAt)
  const level = levelOf(text, head, act)
  const exercise = /演练/.exec(text)
  const message: PastedMessage = {
    at: 0,
    end: text.length,
    issuers: issuers.map((i) => piece(i.name, i, i.short ? 'likely' : 'sure')),
    issuedAt: issued ? { ...issued.piece, value: chinaTime(issued.piece.value) } : null,
    act: act ? piece(act.act, act) : /预警/.test(text) ? piece<Act>('issue', null, 'guess') : null,
    event: eventOf(text, head, context.events, level),
    level,
    ...readWhere(text, issuers, context.home, context.gazetteer),
    until: null,
    exercise: piece(exercise !== null, exercise && { at: exercise.index, end: exercise.index + 2 }),
    parts: [],
    problems: issued?.problem ? [issued.problem] : [],
  }
  if (act?.act !== 'lift') {
    const until = readValidity(text, issued?.piece.value ?? context.receivedAt)
    message.until = until && { ...until, value: chinaTime(until.value) }
  }
  const whole = takeOurPart(message, text, context)
  return { ...whole, problems: [...whole.problems, ...missing(whole), ...secondHazard(text, head, act, whole, context.events)] }
}

/** 区气象台 is the one of our district. */
function fullName(issuer: Head['issuers'][number], { gazetteer, home }: PasteContext): string {
  const district = gazetteer.nameOf(home.slice(0, 6))
  return issuer.short && district && /^[我本]?[区县]/.test(issuer.name)
    ? issuer.name.replace(/^[我本]?[区县]/, district)
    : issuer.name.replace(/^[我本](?=.{3})/, '')
}

const levels: Record<string, Level> = { 红: 'red', 橙: 'orange', 黄: 'yellow', 蓝: 'blue' }
const colour = /[红橙黄蓝](?:色|(?=预?警))/g

/** The colour after the act holds ("橙色…升级为红色"); else the one before it ("红色预警信号继续生效"). */
function levelOf(text: string, head: Head | null, act: Head['act']): Piece<Level> | null {
  const all = [...text.matchAll(colour)].map((m) => ({ at: m.index, end: m.index + m[0].length, level: levels[m[0][0]!]! }))
  const end = head?.end ?? text.length
  const after = act && all.find((c) => c.at >= act.end && c.at < end)
  const before = act && all.findLast((c) => c.end <= act.at && c.at >= act.at - 40)
  const chosen = act?.act === 'lift' ? (after ?? before) : (after ?? before)
  if (chosen) return piece(chosen.level, chosen)
  return all[0] ? piece(all[0].level, all[0], new Set(all.map((c) => c.level)).size === 1 ? 'likely' : 'guess') : null
}

/** The hazard stands right before its colour. */
function eventOf(
  text: string,
  head: Head | null,
  events: EventTable,
  level: Piece<Level> | null = levelOf(text, head, head?.act ?? null),
): Piece<string> | null {
  const all = events.findIn(text)
  const near = level?.at == null ? undefined : all.findLast((e) => e.end <= level.at! && level.at! - e.end <= 8)
  if (near) return piece(near.event, near)
  const unknown =
    level?.at == null ? null : /(?:发布|为|解除|生效)([\p{Script=Han}]{2,8})$/u.exec(text.slice(Math.max(0, level.at - 12), level.at))
  if (unknown) return piece(unknown[1]!, { at: level!.at! - unknown[1]!.length, end: level!.at! }, 'guess')
  const inside = all.find((e) => head && e.at >= head.at && e.at < head.end)
  return inside ? piece(inside.event, inside, 'likely') : all[0] ? piece(all[0].event, all[0], 'guess') : null
}

/** A mixed bulletin is entered in parts: the one that names us comes first. */
function takeOurPart(message: PastedMessage, text: string, { gazetteer, home }: PasteContext): PastedMessage {
  const known = (of: string) => gazetteer.findIn(of).filter((f) => f.codes.some((c) => c.length >= 9))
  const parts = readParts(text, known).filter((p) => !p.whole)
  if (new Set(parts.map((p) => p.level)).size < 2) return message
  const named = new Set(parts.flatMap((p) => p.names.map((n) => resolveTown(n, home, gazetteer).code)))
  const townsOf = (p: TextPart): Town[] =>
    p.rest
      ? gazetteer
          .townsOf(home.slice(0, 6))
          .filter((c) => !named.has(c))
          .map((code) => ({ name: gazetteer.nameOf(code) ?? code, code }))
      : p.names.map((n) => resolveTown(n, home, gazetteer))
  const all = parts.map((p) => ({ level: p.level, before: p.before, rest: p.rest, towns: townsOf(p) }))
  const isOurs = (p: (typeof all)[number]) => p.towns.some((t) => t.code?.startsWith(home) || (t.code && home.startsWith(t.code)))
  const [ours, ...others] = [...all.filter(isOurs), ...all.filter((p) => !isOurs(p))]
  if (!ours) return message
  const place = (t: Town) => message.towns.find((m) => m.value.name === t.name || m.value.code === t.code)
  return {
    ...message,
    level: ours.level ? piece(ours.level, placeOf(message.level), 'likely') : ours.before && piece(ours.before, null, 'likely'),
    act:
      ours.level === null
        ? piece<Act>('lift', placeOf(message.act), 'likely')
        : message.act?.value === 'lift'
          ? piece<Act>('continue', null, 'likely')
          : message.act,
    district: null,
    towns: ours.towns.map((t) => place(t) ?? piece(t, null, 'likely')),
    until: ours.level === null ? null : message.until,
    parts: [ours, ...others],
    problems: [
      ...message.problems,
      told(
        'mixed',
        'remark',
        'towns',
        '这份报文各地颜色不同:已按地方分开,逐一核对后一次补录;含本辖区的排在最前',
        'several colours for several places: check each part, they are entered together; ours comes first',
      ),
    ],
  }
}
const placeOf = (p: Piece<unknown> | null) => (p?.at == null ? null : { at: p.at, end: p.end! })

function secondHazard(text: string, head: Head | null, act: Head['act'], message: PastedMessage, events: EventTable): BulletinProblem[] {
  if (!head || !act || message.parts.length > 0) return []
  const span = text.slice(act.end, head.end)
  const pairs = events.findIn(span).filter((e) => /^[^,。]{0,4}[红橙黄蓝]色/.test(span.slice(e.end)))
  const others = [...new Set(pairs.map((p) => p.event))].filter((e) => e !== message.event?.value)
  return others.length === 0 || (act.act !== 'issue' && act.act !== 'continue' && act.act !== 'lift')
    ? []
    : [
        told(
          'event-several',
          'error',
          'event',
          `一句话里还有“${others.join('、')}”预警,这里只录“${message.event?.value}”,另一种请再录一次`,
          'another hazard is named in the same sentence: enter it once more',
        ),
      ]
}

function missing(m: PastedMessage): BulletinProblem[] {
  const unknown = m.towns.filter((t) => t.value.code === null).map((t) => t.value.name)
  return [
    ...(m.issuers.length === 0
      ? [told('issuer-missing', 'error', 'issuers', '看不出是谁发布的,请问清发布单位', 'who issued it cannot be read')]
      : []),
    ...(m.issuedAt ? [] : [told('time-missing', 'error', 'issuedAt', '看不出发布时间,请填写', 'the time of issue cannot be read')]),
    ...(m.event ? [] : [told('event-missing', 'error', 'event', '看不出是什么灾害,请选择', 'the hazard cannot be read')]),
    ...(m.level
      ? []
      : [
          told(
            'level-missing',
            'error',
            'level',
            '没有写颜色(级数不能代替颜色),请打电话问清',
            'no colour is written; a digit does not decide it',
          ),
        ]),
    ...(m.district || m.towns.length > 0
      ? []
      : [told('area-missing', 'error', 'towns', '看不出范围,请选乡镇街道或全区', 'the area cannot be read')]),
    ...(unknown.length > 0
      ? [
          told(
            'place-unresolved',
            'error',
            'towns',
            `“${unknown.join('、')}”在地名库里找不到或不止一个,请改正或删去`,
            `not in the gazetteer: ${unknown.join(', ')}`,
          ),
        ]
      : []),
    ...(m.until || m.act?.value === 'lift'
      ? []
      : [told('until-missing', 'remark', 'until', '没有写有效时间,按惯例时限处理', 'no end is written; the usual one is assumed')]),
  ]
}
export const told = (code: string, severity: 'remark' | 'error', path: string, message: string, messageEn: string): BulletinProblem => ({
  code,
  severity,
  path,
  message,
  messageEn,
})

/** Places of a part become places of the whole paste. */
function shift(message: PastedMessage, by: number, end: number): PastedMessage {
  const move = <P extends Piece<unknown> | null>(p: P): P => (p?.at == null ? p : { ...p, at: p.at + by, end: p.end! + by })
  return {
    ...message,
    at: by,
    end,
    issuers: message.issuers.map(move),
    issuedAt: move(message.issuedAt),
    act: move(message.act),
    event: move(message.event),
    level: move(message.level),
    district: move(message.district),
    towns: message.towns.map(move),
    until: move(message.until),
    exercise: move(message.exercise),
  }
}
