import { z } from 'zod'
import { notFound } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, listOf, listQuery, problemShape, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { type BulletinProblem, bulletinProblemShape, standings } from './bulletin.js'
import { type BulletinRow, findBulletin, listBulletins, readRaw } from './bulletin-store.js'
import { inEnglish } from './in-english.js'
import { mostVerified, verifyBulletins } from './verify-bulletins.js'

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
  reasonEn: z.string().nullable(),
  hint: z.string().nullable(),
  hintEn: z.string().nullable(),
  summary: z.string().nullable(),
  problems: z.array(bulletinProblemShape),
  warningIds: z.array(z.string()),
  verified: z.object({ at: time, reason: z.string() }).nullable(),
})
/** What was received, as it was received, and how it was understood. */
export function bulletinRoutes(app: App, { store }: { store: Store }): void {
  const id = z.object({ id: z.string() })
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

  app.post(
    '/api/bulletins/verified',
    {
      schema: {
        summary: 'An officer found out what these bulletins say: they are asked for no more',
        body: z.strictObject({
          bulletinIds: z.array(z.string().max(60)).min(1).max(mostVerified),
          reason: z.string().trim().min(1, '请写明怎么核实的').max(500),
        }),
        response: { 200: z.object({ bulletinIds: z.array(z.string()) }), 404: problemShape },
      },
    },
    async (request) => {
      const { bulletinIds, reason } = request.body
      await store.act(permit(request, 'bulletin.sign'), (tx) => verifyBulletins(tx, bulletinIds, reason))
      return { bulletinIds }
    },
  )

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
  const problems = row.problems as BulletinProblem[]
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
    ...inEnglish({ reason: row.reason, hint: row.hint, problems }),
    summary: row.summary,
    problems,
    warningIds: row.warning_ids,
    verified: row.verified && { ...row.verified, at: chinaTime(new Date(row.verified.at)) },
  }
}
