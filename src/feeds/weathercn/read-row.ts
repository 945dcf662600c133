import type { BulletinArea, BulletinProblem, ParsedMessage } from '../bulletin.js'
import { readPolygon } from '../cap/cap-area.js'
import { areaToWgs84 } from '../cap/datum.js'
import { readChinaTime } from '../chinese/china-time.js'
import { areaOf, readUnitIdentifier, unitArea } from '../chinese/issuing-unit.js'
import { headlineOnly, makeInfo, makeListed } from '../chinese/make-message.js'
import { isObject } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { ReadContext } from '../dialect.js'
import { eventCodes, isLevelCode, levelEvidence } from './codes.js'

/** place, page, longitude, latitude, identifier, identifier again, headline, outline. In 2013 the first two only. */
export function readRow(row: unknown[], path: string, context: ReadContext): ParsedMessage | string {
  const [place, page, , , own, again, title] = row.slice(0, 7).map((cell) => (typeof cell === 'string' ? cell.trim().slice(0, 300) : ''))
  const file = /^(\d{5,9})-(\d{14})-(\d{2})(\d{2})\.html$/.exec(page ?? '')
  if (!place || !file) return `页面名“${(page ?? '').slice(0, 40)}”不是“地区-时间-灾种等级.html”`
  const [, , time, type, level] = file as unknown as [string, string, string, string, string]
  const sent = readChinaTime(time)
  if (!sent) return `页面名里的时间 ${time} 不存在`
  if (own && !readUnitIdentifier(own)) return `编号“${own.slice(0, 40)}”不是“14 位单位代码_14 位时间”`
  const codes = eventCodes(type)
  const isKnown = context.events.read([makeInfo({ eventCodes: codes })]).known
  // Without a headline the code is all there is: one that nobody knows says nothing.
  if (!title && (!isKnown || !isLevelCode(level))) return `没有标题,灾种等级代码 ${type}${level} 也不认识`
  const said = readTitle(title ?? '')
  const event = title ? said.hazard : context.events.read([makeInfo({ eventCodes: codes })]).event
  const at = { path }
  const outline = row.length > 7 ? readOutline(row[7], at) : noOutline
  const area: BulletinArea = {
    ...((own && unitArea(own, place)) || areaOf(place, [])),
    polygons: outline.polygons,
    unplaced: outline.unplaced,
  }
  const info = makeInfo({
    event,
    headline: title || `${place}${event}预警(列表没有标题)`,
    senderName: said.issuers.join('、') || place,
    eventCodes: codes,
  })
  return makeListed(
    {
      identifier: own || page!.slice(0, -5),
      sender: said.issuers[0] ?? place,
      sent,
      act: said.act,
      info,
      area: areaToWgs84(area, context.settings.datum),
      evidence: levelEvidence(level),
      at,
      problems: [headlineOnly(at), ...outline.problems, ...(own && again && own !== again ? [twoIdentifiers(at)] : [])],
      polygons: outline.written,
    },
    context.events,
  )
}

interface Outline {
  polygons: BulletinArea['polygons']
  unplaced: boolean
  problems: BulletinProblem[]
  written: number
}
const noOutline: Outline = { polygons: [], unplaced: false, problems: [], written: 0 }
const mostRings = 200
const mostPoints = 20_000

/** `{"coordinates":[[[lon,lat],…]]}`: rings, longitude first, left open at the end. */
function readOutline(cell: unknown, at: { path: string }): Outline {
  const rings: unknown[] = isObject(cell) && Array.isArray(cell.coordinates) ? cell.coordinates.slice(0, mostRings) : []
  const outline: Outline = { polygons: [], unplaced: false, problems: [], written: rings.length }
  for (const ring of rings) {
    const points: unknown[] = Array.isArray(ring) ? ring.slice(0, mostPoints) : []
    const { rings: read, faults } = readPolygon(points.map((p) => (Array.isArray(p) ? `${p[1]},${p[0]}` : '?')).join(' '))
    if (read) outline.polygons.push(...read)
    else outline.unplaced = true
    // That rings are left open is this site's way and nothing to tell.
    for (const { code, severity, message, messageEn } of faults)
      if (code !== 'polygon-not-closed') outline.problems.push({ code, severity, message, messageEn, ...at })
  }
  return { ...outline, problems: outline.problems.slice(0, 50) }
}

const twoIdentifiers = (at: { path: string }): BulletinProblem => ({
  code: 'identifiers-differ',
  severity: 'remark',
  message: '同一行里写了两个不同的编号,用了第一个',
  messageEn: 'two identifiers in one row; the first is used',
  ...at,
})
