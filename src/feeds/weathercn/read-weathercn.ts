import type { ParsedMessage, Reading } from '../bulletin.js'
import { Unreadable } from '../bulletin.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson, textIn } from '../chinese/read-json.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { decodeText } from '../xml/decode-text.js'
import { readDetail } from './read-detail.js'
import { readRow } from './read-row.js'

const service = '中国天气网'

/**
 * weather.com.cn: `var alarminfo={…};`, JavaScript that sets one variable. The index (grepalarm, or alarmMap as JSON) has rows of 2, 7 or
 * 8 columns with a headline at most; the detail page has the text. The site answers only who sends a Referer (config/feeds.yaml).
 */
export const weathercn: Dialect = {
  name: 'weathercn',
  label: service,
  read: (raw, context) => readingOf(() => readWeathercn(raw, context)),
}

function readWeathercn(raw: Buffer, context: ReadContext): Reading {
  refuseOtherVariable(raw)
  const json = readJson(raw, service)
  if (!isObject(json)) throw changedShape(service, 'not an object')
  const index = isObject(json.result) ? json.result : json
  if (Object.hasOwn(index, 'data')) return readList(index, context)
  const { messages, problems } = readItems([json], '', service, (item) => readDetail(item, context))
  return { kind: 'messages', messages, problems }
}

/** Another variable is another page of the site: what it holds is not the list of warnings. */
function refuseOtherVariable(raw: Buffer): void {
  const name = /^\s*(?:var|let|const|window\.)\s{0,20}([A-Za-z_$][\w$]{0,60})\s{0,20}=/.exec(decodeText(raw).slice(0, 300))?.[1]
  if (name === undefined || name === 'alarminfo') return
  throw new Unreadable(
    'other-variable',
    `收到的是变量“${name}”,不是中国天气网的预警 alarminfo`,
    `the variable ${name} is set where alarminfo is expected`,
    '这不等于没有预警:请检查来源地址,并打电话向发布单位核实',
  )
}

/** An empty list is "no warnings" only where the count says so too. */
function readList(index: Json, context: ReadContext): Reading {
  if (!Array.isArray(index.data)) throw changedShape(service, 'data is not a list')
  const rows: unknown[] = index.data
  const count = /^\d{1,6}$/.test(textIn(index, 'count')) ? Number(textIn(index, 'count')) : null
  if (count === null) throw changedShape(service, 'no count')
  if (rows.length === 0 && count > 0) throw changedShape(service, `the count is ${count}, the list is empty`)
  const { messages, problems } = readItems<ParsedMessage>(
    rows.map((row) => (Array.isArray(row) ? { row } : row)),
    'data',
    service,
    (item, at) => (Array.isArray(item.row) ? readRow(item.row, at, context) : '不是一行数据'),
  )
  if (count > rows.length)
    problems.push({
      code: 'list-short',
      severity: 'error',
      message: `列表写明有 ${count} 条,只收到 ${rows.length} 条,可能有预警没有收到,请核对`,
      messageEn: `the count is ${count}, only ${rows.length} rows came`,
      path: 'data',
    })
  return { kind: 'messages', messages, problems }
}
