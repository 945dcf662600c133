import type { Actor } from '../../base/store/store.js'
import type { Cell, Sheet } from '../sheet/write-sheet.js'
import type { Register } from '../snapshot.js'
import { type ImportField, matchHeadings, missingFields } from './headings.js'
import { type Ground, judgeTable } from './judge-table.js'
import { problemWords, type RowProblem } from './problems.js'
import { readTable } from './read-table.js'
import type { ImportWatch } from './watch-import.js'

export const problemHeading = '问题'

/** The file that was uploaded, row for row, with a first column that says what to do and the cells concerned in colour. Nothing is kept of it. */
export async function markSheet(
  register: Register,
  actor: Actor,
  bytes: Buffer,
  datum: Ground['datum'],
  mapping: Record<string, ImportField>,
  watch: ImportWatch,
): Promise<Sheet> {
  const table = await readTable(bytes)
  const columns = matchHeadings(table.headings, mapping)
  const ground = { snapshot: register.snapshot(), scope: actor.scope, datum }
  const headings = columns.map((c) => c.heading)
  const kept = headings.map((_, i) => i).filter((i) => headings[i] !== problemHeading)
  async function* rows(): AsyncGenerator<Cell[]> {
    if (missingFields(columns).length > 0) return
    for await (const { row, problems } of judgeTable(table, columns, ground, watch)) yield markRow(row.cells, headings, kept, problems)
  }
  return { name: '名册核对', headings: [problemHeading, ...kept.map((i) => headings[i]!)], widths: [60], rows: rows() }
}

function markRow(cells: readonly string[], headings: readonly string[], kept: readonly number[], problems: readonly RowProblem[]): Cell[] {
  const toneOf = ({ taken }: RowProblem) => (taken ? 'remark' : 'bad') as 'remark' | 'bad'
  const whole = problems.find((p) => !p.taken) ?? problems[0]
  const said = problems.map((p) => `${p.column ?? '整行'}:${problemWords[p.code][0]}。${problemWords[p.code][1]}。`).join(' ')
  const verdict = problems.some((p) => !p.taken) ? '【未收】' : '【已收】'
  return [
    whole ? { text: verdict + said, tone: toneOf(whole) } : null,
    ...kept.map((i): Cell => {
      const wrong = problems.find((p) => p.column === headings[i] && headings[i] !== '')
      return wrong ? { text: cells[i] ?? '', tone: toneOf(wrong) } : (cells[i] ?? '')
    }),
  ]
}
