import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { Problem } from '../../base/problem.js'
import { readXlsx } from '../sheet/read-xlsx.js'
import { plainCell } from '../sheet/write-sheet.js'
import { isZip } from '../sheet/zip.js'
import { knownHeadings } from './headings.js'

export interface TableRow {
  /** 1-based line of the file on which the row stands (the last one, when a cell has line breaks). */
  line: number
  cells: string[]
}
export interface Table {
  encoding: 'UTF-8' | 'GB18030' | 'XLSX'
  /** Of a workbook: the sheet that is read, and those that are not. */
  sheet: string | null
  otherSheets: string[]
  headings: string[]
  /** The first rows under the headings, to see what a column is about. */
  samples: string[][]
  rows: AsyncIterable<TableRow>
}
/** How many of a row's cells are headings of the wanted kind of table. */
export type Recognise = (cells: readonly string[]) => number

const mostTitleRows = 12
const slice = 64 * 1024
const isBlank = (row: TableRow) => row.cells.every((cell) => cell.trim() === '')
const officeOld = Buffer.from('d0cf11e0', 'hex')

/**
 * A sheet as office programs write it: XLSX, or CSV in UTF-8 or GB18030 with comma, semicolon or tab; with or without a title
 * above the headings, and with headings of two rows. Of a workbook the sheet that is `wanted`, or else the first with something in it.
 */
export async function readTable(bytes: Buffer, recognise: Recognise = knownHeadings, wanted?: string): Promise<Table> {
  if (bytes.subarray(0, 4).equals(officeOld))
    throw new Problem(
      'unreadable',
      '这是旧版 XLS 或有密码的表格:请另存为 XLSX(不设密码)',
      'an old XLS or an encrypted workbook: save it as XLSX without a password',
    )
  if (isZip(bytes)) {
    const { sheet, others, rows } = await readXlsx(bytes, wanted)
    return { encoding: 'XLSX', sheet, otherSheets: others, ...(await findHeadings(rows, recognise)) }
  }
  const encoding = isUtf8(bytes) ? 'UTF-8' : 'GB18030'
  return { encoding, sheet: null, otherSheets: [], ...(await findHeadings(rowsOf(bytes, encoding), recognise)) }
}

async function findHeadings(rows: AsyncGenerator<TableRow>, recognise: Recognise): Promise<Pick<Table, 'headings' | 'samples' | 'rows'>> {
  const top: TableRow[] = []
  while (top.length < mostTitleRows) {
    const { value, done } = await rows.next()
    if (done) break
    if (!isBlank(value)) top.push(value)
  }
  // Under a heading that spans several columns stands a second row, empty where the first has said enough.
  const candidates = top.map(({ cells }, i) => (i === 0 ? cells : fillFrom(top[i - 1]!.cells, cells)))
  const known = candidates.map(recognise)
  const best = Math.max(1, ...known) > 1 ? known.indexOf(Math.max(...known)) : 0
  const headings = candidates[best] ?? []
  if (headings.length < 2)
    throw new Problem('unreadable', '没有读到表头:请核对是不是名册表格', 'no heading row was found; is it a sheet of the register?')
  const first = top.slice(best + 1)
  const samples = first.slice(0, 3).map(({ cells }) => headings.map((_, i) => cells[i] ?? ''))
  return { headings, samples, rows: following(first, rows) }
}
const fillFrom = (above: string[], cells: string[]): string[] =>
  Array.from({ length: Math.max(above.length, cells.length) }, (_, i) => cells[i]?.trim() || (above[i] ?? ''))

async function* following(first: TableRow[], rest: AsyncGenerator<TableRow>): AsyncGenerator<TableRow> {
  yield* first
  for await (const row of rest) if (!isBlank(row)) yield row
}

/** Decoded and split piece by piece: the file is held once, as bytes, and never as one text. */
async function* rowsOf(bytes: Buffer, encoding: Table['encoding']): AsyncGenerator<TableRow> {
  let lastLine = 0
  const parser = parse({
    bom: true,
    relax_column_count: true,
    relax_quotes: true,
    max_record_size: 65_536,
    delimiter: delimiterOf(bytes),
    info: true,
    on_record: (row: string[], { lines }) => {
      lastLine = lines
      return row
    },
  })
  try {
    for await (const { record, info } of Readable.from(decode(bytes, encoding)).pipe(parser))
      yield { line: (info as { lines: number }).lines, cells: (record as string[]).map(plainCell) }
  } catch (e) {
    if (!(e instanceof CsvError)) throw e
    const line = lastLine + 1
    // The row after the last good one is where the mark was opened. Its message quotes the file: not passed on.
    throw new Problem('unreadable', `第 ${line} 行起读不下去:引号没有闭合`, `line ${line}: a quotation mark is not closed`, [
      { line, message: '这一行的英文双引号 " 没有成对;删去或补上后再导入 (a quotation mark without its partner)' },
    ])
  }
}

function* decode(bytes: Buffer, encoding: Table['encoding']): Generator<string> {
  const decoder = new TextDecoder(encoding)
  for (let at = 0; at < bytes.length; at += slice) yield decoder.decode(bytes.subarray(at, at + slice), { stream: true })
  yield decoder.decode()
}

/** The separator is the one that stands most often in the first lines; in both encodings it is one byte that nothing else contains. */
function delimiterOf(bytes: Buffer): string {
  const head = bytes.subarray(0, 4096).toString('latin1')
  const count = (mark: string) => head.split(mark).length
  return [',', '\t', ';'].reduce((best, mark) => (count(mark) > count(best) ? mark : best))
}
