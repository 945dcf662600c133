import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { Problem } from '../base/problem.js'
import type { Actor, Store } from '../base/store/store.js'
import { type App, problemShape } from '../base/web.js'
import { record } from '../journal/journal.js'
import { permit } from '../people/permissions.js'
import { bulletinProblemShape } from './bulletin.js'
import type { Dialects } from './dialects.js'
import type { Ingest } from './ingest.js'
import { sniffDialect } from './sniff-dialect.js'

export const ingestLimit = 5 * 1024 * 1024

export const ingested = z.object({
  bulletinId: z.string(),
  outcome: z.enum(['accepted', 'duplicate', 'refused']),
  warningIds: z.array(z.string()),
  problems: z.array(bulletinProblemShape),
  summary: z.string().nullable(),
  reason: z.string().optional(),
  hint: z.string().optional(),
})
/** In place of a dialect: it is told from the bytes, as with the watched folder. */
const told = 'auto'

/** In a scope of its own: here any content type is bytes, elsewhere only JSON is read. */
export function ingestRoute(app: App, { store, ingest, dialects }: { store: Store; ingest: Ingest; dialects: Dialects }): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: ingestLimit }, (_, body, done) => done(null, body))

  // Whatever the sender calls it, it is bytes here; what it was called is kept with them.
  const calledBySender = new WeakMap<FastifyRequest, string>()
  // Who may not, and what nobody reads, is turned away before a byte of the body is taken.
  app.addHook('onRequest', async (request) => {
    try {
      senderOf(request)
      const { dialect } = request.params as { dialect: string }
      if (dialect !== told && !dialects.knows(dialect))
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
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const { dialect } = request.params
      const result = await ingest.ingest({
        dialect: dialect === told ? (sniffDialect(raw) ?? 'cap') : dialect,
        raw,
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
