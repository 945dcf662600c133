import { type BulletinProblem, type Reading, Unreadable } from '../bulletin.js'
import { decodeText } from '../xml/decode-text.js'

/** More than any list of the whole country ever held; a longer one is cut, and that is told. */
export const mostItems = 2000

/** JSON of a Chinese service, or JavaScript that sets one variable to it: `var alertData =[…];`. */
export function readJson(raw: Buffer, service: string): unknown {
  const text = decodeText(raw).replace(/^\uFEFF/, '')
  const bare = text.trimStart()
  if (bare === '')
    throw new Unreadable('empty', '报文里只有空白,没有内容', 'the body holds nothing but white space', `请检查${service}的地址后重新取`)
  if (bare.startsWith('<'))
    throw new Unreadable(
      'web-page',
      `收到的是网页或 XML,不是${service}的数据`,
      'a web page or XML was received where JSON is expected',
      '多半是对方的登录页、维护页或出错页。请检查来源地址,并打电话向发布单位核实有无预警',
    )
  const assigned = /^(?:var|let|const|window\.)\s{0,20}([A-Za-z_$][\w$]{0,60})\s{0,20}=/.exec(bare)
  const start = text.length - bare.length + (assigned?.[0].length ?? 0)
  const json = assigned ? text.slice(start).trimEnd().replace(/;$/, '') : text.slice(start)
  try {
    return JSON.parse(json)
  } catch (e) {
    throw faultOf(e, text, start, service)
  }
}

function faultOf(e: unknown, text: string, start: number, service: string): Unreadable {
  const said = e instanceof Error ? e.message : ''
  const at = Math.min(text.length, start + Number(/position (\d+)/.exec(said)?.[1] ?? text.length))
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const cut = before.length === text.length
  return new Unreadable(
    'malformed-json',
    cut ? `文件到第 ${line} 行就断了,没有传完整` : `第 ${line} 行第 ${column} 列不符合 JSON 的写法,不是${service}的数据`,
    // The parser's words quote the text, which is not ours to repeat.
    `${line}:${column}: ${cut ? 'unexpected end of JSON' : 'not JSON'}`,
    '请重新取一次;反复如此,请检查来源地址,并打电话向发布单位核实有无预警',
    line,
    column,
  )
}

/** A dialect's reading of JSON, with what cannot be read turned into an answer. */
export function readingOf(read: () => Reading): Reading {
  try {
    return read()
  } catch (e) {
    if (e instanceof Unreadable) return e.reading()
    throw e
  }
}

/** The shape is not what it was: never to be taken for "no warnings". */
export const changedShape = (service: string, english: string, said = ''): Unreadable =>
  new Unreadable(
    'changed-shape',
    `收到的 JSON 不是${service}的预警数据,对方可能换了格式${said ? `(对方说明:${said.slice(0, 80)})` : ''}`,
    english,
    '这不等于没有预警:请打电话向发布单位核实,并检查来源地址;确实换了格式请联系维护人员',
  )

const nothingReadable = (service: string, path: string, bad: number, firstFault: string): Unreadable =>
  new Unreadable(
    'items-unreadable',
    `${service}的数据里有 ${bad} 条,没有一条读得懂。${firstFault.slice(0, 200)}`,
    `none of the ${bad} items at ${path || 'the top'} can be read`,
    '这不等于没有预警:请打电话向发布单位核实,并检查来源地址;确实换了格式请联系维护人员',
  )

export type Json = Record<string, unknown>
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** A text field; numbers are written out; "9999" and null mean that there is none. */
export function textIn(of: Json, ...names: string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(of, name) ? of[name] : undefined
    const text = typeof value === 'string' ? value.trim() : typeof value === 'number' && Number.isFinite(value) ? String(value) : ''
    if (text && text !== '9999') return text.slice(0, 20_000)
  }
  return ''
}

/** Reads what can be read of a list. One bad entry is told and does not take the others down; nothing but bad ones is a changed shape. */
export function readItems<T>(
  items: unknown[],
  path: string,
  service: string,
  read: (item: Json, path: string) => T | string,
): { messages: T[]; problems: BulletinProblem[] } {
  const messages: T[] = []
  const problems: BulletinProblem[] = []
  let bad = 0
  let firstFault = ''
  for (const [i, item] of items.slice(0, mostItems).entries()) {
    const at = `${path}[${i}]`
    if (item === null) {
      problems.push({ code: 'null-item', severity: 'remark', message: `第 ${i + 1} 条是空的,已跳过`, messageEn: `${at} is null`, path: at })
      continue
    }
    const got = isObject(item) ? read(item, at) : '不是一个对象'
    if (typeof got !== 'string') {
      messages.push(got)
      continue
    }
    bad++
    firstFault ||= `第 ${i + 1} 条:${got}`
    if (bad <= 50)
      problems.push({
        code: 'item-unreadable',
        severity: 'error',
        message: `第 ${i + 1} 条读不懂(${got}),请打电话向发布单位核实`,
        messageEn: `${at} cannot be read`,
        path: at,
      })
  }
  if (items.length > mostItems)
    problems.push({
      code: 'list-cut',
      severity: 'error',
      message: `列表有 ${items.length} 条,只读了前 ${mostItems} 条`,
      messageEn: `${items.length} items, the first ${mostItems} are read`,
      path,
    })
  if (messages.length === 0 && bad > 0) throw nothingReadable(service, path, bad, firstFault)
  return { messages, problems }
}
