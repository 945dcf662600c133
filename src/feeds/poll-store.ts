import { sql } from 'kysely'
import type { Breaker, BreakerState } from '../base/breaker.js'
import type { Tx } from '../base/store/store.js'
import type { FeedRow } from './feed-store.js'
import type { Trouble } from './trouble.js'

/** What one poll leaves in the row of its feed. */
export interface PollEnd {
  /** It answered with something that can be read: the heartbeat. */
  good: boolean
  isNew: boolean
  unchanged: boolean
  trouble: Trouble | null
  etag: string | null
  lastModified: string | null
  /** Of bytes that were worked through whole; null: the next answer is read whatever it is. */
  bodyHash: Buffer | null
  /** Tells whether the content is another one: what the feed says of its own age, or its bytes. */
  mark: string | null
  /** What the feed says of its own age. */
  saysUpdated: Date | null
}

const now = sql<Date>`(select clock_now())`

export async function lockFeed(tx: Tx, id: string): Promise<FeedRow | undefined> {
  return tx.selectFrom('feed').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
}

export async function savePoll(
  tx: Tx,
  before: FeedRow,
  end: PollEnd,
  next: { breaker: Breaker; failures: number; dueInSeconds: number; toldCause: string | null; refreshed: boolean },
): Promise<void> {
  const changed = end.mark !== null && end.mark !== before.content_mark
  // At the first look an old feed is as old as it says; later, what changes has changed now, unless it says itself that it is old.
  const changedAt = end.saysUpdated ? sql<Date>`least(${end.saysUpdated}::timestamptz, ${now})` : now
  await tx
    .updateTable('feed')
    .set({
      lease_until: null,
      next_due: sql<Date>`${now} + ${next.dueInSeconds}::float8 * interval '1 second'`,
      failures: next.failures,
      breaker: next.breaker.state,
      trouble: next.breaker.trouble,
      last_error: end.trouble?.detail ?? null,
      last_error_en: end.trouble?.detailEn ?? null,
      cause: end.trouble?.cause ?? null,
      told_cause: next.toldCause,
      etag: end.etag,
      last_modified: end.lastModified,
      body_hash: end.bodyHash,
      ...(end.good ? { last_good: now, silent_at: null } : {}),
      ...(end.good && !before.baseline_at ? { baseline_at: now } : {}),
      ...(end.isNew ? { last_new: now } : {}),
      ...(changed ? { content_mark: end.mark, changed_at: changedAt } : {}),
      ...(next.refreshed ? { stuck_at: null } : {}),
      ...(end.unchanged ? { unchanged_count: before.unchanged_count + 1 } : {}),
    })
    .where('id', '=', before.id)
    .execute()
  await countTick(tx, before.id, end)
}

/** A quarter of an hour holds its polls as three numbers; a day of them is kept. */
async function countTick(tx: Tx, feedId: string, end: PollEnd): Promise<void> {
  await sql`with old as (delete from feed_tick where feed_id = ${feedId} and slot < ${now} - interval '25 hours')
    insert into feed_tick (feed_id, slot, good, bad, fresh)
    values (${feedId}, date_bin('15 minutes', ${now}, 'epoch'::timestamptz), ${end.good ? 1 : 0}, ${end.good ? 0 : 1}, ${end.isNew ? 1 : 0})
    on conflict (feed_id, slot) do update
    set good = feed_tick.good + excluded.good, bad = feed_tick.bad + excluded.bad, fresh = feed_tick.fresh + excluded.fresh`.execute(tx)
}

export interface FeedTick {
  at: Date
  good: number
  bad: number
  fresh: number
}
export async function readTicks(tx: Tx): Promise<Map<string, FeedTick[]>> {
  const rows = await tx
    .selectFrom('feed_tick')
    .selectAll()
    .where('slot', '>', sql<Date>`${now} - interval '24 hours'`)
    .where('slot', '<=', now)
    .orderBy('slot')
    .execute()
  const ticks = new Map<string, FeedTick[]>()
  for (const { feed_id, slot, good, bad, fresh } of rows)
    ticks.set(feed_id, [...(ticks.get(feed_id) ?? []), { at: slot, good, bad, fresh }])
  return ticks
}

export const breakerOf = (row: FeedRow): Breaker => ({ state: row.breaker as BreakerState, trouble: row.trouble })

/** Feeds without a good answer for longer than they may: marked once, and answered once. */
export async function markSilent(tx: Tx): Promise<FeedRow[]> {
  return tx
    .updateTable('feed')
    .set({ silent_at: now })
    .where('source', 'in', ['config', 'drill'])
    .where('silent_at', 'is', null)
    .where('failures', '>=', 2)
    .where((w) => w.or([w('last_good', 'is', null), w('last_good', '<', sql<Date>`${now} - silent_after_seconds * interval '1 second'`)]))
    .returningAll()
    .execute()
}

/** Feeds that answer, but with the same old content for longer than they should. */
export async function markStuck(tx: Tx): Promise<FeedRow[]> {
  return tx
    .updateTable('feed')
    .set({ stuck_at: now })
    .where('source', 'in', ['config', 'drill'])
    .where('stuck_at', 'is', null)
    .where('silent_at', 'is', null)
    .where('changed_at', '<', sql<Date>`${now} - (watch->>'changesWithinSeconds')::int * interval '1 second'`)
    .returningAll()
    .execute()
}

export async function seenEntries(tx: Tx, feedId: string): Promise<Map<string, string>> {
  const rows = await tx.selectFrom('feed_entry').select(['entry', 'updated']).where('feed_id', '=', feedId).execute()
  return new Map(rows.map((r) => [r.entry, r.updated]))
}

export interface KeptEntry {
  id: string
  updated: string
  warningIds: string[]
}

/**
 * Remembers what was read; what left the list is forgotten, so the table stays as small as the list. Answers the warnings that
 * left with it and that no other entry brings.
 */
export async function rememberEntries(tx: Tx, feedId: string, read: KeptEntry[], present: string[]): Promise<string[]> {
  const unique = [...new Map(read.map((e) => [e.id, e])).values()]
  if (unique.length > 0)
    await sql`insert into feed_entry (feed_id, entry, updated, warning_ids)
      select ${feedId}, x->>'id', x->>'updated', array(select jsonb_array_elements_text(x->'warningIds'))
      from jsonb_array_elements(${JSON.stringify(unique)}::jsonb) as x
      on conflict (feed_id, entry) do update set updated = excluded.updated, warning_ids = excluded.warning_ids`.execute(tx)
  const { rows } = await sql<{ id: string }>`
    with gone as (delete from feed_entry where feed_id = ${feedId} and not (entry = any(${present}::text[])) returning warning_ids)
    select distinct w as id from gone, unnest(warning_ids) as w
    where not exists (select from feed_entry e where e.feed_id = ${feedId} and e.entry = any(${present}::text[]) and w = any(e.warning_ids))`.execute(
    tx,
  )
  return rows.map((r) => r.id)
}
