import type { AreaMatch } from '../matching/area-match.js'
import type { Channel, Language } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import type { Level } from '../warnings/warning.js'
import type { AlertState } from './alert-state.js'

/** What WE decided to say. An authority's warning is relayed; an order, a notice and a threshold's hint are our own. */
export const origins = ['relay', 'order', 'notice', 'internal'] as const
export type Origin = (typeof origins)[number]
export const audiences = ['staff', 'residents'] as const
export type AlertAudience = (typeof audiences)[number]
export type AlertKind = 'actual' | 'exercise'
export type Purpose = 'warn' | 'correct' | 'all-clear'

/** The words that end an alert must get through even after the warning itself has run out. */
export const endingHours = 12

/** What the officer chose to say. Absent: the words of the template, unchanged. */
export interface AlertWords {
  /** Key of the template the author picked; absent: by event and level. */
  template?: string
  /** One sentence of our own (a notice's content, a correction). */
  ownText?: string
  /** Event of a notice in words (爆管, 火情); relays take the warning's. */
  headline?: string
}

/** Numbers of people, frozen with the alert so that every screen shows the same. */
export interface AudienceNumbers {
  households: number
  people: number
  contacts: number
  unreachable: number
  move: { households: number; people: number }
}

/** How far an alert goes beyond the warning it cites (audience-width.ts). */
export interface AudienceWidth {
  audience: number
  warned: number
  outside: { place: string; name: string }[]
}

/** Everything about the alert that is not a column: what was matched, and what the desk must know. */
export interface AlertSummary {
  match: AreaMatch
  audience: AudienceNumbers
  /** Set when the authority's warning ended: the officer is asked to press 解除. assumed: it named no end, the usual one is over. */
  allClear?: { basis: 'lifted' | 'cancelled' | 'expired' | 'no-longer-ours'; at: string; assumed?: true }
  /** Told by an earlier wording and not by this one (part-clear.ts). households, people: of them, who is inside no other word either. */
  dropped?: { event: string; level: Level | null; match: AreaMatch; households: number; people: number }
  /** It has warned nobody: it tells those whom this alert dropped that it is over for them. */
  partOf?: string
  /** The authority's newer word on an alert that is out already: the next revision takes it up. */
  update?: { warningId: string; level: Level; at: string; unconfirmed?: 'downgrade' }
  /** Drafted without calling anybody: a feed was read for the first time, or brought too many at once. An officer decides. */
  calm?: { why: 'baseline' | 'flood'; feedId: string | null }
  /** Posts or numbers of staff: nobody else is told. Of a hint that a feed fell silent. */
  named?: string[]
  /** The feed that the hint is about. */
  feedId?: string
  /** It reaches further than the warning it cites: nothing sends it but a person who confirms the numbers. */
  width?: AudienceWidth
  /** State it was held in; resume goes back there. */
  heldFrom?: AlertState
  /** Who is asked for the approval now: anyone who may, the deputy, or nobody answered and the author may issue with a reason. */
  approval?: { asked: 'approver' | 'deputy' | 'author'; since: string }
}

export interface Alert {
  id: string
  seriesId: string
  place: string
  warningId: string | null
  kind: AlertKind
  origin: Origin
  audience: AlertAudience
  state: AlertState
  level: Level | null
  event: string
  title: string
  identifier: string
  revision: number
  areas: unknown[]
  grids: string[]
  words: AlertWords
  summary: AlertSummary
  hash: string | null
  createdBy: string
  createdAt: Date
  issuedAt: Date | null
  issuedBy: string | null
  /** When the countdown issues it; null: no countdown runs. */
  issueAt: Date | null
  holdReason: string | null
  expiresAt: Date | null
}

/** One text as somebody will read or hear it. */
export interface WordPreview {
  channel: Channel
  relation: Relation
  language: Language
  text: string
  segments: number
}

/**
 * alert_revision.words: all that delivery needs to render the words of this revision again, in every place and relation, and
 * the previews as they were at the press. Times are ISO strings here because the column is jsonb.
 */
export interface FrozenWords {
  origin: Origin
  kind: AlertKind
  audience: AlertAudience
  event: string
  level: Level | null
  purpose: Purpose
  facts: {
    subdistrict: string
    hotline: string
    station: string
    issuedAt: string | null
    until: string | null
    headline: string
    ownText?: string
    /** It is over for the reader's grid, not for all. */
    part?: true
  }
  previews: WordPreview[]
  /** The matched grids with their reasons, as chooseAudience was asked. */
  grids: AreaMatch['grids']
  /** Posts or numbers of staff, where only they are told. */
  named?: string[]
  /** Of a part-wise all-clear: the alert whose people it speaks to. */
  partOf?: string
  audienceHash: string
}

const levelWord: Record<Level, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '' }
const originWord: Record<Origin, string> = { relay: '预警信号', order: '转移通知', notice: '提示', internal: '监测提示' }

/** The event of a notice that names none. */
export const plainNotice = '提示'

/** 暴雨红色预警信号 · 暴雨转移通知 · 爆管提示. Hazard before colour; a notice bears no colour and not the word 预警. */
export function titleOf(alert: { origin: Origin; event: string; level: Level | null; words?: AlertWords }): string {
  if (alert.words?.headline && alert.origin !== 'relay') return alert.words.headline
  if (alert.origin === 'notice' && alert.event === plainNotice) return '温馨提示'
  const colour = alert.origin === 'relay' && alert.level ? levelWord[alert.level] : ''
  return `${alert.event}${colour}${originWord[alert.origin]}`
}
