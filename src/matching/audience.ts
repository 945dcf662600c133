import type { Relation } from '../register/register.js'
import type { GridMatch, Reason } from './area-match.js'

/** How a recipient can be told. Messages, further down, keeps the same four with their codes (messages/channel.ts). */
export const tellingChannels = ['sms', 'voice', 'push', 'group'] as const
export type TellingChannel = (typeof tellingChannels)[number]

/** Who is to be told, by contact, with a reason for every name. Made in memory from the register's snapshot and the risk policy. */
export interface Recipient {
  contactId: number
  kind: 'phone' | 'push' | 'robot'
  /** Place of the household (grid code) or of the staff member's post. */
  place: string
  relation: Relation
  /** Set where the household's own people speak no Chinese. */
  language?: 'en'
  /** Channels this contact is to be told on, e.g. ['voice', 'sms']. */
  channels: TellingChannel[]
  /** Why the home is told (the reason of its own, not of its grid); null for staff and groups, who go by the grid. */
  reason: Reason | null
  /** One of these is set. */
  householdId: string | null
  staffId: string | null
  groupId: string | null
  /** The policy says this household has to move if the order is given. */
  move: boolean
  allowListed: boolean
}

export interface MoveCandidate {
  householdId: string
  place: string
  people: number
  pointId: string | null
  shelterId: string | null
  helperId: string | null
  /** 'boundary': it stands over the line, in a grid the area touches. */
  reason: Reason
  /** In words: 底层 + 距 2 号易涝点 86 米 + 暴雨红色. */
  because: string
  /** ground floor + 86 m from waterlogging point 2 (the warning is named beside it). */
  becauseEn: string
}

/**
 * no-contact · relatives-only (absent ones: a message to them is not the person reached) · broken (its own number) · other-channels (this level
 * goes out on channels that its contact cannot carry) · not-on-list (of an exercise).
 */
export const missingCauses = ['no-contact', 'relatives-only', 'broken', 'other-channels', 'not-on-list'] as const
export type MissingCause = (typeof missingCauses)[number]

/** A home nobody in which can be told, or a responsible person who cannot be called; one of the two ids is set. */
export interface Unreachable {
  householdId: string | null
  staffId: string | null
  place: string
  people: number
  /** As of a recipient. */
  reason: Reason | null
  why: string
}

/** A turn somebody else takes. staffId: who is called. */
export interface StandIn {
  staffId: string
  insteadOf: string
}
/** A grid in which nobody is on duty. staffId: who above it is called in their place; null: there is nobody either. */
export interface Unmanned {
  place: string
  staffId: string | null
}

export interface Audience {
  audience: 'staff' | 'residents'
  recipients: Recipient[]
  households: number
  people: number
  grids: GridMatch[]
  /** People without any contact of their own: never dropped, they become a knock. */
  unreachable: Unreachable[]
  /** Of staff, by the rota of the hour. */
  standIns: StandIn[]
  unmanned: Unmanned[]
  move: MoveCandidate[]
  /** Ids of the hazard points to be watched. */
  points: string[]
}
