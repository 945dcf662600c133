import { type RawBuilder, type Selectable, sql } from 'kysely'
import { newOutId } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { Language } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import type { Claim } from './claim.js'
import { keyLength, outIdOf, rowsPerChunk, stateCode } from './delivery.js'

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
  turn: number
  size: number
}
export interface DeliveryRow {
  id: number
  contactId: number
  messageId: number
  channel: number
  place: string
}

/** The rows of one chunk, in a statement where delivery is called d. */
export const inChunk = (chunkId: number) => sql<boolean>`(d.id >= ${chunkId * rowsPerChunk} and d.id < ${(chunkId + 1) * rowsPerChunk})`

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
    insert into delivery_chunk (id, key, place, revision_id, alert_id, revision, channel, lane, turn, size, open)
    select id, key, place, revision_id, alert_id, revision, channel, lane, turn, size, size
    from unnest(${of('id')}::bigint[], ${rows.map(() => newOutId().slice(0, keyLength))}::text[], ${of('place')}::text[],
      ${of('revisionId')}::bigint[], ${of('alertId')}::text[], ${of('revision')}::int[], ${of('channel')}::smallint[],
      ${of('lane')}::smallint[], ${of('turn')}::smallint[], ${of('size')}::int[])
      as c(id, key, place, revision_id, alert_id, revision, channel, lane, turn, size)`.execute(tx)
}

const rowsPerStatement = 10_000

/**
 * UNIQUE (revision, contact, channel, purpose) decides who gets what once. Answers how many rows were new. Not by COPY, which takes two
 * thirds of the time: a process that is frozen in the middle of one keeps its locks for as long as it sleeps, for to the server it is at work.
 */
export async function insertDeliveries(tx: Tx, revisionId: number, purpose: number, rows: DeliveryRow[]): Promise<number> {
  let added = 0
  for (let at = 0; at < rows.length; at += rowsPerStatement) {
    const part = rows.slice(at, at + rowsPerStatement)
    const of = <K extends keyof DeliveryRow>(key: K) => part.map((r) => r[key])
    const { numAffectedRows } = await sql`
      insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, place)
      select id, ${revisionId}::int, contact_id, message_id, channel, ${purpose}::smallint, place
      from unnest(${of('id')}::bigint[], ${of('contactId')}::int[], ${of('messageId')}::int[], ${of('channel')}::smallint[],
        ${of('place')}::text[]) as d(id, contact_id, message_id, channel, place)
      on conflict do nothing`.execute(tx)
    added += Number(numAffectedRows ?? 0)
  }
  return added
}

/** After a plan that met rows which were there already: chunks count what they really hold. */
export async function countChunks(tx: Tx, chunkIds: number[]): Promise<void> {
  await sql`
    update delivery_chunk c set size = n.count, open = n.count, done = n.count = 0
    from (select k.id, count(d.id)::int as count from unnest(${chunkIds}::bigint[]) as k(id) left join delivery d
      on d.id >= k.id * 1000 and d.id < (k.id + 1) * 1000 group by k.id) n
    where c.id = n.id`.execute(tx)
}

/** What became of one row of a claimed chunk. */
export interface Outcome {
  state: number
  grade: number
  /** 1 when it counts as a try. */
  tries: number
  carrierId: string | null
  reason: string | null
}

export interface RowEnd {
  id: number
  outcome: Outcome
}

const isSame = (a: Outcome, b: Outcome): boolean =>
  a === b || (a.state === b.state && a.grade === b.grade && a.tries === b.tries && a.carrierId === b.carrierId && a.reason === b.reason)

/** Of several failures of one message the same reason is shown, whichever was told first. */
export const lesser = (a: RawBuilder<unknown>, b: RawBuilder<unknown>) => sql`least(${a} collate "C", ${b} collate "C")`

/** What a receipt or an answer has moved on is not moved back by the send that comes to be written after it. */
const set = (o: { [K in keyof Outcome]: RawBuilder<unknown> }) => sql`
  state = case when d.state in (0, 3) then ${o.state} else d.state end, grade = greatest(d.grade, ${o.grade}),
  attempts = d.attempts + ${o.tries}, carrier_id = coalesce(${o.carrierId}, d.carrier_id),
  reason = case when d.state in (0, 3) then ${o.reason} when d.state = 2 and ${o.state} = 2 then ${lesser(sql`d.reason`, o.reason)} else d.reason end,
  at = (select clock_now())`

const writeEach = (claim: Claim, ends: RowEnd[]) => {
  const of = <K extends keyof Outcome>(key: K) => ends.map((e) => e.outcome[key])
  const each = sql`unnest(${ends.map((e) => e.id)}::bigint[], ${of('state')}::smallint[], ${of('grade')}::smallint[], ${of('tries')}::smallint[],
    ${of('carrierId')}::text[], ${of('reason')}::text[]) as o(id, state, grade, tries, carrier_id, reason)`
  const columns = { state: sql`o.state`, grade: sql`o.grade`, tries: sql`o.tries`, carrierId: sql`o.carrier_id`, reason: sql`o.reason` }
  return sql`update delivery d set ${set(columns)} from ${each} where d.id = o.id and ${inChunk(claim.chunkId)}`
}

/** A whole chunk with one outcome, as most have: nothing has to be joined. */
const writeAll = (claim: Claim, o: Outcome) => {
  const values = {
    state: sql`${o.state}::smallint`,
    grade: sql`${o.grade}::smallint`,
    tries: sql`${o.tries}::smallint`,
    carrierId: sql`${o.carrierId}::text`,
    reason: sql`${o.reason}::text`,
  }
  return sql`update delivery d set ${set(values)} where ${inChunk(claim.chunkId)}`
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
export async function writeOutcomes(tx: Tx, claim: Claim, ends: RowEnd[], release: Release): Promise<void> {
  // As long from now by the store's clock, for ours may be wrong.
  const waitMs = release.notBefore && Math.max(0, release.notBefore.getTime() - Date.now())
  const first = ends[0]?.outcome
  const alike = first !== undefined && ends.length === claim.size && ends.every((e) => isSame(e.outcome, first))
  if (!alike) await byIndex(tx)
  const left = wasHandedOver(ends)
  await sql`
    with written as (${alike ? writeAll(claim, first) : writeEach(claim, ends)})
    update delivery_chunk set open = ${release.open}, done = ${release.open === 0}, owner = null, lease_until = null, sending = false,
      sent_at = case when ${left} then (select clock_now()) else sent_at end, asked = case when ${left} then 0 else asked end,
      not_before = coalesce(clock_timestamp() + ${waitMs}::float8 * interval '1 millisecond', not_before)
    where id = ${claim.chunkId} and owner = ${claim.owner}`.execute(tx)
}

/** Something of it left the house, or may have: from now on it counts for its numbers. */
const wasHandedOver = (ends: RowEnd[]): boolean => ends.some(({ outcome: o }) => o.tries > 0 || o.state === stateCode.accepted)

/** Rows of a finished exercise chunk whose contact is not allow-listed: they were never claimed and never will be. */
export async function closeUnlisted(tx: Tx, chunkId: number): Promise<void> {
  await sql`update delivery d set state = 5, reason = 'not-on-exercise-list', at = (select clock_now())
    where ${inChunk(chunkId)} and state = 0`.execute(tx)
}

/** What is called so at a carrier: the row's id by out id. Ids that are not ours are left out. */
export async function findByOutId(tx: Tx, outIds: string[]): Promise<Map<string, number>> {
  const keys = [...new Set(outIds.map((outId) => outId.slice(0, keyLength)))]
  const { rows } = await sql<{ id: number; key: string }>`select id, key from delivery_chunk where key = any(${keys}::text[])`.execute(tx)
  const found = new Map<string, number>()
  const idOf = new Map(rows.map((c) => [c.key, c.id]))
  for (const outId of outIds) {
    const key = outId.slice(0, keyLength)
    const chunkId = idOf.get(key)
    const id = chunkId === undefined ? Number.NaN : chunkId * rowsPerChunk + Number.parseInt(outId.slice(keyLength), 36)
    if (outIdOf(key, id) === outId) found.set(outId, id)
  }
  return found
}

/** revisionId: and those of that wording that were written after them, for the chunks that come next will ask for them. */
export async function readMessages(tx: Tx, ids: number[], revisionId: number | null = null): Promise<MessageRow[]> {
  const { rows } = await sql<Selectable<Tables['message']>>`
    select * from message where id = any(${ids}::bigint[])
    union all
    (select * from message where revision_id = ${revisionId} and id > ${Math.max(...ids)} order by id limit 1000)`.execute(tx)
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
