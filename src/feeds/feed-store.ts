import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { Standing } from './bulletin.js'
import { plainSource, type SourceSettings } from './source-settings.js'
import type { FeedConfig } from './sync-feeds.js'

export type FeedRow = Selectable<Tables['feed']>

/** Rows of config/feeds.yaml are made like the file; one that left it is asked no more, its bulletins stay. */
export async function syncFeedRows(tx: Tx, feeds: FeedConfig[], place: string): Promise<void> {
  const wanted = feeds.filter((f) => f.enabled)
  for (const feed of wanted) await addFeed(tx, { ...feed, place, source: 'config' })
  let others = tx.updateTable('feed').set({ source: 'retired' }).where('source', '=', 'config')
  if (wanted.length > 0)
    others = others.where(
      'id',
      'not in',
      wanted.map((f) => f.id),
    )
  await others.execute()
}

export async function addFeed(
  tx: Tx,
  feed: {
    id: string
    place: string
    name: string
    dialect: string
    url: string
    standing: Standing
    everySeconds: number
    source: 'config' | 'drill'
    silentAfterSeconds?: number
    allowPrivate?: boolean
    settings?: SourceSettings
  },
): Promise<void> {
  const values = {
    place: feed.place,
    name: feed.name,
    dialect: feed.dialect,
    url: feed.url,
    standing: feed.standing,
    every_seconds: feed.everySeconds,
    source: feed.source,
    silent_after_seconds: feed.silentAfterSeconds ?? 900,
    allow_private: feed.allowPrivate ?? false,
    settings: JSON.stringify(feed.settings ?? plainSource),
  }
  await tx
    .insertInto('feed')
    .values({
      id: feed.id,
      ...values,
      etag: null,
      last_modified: null,
      lease_until: null,
      last_asked: null,
      last_good: null,
      last_new: null,
      last_error: null,
      silent_at: null,
    })
    .onConflict((c) =>
      c.column('id').doUpdateSet({
        ...values,
        // Another address: what was remembered of the old one does not hold.
        etag: sql`case when feed.url = excluded.url then feed.etag end`,
        last_modified: sql`case when feed.url = excluded.url then feed.last_modified end`,
        next_due: sql`case when feed.url = excluded.url and feed.source = excluded.source then feed.next_due else '-infinity' end`,
      }),
    )
    .execute()
}

export const leaseSeconds = 90

/** Due feeds, each leased to one process. A due time far ahead is the trace of a clock that was turned back. */
export async function claimFeeds(tx: Tx, most: number): Promise<FeedRow[]> {
  return tx
    .updateTable('feed')
    .set({
      lease_until: sql<Date>`clock_timestamp() + ${leaseSeconds} * interval '1 second'`,
      last_asked: sql<Date>`(select clock_now())`,
      requests: sql<number>`requests + 1`,
    })
    .where('id', 'in', (e) =>
      e
        .selectFrom('feed')
        .select('id')
        .where('source', 'in', ['config', 'drill'])
        .where((w) =>
          w.or([
            w('next_due', '<=', sql<Date>`(select clock_now())`),
            w('next_due', '>', sql<Date>`(select clock_now()) + greatest(every_seconds * 2, 7200) * interval '1 second'`),
          ]),
        )
        .where((w) => w.or([w('lease_until', 'is', null), w('lease_until', '<', sql<Date>`clock_timestamp()`)]))
        .orderBy('next_due')
        .limit(most)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
}

export interface FeedOutcome {
  good: boolean
  isNew: boolean
  unchanged: boolean
  error: string | null
  etag: string | null
  lastModified: string | null
  dueInSeconds: number
}

/** What one request brought. Answers the row as it was before, so that silence and recovery are told once. */
export async function settleFeed(tx: Tx, id: string, end: FeedOutcome): Promise<FeedRow | undefined> {
  const before = await tx.selectFrom('feed').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!before) return undefined
  const now = sql<Date>`(select clock_now())`
  await tx
    .updateTable('feed')
    .set({
      lease_until: null,
      next_due: sql<Date>`(select clock_now()) + ${end.dueInSeconds}::float8 * interval '1 second'`,
      failures: end.good ? 0 : before.failures + 1,
      last_error: end.error,
      etag: end.etag,
      last_modified: end.lastModified,
      ...(end.good ? { last_good: now, silent_at: null } : {}),
      ...(end.isNew ? { last_new: now } : {}),
      ...(end.unchanged ? { unchanged_count: before.unchanged_count + 1 } : {}),
    })
    .where('id', '=', id)
    .execute()
  return before
}

/** Feeds without a good answer for longer than they may: marked once, and answered once. */
export async function markSilent(tx: Tx): Promise<FeedRow[]> {
  return tx
    .updateTable('feed')
    .set({ silent_at: sql<Date>`(select clock_now())` })
    .where('source', 'in', ['config', 'drill'])
    .where('silent_at', 'is', null)
    .where('failures', '>=', 2)
    .where((w) =>
      w.or([w('last_good', 'is', null), w('last_good', '<', sql<Date>`(select clock_now()) - silent_after_seconds * interval '1 second'`)]),
    )
    .returningAll()
    .execute()
}

export async function seenEntries(tx: Tx, feedId: string): Promise<Map<string, string>> {
  const rows = await tx.selectFrom('feed_entry').select(['entry', 'updated']).where('feed_id', '=', feedId).execute()
  return new Map(rows.map((r) => [r.entry, r.updated]))
}

/** Remembers what was read; what left the index is forgotten, so the table stays as small as the index. */
export async function rememberEntries(tx: Tx, feedId: string, read: { id: string; updated: string }[], present: string[]): Promise<void> {
  await sql`delete from feed_entry where feed_id = ${feedId} and not (entry = any(${present}::text[]))`.execute(tx)
  if (read.length === 0) return
  await sql`insert into feed_entry (feed_id, entry, updated)
    select ${feedId}, e, u from unnest(${read.map((r) => r.id)}::text[], ${read.map((r) => r.updated)}::text[]) as x(e, u)
    on conflict (feed_id, entry) do update set updated = excluded.updated`.execute(tx)
}

export async function listFeeds(tx: Tx): Promise<FeedRow[]> {
  return tx.selectFrom('feed').selectAll().where('source', 'in', ['config', 'drill']).orderBy('id').execute()
}
