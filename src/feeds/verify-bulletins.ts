import { notFound } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'

/** 已核实: an officer found out what these say, so nobody has to be asked for it any more. The journal is where that is kept. */
export const verified = 'bulletin.verified'

/** So many are asked for in one need of the desk, and verified by one press. */
export const mostVerified = 100

export async function verifyBulletins(tx: Tx, ids: string[], reason: string): Promise<void> {
  const rows = await tx.selectFrom('bulletin').select(['id', 'place']).where('id', 'in', ids).execute()
  const missing = ids.find((id) => !rows.some((row) => row.id === id))
  if (missing !== undefined) throw notFound('原始报文', missing)
  for (const { id, place } of rows)
    await record(tx, { event: verified, place, thing: { type: 'bulletin', id }, data: { bulletinId: id, reason } })
}
