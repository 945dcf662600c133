import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { keyLength, outIdOf, rowsPerChunk } from '../delivery/delivery.js'
import { byIndex, findByOutId } from '../delivery/delivery-store.js'

export interface SentOne {
  /** The row's own; a report of many that left in one request says only what they have in common. */
  outId: string
  contactId: number
  /** The carrier's own ids that may be said of it; null: any, for its answer to a send was never seen. */
  carrierId: string | null
  messageId: number
}

/** What was sent under each of these out ids; of one that many have in common, the row of that number. In the order asked. */
export async function findSent(tx: Tx, asked: { outId: string; blind: Buffer | null }[]): Promise<(SentOne | undefined)[]> {
  if (asked.length === 0) return []
  await byIndex(tx)
  const single = await findSingle(
    tx,
    asked.flatMap(({ outId, blind }) => (blind ? [] : [outId])),
  )
  const common = await findInCommon(
    tx,
    asked.flatMap(({ outId, blind }) => (blind ? [{ outId, blind }] : [])),
  )
  return asked.map(({ outId, blind }) => (blind ? common.get(`${outId} ${blind.toString('hex')}`) : single.get(outId)))
}

/** Said by the number instead of by the message. */
export const isInCommon = (outId: string): boolean => outId.length === keyLength

interface SentRow {
  id: number
  contact_id: number
  message_id: number
  carrier_id: string | null
}
// Sent twice, it has two ids at the carrier and the row knows the last: a receipt of the first is no forgery.
const columns = sql`d.id, d.contact_id, d.message_id, case when d.attempts <= 1 then d.carrier_id end as carrier_id`
const toSent = (outId: string, r: SentRow): SentOne => ({
  outId,
  contactId: r.contact_id,
  carrierId: r.carrier_id,
  messageId: r.message_id,
})

async function findSingle(tx: Tx, outIds: string[]): Promise<Map<string, SentOne>> {
  const ids = await findByOutId(tx, [...new Set(outIds)])
  if (ids.size === 0) return new Map()
  const { rows } = await sql<SentRow>`select ${columns} from delivery d where d.id = any(${[...ids.values()]}::bigint[])`.execute(tx)
  const found = new Map(rows.map((r) => [r.id, r]))
  return new Map([...ids].flatMap(([outId, id]) => (found.has(id) ? [[outId, toSent(outId, found.get(id)!)] as const] : [])))
}

async function findInCommon(tx: Tx, asked: { outId: string; blind: Buffer }[]): Promise<Map<string, SentOne>> {
  if (asked.length === 0) return new Map()
  const { rows } = await sql<SentRow & { key: string; blind: Buffer }>`
    select c.key, k.blind, ${columns}
    from unnest(${asked.map((a) => a.outId)}::text[], ${asked.map((a) => a.blind)}::bytea[]) as a(key, blind)
      join delivery_chunk c on c.key = a.key join contact k on k.blind = a.blind and k.kind = 'phone'
      join delivery d on d.revision_id = c.revision_id and d.contact_id = k.id
        and d.id >= c.id * ${rowsPerChunk} and d.id < (c.id + 1) * ${rowsPerChunk}`.execute(tx)
  return new Map(rows.map((r) => [`${r.key} ${r.blind.toString('hex')}`, toSent(outIdOf(r.key, r.id), r)]))
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
