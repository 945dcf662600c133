import { sql } from 'kysely'
import { actorOf, type Tx } from '../base/store/store.js'
import { asideCodes, callAgainCode, gradeCode, rankOfState } from './delivery.js'
import { countReasons, type ReasonCount } from './list-deliveries.js'

/** How many contacts of a grid, or deliveries of a channel, are in one state and have got one far. */
export interface Tally {
  state: number
  grade: number
  count: number
}

/** Everything the pages ask of one revision, from a few passes over its rows. */
export interface Count {
  /** A contact told on several channels counts once, with the best of its states; who is called in somebody's place is not one of them. */
  contacts: (Tally & { place: string })[]
  channels: (Tally & { channel: number })[]
  /** Why some did not get through, as it was said. */
  reasons: ReasonCount[]
  /** One number of several homes answers for all of them, also where they stand in different grids. */
  householdsAnswered: number
  countedAt: Date
}

interface Kept {
  count: Count
  /** Monotonic: when it was made, how long that took. */
  at: number
  took: number
  rows: number
}
const kept = new Map<string, Kept>()
const counting = new Set<string>()
const keptAtMost = 32

/** Fewer rows than this are counted anew each time. */
const few = 20_000
/** A million rows take half a second: counting them may fill a tenth of the time, the rest is for sending. */
export const isRecent = ({ at, took, rows }: Omit<Kept, 'count'>, now: number): boolean => rows >= few && now < at + took * 9

/**
 * The rows are the truth and no counter is kept beside them, so that an outcome is one statement. Who asks too soon after a long count,
 * or while another is being made, gets the last one with its time.
 */
export async function countContacts(tx: Tx, revisionId: number, alertId: string): Promise<Count> {
  // Ids of alerts are never the same in two stores; those of revisions are. A worker of one grid counts that grid.
  const key = `${alertId} ${revisionId} ${actorOf(tx).scope}`
  const last = kept.get(key)
  const now = performance.now()
  if (last && (isRecent(last, now) || (counting.has(key) && last.rows >= few))) return last.count
  counting.add(key)
  try {
    const count = await readCount(tx, revisionId)
    const took = performance.now() - now
    kept.delete(key)
    const rows = count.channels.reduce((sum, c) => sum + c.count, 0)
    kept.set(key, { count, at: performance.now(), took, rows })
    for (const old of [...kept.keys()].slice(0, -keptAtMost)) kept.delete(old)
    return count
  } finally {
    counting.delete(key)
  }
}

async function readCount(tx: Tx, revisionId: number): Promise<Count> {
  const rankOf = sql`(${rankOfState}::smallint[])[state + 1]`
  const contacts = await sql<{ place: string; rank: number; grade: number; count: number }>`
    select place, rank, grade, count(*)::int as count
    from (select contact_id, min(place collate "C") as place, min(${rankOf}) as rank, max(grade) as grade
      from delivery where revision_id = ${revisionId} and purpose <> all(${asideCodes}::smallint[])
      group by contact_id having min(purpose) < ${callAgainCode(0)}) c
    group by place, rank, grade`.execute(tx)
  const channels = await sql<Tally & { channel: number }>`
    select channel, state, grade, count(*)::int as count from delivery where revision_id = ${revisionId} group by channel, state, grade`.execute(
    tx,
  )
  const homes = await sql<{ count: number; now: Date }>`
    select count(distinct h.household_id)::int as count, clock_now() as now
    from delivery d join contact own on own.id = d.contact_id join contact k on k.blind = own.blind and k.kind = own.kind
      join household_contact h on h.contact_id = k.id and h.relation = 'self'
    where d.revision_id = ${revisionId} and d.grade >= ${gradeCode.pressed}`.execute(tx)
  return {
    contacts: contacts.rows.map(({ rank, ...c }) => ({ ...c, state: rankOfState.indexOf(rank) })),
    channels: channels.rows,
    reasons: await countReasons(tx, revisionId),
    householdsAnswered: homes.rows[0]!.count,
    countedAt: homes.rows[0]!.now,
  }
}
