import { type BulletinArea, type BulletinInfo, type ParsedMessage, type Reading, type Reference, Unreadable } from '../bulletin.js'
import { childNamed, childrenNamed, createNotes, type Notes, textOf } from '../cap/notes.js'
import { plainText } from '../cap/plain-text.js'
import { readChinaTime } from '../chinese/china-time.js'
import { makeInfo, makeMessage } from '../chinese/make-message.js'
import { readingOf } from '../chinese/read-json.js'
import { readTitle } from '../chinese/read-title.js'
import type { Dialect, ReadContext } from '../dialect.js'
import { decodeText } from '../xml/decode-text.js'
import { readXmlText, type XmlElement } from '../xml/read-xml.js'
import { mendText } from './mend-text.js'
import { noteDeviations } from './note-deviations.js'
import { readAreas } from './read-areas.js'

/** The XML of the national warning system (GB/T 35965 family) as it is really exchanged: near to CAP, and yet not CAP. */
export const cn12379: Dialect = {
  name: 'cn12379',
  label: '国家突发事件预警信息发布系统',
  read: (raw, context) => readingOf(() => readNational(raw, context)),
}

function readNational(raw: Buffer, context: ReadContext): Reading {
  const mended = mendText(decodeText(raw))
  const root = readXmlText(mended.text)
  const alerts = root.name === 'alert' ? [root] : root.name === 'alerts' ? childrenNamed(root, 'alert') : []
  if (root.namespace !== '' || alerts.length === 0) throw notNational(root)
  const messages: ParsedMessage[] = []
  const problems = [...mended.problems]
  let fault: Unreadable | null = null
  for (const alert of alerts) {
    try {
      messages.push(readAlert(alert, context))
    } catch (e) {
      if (!(e instanceof Unreadable)) throw e
      fault ??= e
      problems.push({ code: e.code, severity: 'error', message: e.reason, messageEn: e.english, line: e.line, column: e.column })
    }
  }
  if (messages.length === 0 && fault) throw fault
  return { kind: 'messages', messages, problems }
}

/**
 * Audiences (audienceGrp, audenceprt) hold phone numbers of people. They are not read: they stay in the raw bytes and nowhere else.
 */
function readAlert(element: XmlElement, context: ReadContext): ParsedMessage {
  const notes = createNotes()
  const identity = readIdentity(element)
  noteDeviations(element, notes)
  const infoElements = childrenNamed(element, 'info')
  const infos = infoElements.map((i) => readInfo(i, element, identity.sender, notes))
  const read = infoElements.map((i) => readAreas(i, identity.identifier, notes, context.settings.datum))
  const message = makeMessage(
    {
      ...identity,
      status: textOf(element, 'status'),
      msgType: textOf(element, 'msgType'),
      scope: textOf(element, 'scope'),
      note: textIn(element, 'note'),
      references: readReferences(element, identity, notes),
      infos,
      areas: unique(read.flatMap((r) => r.areas)),
      evidence: [],
      at: { line: element.line, column: element.column },
      problems: notes.list,
      counts: {
        infos: infos.length,
        areas: read.reduce((n, r) => n + r.counts.areas, 0),
        polygons: read.reduce((n, r) => n + r.counts.polygons, 0),
        circles: read.reduce((n, r) => n + r.counts.circles, 0),
      },
    },
    context.events,
  )
  return { ...message, refusal: message.refusal ?? secrecyOf(element) }
}

/** Each language names the same areas. */
const unique = (areas: BulletinArea[]) => [...new Map(areas.map((a) => [JSON.stringify(a), a])).values()]

function readIdentity(element: XmlElement): { identifier: string; sender: string; sent: Date } {
  const stop = (code: string, reason: string, english: string, at = element): never => {
    const hint = '请发送单位补全后重发;情况紧急时先打电话核实,用“补录”人工录入'
    throw new Unreadable(code, `第 ${at.line} 行:${reason}`, `line ${at.line}: ${english}`, hint, at.line, at.column)
  }
  const identifier = textOf(element, 'identifier')
  const sender = textOf(element, 'sender') || textOf(element, 'senderCode')
  if (!identifier) return stop('no-identity', '报文没有写编号 <identifier>', '<identifier> is missing')
  if (!sender) return stop('no-identity', '报文没有写发送者 <sender>', '<sender> is missing')
  const time = childNamed(element, 'sendTime') ?? childNamed(element, 'sent')
  if (!time?.text.trim()) return stop('no-identity', '报文没有写发送时间 <sendTime>', '<sendTime> is missing')
  const sent = readChinaTime(time.text)
  if (!sent)
    return stop('sent-unreadable', '发送时间 <sendTime> 读不懂(应写成 2026-07-12 03:26:00+08:00)', '<sendTime> is not a time', time)
  return { identifier: identifier.slice(0, 200), sender: sender.slice(0, 200), sent }
}

function readInfo(element: XmlElement, alert: XmlElement, sender: string, notes: Notes): BulletinInfo {
  const headline = textIn(element, 'headline')
  const code = textOf(element, 'eventType')
  const time = (name: string): string | null => {
    const child = childNamed(element, name)
    if (!child?.text.trim()) return null
    const at = readChinaTime(child.text)
    if (!at) notes.add('error', 'time-unreadable', child, `<${name}> 的时间读不懂,按没有写处理`, `<${name}> is not a time`)
    return at?.toISOString() ?? null
  }
  return makeInfo({
    language: textOf(element, 'language') || 'zh-CN',
    event: textIn(element, 'event') || readTitle(headline).hazard,
    headline,
    description: textIn(element, 'description') || firstWords(alert, element, notes),
    instruction: textIn(element, 'instruction'),
    senderName: officeName(element, sender, notes),
    urgency: textOf(element, 'urgency'),
    severity: textOf(element, 'severity'),
    certainty: textOf(element, 'certainty'),
    responseType: childrenNamed(element, 'responseType')
      .map((c) => c.text.trim())
      .filter(Boolean),
    effective: time('effective'),
    onset: time('onset'),
    expires: time('expires'),
    web: textOf(element, 'web') || null,
    eventCodes: code ? [{ name: 'eventType', value: code.slice(0, 40) }] : [],
  })
}

const textIn = (element: XmlElement, name: string): string => plainText(textOf(element, name)).text

/** The words for SMS say what the description does not. */
function firstWords(alert: XmlElement, info: XmlElement, notes: Notes): string {
  const methods = childrenNamed(alert, 'code').flatMap((c) => childrenNamed(c, 'method'))
  const words = methods.map((m) => textIn(m, 'message')).find(Boolean) ?? ''
  if (words)
    notes.add(
      'remark',
      'description-from-method',
      info,
      '没有写正文,用了发送渠道里的文字',
      'the words of a channel stand for the description',
    )
  return words
}

/** A person signs there at times. Only what looks like the name of an office is shown. */
function officeName(element: XmlElement, sender: string, notes: Notes): string {
  const name = textOf(element, 'senderName')
  if (!name || name === sender) return sender
  if (/(?:局|台|站|中心|厅|委|部|办|政府|指挥部|公司|院|所|队)(?:[(\uff08]演练[)\uff09])?$/.test(name)) return name.slice(0, 100)
  notes.add(
    'remark',
    'sender-person',
    childNamed(element, 'senderName')!,
    'senderName 可能是个人姓名,不显示,改用发布单位',
    'senderName may be a person; the office is shown instead',
  )
  return sender
}

/** Bare identifiers, of the first message of the chain; CAP's "sender,identifier,sent" is understood too. */
function readReferences(element: XmlElement, own: { identifier: string }, notes: Notes): Reference[] {
  const child = childNamed(element, 'references')
  const references = (child?.text.trim().slice(0, 20_000) ?? '')
    .split(/[\s;\uff0c\uff1b]+/)
    .slice(0, 200)
    .flatMap((token): Reference[] => {
      const [sender, identifier, sent] = token.split(',')
      const at = sent === undefined ? null : readChinaTime(sent)
      if (at && sender && identifier) return [{ sender, identifier, sent: at.toISOString() }]
      return token.split(',').flatMap((id) => (id ? [{ sender: null, identifier: id.slice(0, 200), sent: null }] : []))
    })
  if (references.some((r) => r.sender === null))
    notes.add('remark', 'bare-reference', child!, '引用只写了编号,按编号查找', 'a reference is a bare identifier')
  if (references.some((r) => r.identifier === own.identifier))
    notes.add('remark', 'self-reference', child!, '报文引用了自己,已接受,不会用它取代自己', 'the message refers to itself')
  return references
}

/** Only a word that means secret stops a warning; any other is none of ours to interpret. */
function secrecyOf(element: XmlElement): ParsedMessage['refusal'] {
  const said = textOf(element, 'secClassification')
  if (!/秘密|机密|绝密|内部|secret|confidential|restricted|^classified/i.test(said)) return null
  return {
    code: 'secret',
    reason: `报文标有密级(secClassification“${said.slice(0, 20)}”),不能转发`,
    reasonEn: 'it is marked as secret and is not passed on',
    hint: '请按保密规定处理,并打电话向发布单位核实能否对公众转发',
  }
}

function notNational(root: XmlElement): Unreadable {
  const isCap = root.name === 'alert' && root.namespace !== ''
  return new Unreadable(
    'not-cn12379',
    isCap
      ? `第 ${root.line} 行:<alert> 写了命名空间,是 CAP 报文,不是国家突发事件预警信息发布系统的格式`
      : `第 ${root.line} 行:最外层是 <${root.name.slice(0, 60)}>,不是国家突发事件预警信息发布系统的报文`,
    `line ${root.line}: root <${root.name.slice(0, 60)}> is not the national system's <alert>`,
    isCap ? '请改用 /api/ingest/cap 接入' : '请确认发送的是预警报文(最外层为 <alert>),并打电话向发布单位核实有无预警',
    root.line,
    root.column,
  )
}
