import type { Clock } from '../base/clock.js'
import type { Store, Tx } from '../base/store/store.js'
import { type IndexEntry, readIndex } from './atom/read-index.js'
import type { FeedRow } from './feed-store.js'
import { leaseSeconds } from './feed-store.js'
import type { FeedAnswer } from './fetch-feed.js'
import type { IngestResult } from './ingest.js'
import { type KeptEntry, rememberEntries, seenEntries } from './poll-store.js'
import { type Trouble, troubleOf, troubleOfStatus, troubleOfUnread } from './trouble.js'
import type { XmlElement } from './xml/read-xml.js'

const entriesAtOnce = 4
/** New entries read in one go; the rest is read at the next request. */
const entriesPerPoll = 100

/** What to do with warnings that left a list without a word: handed in by wiring, feeds stand above warnings. */
export type NoteVanished = (tx: Tx, gone: { feedId: string; feedName: string; place: string; warningIds: string[] }) => Promise<void>

export interface ReadEntriesDeps {
  store: Store
  clock: Clock
  noteVanished: NoteVanished
  /** Asks one document and takes it in. */
  read(link: string): Promise<{ answer: FeedAnswer; result: IngestResult | null }>
}
export interface EntriesRead {
  trouble: Trouble | null
  /** False: something is still to be read, so the next answer must not count as unchanged. */
  complete: boolean
}

/** An index of documents: what is new or changed is read, what left it is noticed, the rest is not asked for again. */
export async function readEntries(
  deps: ReadEntriesDeps,
  feed: FeedRow,
  root: XmlElement,
  base: string,
  own: string[] = [],
): Promise<EntriesRead> {
  const seen = await deps.store.system((tx) => seenEntries(tx, feed.id))
  const now = deps.clock.now()
  const entries = readIndex(root)
  const fresh = entries.filter((e) => seen.get(e.id) !== e.updated || e.updated === '')
  const over = fresh.filter((e) => e.expires && e.expires <= now)
  const due = fresh.filter((e) => !over.includes(e))
  const inside = own.map(ofWarning)
  const kept: KeptEntry[] = [...inside, ...over.map((e) => ({ id: e.id, updated: e.updated, warningIds: [] }))]
  const faults: Trouble[] = []
  const readOne = async (entry: IndexEntry) => {
    try {
      if (!entry.link) throw new Error('no link')
      const { answer, result } = await deps.read(new URL(entry.link, base).href)
      if (!result) throw troubleOfStatus(answer.status)
      // Kept and shown as unreadable; asking for the same bytes again would not help.
      kept.push({ id: entry.id, updated: entry.updated, warningIds: result.warningIds })
      if (result.outcome === 'unreadable') faults.push(troubleOfUnread('entries-unreadable', result))
    } catch (e) {
      const { detail, detailEn } = troubleOf(e)
      const title = entry.title.slice(0, 40)
      faults.push(
        entry.link
          ? { cause: 'entries', detail, detailEn }
          : { cause: 'entries', detail: `“${title}”没有可用的 CAP 链接`, detailEn: `“${title}” has no link to a CAP document` },
      )
    }
  }
  const queue = due.slice(0, entriesPerPoll)
  const started = performance.now()
  // A feed that was ill is asked gently. The lease bounds how long one process may go on.
  const atOnce = feed.breaker === 'closed' ? entriesAtOnce : 1
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (queue.length > 0 && performance.now() - started < leaseSeconds * 500) await readOne(queue.shift()!)
    }),
  )
  const present = [...inside, ...entries].map((e) => e.id)
  await deps.store.system(async (tx) => {
    const gone = await rememberEntries(tx, feed.id, kept, present)
    if (gone.length > 0) await deps.noteVanished(tx, { feedId: feed.id, feedName: feed.name, place: feed.place, warningIds: gone })
  })
  const worst = faults.find((f) => f.cause === 'entries') ?? faults[0]
  const trouble = worst
    ? {
        cause: worst.cause,
        detail: `${faults.length} 条没有读到:${worst.detail}`,
        detailEn: `${faults.length} not read: ${worst.detailEn}`,
      }
    : null
  return { trouble, complete: kept.length === inside.length + over.length + due.length }
}

/** A warning that stands in the list itself is remembered by its own id. */
const ofWarning = (id: string): KeptEntry => ({ id: `warning:${id}`, updated: '', warningIds: [id] })

/** A document that lists warnings itself: those that were in it and are not any more. */
export async function compareDocument(
  deps: Pick<ReadEntriesDeps, 'store' | 'noteVanished'>,
  feed: FeedRow,
  warningIds: string[],
): Promise<void> {
  const entries = warningIds.map(ofWarning)
  await deps.store.system(async (tx) => {
    const gone = await rememberEntries(
      tx,
      feed.id,
      entries,
      entries.map((e) => e.id),
    )
    if (gone.length > 0) await deps.noteVanished(tx, { feedId: feed.id, feedName: feed.name, place: feed.place, warningIds: gone })
  })
}

/** When the index says it was last changed; null when it does not say. */
export function indexUpdated(root: XmlElement): string | null {
  const channel = root.children.find((c) => c.name === 'channel') ?? root
  const own = channel.children.find((c) => c.name === 'updated' || c.name === 'lastBuildDate' || c.name === 'pubDate')
  return own?.text.trim() || null
}
