import type { Asked, Outgoing, Sender, Verdict } from '../../delivery/sender.js'
import { carrierCode } from '../../messages/words.js'
import type { AlibabaSmsConfig } from '../channels-config.js'
import { verdictOfCode, verdictOfError } from './sms-verdict.js'

/** One number per call: the carrier says of its batch call that it "may be delayed". They leave side by side instead. */
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
  const { default: dysms } = await import('@alicloud/dysmsapi20170525')
  const { default: core } = await import('@alicloud/openapi-core')
  const { protocol, host } = new URL(config.endpoint)
  const client = new dysms.default(
    new core.$OpenApiUtil.Config({
      ...keys,
      endpoint: host,
      protocol: protocol.replace(':', ''),
      regionId: 'cn-hangzhou',
      readTimeout: config.timeoutMs,
      connectTimeout: config.timeoutMs,
    }),
  )

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
          const found = details.find((detail) => detail.outId === message.outId)
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

  return {
    carrier: 'alibaba-sms',
    channel: 'sms',
    receipts: true,
    batch: perSend,
    concurrency: Math.max(1, Math.ceil(config.concurrency / perSend)),
    send: (messages, signal) => untilAborted(messages.map(sendOne), signal),
    ask: (messages, signal) => untilAborted(messages.map(askOne), signal),
  }
}

/** 1 = waiting for the receipt, 2 = failed, 3 = delivered. Delivered is left to the receipt: asking says only that it was taken. */
function judgeDetail(status: number | undefined, errCode: string | undefined): Asked {
  return status === 2 ? { kind: 'refused', reason: errCode ?? 'failed' } : { kind: 'accepted' }
}

/** The SDK cannot be aborted: when the caller gives up, what has no answer yet is unknown, whatever the socket does later. */
async function untilAborted<A>(answers: Promise<A>[], signal: AbortSignal): Promise<(A | { kind: 'unknown'; reason: string })[]> {
  const known: (A | undefined)[] = answers.map(() => undefined)
  const all = Promise.all(answers.map(async (answer, i) => (known[i] = await answer)))
  let giveUp = () => {}
  const aborted = new Promise<void>((resolve) => {
    giveUp = resolve
    signal.addEventListener('abort', giveUp, { once: true })
    if (signal.aborted) resolve()
  })
  await Promise.race([all, aborted])
  signal.removeEventListener('abort', giveUp)
  return known.map((answer) => answer ?? { kind: 'unknown', reason: 'no answer in time' })
}

const domestic = (phone: string): string => phone.replace(/^\+86/, '')

/** Today in Beijing, and yesterday too in the first hours: the call may have been made before midnight. */
function daysToAsk(now: number): string[] {
  const day = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
  const hour = new Date(now + 8 * 3_600_000).getUTCHours()
  return hour < 6 ? [day(now), day(now - 86_400_000)] : [day(now)]
}
