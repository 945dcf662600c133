import { SaxesParser, type SaxesTagPlain } from 'saxes'
import { Problem } from '../../base/problem.js'
import { readZip, type ZipEntry } from './zip.js'

export interface SheetRow {
  /** 1-based, as the spreadsheet shows it. */
  line: number
  cells: string[]
}
export interface Workbook {
  /** The one that was asked for, or the first sheet that is not hidden and not empty. */
  sheet: string
  /** The others, which are not read. */
  others: string[]
  rows: AsyncGenerator<SheetRow>
}

type Tag = { name: string; attributes: Record<string, string> }
type Parts = Map<string, ZipEntry>
const local = (name: string) => name.slice(name.indexOf(':') + 1)
const mostColumns = 256
const notWorkbook = (detail: string) =>
  new Problem('unreadable', '这不是完整的 XLSX 表格:请在表格软件里另存为 XLSX 或 CSV', `not a whole XLSX workbook: ${detail}`)

/** Reads a workbook row by row: one pass over the XML of one sheet, never a tree and never the whole text. */
export async function readXlsx(bytes: Buffer, wanted?: string): Promise<Workbook> {
  const parts: Parts = await readZip(bytes)
  const { sheets, since1904 } = await readSheets(parts)
  const shared = await readShared(parts.get('xl/sharedStrings.xml'))
  const dates = await readDateStyles(parts.get('xl/styles.xml'))
  for (const { name, part } of sheets.filter((s) => wanted === undefined || s.name === wanted)) {
    const merged = await readMerged(part)
    const rows = sheetRows(part, { shared, dates, since1904, merged })
    const first = await rows.next()
    if (first.done) continue
    return { sheet: name, others: sheets.map((s) => s.name).filter((other) => other !== name), rows: after(first.value, rows) }
  }
  throw new Problem('unreadable', '工作簿里没有内容', 'every visible sheet of the workbook is empty')
}

async function* after(first: SheetRow, rest: AsyncGenerator<SheetRow>): AsyncGenerator<SheetRow> {
  yield first
  yield* rest
}

/** Every piece of a part goes through the parser; what its handlers gathered from the piece is passed on. */
async function* parsePart<T>(part: ZipEntry, listen: (parser: SaxesParser, give: (item: T) => void) => void): AsyncGenerator<T> {
  const parser = new SaxesParser()
  let items: T[] = []
  listen(parser, (item) => items.push(item))
  parser.on('error', (e) => {
    throw notWorkbook(`${part.name}: ${e.message.slice(0, 80)}`)
  })
  const decoder = new TextDecoder()
  for await (const piece of part.read()) {
    parser.write(decoder.decode(piece, { stream: true }))
    const ready = items
    items = []
    yield* ready
  }
  parser.close()
  yield* items
}
const openTags = (part: ZipEntry): AsyncGenerator<Tag> =>
  parsePart<Tag>(part, (parser, give) =>
    parser.on('opentag', (tag: SaxesTagPlain) => give({ name: local(tag.name), attributes: { ...tag.attributes } })),
  )

async function readSheets(parts: Parts): Promise<{ sheets: { name: string; part: ZipEntry }[]; since1904: boolean }> {
  const [book, links] = [parts.get('xl/workbook.xml'), parts.get('xl/_rels/workbook.xml.rels')]
  if (!book || !links) throw notWorkbook('no workbook in it')
  const targets = new Map<string, string>()
  for await (const { name, attributes } of openTags(links))
    if (name === 'Relationship') targets.set(attributes.Id ?? '', (attributes.Target ?? '').replace(/^\/?(xl\/)?/, 'xl/'))
  const sheets: { name: string; part: ZipEntry }[] = []
  let since1904 = false
  for await (const { name, attributes } of openTags(book)) {
    if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attributes.date1904 ?? '')
    const id = Object.entries(attributes).find(([key]) => local(key) === 'id' && key !== 'id')?.[1]
    const part = name === 'sheet' && (attributes.state ?? 'visible') === 'visible' ? parts.get(targets.get(id ?? '') ?? '') : undefined
    if (part) sheets.push({ name: attributes.name ?? '', part })
  }
  if (sheets.length === 0) throw notWorkbook('no visible sheet')
  return { sheets, since1904 }
}

/** Texts stand apart from the cells. Readings printed beside Chinese characters (rPh) are not part of them. */
async function readShared(part: ZipEntry | undefined): Promise<string[]> {
  const texts: string[] = []
  if (!part) return texts
  const all = parsePart<string>(part, (parser, give) => {
    let [text, isText, inReading] = ['', false, false]
    parser.on('opentag', (tag) => {
      const name = local(tag.name)
      if (name === 'si') text = ''
      else if (name === 'rPh') inReading = true
      else if (name === 't') isText = !inReading
    })
    parser.on('text', (t) => {
      if (isText) text += t
    })
    parser.on('closetag', (tag) => {
      const name = local(tag.name)
      if (name === 't') isText = false
      else if (name === 'rPh') inReading = false
      else if (name === 'si') give(text)
    })
  })
  for await (const text of all) texts.push(text)
  return texts
}

/** Which cell styles are dates: by their number, or by a format of one's own with years or days in it. */
async function readDateStyles(part: ZipEntry | undefined): Promise<boolean[]> {
  const own = new Map<number, boolean>()
  const styles: boolean[] = []
  if (!part) return styles
  let inCells = false
  const isDate = (id: number) => own.get(id) ?? ((id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 50 && id <= 58))
  for await (const { name, attributes } of openTags(part)) {
    if (name === 'numFmt')
      own.set(Number(attributes.numFmtId), /[ydYD年日]/.test((attributes.formatCode ?? '').replace(/"[^"]*"|\[[^\]]*\]/g, '')))
    else if (name === 'cellXfs') inCells = true
    else if (name === 'cellStyles' || name === 'dxfs') inCells = false
    else if (name === 'xf' && inCells) styles.push(isDate(Number(attributes.numFmtId ?? 0)))
  }
  return styles
}

/** A cell merged downwards counts for each of its rows; those merged sideways are titles. Their list stands after the rows. */
async function readMerged(part: ZipEntry): Promise<Map<string, number>> {
  const merged = new Map<string, number>()
  const decoder = new TextDecoder()
  let text = ''
  for await (const piece of part.read()) {
    text += decoder.decode(piece, { stream: true })
    if (!text.includes('<mergeCells')) text = text.slice(-16)
  }
  for (const [, column, from, to] of text.matchAll(/<mergeCell ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g))
    if (Number(to) > Number(from)) merged.set(`${column}${from}`, Number(to))
  return merged
}

interface Reading {
  shared: string[]
  dates: boolean[]
  since1904: boolean
  merged: Map<string, number>
}
async function* sheetRows(part: ZipEntry, reading: Reading): AsyncGenerator<SheetRow> {
  /** Column → what stands in the merged cell above, and down to which line. */
  const above = new Map<number, { text: string; to: number }>()
  const rows = parsePart<SheetRow>(part, (parser, give) => {
    let row: SheetRow = { line: 0, cells: [] }
    let cell = { ref: '', type: '', style: 0, text: '' }
    let isValue = false
    parser.on('opentag', (tag) => {
      const name = local(tag.name)
      const { r = '', t = '', s = '0' } = tag.attributes as Record<string, string>
      if (name === 'row') row = { line: r ? Number(r) : row.line + 1, cells: [] }
      else if (name === 'c') cell = { ref: r || nameOf(row), type: t, style: Number(s), text: '' }
      else if (name === 'v' || name === 't') isValue = true
      else if (name === 'rPh') isValue = false
    })
    parser.on('text', (text) => {
      if (isValue) cell.text += text
    })
    parser.on('closetag', (tag) => {
      const name = local(tag.name)
      if (name === 'v' || name === 't') isValue = false
      else if (name === 'c') putCell(row, cell, reading, above)
      else if (name === 'row') give(fillMerged(row, above))
    })
  })
  for await (const { line, cells } of rows) if (cells.some((text) => text.trim())) yield { line, cells }
}

function fillMerged({ line, cells }: SheetRow, above: Map<number, { text: string; to: number }>): SheetRow {
  for (const [column, { text, to }] of above) {
    if (line > to) above.delete(column)
    else if (!cells[column]) cells[column] = text
  }
  return { line, cells: Array.from(cells, (text) => text ?? '') }
}

/** Cells without a name of their own stand one after another. */
const nameOf = (row: SheetRow): string => {
  let [n, name] = [row.cells.length + 1, '']
  for (; n > 0; n = Math.floor((n - 1) / 26)) name = String.fromCharCode(65 + ((n - 1) % 26)) + name
  return `${name}${row.line}`
}
function columnOf(ref: string): number {
  let column = 0
  for (let i = 0; i < ref.length; i++) {
    const code = ref.charCodeAt(i) - 64
    if (code < 1 || code > 26) break
    column = column * 26 + code
  }
  return column - 1
}

function putCell(
  row: SheetRow,
  { ref, type, style, text }: { ref: string; type: string; style: number; text: string },
  { shared, dates, since1904, merged }: Reading,
  above: Map<number, { text: string; to: number }>,
): void {
  const column = columnOf(ref)
  if (column < 0 || column >= mostColumns) return
  row.cells[column] =
    type === 's' ? (shared[Number(text)] ?? '') : type === '' || type === 'n' ? numberText(text, dates[style] ?? false, since1904) : text
  const to = merged.get(ref)
  if (to !== undefined) above.set(column, { text: row.cells[column]!, to })
}

/** 1.62E+10 is the number 16200000000 written short, 107.12000000000001 is 107.12; a day is counted from 1900 or 1904. */
function numberText(text: string, isDate: boolean, since1904: boolean): string {
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) return text
  if (isDate) return new Date(Math.round((value - (since1904 ? 24_107 : 25_569)) * 86_400_000)).toISOString().slice(0, 10)
  return Number.isSafeInteger(value) ? String(value) : String(Number(value.toPrecision(15)))
}
