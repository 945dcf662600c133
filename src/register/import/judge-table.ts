import type { Datum } from '../../base/datum.js'
import { Problem } from '../../base/problem.js'
import type { Snapshot } from '../snapshot.js'
import { doorKey } from './compare-grid.js'
import { createGridFinder } from './find-grid.js'
import type { Column } from './headings.js'
import { createJudge, type ImportedHousehold } from './judge-row.js'
import type { RowProblem } from './problems.js'
import type { Table, TableRow } from './read-table.js'
import { createBreath, type ImportWatch } from './watch-import.js'

const mostRows = 200_000

export interface Judged {
  row: TableRow
  /** null: the row is left out. */
  household: ImportedHousehold | null
  problems: RowProblem[]
}
export interface Ground {
  snapshot: Snapshot
  scope: string
  datum: Datum
}

/** Every row of a table with what is wrong with it, one after another: nothing is gathered here but the doors already seen. */
export async function* judgeTable(
  table: Table,
  columns: Column[],
  { snapshot, scope, datum }: Ground,
  watch: ImportWatch,
): AsyncGenerator<Judged> {
  const judge = createJudge(columns, createGridFinder(snapshot, scope), datum)
  const seen = new Set<string>()
  const breathe = createBreath(watch)
  let rows = 0
  for await (const row of table.rows) {
    rows += 1
    if (rows > mostRows)
      throw new Problem('too-large', `一次最多 ${mostRows} 行,请分几个文件导入`, `at most ${mostRows} rows; split the file`)
    await breathe()
    watch.tell({ phase: 'reading', done: rows, of: null })
    const { household, problems } = judge(row)
    const key = household && `${household.place} ${doorKey(household)} ${household.head}`
    if (key !== null && seen.has(key)) {
      problems.push({ line: row.line, column: null, code: 'duplicate', taken: false })
      yield { row, household: null, problems }
      continue
    }
    if (key !== null) seen.add(key)
    yield { row, household, problems }
  }
}
