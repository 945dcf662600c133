import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { breakerStates } from '../base/breaker.js'
import { notFound, Problem } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, problemShape, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { standings } from './bulletin.js'
import { bulletinRoutes } from './bulletin-routes.js'
import type { Dialects } from './dialects.js'
import { feedLogLine, readFeedLog } from './feed-log.js'
import { type FeedRow, feedState, feedStates, findFeed, listFeeds } from './feed-store.js'
import { feedWatchSchema } from './feed-watch.js'
import type { Ingest } from './ingest.js'
import { ingestRoute } from './ingest-routes.js'
import { type FeedTick, readTicks } from './poll-store.js'
import type { Poller } from './poller.js'
import { selfTestRoutes } from './self-test-routes.js'
import { causes, isCause } from './trouble.js'

const words = z.object({ zh: z.string(), en: z.string() })
const explained = z.object({ cause: z.string(), what: words, likely: words, todo: words, detail: words })
const feedShape = z.object({
  id: z.string(),
  name: z.string(),
  dialect: z.string(),
  source: z.string(),
  standing: z.enum(standings),
  state: z.enum(feedStates),
  host: z.string(),
  everySeconds: z.number(),
  silentAfterSeconds: z.number(),
  lastAskedAt: time.nullable(),
  lastGoodAt: time.nullable(),
  lastNewAt: time.nullable(),
  changedAt: time.nullable(),
  silentSince: time.nullable(),
  stuckSince: time.nullable(),
  nextDueAt: time.nullable(),
  breaker: z.enum(breakerStates),
  failures: z.number(),
  requests: z.number(),
  unchanged: z.number(),
  lastError: z.string().nullable(),
  trouble: explained.nullable(),
  contact: z.string().nullable(),
  phone: z.string().nullable(),
  changesWithinSeconds: z.number().nullable(),
  ticks: z.array(z.object({ at: time, good: z.number(), bad: z.number(), fresh: z.number() })),
})
const fetched = z.object({
  good: z.boolean(),
  unchanged: z.boolean(),
  trouble: explained.nullable(),
  brought: z.array(z.object({ bulletinId: z.string(), outcome: z.string() })),
  feed: feedShape,
})

interface Deps {
  store: Store
  ingest: Ingest
  dialects: Dialects
  poller: Pick<Poller, 'fetchNow'>
}

export function feedRoutes(app: App, deps: Deps): void {
  app.register(async (scope) => ingestRoute(scope as App, deps))
  bulletinRoutes(app, deps)
  selfTestRoutes(app, deps)
  readRoutes(app, deps.store)
  fetchRoute(app, deps)
}

const id = z.object({ id: z.string().max(60) })

function readRoutes(app: App, store: Store): void {
  app.get('/api/feeds', { schema: { response: { 200: listOf(feedShape) } } }, async (request) => {
    const actor = permit(request, 'read')
    const { rows, ticks } = await store.act(actor, async (tx) => ({ rows: await listFeeds(tx), ticks: await readTicks(tx) }))
    return { items: rows.map(({ now, ...row }) => toFeed(row, now, ticks.get(row.id) ?? [])), nextCursor: null }
  })
  app.get(
    '/api/feeds/:id/log',
    {
      schema: {
        summary: 'What went wrong, the likely cause, what to do',
        params: id,
        response: { 200: listOf(feedLogLine), 404: problemShape },
      },
    },
    async (request) => {
      const actor = permit(request, 'bulletin.read')
      const items = await store.act(actor, async (tx) => {
        const feed = await findFeed(tx, request.params.id)
        if (!feed) throw notFound('预警来源', request.params.id)
        return readFeedLog(tx, feed)
      })
      return { items, nextCursor: null }
    },
  )
}

/** 立即读取: one request at a time, whatever its rhythm and its breaker. */
function fetchRoute(app: App, { store, poller }: Deps): void {
  app.post(
    '/api/feeds/:id/fetch',
    { schema: { params: id, response: { 200: fetched, 404: problemShape, 409: problemShape } } },
    async (request) => {
      const actor = permit(request, 'feed.manage')
      const find = async () => {
        const found = await store.act(actor, (tx) => findFeed(tx, request.params.id))
        if (!found) throw notFound('预警来源', request.params.id)
        return found
      }
      await find()
      const polled = await poller.fetchNow(request.params.id)
      if (!polled) throw new Problem('conflict', '正在读取,请稍候', 'it is being asked already')
      const { now, ...row } = await find()
      const { good, unchanged, brought } = polled
      const trouble = polled.trouble && explain(polled.trouble.cause, { zh: polled.trouble.detail, en: polled.trouble.detailEn })
      return { good, unchanged, trouble, brought, feed: toFeed(row, now, []) }
    },
  )
}

function explain(cause: string, detail: z.input<typeof words>): z.input<typeof explained> {
  const known = causes[isCause(cause) ? cause : 'internal']
  return {
    cause,
    detail,
    what: { zh: known.what, en: known.whatEn },
    likely: { zh: known.likely, en: known.likelyEn },
    todo: { zh: known.todo, en: known.todoEn },
  }
}

/** The worst that is to be said of it now. */
function troubleNow(row: FeedRow, state: string): z.input<typeof explained> | null {
  if (row.cause) return explain(row.cause, { zh: row.last_error ?? '', en: row.last_error_en ?? '' })
  return state === 'silent' || state === 'stuck' ? explain(state, { zh: '', en: '' }) : null
}

function toFeed(row: FeedRow, now: Date, ticks: FeedTick[]): z.input<typeof feedShape> {
  const isTime = (at: Date | null): at is Date => at instanceof Date && Number.isFinite(+at)
  const state = feedState(row, now)
  const { contact, phone, changesWithinSeconds } = feedWatchSchema.parse(row.watch)
  return {
    id: row.id,
    name: row.name,
    dialect: row.dialect,
    source: row.source,
    standing: row.standing as (typeof standings)[number],
    state,
    // The path and query may hold a key; a folder is known by its last part.
    host: row.source === 'folder' ? basename(fileURLToPath(row.url)) : new URL(row.url).host,
    everySeconds: row.every_seconds,
    silentAfterSeconds: row.silent_after_seconds,
    lastAskedAt: chinaTimeOrNull(row.last_asked),
    lastGoodAt: chinaTimeOrNull(row.last_good),
    lastNewAt: chinaTimeOrNull(row.last_new),
    changedAt: chinaTimeOrNull(row.changed_at),
    silentSince: chinaTimeOrNull(row.silent_at),
    stuckSince: chinaTimeOrNull(row.stuck_at),
    nextDueAt: isTime(row.next_due) ? chinaTime(row.next_due) : null,
    breaker: row.breaker as (typeof breakerStates)[number],
    failures: row.failures,
    requests: row.requests,
    unchanged: row.unchanged_count,
    lastError: row.last_error,
    trouble: troubleNow(row, state),
    contact,
    phone,
    changesWithinSeconds,
    ticks: ticks.map((tick) => ({ ...tick, at: chinaTime(tick.at) })),
  }
}
