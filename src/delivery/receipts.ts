import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { breakContacts } from '../register/break-contacts.js'
import { gradeCode } from './delivery.js'
import { byIndex } from './delivery-store.js'
import type { Receipt } from './sender.js'

/** 0 says the carrier could not deliver it; the others are grades. The strongest of several reports of one message counts. */
const strengthOf: Record<Receipt['kind'], number> = { failed: 0, delivered: gradeCode.delivered, opened: gradeCode.opened }

const perStatement = 1000

/**
 * Folds receipts into the rows by rank (delivery.ts: fold says the same for one row): late, doubled and reordered ones end in
 * the same state. `delivered` is written here only, never from a send. Answers how many ids nobody knew.
 */
export async function foldReceipts(tx: Tx, receipts: Receipt[]): Promise<{ unknown: number }> {
  const strongest = new Map<string, { strength: number; reason: string | null }>()
  for (const { outId, kind, reason } of receipts) {
    const strength = strengthOf[kind]
    const known = strongest.get(outId)
    if (!known || strength > known.strength)
      strongest.set(outId, { strength, reason: kind === 'failed' ? (reason ?? 'carrier-failed') : null })
  }
  await byIndex(tx)
  const all = [...strongest].map(([outId, { strength, reason }]) => ({ outId, strength, reason }))
  let found = 0
  for (let at = 0; at < all.length; at += perStatement) {
    const part = all.slice(at, at + perStatement)
    const { rows } = await sql<{ found: number }>`
      with report as (
        select d.id, r.strength, r.reason from unnest(${part.map((p) => p.outId)}::text[], ${part.map((p) => p.strength)}::smallint[],
          ${part.map((p) => p.reason)}::text[]) as r(out_id, strength, reason) join delivery d on d.out_id = r.out_id
      ), folded as (
        update delivery d set
          grade = greatest(d.grade, report.strength),
          state = case when report.strength >= 2 then 1 else 2 end,
          reason = report.reason,
          at = (select clock_now())
        from report where d.id = report.id
          and (report.strength > d.grade or (report.strength >= 2 and d.state <> 1) or (report.strength = 0 and d.grade < 2 and d.state <> 2))
      )
      select count(*)::int as found from report`.execute(tx)
    found += rows[0]!.found
  }
  return { unknown: all.length - found }
}

/** Numbers the carrier reports as dead, at once or by what it says day after day. One that a message reached all the same is not. */
export async function breakReported(tx: Tx, receipts: Receipt[]): Promise<void> {
  const failed = receipts.filter((r) => r.kind === 'failed' && r.broken)
  const reasons = new Map(failed.map((r) => [r.outId, r.reason ?? 'no such number']))
  if (reasons.size === 0) return
  const rows = await tx
    .selectFrom('delivery as d')
    .innerJoin('delivery_chunk as c', 'c.id', 'd.chunk_id')
    .innerJoin('alert as a', 'a.id', 'c.alert_id')
    .select(['d.out_id', 'd.contact_id', 'a.id', 'a.series_id'])
    .where('d.out_id', 'in', [...reasons.keys()])
    .where('d.grade', '<', gradeCode.delivered)
    .execute()
  const maybe = new Set(failed.filter((r) => r.broken === 'maybe').map((r) => r.outId))
  const doubted = rows.filter((r) => maybe.has(r.out_id))
  const silent = await silentForDays(
    tx,
    doubted.map((r) => r.contact_id),
    [...new Set(doubted.map((r) => reasons.get(r.out_id)!))],
  )
  const dead = rows.filter((r) => !maybe.has(r.out_id) || silent.has(r.contact_id))
  for (const id of new Set(dead.map((r) => r.id))) {
    const of = dead.filter((r) => r.id === id)
    const contacts = of.map((r) => ({ contactId: r.contact_id, reason: reasons.get(r.out_id)! }))
    await breakContacts(tx, contacts, { id, seriesId: of[0]!.series_id })
  }
}

/** A phone is switched off for a night, not on three days of alerts one after another with nothing reaching it in between. */
const silentDays = 3

async function silentForDays(tx: Tx, contactIds: number[], reasons: string[]): Promise<Set<number>> {
  if (contactIds.length === 0) return new Set()
  const { rows } = await sql<{ id: number }>`
    with told as (
      select contact_id, at, reason, max(at) filter (where grade >= ${gradeCode.delivered}) over (partition by contact_id) as reached
      from delivery where contact_id = any(${contactIds}::bigint[]) and at is not null
    )
    select contact_id as id from told where reason = any(${reasons}) and (reached is null or at > reached)
    group by contact_id having count(distinct (at at time zone 'Asia/Shanghai')::date) >= ${silentDays}`.execute(tx)
  return new Set(rows.map((r) => Number(r.id)))
}
