/** What an authority said, in its current state. Shapes are part of the outside contract (DESIGN §4). */
export const levels = ['red', 'orange', 'yellow', 'blue', 'unknown'] as const
export type Level = (typeof levels)[number]
export type WarningState = 'in-force' | 'superseded' | 'cancelled' | 'expired'

export interface WarningProblem {
  code: string
  severity: 'remark' | 'error'
  /** Plain words for the officer (Chinese). */
  message: string
  line?: number
  column?: number
  path?: string
}

/** One language of the message. */
export interface WarningInfo {
  language: string
  event: string
  headline: string
  description: string
  instruction: string
  senderName: string
  category: string[]
  responseType: string[]
  urgency: string
  severity: string
  certainty: string
  effective: string | null
  onset: string | null
  expires: string | null
  web: string | null
  contact: string | null
  eventCodes: { name: string; value: string }[]
  parameters: { name: string; value: string }[]
}

export interface WarningArea {
  description: string
  /** WGS-84, longitude first, closed rings. */
  polygons: [number, number][][]
  circles: { lon: number; lat: number; radiusKm: number }[]
  geocodes: { name: string; value: string }[]
  /** True when something of the area could not be read (a coordinate out of range): an officer must place it. */
  unplaced: boolean
}

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
  standing: 'authority' | 'mirror' | 'reference'
  effective: string | null
  onset: string | null
  expires: string | null
  receivedAt: string
  infos: WarningInfo[]
  areas: WarningArea[]
  references: { sender: string | null; identifier: string; sent: string | null }[]
  sources: { feedId: string | null; bulletinId: string; at: string }[]
  problems: WarningProblem[]
}
