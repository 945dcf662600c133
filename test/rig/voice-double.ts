import { randomUUID } from 'node:crypto'
import { checkGateway, type GatewayKeys, gatewayError, readParameters } from './alibaba-gateway.js'
import { type DoubleAnswer, type DoubleServer, startDouble } from './double-server.js'
import type { Teardown } from './store.js'

/**
 * Alibaba Cloud voice (Dyvmsapi 2017-05-25) as its documentation tells it: SingleCallByTts, IvrCall, QueryCallDetailByCallId and the
 * VoiceReport pushed after each call. Written from the documents, not from our sender.
 */
export interface VoiceDoubleOptions extends GatewayKeys {
  /** Numbers bought; IvrCall takes no other. */
  numbers: string[]
  /** Filed texts, with ${name} where a variable stands. */
  templates: { code: string; text: string }[]
  /** The carrier's clock, for its limits. */
  now?: () => number
}
export interface MadeCall {
  callee: string
  outId: string
  callId: string
  action: 'SingleCallByTts' | 'IvrCall'
  /** What the phone says, once. */
  text: string
  playTimes: number
  /** Key → the filed text that answers it. */
  menu: Record<string, string>
  at: number
}
export interface CallEnd {
  seconds?: number
  key?: string
  /** 200000 picked up; 200005 nobody answered (呼叫状态码). */
  status?: string
}
export interface VoiceDouble extends DoubleServer {
  made: MadeCall[]
  /** The body of a VoiceReport callback for one call. */
  report(call: MadeCall, end: CallEnd): unknown[]
  /** Makes the details of a call known to QueryCallDetailByCallId; minutes after it ended, in truth. */
  settle(call: MadeCall, end: CallEnd): void
}

const minute = 60_000
/** 1 call a minute, 5 an hour, 20 in 24 hours; whether anybody answered does not matter. */
const limits = [
  { most: 1, within: minute, name: '分钟级' },
  { most: 5, within: 60 * minute, name: '小时级' },
  { most: 20, within: 24 * 60 * minute, name: '天级' },
]
const products = { SingleCallByTts: '11000000300006', IvrCall: '11000000300005' }
const variable = /\$\{(\w+)\}/g

export async function startVoiceDouble(t: Teardown, options: VoiceDoubleOptions): Promise<VoiceDouble> {
  const now = options.now ?? Date.now
  const nonces = new Set<string>()
  const made: MadeCall[] = []
  const details = new Map<string, CallEnd>()
  const server = await startDouble(t, (asked) => {
    const refused = checkGateway(asked, options, nonces)
    if (refused) return refused
    const { action, parameters } = readParameters(asked)
    if (action === 'SingleCallByTts' || action === 'IvrCall') return call(action, parameters)
    if (action === 'QueryCallDetailByCallId') return query(parameters)
    return gatewayError(404, 'InvalidAction.NotFound', 'Specified api is not found, please check your url and method.')
  })

  const fill = (code: string | undefined, json: string | undefined): DoubleAnswer | string => {
    const template = options.templates.find((one) => one.code === code)
    if (!template) return said('isv.VOICE_TEMPLATE_ILLEGAL', '语音模板不合法')
    let values: Record<string, unknown>
    try {
      values = JSON.parse(json ?? '{}') as Record<string, unknown>
    } catch {
      return said('isv.INVALID_JSON_PARAM', 'JSON参数不合法')
    }
    for (const [, name = ''] of template.text.matchAll(variable))
      if (typeof values[name] !== 'string') return said('isv.TEMPLATE_MISSING_PARAMETERS', `模板变量缺少参数:${name}`)
    return template.text.replace(variable, (_, name: string) => String(values[name]))
  }

  const call = (action: MadeCall['action'], p: Map<string, string>): DoubleAnswer => {
    const callee = p.get('CalledNumber') ?? ''
    const shown = p.get('CalledShowNumber')
    if (!/^(?:1[3-9]\d{9}|0\d{9,11})$/.test(callee)) return said('isv.MOBILE_NUMBER_ILLEGAL', `${callee}号码格式错误`)
    if (action === 'IvrCall' || shown !== undefined)
      if (!options.numbers.includes(shown ?? '')) return said('isv.DISPLAY_NUMBER_ILLEGAL', '号码显示不合法')
    const isKeyed = action === 'IvrCall'
    const text = isKeyed ? fill(p.get('StartCode'), p.get('StartTtsParams')) : fill(p.get('TtsCode'), p.get('TtsParam'))
    if (typeof text !== 'string') return text
    const menu: Record<string, string> = {}
    for (let i = 1; p.has(`MenuKeyMap.${i}.Key`); i++) {
      const reply = fill(p.get(`MenuKeyMap.${i}.Code`), p.get(`MenuKeyMap.${i}.TtsParams`))
      if (typeof reply !== 'string') return reply
      menu[p.get(`MenuKeyMap.${i}.Key`)!] = reply
    }
    if (isKeyed && Object.keys(menu).length === 0) return said('isv.INVALID_PARAMETERS', 'MenuKeyMap不能为空')
    const playTimes = Number(p.get('PlayTimes') ?? 3)
    if (!(playTimes >= 1 && playTimes <= 3)) return said('isv.INVALID_PARAMETERS', 'PlayTimes取值范围1~3')
    const outId = p.get('OutId') ?? ''
    if (outId.length > 15) return said('isv.INVALID_PARAMETERS', 'OutId超长')
    for (const { most, within, name } of limits)
      if (made.filter((one) => one.callee === callee && one.at > now() - within).length >= most)
        return said('isv.BUSINESS_LIMIT_CONTROL', `触发${name}流控Permits:${most}`)
    const callId = `${Math.floor(Math.random() * 1e12)}^${made.length + 1}`
    made.push({ callee, outId, callId, action, text, playTimes, menu, at: now() })
    return said('OK', 'OK', { CallId: callId })
  }

  const query = (p: Map<string, string>): DoubleAnswer => {
    const one = made.find((m) => m.callId === p.get('CallId'))
    if (!one || p.get('ProdId') !== products[one.action] || Math.abs(Number(p.get('QueryDate')) - one.at) > 24 * 60 * minute)
      return said('OK', 'OK', {})
    const end = details.get(one.callId)
    if (!end) return said('OK', 'OK', {})
    const state = end.status ?? '200000'
    return said('OK', 'OK', { Data: JSON.stringify({ callee: one.callee, state, stateDesc: state, duration: end.seconds ?? 0 }) })
  }

  return Object.assign(server, {
    made,
    settle: (one: MadeCall, end: CallEnd) => void details.set(one.callId, end),
    report: (one: MadeCall, { seconds = 0, key, status = '200000' }: CallEnd) => [
      {
        call_id: one.callId,
        out_id: one.outId,
        callee: one.callee,
        caller: options.numbers[0] ?? '',
        status_code: status,
        duration: `${seconds}秒`,
        hangup_direction: '用户',
        originate_time: '2025-07-12 03:31:00',
        start_time: status === '200000' ? '2025-07-12 03:31:06' : '',
        end_time: '2025-07-12 03:31:40',
        ...(key === undefined ? {} : { dtmf: key }),
        voice_type: 'voice',
        toll_type: 'LOCAL',
      },
    ],
  })
}

/** Business answers are HTTP 200, whatever the code says. */
const said = (code: string, message: string, more: Record<string, unknown> = {}): DoubleAnswer => ({
  status: 200,
  body: JSON.stringify({ Code: code, Message: message, RequestId: randomUUID(), ...more }),
})
