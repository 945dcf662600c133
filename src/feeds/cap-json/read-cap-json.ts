import type { Reading } from '../bulletin.js'
import { readJsonAlert } from '../cap/cap-of-json.js'
import { changedShape, isObject, type Json, readItems, readingOf, readJson } from '../chinese/read-json.js'
import type { Dialect, ReadContext } from '../dialect.js'

const label = 'CAP 的 JSON 写法'

/** CAP's own names in JSON: NINA (Germany), NCDR (Taiwan). One alert, a list of them, or each in an `alert` of its own. */
export const capJson: Dialect = { name: 'cap-json', label, read: (raw, context) => readingOf(() => readCapJson(raw, context)) }

function readCapJson(raw: Buffer, context: ReadContext): Reading {
  const json = readJson(raw, label)
  const list = Array.isArray(json) ? json : [json]
  if (!list.some((item) => isObject(item) && Object.hasOwn(bare(item), 'identifier'))) throw changedShape(label, 'no CAP alert in it')
  const { messages, problems } = readItems(list, '', label, (item, at) => readJsonAlert(bare(item), at, context))
  return { kind: 'messages', messages, problems }
}

const bare = (item: Json): Json => [item.alert, item.AlertBody].find(isObject) ?? item
