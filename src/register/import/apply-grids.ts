import { sql } from 'kysely'
import { Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import { blockOf, keepBefore, placesOf, refuseBelowAnother } from './import-store.js'
import type { ImportedGrid } from './judge-grid.js'
import { fieldsChanged } from './try-grids.js'
import { type ImportWatch, stopIfAborted } from './watch-import.js'

/** What undoing puts back. */
interface GridBefore {
  grid: { name: string; geometry: ImportedGrid['geometry'] } | null
  /** A community that came with this grid. */
  newCommunity: string | null
}

export async function applyGrids(tx: Tx, seal: Seal, id: string, shown: ImportCounts, watch: ImportWatch): Promise<ImportCounts> {
  const made = { added: 0, changed: 0 }
  for (const [i, place] of (await placesOf(tx, id)).entries()) {
    stopIfAborted(watch.signal)
    const grid = seal.open<ImportedGrid>((await blockOf(tx, id, place)).incoming, place)
    const { before, change } = await writeGrid(tx, grid)
    if (change) made[change] += 1
    await keepBefore(tx, id, place, seal.seal(before, place))
    watch.tell({ phase: 'writing', done: i + 1, of: shown.taken })
  }
  if (made.added !== shown.added || made.changed !== shown.changed)
    throw new Problem('conflict', '试算之后网格又有变动,没有导入:请重新试算', 'the grids have changed since the dry run; try it again')
  return { ...shown, removed: 0 }
}

async function writeGrid(tx: Tx, { place, community, newCommunity, number, name, geometry }: ImportedGrid) {
  const known = await tx.selectFrom('grid').select(['name', 'geometry']).where('place', '=', place).forUpdate().executeTakeFirst()
  const said = { name, geometry: JSON.stringify(geometry) }
  if (known) {
    const before: GridBefore = { grid: known, newCommunity: null }
    const isOther = fieldsChanged({ name, geometry } as ImportedGrid, known).length > 0
    if (isOther) await tx.updateTable('grid').set(said).where('place', '=', place).execute()
    return { before, change: isOther ? ('changed' as const) : null }
  }
  const placed = newCommunity
    ? await tx
        .insertInto('place')
        .values({ place: community, name: newCommunity, level: 'community' })
        .onConflict((c) => c.doNothing())
        .returning('place')
        .execute()
    : []
  await tx
    .insertInto('grid')
    .values({ place, community, number, ...said })
    .execute()
  const before: GridBefore = { grid: null, newCommunity: placed.length > 0 ? community : null }
  return { before, change: 'added' as const }
}

const tenants = ['household', 'staff', 'hazard_point', 'shelter', 'grid_group', 'task', 'evacuation_household'] as const

/** Puts the outlines and names back; a grid that somebody lives or works in by now stays, and with it the whole import. */
export async function undoGrids(tx: Tx, seal: Seal, id: string): Promise<void> {
  await refuseBelowAnother(tx, id)
  const communities: string[] = []
  for (const place of await placesOf(tx, id)) {
    const { grid, newCommunity } = seal.open<GridBefore>((await blockOf(tx, id, place)).before!, place)
    if (newCommunity) communities.push(newCommunity)
    if (grid) {
      await tx
        .updateTable('grid')
        .set({ name: grid.name, geometry: JSON.stringify(grid.geometry) })
        .where('place', '=', place)
        .execute()
      continue
    }
    const used = tenants.map((table) => sql`exists (select from ${sql.table(table)} where place = ${place})`)
    const { rows } = await sql<{ used: boolean }>`select ${sql.join(used, sql` or `)} as used`.execute(tx)
    if (rows[0]!.used)
      throw new Problem('conflict', '新增的网格里已有住户或人员,不能撤销', `somebody lives or works in the added grid ${place} by now`)
    await tx.deleteFrom('grid').where('place', '=', place).execute()
  }
  if (communities.length > 0) await tx.deleteFrom('place').where('place', 'in', communities).execute()
}
