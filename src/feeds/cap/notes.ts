import type { BulletinProblem } from '../bulletin.js'
import { pathOf } from '../xml/explain-fault.js'
import type { XmlElement } from '../xml/read-xml.js'

/** At most this many problems are kept of one message: a file that is wrong everywhere says so well enough. */
const most = 200

/** Gathers what is wrong, each with its line and XPath; every fault is told, not only the first. */
export interface Notes {
  readonly list: BulletinProblem[]
  add(severity: BulletinProblem['severity'], code: string, at: XmlElement, message: string, messageEn: string): void
}

export function createNotes(): Notes {
  const list: BulletinProblem[] = []
  return {
    list,
    add(severity, code, at, message, messageEn) {
      if (list.length >= most) return
      list.push({ code, severity, message: `第 ${at.line} 行:${message}`, messageEn, line: at.line, column: at.column, path: pathOf(at) })
    },
  }
}

export const childrenNamed = (element: XmlElement, name: string): XmlElement[] =>
  element.children.filter((c) => c.name === name && c.namespace === element.namespace)

export const childNamed = (element: XmlElement, name: string): XmlElement | undefined =>
  element.children.find((c) => c.name === name && c.namespace === element.namespace)

/** The children by name, looked through once: an info may hold hundreds of areas. */
export function groupChildren(element: XmlElement): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>()
  for (const child of element.children) {
    if (child.namespace !== element.namespace) continue
    const known = groups.get(child.name)
    if (known) known.push(child)
    else groups.set(child.name, [child])
  }
  return groups
}

/** Trimmed text of the first child of that name; '' when it is missing or empty. */
export const textOf = (element: XmlElement, name: string): string => childNamed(element, name)?.text.trim() ?? ''
