import { Unreadable } from '../bulletin.js'
import { readXmlText, type XmlElement } from '../xml/read-xml.js'
import { capNamespaces } from './cap-names.js'

export const isAlert = (element: XmlElement): boolean => element.name === 'alert' && capNamespaces.has(element.namespace)
/** Atom feed, RSS 2.0 or RSS 1.0. */
export const isIndex = (root: XmlElement): boolean => root.name === 'feed' || root.name === 'rss' || root.name === 'RDF'
export const isEntry = (element: XmlElement): boolean => element.name === 'entry' || element.name === 'item'

/** Where a document may stand as text: Atom content, RSS description, EDXL content. */
const holders = new Set(['content', 'encoded', 'description', 'summary', 'embeddedXMLContent', 'contentXML', 'xmlContent'])
const startsDocument =
  /^\s*(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--[^<>]{0,500}-->\s*)?<(?:[A-Za-z_][\w.-]{0,40}:)?(?:alert|alerts|EDXLDistribution)[\s>/]/

/** Alerts that stand whole in the document, as elements or as text (escaped, CDATA). In a list only what stands in an entry counts. */
export function findInline(root: XmlElement, faults: Unreadable[] = []): XmlElement[] {
  if (isAlert(root)) return [root]
  const found: XmlElement[] = []
  const walk = (element: XmlElement, inside: boolean) => {
    for (const child of element.children) {
      if (isAlert(child)) {
        if (inside) found.push(child)
        continue
      }
      const within = inside || isEntry(child)
      const nested = within ? readNested(child, faults) : null
      if (nested && isAlert(nested)) found.push(nested)
      else walk(nested ?? child, within)
    }
  }
  walk(root, !isIndex(root))
  return found
}

function readNested(element: XmlElement, faults: Unreadable[]): XmlElement | null {
  if (!holders.has(element.name) || element.children.length > 0 || !startsDocument.test(element.text.slice(0, 1000))) return null
  const text = element.text.trimStart()
  const skipped = element.text.slice(0, element.text.length - text.length).split('\n').length - 1
  try {
    return readXmlText(text, { line: element.line + skipped, parent: element })
  } catch (e) {
    if (!(e instanceof Unreadable)) throw e
    faults.push(e)
    return null
  }
}
