import type { Reading } from '../bulletin.js'
import { readJsonAlert } from '../cap/cap-of-json.js'
import { readCap } from '../cap/read-cap.js'
import { changedShape, isObject, readItems, readingOf, readJson } from '../chinese/read-json.js'
import type { Dialect, ReadContext } from '../dialect.js'

const service = 'MeteoAlarm'

/**
 * feeds.meteoalarm.org: `{"warnings":[{"uuid","alert":{CAP as JSON}}]}`, or the legacy Atom index, which is CAP's own. Areas are EMMA_ID
 * codes without outline; the colour is in the parameter awareness_level ("2; yellow; Moderate").
 */
export const meteoalarm: Dialect = { name: 'meteoalarm', label: 'MeteoAlarm', read: readMeteoalarm }

export function readMeteoalarm(raw: Buffer, context: ReadContext): Reading {
  if (
    raw
      .subarray(0, 200)
      .toString('latin1')
      .trimStart()
      .replace(/^\u00ef\u00bb\u00bf/, '')
      .startsWith('<')
  )
    return readCap(raw, context)
  return readingOf(() => {
    const json = readJson(raw, service)
    if (!isObject(json) || !Array.isArray(json.warnings)) throw changedShape(service, 'no list of warnings')
    const { messages, problems } = readItems(json.warnings, 'warnings', service, (item, at) =>
      isObject(item.alert) ? readJsonAlert(item.alert, `${at}.alert`, context) : '没有 alert',
    )
    return { kind: 'messages', messages, problems }
  })
}
