import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { keyLength, outIdOf, rowsPerChunk } from '../delivery/delivery.js'
import { byIndex, findByOutId } from '../delivery/delivery-store.js'

export interface SentOne {
  /** The row's own; a report of many that left in one request says only what they have in common. */
  outId: string
  contactId: number
  /** The carrier's own id; null while its answer to the send was never seen. */
  carrierId: string | null
  /** Its words; of what left in one request with others, null. */
  text: string | null
}

/** What was sent under each of these out ids; of one that many have in common, the row of that number. In the order asked. */
export async function findSent(tx: Tx, asked: { outId: string; blind: Buffer }[]): Promise<(SentOne | undefined)[]> {
  if (asked.length === 0) return []
  await byIndex(tx)
  const single = await findSingle(
    tx,
    asked.map((a) => a.outId),
  )
  const common = await findInCommon(
    tx,
    asked.filter((a) => a.outId.length === keyLength),
  )
  return asked.map(({ outId, blind }) => single.get(outId) ?? common.get(`${outId} ${blind.toString('hex')}`))
}

async function findSingle(tx: Tx, outIds: string[]): Promise<Map<string, SentOne>> {
  const ids = await findByOutId(tx, [...new Set(outIds)])
  if (ids.size === 0) return new Map()
  const { rows } = await sql<{ id: number; contact_id: number; carrier_id: string | null; text: string }>`
    select d.id, d.contact_id, d.carrier_id, m.text from delivery d join message m on m.id = d.message_id where d.id = any(${[...ids.values()]}::bigint[])`.execute(
    tx,
  )
  const found = new Map(rows.map((r) => [r.id, r]))
  return new Map(
    [...ids].flatMap(([outId, id]) => {
      const row = found.get(id)
      return row ? [[outId, { outId, contactId: row.contact_id, carrierId: row.carrier_id, text: row.text }] as const] : []
    }),
  )
}

async function findInCommon(tx: Tx, asked: { outId: string; blind: Buffer }[]): Promise<Map<string, SentOne>> {
  if (asked.length === 0) return new Map()
  const { rows } = await sql<{ key: string; blind: Buffer; id: number; contact_id: number; carrier_id: string | null }>`
    select c.key, k.blind, d.id, d.contact_id, d.carrier_id
    from unnest(${asked.map((a) => a.outId)}::text[], ${asked.map((a) => a.blind)}::bytea[]) as a(key, blind)
      join delivery_chunk c on c.key = a.key join contact k on k.blind = a.blind and k.kind = 'phone'
      join delivery d on d.revision_id = c.revision_id and d.contact_id = k.id
        and d.id >= c.id * ${rowsPerChunk} and d.id < (c.id + 1) * ${rowsPerChunk}`.execute(tx)
  return new Map(
    rows.map((r) => [
      `${r.key} ${r.blind.toString('hex')}`,
      { outId: outIdOf(r.key, r.id), contactId: r.contact_id, carrierId: r.carrier_id, text: null },
    ]),
  )
}

export interface KeptCallback {
  id: number
  carrier: string
  kind: string
  sealed: Buffer
  /** How often it was looked at and something of it was not known. */
  tries: number
}
export type NewCallback = Omit<KeptCallback, 'id'> & { afterMinutes: number }

export async function keepCallback(tx: Tx, { afterMinutes, ...row }: NewCallback): Promise<void> {
  await tx
    .insertInto('callback')
    .values({ ...row, due_at: sql<Date>`clock_now() + ${afterMinutes} * interval '1 minute'` })
    .execute()
}

/** The oldest that are due, for this transaction alone: they are removed in the one that folds them. */
export const claimCallbacks = (tx: Tx, most: number): Promise<KeptCallback[]> =>
  tx
    .selectFrom('callback')
    .select(['id', 'carrier', 'kind', 'sealed', 'tries'])
    .where('due_at', '<=', sql<Date>`(select clock_now())`)
    .orderBy('due_at')
    .orderBy('id')
    .limit(most)
    .forUpdate()
    .skipLocked()
    .execute()

export async function removeCallbacks(tx: Tx, ids: number[]): Promise<void> {
  await tx.deleteFrom('callback').where('id', 'in', ids).execute()
}

export async function postponeCallback(tx: Tx, id: number, minutes: number): Promise<void> {
  await tx
    .updateTable('callback')
    .set({ tries: sql`tries + 1`, due_at: sql<Date>`clock_now() + ${minutes} * interval '1 minute'` })
    .where('id', '=', id)
    .execute()
}
