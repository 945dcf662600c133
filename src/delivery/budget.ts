import type { Channel } from '../messages/channel.js'
import { type Rank, rankOfLevel } from './delivery.js'

/** A carrier lets one number have so many messages within a time; the last `kept` of them are for what is most urgent. */
export interface Limit {
  most: number
  withinMs: number
  kept: number
  /** Counted per number, or per number and filed template. */
  per: 'number' | 'template'
}

/** What one number may have, by channel; a channel without a table is not limited. */
export type Budgets = Partial<Record<Channel, readonly Limit[]>>

/** One try that the carrier counts, whatever became of it. */
export interface Use {
  at: number
  template: string
}

/** Red, an order to move, and the correction of what was wrong may use what is kept; everything else leaves it untouched. */
export const mayUseKept = (of: { level: string | null; origin: string; purpose: string }): boolean =>
  rankOfLevel(of.level) === ('red' satisfies Rank) || of.origin === 'order' || of.purpose === 'correct'

/** What is left of one limit for a message of this urgency: never fewer than none. */
export function leftOf(limit: Limit, uses: readonly Use[], ask: { now: number; template: string; urgent: boolean }): number {
  return Math.max(0, roomOf(limit, ask.urgent) - counted(limit, uses, ask.template, ask.now).length)
}

/**
 * When the number may have one more message: now, or the moment at which the fullest window has room again. Infinity where
 * everything is kept for what is more urgent.
 */
export function freesAt(limits: readonly Limit[], uses: readonly Use[], ask: { now: number; template: string; urgent: boolean }): number {
  let at = ask.now
  for (const limit of limits) {
    const room = roomOf(limit, ask.urgent)
    if (room <= 0) return Number.POSITIVE_INFINITY
    const times = counted(limit, uses, ask.template, ask.now)
    // The oldest use that has to leave the window before there is room for one more.
    if (times.length >= room) at = Math.max(at, times[times.length - room]! + limit.withinMs)
  }
  return at
}

const roomOf = ({ most, kept }: Limit, urgent: boolean): number => (urgent ? most : most - kept)

/** Oldest first. A use leaves the window at its age, not a moment before. */
function counted(limit: Limit, uses: readonly Use[], template: string, now: number): number[] {
  return uses
    .filter((use) => use.at > now - limit.withinMs && (limit.per === 'number' || use.template === template))
    .map((use) => use.at)
    .sort((a, b) => a - b)
}
