import type { BulletinArea, BulletinInfo, ParsedMessage, Reference } from '../bulletin.js'
import { areaOf } from '../chinese/issuing-unit.js'
import { makeInfo, makeMessage } from '../chinese/make-message.js'
import { readTitle } from '../chinese/read-title.js'
import type { ReadContext } from '../dialect.js'

export interface Warning {
  id: string
  sender: string
  sent: Date
  msgType: string
  /** Identifiers it replaces or ends. */
  replaces: string[]
  info: Partial<BulletinInfo> & { headline: string }
}

export function makeWarning(warning: Warning, path: string, context: ReadContext): ParsedMessage {
  const title = readTitle(warning.info.headline)
  const sender = warning.sender || title.issuers[0] || 'QWeather'
  const chinese = /\p{Script=Han}/u.test(warning.info.headline)
  const info = makeInfo({
    language: chinese ? 'zh-CN' : 'en-US',
    senderName: sender,
    ...warning.info,
    event: warning.info.event || title.hazard,
  })
  // Only a Chinese office has its place in its name.
  const place = chinese ? title.place || readTitle(`${warning.sender}发布`).place : warning.sender
  const area = officeArea(place, context)
  const references: Reference[] = warning.replaces.slice(0, 100).map((identifier) => ({ sender: null, identifier, sent: null }))
  const at = { path }
  return makeMessage(
    {
      identifier: warning.id,
      sender,
      sent: warning.sent,
      status: 'Actual',
      msgType: warning.msgType,
      scope: 'Public',
      note: '',
      references,
      infos: [info],
      areas: area ? [area] : [],
      evidence: [],
      at,
      problems: [
        {
          code: 'area-from-office',
          severity: 'remark',
          message: `和风天气不写影响区域,按发布单位${area ? `所在的“${area.description.slice(0, 40)}”` : ''}算;编号也不是国家编号,与其他来源按内容对照`,
          messageEn: 'QWeather names no area: that of the office is taken; its numbers are its own, other sources are matched by content',
          ...at,
        },
      ],
      counts: { infos: 1, areas: 0, polygons: 0, circles: 0 },
    },
    context.events,
  )
}

/** Its place codes are its own; the name of the office is looked up, and left as words where it is not clear. */
function officeArea(place: string, { gazetteer }: ReadContext): BulletinArea | null {
  if (!place) return null
  const found = gazetteer.findIn(place)
  const codes = found[found.length - 1]?.codes ?? []
  return areaOf(place, codes.length === 1 ? codes : [])
}
