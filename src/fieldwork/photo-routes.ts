import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { appendPhoto, insertPhoto, lockPhoto, placeOfTarget, readPhoto } from './photo-store.js'

export const photoLimit = 5 * 1024 * 1024

const starts: Record<string, (b: Buffer) => boolean> = {
  'image/jpeg': (b) => b[0] === 0xff && b[1] === 0xd8 && b[2] === 0xff,
  'image/png': (b) => b.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  'image/webp': (b) => b.subarray(0, 4).toString('latin1') === 'RIFF' && b.subarray(8, 12).toString('latin1') === 'WEBP',
}

export interface Piece {
  from: number
  to: number
  total: number
}

/** bytes 0-1023/4096; without the header the body is the whole photo. `bytes *\/4096` asks how far we are. */
export function readRange(header: string | undefined, length: number): Piece {
  if (header === undefined) return { from: 0, to: length, total: length }
  const asked = /^bytes \*\/(\d{1,9})$/.exec(header)
  if (asked && length === 0) return { from: 0, to: 0, total: Number(asked[1]) }
  const m = /^bytes (\d{1,9})-(\d{1,9})\/(\d{1,9})$/.exec(header)
  const piece = m ? { from: Number(m[1]), to: Number(m[2]) + 1, total: Number(m[3]) } : null
  if (!piece || piece.to - piece.from !== length || piece.to > piece.total || length === 0)
    throw new Problem('malformed', 'Content-Range 与内容不符', 'Content-Range must be "bytes from-to/total" and agree with the body')
  return piece
}

/** Photos in pieces: a phone in the rain goes on where it stopped. 308 with Range says how much is here, 200 that all of it is. */
export function photoRoutes(app: App, { store }: { store: Store }): void {
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(/^(image\/|application\/octet-stream)/, { parseAs: 'buffer', bodyLimit: photoLimit }, (_, body, done) =>
      done(null, body),
    )
    scope.put(
      '/api/field/photos/:id',
      {
        bodyLimit: photoLimit,
        schema: {
          tags: ['field'],
          summary: 'A photo, whole or in pieces (Content-Range). 308 = go on after Range, 200 = complete.',
          params: z.object({ id: z.string().min(8).max(100) }),
          querystring: z.object({ task: z.string().optional(), household: z.string().optional(), type: z.string().optional() }),
        },
      },
      async (request, reply) => {
        const actor = permit(request, 'field.edit')
        const { id } = request.params as { id: string }
        const query = request.query as { task?: string; household?: string; type?: string }
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
        const piece = readRange(request.headers['content-range'], body.length)
        if (piece.total > photoLimit) throw new Problem('too-large', '照片不能超过 5 MB', `the limit is ${photoLimit} bytes`)
        const sent = String(request.headers['content-type'] ?? '').split(';')[0]!
        const contentType = starts[sent] ? sent : (query.type ?? sent)
        const received = await store.act(actor, async (tx) => {
          let photo = await lockPhoto(tx, id)
          if (!photo) {
            if (piece.from > 0) return 0
            if (body.length > 0 && !starts[contentType]?.(body))
              throw new Problem('malformed', '只收 JPEG、PNG 或 WebP 照片', 'only JPEG, PNG and WebP pictures')
            const place = await placeOfTarget(tx, query)
            if (place === undefined) throw notFound(query.task ? 'task' : 'household', query.task ?? query.household ?? '')
            const fresh = { id, place, contentType, size: piece.total }
            if (body.length === 0) return 0
            if (!(await insertPhoto(tx, fresh, { taskId: query.task ?? null, doorId: query.household ?? null })))
              throw notFound('photo', id)
            photo = { ...fresh, received: 0 }
          }
          if (photo.size !== piece.total)
            throw new Problem('conflict', '同一编号的照片大小不一致', `this photo has ${photo.size} bytes, not ${piece.total}`)
          // A piece sent twice, or half of it new: only what is missing is added.
          if (piece.from > photo.received || piece.to <= photo.received) return photo.received
          await appendPhoto(tx, id, body.subarray(photo.received - piece.from))
          return piece.to
        })
        if (received > 0) void reply.header('range', `bytes=0-${received - 1}`)
        return reply.code(received === piece.total ? 200 : 308).send({ id, received, size: piece.total })
      },
    )
  })

  app.get('/api/field/photos/:id', { schema: { tags: ['field'], params: z.object({ id: z.string() }) } }, async (request, reply) => {
    const actor = permit(request, 'read')
    const photo = await store.act(actor, (tx) => readPhoto(tx, request.params.id))
    if (!photo?.whole) throw notFound('photo', request.params.id)
    return reply
      .type(photo.contentType)
      .header('cache-control', 'private, no-store')
      .header('content-disposition', 'inline')
      .send(photo.data)
  })
}
