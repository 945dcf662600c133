import { Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Tx } from '../../base/store/store.js'
import type { ImportCounts, ImportThing } from '../../base/store/tables.js'
import { record } from '../../journal/journal.js'
import { lockGrid, readGrid } from '../household-store.js'
import { applyGrids, undoGrids } from './apply-grids.js'
import { applyThings, undoThings } from './apply-things.js'
import { compareGrid } from './compare-grid.js'
import { countNeeded, countTouched, findNeeded, type GridBefore, restoreGrid, writeGrid } from './grid-store.js'
import { blockOf, keepBefore, markApplied, markUndone, placesOf, refuseBelowAnother, takeImport } from './import-store.js'
import type { ImportedHousehold } from './judge-row.js'
import type { ImportDeps } from './try-import.js'
import { type ImportWatch, stopIfAborted, unwatched } from './watch-import.js'

export interface ApplyOptions {
  /** Take out of the register those of these grids who are not in the file. */
  removeGone: boolean
}

export interface ImportMade {
  thing: ImportThing
  counts: ImportCounts
}

/** The import as it was shown, in one transaction: where the register has changed since, nothing is written. */
export async function applyImport(
  { store, register, seal }: ImportDeps,
  actor: Actor,
  id: string,
  { removeGone }: ApplyOptions = { removeGone: false },
  watch: ImportWatch = unwatched,
): Promise<ImportMade> {
  const made = await store.act(actor, async (tx) => {
    const { counts: shown, thing } = await takeImport(tx, id, 'tried')
    const counts = await applyThing(tx, seal, thing, id, shown, removeGone, watch)
    await markApplied(tx, id, counts)
    const data = { thing, ...counts }
    await record(tx, { event: 'register.imported', place: actor.scope, thing: { type: 'register-import', id }, data })
    return { thing, counts }
  })
  await register.refresh()
  return made
}

function applyThing(tx: Tx, seal: Seal, thing: ImportThing, id: string, shown: ImportCounts, removeGone: boolean, watch: ImportWatch) {
  if (thing === 'households') return applyHouseholds(tx, seal, id, shown, removeGone, watch)
  return thing === 'grids' ? applyGrids(tx, seal, id, shown, watch) : applyThings(tx, seal, thing, id, shown)
}

async function applyHouseholds(
  tx: Tx,
  seal: Seal,
  id: string,
  shown: ImportCounts,
  removeGone: boolean,
  watch: ImportWatch,
): Promise<ImportCounts> {
  const made = { added: 0, changed: 0, gone: 0, removed: 0 }
  let written = 0
  for (const place of await placesOf(tx, id)) {
    stopIfAborted(watch.signal)
    const { counted, rows } = await applyGrid(tx, seal, id, place, removeGone)
    for (const key of ['added', 'changed', 'gone', 'removed'] as const) made[key] += counted[key]
    written += rows
    watch.tell({ phase: 'writing', done: written, of: shown.taken })
  }
  const wanted = removeGone ? shown.gone - (shown.kept ?? 0) : 0
  if (made.added !== shown.added || made.changed !== shown.changed || made.gone !== shown.gone || made.removed !== wanted)
    throw new Problem(
      'conflict',
      '试算之后名册又有变动,没有导入:请重新试算',
      'the register has changed since the dry run; nothing was written, try it again',
    )
  return { ...shown, removed: made.removed }
}

async function applyGrid(tx: Tx, seal: Seal, id: string, place: string, removeGone: boolean) {
  const block = await blockOf(tx, id, place)
  await lockGrid(tx, place)
  const state = await readGrid(tx, seal, place)
  const incoming = seal.open<ImportedHousehold[]>(block.incoming, place)
  const difference = compareGrid(state.homes, incoming, state.phones)
  const gone = difference.gone.map((home) => home.row.id)
  const needed = removeGone ? await findNeeded(tx, gone) : new Set()
  const removed = removeGone ? gone.filter((household) => !needed.has(household)) : []
  const before = await writeGrid(tx, seal, place, state, difference, removed)
  await keepBefore(tx, id, place, seal.seal(before, place))
  const counted = { added: difference.added.length, changed: difference.changed.length, gone: gone.length, removed: removed.length }
  return { counted, rows: incoming.length }
}

/** Puts back what was there before the import; where somebody has worked with it since, nothing is put back. */
async function undoHouseholds(
  tx: Tx,
  seal: Seal,
  id: string,
  { taken, applied_at }: { taken: number; applied_at: Date | null },
): Promise<void> {
  await refuseBelowAnother(tx, id)
  const places = await placesOf(tx, id)
  if (places.length === 0 && taken > 0)
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
    const touched = await countTouched(tx, before)
    if (touched > 0)
      throw new Problem(
        'conflict',
        `导入之后有 ${touched} 户又改过,撤销会丢掉这些修改:没有撤销,请逐户改`,
        `${touched} households were edited since; undoing would lose that, so nothing was undone`,
      )
    await restoreGrid(tx, seal, place, before)
  }
}

export async function undoImport({ store, register, seal }: ImportDeps, actor: Actor, id: string): Promise<ImportMade> {
  const undone = await store.act(actor, async (tx) => {
    const { counts, applied_at, thing } = await takeImport(tx, id, 'applied')
    if (thing === 'households') await undoHouseholds(tx, seal, id, { taken: counts.taken, applied_at })
    else if (thing === 'grids') await undoGrids(tx, seal, id)
    else await undoThings(tx, seal, thing, id)
    await markUndone(tx, id)
    await record(tx, {
      event: 'register.import-undone',
      place: actor.scope,
      thing: { type: 'register-import', id },
      data: { thing, ...counts },
    })
    return { thing, counts }
  })
  await register.refresh()
  return undone
}
