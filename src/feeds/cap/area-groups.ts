import type { BulletinInfo } from '../bulletin.js'
import type { XmlElement } from '../xml/read-xml.js'
import type { Notes } from './notes.js'
import type { ReadInfo } from './read-info.js'

/**
 * What became of the areas of one info: the Canadian service says it in a parameter, MeteoAlarm by an update to green, others by AllClear and Past, or AllClear and an end that was over before it was sent (France).
 */
type Fate = 'ended' | 'passed-on' | 'goes-on'

export function fateOf(info: BulletinInfo, message: { sent: Date; msgType: string }): Fate {
  const status = info.parameters.find((p) => /(?:^|:)Alert_Location_Status$/i.test(p.name))?.value.toLowerCase()
  if (status === 'ended') return 'ended'
  if (status === 'transitioned_out') return 'passed-on'
  const isGreen = info.parameters.some((p) => p.name === 'awareness_level' && /\bgreen\b/i.test(p.value))
  if (isGreen && message.msgType === 'Update') return 'ended'
  const isOver = info.urgency === 'Past' || (info.expires !== null && new Date(info.expires) <= message.sent)
  return isOver && info.responseType.includes('AllClear') ? 'ended' : 'goes-on'
}

/**
 * The infos that still warn of something. Where some groups of areas are over and others go on, the message goes on with these
 * areas, this level and this end; where all are over, the message is an end. What was said is kept, the ongoing first.
 */
export function ongoing(
  read: ReadInfo[],
  message: { sent: Date; msgType: string },
  element: XmlElement,
  notes: Notes,
): { going: ReadInfo[]; allOver: boolean } {
  const going = read.filter((r) => fateOf(r.info, message) === 'goes-on')
  const over = read.filter((r) => !going.includes(r))
  if (over.some((r) => fateOf(r.info, message) === 'passed-on'))
    notes.add(
      'error',
      'passed-on',
      element,
      '有区域已转入另一条预警,不等于危险解除,请核对新的预警',
      'areas passed over into another alert; this is no all-clear for them',
    )
  if (going.length > 0 && over.length > 0) {
    const names = [...new Set(over.flatMap((r) => r.areas.map((a) => a.description)).filter(Boolean))]
    const some = names.slice(0, 5).join('、').slice(0, 200)
    notes.add('remark', 'areas-ended', element, `这些区域的预警已结束:${some}${names.length > 5 ? ' 等' : ''}`, 'some areas are over')
  }
  return { going, allOver: read.length > 0 && going.length === 0 }
}
