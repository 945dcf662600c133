import type { ClaimedRow } from './claim.js'
import { gradeCode, stateCode } from './delivery.js'
import type { DeliveryConfig } from './delivery-config.js'
import type { Outcome } from './delivery-store.js'
import type { Asked, Verdict } from './sender.js'

/** What one row's verdict means for the row and for its chunk. */
export interface Settled {
  outcome: Outcome
  /** To be worked on again, not before this real time. */
  again: Date | null
  /** The contact's address is wrong or gone. */
  broken: string | null
}

type Timing = Pick<DeliveryConfig, 'attempts' | 'back_off_ms' | 'visibility_lag_ms'>

/** Doubled each time, with jitter so that a thousand phones refused together do not come back together. */
export function backOffMs(config: Timing, attempts: number, random: () => number = Math.random): number {
  const { first, most } = config.back_off_ms
  return Math.min(most, first * 2 ** Math.min(attempts, 20)) * (0.5 + random() / 2)
}

const row = (state: keyof typeof stateCode, more: Partial<Outcome> = {}): Outcome => ({
  state: stateCode[state],
  grade: state === 'accepted' ? gradeCode.accepted : gradeCode.none,
  tries: 1,
  carrierId: null,
  reason: null,
  ...more,
})
const ended = (outcome: Outcome, broken: string | null = null): Settled => ({ outcome, again: null, broken })

/** What nearly all of very many come to: one object for all of them. */
const accepted = ended(row('accepted'))

/** The carrier's verdict on a message that was handed to it. */
export function settle(of: ClaimedRow, verdict: Verdict, config: Timing, now: number): Settled {
  const last = of.attempts + 1 >= config.attempts
  switch (verdict.kind) {
    case 'accepted':
      return verdict.carrierId === undefined ? accepted : ended(row('accepted', { carrierId: verdict.carrierId }))
    case 'refused':
      return ended(row('failed', { reason: verdict.reason }), verdict.broken ? verdict.reason : null)
    case 'tryAgain': {
      // A time named by the carrier is its own limit, not a failed try of ours.
      if (verdict.notBefore)
        return { outcome: row('waiting', { tries: 0, reason: verdict.reason }), again: verdict.notBefore, broken: null }
      if (last) return ended(row('failed', { reason: verdict.reason }))
      const again = new Date(now + backOffMs(config, of.attempts))
      return { outcome: row('waiting', { reason: verdict.reason }), again, broken: null }
    }
    case 'unknown':
      return unknown(of, verdict.reason, config, now)
  }
}

/** What the carrier said when asked about a message that may have been sent; null: it never saw it, so it may be sent. */
export function settleAsked(of: ClaimedRow, asked: Asked, config: Timing, now: number): Settled | null {
  switch (asked.kind) {
    case 'absent':
      return null
    case 'accepted':
      return ended(row('accepted', { tries: 0, carrierId: asked.carrierId ?? null }))
    case 'refused':
      return ended(row('failed', { tries: 0, reason: asked.reason }))
    case 'later':
      return { outcome: row('unknown', { tries: 0, reason: asked.reason }), again: asked.notBefore, broken: null }
    case 'unknown':
      return unknown(of, asked.reason, config, now)
  }
}

/** May have been sent. It is looked at again after the carrier's visibility lag, until the tries are used up. */
function unknown(of: ClaimedRow, reason: string, config: Timing, now: number): Settled {
  const outcome = row('unknown', { reason })
  if (of.attempts + 1 >= config.attempts) return ended(outcome)
  return { outcome, again: new Date(now + config.visibility_lag_ms + backOffMs(config, of.attempts)), broken: null }
}

/** A row of a chunk that will never leave: not sent is closed, perhaps sent stays unknown and will be corrected. */
export const close = (why: 'expired' | 'called-off' | 'replaced', maybeSent: boolean): Settled =>
  ended(
    maybeSent ? row('unknown', { tries: 0, reason: why }) : row(why === 'expired' ? 'expired' : 'called-off', { tries: 0, reason: why }),
  )

/** Cannot be handed to anybody: there is no address in the register. */
export const withoutAddress = (): Settled => ended(row('failed', { tries: 0, reason: 'no-address' }))

/** Not handed over for now: the number has had enough, or something else is just on its way to it. It is no try. */
export const heldUntil = (of: ClaimedRow, reason: string, again: Date): Settled => ({
  outcome: row(of.maybeSent ? 'unknown' : 'waiting', { tries: 0, reason }),
  again,
  broken: null,
})

/** There is no room for it before its time is over, or none but what is kept for more urgent words. */
export const withoutRoom = (of: ClaimedRow, reason: string): Settled =>
  ended(row(of.maybeSent ? 'unknown' : 'failed', { tries: 0, reason }))

/** Was to be asked or sent, but the chunk had to be let go: what may have been sent must not be forgotten. */
export const leaveUnknown = (): Settled => ({
  outcome: row('unknown', { tries: 0, reason: 'interrupted' }),
  again: new Date(0),
  broken: null,
})

/** The carrier says it never saw it, and the gate shut before it was handed over: it waits, and nobody is corrected for it. */
export const neverSeen = (): Settled => ({
  outcome: row('waiting', { tries: 0 }),
  again: new Date(0),
  broken: null,
})
