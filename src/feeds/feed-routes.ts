import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import type { Actor, Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, listOf, listQuery, problemShape, time } from '../base/web.js'
import { record } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { type BulletinProblem, bulletinProblemShape, standings } from './bulletin.js'
import { type BulletinRow, findBulletin, listBulletins, readRaw } from './bulletin-store.js'
import type { Dialects } from './dialects.js'
import { type FeedRow, listFeeds } from './feed-store.js'
import type { Ingest } from './ingest.js'

export const ingestLimit = 5 * 1024 * 1024

const ingested = z.object({
  bulletinId: z.string(),
  outcome: z.enum(['accepted', 'duplicate', 'refused']),
  warningIds: z.array(z.string()),
  problems: z.array(bulletinProblemShape),
  summary: z.string().nullable(),
  reason: z.string().optional(),
  hint: z.string().optional(),
})
const bulletinShape = z.object({
  id: z.string(),
  place: z.string(),
  feedId: z.string().nullable(),
  via: z.string(),
  dialect: z.string(),
  standing: z.enum(standings),
  receivedAt: time,
  contentType: z.string().nullable(),
  size: z.number(),
  sha256: z.string(),
  outcome: z.string(),
  reason: z.string().nullable(),
  hint: z.string().nullable(),
  summary: z.string().nullable(),
  problems: z.array(bulletinProblemShape),
  warningIds: z.array(z.string()),
})
const feedShape = z.object({
  id: z.string(),
  name: z.string(),
  dialect: z.string(),
  source: z.string(),
  standing: z.enum(standings),
  state: z.enum(['good', 'silent', 'failing']),
  host: z.string(),
  everySeconds: z.number(),
  lastAskedAt: time.nullable(),
  lastGoodAt: time.nullable(),
  lastNewAt: time.nullable(),
  silentSince: time.nullable(),
  nextDueAt: time.nullable(),
  failures: z.number(),
  requests: z.number(),
  unchanged: z.number(),
  lastError: z.string().nullable(),
})

export function feedRoutes(app: App, deps: { store: Store; ingest: Ingest; dialects: Dialects }): void {
  app.register(async (scope) => ingestRoute(scope as App, deps))
  readRoutes(app, deps.store)
}

/** In a scope of its own: here any content type is bytes, elsewhere only JSON is read. */
function ingestRoute(app: App, { store, ingest, dialects }: { store: Store; ingest: Ingest; dialects: Dialects }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: ingestLimit }, (_, body, done) => done(null, body))

  // Whatever the sender calls it, it is bytes here; what it was called is kept with them.
  const calledBySender = new WeakMap<FastifyRequest, string>()
  // Who may not, and what nobody reads, is turned away before a byte of the body is taken.
  app.addHook('onRequest', async (request) => {
    try {
      senderOf(request)
      const { dialect } = request.params as { dialect: string }
      if (!dialects.knows(dialect))
        throw new Problem('not-found', '不认识这种报文格式', 'unknown dialect; known ones are listed in the documentation')
      const announced = Number(request.headers['content-length'] ?? 0)
      if (announced > ingestLimit) throw tooLarge()
    } catch (e) {
      if (e instanceof Problem) await tellRejected(store, request, e.status)
      throw e
    }
    const type = request.raw.headers['content-type']
    if (type === undefined) return
    calledBySender.set(request, type)
    request.raw.headers['content-type'] = 'application/octet-stream'
  })
  app.setErrorHandler(async (error: Error & { code?: string }, request) => {
    if (error.code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error
    await tellRejected(store, request, 413)
    throw tooLarge()
  })

  app.post(
    '/api/ingest/:dialect',
    {
      bodyLimit: ingestLimit,
      schema: {
        summary: 'Hand in a bulletin: the bytes as they are, any content type, at most 5 MiB',
        params: z.object({ dialect: z.string().max(40) }),
        querystring: z.object({
          place: z
            .string()
            .regex(/^\d{6,12}$/)
            .optional(),
        }),
        response: { 202: ingested, 401: problemShape, 404: problemShape, 413: problemShape, 422: problemShape },
      },
    },
    async (request, reply) => {
      const sender = senderOf(request)
      const place = request.query.place ?? sender.place
      if (!place?.startsWith(sender.place) || place === '')
        throw new Problem('malformed', '请写明报文归哪个街道', '?place= is needed, inside your area')
      const result = await ingest.ingest({
        dialect: request.params.dialect,
        raw: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
        contentType: calledBySender.get(request) ?? null,
        via: sender.via,
        feedId: null,
        place,
        standing: 'authority',
        actor: sender.actor,
      })
      const { outcome } = result
      if (outcome === 'unreadable') {
        const errors = result.problems.map(({ message, messageEn, line, column, path }) => ({
          message: messageEn ? `${message} (${messageEn})` : message,
          ...(line === undefined ? {} : { line }),
          ...(column === undefined ? {} : { column }),
          ...(path === undefined ? {} : { path }),
        }))
        const english = result.problems[0]?.messageEn ?? ''
        throw new Problem('unreadable', result.reason ?? '报文读不懂', english, errors, {
          bulletinId: result.bulletinId,
          hint: result.hint,
        })
      }
      return reply.code(202).send({ ...result, outcome })
    },
  )
}

const tooLarge = () => new Problem('too-large', '报文超过 5 MB', `a bulletin may hold at most ${ingestLimit} bytes`)

/** A machine's key, or a person who may hand in bulletins (the page's drop). */
function senderOf(request: FastifyRequest): { actor: Actor; place: string; via: 'post' | 'page' } {
  const key = request.ingestKey
  if (key) return { actor: { person: `key:${key.id}`, role: 'machine', scope: key.place }, place: key.place, via: 'post' }
  const actor = permit(request, 'bulletin.ingest')
  return { actor, place: actor.scope.slice(0, 9), via: 'page' }
}

/** What is turned away leaves one line: when, from where, how large. Never what it held. */
async function tellRejected(store: Store, request: FastifyRequest, status: number): Promise<void> {
  const size = Number(request.headers['content-length'])
  await store.system((tx) =>
    record(tx, {
      event: 'ingest.rejected',
      place: '',
      thing: { type: 'ingest', id: request.id },
      data: { status, address: request.ip, size: Number.isFinite(size) ? size : null },
    }),
  )
}

function readRoutes(app: App, store: Store): void {
  const id = z.object({ id: z.string() })

  app.get('/api/feeds', { schema: { response: { 200: listOf(feedShape) } } }, async (request) => {
    const actor = permit(request, 'read')
    const rows = await store.act(actor, listFeeds)
    return { items: rows.map(toFeed), nextCursor: null }
  })

  app.get(
    '/api/bulletins',
    {
      schema: {
        querystring: listQuery.extend({ outcome: z.string().max(20).optional(), feedId: z.string().max(60).optional() }),
        response: { 200: listOf(bulletinShape) },
      },
    },
    async (request) => {
      const actor = permit(request, 'bulletin.read')
      const { cursor, limit, outcome, feedId } = request.query
      const rows = await store.act(actor, (tx) =>
        listBulletins(tx, { limit, ...(cursor ? { after: cursor } : {}), ...(outcome ? { outcome } : {}), ...(feedId ? { feedId } : {}) }),
      )
      return { items: rows.map(toBulletin), nextCursor: rows.length === limit ? rows[rows.length - 1]!.id : null }
    },
  )

  app.get('/api/bulletins/:id', { schema: { params: id, response: { 200: bulletinShape, 404: problemShape } } }, async (request) => {
    const actor = permit(request, 'bulletin.read')
    const row = await store.act(actor, (tx) => findBulletin(tx, request.params.id))
    if (!row) throw notFound('原始报文', request.params.id)
    return toBulletin(row)
  })

  app.get('/api/bulletins/:id/raw', { schema: { params: id } }, async (request, reply) => {
    const actor = permit(request, 'bulletin.read')
    const raw = await store.act(actor, (tx) => readRaw(tx, request.params.id))
    if (!raw) throw notFound('原始报文', request.params.id)
    // Bytes of strangers: the browser must neither show nor run them.
    return reply
      .header('content-disposition', `attachment; filename="bulletin-${request.params.id.replace(/[^\w-]/g, '')}.bin"`)
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "sandbox; default-src 'none'")
      .type('application/octet-stream')
      .send(raw)
  })
}

function toBulletin(row: BulletinRow): z.input<typeof bulletinShape> {
  return {
    id: row.id,
    place: row.place,
    feedId: row.feed_id,
    via: row.via,
    dialect: row.dialect,
    standing: row.standing as (typeof standings)[number],
    receivedAt: chinaTime(row.received_at),
    contentType: row.content_type,
    size: row.size,
    sha256: row.sha256.toString('hex'),
    outcome: row.outcome,
    reason: row.reason,
    hint: row.hint,
    summary: row.summary,
    problems: row.problems as BulletinProblem[],
    warningIds: row.warning_ids,
  }
}

/** A feed that never gave anything good is silent: no data is shown as danger, never as calm. */
export function feedState(row: Pick<FeedRow, 'silent_at' | 'last_good' | 'failures' | 'last_error'>): 'good' | 'silent' | 'failing' {
  if (row.silent_at || !row.last_good) return 'silent'
  return row.failures > 0 || row.last_error ? 'failing' : 'good'
}

function toFeed(row: FeedRow): z.input<typeof feedShape> {
  const isTime = (at: Date | null): at is Date => at instanceof Date && Number.isFinite(+at)
  return {
    id: row.id,
    name: row.name,
    dialect: row.dialect,
    source: row.source,
    standing: row.standing as (typeof standings)[number],
    state: feedState(row),
    // The path and query may hold a key.
    host: new URL(row.url).host,
    everySeconds: row.every_seconds,
    lastAskedAt: chinaTimeOrNull(row.last_asked),
    lastGoodAt: chinaTimeOrNull(row.last_good),
    lastNewAt: chinaTimeOrNull(row.last_new),
    silentSince: chinaTimeOrNull(row.silent_at),
    nextDueAt: isTime(row.next_due) ? chinaTime(row.next_due) : null,
    failures: row.failures,
    requests: row.requests,
    unchanged: row.unchanged_count,
    lastError: row.last_error,
  }
}
