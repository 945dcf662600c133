/**
 * Whether a feed is asked in its usual rhythm. `trouble` remembers more than the last answer, so that a feed which works every
 * other time is noticed as well: a failure weighs two, a good answer takes one off.
 *   closed     asked as configured, backing off after failures
 *   open       asked only every slowestSeconds, once and gently
 *   half-open  it answered again: asked as configured, one entry at a time, until it has been good for a while
 */
export const breakerStates = ['closed', 'open', 'half-open'] as const
export type BreakerState = (typeof breakerStates)[number]
export interface Breaker {
  state: BreakerState
  trouble: number
}

const opensAt = 10
const probation = 3

export function afterPoll(before: Breaker, good: boolean): Breaker {
  if (!good) {
    const trouble = Math.min(before.trouble + 2, opensAt)
    return before.state === 'closed' && trouble < opensAt ? { state: 'closed', trouble } : { state: 'open', trouble: opensAt }
  }
  if (before.state === 'open') return { state: 'half-open', trouble: probation }
  const trouble = Math.max(0, before.trouble - 1)
  return { state: before.state === 'half-open' && trouble > 0 ? 'half-open' : 'closed', trouble }
}

/** Seconds until the next try. However ill a feed is, it is never left alone for longer than its slowest rhythm: it may speak again at any moment. */
export function nextTry(ask: {
  everySeconds: number
  slowestSeconds: number
  good: boolean
  failures: number
  breaker: BreakerState
  retryAfterSeconds: number | null
}): number {
  if (ask.good) return ask.everySeconds
  if (ask.breaker === 'open') return ask.slowestSeconds
  const backOff = ask.everySeconds * 2 ** Math.min(ask.failures, 10)
  return Math.min(Math.max(backOff, ask.retryAfterSeconds ?? 0), ask.slowestSeconds)
}
