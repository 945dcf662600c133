import { Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import { compareThings } from './compare-things.js'
import { blockOf, keepBefore, placesOf, refuseBelowAnother } from './import-store.js'
import type { ImportedThing } from './judge-thing.js'
import type { SheetThing } from './thing-sheets.js'
import { addThings, changeThings, readThings, restoreThings, type ThingsBefore } from './thing-store.js'

export async function applyThings(tx: Tx, seal: Seal, thing: SheetThing, id: string, shown: ImportCounts): Promise<ImportCounts> {
  const places = await placesOf(tx, id)
  const incoming: ImportedThing[] = []
  for (const place of places) incoming.push(...seal.open<ImportedThing[]>((await blockOf(tx, id, place)).incoming, place))
  const { added, changed } = compareThings(await readThings(tx, thing, places), incoming, seal)
  if (added.length !== shown.added || changed.length !== shown.changed)
    throw new Problem('conflict', '试算之后名册又有变动,没有导入:请重新试算', 'the register has changed since the dry run; try it again')
  const newNumbers = [await addThings(tx, seal, thing, added), await changeThings(tx, seal, thing, changed)]
  for (const place of places) {
    const before: ThingsBefore = {
      added: added.filter((one) => one.place === place).map((one) => one.id),
      changed: changed.filter(({ row }) => row.place === place).map(({ row }) => row),
      contacts: newNumbers.flatMap((made) => made.get(place) ?? []),
    }
    await keepBefore(tx, id, place, seal.seal(before, place))
  }
  return { ...shown, removed: 0 }
}

export async function undoThings(tx: Tx, seal: Seal, thing: SheetThing, id: string): Promise<void> {
  await refuseBelowAnother(tx, id)
  const all = new Map<string, ThingsBefore>()
  for (const place of await placesOf(tx, id)) all.set(place, seal.open<ThingsBefore>((await blockOf(tx, id, place)).before!, place))
  await restoreThings(tx, seal, thing, all)
}
