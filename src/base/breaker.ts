/**
 * Whether somebody outside (a feed, a carrier) is spoken to in the usual way. `trouble` remembers more than the last answer, so that one
 * which works every other time is noticed as well: a failure weighs two, a good answer takes one off.
 *   closed     spoken to as usual
 *   open       only tried now and then, once and gently
 *   half-open  it answered again: as usual, but the next failure opens it at once
 */
export const breakerStates = ['closed', 'open', 'half-open'] as const
export type BreakerState = (typeof breakerStates)[number]
export interface Breaker {
  state: BreakerState
  trouble: number
}

const opensAt = 10
const probation = 3

export function afterTry(before: Breaker, good: boolean): Breaker {
  if (!good) {
    const trouble = Math.min(before.trouble + 2, opensAt)
    return before.state === 'closed' && trouble < opensAt ? { state: 'closed', trouble } : { state: 'open', trouble: opensAt }
  }
  if (before.state === 'open') return { state: 'half-open', trouble: probation }
  const trouble = Math.max(0, before.trouble - 1)
  return { state: before.state === 'half-open' && trouble > 0 ? 'half-open' : 'closed', trouble }
}
