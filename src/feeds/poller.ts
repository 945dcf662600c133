import { afterTry } from '../base/breaker.js'
import { messageOf } from '../base/log.js'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { claimFeed, type FeedRow } from './feed-store.js'
import { feedWatchSchema } from './feed-watch.js'
import { createFetchFeed, type FetchFeed } from './fetch-feed.js'
import { nextTry } from './next-try.js'
import { type PollDeps, type Polled, pollFeed } from './poll-feed.js'
import { breakerOf, lockFeed, markSilent, markStuck, savePoll } from './poll-store.js'

export interface Poller {
  /** Asks every feed that is due; returns when all of them answered or failed. Calls made meanwhile wait and run after. */
  pollDue(): Promise<void>
  /** Asks one feed now, whatever its rhythm and its breaker; null: it is being asked already, or is not one of ours. */
  fetchNow(id: string): Promise<Polled | null>
  stop(): Promise<void>
}

const feedsAtOnce = 4
/** How often due feeds are looked for while a slow one is still being read. */
const lookMs = 1000

interface Deps extends Omit<PollDeps, 'noteVanished' | 'headersOf'>, Partial<Pick<PollDeps, 'noteVanished' | 'headersOf'>> {
  fetch?: FetchFeed
  random?: () => number
}

export function createPoller(given: Deps): Poller {
  const deps = { noteVanished: async () => {}, headersOf: () => ({ headers: {}, missing: [] }), ...given }
  const own = deps.fetch ? null : createFetchFeed()
  const stopping = new AbortController()
  const ask: FetchFeed = (url, how) => (deps.fetch ?? own!.fetch)(url, { ...how, signal: stopping.signal })
  const busy = new Set<Promise<void>>()
  let running: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null

  const poll = async (feed: FeedRow): Promise<Polled> => {
    const polled = await pollFeed(deps, ask, feed)
    await deps.store.system((tx) => settle(tx, feed.id, polled, deps.clock.now(), (deps.random ?? Math.random)()))
    if (polled.trouble) deps.log.warn({ feed: feed.id, reason: polled.trouble.detail }, 'a feed did not give what it should')
    return polled
  }
  const track = <T>(work: Promise<T>): Promise<T> => {
    const ended: Promise<void> = work.then(
      () => void busy.delete(ended),
      () => void busy.delete(ended),
    )
    busy.add(ended)
    return work
  }
  /** One after the other is claimed, several are asked at once; while a slow one is being read, the others go on as they fall due. */
  const run = async () => {
    while (!stopping.signal.aborted) {
      const feed = busy.size < feedsAtOnce ? await deps.store.system((tx) => claimFeed(tx)) : undefined
      if (feed) void track(poll(feed)).catch((e) => deps.log.error({ feed: feed.id, reason: messageOf(e) }, 'a poll could not be settled'))
      else if (busy.size === 0) break
      else await Promise.race([...busy, pause(lookMs)])
    }
    if (!stopping.signal.aborted) await deps.store.system(tellMissing)
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
    async fetchNow(id) {
      const feed = await deps.store.system((tx) => claimFeed(tx, id))
      return feed ? track(poll(feed)) : null
    },
    async stop() {
      stopping.abort()
      await running
      await Promise.all(busy)
      await own?.close()
    },
  }
}

const pause = (ms: number) => new Promise<void>((done) => void setTimeout(done, ms).unref())

/** The row after a poll, and what people are told: a change of state or cause, not every poll. */
async function settle(tx: Tx, id: string, polled: Polled, now: Date, random: number): Promise<void> {
  const before = await lockFeed(tx, id)
  if (!before) return
  const { good, trouble } = polled
  const breaker = afterTry(breakerOf(before), good)
  const failures = good ? 0 : before.failures + 1
  const { slowestSeconds, changesWithinSeconds } = feedWatchSchema.parse(before.watch)
  const wait = nextTry({
    everySeconds: before.every_seconds,
    slowestSeconds,
    good,
    failures,
    breaker: breaker.state,
    retryAfterSeconds: polled.retryAfterSeconds,
  })
  const told = { place: before.place, thing: { type: 'feed', id } }
  const tell = (event: string, data: object) => record(tx, { event, ...told, data: { name: before.name, ...data } })
  // A feed that works every other time is not told as ill and well again by turns.
  const isWell = good && !trouble && (before.silent_at !== null || breaker.trouble === 0)
  if (isWell && (before.silent_at || before.told_cause))
    await tell('feed.recovered', { silentSince: before.silent_at?.toISOString() ?? null, cause: before.told_cause })
  if (trouble && trouble.cause !== before.told_cause)
    await tell('feed.failed', { cause: trouble.cause, detail: trouble.detail, detailEn: trouble.detailEn })
  if (breaker.state === 'open' && before.breaker === 'closed') await tell('feed.slowed', { everySeconds: slowestSeconds })
  // Changed, but by its own word as old as before: still stuck.
  const isOld = polled.saysUpdated !== null && +now - +polled.saysUpdated > (changesWithinSeconds ?? Number.POSITIVE_INFINITY) * 1000
  const refreshed = polled.mark !== null && polled.mark !== before.content_mark && !isOld
  if (before.stuck_at && refreshed) await tell('feed.refreshed', {})
  const toldCause = isWell ? null : (trouble?.cause ?? before.told_cause)
  await savePoll(tx, before, polled, { breaker, failures, dueInSeconds: wait * (0.9 + 0.2 * random), toldCause, refreshed })
}

/** What did not come is danger, not calm: said once, when it is due. */
async function tellMissing(tx: Tx): Promise<void> {
  const tell = (event: string, feed: FeedRow, data: object) =>
    record(tx, { event, place: feed.place, thing: { type: 'feed', id: feed.id }, data: { name: feed.name, ...data } })
  for (const feed of await markSilent(tx))
    await tell('feed.silent', feed, { lastGoodAt: feed.last_good?.toISOString() ?? null, cause: feed.cause })
  for (const feed of await markStuck(tx)) await tell('feed.stuck', feed, { changedAt: feed.changed_at?.toISOString() ?? null })
}
