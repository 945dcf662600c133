import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'

/** Who was taken out of the register of these grids: nobody tells them any more, and an officer may want to know how many. */
export async function countMovedOut(tx: Tx, places: readonly string[]): Promise<{ households: number; people: number }> {
  const { rows } = await sql<{ households: number; people: number }>`
    select count(*)::int as households, coalesce(sum(people), 0)::int as people
    from household where removed_at is not null and place = any(${[...places]}::text[])`.execute(tx)
  return rows[0]!
}

/** The newest first; row security leaves out what is not the reader's. */
export async function listMovedOut(tx: Tx, place: string) {
  return tx
    .selectFrom('household')
    .select(['id', 'place', 'building', 'unit', 'floor', 'room', 'people', 'removed_at', 'removed_reason'])
    .where('removed_at', 'is not', null)
    .where('place', 'like', `${place}%`)
    .orderBy('removed_at', 'desc')
    .limit(5000)
    .execute()
}
