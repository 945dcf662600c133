import type { BulletinArea, BulletinInfo, BulletinProblem, Level, Reference, Standing } from '../feeds/bulletin.js'

/** What an authority said, in its current state. Shapes are part of the outside contract (DESIGN §4). */
export { type Level, levels, type Standing } from '../feeds/bulletin.js'
export const warningStates = ['in-force', 'superseded', 'cancelled', 'expired'] as const
export type WarningState = (typeof warningStates)[number]
export type WarningProblem = BulletinProblem
/** One language of the message. */
export type WarningInfo = BulletinInfo
export type WarningArea = BulletinArea

/** Which colour is the higher one. A level that nobody could read follows orange. */
export const severityOf: Record<Level, number> = { red: 4, orange: 3, unknown: 3, yellow: 2, blue: 1 }
/** Whose word counts more. */
export const standingWeight: Record<Standing, number> = { authority: 2, mirror: 1, reference: 0 }

export interface Warning {
  id: string
  place: string
  bulletinId: string
  identifier: string
  sender: string
  sent: string
  status: string
  msgType: string
  scope: string
  event: string
  eventCode: string | null
  level: Level
  /** Why this level: 'colour-word:红色' | 'severity:Extreme' | 'unknown'. */
  levelBasis: string
  headline: string
  state: WarningState
  supersededBy: string | null
  /** When it was lifted, cancelled, superseded or expired. */
  endedAt: string | null
  standing: Standing
  effective: string | null
  onset: string | null
  expires: string | null
  /** The authority named no end: this is the usual one of config/warnings.yaml, 按惯例. */
  expiresAssumed: boolean
  receivedAt: string
  infos: WarningInfo[]
  areas: WarningArea[]
  references: Reference[]
  sources: WarningSource[]
  problems: WarningProblem[]
  /** The warning that stands for this one: another source said the same with more authority. */
  joinedTo: string | null
  /** Where a higher one of the same hazard is in force, so that nobody is told of this one. */
  muted: WarningMute[]
}

export interface WarningMute {
  /** Code of the subdistrict. */
  place: string
  by: string
  reason: string
}

/** One source of a warning, and what it said. */
export interface WarningSource {
  feedId: string | null
  bulletinId: string
  at: string
  standing: Standing
  said: Said
}
export interface Said {
  identifier: string
  sender: string
  sent: string
  event: string
  level: Level
  headline: string
  expires: string | null
  area: string
}
