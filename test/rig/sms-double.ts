import { randomUUID } from 'node:crypto'
import { checkGateway, gatewayError, readParameters } from './alibaba-gateway.js'
import { type DoubleAnswer, type DoubleServer, startDouble } from './double-server.js'
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
  /** Checks everything, keeps nothing but the number of messages: for very many of them. */
  countOnly?: boolean
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
  /** Messages taken. */
  count: number
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
    const { action, parameters } = readParameters(asked)
    if (action === 'SendSms') return sendSms(parameters)
    if (action === 'QuerySendDetails') return querySendDetails(parameters)
    return gatewayError(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
  })

  const namesOf = new Map(options.templates.map(({ code, text }) => [code, [...text.matchAll(variable)].map(([, name = '']) => name)]))

  /** What is wrong with one text, by the carrier's code; null: it is taken. */
  const refuse = (phone: string, signName: string, code: string, values: Record<string, unknown>): DoubleAnswer | null => {
    if (!/^(?:\+?86|0086)?1[3-9]\d{9}$/.test(phone)) return said('isv.MOBILE_NUMBER_ILLEGAL', `${phone}号码格式错误`)
    if (signName !== options.signName) return said('isv.SMS_SIGNATURE_ILLEGAL', '该账号下找不到对应签名')
    const names = namesOf.get(code)
    if (!names) return said('isv.SMS_TEMPLATE_ILLEGAL', '该账号下找不到对应模板')
    for (const name of names) {
      const value = values[name]
      if (typeof value !== 'string' || value === '') return said('isv.TEMPLATE_MISSING_PARAMETERS', `模板变量缺少对应参数值:${name}`)
      if (value.length > 35) return said('isv.PARAM_LENGTH_LIMIT', '参数超过长度限制')
      if (/[【】]/.test(value)) return said('isv.PARAM_NOT_SUPPORT_SPECIAL_CHARACTERS', '变量中有不支持的字符')
      if (/https?:|www\./i.test(value)) return said('isv.PARAM_NOT_SUPPORT_URL', '变量不支持传入URL')
    }
    if (options.countOnly) return null
    if (textOf(code, values).length > 500) return said('isv.PARAM_LENGTH_LIMIT', '短信内容超过长度限制')
    const today = taken.filter((m) => m.phone === local(phone) && m.templateCode === code && m.at > Date.now() - 86_400_000)
    if (today.length >= (options.perNumberADay ?? 50))
      return said('isv.BUSINESS_LIMIT_CONTROL', `触发天级流控Permits:${options.perNumberADay ?? 50}`)
    return null
  }
  const textOf = (code: string, values: Record<string, unknown>): string => {
    const template = options.templates.find((t) => t.code === code)!
    return `【${options.signName}】${template.text.replace(variable, (_, name: string) => String(values[name]))}`
  }
  const take = (phone: string, code: string, values: Record<string, unknown>, outId: string, bizId: string) => {
    double.count++
    if (options.countOnly) return
    const of = { phone: local(phone), outId, bizId, templateCode: code, text: textOf(code, values) }
    const message: TakenSms = { ...of, status: 1, errCode: '', at: Date.now() }
    taken.push(message)
    if (double.hideNew) hidden.add(message)
  }
  const newBizId = () => `${Math.floor(Math.random() * 1e15)}^0`

  const sendSms = (p: Map<string, string>): DoubleAnswer => {
    const numbers = (p.get('PhoneNumbers') ?? '').split(',')
    const code = p.get('TemplateCode') ?? ''
    if (numbers.length > 1000) return said('isv.MOBILE_COUNT_OVER_LIMIT', '手机号码数量超过限制')
    const values = readJson<Record<string, unknown>>(p.get('TemplateParam') ?? '{}')
    if (!values) return said('isv.INVALID_JSON_PARAM', '参数格式错误,请修改为字符串值')
    for (const phone of numbers) {
      const refused = refuse(phone, p.get('SignName') ?? '', code, values)
      if (refused) return refused
    }
    const bizId = newBizId()
    for (const phone of numbers) take(phone, code, values, p.get('OutId') ?? '', bizId)
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
    count: 0,
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
const readJson = <T>(text: string | undefined): T | null => {
  try {
    return JSON.parse(text ?? '') as T
  } catch {
    return null
  }
}
/** Business answers are HTTP 200, whatever the code says. */
const said = (code: string, message: string, more: Record<string, unknown> = {}): DoubleAnswer => ({
  status: 200,
  body: JSON.stringify({ Code: code, Message: message, RequestId: randomUUID(), ...more }),
})
