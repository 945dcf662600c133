import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'

/**
 * Many rows in few statements: each batch travels as one JSON text. Unlike arrays and unnest this carries text[] and jsonb
 * columns too, and there is one way of writing for every table. The columns keep their defaults when they are not named.
 */
export async function insertRows<T extends keyof Tables & string>(
  tx: Tx,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  rows: readonly object[],
  batch = 5000,
): Promise<void> {
  const list = sql.join(columns.map((c) => sql.ref(c)))
  for (let from = 0; from < rows.length; from += batch) {
    const text = JSON.stringify(rows.slice(from, from + batch))
    await sql`insert into ${sql.table(table)} (${list}) select ${list} from json_populate_recordset(null::${sql.table(table)}, ${text}::json)`.execute(
      tx,
    )
  }
}

/** Ids for contacts that are about to be made: their addresses are sealed under them before the rows are written. */
export async function reserveContactIds(tx: Tx, count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select nextval('contact_id_seq') as id from generate_series(1, ${count}::int)`.execute(tx)
  return rows.map((r) => r.id)
}

export async function readRegisterKind(tx: Tx): Promise<'sample' | 'live' | 'none'> {
  const row = await tx.selectFrom('fact').select('value').where('key', '=', 'register').executeTakeFirst()
  return row?.value === 'sample' || row?.value === 'live' ? row.value : 'none'
}

export async function writeFact(tx: Tx, key: string, value: unknown): Promise<void> {
  await tx
    .insertInto('fact')
    .values({ key, value: JSON.stringify(value) })
    .onConflict((c) => c.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') })))
    .execute()
}

export async function readFact(tx: Tx, key: string): Promise<unknown> {
  const row = await tx.selectFrom('fact').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}
