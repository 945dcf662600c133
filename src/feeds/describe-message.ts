import type { ParsedMessage } from './bulletin.js'
import { wordTable } from './word-table.js'

const acts = wordTable<string>({ Alert: '发布', Update: '更新', Cancel: '取消' })
const levelNames = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '等级不明' } as const

/** One message in a sentence a person can read who has never seen CAP. */
export function describeMessage(message: ParsedMessage): string {
  const spoken = message.infos.find((i) => i.headline === message.headline)
  const who = spoken?.senderName || message.infos.map((i) => i.senderName).find(Boolean) || message.sender
  const does = message.ends === 'lifted' ? '解除' : (acts[message.msgType] ?? `(${message.msgType})`)
  const kind = message.status === 'Actual' ? '' : message.status === 'Exercise' ? '【演练】' : `【${message.status}】`
  const said = message.headline ? `:${clip(message.headline)}` : ''
  if (message.ends) return `${kind}${who} ${wallClock(message.sent)} ${does}预警${said}`
  const places = message.areas.map((a) => a.description || (a.geocodes[0]?.value ?? '')).filter(Boolean)
  const where =
    places.length === 0 ? '' : `;范围:${places.slice(0, 3).map(clip).join('、')}${places.length > 3 ? `等 ${places.length} 处` : ''}`
  const until = message.expires ? `;有效至 ${wallClock(message.expires)}` : ';没有写有效期'
  const unplaced = message.areas.some((a) => a.unplaced) ? ';有区域定不下来,需人工确认' : ''
  return `${kind}${who} ${wallClock(message.sent)} ${does}${clip(message.event)}${levelNames[message.level]}预警${said}${where}${until}${unplaced}`
}

export function describeMessages(messages: ParsedMessage[]): string {
  const first = messages[0]
  if (!first) return '列表是空的:目前没有预警'
  return messages.length === 1 ? describeMessage(first) : `共 ${messages.length} 条。第 1 条:${describeMessage(first)}`
}

const clip = (text: string) => (text.length > 80 ? `${text.slice(0, 80)}…` : text)

/** 7月12日03:26, in China's time. */
export function wallClock(at: Date): string {
  const china = new Date(at.getTime() + 8 * 3_600_000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${china.getUTCMonth() + 1}月${china.getUTCDate()}日${two(china.getUTCHours())}:${two(china.getUTCMinutes())}`
}
