import type { ParsedMessage, Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import { readUnitIdentifier, unitArea } from '../chinese/issuing-unit.js'
import { headlineOnly, makeInfo, makeListed } from '../chinese/make-message.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { Dialect, ReadContext } from '../dialect.js'

const service = '12379.cn 预警列表'
/** The list speaks, not the office: its word must never be taken for the office's own message of the same number and second. */
const speaker = '12379.cn'

/**
 * data/alarm_list_all.html (JSON, called a web page by its server), index_map_all.html (`var alertData =[…]`) and the list that the
 * national service platform passes on (findWarnCapByElement), which says type, end and what it refers to besides.
 */
export const list12379: Dialect = {
  name: 'list-12379',
  label: service,
  read: (raw, context) => readingOf(() => readList(raw, context)),
}

function readList(raw: Buffer, context: ReadContext): Reading {
  const json = readJson(raw, service)
  const { list, path } = findList(json)
  const { messages, problems } = readItems(list, path, service, (item, at) => readItem(item, at, context))
  return { kind: 'messages', messages, problems }
}

/** The list, the list alone, or one record of it. */
function findList(json: unknown): { list: unknown[]; path: string } {
  if (Array.isArray(json)) return { list: json, path: '' }
  if (isObject(json)) {
    if (Array.isArray(json.alertData)) return { list: json.alertData, path: 'alertData' }
    if (textIn(json, 'identifier') && textIn(json, 'headline')) return { list: [json], path: '' }
  }
  throw changedShape(service, 'no alertData list', isObject(json) ? textIn(json, 'msg', 'message', 'error') : '')
}

function readItem(item: Json, path: string, { events }: ReadContext): ParsedMessage | string {
  const identifier = textIn(item, 'identifier', 'id').slice(0, 200)
  const headline = textIn(item, 'headline', 'title')
  if (!identifier) return '没有编号 identifier'
  if (!headline) return '没有标题 headline'
  const written = textIn(item, 'sendTime', 'sendtime', 'effective')
  const sent = readChinaTime(written) ?? readUnitIdentifier(identifier)?.at
  if (!sent) return '发送时间 sendTime 读不懂'
  const title = readTitle(headline)
  const description = textIn(item, 'description')
  const area = unitArea(identifier, title.place)
  const at = { path }
  const problems = description ? [] : [headlineOnly(at)]
  if (!readChinaTime(written))
    problems.push({
      code: 'time-from-identifier',
      severity: 'remark',
      message: '没有写发送时间或读不懂,用了编号里的时间',
      messageEn: 'the time is taken from the identifier',
      ...at,
    })
  const time = (name: string) => readChinaTime(textIn(item, name))?.toISOString() ?? null
  const eventType = textIn(item, 'eventType')
  const info = makeInfo({
    event: title.hazard || textIn(item, 'eventTypeCN').replace(/事件$/, ''),
    headline,
    description,
    senderName: textIn(item, 'sender') || title.issuers.join('、'),
    severity: textIn(item, 'severity'),
    effective: time('effective'),
    expires: time('expires'),
    eventCodes: eventType ? [{ name: 'eventType', value: eventType }] : [],
  })
  const msgType = textIn(item, 'msgType')
  const references = textIn(item, 'referencesInfo')
    .split(/[\s,;]+/)
    .filter((other) => other !== '' && other !== identifier)
  return makeListed(
    {
      identifier,
      sender: speaker,
      sent,
      act: title.act,
      ...(msgType ? { msgType } : {}),
      references: references.slice(0, 100).map((other) => ({ sender: null, identifier: other, sent: null })),
      info,
      area,
      at,
      problems,
    },
    events,
  )
}
