import { redact } from '../../base/log.js'
import type { Trouble, Verdict } from '../../delivery/sender.js'

/** What Alibaba Cloud's codes mean for one message. The code decides; the message is for people, cut of numbers and addresses. */
const again = (reason: string, ms: number, trouble?: Trouble): Verdict => ({
  kind: 'tryAgain',
  reason,
  notBefore: new Date(Date.now() + ms),
  ...(trouble ? { trouble } : {}),
})

/** 手机号码格式错误 (help.aliyun.com/zh/sms/error-code-intl): no carrier can ever reach it. */
const brokenNumber = new Set(['isv.MOBILE_NUMBER_ILLEGAL', 'MOBILE_NUMBER_ILLEGAL'])
/**
 * Of a report afterwards (help.aliyun.com/en/sms/developer-reference/delivery-receipt-error-codes): these two stand for 停机, 空号, 暂停服务,
 * 关机 and 不在服务区 together. A phone that is switched off tonight must be rung tomorrow: only days of them tell a dead number.
 */
const silentNumber = new Set(['MOBILE_NOT_ON_SERVICE', 'INVALID_NUMBER'])
export const brokenBy = (code: string): { broken?: true | 'maybe' } =>
  brokenNumber.has(code) ? { broken: true } : silentNumber.has(code) ? { broken: 'maybe' } : {}
/** The account or its keys are at fault, not the message: it may leave as soon as somebody has put that right. */
const accountTrouble = new Set([
  'isv.AMOUNT_NOT_ENOUGH',
  'isv.OUT_OF_SERVICE',
  'isv.ACCOUNT_ABNORMAL',
  'isv.ACCOUNT_NOT_EXISTS',
  'isp.RAM_PERMISSION_DENY',
  'SignatureDoesNotMatch',
  'InvalidAccessKeyId.NotFound',
  'InvalidAccessKeyId.Inactive',
  'Forbidden.RAM',
  'InvalidTimeStamp.Expired',
  'isv.SMS_SIGNATURE_ILLEGAL',
])
/** The service stumbled after it had the request: whether it took it is to be asked. */
const unclear = new Set(['isp.SYSTEM_ERROR', 'SystemError', 'InternalError', 'ServiceUnavailable', 'isp.UNKNOWN_ERR_CODE'])

const minute = 60_000

export function verdictOfCode(code: string, message: string): Verdict {
  const reason = redact(`${code}${message === '' || message === code ? '' : `: ${message}`}`).slice(0, 200)
  if (brokenNumber.has(code)) return { kind: 'refused', reason, broken: true }
  if (code === 'isv.BUSINESS_LIMIT_CONTROL') return again(reason, untilRoom(message, Date.now()))
  if (code.startsWith('Throttling')) return again(reason, 2000, 'pace')
  if (code === 'isv.DAY_LIMIT_CONTROL') return again(reason, untilTomorrow(Date.now()))
  if (accountTrouble.has(code)) return again(reason, minute, 'account')
  if (unclear.has(code)) return { kind: 'unknown', reason }
  return { kind: 'refused', reason }
}

/** 触发分钟级流控 / 小时级 / 天级: the limit of one number says how long it lasts. */
function untilRoom(message: string, now: number): number {
  if (message.includes('天级') || /day/i.test(message)) return untilTomorrow(now)
  return message.includes('小时级') || /hour/i.test(message) ? 60 * minute : minute
}

/** Milliseconds to the next midnight in Beijing. */
function untilTomorrow(now: number): number {
  const day = 86_400_000
  return day - ((now + 8 * 3_600_000) % day)
}

interface SdkError {
  code?: unknown
  statusCode?: unknown
}
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'])

/**
 * A rejected call. The SDK's messages hold the whole address, phone and text included: only codes are kept. Its ConnectTimeout
 * also means "had the request, did not answer", so no timeout ever means "not sent".
 */
export function verdictOfError(e: unknown): Verdict {
  const { code, statusCode } = e as SdkError
  const name = typeof code === 'string' ? code : e instanceof Error ? e.name : 'error'
  if (neverSent.has(name)) return again(name, 2000, 'carrier')
  const status = typeof statusCode === 'number' ? statusCode : 0
  if (status === 429 || name.startsWith('Throttling')) return again(name, 2000, 'pace')
  if (status >= 400 && status < 500) return verdictOfCode(name, '')
  return { kind: 'unknown', reason: status === 0 ? name : `${status} ${name}` }
}
