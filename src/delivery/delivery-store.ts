import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Language } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import type { Claim } from './claim.js'

/** Writes of the outbox, each in few big statements. */

export interface MessageRow {
  id: number
  place: string
  revisionId: number
  channel: number
  language: Language
  relation: Relation
  template: string
  text: string
  parameters: Record<string, string>
}
export interface ChunkRow {
  id: number
  place: string
  revisionId: number
  alertId: string
  revision: number
  channel: number
  lane: number
  size: number
}
export interface DeliveryRow {
  chunkId: number
  contactId: number
  messageId: number
  channel: number
  place: string
  outId: string
}

/**
 * In a table that has just been filled the planner knows nothing, or what was true a second ago, and would read the whole of it
 * for every chunk. The outbox finds its rows by index, always.
 */
export async function byIndex(tx: Tx): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true)`.execute(tx)
}

/** Numbers that nobody else will get, so that rows can point at each other before they are written. */
export async function takeIds(tx: Tx, table: 'message' | 'delivery_chunk', count: number): Promise<number[]> {
  if (count === 0) return []
  const { rows } = await sql<{ id: number }>`
    select nextval(pg_get_serial_sequence(${table}, 'id')) as id from generate_series(1, ${count}::int)`.execute(tx)
  return rows.map((r) => r.id)
}

export async function insertMessages(tx: Tx, rows: MessageRow[]): Promise<void> {
  const of = <K extends keyof MessageRow>(key: K) => rows.map((r) => r[key])
  if (rows.length === 0) return
  await sql`
    insert into message (id, place, revision_id, channel, language, relation, template, text, parameters)
    select * from unnest(${of('id')}::bigint[], ${of('place')}::text[], ${of('revisionId')}::bigint[], ${of('channel')}::smallint[],
      ${of('language')}::text[], ${of('relation')}::text[], ${of('template')}::text[], ${of('text')}::text[],
      ${rows.map((r) => JSON.stringify(r.parameters))}::jsonb[])`.execute(tx)
}

export async function insertChunks(tx: Tx, rows: ChunkRow[]): Promise<void> {
  const of = <K extends keyof ChunkRow>(key: K) => rows.map((r) => r[key])
  if (rows.length === 0) return
  await sql`
    insert into delivery_chunk (id, place, revision_id, alert_id, revision, channel, lane, size, open)
    select id, place, revision_id, alert_id, revision, channel, lane, size, size
    from unnest(${of('id')}::bigint[], ${of('place')}::text[], ${of('revisionId')}::bigint[], ${of('alertId')}::text[],
      ${of('revision')}::int[], ${of('channel')}::smallint[], ${of('lane')}::smallint[], ${of('size')}::int[])
      as c(id, place, revision_id, alert_id, revision, channel, lane, size)`.execute(tx)
}

const rowsPerStatement = 5000

/** UNIQUE (revision, contact, channel, purpose) decides who gets what once. Answers how many rows were new. */
export async function insertDeliveries(tx: Tx, revisionId: number, purpose: number, rows: DeliveryRow[]): Promise<number> {
  let added = 0
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const part = rows.slice(at, at + rowsPerStatement)
    const of = <K extends keyof DeliveryRow>(key: K) => part.map((r) => r[key])
    const { numAffectedRows } = await sql`
      insert into delivery (chunk_id, revision_id, contact_id, message_id, channel, purpose, place, out_id)
      select chunk_id, ${revisionId}::bigint, contact_id, message_id, channel, ${purpose}::smallint, place, out_id
      from unnest(${of('chunkId')}::bigint[], ${of('contactId')}::bigint[], ${of('messageId')}::bigint[], ${of('channel')}::smallint[],
        ${of('place')}::text[], ${of('outId')}::text[]) as d(chunk_id, contact_id, message_id, channel, place, out_id)
      on conflict do nothing`.execute(tx)
    added += Number(numAffectedRows ?? 0)
  }
  return added
}

/** After a plan that met rows which were there already: chunks count what they really hold. */
export async function countChunks(tx: Tx, chunkIds: number[]): Promise<void> {
  await sql`
    update delivery_chunk c set size = n.count, open = n.count, done = n.count = 0
    from (select k.id, count(d.id)::int as count from unnest(${chunkIds}::bigint[]) as k(id) left join delivery d on d.chunk_id = k.id group by k.id) n
    where c.id = n.id`.execute(tx)
}

/** What became of one row of a claimed chunk. */
export interface Outcome {
  id: number
  state: number
  grade: number
  /** 1 when it counts as a try. */
  tries: number
  carrierId: string | null
  reason: string | null
}

export interface Release {
  /** Rows that are to be worked on again. */
  open: number
  /** Not before this real time. */
  notBefore: Date | null
}

/**
 * The outcomes of a chunk and its release, in one statement. A row that a receipt has moved on meanwhile keeps its state; a
 * chunk whose lease somebody else has taken over is theirs to release.
 */
export async function writeOutcomes(tx: Tx, claim: Claim, outcomes: Outcome[], release: Release): Promise<void> {
  const of = <K extends keyof Outcome>(key: K) => outcomes.map((o) => o[key])
  await sql`
    with written as (
      update delivery d set
        state = case when d.state in (0, 3) then o.state else d.state end,
        grade = greatest(d.grade, o.grade), attempts = d.attempts + o.tries,
        carrier_id = coalesce(o.carrier_id, d.carrier_id), reason = o.reason, at = (select clock_now())
      from unnest(${of('id')}::bigint[], ${of('state')}::smallint[], ${of('grade')}::smallint[], ${of('tries')}::smallint[],
        ${of('carrierId')}::text[], ${of('reason')}::text[]) as o(id, state, grade, tries, carrier_id, reason)
      where d.id = o.id and d.chunk_id = ${claim.chunkId}
    )
    update delivery_chunk set open = ${release.open}, done = ${release.open === 0}, owner = null, lease_until = null,
      not_before = coalesce(${release.notBefore}::timestamptz, not_before)
    where id = ${claim.chunkId} and owner = ${claim.owner}`.execute(tx)
}

/** Rows of a finished exercise chunk whose contact is not allow-listed: they were never claimed and never will be. */
export async function closeUnlisted(tx: Tx, chunkId: number): Promise<void> {
  await sql`update delivery set state = 5, reason = 'not-on-exercise-list', at = (select clock_now()) where chunk_id = ${chunkId} and state = 0`.execute(
    tx,
  )
}

export async function readMessages(tx: Tx, ids: number[]): Promise<MessageRow[]> {
  const rows = await tx.selectFrom('message').selectAll().where('id', 'in', ids).execute()
  return rows.map((r) => ({
    id: r.id,
    place: r.place,
    revisionId: r.revision_id,
    channel: r.channel,
    language: r.language as Language,
    relation: r.relation as Relation,
    template: r.template,
    text: r.text,
    parameters: r.parameters,
  }))
}
