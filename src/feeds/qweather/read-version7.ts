import type { ParsedMessage } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import { typeOfAct } from '../chinese/make-message.js'
import { type Json, textIn } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { ReadContext } from '../dialect.js'
import { wordTable } from '../word-table.js'
import { makeWarning } from './make-warning.js'

const types = wordTable<string>({
  active: 'Alert',
  update: 'Update',
  cancel: 'Cancel',
  预警中: 'Alert',
  首次: 'Alert',
  更新: 'Update',
  解除: 'Cancel',
  已解除: 'Cancel',
})

/**
 * 2023: type 1006, severity, severityColor. 2021: type 11B06, level "蓝色" or "Blue". 2020: type "大风", status "预警中", no sender, empty
 * times. A status nobody knows is kept and refused, never taken for a new warning.
 */
export function readVersion7(item: Json, path: string, context: ReadContext): ParsedMessage | string {
  const id = textIn(item, 'id').slice(0, 200)
  const headline = textIn(item, 'title')
  const sent = readChinaTime(textIn(item, 'pubTime', 'startTime'))
  if (!id) return '没有编号 id'
  if (!headline) return '没有标题 title'
  if (!sent) return '发布时间 pubTime 读不懂'
  const status = textIn(item, 'status')
  const replaces = textIn(item, 'related')
    .split(/[\s,;]+/)
    .filter((other) => other !== '' && other !== id)
  const act = readTitle(headline).act
  const said = types[status.toLowerCase()] ?? status
  const type = textIn(item, 'type')
  const isCode = /^[0-9A-Za-z]+$/.test(type)
  const time = (name: string) => readChinaTime(textIn(item, name))?.toISOString() ?? null
  return makeWarning(
    {
      id,
      sender: textIn(item, 'sender'),
      sent,
      // "active" is said of a repeat as well; what it replaces tells, or the words of its title.
      msgType: said === 'Alert' || said === '' ? (replaces.length > 0 ? 'Update' : act ? typeOfAct[act] : 'Alert') : said,
      replaces,
      info: {
        event: textIn(item, 'typeName') || (isCode ? '' : type),
        headline,
        description: textIn(item, 'text'),
        urgency: textIn(item, 'urgency'),
        severity: textIn(item, 'severity'),
        certainty: textIn(item, 'certainty'),
        effective: time('startTime'),
        expires: time('endTime'),
        eventCodes: isCode ? [{ name: 'QWeather', value: type }] : [],
        parameters: ['level', 'severityColor'].flatMap((name) => {
          const value = textIn(item, name)
          return value ? [{ name, value }] : []
        }),
      },
    },
    path,
    context,
  )
}
