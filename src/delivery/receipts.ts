import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { breakContacts } from '../register/break-contacts.js'
import { gradeCode } from './delivery.js'
import { byIndex, findByOutId } from './delivery-store.js'
import type { Receipt } from './sender.js'

/** 0 says the carrier could not deliver it; the others are grades. The strongest of several reports of one message counts. */
const strengthOf: Record<Receipt['kind'], number> = { failed: 0, delivered: gradeCode.delivered, opened: gradeCode.opened }

const perStatement = 5000

/**
 * Folds receipts into the rows by rank (delivery.ts: fold says the same for one row): late, doubled and reordered ones end in
 * the same state. `delivered` is written here only, never from a send. Answers how many ids nobody knew.
 */
export async function foldReceipts(tx: Tx, receipts: Receipt[]): Promise<{ unknown: number }> {
  const strongest = new Map<string, { strength: number; reason: string | null }>()
  for (const { outId, kind, reason } of receipts) {
    const strength = strengthOf[kind]
    const why = kind === 'failed' ? (reason ?? 'carrier-failed') : null
    const known = strongest.get(outId)
    if (!known || strength > known.strength || (why !== null && known.reason !== null && why < known.reason))
      strongest.set(outId, { strength, reason: why })
  }
  await byIndex(tx)
  const ids = await findByOutId(tx, [...strongest.keys()])
  // In the order of the rows: two that fold the same ones wait for each other instead of locking each other out.
  const all = [...ids].map(([outId, id]) => ({ id, ...strongest.get(outId)! })).sort((a, b) => a.id - b.id)
  for (let at = 0; at < all.length; at += perStatement) {
    const part = all.slice(at, at + perStatement)
    await sql`
      update delivery d set
        grade = greatest(d.grade, r.strength), state = case when r.strength >= 2 then 1 else 2 end, reason = r.reason, at = (select clock_now())
      from unnest(${part.map((p) => p.id)}::bigint[], ${part.map((p) => p.strength)}::smallint[], ${part.map((p) => p.reason)}::text[])
        as r(id, strength, reason)
      where d.id = r.id and (r.strength > d.grade or (r.strength >= 2 and d.state <> 1)
        or (r.strength = 0 and d.grade < 2 and (d.state <> 2 or r.reason collate "C" < d.reason collate "C")))`.execute(tx)
  }
  return { unknown: strongest.size - ids.size }
}

/** Numbers the carrier reports as dead, at once or by what it says day after day. One that a message reached all the same is not. */
export async function breakReported(tx: Tx, receipts: Receipt[]): Promise<void> {
  const failed = receipts.filter((r) => r.kind === 'failed' && r.broken)
  if (failed.length === 0) return
  const ids = await findByOutId(
    tx,
    failed.map((r) => r.outId),
  )
  const reasons = new Map(failed.flatMap((r) => (ids.has(r.outId) ? [[ids.get(r.outId)!, r.reason ?? 'no such number'] as const] : [])))
  if (reasons.size === 0) return
  const rows = await tx
    .selectFrom('delivery as d')
    .innerJoin('alert_revision as r', 'r.id', 'd.revision_id')
    .innerJoin('alert as a', 'a.id', 'r.alert_id')
    .select(['d.id as row', 'd.contact_id', 'a.id', 'a.series_id'])
    .where('d.id', 'in', [...reasons.keys()])
    .where('d.grade', '<', gradeCode.delivered)
    .execute()
  const maybe = new Set(failed.filter((r) => r.broken === 'maybe').map((r) => ids.get(r.outId)))
  const doubted = rows.filter((r) => maybe.has(r.row))
  const silent = await silentForDays(
    tx,
    doubted.map((r) => r.contact_id),
    [...new Set(doubted.map((r) => reasons.get(r.row)!))],
  )
  const dead = rows.filter((r) => !maybe.has(r.row) || silent.has(r.contact_id))
  for (const id of new Set(dead.map((r) => r.id))) {
    const of = dead.filter((r) => r.id === id)
    const contacts = of.map((r) => ({ contactId: r.contact_id, reason: reasons.get(r.row)! }))
    await breakContacts(tx, contacts, { id, seriesId: of[0]!.series_id })
  }
}

/** A phone is switched off for a night, not on three days of alerts one after another with nothing reaching it in between. */
const silentDays = 3

async function silentForDays(tx: Tx, contactIds: number[], reasons: string[]): Promise<Set<number>> {
  if (contactIds.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`
    with told as (
      select d.contact_id, d.at, d.reason, max(d.at) filter (where d.grade >= ${gradeCode.delivered}) over (partition by d.contact_id) as reached
      from alert_revision r join delivery d on d.revision_id = r.id and d.contact_id = any(${contactIds}::int[]) where d.at is not null
    )
    select contact_id as id from told where reason = any(${reasons}) and (reached is null or at > reached)
    group by contact_id having count(distinct (at at time zone 'Asia/Shanghai')::date) >= ${silentDays}`.execute(tx)
  return new Set(rows.map((r) => Number(r.id)))
}
