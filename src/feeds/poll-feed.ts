import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import type { Log } from '../base/log.js'
import { messageOf } from '../base/log.js'
import { type Store, systemActor } from '../base/store/store.js'
import { readIndex } from './atom/read-index.js'
import { type Standing, Unreadable } from './bulletin.js'
import { findAlerts, isIndex } from './cap/read-cap.js'
import type { FeedRow } from './feed-store.js'
import type { FeedAnswer, FetchFeed } from './fetch-feed.js'
import type { Ingest, IngestResult } from './ingest.js'
import type { PollEnd } from './poll-store.js'
import { compareDocument, indexUpdated, type NoteVanished, readEntries } from './read-entries.js'
import { FeedFault, type Trouble, troubleOf, troubleOfStatus, troubleOfUnread } from './trouble.js'
import { readXml, type XmlElement } from './xml/read-xml.js'

export interface PollDeps {
  store: Store
  clock: Clock
  ingest: Ingest
  log: Log
  noteVanished: NoteVanished
  /** Headers a feed is asked with; the secret ones come from the environment. */
  headersOf(feedId: string): { headers: Record<string, string>; missing: string[] }
}

/** What one poll brought, for the row of the feed and for whoever pressed "fetch now". */
export interface Polled extends PollEnd {
  retryAfterSeconds: number | null
  brought: { bulletinId: string; outcome: IngestResult['outcome'] }[]
}

/** Asks one feed once. Never throws: what went wrong is an answer too. */
export async function pollFeed(deps: PollDeps, ask: FetchFeed, feed: FeedRow): Promise<Polled> {
  const brought: Polled['brought'] = []
  try {
    return { ...(await readFeed(deps, ask, feed, brought)), brought }
  } catch (e) {
    const trouble = troubleOf(e)
    if (trouble.cause === 'internal') deps.log.error({ feed: feed.id, reason: messageOf(e) }, 'a poll failed by a fault of ours')
    return { ...failed(feed, trouble), retryAfterSeconds: null, brought }
  }
}

/** As it was; what is remembered of the last good answer still holds. */
const failed = (feed: FeedRow, trouble: Trouble | null): PollEnd => ({
  good: false,
  isNew: false,
  unchanged: false,
  trouble,
  etag: feed.etag,
  lastModified: feed.last_modified,
  bodyHash: feed.body_hash,
  mark: null,
  saysUpdated: null,
})

type Read = Omit<Polled, 'brought'>

async function readFeed(deps: PollDeps, plainAsk: FetchFeed, feed: FeedRow, brought: Polled['brought']): Promise<Read> {
  const { headers, missing } = deps.headersOf(feed.id)
  if (missing.length > 0)
    throw new FeedFault(
      'key-missing',
      `访问口令没有设置(环境变量 ${missing.join('、')})`,
      `The key is not set (environment: ${missing.join(', ')})`,
    )
  const allowPrivate = feed.allow_private || feed.source === 'drill'
  const ask = (url: string, how: { etag?: string | null; lastModified?: string | null } = {}) =>
    plainAsk(url, { ...how, allowPrivate, headers, headersFor: feed.url })
  const answer = await ask(feed.url, { etag: feed.etag, lastModified: feed.last_modified })
  if (answer.status === 304) return same(feed, { ...answer, etag: feed.etag, lastModified: feed.last_modified })
  if (answer.status !== 200) return { ...failed(feed, troubleOfStatus(answer.status)), retryAfterSeconds: answer.retryAfterSeconds }
  const hash = createHash('sha256').update(answer.body).digest()
  if (feed.body_hash?.equals(hash)) return same(feed, answer)

  const take = async (of: FeedAnswer) => {
    const result = await takeIn(deps, feed, of)
    brought.push({ bulletinId: result.bulletinId, outcome: result.outcome })
    return result
  }
  const root = feed.dialect === 'cap' ? tryXml(answer.body) : null
  const index = root && isIndex(root) ? root : null
  const holdsSome = index && findAlerts(index).length > 0
  if (!index || (holdsSome && readIndex(index).length === 0)) return readDocument(deps, feed, answer, hash, await take(answer))
  // Some entries carry their warning themselves, the others lead to theirs.
  const held = holdsSome ? await take(answer) : null
  const read = async (link: string) => {
    const document = await ask(link)
    return { answer: document, result: document.status === 200 ? await take(document) : null }
  }
  const { trouble, complete } = await readEntries({ ...deps, read }, feed, index, answer.url, held?.warningIds)
  const says = indexUpdated(index)
  return {
    good: true,
    unchanged: false,
    isNew: brought.some((b) => b.outcome === 'accepted'),
    trouble: trouble ?? (held?.outcome === 'unreadable' ? troubleOfUnread('entries-unreadable', held) : null),
    ...rememberedOf(answer, hash, complete),
    mark: says ? `says:${says}` : hash.toString('hex'),
    saysUpdated: says ? dateOf(says) : null,
  }
}

/** One document: a warning, or a list that holds its warnings itself. Read, though not acted on (a test, an exercise), is a working feed. */
async function readDocument(deps: PollDeps, feed: FeedRow, answer: FeedAnswer, hash: Buffer, result: IngestResult): Promise<Read> {
  const good = result.outcome !== 'unreadable'
  if (good) await compareDocument(deps, feed, result.warningIds)
  return {
    good,
    unchanged: false,
    isNew: result.outcome === 'accepted',
    // What cannot be read never looks like "no warnings".
    trouble: good ? null : troubleOfUnread('unreadable', result),
    ...rememberedOf(answer, hash, good),
    mark: hash.toString('hex'),
    saysUpdated: feed.baseline_at === null && answer.lastModified ? dateOf(answer.lastModified) : null,
  }
}

/** What could not be read of it before is still not read: "unchanged" is no all-clear. */
function same(feed: FeedRow, answer: FeedAnswer): Read {
  const trouble: Trouble | null =
    feed.cause === 'entries-unreadable' ? { cause: feed.cause, detail: feed.last_error ?? '', detailEn: feed.last_error_en ?? '' } : null
  const { etag, lastModified, retryAfterSeconds } = answer
  return { ...failed(feed, trouble), etag, lastModified, retryAfterSeconds, good: true, unchanged: true }
}

/** Something is still to be read: then nothing is remembered, and the next answer cannot be "unchanged". */
const rememberedOf = (answer: FeedAnswer, hash: Buffer, complete: boolean) => ({
  retryAfterSeconds: answer.retryAfterSeconds,
  etag: complete ? answer.etag : null,
  lastModified: complete ? answer.lastModified : null,
  bodyHash: complete ? hash : null,
})

const takeIn = (deps: PollDeps, feed: FeedRow, answer: FeedAnswer): Promise<IngestResult> =>
  deps.ingest.ingest({
    dialect: feed.dialect,
    raw: answer.body,
    contentType: answer.contentType,
    via: 'feed',
    feedId: feed.id,
    place: feed.place,
    standing: feed.standing as Standing,
    actor: { ...systemActor, person: `feed:${feed.id}` },
    // A drill's feed is born empty: what it brings is news.
    baseline: feed.baseline_at === null && feed.source === 'config',
  })

function tryXml(body: Buffer): XmlElement | null {
  try {
    return readXml(body)
  } catch (e) {
    if (e instanceof Unreadable) return null
    throw e
  }
}

function dateOf(text: string): Date | null {
  const at = new Date(text)
  return Number.isFinite(+at) ? at : null
}
