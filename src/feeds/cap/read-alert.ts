import { type BulletinArea, type BulletinInfo, type ParsedMessage, Unreadable } from '../bulletin.js'
import type { ReadContext } from '../dialect.js'
import { readLevel } from '../level.js'
import { refusalOf } from '../refusal.js'
import type { XmlElement } from '../xml/read-xml.js'
import { ongoing } from './area-groups.js'
import { readCapTime } from './cap-time.js'
import { checkStructure } from './check-structure.js'
import { checkAlertWords } from './check-words.js'
import { areaToWgs84 } from './datum.js'
import { childNamed, childrenNamed, createNotes, type Notes, textOf } from './notes.js'
import { plainText } from './plain-text.js'
import { type ReadInfo, readInfo, tellFlaw } from './read-info.js'
import { readReferences } from './read-references.js'
import { isBare, isSameArea, keyOf } from './same-area.js'

/** One CAP <alert>. Only when it does not say who speaks, under which number and when, it cannot be read at all. */
export function readAlert(element: XmlElement, context: Pick<ReadContext, 'events' | 'settings'>): ParsedMessage {
  const notes = createNotes()
  checkStructure(element, notes)
  checkAlertWords(element, notes)
  const identity = readIdentity(element, notes)
  const read = childrenNamed(element, 'info').map((i) => readInfo(i, notes))
  const msgType = textOf(element, 'msgType')
  const { going, allOver } = ongoing(read, { sent: identity.sent, msgType }, element, notes)
  const live = allOver ? read : going
  const warns = live.map((r) => r.info)
  const infos = [...warns, ...read.map((r) => r.info).filter((i) => !warns.includes(i))]
  const preferred = preferredFirst(live)
  const spoken = preferred[0]?.info
  const note = plainText(textOf(element, 'note')).text
  const references = readReferences(childNamed(element, 'references'), identity, notes)
  if ((msgType === 'Update' || msgType === 'Cancel') && references.length === 0)
    notes.add('error', 'references-missing', element, `${msgType} 没有写明更新或取消的是哪一条`, `${msgType} without references`)
  const ends = allOver ? 'lifted' : readEnding(msgType, warns, note)
  const hazard = context.events.read(preferred.map((r) => r.info))
  const level = readLevel(warns)
  if (warns.length > 0 && !ends) {
    for (const p of level.problems) notes.list.push({ ...p, line: element.line, column: element.column })
    if (!hazard.known)
      notes.add(
        'remark',
        'event-unknown',
        element,
        `灾种“${hazard.event.slice(0, 40)}”不在对照表里,按原文显示`,
        'the event is not in the table',
      )
  }
  const areas = foldAreas(element, preferred, ends !== null, notes)
  return {
    // Named one by one: spread, the engine makes the whole a slow dictionary.
    identifier: identity.identifier,
    sender: identity.sender,
    sent: identity.sent,
    status: textOf(element, 'status'),
    msgType,
    scope: textOf(element, 'scope'),
    note,
    references,
    infos,
    areas: areas.map((a) => areaToWgs84(a, context.settings.datum)),
    event: hazard.event,
    eventCode: hazard.code,
    level: level.level,
    levelBasis: level.basis,
    headline: spoken?.headline || spoken?.event || note || identity.identifier,
    effective: earliest(warns, 'effective'),
    onset: earliest(warns, 'onset'),
    expires: endOf(element, warns, { msgType, ends, sent: identity.sent }, notes),
    ends,
    refusal: refusalOf({ msgType, status: textOf(element, 'status'), scope: textOf(element, 'scope') }),
    problems: notes.list,
    counts: {
      infos: infos.length,
      areas: read.reduce((n, r) => n + r.counts.areas, 0),
      polygons: read.reduce((n, r) => n + r.counts.polygons, 0),
      circles: read.reduce((n, r) => n + r.counts.circles, 0),
    },
  }
}

function readIdentity(element: XmlElement, notes: Notes): { identifier: string; sender: string; sent: Date } {
  const one = (name: 'identifier' | 'sender' | 'sent', what: string): XmlElement => {
    const found = childrenNamed(element, name).filter((c) => c.text.trim() !== '')
    const texts = new Set(found.map((c) => c.text.trim()))
    if (texts.size === 1) return found[0]!
    const at = found[1] ?? element
    const said = texts.size === 0 ? `没有写${what} <${name}>` : `写了两个不同的${what} <${name}>`
    throw new Unreadable(
      'no-identity',
      `第 ${at.line} 行:报文${said},无法判断是谁在什么时候发的哪一条`,
      `line ${at.line}: <${name}> is ${texts.size === 0 ? 'missing' : 'given twice'}`,
      '请发送单位补全后重发;情况紧急时先打电话核实,用“补录”人工录入',
      at.line,
      at.column,
    )
  }
  const identifier = one('identifier', '编号')
  const sender = one('sender', '发送者')
  const sentElement = one('sent', '发送时间')
  const sent = readCapTime(sentElement.text)
  if (!sent) {
    throw new Unreadable(
      'sent-unreadable',
      `第 ${sentElement.line} 行:发送时间 <sent> 读不懂(应写成 2026-07-12T03:26:00+08:00)`,
      `line ${sentElement.line}: <sent> is not a time`,
      '请发送单位更正时间后重发;情况紧急时先打电话核实,用“补录”人工录入',
      sentElement.line,
      sentElement.column,
    )
  }
  tellFlaw(sent.flaw, 'sent', sentElement, notes)
  for (const [at, name] of [
    [identifier, '编号'],
    [sender, '发送者'],
  ] as const) {
    if (/[\s,<&]/.test(at.text.trim()))
      notes.add(
        'error',
        'identity-characters',
        at,
        `${name}里不能有空格、逗号、< 或 &,后续的更新和解除可能对不上`,
        `<${at.name}> holds a blank, comma, < or &`,
      )
  }
  return { identifier: identifier.text.trim(), sender: sender.text.trim(), sent: sent.at }
}

/** 解除 (the hazard is over) is told from a withdrawal: by CAP's AllClear, or by the word itself. */
function readEnding(msgType: string, infos: BulletinInfo[], note: string): ParsedMessage['ends'] {
  const clear = (i: BulletinInfo) => i.responseType.includes('AllClear')
  if (msgType !== 'Cancel') return null
  const text = [note, ...infos.flatMap((i) => [i.headline, i.event])].join('\n')
  return infos.some(clear) || /解除|\blift(?:ed|s)?\b|all.?clear/i.test(text) ? 'lifted' : 'cancelled'
}

const ranks = [/^zh(?:-hans)?[-_]cn$|^zh-hans$/i, /^zh(?![a-z])/i, /^en(?![a-z])/i]
const rank = (i: BulletinInfo) => {
  const found = ranks.findIndex((r) => r.test(i.language))
  return found < 0 ? ranks.length : found
}
const preferredFirst = (read: ReadInfo[]): ReadInfo[] => {
  const ranked = read.map((one) => ({ one, rank: rank(one.info) }))
  return ranked.sort((a, b) => a.rank - b.rank).map((r) => r.one)
}

/** The same area comes once per language; shapes and codes tell whether it is the same. */
function foldAreas(element: XmlElement, preferred: ReadInfo[], ends: boolean, notes: Notes): BulletinArea[] {
  const language = preferred[0]?.info.language
  const seen = new Map<string, BulletinArea[]>()
  const areas: BulletinArea[] = []
  for (const { info, areas: own } of preferred) {
    for (const area of own) {
      const bare = isBare(area)
      const key = bare ? `words:${area.description}` : keyOf(area)
      const alike = seen.get(key)
      if (alike?.some((other) => bare || isSameArea(area, other)) || (bare && info.language !== language && areas.length > 0)) continue
      if (alike) alike.push(area)
      else seen.set(key, [area])
      areas.push(area)
    }
  }
  if (areas.length > 0 || ends) return areas
  notes.add('error', 'area-missing', element, '报文没有写影响区域,请值班员确认范围', 'the message names no area; an officer must place it')
  return [{ description: '', polygons: [], circles: [], geocodes: [], unplaced: true }]
}

/** A new alert that was over before it was sent has a wrong end, and no end is better than never being told. */
function endOf(
  element: XmlElement,
  infos: BulletinInfo[],
  { msgType, ends, sent }: Pick<ParsedMessage, 'msgType' | 'ends' | 'sent'>,
  notes: Notes,
): Date | null {
  const expires = latest(infos, 'expires')
  if (!expires || expires > sent || msgType !== 'Alert' || ends) return expires
  notes.add(
    'error',
    'expires-before-sent',
    element,
    '失效时间不晚于发送时间,按没有写失效时间处理',
    'it was over before it was sent; read as having no end',
  )
  return null
}

const times = (infos: BulletinInfo[], key: 'effective' | 'onset' | 'expires') =>
  infos.flatMap((i) => (i[key] ? [new Date(i[key]).getTime()] : [])).sort((a, b) => a - b)
const earliest = (infos: BulletinInfo[], key: 'effective' | 'onset'): Date | null => {
  const at = times(infos, key)[0]
  return at === undefined ? null : new Date(at)
}
/** A message is over when its last info is over; an info without an end never is. */
const latest = (infos: BulletinInfo[], key: 'expires'): Date | null => {
  const all = times(infos, key)
  return all.length === infos.length && all.length > 0 ? new Date(all[all.length - 1]!) : null
}
