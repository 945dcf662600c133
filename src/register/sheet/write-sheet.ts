import { writeZip, type ZipPart } from './zip.js'

/** Text, a number, or a text on a colour: bad is what must be mended, remark is what was taken in spite of it. */
export type Cell = string | number | null | { text: string; tone: 'bad' | 'remark' }
export interface Sheet {
  name: string
  headings: string[]
  /** In characters; where it says nothing a column is 14 wide. */
  widths?: number[]
  rows: AsyncIterable<Cell[]> | Iterable<Cell[]>
}

const textOf = (cell: Cell): string => (cell === null ? '' : typeof cell === 'object' ? cell.text : String(cell))

/** Begins with what a spreadsheet runs as a formula; a plain negative number does not. */
const isFormula = (text: string) => /^[=+\-@\t\r]/.test(text) && !/^-\d+(\.\d+)?$/.test(text)
/** The apostrophe tells a spreadsheet that text follows; plainCell takes it off again. */
const csvCell = (cell: Cell): string => {
  const text = isFormula(textOf(cell)) ? `'${textOf(cell)}` : textOf(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
export const plainCell = (text: string): string => (text.startsWith("'") && isFormula(text.slice(1)) ? text.slice(1) : text)

/** CSV with a byte-order mark: spreadsheets otherwise take UTF-8 for GBK. */
export async function* writeCsv({ headings, rows }: Sheet): AsyncGenerator<string> {
  yield `\ufeff${headings.map(csvCell).join(',')}\r\n`
  for await (const row of rows) yield `${row.map(csvCell).join(',')}\r\n`
}

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
/** What XML cannot carry is dropped. */
const xml = (text: string) =>
  text.replace(/[&<>"]/g, (c) => escapes[c]!).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
const head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const media = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
export const xlsxType = `${media}.sheet`
const styleOf = { heading: 1, bad: 2, remark: 3 } as const

/** Every text is a text (format @, and never a formula), so that phones keep their zeros. The headings stay in sight. */
export function writeXlsx(sheet: Sheet): AsyncGenerator<Buffer> {
  const fixed = (name: string, text: string): ZipPart => ({ name, text: [head + text] })
  return writeZip([
    fixed(
      '[Content_Types].xml',
      `<Types xmlns="${packages}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${media}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${media}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${media}.styles+xml"/></Types>`,
    ),
    fixed(
      '_rels/.rels',
      `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ),
    fixed(
      'xl/workbook.xml',
      `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="${xml(sheet.name)}" sheetId="1" r:id="r1"/></sheets></workbook>`,
    ),
    fixed(
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packages}/relationships"><Relationship Id="r1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    ),
    fixed('xl/styles.xml', styles),
    { name: 'xl/worksheets/sheet1.xml', text: sheetXml(sheet) },
  ])
}

const fill = (colour: string) => `<fill><patternFill patternType="solid"><fgColor rgb="FF${colour}"/></patternFill></fill>`
const format = (font: number, fillAt: number) =>
  `<xf numFmtId="49" fontId="${font}" fillId="${fillAt}" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1" applyFill="1" quotePrefix="${font === 0 ? 1 : 0}"/>`
const styles = `<styleSheet xmlns="${main}"><fonts count="2"><font><sz val="11"/><name val="等线"/></font><font><b/><sz val="11"/><name val="等线"/></font></fonts><fills count="5"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>${fill('E8EEF7')}${fill('F8C9C4')}${fill('FCE8B2')}</fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4">${format(0, 0)}${format(1, 2)}${format(0, 3)}${format(0, 4)}</cellXfs></styleSheet>`

async function* sheetXml({ headings, widths = [], rows }: Sheet): AsyncGenerator<string> {
  const columns = headings.map((_, i) => `<col min="${i + 1}" max="${i + 1}" width="${widths[i] ?? 14}" style="0" customWidth="1"/>`)
  yield `${head}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`
  yield rowXml(headings.map((text) => cellXml(text, styleOf.heading)))
  // Pieces of some size: a row by itself would be handed from part to part 100,000 times.
  let piece = ''
  for await (const row of rows) {
    piece += rowXml(row.map((cell) => cellXml(cell, cell !== null && typeof cell === 'object' ? styleOf[cell.tone] : 0)))
    if (piece.length < 65_536) continue
    yield piece
    piece = ''
  }
  yield `${piece}</sheetData></worksheet>`
}
const rowXml = (cells: string[]) => `<row>${cells.join('')}</row>`
function cellXml(cell: Cell, style: number): string {
  if (typeof cell === 'number') return `<c><v>${cell}</v></c>`
  const text = xml(textOf(cell))
  return text || style ? `<c t="inlineStr" s="${style}"><is><t xml:space="preserve">${text}</t></is></c>` : '<c/>'
}
