import type { Asked, Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import { carrierCode } from '../../messages/words.js'
import { grouped } from '../../register/duty/plan-roster.js'
import { loadAlibabaSms } from '../alibaba-client.js'
import type { AlibabaSmsConfig } from '../channels-config.js'
import { untilAborted } from '../until-aborted.js'
import { createBatchCall, mostTogether } from './batch-call.js'
import { verdictOfCode, verdictOfError } from './sms-verdict.js'

/** One number per call, side by side. Only where the configuration says so, those who may travel with others do. */
const perSend = 20
const pageSize = 50
const mostPages = 5

/**
 * Alibaba Cloud SMS over its own SDK, which is loaded only where it is used. Every call carries our own out id; what is unclear is
 * asked about by number, day and out id before anything is sent again. The SDK does not retry.
 */
export async function createAlibabaSender(
  config: AlibabaSmsConfig,
  keys: { accessKeyId: string; accessKeySecret: string },
): Promise<Sender> {
  const { dysms, client } = await loadAlibabaSms({ ...config, ...keys })

  const sendOne = async (message: Outgoing): Promise<Verdict> => {
    const templateCode = carrierCode(message.template)
    if (templateCode === null) return { kind: 'refused', reason: `the template ${message.template} is not filed with the carrier` }
    const request = new dysms.SendSmsRequest({
      phoneNumbers: domestic(message.address),
      signName: config.signName,
      templateCode,
      templateParam: JSON.stringify(message.parameters),
      outId: message.outId,
    })
    try {
      const { body } = await client.sendSms(request)
      if (body?.code === 'OK') return body.bizId === undefined ? { kind: 'accepted' } : { kind: 'accepted', carrierId: body.bizId }
      if (!body?.code) return { kind: 'unknown', reason: 'the carrier answered without a code' }
      return verdictOfCode(body.code, body.message ?? '')
    } catch (e) {
      return verdictOfError(e)
    }
  }

  const askOne = async (message: Outgoing): Promise<Asked> => {
    try {
      for (const day of daysToAsk(Date.now())) {
        for (let page = 1; page <= mostPages; page++) {
          const { body } = await client.querySendDetails(
            new dysms.QuerySendDetailsRequest({ phoneNumber: domestic(message.address), sendDate: day, pageSize, currentPage: page }),
          )
          if (body?.code !== 'OK') return { kind: 'unknown', reason: body?.code ?? 'the carrier answered without a code' }
          const details = body.smsSendDetailDTOs?.smsSendDetailDTO ?? []
          const found = details.find(({ outId }) => outId === message.outId || outId === message.batchId)
          if (found) return judgeDetail(found.sendStatus, found.errCode)
          if (details.length < pageSize) break
        }
      }
      return { kind: 'absent' }
    } catch (e) {
      return {
        kind: 'unknown',
        reason: verdictOfError(e).kind === 'unknown' ? 'the carrier could not be asked' : 'the carrier refused the question',
      }
    }
  }

  const batchCall = config.batch ? createBatchCall(config, keys) : null
  const send = async (messages: Outgoing[], signal: AbortSignal): Promise<Verdict[]> => {
    const verdicts = new Map<Outgoing, Verdict>()
    const hand = async (code: string | null, those: Outgoing[]) => {
      const together = batchCall && code !== null && those.length > 1 && !those.some((m) => m.alone)
      const verdict = together ? await batchCall(those, code, signal) : null
      // One number among them is wrong or has had its share: they leave one by one, and only that one stays behind.
      const each = verdict ? those.map(() => verdict) : await untilAborted(those.map(sendOne), signal)
      for (const [i, message] of those.entries()) verdicts.set(message, each[i]!)
    }
    await Promise.all([...grouped(messages, (m) => carrierCode(m.template))].map(([code, those]) => hand(code, those)))
    return messages.map((m) => verdicts.get(m)!)
  }

  return {
    carrier: 'alibaba-sms',
    channel: 'sms',
    receipts: true,
    batch: perSend,
    concurrency: Math.max(1, Math.ceil(config.concurrency / perSend)),
    ...(config.batch ? { together: mostTogether } : {}),
    send,
    ask: (messages, signal) => untilAborted(messages.map(askOne), signal),
  }
}

/** 1 = waiting for the receipt, 2 = failed, 3 = delivered. */
function judgeDetail(status: number | undefined, errCode: string | undefined): Asked {
  return status === 2
    ? { kind: 'refused', reason: errCode ?? 'failed' }
    : { kind: 'accepted', ...(status === 3 ? { delivered: true } : {}) }
}

const domestic = (phone: string): string => phone.replace(/^\+86/, '')

/** Today in Beijing, and yesterday too in the first hours: the call may have been made before midnight. */
function daysToAsk(now: number): string[] {
  const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
  const hour = new Date(now + 8 * 3_600_000).getUTCHours()
  return hour < 6 ? [day(now), day(now - 86_400_000)] : [day(now)]
}
