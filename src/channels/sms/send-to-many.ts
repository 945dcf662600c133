import type { Outgoing, Verdict } from '../../delivery/sender.js'
import { type AlibabaKeys, signAcs3 } from '../acs3.js'
import type { AlibabaSmsConfig } from '../channels-config.js'
import { callOnce, createDispatcher } from '../http-call.js'
import { verdictOfCode } from './sms-verdict.js'

/** The most numbers of one SendSms. */
export const mostTogether = 1000

/** null: the carrier took none of them because of one of the numbers. */
export type SendToMany = (messages: Outgoing[], templateCode: string, signal: AbortSignal) => Promise<Verdict | null>

/**
 * SendSms to up to 1,000 numbers that get the same words, in one request under one out id. Signed here and sent over kept connections:
 * docs/decisions/0015 has the figures.
 */
export function createSendToMany(config: AlibabaSmsConfig, keys: AlibabaKeys): SendToMany {
  const { origin, host } = new URL(config.endpoint)
  const dispatcher = createDispatcher(config.concurrency)
  return async (messages, TemplateCode, signal) => {
    const { batchId, parameters } = messages[0]!
    const form = new URLSearchParams({ SignName: config.signName, TemplateCode, TemplateParam: JSON.stringify(parameters), OutId: batchId })
    const body = `PhoneNumbers=${messages.map((m) => m.address.replace('+86', '')).join('%2C')}&${form}`
    const headers = signAcs3({ host, action: 'SendSms', version: '2017-05-25', body }, keys)
    const answer = await callOnce(dispatcher, { url: origin, headers, body, timeoutMs: config.timeoutMs, signal })
    if (answer.kind === 'not-sent') return { kind: 'tryAgain', reason: answer.reason, trouble: 'carrier' }
    if (answer.kind === 'unknown') return { kind: 'unknown', reason: answer.reason }
    return judge(answer.status, answer.text)
  }
}

function judge(status: number, text: string): Verdict | null {
  let said: { Code?: unknown; Message?: unknown }
  try {
    said = JSON.parse(text) as typeof said
  } catch {
    return { kind: 'unknown', reason: `${status} without a readable answer` }
  }
  const code = String(said.Code ?? '')
  // The carrier's own id stands for the whole request: it says nothing that ours does not, and is not written a million times.
  if (code === 'OK') return { kind: 'accepted' }
  if (code === '' || status >= 500) return { kind: 'unknown', reason: `${status} ${code}`.trim() }
  const verdict = verdictOfCode(code, String(said.Message ?? ''))
  const isOfOne = (verdict.kind === 'refused' && verdict.broken) || (verdict.kind === 'tryAgain' && verdict.trouble === undefined)
  return isOfOne ? null : verdict
}
