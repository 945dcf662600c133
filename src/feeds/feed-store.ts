import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { Standing } from './bulletin.js'
import { type FeedWatch, plainWatch } from './feed-watch.js'
import { plainSource, type SourceSettings } from './source-settings.js'
import type { FeedConfig } from './sync-feeds.js'

export type FeedRow = Selectable<Tables['feed']>

/** Rows of config/feeds.yaml are made like the file; one that left it is asked no more, its bulletins stay. */
export async function syncFeedRows(tx: Tx, feeds: FeedConfig[], place: string): Promise<void> {
  const wanted = feeds.filter((f) => f.enabled)
  for (const feed of wanted) await addFeed(tx, { ...feed, watch: watchOf(feed), place, source: 'config' })
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
    source: 'config' | 'drill' | 'folder'
    silentAfterSeconds?: number
    allowPrivate?: boolean
    settings?: SourceSettings
    watch?: FeedWatch
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
    watch: JSON.stringify(feed.watch ?? plainWatch),
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
      last_error_en: null,
      silent_at: null,
    })
    .onConflict((c) =>
      c.column('id').doUpdateSet({
        ...values,
        // Another address: what was remembered of the old one does not hold.
        etag: sql`case when feed.url = excluded.url then feed.etag end`,
        last_modified: sql`case when feed.url = excluded.url then feed.last_modified end`,
        body_hash: sql`case when feed.url = excluded.url then feed.body_hash end`,
        next_due: sql`case when feed.url = excluded.url and feed.source = excluded.source then feed.next_due else '-infinity' end`,
      }),
    )
    .execute()
}

export const leaseSeconds = 90

/** The feed that is due longest, leased to one process. A due time far ahead is the trace of a clock that was turned back. */
export async function claimFeed(tx: Tx, only: string | null = null): Promise<FeedRow | undefined> {
  return (
    tx
      .updateTable('feed')
      .set({
        lease_until: sql<Date>`clock_timestamp() + ${leaseSeconds} * interval '1 second'`,
        last_asked: sql<Date>`(select clock_now())`,
        requests: sql<number>`requests + 1`,
      })
      // One value, not a list: a list might be looked up again for every row, and lease more than is returned.
      .where('id', '=', (e) =>
        e
          .selectFrom('feed')
          .select('id')
          .where('source', 'in', ['config', 'drill'])
          .where((w) =>
            // Somebody who asks for one feed does not wait for its time.
            only !== null
              ? w('id', '=', only)
              : w.or([
                  w('next_due', '<=', sql<Date>`(select clock_now())`),
                  w('next_due', '>', sql<Date>`(select clock_now()) + greatest(every_seconds * 2, 7200) * interval '1 second'`),
                ]),
          )
          .where((w) => w.or([w('lease_until', 'is', null), w('lease_until', '<', sql<Date>`clock_timestamp()`)]))
          .orderBy('next_due')
          .limit(1)
          .forUpdate()
          .skipLocked(),
      )
      .returningAll()
      .executeTakeFirst()
  )
}

const watchOf = ({ slowestSeconds, changesWithinSeconds, notify, contact, phone }: FeedConfig): FeedWatch => ({
  slowestSeconds,
  changesWithinSeconds,
  notify,
  contact,
  phone,
})

export const feedStates = ['good', 'partial', 'stuck', 'failing', 'silent'] as const
export type FeedState = (typeof feedStates)[number]

/**
 * No data is shown as danger, never as calm: a feed that never gave anything good, or not for too long (also because nobody asks
 * it any more), is silent. One failed try is no failure yet. `partial`: it answers, but something of it could not be read.
 */
export function feedState(
  row: Pick<FeedRow, 'silent_at' | 'stuck_at' | 'last_good' | 'failures' | 'cause' | 'silent_after_seconds' | 'every_seconds'>,
  now: Date,
): FeedState {
  const patience = Math.max(row.silent_after_seconds, row.every_seconds * 2) * 1000
  if (row.silent_at || !row.last_good || +now - +row.last_good > patience) return 'silent'
  if (row.failures > 1) return 'failing'
  if (row.stuck_at) return 'stuck'
  return row.cause && row.failures === 0 ? 'partial' : 'good'
}

type FeedNow = FeedRow & { now: Date }

const current = (tx: Tx) =>
  tx.selectFrom('feed').selectAll().select(sql<Date>`(select clock_now())`.as('now')).where('source', 'in', ['config', 'drill', 'folder'])

export async function findFeed(tx: Tx, id: string): Promise<FeedNow | undefined> {
  return current(tx).where('id', '=', id).executeTakeFirst()
}

/** Asked and watched now; what left the configuration is not listed. */
export async function listFeeds(tx: Tx): Promise<FeedNow[]> {
  return current(tx).orderBy('id').execute()
}

export async function clockNow(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_now() as now`.execute(tx)
  return rows[0]!.now
}
