import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { Unreadable } from '../bulletin.js'
import { decodeText } from './decode-text.js'
import { explainFault } from './explain-fault.js'
import { nameElement, outermost, type Scope } from './namespaces.js'

/** One element with where it stands, so that every problem can name its line. */
export interface XmlElement {
  name: string
  namespace: string
  attributes: Record<string, string>
  /** Of the `<`, both from 1. */
  line: number
  column: number
  children: XmlElement[]
  /** Text directly inside, CDATA included. */
  text: string
  parent: XmlElement | null
}

export const limits = { depth: 32, elements: 20_000, attributes: 64 }

export function readXml(raw: Buffer): XmlElement {
  return readXmlText(decodeText(raw))
}

/** `within` is the element whose text this document is (escaped or CDATA): its lines go on from there, its path too. */
export function readXmlText(text: string, within: { line: number; parent: XmlElement | null } = { line: 1, parent: null }): XmlElement {
  refuseWhatIsNotXml(text)
  const above = within.line - 1
  // Six handlers and no more: with the seventh V8 gives up on the parser's shape, and parsing takes five times as long.
  // Namespaces are looked up here (namespaces.ts): the parser's own way takes as long as all the rest of it.
  const parser = new SaxesParser({ xmlns: false, position: true })
  const scopes: Scope[] = [outermost]
  const place = new Place(text)
  let root: XmlElement | null = null
  let top: XmlElement | null = null
  let depth = 0
  let elements = 0
  let closed = ''
  const stop = (what: string, english: string): never => {
    throw new Unreadable('too-big', what, english, limitHint, parser.line + above, parser.columnIndex + 1)
  }
  parser.on('error', (e) => {
    const said = e.message.replace(/^\d+:\d+: /, '')
    // The parser names neither of two tags that differ.
    const closing = () => text.slice(text.lastIndexOf('</', parser.position - 1) + 2, parser.position - 1).trim()
    const named = said.startsWith('unexpected close tag') ? `closing tag </${closing()}> does not match <${closed}>` : said
    throw explainFault(named, parser.line + above, parser.columnIndex + 1)
  })
  parser.on('doctype', () => {
    throw refuseDoctype(text, above)
  })
  parser.on('opentag', (tag: SaxesTagPlain) => {
    if (++depth > limits.depth) stop(`元素一层套一层超过 ${limits.depth} 层`, `more than ${limits.depth} levels of elements`)
    if (++elements > limits.elements) stop(`元素超过 ${limits.elements} 个`, `more than ${limits.elements} elements`)
    // No `<` stands inside a tag, so the last one is where it begins.
    place.moveTo(text.lastIndexOf('<', parser.position - 1))
    const line = place.line + above
    const { column } = place
    const named = nameElement(tag, scopes[depth - 1]!)
    if (typeof named === 'string') throw explainFault(named, line, column)
    const { name, namespace, attributes, scope } = named
    if (named.count > limits.attributes) stop(`一个元素的属性超过 ${limits.attributes} 个`, `more than ${limits.attributes} attributes`)
    scopes[depth] = scope
    const parent = top ?? within.parent
    const element: XmlElement = { name, namespace, attributes, line, column, children: [], text: '', parent }
    if (top) top.children.push(element)
    else root = element
    top = element
  })
  parser.on('closetag', (tag) => {
    closed = tag.name
    depth--
    top = top === root ? null : (top?.parent ?? null)
  })
  const addText = (t: string) => {
    if (top) top.text += t
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(text).close()
  if (!root) throw explainFault('document must contain a root element.', parser.line + above, parser.columnIndex + 1)
  return root
}

/** Line and column (from 1) of an offset in the text. Elements come in order, so the search goes on from the last one. */
class Place {
  private readonly starts = [0]
  private at = 0
  column = 1

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1)
  }
  get line(): number {
    return this.at + 1
  }
  moveTo(offset: number): void {
    const { starts } = this
    while (this.at + 1 < starts.length && starts[this.at + 1]! <= offset) this.at++
    this.column = offset - starts[this.at]! + 1
  }
}

const limitHint = '正常的预警报文远小于这个限度,这份文件可能损坏,也可能是恶意文件。不要转发,请联系发送单位核实'

function refuseWhatIsNotXml(text: string): void {
  const head = text
    .slice(0, 500)
    .replace(/^\uFEFF/, '')
    .trimStart()
  if (head === '' && text.trim() === '') {
    throw new Unreadable('empty', '报文里只有空白,没有内容', 'the body holds nothing but white space', '请对方重新发送完整的报文')
  }
  if (/^(<!doctype html|<html)/i.test(head)) {
    throw new Unreadable(
      'web-page',
      '收到的是一个网页,不是预警报文',
      'a web page was received instead of a bulletin',
      '多半是对方网站的登录页、维护页或出错页。请检查来源地址是否正确、是否需要口令,并打电话向发布单位核实有无预警',
    )
  }
  if (/^[[{]/.test(head)) {
    throw new Unreadable(
      'not-xml',
      '收到的是 JSON,不是 CAP 格式的 XML 报文',
      'JSON was received where CAP XML is expected',
      '请换用对应的接入地址(例如天气预报用 /api/ingest/open-meteo)',
    )
  }
}

function refuseDoctype(text: string, above: number): Unreadable {
  const at = Math.max(0, text.search(/<!DOCTYPE/i))
  const before = text.slice(0, at).split('\n')
  const line = before.length + above
  const column = before[before.length - 1]!.length + 1
  return new Unreadable(
    'doctype',
    `第 ${line} 行有 DOCTYPE 声明(可引用外部文件或成倍膨胀),为安全起见不读`,
    `line ${line}: a DOCTYPE (it may carry external entities or an XML bomb) is refused`,
    '正规预警报文不带 DOCTYPE,这份文件可能是恶意文件。不要转发,请联系发送单位核实',
    line,
    column,
  )
}
