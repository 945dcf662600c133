import { findInline, isEntry } from '../cap/find-alerts.js'
import type { XmlElement } from '../xml/read-xml.js'
import { chooseLink } from './choose-link.js'
import { readFeedEnd } from './feed-time.js'
import { carriesItself } from './flat-entries.js'

/** One document an index leads to: where it is, and what tells whether it has changed. */
export interface IndexEntry {
  id: string
  updated: string
  title: string
  /** The document's address as written; null when no link can lead to CAP. */
  link: string | null
  /** When it ends, where the index says so. */
  expires: Date | null
}

/**
 * The documents that an Atom feed or an RSS channel leads to. Entries that carry their warning themselves are read with the index.
 * MeteoAlarm writes an entry per language, area and code, all with one link: that is one document.
 */
export function readIndex(root: XmlElement): IndexEntry[] {
  const documents = new Map<string, IndexEntry>()
  for (const element of entriesOf(root)) {
    if (carriesItself(element) || findInline(element).length > 0) continue
    const entry = readEntry(element)
    const key = entry.link ?? `id:${entry.id}`
    const known = documents.get(key)
    documents.set(key, known ? joinEntries(known, entry) : entry)
  }
  return namedApart([...documents.values()])
}

export function entriesOf(root: XmlElement): XmlElement[] {
  const entries: XmlElement[] = []
  const walk = (element: XmlElement) => {
    for (const child of element.children) {
      if (isEntry(child)) entries.push(child)
      else if (child.name === 'channel') walk(child)
    }
  }
  walk(root)
  return entries
}

const joinEntries = (a: IndexEntry, b: IndexEntry): IndexEntry => ({
  ...a,
  updated: a.updated > b.updated ? a.updated : b.updated,
  expires: a.expires && b.expires ? new Date(Math.max(+a.expires, +b.expires)) : null,
})

/** Two documents under one id: each keeps its own memory of whether it has changed. */
function namedApart(entries: IndexEntry[]): IndexEntry[] {
  const times = new Map<string, number>()
  for (const { id } of entries) times.set(id, (times.get(id) ?? 0) + 1)
  return entries.map((e) => (times.get(e.id) === 1 ? e : { ...e, id: `${e.id} ${e.link ?? ''}` }))
}

function readEntry(entry: XmlElement): IndexEntry {
  const text = (name: string) => entry.children.find((c) => c.name === name)?.text.trim() ?? ''
  const link = chooseLink(entry)?.href ?? null
  const id = text('identifier') || text('id') || text('guid') || link || text('title')
  const updated = text('updated') || text('pubDate') || text('sent')
  return { id, updated, title: text('title'), link, expires: readFeedEnd(text('expires')) }
}
