import { sql } from 'kysely'
import type { Datum } from '../../base/datum.js'
import { newId } from '../../base/ids.js'
import { notFound, Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Store, Tx } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import { record } from '../../journal/journal.js'
import { doorLabel } from '../door-label.js'
import { lockGrid, readGrid } from '../household-store.js'
import { insertRows } from '../register-store.js'
import { hex } from '../sealed-block-store.js'
import type { Register, Snapshot } from '../snapshot.js'
import { type ChangedField, compareGrid, type Difference, doorKey } from './compare-grid.js'
import { createGridFinder } from './find-grid.js'
import { countNeeded, type GridBefore, restoreGrid, writeGrid } from './grid-store.js'
import { type Column, type ImportField, matchHeadings, missingFields } from './headings.js'
import { createJudge, type ImportedHousehold } from './judge-row.js'
import type { RowProblem } from './problems.js'
import { readTable, type Table } from './read-table.js'

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
}
export interface DryRun {
  /** null: the headings do not yet say enough, nothing was compared. */
  id: string | null
  encoding: string
  columns: Column[]
  missing: string[]
  counts: ImportCounts | null
  problems: RowProblem[]
  changes: ImportChange[]
}

const mostRows = 200_000
const mostProblems = 2000
const mostChanges = 300

/** Reads and judges a file and compares it with the register. Written is only the import itself, sealed; the register is not touched. */
export async function tryImport(
  { store, register, seal }: ImportDeps,
  actor: Actor,
  bytes: Buffer,
  datum: Datum,
  mapping: Record<string, ImportField>,
): Promise<DryRun> {
  const table = await readTable(bytes)
  const columns = matchHeadings(table.headings, mapping)
  const missing = missingFields(columns)
  if (missing.length > 0) return { id: null, encoding: table.encoding, columns, missing, counts: null, problems: [], changes: [] }
  const snapshot = register.snapshot()
  const read = await judgeTable(table, columns, snapshot, actor.scope, datum)
  const id = newId()
  const { counts, changes } = await store.act(actor, async (tx) => {
    await forgetOld(tx, actor.person)
    const found = await compareAll(tx, seal, snapshot, read.byGrid)
    const counts: ImportCounts = { ...read.counts, ...found.counts }
    await tx
      .insertInto('register_import')
      .values({
        id,
        place: actor.scope,
        person: actor.person,
        datum,
        encoding: table.encoding,
        counts: JSON.stringify(counts),
        problems: JSON.stringify(read.problems),
      })
      .execute()
    const blocks = [...read.byGrid].map(([place, rows]) => ({ import_id: id, place, incoming: hex(seal.seal(rows, place)) }))
    await insertRows(tx, 'register_import_block', ['import_id', 'place', 'incoming'], blocks, 50)
    return { counts, changes: found.changes }
  })
  return { id, encoding: table.encoding, columns, missing, counts, problems: read.problems, changes }
}

async function judgeTable(table: Table, columns: Column[], snapshot: Snapshot, scope: string, datum: Datum) {
  const judge = createJudge(columns, createGridFinder(snapshot, scope), datum)
  const byGrid = new Map<string, ImportedHousehold[]>()
  const seen = new Set<string>()
  const problems: RowProblem[] = []
  const counts = { rows: 0, taken: 0, leftOut: 0, problems: 0 }
  for await (const row of table.rows) {
    counts.rows += 1
    if (counts.rows > mostRows)
      throw new Problem('too-large', `一次最多 ${mostRows} 行,请分几个文件导入`, `at most ${mostRows} rows; split the file`)
    const { household, problems: told } = judge(row)
    const key = household && `${household.place} ${doorKey(household)} ${household.head}`
    const isDouble = key !== null && seen.has(key)
    if (isDouble) told.push({ line: row.line, column: null, code: 'duplicate', taken: false })
    counts.problems += told.length
    problems.push(...told.slice(0, mostProblems - problems.length))
    if (!household || isDouble) counts.leftOut += 1
    else {
      counts.taken += 1
      seen.add(key!)
      const rows = byGrid.get(household.place)
      if (rows) rows.push(household)
      else byGrid.set(household.place, [household])
    }
  }
  return { byGrid: new Map([...byGrid].sort(([a], [b]) => (a < b ? -1 : 1))), problems, counts }
}

async function compareAll(tx: Tx, seal: Seal, snapshot: Snapshot, byGrid: Map<string, ImportedHousehold[]>) {
  const counts = noCounts()
  const changes: Record<ImportChange['kind'], ImportChange[]> = { added: [], changed: [], gone: [] }
  const names = new Map(snapshot.grids.map((g) => [g.place, g.name]))
  for (const [place, rows] of byGrid) {
    const state = await readGrid(tx, seal, place)
    const difference = compareGrid(state.homes, rows, state.phones)
    addCounts(counts, difference)
    const tell = (kind: ImportChange['kind'], home: Parameters<typeof doorLabel>[0], line: number | null, fields: ChangedField[] = []) => {
      if (changes[kind].length < mostChanges)
        changes[kind].push({ kind, line, gridName: names.get(place) ?? place, label: doorLabel(home), fields })
    }
    for (const h of difference.added) tell('added', h, h.line)
    for (const { incoming, home, fields } of difference.changed) tell('changed', home.row, incoming.line, fields)
    for (const { row } of difference.gone) tell('gone', row, null)
  }
  return { counts, changes: [...changes.added, ...changes.changed, ...changes.gone] }
}
const noCounts = () => ({ added: 0, changed: 0, unchanged: 0, gone: 0 })
function addCounts(counts: ReturnType<typeof noCounts>, d: Difference): void {
  counts.added += d.added.length
  counts.changed += d.changed.length
  counts.gone += d.gone.length
  counts.unchanged += d.unchanged
}

/** What was tried and not taken is forgotten with the next try, and after a month what was there before is, too. */
async function forgetOld(tx: Tx, person: string): Promise<void> {
  await tx.deleteFrom('register_import').where('state', '=', 'tried').where('person', '=', person).execute()
  await sql`delete from register_import_block b using register_import i where i.id = b.import_id and i.applied_at < clock_timestamp() - interval '30 days'`.execute(
    tx,
  )
}

/** The import as it was shown, in one transaction: where the register has changed since, nothing is written. */
export async function applyImport({ store, register, seal }: ImportDeps, actor: Actor, id: string): Promise<ImportCounts> {
  const counts = await store.act(actor, async (tx) => {
    const found = await take(tx, id, 'tried')
    const counts = noCounts()
    for (const place of await placesOf(tx, id)) {
      const block = await blockOf(tx, id, place)
      await lockGrid(tx, place)
      const state = await readGrid(tx, seal, place)
      const difference = compareGrid(state.homes, seal.open<ImportedHousehold[]>(block.incoming, place), state.phones)
      addCounts(counts, difference)
      const before = await writeGrid(tx, seal, place, state, difference)
      // The rows of the file are in the register now, and need not be kept twice.
      const kept = { before: seal.seal(before, place), incoming: Buffer.alloc(0) }
      await tx.updateTable('register_import_block').set(kept).where('import_id', '=', id).where('place', '=', place).execute()
    }
    const shown = found.counts
    if (counts.added !== shown.added || counts.changed !== shown.changed || counts.gone !== shown.gone)
      throw new Problem(
        'conflict',
        '试算之后名册又有变动,没有导入:请重新试算',
        'the register has changed since the dry run; nothing was written, try it again',
      )
    await sql`update register_import set state = 'applied', applied_at = clock_timestamp() where id = ${id}`.execute(tx)
    await record(tx, { event: 'register.imported', place: actor.scope, thing: { type: 'register-import', id }, data: { ...shown } })
    return shown
  })
  await register.refresh()
  return counts
}

/** Puts back what was there before the import. Only the latest can be undone: what came after it stands on it. */
export async function undoImport({ store, register, seal }: ImportDeps, actor: Actor, id: string): Promise<ImportCounts> {
  const counts = await store.act(actor, async (tx) => {
    const { counts, applied_at } = await take(tx, id, 'applied')
    const { rows: later } = await sql<{ id: string }>`select l.id from register_import l join register_import i on i.id = ${id}
      where l.state = 'applied' and l.applied_at > i.applied_at`.execute(tx)
    if (later[0]) throw new Problem('conflict', '之后还有一次导入,请先撤销后面那一次', `undo the later import ${later[0].id} first`)
    const places = await placesOf(tx, id)
    if (places.length === 0 && counts.taken > 0)
      throw new Problem(
        'conflict',
        '导入已超过 30 天,原来的内容不再保存',
        `applied ${applied_at?.toISOString()}; what was there before is no longer kept`,
      )
    for (const place of places) {
      const before = seal.open<GridBefore>((await blockOf(tx, id, place)).before!, place)
      await lockGrid(tx, place)
      const needed = await countNeeded(tx, before.added)
      if (needed > 0)
        throw new Problem(
          'conflict',
          `有 ${needed} 户新增住户已被上门或转移,不能撤销`,
          `${needed} of the added households have visits or moves since`,
        )
      await restoreGrid(tx, seal, place, before)
    }
    await tx.deleteFrom('register_import_block').where('import_id', '=', id).execute()
    await sql`update register_import set state = 'undone', undone_at = clock_timestamp() where id = ${id}`.execute(tx)
    await record(tx, { event: 'register.import-undone', place: actor.scope, thing: { type: 'register-import', id }, data: { ...counts } })
    return counts
  })
  await register.refresh()
  return counts
}

/** One import at a time; another state than the wanted one is told. */
async function take(tx: Tx, id: string, state: 'tried' | 'applied') {
  await sql`select pg_advisory_xact_lock(7264003)`.execute(tx)
  const found = await tx.selectFrom('register_import').selectAll().where('id', '=', id).executeTakeFirst()
  if (!found) throw notFound('register import', id)
  if (found.state !== state)
    throw new Problem(
      'conflict',
      state === 'tried' ? '这次导入已经做过了' : '这次导入没有生效,或已撤销',
      `the import is ${found.state}, not ${state}`,
    )
  return found
}
const placesOf = async (tx: Tx, id: string): Promise<string[]> =>
  (await tx.selectFrom('register_import_block').select('place').where('import_id', '=', id).orderBy('place').execute()).map((b) => b.place)
const blockOf = (tx: Tx, id: string, place: string) =>
  tx.selectFrom('register_import_block').selectAll().where('import_id', '=', id).where('place', '=', place).executeTakeFirstOrThrow()
