import { isUtf8 } from 'node:buffer'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { Problem } from '../../base/problem.js'
import { knownHeadings } from './headings.js'

export interface TableRow {
  /** 1-based line of the file on which the row stands (the last one, when a cell has line breaks). */
  line: number
  cells: string[]
}
export interface Table {
  encoding: 'UTF-8' | 'GB18030'
  headings: string[]
  rows: AsyncIterable<TableRow>
}

const mostTitleRows = 10
const slice = 256 * 1024
const isBlank = (row: TableRow) => row.cells.every((cell) => cell.trim() === '')

/** A CSV as office programs write it: UTF-8 or GB18030; comma, semicolon or tab; with or without a title above the headings. */
export async function readTable(bytes: Buffer): Promise<Table> {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK')
    throw new Problem('unreadable', '这是 XLSX 表格:请在表格软件里另存为 CSV 再导入', 'an XLSX file: save it as CSV first')
  const encoding = isUtf8(bytes) ? 'UTF-8' : 'GB18030'
  const rows = rowsOf(bytes, encoding)
  const top: TableRow[] = []
  while (top.length < mostTitleRows) {
    const { value, done } = await rows.next()
    if (done) break
    if (!isBlank(value)) top.push(value)
  }
  const known = top.map((row) => knownHeadings(row.cells))
  const best = Math.max(1, ...known) > 1 ? known.indexOf(Math.max(...known)) : 0
  const headings = top[best]?.cells ?? []
  if (headings.length < 2)
    throw new Problem('unreadable', '没有读到表头:请核对是不是 CSV 住户表', 'no heading row was found; is it a CSV of households?')
  return { encoding, headings, rows: following(top.slice(best + 1), rows) }
}

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
      yield { line: (info as { lines: number }).lines, cells: record as string[] }
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
