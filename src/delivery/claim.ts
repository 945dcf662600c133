import { type RawBuilder, sql } from 'kysely'
import type { Purpose } from '../alerts/alert.js'
import type { Tx } from '../base/store/store.js'
import { type Channel, channelCode, channelOfCode } from '../messages/channel.js'
import { isUrgent, outIdOf, stateCode } from './delivery.js'
import { byIndex } from './delivery-store.js'

/** A chunk of deliveries that this process may work on until the lease ends. Nobody else sees it before that. */
export interface Claim {
  chunkId: number
  /** By which what travels together is called at the carrier. */
  key: string
  /** Ours alone; a chunk that another process took over is not written by us any more. */
  owner: string
  /** Whoever had it before did not come back: any of its waiting rows may have been sent. */
  suspect: boolean
  /** Why it will never be sent; only meant for a chunk that was claimed to be closed. */
  ending: 'expired' | 'called-off' | 'replaced'
  revisionId: number
  revision: number
  purpose: Purpose
  channel: Channel
  /** Each in a request of its own. */
  alone: boolean
  alert: { id: string; place: string; title: string; level: string | null; exercise: boolean; expiresAt: Date | null }
  /** Rows of the chunk, open or not. */
  size: number
  rows: ClaimedRow[]
}

export interface ClaimedRow {
  id: number
  contactId: number
  messageId: number
  outId: string
  attempts: number
  /** A try was made and its outcome is not known: it is asked about before it is sent again. */
  maybeSent: boolean
}

const expired = sql<boolean>`(r.purpose = 'warn' and a.expires_at <= (select clock_now()))`

/** The gate, over chunk c, its revision r and its alert a: this wording may leave the house now. */
const mayLeave = sql<boolean>`(c.revision = a.revision and case r.purpose
  when 'warn' then a.state = 'issued' and ${expired} is not true
  when 'correct' then a.state in ('called-off', 'closed')
  when 'all-clear' then a.state in ('all-clear', 'closed')
  else false end)`

/** It will never pass the gate again: replaced, called off or too late. A held alert is not over. */
const isOver = sql<boolean>`(c.revision < a.revision or ${expired} is true
  or (r.purpose = 'warn' and a.state in ('called-off', 'all-clear', 'closed')))`

const leaseFree = sql<boolean>`(c.lease_until is null or c.lease_until < clock_timestamp())`

export interface ClaimWish {
  owner: string
  leaseMs: number
  /** What this process was wired for. It takes nothing from a store that holds another kind of register. */
  registerKind: 'sample' | 'live'
  /** Tries of one message; one that is still unknown after them stays unknown. */
  attempts: number
}

/** Takes the most urgent chunk of the lane that may leave: colour is the lane, then first alerts before repeats, then risk, then age. */
export const claimToSend = (tx: Tx, lane: number[], wish: ClaimWish) =>
  claim(tx, wish, true, sql`${mayLeave} and c.lane = any(${lane}::smallint[]) and c.not_before <= clock_timestamp()`)

/** So many chunks ride along with one at most. */
const mostRiders = 10

/** Chunks of the same channel that may leave, and wait only because these contacts had no room: to travel along with this one. */
export async function claimRiders(tx: Tx, along: Claim, contactIds: number[], wish: ClaimWish): Promise<Claim[]> {
  const channel = channelCode[along.channel]
  const waits = sql`c.id <> ${along.chunkId} and c.lane >= ${channel * 10} and c.lane < ${channel * 10 + 10} and exists (
    select 1 from delivery d where d.id >= c.id * 1000 and d.id < (c.id + 1) * 1000
      and d.state = 0 and d.reason = 'budget-waits' and d.contact_id = any(${contactIds}::int[]))`
  const claims: Claim[] = []
  while (claims.length < mostRiders) {
    const next = await claim(tx, wish, true, sql`${mayLeave} and ${waits}`)
    if (!next) break
    claims.push(next)
  }
  return claims
}

/** Takes a chunk that will never leave, to close it. */
export const claimToClose = (tx: Tx, wish: ClaimWish) => claim(tx, wish, false, isOver)

/**
 * THE claim. What may not leave cannot be claimed: it is all in this WHERE. The chunk is leased, not its rows; of an exercise
 * only the rows of allow-listed contacts come along.
 */
async function claim(tx: Tx, wish: ClaimWish, sending: boolean, which: RawBuilder<unknown>): Promise<Claim | null> {
  await byIndex(tx)
  const { rows } = await sql<ClaimRow>`
    with picked as (
      select c.id, c.owner is not null as suspect, ${expired} is true as expired
      from delivery_chunk c join alert_revision r on r.id = c.revision_id join alert a on a.id = c.alert_id
      where not c.done and ${leaseFree} and ${which}
        and exists (select 1 from fact f where f.key = 'register' and f.value = to_jsonb(${wish.registerKind}::text))
      order by c.lane, c.turn, c.id limit 1
      for update of c skip locked
    ), taken as (
      update delivery_chunk c
      set owner = ${wish.owner}, lease_until = clock_timestamp() + ${wish.leaseMs} * interval '1 millisecond', attempts = c.attempts + 1, sending = ${sending}
      from picked where c.id = picked.id
      returning c.id, c.key, c.size, c.revision_id, c.alert_id, c.revision, c.channel, c.lane, picked.suspect, picked.expired
    )
    select t.*, r.purpose, a.place, a.title, a.level, a.kind, a.expires_at, a.revision as current, open.*
    from taken t join alert_revision r on r.id = t.revision_id join alert a on a.id = t.alert_id left join lateral (
      select array_to_json(array_agg(d.id)) as ids, array_to_json(array_agg(d.contact_id)) as contact_ids,
        array_to_json(array_agg(d.message_id)) as message_ids, array_to_json(array_agg(d.attempts)) as tries,
        array_to_json(array_agg(d.state)) as states
      from (
        select * from delivery d
        where d.id >= t.id * 1000 and d.id < (t.id + 1) * 1000 and (d.state = 0 or (d.state = 3 and d.attempts < ${wish.attempts}))
          and (a.kind = 'actual' or exists (select 1 from contact k where k.id = d.contact_id and k.allow_listed))
        order by d.id) d
    ) open on true`.execute(tx)
  return rows[0] ? toClaim(rows[0], wish.owner) : null
}

interface ClaimRow {
  id: number
  key: string
  size: number
  revision_id: number
  alert_id: string
  revision: number
  channel: number
  lane: number
  suspect: boolean
  expired: boolean
  purpose: Purpose
  place: string
  title: string
  level: string | null
  kind: string
  expires_at: Date | null
  current: number
  /** A column each of the rows that are open: a million rows would be taken apart here otherwise. */
  ids: number[] | null
  contact_ids: number[]
  message_ids: number[]
  tries: number[]
  states: number[]
}

/** The alert of a row that was read with its chunk. */
export const alertOf = (row: Pick<ClaimRow, 'alert_id' | 'place' | 'title' | 'level' | 'kind' | 'expires_at'>): Claim['alert'] => ({
  id: row.alert_id,
  place: row.place,
  title: row.title,
  level: row.level,
  exercise: row.kind !== 'actual',
  expiresAt: row.expires_at,
})

function toClaim(row: ClaimRow, owner: string): Claim {
  return {
    chunkId: row.id,
    key: row.key,
    size: row.size,
    owner,
    suspect: row.suspect,
    ending: row.revision < row.current ? 'replaced' : row.expired ? 'expired' : 'called-off',
    revisionId: row.revision_id,
    revision: row.revision,
    purpose: row.purpose,
    channel: channelOfCode(row.channel),
    alone: isUrgent(row.lane),
    alert: alertOf(row),
    rows: (row.ids ?? []).map((id, i) => ({
      id,
      contactId: row.contact_ids[i]!,
      messageId: row.message_ids[i]!,
      outId: outIdOf(row.key, id),
      attempts: row.tries[i]!,
      maybeSent: row.suspect || row.states[i] === stateCode.unknown,
    })),
  }
}

/** The last look before the socket is written: still ours, still the current wording, still allowed. */
export async function mayStillLeave(tx: Tx, claim: Claim): Promise<boolean> {
  const { rows } = await sql`
    select 1 from delivery_chunk c join alert_revision r on r.id = c.revision_id join alert a on a.id = c.alert_id
    where c.id = ${claim.chunkId} and c.owner = ${claim.owner} and c.lease_until > clock_timestamp() and ${mayLeave}`.execute(tx)
  return rows.length > 0
}

/** Lanes with a chunk that could be claimed now, and whether any chunk is to be closed: what the timer looks at. */
export async function findWork(tx: Tx): Promise<{ lanes: number[]; toClose: boolean }> {
  const { rows } = await sql<{ lane: number; open: boolean | null; over: boolean | null }>`
    select c.lane, bool_or(${mayLeave} and c.not_before <= clock_timestamp()) as open, bool_or(${isOver}) as over
    from delivery_chunk c join alert_revision r on r.id = c.revision_id join alert a on a.id = c.alert_id
    where not c.done and ${leaseFree} group by c.lane`.execute(tx)
  return { lanes: rows.filter((r) => r.open).map((r) => r.lane), toClose: rows.some((r) => r.over) }
}
