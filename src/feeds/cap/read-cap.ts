import { carriesItself, readFlatEntries } from '../atom/flat-entries.js'
import { entriesOf } from '../atom/read-index.js'
import { type BulletinProblem, type ParsedMessage, type Reading, Unreadable } from '../bulletin.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { decodeText } from '../xml/decode-text.js'
import { readXmlText, type XmlElement } from '../xml/read-xml.js'
import { findInline, isIndex } from './find-alerts.js'
import { readAlert } from './read-alert.js'
import { refuseSignature, unsignedRemark, verifySignature } from './verify-signature.js'

export { isIndex } from './find-alerts.js'

/**
 * CAP 1.0, 1.1, 1.2: a single <alert>, or a container (<alerts>, EDXL-DE, Atom and RSS with the alerts inside, as elements, as text
 * or as flat cap:* fields). Never throws.
 */
export const cap: Dialect = { name: 'cap', label: 'CAP', read: readCap }

export function readCap(raw: Buffer, context: ReadContext): Reading {
  try {
    const text = decodeText(raw)
    const root = readXmlText(text)
    const reading = readCapTree(root, context)
    if (reading.kind !== 'messages' || context.settings.signature.policy === 'ignore') return reading
    return readSigned(text, root, reading, context)
  } catch (e) {
    if (e instanceof Unreadable) return e.reading()
    throw e
  }
}

/** Where a signature is asked for, only what it covers is read: anything else in the document may have been put there since. */
function readSigned(text: string, root: XmlElement, unsigned: Reading, context: ReadContext): Reading {
  const verdict = verifySignature(text, context.settings.signature)
  if (verdict.kind === 'good') return readCapTree(readXmlText(verdict.signed, { line: root.line, parent: null }), context)
  if (verdict.kind === 'missing' && context.settings.signature.policy === 'prefer') {
    return { ...unsigned, problems: [...unsigned.problems, unsignedRemark(root)] }
  }
  return refuseSignature(verdict, root)
}

export function readCapTree(root: XmlElement, context: Pick<ReadContext, 'events' | 'settings'>): Reading {
  const faults: Unreadable[] = []
  const { inline, flat } = findAll(root, faults)
  if (inline.length + flat.length === 0 && faults.length === 0) {
    if (isEmptyList(root)) return { kind: 'messages', messages: [], problems: [] }
    return isIndex(root) ? refuseIndex(root) : notCap(root).reading()
  }
  const messages: ParsedMessage[] = []
  for (const alert of [...inline, ...flat]) {
    try {
      const message = readAlert(alert, context)
      messages.push(flat.includes(alert) ? { ...message, problems: [flatRemark(alert), ...message.problems] } : message)
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e
      faults.push(e)
    }
  }
  const problems = faults.map(toProblem)
  // One sound message in a container is enough: the others are told, not allowed to take it down.
  if (messages.length === 0) return { ...faults[0]!.reading(), problems }
  return { kind: 'messages', messages: underEnvelope(root, messages), problems }
}

/** `<alerts/>`: a list that says that nothing is in force. Anything else inside would have to be understood first. */
const isEmptyList = (root: XmlElement): boolean => root.name === 'alerts' && root.children.length === 0 && root.text.trim() === ''

/** Every alert that can be read from this document alone. */
export function findAlerts(root: XmlElement): XmlElement[] {
  const { inline, flat } = findAll(root, [])
  return [...inline, ...flat]
}

function findAll(root: XmlElement, faults: Unreadable[]): { inline: XmlElement[]; flat: XmlElement[] } {
  const inline = findInline(root, faults)
  const flat = isIndex(root) ? entriesOf(root).filter((e) => carriesItself(e) && findInline(e).length === 0) : []
  return { inline, flat: readFlatEntries(root, flat) }
}

const toProblem = ({ code, reason, english, line, column }: Unreadable): BulletinProblem => ({
  code,
  severity: 'error',
  message: reason,
  messageEn: english,
  line,
  column,
})

const flatRemark = (at: XmlElement): BulletinProblem => ({
  code: 'flat-entry',
  severity: 'remark',
  message: '目录里没有预警全文的链接,按目录条目自带的内容读,可能不全',
  messageEn: 'the index leads to no document; the fields of the entry itself were read',
  line: at.line,
  column: at.column,
})

/** An EDXL-DE envelope may say that all of it is an exercise or a test: then what lies inside is no warning either. */
function underEnvelope(root: XmlElement, messages: ParsedMessage[]): ParsedMessage[] {
  const status = root.name === 'EDXLDistribution' ? (root.children.find((c) => c.name === 'distributionStatus')?.text.trim() ?? '') : ''
  if (status === '' || status === 'Actual') return messages
  const problem: BulletinProblem = {
    code: 'envelope-status',
    severity: 'remark',
    message: `外层信封写明 ${status.slice(0, 20)},里面的报文不作为真实预警`,
    messageEn: `the envelope says ${status.slice(0, 20)}`,
    line: root.line,
    column: root.column,
  }
  return messages.map((m) => {
    if (m.status !== 'Actual') return m
    const problems = [...m.problems, problem]
    if (status === 'Exercise') return { ...m, status: 'Exercise', problems }
    return { ...m, problems, refusal: m.refusal ?? { code: 'not-actual', reason: problem.message, hint: '不会通知任何人,已留存备查' } }
  })
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
