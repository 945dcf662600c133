import type { Datum } from '../../base/datum.js'
import { newId } from '../../base/ids.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Store, Tx } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import { doorLabel } from '../door-label.js'
import { readGrid } from '../household-store.js'
import type { Register } from '../snapshot.js'
import { type ChangedField, compareGrid } from './compare-grid.js'
import { findNeeded } from './grid-store.js'
import { type Column, type ImportField, matchHeadings, missingFields } from './headings.js'
import { addBlock, addImport, forgetImport, markTried } from './import-store.js'
import type { ImportedHousehold } from './judge-row.js'
import { type Ground, judgeTable } from './judge-table.js'
import type { RowProblem } from './problems.js'
import { readTable, type Table } from './read-table.js'
import { type ImportWatch, stopIfAborted, unwatched } from './watch-import.js'

export interface ImportDeps {
  store: Store
  register: Register
  seal: Seal
}
export interface ImportChange {
  kind: 'added' | 'changed' | 'gone'
  line: number | null
  gridName: string
  label: string
  fields: ChangedField[]
  /** Not in the file, and somebody is being moved out of it or is to knock there: stays in any case. */
  kept: boolean
}
export interface DryRun {
  /** null: the headings do not yet say enough, nothing was compared. */
  id: string | null
  encoding: string
  sheet: string | null
  otherSheets: string[]
  columns: Column[]
  /** The first rows, by column: what a heading means is seen from what stands under it. Not kept. */
  samples: string[][]
  missing: string[]
  counts: ImportCounts | null
  problems: RowProblem[]
  changes: ImportChange[]
}

const mostProblems = 2000
const mostChanges = 300
/** Grids compared in one transaction: few enough that nobody else waits long for the embedded store's only connection. */
const gridsAtOnce = 20

/** Rows by grid, each written down as bytes: objects of 100,000 households would fill the memory. */
type Rows = Map<string, Buffer[]>
export const openRows = (rows: readonly Buffer[]): ImportedHousehold[] => rows.map((row) => JSON.parse(row.toString()) as ImportedHousehold)

/** Reads and judges a file and compares it with the register. Written is only the import itself, sealed; the register is not touched. */
export async function tryImport(
  deps: ImportDeps,
  actor: Actor,
  file: Buffer | Table,
  datum: Datum,
  mapping: Record<string, ImportField>,
  watch: ImportWatch = unwatched,
): Promise<DryRun> {
  const table = Buffer.isBuffer(file) ? await readTable(file) : file
  const columns = matchHeadings(table.headings, mapping)
  const { encoding, sheet, otherSheets, samples } = table
  const missing = missingFields(columns)
  const answer = { encoding, sheet, otherSheets, columns, samples, missing }
  if (missing.length > 0) return { ...answer, id: null, counts: null, problems: [], changes: [] }
  const read = await gatherRows(table, columns, { snapshot: deps.register.snapshot(), scope: actor.scope, datum }, watch)
  const id = newId()
  try {
    const { counts, changes } = await compareAll(deps, actor, { id, thing: 'households', datum, encoding }, read, watch)
    return { ...answer, id, counts, problems: read.problems, changes }
  } catch (e) {
    await deps.store.act(actor, (tx) => forgetImport(tx, id))
    throw e
  }
}

async function gatherRows(table: Table, columns: Column[], ground: Ground, watch: ImportWatch) {
  const byGrid: Rows = new Map()
  const problems: RowProblem[] = []
  const counts = { rows: 0, taken: 0, leftOut: 0, problems: 0 }
  for await (const { household, problems: told } of judgeTable(table, columns, ground, watch)) {
    counts.rows += 1
    counts.problems += told.length
    problems.push(...told.slice(0, mostProblems - problems.length))
    if (!household) {
      counts.leftOut += 1
      continue
    }
    counts.taken += 1
    const rows = byGrid.get(household.place) ?? []
    if (rows.push(Buffer.from(JSON.stringify(household))) === 1) byGrid.set(household.place, rows)
  }
  return { byGrid, problems, counts }
}

async function compareAll(
  { store, register, seal }: ImportDeps,
  actor: Actor,
  made: Parameters<typeof addImport>[2],
  { byGrid, counts: read, problems }: Awaited<ReturnType<typeof gatherRows>>,
  watch: ImportWatch,
) {
  await store.act(actor, (tx) => addImport(tx, actor, made))
  const names = new Map(register.snapshot().grids.map((g) => [g.place, g.name]))
  const counts: ImportCounts = { ...read, added: 0, changed: 0, unchanged: 0, gone: 0, kept: 0 }
  const changes: Record<ImportChange['kind'], ImportChange[]> = { added: [], changed: [], gone: [] }
  const places = [...byGrid.keys()].sort()
  let compared = 0
  for (let from = 0; from < places.length; from += gridsAtOnce) {
    stopIfAborted(watch.signal)
    const some = places.slice(from, from + gridsAtOnce)
    const found = await store.act(actor, (tx) => compareSome(tx, seal, made.id, some, byGrid))
    for (const { place, rows, counted, told } of found) {
      compared += rows
      for (const key of ['added', 'changed', 'unchanged', 'gone', 'kept'] as const) counts[key] += counted[key]
      for (const change of told)
        if (changes[change.kind].length < mostChanges) changes[change.kind].push({ ...change, gridName: names.get(place) ?? place })
    }
    watch.tell({ phase: 'comparing', done: compared, of: read.taken })
  }
  await store.act(actor, (tx) => markTried(tx, made.id, counts, problems))
  return { counts, changes: [...changes.added, ...changes.changed, ...changes.gone] }
}

async function compareSome(tx: Tx, seal: Seal, id: string, places: string[], byGrid: Rows) {
  const found = []
  for (const place of places) {
    const rows = openRows(byGrid.get(place)!)
    await addBlock(tx, id, place, seal.seal(rows, place))
    const state = await readGrid(tx, seal, place)
    const { added, changed, gone, unchanged } = compareGrid(state.homes, rows, state.phones)
    const needed = await findNeeded(
      tx,
      gone.map((home) => home.row.id),
    )
    const told: Omit<ImportChange, 'gridName'>[] = [
      ...added.map((h) => ({ kind: 'added' as const, line: h.line, label: doorLabel(h), fields: [], kept: false })),
      ...changed.map(({ incoming, home, fields }) => ({
        kind: 'changed' as const,
        line: incoming.line,
        label: doorLabel(home.row),
        fields,
        kept: false,
      })),
      ...gone.map(({ row }) => ({ kind: 'gone' as const, line: null, label: doorLabel(row), fields: [], kept: needed.has(row.id) })),
    ]
    const counted = { added: added.length, changed: changed.length, unchanged, gone: gone.length, kept: needed.size }
    found.push({ place, rows: rows.length, counted, told })
  }
  return found
}
