import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'

/** Who was taken out of the register of these grids: nobody tells them any more, and an officer may want to know how many. */
export async function countMovedOut(tx: Tx, places: readonly string[]): Promise<{ households: number; people: number }> {
  const { rows } = await sql<{ households: number; people: number }>`
    select count(*)::int as households, coalesce(sum(people), 0)::int as people
    from household where removed_at is not null and place = any(${[...places]}::text[])`.execute(tx)
  return rows[0]!
}
