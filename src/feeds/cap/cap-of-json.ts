import { type BulletinProblem, type ParsedMessage, Unreadable } from '../bulletin.js'
import type { ReadContext } from '../dialect.js'
import type { XmlElement } from '../xml/read-xml.js'
import { childrenOf } from './cap-names.js'
import { readAlert } from './read-alert.js'

const namespace = 'urn:oasis:names:tc:emergency:cap:1.2'

/**
 * CAP that was written down as JSON (MeteoAlarm, NINA, what NWS makes of it) as the elements it stands for, so that one reader
 * understands both. Arrays are repeated elements; the names are CAP's own; there are no lines in it, only paths.
 */
function alertElement(alert: Record<string, unknown>): XmlElement {
  return elementOf('alert', alert, null)
}

function elementOf(name: string, value: unknown, parent: XmlElement | null): XmlElement {
  const element: XmlElement = { name, namespace, attributes: {}, line: 1, column: 1, children: [], text: '', parent }
  if (!isObject(value)) {
    if (typeof value === 'string') element.text = value
    else if (typeof value === 'number' || typeof value === 'boolean') element.text = String(value)
    return element
  }
  const order = Object.hasOwn(childrenOf, name) ? childrenOf[name]! : []
  const place = (key: string) => (order.includes(key) ? order.indexOf(key) : order.length)
  const keys = Object.keys(value).sort((a, b) => place(a) - place(b))
  for (const key of keys) {
    const given = value[key]
    const values = Array.isArray(given) ? given.slice(0, mostOfOne) : [given]
    for (const one of values) if (one !== null && one !== undefined && deep(parent) < 8) element.children.push(elementOf(key, one, element))
  }
  return element
}

/** Enough for every message seen (625 areas); a longer array is somebody's joke. */
const mostOfOne = 5000
const deep = (of: XmlElement | null): number => (of ? 1 + deep(of.parent) : 0)
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** One alert of a list; why not, when it cannot be read. */
export function readJsonAlert(alert: Record<string, unknown>, at: string, context: ReadContext): ParsedMessage | string {
  try {
    const message = readAlert(alertElement(alert), context)
    return { ...message, problems: withoutLines(message.problems, at) }
  } catch (e) {
    if (e instanceof Unreadable) return e.reason.replace(/^第 1 行:/, '')
    throw e
  }
}

/** JSON has no lines: a problem is named by its path in the list, not by a line that would be wrong. */
function withoutLines(problems: BulletinProblem[], at: string): BulletinProblem[] {
  return problems.map(({ line: _, column: __, message, path, ...rest }) => ({
    ...rest,
    message: message.replace(/^第 1 行:/, ''),
    path: `${at}${path ?? ''}`,
  }))
}
