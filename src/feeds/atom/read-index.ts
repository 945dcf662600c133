import { readCapTime } from '../cap/cap-time.js'
import type { XmlElement } from '../xml/read-xml.js'

/** One line of an index: where its document is, and what tells whether it has changed. */
export interface IndexEntry {
  id: string
  updated: string
  title: string
  /** The document's address as written; null when no link can lead to CAP. */
  link: string | null
  /** When it ends, where the index says so. */
  expires: Date | null
}

const capTypes = new Set(['', 'text/xml', 'application/xml', 'application/cap+xml', 'application/common-alerting-protocol+xml'])

/** The entries of an Atom feed or an RSS channel. A link that says it is a web page is passed over for the next one. */
export function readIndex(root: XmlElement): IndexEntry[] {
  const entries: XmlElement[] = []
  const walk = (element: XmlElement) => {
    for (const child of element.children) {
      if (child.name === 'entry' || child.name === 'item') entries.push(child)
      else if (child.name === 'channel') walk(child)
    }
  }
  walk(root)
  return entries.map(readEntry)
}

function readEntry(entry: XmlElement): IndexEntry {
  const text = (name: string) => entry.children.find((c) => c.name === name)?.text.trim() ?? ''
  const link = chooseLink(entry)
  const id = text('id') || text('guid') || link || text('title')
  const expires = readCapTime(text('expires'))
  return { id, updated: text('updated') || text('pubDate') || text('sent'), title: text('title'), link, expires: expires?.at ?? null }
}

function chooseLink(entry: XmlElement): string | null {
  const links = entry.children
    .filter((c) => c.name === 'link' || c.name === 'enclosure')
    .map((c) => ({
      href: (c.attributes.href ?? c.attributes.url ?? c.text).trim(),
      type: (c.attributes.type ?? '').split(';')[0]!.trim().toLowerCase(),
      rel: c.attributes.rel ?? 'alternate',
    }))
    .filter((l) => l.href !== '' && capTypes.has(l.type) && ['alternate', 'enclosure', 'related', 'self'].includes(l.rel))
  // A link that names CAP outright is nearer than one that says nothing of its type.
  return (links.find((l) => l.type.includes('cap') || l.type.includes('alerting')) ?? links[0])?.href ?? null
}
