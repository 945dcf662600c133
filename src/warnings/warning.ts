import type { BulletinArea, BulletinInfo, BulletinProblem, Level, Reference, Standing } from '../feeds/bulletin.js'

/** What an authority said, in its current state. Shapes are part of the outside contract (DESIGN §4). */
export { type Level, levels, type Standing } from '../feeds/bulletin.js'
export const warningStates = ['in-force', 'superseded', 'cancelled', 'expired'] as const
export type WarningState = (typeof warningStates)[number]
export type WarningProblem = BulletinProblem
/** One language of the message. */
export type WarningInfo = BulletinInfo
export type WarningArea = BulletinArea

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
  receivedAt: string
  infos: WarningInfo[]
  areas: WarningArea[]
  references: Reference[]
  sources: WarningSource[]
  problems: WarningProblem[]
}

export interface WarningSource {
  feedId: string | null
  bulletinId: string
  at: string
}
