import { sql } from 'kysely'
import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { type Channel, channelCode, channelOfCode } from '../messages/channel.js'
import { type Grade, grades, type State, stateCode, states } from './delivery.js'

export interface ListedDelivery {
  id: number
  channel: Channel
  contactId: number
  place: string
  /** The call it was: 1 the first, 2 and on the calls again of a ladder. */
  call: number
  state: State
  grade: Grade
  reason: string | null
  attempts: number
  at: Date | null
}

export interface ListWish {
  revisionId: number
  state?: State
  channel?: Channel
  place?: string
  cursor?: string
  limit: number
}

/** One page in the order of the unique index, so that the hundredth page costs what the first does. */
export async function listDeliveries(tx: Tx, wish: ListWish): Promise<{ items: ListedDelivery[]; nextCursor: string | null }> {
  const after = wish.cursor ? readCursor(wish.cursor) : [0, 0, 0]
  const { rows } = await sql<{
    id: number
    contact_id: number
    channel: number
    purpose: number
    place: string
    state: number
    grade: number
    reason: string | null
    attempts: number
    at: Date | null
  }>`
    select id, contact_id, channel, purpose, place, state, grade, reason, attempts, at from delivery
    where revision_id = ${wish.revisionId} and (contact_id, channel, purpose) > (${after[0]}::bigint, ${after[1]}::smallint, ${after[2]}::smallint)
      ${wish.state ? sql`and state = ${stateCode[wish.state]}` : sql``}
      ${wish.channel ? sql`and channel = ${channelCode[wish.channel]}` : sql``}
      ${wish.place ? sql`and starts_with(place, ${wish.place})` : sql``}
    order by contact_id, channel, purpose limit ${wish.limit + 1}`.execute(tx)
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  return {
    items: page.map((r) => ({
      id: r.id,
      channel: channelOfCode(r.channel),
      contactId: r.contact_id,
      place: r.place,
      call: r.purpose > 10 ? r.purpose - 9 : 1,
      state: states[r.state]!,
      grade: grades[r.grade]!,
      reason: r.reason,
      attempts: r.attempts,
      at: r.at,
    })),
    nextCursor: rows.length > wish.limit && last ? `${last.contact_id}.${last.channel}.${last.purpose}` : null,
  }
}

function readCursor(cursor: string): number[] {
  const parts = cursor.split('.').map(Number)
  if (parts.length !== 3 || !parts.every((n) => Number.isSafeInteger(n) && n >= 0) || parts[1]! > 32767 || parts[2]! > 32767)
    throw new Problem('malformed', '翻页位置不对', 'cursor must be the nextCursor of an earlier answer')
  return parts
}

/** Why messages of a revision did not get through, grouped: the desk's list of what to do. */
export async function countReasons(
  tx: Tx,
  revisionId: number,
): Promise<{ channel: Channel; state: State; reason: string; count: number }[]> {
  const { rows } = await sql<{ channel: number; state: number; reason: string; count: number }>`
    select channel, state, reason, count(*)::int as count from delivery
    where revision_id = ${revisionId} and reason is not null group by channel, state, reason order by count desc limit 100`.execute(tx)
  return rows.map((r) => ({ channel: channelOfCode(r.channel), state: states[r.state]!, reason: r.reason, count: r.count }))
}
