import type { BulletinArea, BulletinInfo, BulletinProblem, ParsedMessage, Reference } from '../bulletin.js'
import type { EventTable } from '../event-table.js'
import { refusalOf } from '../refusal.js'
import { type LevelEvidence, readChineseLevel, type Told } from './read-level.js'
import { readTitle, type Title } from './read-title.js'

/** What a Chinese dialect found in one message; hazard, level and whether it ends something are read here, the same way for all. */
export interface Said {
  identifier: string
  sender: string
  sent: Date
  status: string
  msgType: string
  scope: string
  note: string
  references: Reference[]
  infos: BulletinInfo[]
  areas: BulletinArea[]
  evidence: LevelEvidence[]
  /** Where it stands in the document, for problems that have no place of their own. */
  at: Pick<BulletinProblem, 'line' | 'column' | 'path'>
  problems: BulletinProblem[]
  counts: ParsedMessage['counts']
}

export function makeMessage(said: Said, events: EventTable): ParsedMessage {
  const info = said.infos[0]
  const title = readTitle(info?.headline ?? '')
  const ends = endingOf(said, title)
  const hazard = events.read(said.infos)
  const level = readChineseLevel(said.infos, [
    ...title.written.map((w) => ({ where: '标题', text: w.text, level: w.level })),
    ...said.evidence,
  ])
  const told: Told[] = []
  if (said.infos.length > 0 && !ends) {
    told.push(...level.problems, ...hazardProblems(said.infos, hazard, events))
    if (said.areas.length === 0) told.push(noArea)
  }
  if (said.msgType !== 'Alert' && said.references.length === 0) told.push(noReferences(ends !== null))
  if (ends && said.msgType !== 'Cancel') told.push(typeDisagrees(said.msgType))
  const { evidence, at, ...message } = said
  return {
    ...message,
    areas: said.areas.length > 0 || ends ? said.areas : [unplacedArea],
    event: hazard.event,
    eventCode: hazard.code,
    level: level.level,
    levelBasis: level.basis,
    headline: info?.headline || said.note || said.identifier,
    effective: timeOf(info?.effective),
    onset: timeOf(info?.onset),
    expires: timeOf(info?.expires),
    ends,
    refusal: refusalOf(said),
    problems: [...said.problems, ...told.map((t) => ({ ...t, ...at }))],
  }
}

/** One entry of a list: mostly it stands alone and names nothing before it, and what it does is told by its title. */
export interface Listed
  extends Pick<Said, 'identifier' | 'sender' | 'sent' | 'at' | 'problems'>,
    Partial<Pick<Said, 'msgType' | 'references'>> {
  act: Title['act']
  info: BulletinInfo
  area: BulletinArea | null
  evidence?: LevelEvidence[]
  /** Outlines written with it. */
  polygons?: number
}

export function makeListed({ act, info, area, evidence = [], polygons = 0, ...entry }: Listed, events: EventTable): ParsedMessage {
  const said: Said = {
    msgType: act ? typeOfAct[act] : 'Alert',
    references: [],
    ...entry,
    status: 'Actual',
    scope: 'Public',
    note: '',
    infos: [info],
    areas: area ? [area] : [],
    evidence,
    counts: { infos: 1, areas: polygons > 0 ? 1 : 0, polygons, circles: 0 },
  }
  return makeMessage(said, events)
}

const timeOf = (text: string | null | undefined): Date | null => (text ? new Date(text) : null)

/** A headline that lifts is the end of a warning, whatever the type says: it must never open one. */
function endingOf(said: Said, title: Title): ParsedMessage['ends'] {
  if (title.act === 'lift') return 'lifted'
  if (said.msgType !== 'Cancel') return null
  const text = [said.note, ...said.infos.flatMap((i) => [i.headline, i.event])].join('\n')
  const lifts = text.includes('解除') || said.infos.some((i) => i.responseType.includes('AllClear') || i.description.includes('解除'))
  return lifts ? 'lifted' : 'cancelled'
}

/** The words for people decide; a code that says otherwise belongs to another numbering, and both are told. */
function hazardProblems(infos: BulletinInfo[], hazard: ReturnType<EventTable['read']>, events: EventTable): Told[] {
  if (!hazard.known)
    return [
      {
        code: 'event-unknown',
        severity: 'remark',
        message: `灾种“${hazard.event.slice(0, 40)}”${hazard.code ? `(代码 ${hazard.code.slice(0, 20)})` : ''}不在对照表里,按原文显示`,
        messageEn: 'the event is not in the table; it is shown as it is written',
      },
    ]
  const byCode = events.read(infos.map((i) => ({ ...i, event: '', headline: '' })))
  const byWords = events.read(infos.map((i) => ({ ...i, eventCodes: [] })))
  if (byCode.known && byWords.known && byCode.event !== byWords.event)
    return [
      {
        code: 'event-code-disagrees',
        severity: 'remark',
        message: `标题说是“${byWords.event}”,代码 ${byCode.code} 却是“${byCode.event}”,以标题为准(代码有两套编法)`,
        messageEn: `the words say ${byWords.event}, code ${byCode.code} says ${byCode.event}; the words decide`,
      },
    ]
  if (byCode.known && !byWords.known && /^11B/i.test(byCode.code ?? ''))
    return [
      {
        code: 'event-by-code',
        severity: 'remark',
        message: `灾种“${byCode.event}”只能从代码 ${byCode.code} 看出;代码有两套编法,请核对`,
        messageEn: `the event is only told by code ${byCode.code}, of which two numberings circulate`,
      },
    ]
  return []
}

const noArea: Told = {
  code: 'area-missing',
  severity: 'error',
  message: '报文没有写影响区域,请值班员确认范围',
  messageEn: 'the message names no area; an officer must place it',
}
const unplacedArea: BulletinArea = { description: '', polygons: [], circles: [], geocodes: [], unplaced: true }
const noReferences = (ends: boolean): Told => ({
  code: 'references-missing',
  severity: 'remark',
  message: ends ? '没有写明解除的是哪一条预警,按发布单位、灾种和地方去对' : '没有写明更新的是哪一条预警,按发布单位、灾种和地方去对',
  messageEn: `it does not say which warning it ${ends ? 'ends' : 'updates'}; office, hazard and place tell`,
})
const typeDisagrees = (msgType: string): Told => ({
  code: 'type-disagrees',
  severity: 'remark',
  message: `标题写的是解除,报文类型却是 ${msgType.slice(0, 30)},按解除处理`,
  messageEn: `the headline lifts the warning, msgType says ${msgType.slice(0, 30)}; it is taken as the end`,
})

/** An info of which only a few things are known. */
export const makeInfo = (known: Partial<BulletinInfo>): BulletinInfo => ({
  language: 'zh-CN',
  event: '',
  headline: '',
  description: '',
  instruction: '',
  senderName: '',
  category: [],
  responseType: [],
  urgency: '',
  severity: '',
  certainty: '',
  effective: null,
  onset: null,
  expires: null,
  web: null,
  contact: null,
  eventCodes: [],
  parameters: [],
  ...known,
})

export const typeOfAct: Record<NonNullable<Title['act']>, 'Alert' | 'Update' | 'Cancel'> = {
  issue: 'Alert',
  continue: 'Update',
  update: 'Update',
  lift: 'Cancel',
  withdraw: 'Cancel',
}

/** In a list only the headline is known. The officer is told what that means and what to do. */
export const headlineOnly = (at: Said['at']): BulletinProblem => ({
  code: 'headline-only',
  severity: 'remark',
  message: '这里只有预警标题,没有全文、乡镇和有效期;范围按发布单位所在的县区算。请查看全文或打电话向发布单位问清,再用“补录”补全',
  messageEn: 'only a headline: no text, towns or end. The area is that of the issuing office. Read the full text or phone the office',
  ...at,
})
