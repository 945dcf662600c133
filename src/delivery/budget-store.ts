import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Use } from './budget.js'
import { chunkOf, stateCode } from './delivery.js'
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

interface RecentChunk {
  id: number
  revision_id: number
  sent_at: Date
  leased: boolean
}

/** Chunks that were sent from within the time, or are at this moment. */
async function readRecent(tx: Tx, channel: number, withinMs: number): Promise<RecentChunk[]> {
  const { rows } = await sql<RecentChunk>`
    select c.id, c.revision_id, coalesce(c.sent_at, clock_now()) as sent_at, c.sending and c.lease_until > clock_timestamp() as leased
    from delivery_chunk c where c.channel = ${channel} and (c.sending or c.sent_at > clock_now() - ${withinMs} * interval '1 millisecond')`.execute(
    tx,
  )
  return rows
}

/**
 * What these contacts had on a channel within the time, leaving out what this chunk holds in its hand. Rows are found by revision and
 * contact, and matched with their chunks here: the planner knows too little of tables this young to be trusted with the join.
 */
export async function readUses(
  tx: Tx,
  ask: { channel: number; contactIds: number[]; withinMs: number; chunkId: number; templates: boolean },
): Promise<Map<number, Used>> {
  const chunks = new Map((await readRecent(tx, ask.channel, ask.withinMs)).map((c) => [c.id, c]))
  const revisions = [...new Set([...chunks.values()].map((c) => c.revision_id))]
  await byIndex(tx)
  const { rows } = await sql<{ id: number; contact_id: number; message_id: number; attempts: number; state: number }>`
    select d.* from unnest(${revisions}::int[]) v(id) cross join lateral (
      select id, contact_id, message_id, attempts, state from delivery
      where revision_id = v.id and contact_id = any(${ask.contactIds}::int[]) and channel = ${ask.channel}) d`.execute(tx)
  const templates = ask.templates ? await readTemplates(tx, [...new Set(rows.map((r) => r.message_id))]) : new Map<number, string>()
  const found = new Map<number, Used>()
  for (const { id, contact_id, message_id, attempts, state } of rows) {
    const chunk = chunks.get(chunkOf(id))
    if (!chunk) continue
    const tries = Math.max(attempts, state === stateCode.accepted || state === stateCode.unknown ? 1 : 0)
    const used = found.get(contact_id) ?? { uses: [], inFlight: false }
    const at = chunk.sent_at.getTime()
    for (let i = 0; i < tries; i++) used.uses.push({ at, template: templates.get(message_id) ?? '' })
    const isOpen = state === stateCode.waiting || state === stateCode.unknown
    found.set(contact_id, { uses: used.uses, inFlight: used.inFlight || (chunk.leased && chunk.id !== ask.chunkId && isOpen) })
  }
  return found
}

export async function readTemplates(tx: Tx, messageIds: number[]): Promise<Map<number, string>> {
  if (messageIds.length === 0) return new Map()
  const { rows } = await sql<{ id: number; template: string }>`
    select id, template from message where id = any(${messageIds}::int[])`.execute(tx)
  return new Map(rows.map((m) => [m.id, m.template]))
}

/** Contacts of this chunk to whom an older wording of the same alert is on its way at this moment. */
export async function readOvertaken(tx: Tx, of: { alertId: string; revision: number; channel: number }): Promise<Set<number>> {
  await byIndex(tx)
  const { rows } = await sql<{ contact_id: number }>`
    with flying as materialized (
      select c.id from delivery_chunk c
      where c.alert_id = ${of.alertId} and c.channel = ${of.channel} and c.revision < ${of.revision} and not c.done
        and c.sending and c.lease_until > clock_timestamp()
    )
    select d.contact_id from flying f cross join lateral (
      select contact_id from delivery where id >= f.id * 1000 and id < (f.id + 1) * 1000 and state in (0, 3)) d`.execute(tx)
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

/** Numbers that had so many tries of the wordings of this time, with the place they were told in. */
export async function readHeavyUsers(
  tx: Tx,
  ask: { channel: number; withinMs: number; least: number },
): Promise<{ contactId: number; place: string }[]> {
  const revisions = [...new Set((await readRecent(tx, ask.channel, ask.withinMs)).map((c) => c.revision_id))]
  await byIndex(tx)
  const { rows } = await sql<{ contact_id: number; place: string }>`
    select contact_id, min(place) as place from delivery
    where revision_id = any(${revisions}::int[]) and channel = ${ask.channel} and (attempts > 0 or state in (1, 3))
    group by contact_id having sum(greatest(attempts, 1)) >= ${ask.least} limit 5000`.execute(tx)
  return rows.map((r) => ({ contactId: r.contact_id, place: r.place }))
}
