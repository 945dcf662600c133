import '@fastify/cookie'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { Problem } from './problem.js'
import type { Actor } from './store/store.js'

/** The Fastify application as every routes file sees it: zod schemas in and out. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, from the session cookie or the bearer token; null when nobody is logged in. */
    actor: Actor | null
    /** The key a machine came with, when it came with one. */
    ingestKey: { id: string; place: string } | null
  }
}

export function signedIn(request: FastifyRequest): Actor {
  if (!request.actor) throw new Problem('unauthenticated', '请先登录', 'log in with POST /api/sessions, or send a bearer token')
  return request.actor
}

/** RFC 3339 in China's time: how every time leaves the API. Rows hold Date, so routes write z output through this. */
export function chinaTime(at: Date): string {
  return `${new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
export const chinaTimeOrNull = (at: Date | null | undefined): string | null => (at ? chinaTime(at) : null)

/** A time in a request or an answer. */
export const time = z.iso.datetime({ offset: true })

export const problemShape = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    errors: z.array(
      z.object({ path: z.string().optional(), line: z.number().optional(), column: z.number().optional(), message: z.string() }),
    ),
  })
  .loose()

/** {items, nextCursor}: every list of the API. The cursor is the id to go on after; null at the end. */
export const listOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })
export const listQuery = z.object({ cursor: z.string().optional(), limit: z.coerce.number().int().min(1).max(1000).default(200) })
