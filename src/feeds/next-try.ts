import type { BreakerState } from '../base/breaker.js'

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
