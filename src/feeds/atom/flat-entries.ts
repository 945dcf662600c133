import { capNamespaces, childrenOf } from '../cap/cap-names.js'
import type { XmlElement } from '../xml/read-xml.js'
import { chooseLink } from './choose-link.js'
import { readFeedTime } from './feed-time.js'

/**
 * Whether an entry says its warning in cap:* fields of its own and nothing better can be had: there is no link to the document,
 * or only one of no known kind beside a whole cap:info.
 */
export function carriesItself(entry: XmlElement): boolean {
  const has = (name: string) => entry.children.some((c) => c.name === name && capNamespaces.has(c.namespace))
  if (!has('status') || !(has('event') || has('info'))) return false
  const link = chooseLink(entry)
  return link === null || (has('info') && !link.saysCap)
}

/**
 * Flat entries as the alerts they were made from: one per identifier, however many entries (info × area × code) it was spread over.
 * The elements stand where they were read, so that a fault names the line of the entry.
 */
export function readFlatEntries(root: XmlElement, entries: XmlElement[]): XmlElement[] {
  const alerts = new Map<string, { alert: XmlElement; infos: Map<string, XmlElement> }>()
  for (const entry of entries) {
    const namespace = entry.children.find((c) => capNamespaces.has(c.namespace))!.namespace
    const identifier = textIn(entry, 'identifier') || textIn(entry, 'id') || textIn(entry, 'guid')
    const made = alerts.get(identifier) ?? { alert: makeAlert(root, entry, namespace, identifier), infos: new Map() }
    alerts.set(identifier, made)
    const whole = entry.children.filter((c) => c.name === 'info' && c.namespace === namespace)
    if (whole.length > 0) made.alert.children.push(...whole)
    else addInfo(made, entry, namespace)
  }
  return [...alerts.values()].map((a) => a.alert)
}

function makeAlert(root: XmlElement, entry: XmlElement, namespace: string, identifier: string): XmlElement {
  const alert = like(entry, 'alert', namespace, '')
  const sent = textIn(entry, 'sent') || textIn(entry, 'published') || textIn(entry, 'updated') || textIn(entry, 'pubDate')
  const header: Record<string, string> = {
    identifier,
    sender: textIn(entry, 'sender') || authorOf(entry) || authorOf(root) || textIn(root, 'id'),
    sent: readFeedTime(sent)?.at.toISOString() ?? sent,
    status: textIn(entry, 'status'),
    // MeteoAlarm's own name for it.
    msgType: textIn(entry, 'msgType') || textIn(entry, 'message_type'),
    // What stands in a public list is public, unless it says otherwise.
    scope: textIn(entry, 'scope') || 'Public',
    note: textIn(entry, 'note'),
    references: textIn(entry, 'references'),
  }
  for (const [name, text] of Object.entries(header)) if (text) alert.children.push(like(entry, name, namespace, text))
  return alert
}

const inArea = new Set(childrenOf.area)
const inInfo = new Set(childrenOf.info)

function addInfo({ alert, infos }: { alert: XmlElement; infos: Map<string, XmlElement> }, entry: XmlElement, namespace: string): void {
  const own = entry.children.filter((c) => capNamespaces.has(c.namespace))
  const fields = own.filter((c) => inInfo.has(c.name)).flatMap((c) => asPairs(c, namespace))
  const headline = textIn(entry, 'headline') || textIn(entry, 'title')
  const description = textIn(entry, 'description') || textIn(entry, 'summary')
  const key = JSON.stringify([fields.map((f) => [f.name, f.text, f.children.map((c) => c.text)]), description])
  let info = infos.get(key)
  if (!info) {
    info = like(entry, 'info', namespace, '')
    info.children.push(...fields)
    if (!fields.some((f) => f.name === 'headline')) info.children.push(like(entry, 'headline', namespace, headline))
    if (description && !fields.some((f) => f.name === 'description')) info.children.push(like(entry, 'description', namespace, description))
    info.children.sort((a, b) => childrenOf.info!.indexOf(a.name) - childrenOf.info!.indexOf(b.name))
    infos.set(key, info)
    alert.children.push(info)
  }
  addArea(
    info,
    own.filter((c) => inArea.has(c.name)).flatMap((c) => asPairs(c, namespace)),
    entry,
  )
}

/** The same place under another code is the same area. */
function addArea(info: XmlElement, parts: XmlElement[], entry: XmlElement): void {
  const shapeOf = (list: XmlElement[]) => JSON.stringify(list.filter((c) => c.name !== 'geocode').map((c) => [c.name, c.text.trim()]))
  const known = info.children.find((c) => c.name === 'area' && shapeOf(c.children) === shapeOf(parts))
  if (known) {
    known.children.push(...parts.filter((c) => c.name === 'geocode'))
    return
  }
  const area = like(entry, 'area', info.namespace, '')
  area.children.push(...parts.sort((a, b) => childrenOf.area!.indexOf(a.name) - childrenOf.area!.indexOf(b.name)))
  info.children.push(area)
}

/** In lists valueName and value have lost their prefix, several stand in one element, and one value holds several codes. */
function asPairs(element: XmlElement, namespace: string): XmlElement[] {
  const named = element.children.filter((c) => c.name === 'valueName' || c.name === 'value')
  if (named.length === 0) return [{ ...element, namespace }]
  const pairs: XmlElement[] = []
  let name = ''
  for (const child of named) {
    if (child.name === 'valueName') name = child.text.trim()
    const values = child.name !== 'value' ? [] : element.name === 'geocode' ? child.text.trim().split(/\s+/) : [child.text.trim()]
    for (const value of values.filter(Boolean)) {
      const pair = like(element, element.name, namespace, '')
      pair.children.push(like(child, 'valueName', namespace, name), like(child, 'value', namespace, value))
      pairs.push(pair)
    }
  }
  return pairs
}

/** A new element that stands where another one does. */
const like = (at: XmlElement, name: string, namespace: string, text: string): XmlElement => ({
  name,
  namespace,
  attributes: {},
  line: at.line,
  column: at.column,
  children: [],
  text,
  parent: at,
})

function textIn(element: XmlElement, name: string): string {
  const own = element.children.filter((c) => c.name === name)
  return (own.find((c) => capNamespaces.has(c.namespace)) ?? own[0])?.text.trim() ?? ''
}

function authorOf(element: XmlElement): string {
  const author = element.children.find((c) => c.name === 'author')
  return author ? textIn(author, 'name') || textIn(author, 'email') || textIn(author, 'uri') || author.text.trim() : ''
}
