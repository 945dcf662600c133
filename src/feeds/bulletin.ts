import { z } from 'zod'
import type { Observation } from './observations/observation.js'

/**
 * What a bulletin says, whatever dialect it came in: the small interface every dialect reads into. Shapes of problems, infos and
 * areas are part of the outside contract (DESIGN §4).
 */
export const levels = ['red', 'orange', 'yellow', 'blue', 'unknown'] as const
export type Level = (typeof levels)[number]
export const standings = ['authority', 'mirror', 'reference'] as const
export type Standing = (typeof standings)[number]

export const bulletinProblemShape = z.object({
  code: z.string(),
  severity: z.enum(['remark', 'error']),
  /** Plain words for the officer (Chinese). */
  message: z.string(),
  messageEn: z.string().optional(),
  line: z.number().optional(),
  column: z.number().optional(),
  path: z.string().optional(),
})
export type BulletinProblem = z.infer<typeof bulletinProblemShape>

/** One language of the message. */
export interface BulletinInfo {
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

export interface BulletinArea {
  description: string
  /** WGS-84, longitude first, closed rings. */
  polygons: [number, number][][]
  /** Rings cut out of the area: who lies wholly inside one is not concerned by its outline. */
  holes?: [number, number][][]
  circles: { lon: number; lat: number; radiusKm: number }[]
  geocodes: { name: string; value: string }[]
  /** True when something of the area could not be read (a coordinate out of range): an officer must place it. */
  unplaced: boolean
}

export interface Reference {
  /** null: the message named a bare identifier. */
  sender: string | null
  identifier: string
  sent: string | null
}

/** Why a message that can be read is not acted on. It is kept all the same. */
export interface Refusal {
  code: string
  reason: string
  reasonEn?: string
  hint: string
}

/** One message of a bulletin (a container holds several). */
export interface ParsedMessage {
  identifier: string
  /** Which part of a mixed bulletin this is ('red', 'lifted' …); '' or absent: the whole. */
  part?: string
  sender: string
  sent: Date
  status: string
  msgType: string
  scope: string
  note: string
  references: Reference[]
  infos: BulletinInfo[]
  areas: BulletinArea[]
  event: string
  eventCode: string | null
  level: Level
  /** Why this level: 'colour-word:红色' | 'severity:Extreme' | 'unknown'. */
  levelBasis: string
  headline: string
  effective: Date | null
  onset: Date | null
  expires: Date | null
  /** Set when the message ends what it refers to: 'lifted' = the hazard is over (解除), 'cancelled' = it was withdrawn. */
  ends: 'lifted' | 'cancelled' | null
  refusal: Refusal | null
  problems: BulletinProblem[]
  /** As written in the document, before languages and repeated areas are folded. */
  counts: { infos: number; areas: number; polygons: number; circles: number }
}

/** What a dialect makes of bytes. It never throws: what cannot be read is an answer too. */
export type Reading =
  | { kind: 'messages'; messages: ParsedMessage[]; problems: BulletinProblem[] }
  | { kind: 'observations'; observations: Observation[]; summary: string; problems: BulletinProblem[] }
  | { kind: 'refused'; refusal: Refusal; problems: BulletinProblem[] }
  | { kind: 'unreadable'; reason: string; hint: string; problems: BulletinProblem[] }

/** Why bytes cannot be read at all: where, what, the likely cause and what to do. */
export class Unreadable extends Error {
  constructor(
    readonly code: string,
    readonly reason: string,
    readonly english: string,
    readonly hint: string,
    readonly line = 1,
    readonly column = 1,
  ) {
    super(english)
    this.name = 'Unreadable'
  }

  reading(): Reading {
    const { code, reason, english, hint, line, column } = this
    return {
      kind: 'unreadable',
      reason,
      hint,
      problems: [{ code, severity: 'error', message: reason, messageEn: english, line, column }],
    }
  }
}
