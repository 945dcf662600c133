import type { Outgoing, Verdict } from '../../delivery/sender.js'
import { type AlibabaKeys, encode, signAcs3 } from '../acs3.js'
import type { AlibabaSmsConfig } from '../channels-config.js'
import { callOnce, createDispatcher } from '../http-call.js'
import { verdictOfCode } from './sms-verdict.js'

/** The most numbers of one SendBatchSms. */
export const mostTogether = 100

/** null: the carrier takes none of them because of one; they are to be sent one by one. */
export type BatchCall = (messages: Outgoing[], templateCode: string, signal: AbortSignal) => Promise<Verdict | null>

/**
 * SendBatchSms: up to 100 numbers with one template in one request, under one out id. A million people are ten thousand requests:
 * signed here and sent over kept connections, for the SDK costs two and a half times as much.
 */
export function createBatchCall(config: AlibabaSmsConfig, keys: AlibabaKeys): BatchCall {
  const { origin, host } = new URL(config.endpoint)
  const dispatcher = createDispatcher(config.concurrency)
  const signName = encode(JSON.stringify(config.signName))
  return async (messages, templateCode, signal) => {
    const body = [
      `PhoneNumberJson=${list(messages.map((m) => `%22${m.address.replace('+86', '')}%22`))}`,
      `SignNameJson=${list(messages.map(() => signName))}`,
      `TemplateParamJson=${list(messages.map((m) => encodedOf(m.parameters)))}`,
    ].join('&')
    const call = {
      host,
      action: 'SendBatchSms',
      version: '2017-05-25',
      query: { OutId: messages[0]!.batchId, TemplateCode: templateCode },
      body,
    }
    const { query, headers } = signAcs3(call, keys)
    const answer = await callOnce(dispatcher, { url: `${origin}/?${query}`, headers, body, timeoutMs: config.timeoutMs, signal })
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
  const isOfOne = verdict.kind === 'refused' || (verdict.kind === 'tryAgain' && verdict.trouble === undefined)
  return isOfOne ? null : verdict
}

const list = (encoded: string[]): string => `%5B${encoded.join('%2C')}%5D`

/** The words of a grid are the same object for all of its people: they are put into the form's letters once. */
const encodedParameters = new WeakMap<object, string>()
function encodedOf(parameters: Record<string, string>): string {
  let encoded = encodedParameters.get(parameters)
  if (encoded === undefined) {
    encoded = encode(JSON.stringify(parameters))
    encodedParameters.set(parameters, encoded)
  }
  return encoded
}
