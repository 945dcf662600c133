import type { Tx } from '../../base/store/store.js'

/** Who changed a household last, when, and which fields: told to somebody who came second. */
export async function lastEdit(tx: Tx, id: string): Promise<{ person: string; at: Date; fields: string[] } | null> {
  const row = await tx
    .selectFrom('journal as j')
    .leftJoin('person as p', 'p.id', 'j.person')
    .select(['j.person', 'p.name', 'j.at', 'j.data'])
    .where('j.thing_type', '=', 'household')
    .where('j.thing_id', '=', id)
    .where('j.event', '=', 'household.changed')
    .orderBy('j.position', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { person: row.name ?? row.person, at: row.at, fields: (row.data.fields as string[] | undefined) ?? [] } : null
}
