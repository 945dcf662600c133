import type { Outgoing, Sender, Verdict } from '../delivery/sender.js'

export interface Pace {
  /** Requests a second as agreed with the carrier; null: nobody knows, only its own answers slow us down. */
  perSecond: number | null
  /** Calls of send() in flight at once, over all lanes of this process. */
  inFlight: number
}

/** Monotonic; a test holds it in its hand. */
export interface Ticker {
  now(): number
  after(ms: number, run: () => void): { cancel(): void }
}
const realTicker: Ticker = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return { cancel: () => clearTimeout(timer) }
  },
}

interface Waiter {
  urgency: number
  requests: number
  go: (leave: () => void) => void
}

/**
 * Keeps a carrier's pace: a bucket of tokens on the monotonic clock, refilled at nine tenths of the agreed rate and holding the last
 * tenth, so that no second ever sees more than the rate. The most urgent who wait go first. When the carrier says "too fast", it is
 * believed: a pause, half the rate, and back to it little by little. That is also how several processes find a rate to share.
 */
export function throttleSender(sender: Sender, pace: Pace, ticker: Ticker = realTicker): Sender & Required<Pick<Sender, 'admit'>> {
  const { perSecond: rate } = pace
  const size = rate === null ? Number.POSITIVE_INFINITY : Math.max(1, rate / 10)
  let tokens = size
  let filledAt = ticker.now()
  let share = 1
  let pausedUntil = 0
  let inFlight = 0
  let waiting: Waiter[] = []
  let next: { cancel(): void } | undefined

  const fill = () => {
    const at = ticker.now()
    if (rate !== null) tokens = Math.min(size, tokens + ((at - filledAt) / 1000) * rate * 0.9 * share)
    filledAt = at
    return at
  }
  const letGo = () => {
    next?.cancel()
    while (waiting.length > 0 && inFlight < pace.inFlight) {
      const first = waiting.reduce((a, b) => (b.urgency < a.urgency ? b : a))
      const at = fill()
      const needed = Math.min(first.requests, size)
      const ms = Math.max(pausedUntil - at, tokens >= needed || rate === null ? 0 : ((needed - tokens) / (rate * 0.9 * share)) * 1000)
      if (ms > 0) {
        next = ticker.after(Math.ceil(ms), letGo)
        return
      }
      waiting = waiting.filter((waiter) => waiter !== first)
      tokens -= first.requests
      inFlight++
      first.go(
        once(() => {
          inFlight--
          letGo()
        }),
      )
    }
  }
  const listen = (verdicts: Verdict[]) => {
    if (verdicts.some((v) => v.kind === 'tryAgain' && v.trouble === 'pace')) {
      share = Math.max(1 / 64, share / 2)
      pausedUntil = ticker.now() + 500 + Math.random() * 1000
    } else share = Math.min(1, share * 1.05)
    return verdicts
  }
  return {
    ...sender,
    batch: Math.min(sender.batch, Math.max(1, Math.floor(size))),
    send: async (messages: Outgoing[], signal: AbortSignal) => listen(await sender.send(messages, signal)),
    admit: (requests, urgency) =>
      new Promise((go) => {
        waiting.push({ urgency, requests, go })
        letGo()
      }),
  }
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (!done) run()
    done = true
  }
}
