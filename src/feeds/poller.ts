import type { Clock } from '../base/clock.js'
import { type Log, messageOf } from '../base/log.js'
import { type Store, systemActor, type Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { type IndexEntry, readIndex } from './atom/read-index.js'
import { type Standing, Unreadable } from './bulletin.js'
import { findAlerts, isIndex } from './cap/read-cap.js'
import {
  claimFeeds,
  type FeedOutcome,
  type FeedRow,
  leaseSeconds,
  markSilent,
  rememberEntries,
  seenEntries,
  settleFeed,
} from './feed-store.js'
import { createFetchFeed, type FeedAnswer, type FetchFeed } from './fetch-feed.js'
import type { Ingest, IngestResult } from './ingest.js'
import { readXml, type XmlElement } from './xml/read-xml.js'

export interface Poller {
  /** Asks every feed that is due; returns when all of them answered or failed. Calls made meanwhile wait and run after. */
  pollDue(): Promise<void>
  stop(): Promise<void>
}

const feedsAtOnce = 4
const entriesAtOnce = 4
/** New entries read in one go; the rest is read at the next request. */
const entriesPerPoll = 100
/** A feed that keeps failing is asked at least this often: it may speak again at any moment. */
const slowestSeconds = 300

interface Deps {
  store: Store
  clock: Clock
  ingest: Ingest
  log: Log
  fetch?: FetchFeed
  random?: () => number
}
type Answered = Omit<FeedOutcome, 'dueInSeconds'> & { retryAfterSeconds: number | null }

export function createPoller(deps: Deps): Poller {
  const own = deps.fetch ? null : createFetchFeed()
  const stopping = new AbortController()
  const ask: FetchFeed = (url, how) => (deps.fetch ?? own!.fetch)(url, { ...how, signal: stopping.signal })
  let running: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  const run = async () => {
    for (;;) {
      if (stopping.signal.aborted) return
      const feeds = await deps.store.system((tx) => claimFeeds(tx, feedsAtOnce))
      if (feeds.length === 0) break
      await Promise.all(feeds.map((feed) => pollFeed(deps, ask, feed)))
    }
    await deps.store.system(tellSilent)
  }
  return {
    pollDue() {
      if (!waiting) {
        const next = running.then(() => {
          waiting = null
          return run()
        })
        waiting = next
        running = next.catch(() => {})
      }
      return waiting
    },
    async stop() {
      stopping.abort()
      await running
      await own?.close()
    },
  }
}

async function pollFeed(deps: Deps, ask: FetchFeed, feed: FeedRow): Promise<void> {
  let end: Answered
  try {
    end = await readFeed(deps, ask, feed)
  } catch (e) {
    end = { ...failed(feed, wordsOf(e)), retryAfterSeconds: null }
  }
  const { retryAfterSeconds, ...outcome } = end
  const jitter = 0.9 + 0.2 * (deps.random ?? Math.random)()
  const backOff = Math.min(feed.every_seconds * 2 ** Math.min(feed.failures + 1, 10), Math.max(feed.every_seconds, slowestSeconds))
  const wait = outcome.good ? feed.every_seconds : Math.max(backOff, Math.min(retryAfterSeconds ?? 0, 3600))
  await deps.store.system(async (tx) => {
    const before = await settleFeed(tx, feed.id, { ...outcome, dueInSeconds: wait * jitter })
    if (before?.silent_at && outcome.good) {
      await record(tx, { event: 'feed.recovered', place: feed.place, thing: { type: 'feed', id: feed.id }, data: { name: feed.name } })
    }
  })
  if (outcome.error) deps.log.warn({ feed: feed.id, reason: outcome.error }, 'a feed did not give what it should')
}

const failed = (feed: FeedRow, error: string): Omit<FeedOutcome, 'dueInSeconds'> => ({
  good: false,
  isNew: false,
  unchanged: false,
  error,
  etag: feed.etag,
  lastModified: feed.last_modified,
})

async function readFeed(deps: Deps, ask: FetchFeed, feed: FeedRow): Promise<Answered> {
  const allowPrivate = feed.allow_private || feed.source === 'drill'
  const answer = await ask(feed.url, { etag: feed.etag, lastModified: feed.last_modified, allowPrivate })
  const { retryAfterSeconds } = answer
  if (answer.status === 304) return { ...failed(feed, ''), good: true, unchanged: true, error: feed.last_error, retryAfterSeconds }
  if (answer.status !== 200) return { ...failed(feed, statusWords(answer.status)), retryAfterSeconds }
  const remembered = { etag: answer.etag, lastModified: answer.lastModified, unchanged: false, retryAfterSeconds }
  const root = feed.dialect === 'cap' ? tryXml(answer.body) : null
  if (root && isIndex(root) && findAlerts(root).length === 0) {
    const index = await readEntries(deps, ask, feed, root, answer.url, allowPrivate)
    // Something is still to be read: the next answer must not be "unchanged".
    return { ...remembered, ...index, ...(index.complete ? {} : { etag: null, lastModified: null }) }
  }
  const result = await take(deps, feed, answer)
  // Read, though not acted on (a test, an exercise): that is a working feed. What cannot be read never looks like "no warnings".
  const good = result.outcome !== 'unreadable'
  const error = good ? null : (result.reason ?? '报文读不懂')
  return { ...remembered, good, isNew: result.outcome === 'accepted', error, ...(good ? {} : { etag: null, lastModified: null }) }
}

function tryXml(body: Buffer): XmlElement | null {
  try {
    return readXml(body)
  } catch (e) {
    if (e instanceof Unreadable) return null
    throw e
  }
}

const take = (deps: Deps, feed: FeedRow, answer: FeedAnswer): Promise<IngestResult> =>
  deps.ingest.ingest({
    dialect: feed.dialect,
    raw: answer.body,
    contentType: answer.contentType,
    via: 'feed',
    feedId: feed.id,
    place: feed.place,
    standing: feed.standing as Standing,
    actor: { ...systemActor, person: `feed:${feed.id}` },
  })

async function readEntries(
  deps: Deps,
  ask: FetchFeed,
  feed: FeedRow,
  root: XmlElement,
  base: string,
  allowPrivate: boolean,
): Promise<{ good: boolean; isNew: boolean; error: string | null; complete: boolean }> {
  const seen = await deps.store.system((tx) => seenEntries(tx, feed.id))
  const now = deps.clock.now()
  const entries = readIndex(root)
  const fresh = entries.filter((e) => seen.get(e.id) !== e.updated || e.updated === '')
  const over = fresh.filter((e) => e.expires && e.expires <= now)
  const due = fresh.filter((e) => !over.includes(e))
  const read: IndexEntry[] = []
  const faults: string[] = []
  let isNew = false
  const readOne = async (entry: IndexEntry) => {
    try {
      if (!entry.link) throw new Error(`目录条目“${entry.title.slice(0, 40)}”没有可用的 CAP 链接`)
      const answer = await ask(new URL(entry.link, base).href, { allowPrivate })
      if (answer.status !== 200) throw new Error(statusWords(answer.status))
      const result = await take(deps, feed, answer)
      isNew = isNew || result.outcome === 'accepted'
      // Kept and shown as unreadable; asking for the same bytes again would not help.
      read.push(entry)
      if (result.outcome === 'unreadable') faults.push(result.reason ?? '报文读不懂')
    } catch (e) {
      faults.push(wordsOf(e))
    }
  }
  const queue = due.slice(0, entriesPerPoll)
  const started = performance.now()
  await Promise.all(
    Array.from({ length: entriesAtOnce }, async () => {
      // The lease bounds how long one process may go on.
      while (queue.length > 0 && performance.now() - started < leaseSeconds * 500) await readOne(queue.shift()!)
    }),
  )
  const done = [...read, ...over].map((e) => ({ id: e.id, updated: e.updated }))
  await deps.store.system((tx) =>
    rememberEntries(
      tx,
      feed.id,
      uniqueById(done),
      entries.map((e) => e.id),
    ),
  )
  const error = faults.length === 0 ? null : `${faults.length} 条没有读到:${faults[0]}`
  return { good: faults.length === 0 || read.length > 0, isNew, error, complete: read.length === due.length }
}

const uniqueById = (entries: { id: string; updated: string }[]) => [...new Map(entries.map((e) => [e.id, e])).values()]

async function tellSilent(tx: Tx): Promise<void> {
  for (const feed of await markSilent(tx)) {
    await record(tx, {
      event: 'feed.silent',
      place: feed.place,
      thing: { type: 'feed', id: feed.id },
      data: { name: feed.name, lastGoodAt: feed.last_good?.toISOString() ?? null },
    })
  }
}

function statusWords(status: number): string {
  if (status === 401 || status === 403) return `对方拒绝访问(HTTP ${status}),请检查口令或权限`
  if (status === 404 || status === 410) return `地址不存在(HTTP ${status}),对方可能换了地址`
  if (status === 429) return '问得太勤,对方要求放慢(HTTP 429)'
  if (status >= 500) return `对方服务器出错(HTTP ${status})`
  return `对方回答异常(HTTP ${status})`
}

/** Errors of the network in the officer's words; nothing of the address, which may hold a key. */
function wordsOf(e: unknown): string {
  const code = (e as { code?: string; cause?: { code?: string } }).code ?? (e as { cause?: { code?: string } }).cause?.code
  const known: Record<string, string> = {
    ECONNREFUSED: '对方没有应答(拒绝连接)',
    ECONNRESET: '连接中途断开',
    ENOTFOUND: '找不到对方的服务器名',
    EAI_AGAIN: '查不到对方的服务器名,可能本机断网',
    ETIMEDOUT: '连接超时',
    UND_ERR_CONNECT_TIMEOUT: '连接超时',
    UND_ERR_HEADERS_TIMEOUT: '对方迟迟不回答',
    UND_ERR_BODY_TIMEOUT: '对方回答到一半停了',
    UND_ERR_SOCKET: '连接中途断开',
  }
  if (code && known[code]) return known[code]
  if (e instanceof Error && e.name === 'TimeoutError') return '超过时限还没有读完'
  return messageOf(e).slice(0, 200)
}
