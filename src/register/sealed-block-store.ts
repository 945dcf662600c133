import type { Seal } from '../base/seal.js'
import type { Tx } from '../base/store/store.js'
import type { SealedRow } from './directory.js'
import type { SealedBlock } from './register.js'
import { insertRows } from './register-store.js'

/** One block per grid (and per post's place): phones, names and needs in it, and nowhere else in the store. */
export async function readBlockVersions(tx: Tx): Promise<Map<string, number>> {
  const rows = await tx.selectFrom('sealed_block').select(['place', 'version']).execute()
  return new Map(rows.map((r) => [r.place, r.version]))
}

export async function readBlocks(tx: Tx, places: string[]): Promise<SealedRow[]> {
  return tx.selectFrom('sealed_block').selectAll().where('place', 'in', places).execute()
}

/** Writes whole blocks of places that have none yet: how a register is loaded. */
export async function addBlocks(tx: Tx, seal: Seal, blocks: Map<string, SealedBlock>): Promise<void> {
  const rows = [...blocks].map(([place, block]) => ({ place, version: 1, data: hex(seal.seal(block, place)) }))
  await insertRows(tx, 'sealed_block', ['place', 'version', 'data'], rows, 50)
}

/** Opens, changes and closes the block of one place; a second writer waits for the row. */
export async function changeBlock(tx: Tx, seal: Seal, place: string, change: (block: SealedBlock) => void): Promise<void> {
  const empty: SealedBlock = { households: {}, contacts: {} }
  await tx
    .insertInto('sealed_block')
    .values({ place, version: 0, data: seal.seal(empty, place) })
    .onConflict((c) => c.doNothing())
    .execute()
  const row = await tx.selectFrom('sealed_block').selectAll().where('place', '=', place).forUpdate().executeTakeFirstOrThrow()
  const block = seal.open<SealedBlock>(row.data, place)
  change(block)
  await tx
    .updateTable('sealed_block')
    .set({ version: row.version + 1, data: seal.seal(block, place) })
    .where('place', '=', place)
    .execute()
}

/** bytea in the words of JSON. */
export const hex = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`
