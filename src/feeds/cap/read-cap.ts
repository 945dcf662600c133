import { type BulletinProblem, type ParsedMessage, type Reading, Unreadable } from '../bulletin.js'
import type { Dialect, ReadContext } from '../dialect.js'
import type { EventTable } from '../event-table.js'
import { readXml, type XmlElement } from '../xml/read-xml.js'
import { capNamespaces } from './cap-names.js'
import { readAlert } from './read-alert.js'

/** CAP 1.0, 1.1, 1.2: a single <alert>, or a container (<alerts>, EDXL-DE, Atom and RSS with the alerts inside). Never throws. */
export const cap: Dialect = { name: 'cap', label: 'CAP', read: readCap }

export function readCap(raw: Buffer, context: ReadContext): Reading {
  try {
    return readCapTree(readXml(raw), context.events)
  } catch (e) {
    if (e instanceof Unreadable) return e.reading()
    throw e
  }
}

export function readCapTree(root: XmlElement, events: EventTable): Reading {
  const alerts = findAlerts(root)
  if (alerts.length === 0) return isIndex(root) ? refuseIndex(root) : notCap(root).reading()
  const messages: ParsedMessage[] = []
  const problems: BulletinProblem[] = []
  let firstFault: Unreadable | null = null
  for (const alert of alerts) {
    try {
      messages.push(readAlert(alert, events))
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e
      firstFault ??= e
      const { code, reason, english, line, column } = e
      problems.push({ code, severity: 'error', message: reason, messageEn: english, line, column })
    }
  }
  // One sound message in a container is enough: the others are told, not allowed to take it down.
  if (messages.length === 0 && firstFault) {
    const reading = firstFault.reading()
    return { ...reading, problems }
  }
  return { kind: 'messages', messages, problems }
}

export const isAlert = (element: XmlElement): boolean => element.name === 'alert' && capNamespaces.has(element.namespace)
/** Atom feed, RSS 2.0 or RSS 1.0. */
export const isIndex = (root: XmlElement): boolean => root.name === 'feed' || root.name === 'rss' || root.name === 'RDF'

/** In a list only what stands inside an entry counts. */
export function findAlerts(root: XmlElement): XmlElement[] {
  if (isAlert(root)) return [root]
  const found: XmlElement[] = []
  const walk = (element: XmlElement, inside: boolean) => {
    for (const child of element.children) {
      if (isAlert(child)) {
        if (inside) found.push(child)
      } else walk(child, inside || child.name === 'entry' || child.name === 'item')
    }
  }
  walk(root, !isIndex(root))
  return found
}

function refuseIndex(root: XmlElement): Reading {
  return {
    kind: 'refused',
    refusal: {
      code: 'index-only',
      reason: '这是一份预警目录(Atom/RSS),里面只有链接,没有预警全文',
      hint: '请发送其中某一条预警的 CAP 文件;要长期接收,请把这个目录的地址配置成预警来源',
    },
    problems: [
      {
        code: 'index-only',
        severity: 'error',
        message: '只有目录,没有预警全文',
        messageEn: 'an index without the alerts',
        line: root.line,
        column: root.column,
      },
    ],
  }
}

function notCap(root: XmlElement): Unreadable {
  const national = root.name === 'alert' && root.namespace === ''
  const name = root.name.slice(0, 60)
  return new Unreadable(
    'not-cap',
    national
      ? `第 ${root.line} 行:<alert> 没有写 CAP 的命名空间,不是 CAP 报文(可能是国家突发事件预警信息发布系统的格式)`
      : `第 ${root.line} 行:最外层是 <${name}>,不是 CAP 报文`,
    `line ${root.line}: root <${name}> in namespace "${root.namespace.slice(0, 100)}" is not CAP 1.0, 1.1 or 1.2`,
    national
      ? '请改用 /api/ingest/cn12379 接入,或请对方按 CAP 1.2 导出'
      : '请确认发送的是 CAP 预警文件(最外层为 <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">)',
    root.line,
    root.column,
  )
}
