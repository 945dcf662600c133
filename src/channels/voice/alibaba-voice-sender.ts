import type { Asked, Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import { carrierCode } from '../../messages/words.js'
import { type AlibabaAccount, loadAlibaba } from '../alibaba-client.js'
import type { AlibabaVoiceConfig } from '../channels-config.js'
import { verdictOfError } from '../sms/sms-verdict.js'
import { untilAborted } from '../until-aborted.js'
import { judgeDetails, verdictOfCall } from './call-verdict.js'

const perSend = 20
/** Ids of calls that were taken; asked about soon or never. */
const mostRemembered = 10_000
const productId = { notice: '11000000300006', keys: '11000000300005' }

interface Answer {
  Code?: string
  Message?: string
  CallId?: string
  Data?: unknown
}

/**
 * Alibaba Cloud voice (Dyvmsapi 2017-05-25) over the generic OpenAPI client, loaded only where it is used. With keys it is IvrCall,
 * without them SingleCallByTts. The carrier knows a call by its own id only: one whose answer came too late is asked about by the id
 * that came after all; of any other nothing can be known but its report, and it is rung again: the carrier itself refuses a second
 * call within the minute.
 */
export async function createAlibabaVoiceSender(
  config: AlibabaVoiceConfig,
  keys: { accessKeyId: string; accessKeySecret: string },
): Promise<Sender> {
  const ask = await openClient({ ...config, ...keys })
  const calls = new Map<string, { callId: string; at: number }>()
  const remember = (outId: string, callId: string) => {
    if (calls.size >= mostRemembered) calls.delete(calls.keys().next().value!)
    calls.set(outId, { callId, at: Date.now() })
  }

  const callOne = async (message: Outgoing): Promise<Verdict> => {
    const code = carrierCode(message.template)
    if (code === null) return { kind: 'refused', reason: `the template ${message.template} is not filed with the carrier` }
    // What is filed is what is said: an exercise may not be read out with the words of a real warning.
    if (message.exercise && !message.template.includes('.exercise'))
      return { kind: 'refused', reason: `the filed text ${code} does not say that it is an exercise` }
    try {
      const answer = await ask(...requestFor(config, code, message))
      if (answer.Code !== 'OK')
        return answer.Code
          ? verdictOfCall(answer.Code, answer.Message ?? '')
          : { kind: 'unknown', reason: 'the carrier answered without a code' }
      if (!answer.CallId) return { kind: 'accepted' }
      remember(message.outId, answer.CallId)
      return { kind: 'accepted', carrierId: answer.CallId }
    } catch (e) {
      return verdictOfError(e)
    }
  }

  const askOne = async ({ outId }: Outgoing): Promise<Asked> => {
    const call = calls.get(outId)
    if (!call) return { kind: 'absent' }
    try {
      const ProdId = config.keys ? productId.keys : productId.notice
      const answer = await ask('QueryCallDetailByCallId', { CallId: call.callId, ProdId, QueryDate: String(call.at) })
      if (answer.Code !== 'OK') return { kind: 'unknown', reason: answer.Code ?? 'the carrier answered without a code' }
      const judged = judgeDetails(answer.Data)
      return judged.kind === 'accepted' ? { ...judged, carrierId: call.callId } : judged
    } catch {
      return { kind: 'unknown', reason: 'the carrier could not be asked' }
    }
  }

  return {
    carrier: 'alibaba-voice',
    channel: 'voice',
    receipts: true,
    batch: perSend,
    concurrency: Math.max(1, Math.ceil(config.concurrency / perSend)),
    send: (messages, signal) => untilAborted(messages.map(callOne), signal),
    ask: (messages, signal) => untilAborted(messages.map(askOne), signal),
  }
}

/** The filed text is read twice; with keys it waits for one after that, and answers each with a filed text of its own. */
function requestFor(config: AlibabaVoiceConfig, code: string, message: Outgoing): [string, Record<string, string>] {
  const parameters = JSON.stringify(message.parameters)
  const common = {
    CalledNumber: message.address.replace(/^\+86/, ''),
    ...(config.calledShowNumber ? { CalledShowNumber: config.calledShowNumber } : {}),
    PlayTimes: '2',
    OutId: message.outId,
  }
  if (!config.keys) return ['SingleCallByTts', { ...common, TtsCode: code, TtsParam: parameters }]
  const menu = Object.entries(config.keys).flatMap(([key, reply], i) => [
    [`MenuKeyMap.${i + 1}.Key`, key],
    [`MenuKeyMap.${i + 1}.Code`, reply],
  ])
  return [
    'IvrCall',
    {
      ...{ ...common, StartCode: code, StartTtsParams: parameters, Timeout: String(config.keyWaitMs) },
      ...(config.goodbye ? { ByeCode: config.goodbye } : {}),
      ...Object.fromEntries(menu),
    },
  ]
}

async function openClient(account: AlibabaAccount) {
  const { core, config, Client } = await loadAlibaba(account)
  const client = new Client(config)
  const runtime = {} as Parameters<typeof client.callApi>[2]
  return async (action: string, query: Record<string, string>): Promise<Answer> => {
    const rpc = { version: '2017-05-25', protocol: 'HTTPS', pathname: '/', method: 'POST', authType: 'AK', style: 'RPC' }
    const params = new core.$OpenApiUtil.Params({ action, ...rpc, reqBodyType: 'formData', bodyType: 'json' })
    const { body } = await client.callApi(params, new core.$OpenApiUtil.OpenApiRequest({ query }), runtime)
    return (body ?? {}) as Answer
  }
}
