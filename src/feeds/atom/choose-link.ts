import type { XmlElement } from '../xml/read-xml.js'

const capTypes = new Set(['', 'text/xml', 'application/xml', 'application/cap+xml', 'application/common-alerting-protocol+xml'])

/** Where an entry's document is. A link that says it is a web page is passed over for the next one. */
export function chooseLink(entry: XmlElement): { href: string; saysCap: boolean } | null {
  const links = entry.children
    // GDACS calls the element itself `cap`.
    .filter((c) => c.name === 'link' || c.name === 'enclosure' || (c.name === 'cap' && /^https?:/.test(c.text.trim())))
    .map((c) => ({
      href: (c.attributes.href ?? c.attributes.url ?? c.text).trim(),
      type: (c.name === 'cap' ? 'application/cap+xml' : (c.attributes.type ?? '')).split(';')[0]!.trim().toLowerCase(),
      rel: c.attributes.rel ?? 'alternate',
    }))
    .filter((l) => l.href !== '' && capTypes.has(l.type) && ['alternate', 'enclosure', 'related', 'self'].includes(l.rel))
    .map(({ href, type }) => ({ href, saysCap: type.includes('cap') || type.includes('alerting') }))
  // A link that names CAP outright is nearer than one that says nothing of its type.
  return links.find((l) => l.saysCap) ?? links[0] ?? null
}
