import { type Reading, Unreadable } from '../bulletin.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { wordTable } from '../word-table.js'
import { readVersion1 } from './read-version1.js'
import { readVersion7 } from './read-version7.js'

const service = '和风天气'

/** QWeather's warnings: v7 warning/now (2020, 2021 and 2023 shapes) and v1 weatheralert, told apart by their shape. */
export const qweather: Dialect = { name: 'qweather', label: service, read: (raw, context) => readingOf(() => readAnswer(raw, context)) }

function readAnswer(raw: Buffer, context: ReadContext): Reading {
  const json = readJson(raw, service)
  if (!isObject(json)) throw changedShape(service, 'not an object')
  if (isObject(json.error)) throw refused(textIn(json.error, 'status'), textIn(json.error, 'title', 'detail', 'type'))
  if (Object.hasOwn(json, 'code')) return readV7(json, context)
  if (isObject(json.metadata) || Array.isArray(json.alerts)) return readV1(json, context)
  throw changedShape(service, 'neither the v7 nor the v1 shape', textIn(json, 'status', 'message'))
}

function readV7(json: Json, context: ReadContext): Reading {
  const code = textIn(json, 'code')
  if (code !== '200') throw refused(code, '')
  if (!Array.isArray(json.warning)) throw changedShape(service, 'no warning list')
  const { messages, problems } = readItems(json.warning, 'warning', service, (item, at) => readVersion7(item, at, context))
  const closing = {
    code: 'version-closing',
    severity: 'remark' as const,
    message: '和风天气 v7 预警接口自 2026 年 10 月 1 日起停用,请把来源地址换成 /weatheralert/v1/current/纬度/经度',
    messageEn: 'the v7 warning service is closed from 2026-10-01: change to /weatheralert/v1/current/{latitude}/{longitude}',
  }
  return { kind: 'messages', messages, problems: [...problems, closing] }
}

/** `zeroResult` says that nothing is in force; an empty list without it says nothing for certain. */
function readV1(json: Json, context: ReadContext): Reading {
  const none = isObject(json.metadata) && json.metadata.zeroResult === true
  const alerts = json.alerts ?? (none ? [] : null)
  if (!Array.isArray(alerts)) throw changedShape(service, 'no alerts list')
  if (alerts.length === 0 && !none) throw changedShape(service, 'an empty list that does not say zeroResult')
  const { messages, problems } = readItems(alerts, 'alerts', service, (item, at) => readVersion1(item, at, context))
  return { kind: 'messages', messages, problems }
}

const codes = wordTable<[string, string]>({
  '204': ['没有这个地区的数据', '请检查地址里的坐标或城市代码'],
  '400': ['请求的写法不对', '请检查来源地址里的参数'],
  '401': ['口令不对或没有带口令', '请检查来源的口令'],
  '402': ['次数用完或欠费', '请充值或换口令'],
  '403': ['没有权限', '请检查口令的权限和来源地址'],
  '404': ['没有这个地区或这个接口', '请检查来源地址'],
  '429': ['问得太勤', '请把 everySeconds 调大'],
  '500': ['对方服务器出错', '稍后会再取'],
})

/** Not an answer about warnings at all; silence about them is not calm. */
function refused(code: string, said: string): Unreadable {
  const [what, todo] = codes[code] ?? ['对方没有给出预警数据', '请检查来源地址和口令']
  return new Unreadable(
    'source-refused',
    `和风天气没有给出预警数据:${what}(${code.slice(0, 10) || '无代码'})`,
    `QWeather answered ${code.slice(0, 10)} ${said.slice(0, 80)}`.trim(),
    `这不等于没有预警。${todo};同时打电话向发布单位核实有无预警`,
  )
}
