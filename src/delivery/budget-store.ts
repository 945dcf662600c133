import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Use } from './budget.js'
import { byIndex } from './delivery-store.js'

/**
 * What numbers have had of late is counted from the deliveries themselves: what survives a restart and is shared by all processes.
 * A chunk says when it was last sent from, which is never before its rows were.
 */

/** Wordings that left on a channel within each of these times: no number can have had more first tries than that. */
export async function countWordings(tx: Tx, channel: number, withinMs: number[]): Promise<number[]> {
  const { rows } = await sql<{ count: number }>`
    select (select count(distinct c.revision_id)::int from delivery_chunk c
      where c.channel = ${channel} and c.sent_at > clock_now() - w.ms * interval '1 millisecond') as count
    from unnest(${withinMs}::float8[]) with ordinality as w(ms, n) order by w.n`.execute(tx)
  return rows.map((r) => r.count)
}

export interface Used {
  /** Tries that were made. */
  uses: Use[]
  /** Another chunk that holds a message to the number is being sent from at this moment. */
  inFlight: boolean
}

/** What these contacts had on a channel within the time, leaving out what this chunk holds in its hand. */
export async function readUses(
  tx: Tx,
  ask: { channel: number; contactIds: number[]; withinMs: number; chunkId: number },
): Promise<Map<number, Used>> {
  const { channel, contactIds, withinMs, chunkId } = ask
  await byIndex(tx)
  const { rows } = await sql<{ contact_id: number; at: Date; tries: number; flying: boolean; template: string }>`
    with recent as materialized (
      select c.id, c.revision_id, c.sent_at, c.sending and c.lease_until > clock_timestamp() and c.id <> ${chunkId} as leased
      from delivery_chunk c where c.channel = ${channel} and (c.sending or c.sent_at > clock_now() - ${withinMs} * interval '1 millisecond')
    )
    select d.contact_id, coalesce(r.sent_at, clock_now()) as at, greatest(d.attempts, (d.state in (1, 3))::int) as tries, r.leased and d.state in (0, 3) as flying, m.template
    from (select distinct revision_id from recent) v cross join unnest(${contactIds}::int[]) k(id)
      join delivery d on d.revision_id = v.revision_id and d.contact_id = k.id and d.channel = ${channel}
      join recent r on r.id = d.id / 1000 join message m on m.id = d.message_id
    where d.attempts > 0 or d.state in (1, 3) or r.leased`.execute(tx)
  const found = new Map<number, Used>()
  for (const { contact_id, at, tries, flying, template } of rows) {
    const used = found.get(contact_id) ?? { uses: [], inFlight: false }
    for (let i = 0; i < tries; i++) used.uses.push({ at: at.getTime(), template })
    found.set(contact_id, { ...used, inFlight: used.inFlight || flying })
  }
  return found
}

/** Contacts of this chunk to whom an older wording of the same alert is on its way at this moment. */
export async function readOvertaken(tx: Tx, of: { alertId: string; revision: number; channel: number }): Promise<Set<number>> {
  await byIndex(tx)
  const { rows } = await sql<{ contact_id: number }>`
    select d.contact_id from delivery_chunk c join delivery d on d.id >= c.id * 1000 and d.id < (c.id + 1) * 1000 and d.state in (0, 3)
    where c.alert_id = ${of.alertId} and c.channel = ${of.channel} and c.revision < ${of.revision} and not c.done
      and c.sending and c.lease_until > clock_timestamp()`.execute(tx)
  return new Set(rows.map((r) => r.contact_id))
}

/** Of these contacts, those to whom this wording goes on another channel too. */
export async function readToldOtherwise(tx: Tx, of: { revisionId: number; contactIds: number[]; channel: number }): Promise<Set<number>> {
  const { rows } = await sql<{ contact_id: number }>`
    select distinct contact_id from delivery
    where revision_id = ${of.revisionId} and contact_id = any(${of.contactIds}::int[]) and channel <> ${of.channel} and state in (0, 1, 3)`.execute(
    tx,
  )
  return new Set(rows.map((r) => r.contact_id))
}

/** Numbers that had so many tries within the time, with the place they were told in. */
export async function readHeavyUsers(
  tx: Tx,
  ask: { channel: number; withinMs: number; least: number },
): Promise<{ contactId: number; place: string }[]> {
  const { rows } = await sql<{ contact_id: number; place: string }>`
    select d.contact_id, min(d.place) as place
    from delivery_chunk c join delivery d on d.id >= c.id * 1000 and d.id < (c.id + 1) * 1000 and (d.attempts > 0 or d.state in (1, 3))
    where c.channel = ${ask.channel} and c.sent_at > clock_now() - ${ask.withinMs} * interval '1 millisecond'
    group by d.contact_id having sum(greatest(d.attempts, 1)) >= ${ask.least} limit 5000`.execute(tx)
  return rows.map((r) => ({ contactId: r.contact_id, place: r.place }))
}
