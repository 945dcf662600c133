import type { Asked, Verdict } from '../../delivery/sender.js'
import { verdictOfCode } from '../sms/sms-verdict.js'

const minute = 60_000

/**
 * What Dyvmsapi's codes mean for one call; those it shares with SMS mean the same. One number takes 1 call a minute, 5 an hour and 20
 * in 24 hours, counted from the first, failed ones too: the message says which limit it was. A call refused for it does not count, so
 * a long limit is tried again before it is surely over.
 */
export function verdictOfCall(code: string, message: string): Verdict {
  if (code !== 'isv.BUSINESS_LIMIT_CONTROL') return verdictOfCode(code, message)
  const wait = /天级|day/i.test(message) ? 60 * minute : /小时级|hour/i.test(message) ? 10 * minute : minute
  return { kind: 'tryAgain', reason: code, notBefore: new Date(Date.now() + wait) }
}

/** 200000 用户接听 … 2000xx: how a call ended (呼叫状态码). Nothing but 200000 was heard by anybody. */
export const pickedUp = '200000'
export const notTaken = '200005'

/** The details of one call, a JSON text in the answer; without them the carrier does not know how it ended yet. */
export function judgeDetails(data: unknown): Asked {
  if (typeof data !== 'string' || data === '') return { kind: 'accepted' }
  try {
    const { state } = JSON.parse(data) as { state?: unknown }
    return state === undefined || String(state) === pickedUp
      ? { kind: 'accepted' }
      : { kind: 'refused', reason: String(state).slice(0, 60) }
  } catch {
    return { kind: 'unknown', reason: 'the carrier answered something that is no call' }
  }
}
