import type { ParsedMessage } from '../bulletin.js'
import { readChinaTime } from '../chinese/china-time.js'
import { isObject, type Json, textIn } from '../chinese/read-json.js'
import type { ReadContext } from '../dialect.js'
import { wordTable } from '../word-table.js'
import { makeWarning } from './make-warning.js'

const types = wordTable<string>({ alert: 'Alert', update: 'Update', cancel: 'Cancel' })

/** Lower-case words, objects for colour and kind, null where China says nothing; `supersedes` is the chain. */
export function readVersion1(item: Json, path: string, context: ReadContext): ParsedMessage | string {
  const part = (name: string): Json => (isObject(item[name]) ? item[name] : {})
  const id = textIn(item, 'id').slice(0, 200)
  const headline = textIn(item, 'headline')
  const sent = readChinaTime(textIn(item, 'issuedTime', 'effectiveTime'))
  if (!id) return '没有编号 id'
  if (!headline) return '没有标题 headline'
  if (!sent) return '发布时间 issuedTime 读不懂'
  const code = textIn(part('messageType'), 'code')
  const { supersedes } = part('messageType')
  const time = (...names: string[]) => readChinaTime(textIn(item, ...names))?.toISOString() ?? null
  const type = textIn(part('eventType'), 'code')
  const colour = textIn(part('color'), 'code')
  const criteria = textIn(item, 'criteria')
  return makeWarning(
    {
      id,
      sender: textIn(item, 'senderName'),
      sent,
      msgType: types[code.toLowerCase()] ?? code,
      replaces: Array.isArray(supersedes) ? supersedes.filter((other) => typeof other === 'string' && other !== '' && other !== id) : [],
      info: {
        event: textIn(part('eventType'), 'name'),
        headline,
        description: textIn(item, 'description'),
        instruction: textIn(item, 'instruction'),
        responseType: Array.isArray(item.responseTypes) ? item.responseTypes.filter((r) => typeof r === 'string').slice(0, 20) : [],
        urgency: capital(textIn(item, 'urgency')),
        severity: capital(textIn(item, 'severity')),
        certainty: capital(textIn(item, 'certainty')),
        effective: time('effectiveTime'),
        onset: time('onsetTime'),
        expires: time('expireTime', 'expiredTime'),
        eventCodes: type ? [{ name: 'QWeather', value: type }] : [],
        parameters: [...(colour ? [{ name: 'color', value: colour }] : []), ...(criteria ? [{ name: '发布标准', value: criteria }] : [])],
      },
    },
    path,
    context,
  )
}

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1)
