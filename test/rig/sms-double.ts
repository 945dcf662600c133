import { createHash, createHmac, randomUUID, timingSafeEqual } from 'node:crypto'
import { type DoubleAnswer, type DoubleRequest, type DoubleServer, startDouble } from './double-server.js'
import type { Teardown } from './store.js'

/**
 * Alibaba Cloud SMS (Dysmsapi 2017-05-25) as its documentation tells it: SendSms and QuerySendDetails over the RPC gateway with
 * ACS3-HMAC-SHA256. Written from the documents, not from our sender.
 */
export interface FiledTemplate {
  code: string
  /** With ${name} where a variable stands. */
  text: string
}
export interface SmsDoubleOptions {
  accessKeyId: string
  accessKeySecret: string
  signName: string
  templates: FiledTemplate[]
  /** Notices of one signature and template a number gets in a day. */
  perNumberADay?: number
}
export interface TakenSms {
  phone: string
  outId: string
  bizId: string
  /** As the phone shows it. */
  text: string
  templateCode: string
  status: 1 | 2 | 3
  errCode: string
  at: number
}
export interface SmsDouble extends DoubleServer {
  taken: TakenSms[]
  /** Out ids that came more than once: the carrier does not mind, we do. */
  doubled(): string[]
  /** Messages taken from now on are not found by QuerySendDetails until this is false again. */
  hideNew: boolean
  /** The body of an SmsReport callback for these messages. */
  report(messages: TakenSms[], success?: boolean): unknown[]
}

const variable = /\$\{(\w+)\}/g

export async function startSmsDouble(t: Teardown, options: SmsDoubleOptions): Promise<SmsDouble> {
  const nonces = new Set<string>()
  const hidden = new Set<TakenSms>()
  const taken: TakenSms[] = []
  let double: SmsDouble
  const server = await startDouble(t, (asked) => {
    const refused = checkGateway(asked, options, nonces)
    if (refused) return refused
    const parameters = new Map([...asked.url.searchParams, ...new URLSearchParams(asked.body.toString())])
    const action = asked.request.headers['x-acs-action']
    if (action === 'SendSms') return sendSms(parameters)
    if (action === 'QuerySendDetails') return querySendDetails(parameters)
    return gatewayError(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
  })

  const sendSms = (p: Map<string, string>): DoubleAnswer => {
    const numbers = (p.get('PhoneNumbers') ?? '').split(',')
    if (numbers.length > 1000) return said('isv.MOBILE_COUNT_OVER_LIMIT', '手机号码数量超过限制')
    if (!numbers.every((n) => /^(?:\+?86|0086)?1[3-9]\d{9}$/.test(n)))
      return said('isv.MOBILE_NUMBER_ILLEGAL', `${p.get('PhoneNumbers')}号码格式错误`)
    if (p.get('SignName') !== options.signName) return said('isv.SMS_SIGNATURE_ILLEGAL', '该账号下找不到对应签名')
    const template = options.templates.find(({ code }) => code === p.get('TemplateCode'))
    if (!template) return said('isv.SMS_TEMPLATE_ILLEGAL', '该账号下找不到对应模板')
    let values: Record<string, unknown>
    try {
      values = JSON.parse(p.get('TemplateParam') ?? '{}') as Record<string, unknown>
    } catch {
      return said('isv.INVALID_JSON_PARAM', '参数格式错误,请修改为字符串值')
    }
    for (const [, name = ''] of template.text.matchAll(variable)) {
      const value = values[name]
      if (typeof value !== 'string' || value === '') return said('isv.TEMPLATE_MISSING_PARAMETERS', `模板变量缺少对应参数值:${name}`)
      if (value.length > 35) return said('isv.PARAM_LENGTH_LIMIT', '参数超过长度限制')
      if (/[【】]/.test(value)) return said('isv.PARAM_NOT_SUPPORT_SPECIAL_CHARACTERS', '变量中有不支持的字符')
      if (/https?:|www\./i.test(value)) return said('isv.PARAM_NOT_SUPPORT_URL', '变量不支持传入URL')
    }
    const text = `【${options.signName}】${template.text.replace(variable, (_, name: string) => String(values[name]))}`
    if (text.length > 500) return said('isv.PARAM_LENGTH_LIMIT', '短信内容超过长度限制')
    for (const phone of numbers) {
      const today = taken.filter((m) => m.phone === local(phone) && m.templateCode === template.code && m.at > Date.now() - 86_400_000)
      if (today.length >= (options.perNumberADay ?? 50))
        return said('isv.BUSINESS_LIMIT_CONTROL', `触发天级流控Permits:${options.perNumberADay ?? 50}`)
    }
    const bizId = `${Math.floor(Math.random() * 1e15)}^0`
    for (const phone of numbers) {
      const message: TakenSms = {
        phone: local(phone),
        outId: p.get('OutId') ?? '',
        bizId,
        text,
        templateCode: template.code,
        status: 1,
        errCode: '',
        at: Date.now(),
      }
      taken.push(message)
      if (double.hideNew) hidden.add(message)
    }
    return said('OK', 'OK', { BizId: bizId })
  }

  const querySendDetails = (p: Map<string, string>): DoubleAnswer => {
    const [size, page] = [Number(p.get('PageSize')), Number(p.get('CurrentPage'))]
    if (!(size >= 1 && size <= 50) || !(page >= 1)) return said('isv.INVALID_PARAMETERS', '参数异常')
    if (!/^\d{8}$/.test(p.get('SendDate') ?? '') || !p.get('PhoneNumber')) return said('isv.INVALID_PARAMETERS', '参数异常')
    const all = taken.filter(
      (m) =>
        m.phone === local(p.get('PhoneNumber') ?? '') && beijingDay(m.at) === p.get('SendDate') && (double.hideNew ? !hidden.has(m) : true),
    )
    const details = all.slice((page - 1) * size, page * size).map((m) => ({
      PhoneNum: m.phone,
      OutId: m.outId,
      SendStatus: m.status,
      ErrCode: m.errCode,
      TemplateCode: m.templateCode,
      Content: m.text,
      SendDate: new Date(m.at + 8 * 3_600_000).toISOString().replace('T', ' ').slice(0, 19),
    }))
    return said('OK', 'OK', { TotalCount: String(all.length), SmsSendDetailDTOs: { SmsSendDetailDTO: details } })
  }

  double = Object.assign(server, {
    taken,
    hideNew: false,
    doubled: () => taken.map((m) => m.outId).filter((id, i, ids) => ids.indexOf(id) !== i),
    report: (messages: TakenSms[], success = true) =>
      messages.map((m) => ({
        send_time: '2025-07-12 03:31:00',
        report_time: '2025-07-12 03:31:02',
        success,
        err_msg: success ? '用户接收成功' : '空号',
        err_code: success ? 'DELIVERED' : 'MK:0001',
        phone_number: m.phone,
        sms_size: '1',
        biz_id: m.bizId,
        out_id: m.outId,
      })),
  })
  return double
}

const local = (phone: string): string => phone.replace(/^(?:\+?86|0086)(?=1\d{10}$)/, '')
const beijingDay = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '')
/** Business answers are HTTP 200, whatever the code says. */
const said = (code: string, message: string, more: Record<string, unknown> = {}): DoubleAnswer => ({
  status: 200,
  body: JSON.stringify({ Code: code, Message: message, RequestId: randomUUID(), ...more }),
})
const gatewayError = (status: number, code: string, message: string): DoubleAnswer => ({
  status,
  body: JSON.stringify({ Code: code, Message: message, RequestId: randomUUID(), HostId: 'dysmsapi.aliyuncs.com' }),
})

const encode = (text: string) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')

/** The gateway's own checks: version, time within 15 minutes, a nonce used once, and the signature over the whole request. */
function checkGateway({ request, url, body }: DoubleRequest, options: SmsDoubleOptions, nonces: Set<string>): DoubleAnswer | null {
  const header = (name: string) => String(request.headers[name] ?? '').trim()
  if (header('x-acs-version') !== '2017-05-25') return gatewayError(400, 'InvalidVersion', 'Specified parameter Version is not valid.')
  if (!(Math.abs(Date.now() - Date.parse(header('x-acs-date'))) < 900_000))
    return gatewayError(400, 'InvalidTimeStamp.Expired', 'Specified time stamp or date value is expired.')
  const nonce = header('x-acs-signature-nonce')
  if (nonce === '' || nonces.has(nonce)) return gatewayError(400, 'SignatureNonceUsed', 'Specified signature nonce was used already.')
  nonces.add(nonce)
  const [, keyId, signedHeaders = '', signature = ''] =
    /^ACS3-HMAC-SHA256 Credential=([^,]+),SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(header('authorization')) ?? []
  if (keyId !== options.accessKeyId) return gatewayError(404, 'InvalidAccessKeyId.NotFound', 'Specified access key is not found.')
  const hash = header('x-acs-content-sha256')
  const query = [...url.searchParams]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map((pair) => pair.join('='))
    .join('&')
  const names = signedHeaders.split(';')
  const headers = names.map((name) => `${name}:${header(name)}\n`).join('')
  const canonical = [request.method, url.pathname, query, headers, signedHeaders, hash].join('\n')
  const expected = createHmac('sha256', options.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest()
  const right =
    hash === sha256(body) &&
    ['host', 'x-acs-action', 'x-acs-date'].every((name) => names.includes(name)) &&
    timingSafeEqual(expected, Buffer.from(signature, 'hex'))
  return right
    ? null
    : gatewayError(
        400,
        'SignatureDoesNotMatch',
        `Specified signature is not matched with our calculation. server string to sign is:${canonical}`,
      )
}
