import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { type Channel, channelCode, channelOfCode } from '../messages/channel.js'
import { alertOf, type ClaimedRow } from './claim.js'
import { gradeCode, isUrgent, outIdOf, rowsPerChunk, stateCode } from './delivery.js'
import { byIndex } from './delivery-store.js'
import { type Asking, askCarrier, type DrainDeps } from './drain-lane.js'
import { foldReceipts } from './receipts.js'
import type { Asked, Receipt } from './sender.js'

/** How long after it was sent a chunk's missing receipts are asked about. The carrier's own repeats end after ten minutes. */
const askAfterMinutes = [2, 10, 60]
/** Of a large chunk these many tell whether receipts are being lost at all; a million people are then twenty thousand questions. */
const sample = 20
/** Rows asked about in one go of the timer, so that nothing that still has to leave waits behind it. */
const mostAtOnce = 1000

interface Missing {
  claim: Asking
  chunkId: number
  seriesId: string
  rows: (ClaimedRow & { unknown: boolean })[]
  /** Those who move, the staff, every correction. */
  urgent: boolean
  last: boolean
}

/**
 * Receipts get lost, and what ended unknown must not stay so: after 2 minutes, 10 and an hour the carrier is asked. Who must act
 * is asked about in full each time. Of the others a few of every chunk: when these turn out to have arrived, receipts were
 * lost and the rest is asked about too; else the rest has its turn at the last time. The time is counted when the chunk is
 * taken, so a process that dies here costs one of three questions and no message. Answers how many rows it asked about.
 */
export async function askMissing(deps: DrainDeps): Promise<number> {
  const channels = [...deps.senders].flatMap(([channel, sender]) => (sender.ask ? [channel] : []))
  let asked = 0
  while (asked < mostAtOnce && !deps.stopping() && channels.length > 0) {
    const missing = await deps.store.system((tx) => takeMissing(tx, channels))
    if (!missing) break
    asked += await askChunk(deps, missing)
  }
  return asked
}

async function askChunk(deps: DrainDeps, missing: Missing): Promise<number> {
  const { rows, urgent, last } = missing
  const all = urgent || last || rows.length <= sample
  const first = all ? rows : rows.filter((_, i) => i % Math.ceil(rows.length / sample) === 0)
  const told = await askRows(deps, missing, first)
  if (all || told === 0) return first.length
  const chosen = new Set(first)
  await askRows(
    deps,
    missing,
    rows.filter((r) => !chosen.has(r)),
  )
  return rows.length
}

/** Answers of how many the carrier knew an end that it had not told us. */
async function askRows(deps: DrainDeps, missing: Missing, rows: Missing['rows']): Promise<number> {
  const said = await askCarrier(deps, missing.claim, rows, new Map())
  const unknown = new Set(rows.flatMap((r) => (r.unknown ? [r.id] : [])))
  const receipts = said.flatMap(({ row, asked }) => receiptOf(row, asked))
  const taken = said.filter(({ row, asked }) => unknown.has(row.id) && asked.kind === 'accepted').map(({ row }) => row.id)
  const never = said.filter(({ row, asked }) => unknown.has(row.id) && asked.kind === 'absent').map(({ row }) => row.id)
  if (receipts.length + taken.length + never.length === 0) return 0
  await deps.store.system(async (tx) => {
    await settleUnknown(tx, taken, never)
    await foldReceipts(tx, receipts)
    await noteLost(tx, missing, receipts.length)
  })
  return receipts.length
}

function receiptOf(row: ClaimedRow, asked: Asked): Receipt[] {
  if (asked.kind === 'refused') return [{ outId: row.outId, kind: 'failed', reason: asked.reason }]
  return asked.kind === 'accepted' && asked.delivered ? [{ outId: row.outId, kind: 'delivered' }] : []
}

async function takeMissing(tx: Tx, channels: Channel[]): Promise<Missing | null> {
  await byIndex(tx)
  const { rows } = await sql<MissingRow>`
    with due as (
      select c.id from delivery_chunk c
      where c.asked < 3 and c.sent_at <= (select clock_now()) - (${askAfterMinutes}::int[])[c.asked + 1] * interval '1 minute'
        and c.sent_at > (select clock_now()) - interval '1 day' and c.channel = any(${channels.map((c) => channelCode[c])}::smallint[])
      order by c.sent_at limit 1 for update skip locked
    ), taken as (
      update delivery_chunk c set asked = c.asked + 1 from due where c.id = due.id
      returning c.id, c.key, c.revision_id, c.alert_id, c.revision, c.channel, c.lane, c.asked, c.done
    )
    select t.*, a.series_id, a.place, a.title, a.level, a.kind, a.expires_at, (
      select json_agg(json_build_array(d.id, d.contact_id, d.message_id, d.state) order by d.id) from delivery d
      where d.id >= t.id * ${rowsPerChunk} and d.id < (t.id + 1) * ${rowsPerChunk}
        and ((d.state = ${stateCode.accepted} and d.grade = ${gradeCode.accepted}) or (d.state = ${stateCode.unknown} and t.done))) as missing
    from taken t join alert a on a.id = t.alert_id`.execute(tx)
  return rows[0] ? toMissing(rows[0]) : null
}

interface MissingRow {
  id: number
  key: string
  revision_id: number
  alert_id: string
  revision: number
  channel: number
  lane: number
  asked: number
  series_id: string
  place: string
  title: string
  level: string | null
  kind: string
  expires_at: Date | null
  missing: [id: number, contactId: number, messageId: number, state: number][] | null
}

const toMissing = (row: MissingRow): Missing => ({
  claim: {
    key: row.key,
    alone: isUrgent(row.lane),
    channel: channelOfCode(row.channel),
    revisionId: row.revision_id,
    revision: row.revision,
    alert: alertOf(row),
  },
  chunkId: row.id,
  seriesId: row.series_id,
  rows: (row.missing ?? []).map(([id, contactId, messageId, state]) => ({
    ...{ id, contactId, messageId, attempts: 0, maybeSent: true },
    outId: outIdOf(row.key, id),
    unknown: state === stateCode.unknown,
  })),
  urgent: isUrgent(row.lane),
  last: row.asked >= askAfterMinutes.length,
})

/** Unknown to the end, and the carrier knows now: it has it, or it never saw it, and then the person was not told. */
async function settleUnknown(tx: Tx, taken: number[], never: number[]): Promise<void> {
  if (taken.length + never.length === 0) return
  await byIndex(tx)
  await sql`
    update delivery set state = case when id = any(${taken}::bigint[]) then ${stateCode.accepted} else ${stateCode.failed} end::smallint,
      grade = case when id = any(${taken}::bigint[]) then greatest(grade, ${gradeCode.accepted}) else grade end::smallint,
      reason = case when id = any(${taken}::bigint[]) then null else 'never-taken' end, at = (select clock_now())
    where id = any(${[...taken, ...never]}::bigint[]) and state = ${stateCode.unknown}`.execute(tx)
}

/** Once for an alert and channel: its receipts do not reach us by themselves, so the callback address is to be looked at. */
async function noteLost(tx: Tx, { claim, seriesId }: Missing, found: number): Promise<void> {
  if (found === 0) return
  const { channel, alert } = claim
  const { rows } = await sql`
    select 1 from journal where thing_type = 'alert' and thing_id = ${alert.id} and event = 'receipts.missed' and data->>'channel' = ${channel}`.execute(
    tx,
  )
  if (rows.length > 0) return
  const data = { channel, revision: claim.revision, found }
  await record(tx, { event: 'receipts.missed', place: alert.place, thing: { type: 'alert', id: alert.id }, series: seriesId, data })
}
