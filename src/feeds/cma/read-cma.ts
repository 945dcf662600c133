import { toWgs84 } from '../../base/datum.js'
import type { BulletinProblem, ParsedMessage, Reading } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import { readUnitIdentifier, unitArea } from '../chinese/issuing-unit.js'
import { headlineOnly, makeInfo, makeListed } from '../chinese/make-message.js'
import { pictureOf } from '../chinese/picture-code.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { Dialect, ReadContext } from '../dialect.js'

const service = '中国气象局 weather.cma.cn'
/** The list speaks, not the office: its word must never be taken for the office's own message of the same number and second. */
const speaker = 'weather.cma.cn'

/** api/map/alarm, and the alarms inside api/now and api/weather/view. Two numberings of 11Bxx circulate here: the title decides. */
export const cma: Dialect = {
  name: 'cma',
  label: '中国气象局实况与预警地图',
  read: (raw, context) => readingOf(() => readAlarms(readJson(raw, service), context)),
}

function readAlarms(json: unknown, context: ReadContext): Reading {
  if (!isObject(json)) throw changedShape(service, 'not an object')
  if (json.code !== undefined && json.code !== null && Number(json.code) !== 0)
    throw changedShape(service, `code ${textIn(json, 'code')}`, textIn(json, 'msg'))
  const { list, path } = findAlarms(json.data)
  const { messages, problems } = readItems(list, path, service, (item, at) => readItem(item, at, context))
  return { kind: 'messages', messages, problems }
}

/** Of a station the alarm is a list, one object, or nothing at all; "none" is believed only of an answer that is whole otherwise. */
function findAlarms(data: unknown): { list: unknown[]; path: string } {
  if (Array.isArray(data)) return { list: data, path: 'data' }
  if (!isObject(data)) throw changedShape(service, 'no data')
  const { alarm } = data
  const path = 'data.alarm'
  if (Array.isArray(alarm)) return { list: alarm, path }
  if (isObject(alarm)) return { list: [alarm], path }
  const isNone = alarm === undefined || alarm === null || alarm === '' || alarm === '9999' || alarm === 9999
  if (isNone && isObject(data.location) && (isObject(data.now) || Array.isArray(data.daily))) return { list: [], path }
  throw changedShape(service, 'no data.alarm')
}

function readItem(item: Json, path: string, context: ReadContext): ParsedMessage | string {
  const identifier = textIn(item, 'id', 'identifier', 'alertid').slice(0, 200)
  const titles = [textIn(item, 'headline'), textIn(item, 'title')].filter(Boolean)
  const headline = titles.find((t) => readTitle(t).colour) ?? titles[0]
  if (!identifier) return '没有编号 id'
  if (!headline) return '没有标题 title'
  const effective = readChinaTime(textIn(item, 'effective', 'sendTime'))
  const sent = effective ?? readUnitIdentifier(identifier)?.at
  if (!sent) return '发布时间 effective 读不懂'
  const title = readTitle(headline)
  const description = textIn(item, 'description')
  const area = unitArea(identifier, title.place)
  const picture = pictureOf(textIn(item, 'type'))
  const at = { path }
  const where = readPoint(item, context)
  const info = makeInfo({
    event: eventOf(title.hazard, textIn(item, 'signaltype'), context),
    headline,
    description,
    senderName: title.issuers.join('、'),
    severity: textIn(item, 'severity'),
    effective: effective?.toISOString() ?? null,
    eventCodes: codesOf(textIn(item, 'eventType'), picture?.type ?? ''),
    parameters: [
      ...(textIn(item, 'signallevel') ? [{ name: '颜色', value: textIn(item, 'signallevel') }] : []),
      ...(where.point ? [{ name: '发布单位位置', value: where.point }] : []),
    ],
  })
  return makeListed(
    {
      identifier,
      sender: speaker,
      sent,
      act: title.act,
      info,
      area,
      evidence: picture?.level ? [{ where: '代码', text: picture.text, level: picture.level }] : [],
      at,
      problems: [...(description ? [] : [headlineOnly(at)]), ...where.problems.map((p) => ({ ...p, ...at }))],
    },
    context.events,
  )
}

/** The title says it; where its word is in no table (气象灾害), the kind of signal may be. */
function eventOf(hazard: string, kind: string, { events }: ReadContext): string {
  const isKnown = (word: string) => word !== '' && events.read([makeInfo({ event: word })]).known
  if (isKnown(hazard) || !isKnown(kind)) return hazard || kind
  return kind
}

const codesOf = (eventType: string, type: string) => [
  ...(eventType ? [{ name: 'eventType', value: eventType }] : []),
  ...(type ? [{ name: 'type', value: type }] : []),
]

/** Where the office stands: kept as a note in WGS-84, never taken for the area of the warning. */
function readPoint(item: Json, context: ReadContext): { point: string | null; problems: Omit<BulletinProblem, 'path'>[] } {
  const [lon, lat] = [textIn(item, 'longitude', 'lon'), textIn(item, 'latitude', 'lat')]
  if (lon === '' && lat === '') return { point: null, problems: [] }
  const [x, y] = [Number(lon), Number(lat)]
  if (!(x >= 73 && x <= 136 && y >= 3 && y <= 54)) {
    const message = '发布单位的坐标不在国内,已略过'
    return { point: null, problems: [{ code: 'point-ignored', severity: 'remark', message, messageEn: 'the point lies outside China' }] }
  }
  const [east, north] = toWgs84([x, y], context.settings.datum)
  return { point: `${north},${east}`, problems: [] }
}
