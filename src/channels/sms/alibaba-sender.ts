import type { Asked, Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import { carrierCode } from '../../messages/words.js'
import { grouped } from '../../register/duty/plan-roster.js'
import { loadAlibabaSms } from '../alibaba-client.js'
import type { AlibabaSmsConfig } from '../channels-config.js'
import { untilAborted } from '../until-aborted.js'
import { createSendToMany, mostTogether } from './send-to-many.js'
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

  const sendToMany = config.batch ? createSendToMany(config, keys) : null
  /** Those who get the same words, in one request. One number that is refused is found by halves; it alone stays behind. */
  const sendSame = async (those: Outgoing[], signal: AbortSignal): Promise<Verdict[]> => {
    const code = carrierCode(those[0]!.template)
    if (!sendToMany || code === null || those.length === 1) return untilAborted(those.map(sendOne), signal)
    const verdict = await sendToMany(those, code, signal)
    if (verdict) return those.map(() => verdict)
    const half = those.length >> 1
    return [...(await sendSame(those.slice(0, half), signal)), ...(await sendSame(those.slice(half), signal))]
  }
  const send = async (messages: Outgoing[], signal: AbortSignal): Promise<Verdict[]> => {
    if (!sendToMany || messages.some((m) => m.alone)) return untilAborted(messages.map(sendOne), signal)
    const verdicts = new Map<Outgoing, Verdict>()
    // The words of one text are one object (messages of a chunk are read once).
    const groups = [...grouped(messages, (m) => m.parameters).values()]
    await Promise.all(
      groups.map(async (those) => {
        for (const [i, verdict] of (await sendSame(those, signal)).entries()) verdicts.set(those[i]!, verdict)
      }),
    )
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
