import type { BulletinProblem, ParsedMessage, Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import { readUnitIdentifier, unitArea } from '../chinese/issuing-unit.js'
import { headlineOnly, makeInfo, makeListed } from '../chinese/make-message.js'
import { pictureOf } from '../chinese/picture-code.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { Dialect, ReadContext } from '../dialect.js'

const service = '中央气象台预警列表'
/** The list speaks, not the office: its word must never be taken for the office's own message of the same number and second. */
const speaker = 'nmc.cn'

/** rest/findAlarm: titles only; hazard and colour stand in the title and, in numbers, in the name of its picture. */
export const nmc: Dialect = { name: 'nmc', label: '中央气象台', read: (raw, context) => readingOf(() => readFindAlarm(raw, context)) }

function readFindAlarm(raw: Buffer, context: ReadContext): Reading {
  const json = readJson(raw, service)
  const data = isObject(json) ? json.data : null
  const page = isObject(data) ? data.page : null
  if (!isObject(json) || !isObject(page))
    throw changedShape(service, 'no data.page', isObject(json) && json.code !== 0 ? textIn(json, 'msg') : '')
  if (json.code !== undefined && json.code !== null && Number(json.code) !== 0)
    throw changedShape(service, `code ${textIn(json, 'code')}`, textIn(json, 'msg'))
  const list = listIn(page)
  const { messages, problems } = readItems(list, 'data.page.list', service, (item, at) => readItem(item, at, context))
  return { kind: 'messages', messages, problems: [...problems, ...morePages(page, list.length)] }
}

/** `list` may be null, and hold nulls; that means "none" only where the count does not say otherwise. */
function listIn(page: Json): unknown[] {
  const list = page.list === null ? [] : page.list
  if (!Array.isArray(list)) throw changedShape(service, 'data.page.list is not a list')
  const count = Number(page.count ?? 0)
  if (count > 0 && list.every((item) => item === null)) throw changedShape(service, `the count is ${count}, the list is empty`)
  return list
}

function morePages(page: Json, here: number): BulletinProblem[] {
  const [total, count] = [Number(page.totalPage ?? 1), Number(page.count ?? here)]
  if (!(total > 1) && !(count > here)) return []
  return [
    {
      code: 'more-pages',
      severity: 'error',
      message: `这一页只有 ${here} 条,全部有 ${count} 条:请把来源地址里的 pageSize 调大,否则会漏掉预警`,
      messageEn: `this page holds ${here} of ${count}: raise pageSize in the address of the feed`,
      path: 'data.page',
    },
  ]
}

function readItem(item: Json, path: string, { events }: ReadContext): ParsedMessage | string {
  const headline = textIn(item, 'title')
  const url = textIn(item, 'url')
  const identifier = (textIn(item, 'alertid') || /(\d{14}_\d{14}(?:_\d)?)\.html/.exec(url)?.[1] || '').slice(0, 200)
  if (!identifier) return '没有编号 alertid'
  if (!headline) return '没有标题 title'
  const sent = readChinaTime(textIn(item, 'issuetime')) ?? readUnitIdentifier(identifier)?.at
  if (!sent) return '发布时间 issuetime 读不懂'
  const title = readTitle(headline)
  const picture = pictureOf(textIn(item, 'pic'))
  const area = unitArea(identifier, title.place)
  const at = { path }
  const info = makeInfo({
    event: title.hazard,
    headline,
    senderName: title.issuers.join('、'),
    web: /^\/[\w./-]{1,200}$/.test(url) ? `http://www.nmc.cn${url}` : null,
    eventCodes: picture?.type ? [{ name: 'pic', value: picture.type }] : [],
  })
  return makeListed(
    {
      identifier,
      sender: speaker,
      sent,
      act: title.act,
      info,
      area,
      evidence: picture?.level ? [{ where: '图标', text: picture.text, level: picture.level }] : [],
      at,
      problems: [headlineOnly(at)],
    },
    events,
  )
}
