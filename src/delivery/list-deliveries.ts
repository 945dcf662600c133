import { sql } from 'kysely'
import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { type Channel, channelCode, channelOfCode } from '../messages/channel.js'
import { arrivedCode, asideCodes, comingCodes, type Grade, grades, type State, stateCode, states } from './delivery.js'
import { kindOfReason, type ReasonKind } from './reason.js'

export interface ListedDelivery {
  id: number
  channel: Channel
  contactId: number
  place: string
  /** The call it was: 1 the first, 2 and on the calls again of a ladder. */
  call: number
  /** What it says besides the alert's own words: who is coming to whoever asked for help, that somebody has arrived. */
  aside: 'coming' | 'arrived' | null
  state: State
  grade: Grade
  reason: string | null
  attempts: number
  at: Date | null
}

export interface ListWish {
  revisionId: number
  state?: State | undefined
  channel?: Channel | undefined
  place?: string | undefined
  reason?: ReasonKind | undefined
  /** Only these contacts: those a search has found. */
  contactIds?: number[] | undefined
  cursor?: string | undefined
  limit: number
}

interface Row {
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
}
const columns = sql`id, contact_id, channel, purpose, place, state, grade, reason, attempts, at`

/** One page in the order of the unique index, so that the hundredth page costs what the first does. */
export async function listDeliveries(tx: Tx, wish: ListWish): Promise<{ items: ListedDelivery[]; nextCursor: string | null }> {
  const after = wish.cursor ? readCursor(wish.cursor) : { contactId: 0, channel: 0, purpose: 0 }
  const reasons = wish.reason ? await reasonsOfKind(tx, wish.revisionId, wish.reason) : null
  const { rows } = await sql<Row>`
    select ${columns} from delivery
    where revision_id = ${wish.revisionId}
      and (contact_id, channel, purpose) > (${after.contactId}::bigint, ${after.channel}::smallint, ${after.purpose}::smallint)
      ${wish.state ? sql`and state = ${stateCode[wish.state]}` : sql``}
      ${wish.channel ? sql`and channel = ${channelCode[wish.channel]}` : sql``}
      ${wish.place ? sql`and starts_with(place, ${wish.place})` : sql``}
      ${reasons ? sql`and reason = any(${reasons})` : sql``}
      ${wish.contactIds ? sql`and contact_id = any(${wish.contactIds}::bigint[])` : sql``}
    order by contact_id, channel, purpose limit ${wish.limit + 1}`.execute(tx)
  const page = rows.slice(0, wish.limit)
  return { items: page.map(toListed), nextCursor: rows.length > wish.limit ? cursorAt(page.at(-1)!) : null }
}

/** Everything one contact was sent of one revision. */
export async function listOfContact(tx: Tx, revisionId: number, contactId: number): Promise<ListedDelivery[]> {
  const { rows } = await sql<Row>`
    select ${columns} from delivery where revision_id = ${revisionId} and contact_id = ${contactId} order by channel, purpose`.execute(tx)
  return rows.map(toListed)
}

const toListed = (r: Row): ListedDelivery => ({
  id: r.id,
  channel: channelOfCode(r.channel),
  contactId: r.contact_id,
  place: r.place,
  call: r.purpose > 10 ? r.purpose - 9 : 1,
  aside: r.purpose === arrivedCode ? 'arrived' : comingCodes.includes(r.purpose) ? 'coming' : null,
  state: states[r.state]!,
  grade: grades[r.grade]!,
  reason: r.reason,
  attempts: r.attempts,
  at: r.at,
})

/** Contact, channel and purpose: what a revision has once. */
const cursorAt = (r: Pick<Row, 'contact_id' | 'channel' | 'purpose'>) => `${r.contact_id}.${r.channel}.${r.purpose}`

function readCursor(cursor: string): { contactId: number; channel: number; purpose: number } {
  const parts = cursor.split('.').map(Number)
  const [contactId = -1, channel = -1, purpose = -1] = parts
  if (parts.length !== 3 || !parts.every((n) => Number.isSafeInteger(n) && n >= 0) || channel > 32767 || purpose > 32767)
    throw new Problem('malformed', '翻页位置不对', 'cursor must be the nextCursor of an earlier answer')
  return { contactId, channel, purpose }
}

export interface ReasonCount {
  channel: Channel
  state: State
  reason: string
  count: number
}

/** Why messages of a revision did not get through, as it was said. */
export async function countReasons(tx: Tx, revisionId: number): Promise<ReasonCount[]> {
  const { rows } = await sql<{ channel: number; state: number; reason: string; count: number }>`
    select channel, state, reason, count(*)::int as count from delivery
    where revision_id = ${revisionId} and reason is not null group by channel, state, reason order by count desc limit 1000`.execute(tx)
  return rows.map((r) => ({ channel: channelOfCode(r.channel), state: states[r.state]!, reason: r.reason, count: r.count }))
}

/** The words that were said in this revision and mean this kind. */
export async function reasonsOfKind(tx: Tx, revisionId: number, kind: ReasonKind): Promise<string[]> {
  const said = await countReasons(tx, revisionId)
  return [...new Set(said.map((r) => r.reason))].filter((reason) => kindOfReason(reason) === kind)
}

/** Contacts that nothing of this revision reached, though it was tried on this channel and failed for this kind of reason. */
export async function listUnreached(tx: Tx, revisionId: number, wish: { channel: Channel; reason: ReasonKind }): Promise<number[]> {
  const reasons = await reasonsOfKind(tx, revisionId, wish.reason)
  const { rows } = await sql<{ contact_id: number }>`
    select distinct d.contact_id from delivery d
    where d.revision_id = ${revisionId} and d.channel = ${channelCode[wish.channel]} and d.reason = any(${reasons})
      and d.state in (${stateCode.failed}, ${stateCode.unknown})
      and not exists (select 1 from delivery o where o.revision_id = d.revision_id and o.contact_id = d.contact_id
        and o.state = ${stateCode.accepted} and o.purpose <> all(${asideCodes}::smallint[]))`.execute(tx)
  return rows.map((r) => r.contact_id)
}

/** Those of these contacts that something of this revision was accepted for. */
export async function listReached(tx: Tx, revisionId: number, contactIds: number[]): Promise<Set<number>> {
  const { rows } = await sql<{ contact_id: number }>`
    select distinct contact_id from delivery
    where revision_id = ${revisionId} and contact_id = any(${contactIds}::bigint[]) and state = ${stateCode.accepted}
      and purpose <> all(${asideCodes}::smallint[])`.execute(tx)
  return new Set(rows.map((r) => r.contact_id))
}
