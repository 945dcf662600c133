import Flatbush from 'flatbush'
import type { Datum } from '../../base/datum.js'
import { newId } from '../../base/ids.js'
import type { Actor } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import type { Grid } from '../register.js'
import { boxOf, isSameShape, sharesGround } from './grid-shape.js'
import { addBlock, addImport, markTried } from './import-store.js'
import { createGridJudge, type GridColumn, type ImportedGrid, matchProperties, missingGridFields } from './judge-grid.js'
import type { RowProblem } from './problems.js'
import { type GridFile, readGridFile } from './read-grids.js'
import type { DryRun, ImportDeps } from './try-import.js'
import { createBreath, type ImportWatch, unwatched } from './watch-import.js'

export interface GridChange {
  kind: 'added' | 'changed' | 'gone'
  line: number | null
  gridName: string
  label: string
  fields: ('name' | 'shape')[]
  kept: boolean
}
export type GridDryRun = Omit<DryRun, 'columns' | 'changes'> & { columns: GridColumn[]; changes: GridChange[] }

/** Reads and judges outlines of grids and compares them with the register, which is not touched. */
export async function tryGrids(
  { store, register, seal }: ImportDeps,
  actor: Actor,
  bytes: Buffer,
  datum: Datum,
  mapping: Record<string, string>,
  watch: ImportWatch = unwatched,
): Promise<GridDryRun> {
  const file = await readGridFile(bytes)
  const columns = matchProperties(file.features, mapping)
  const missing = missingGridFields(columns)
  const samples = file.features.slice(0, 3).map((f) => columns.map((c) => f.properties[c.heading] ?? ''))
  const answer = { encoding: file.encoding, sheet: null, otherSheets: [], columns, samples, missing }
  if (missing.length > 0) return { ...answer, id: null, counts: null, problems: [], changes: [] }
  const snapshot = register.snapshot()
  const { grids, problems } = await judgeAll(file, createGridJudge(columns, snapshot, actor.scope, datum), watch)
  const ours = snapshot.grids.filter((g) => g.place.startsWith(actor.scope))
  const before = new Map(ours.map((g) => [g.place, g]))
  problems.push(...(await findOverlaps(grids, ours, watch)))
  const changes = compareGrids(grids, before)
  const count = (kind: GridChange['kind']) => changes.filter((c) => c.kind === kind).length
  const [added, changed, gone] = [count('added'), count('changed'), count('gone')]
  const counts: ImportCounts = {
    ...{ rows: file.features.length, taken: grids.length, leftOut: file.features.length - grids.length, problems: problems.length },
    ...{ added, changed, unchanged: grids.length - added - changed, gone, kept: gone },
  }
  const id = newId()
  await store.act(actor, async (tx) => {
    await addImport(tx, actor, { id, thing: 'grids', datum, encoding: file.encoding })
    for (const grid of grids) await addBlock(tx, id, grid.place, seal.seal(grid, grid.place))
    await markTried(tx, id, counts, problems)
  })
  return { ...answer, id, counts, problems, changes }
}

async function judgeAll(file: GridFile, judge: ReturnType<typeof createGridJudge>, watch: ImportWatch) {
  const grids: ImportedGrid[] = []
  const problems: RowProblem[] = []
  const breathe = createBreath(watch)
  for (const [i, feature] of file.features.entries()) {
    await breathe()
    watch.tell({ phase: 'reading', done: i + 1, of: file.features.length })
    const { grid, problems: told } = judge(feature, i + 1)
    problems.push(...told)
    if (grid) grids.push(grid)
  }
  return { grids, problems }
}

export const fieldsChanged = (grid: ImportedGrid, before: Pick<Grid, 'name' | 'geometry'>): GridChange['fields'] => [
  ...(grid.name === before.name ? [] : (['name'] as const)),
  ...(isSameShape(grid.geometry.coordinates, before.geometry.coordinates) ? [] : (['shape'] as const)),
]

/** Gone is who stands in a community of the file and not in the file: told, and never taken away, for people live there. */
function compareGrids(grids: ImportedGrid[], before: Map<string, Grid>): GridChange[] {
  const inFile = new Set(grids.map((g) => g.place))
  const communities = new Set(grids.map((g) => g.community))
  const changes = grids.flatMap((grid): GridChange[] => {
    const known = before.get(grid.place)
    const fields = known ? fieldsChanged(grid, known) : []
    if (known && fields.length === 0) return []
    return [{ kind: known ? 'changed' : 'added', line: grid.line, gridName: grid.name, label: grid.place, fields, kept: false }]
  })
  for (const g of before.values())
    if (!inFile.has(g.place) && communities.has(g.community))
      changes.push({ kind: 'gone', line: null, gridName: g.name, label: g.place, fields: [], kept: true })
  return changes
}

/** Grids that share ground, each pair told once, by the name of the other: whoever lives there would have two workers or none. */
async function findOverlaps(grids: ImportedGrid[], ours: Grid[], watch: ImportWatch): Promise<RowProblem[]> {
  const inFile = new Set(grids.map((g) => g.place))
  const all = [...grids, ...ours.filter((g) => !inFile.has(g.place)).map((g) => ({ ...g, line: null }))]
  if (all.length < 2) return []
  const index = new Flatbush(all.length)
  const boxes = all.map((g) => boxOf(g.geometry.coordinates[0]!))
  for (const box of boxes) index.add(...box)
  index.finish()
  const breathe = createBreath(watch)
  const problems: RowProblem[] = []
  for (const [i, grid] of grids.entries()) {
    for (const k of index.search(...boxes[i]!)) {
      if (k === i || (k < grids.length && k < i)) continue
      await breathe()
      if (sharesGround(grid.geometry.coordinates, all[k]!.geometry.coordinates))
        problems.push({ line: grid.line, column: `${grid.name} / ${all[k]!.name}`, code: 'grid-overlaps', taken: true })
    }
  }
  return problems
}
