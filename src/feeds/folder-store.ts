import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { addFeed, type FeedRow, leaseSeconds } from './feed-store.js'
import type { FolderConfig } from './watch-folder.js'

/** The watched folder is a row among the feeds, so that its silence is seen like theirs. */
export const folderFeed = 'watched-folder'
const now = sql<Date>`(select clock_now())`
/** How often a folder that is well says so. */
export const pulseSeconds = 30

export async function syncFolder(tx: Tx, folder: FolderConfig | null, place: string): Promise<void> {
  if (folder) {
    await addFeed(tx, {
      id: folderFeed,
      name: '投递文件夹',
      dialect: folder.dialect,
      url: pathToFileURL(folder.path).href,
      standing: folder.standing,
      everySeconds: pulseSeconds,
      silentAfterSeconds: pulseSeconds * 4,
      place: folder.place ?? place,
      source: 'folder',
      settings: folder.settings,
    })
  } else {
    await tx.updateTable('feed').set({ source: 'retired' }).where('id', '=', folderFeed).execute()
  }
}

/** One process at a time takes files out of the folder. */
export async function claimFolder(tx: Tx): Promise<FeedRow | undefined> {
  return tx
    .updateTable('feed')
    .set({ lease_until: sql<Date>`clock_timestamp() + ${leaseSeconds} * interval '1 second'` })
    .where('id', '=', folderFeed)
    .where((w) => w.or([w('lease_until', 'is', null), w('lease_until', '<', sql<Date>`clock_timestamp()`)]))
    .returningAll()
    .executeTakeFirst()
}

export const freeFolder = (tx: Tx) => tx.updateTable('feed').set({ lease_until: null }).where('id', '=', folderFeed).execute()

/** A folder that cannot be read or written is told at once: a dropped warning would lie there unseen. */
export async function settleFolder(tx: Tx, end: { trouble: string | null; isNew: boolean }): Promise<void> {
  const before = await tx.selectFrom('feed').selectAll().where('id', '=', folderFeed).forUpdate().executeTakeFirst()
  if (!before) return
  const good = end.trouble === null
  await tx
    .updateTable('feed')
    .set({
      last_asked: now,
      failures: good ? 0 : before.failures + 1,
      last_error: end.trouble,
      cause: good ? null : 'folder',
      ...(good ? { last_good: now, silent_at: null } : before.silent_at ? {} : { silent_at: now }),
      ...(end.isNew ? { last_new: now } : {}),
    })
    .where('id', '=', folderFeed)
    .execute()
  const tell = (event: string) =>
    record(tx, {
      event,
      place: before.place,
      thing: { type: 'feed', id: folderFeed },
      data: { name: before.name, lastGoodAt: before.last_good?.toISOString() ?? null, cause: good ? null : 'folder', detail: end.trouble },
    })
  if (!good && !before.silent_at) await tell('feed.silent')
  if (good && before.silent_at) await tell('feed.recovered')
}
