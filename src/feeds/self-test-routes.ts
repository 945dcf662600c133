import { z } from 'zod'
import { notFound, Problem } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime, chinaTimeOrNull, problemShape, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { findOpenTest } from './bulletin-store.js'
import { clockNow } from './feed-store.js'
import type { Ingest } from './ingest.js'
import { makeSelfTest } from './self-test.js'
import { readTestProgress, type TestProgress } from './self-test-stages.js'

const stage = z.object({
  key: z.enum(['kept', 'read', 'opened', 'matched', 'issued', 'planned', 'accepted', 'ended']),
  state: z.enum(['done', 'waiting', 'failed']),
  at: time.nullable(),
  afterMs: z.number().nullable(),
  note: z.string().nullable(),
  noteEn: z.string().nullable(),
})
const progressShape = z.object({
  bulletinId: z.string(),
  verdict: z.enum(['running', 'good', 'failed']),
  startedAt: time,
  tookMs: z.number().nullable(),
  stages: z.array(stage),
})

/** 线路测试: a bulletin of our own goes the whole way, to the exercise list only, and is over after five minutes. */
export function selfTestRoutes(app: App, { store, ingest }: { store: Store; ingest: Ingest }): void {
  const read = async (actor: ReturnType<typeof permit>, id: string) => {
    const progress = await store.act(actor, (tx) => readTestProgress(tx, id))
    if (!progress) throw notFound('线路测试', id)
    return toProgress(id, progress)
  }
  app.post(
    '/api/feeds/test-alert',
    { schema: { summary: 'Test the whole path with a bulletin of our own', response: { 201: progressShape, 409: problemShape } } },
    async (request, reply) => {
      const actor = permit(request, 'drill.run')
      const place = actor.scope.slice(0, 9)
      if (place.length < 9) throw new Problem('malformed', '请用街道的账号测试', 'the account needs a subdistrict')
      const now = await store.act(actor, async (tx) => {
        if (await findOpenTest(tx, place)) throw new Problem('conflict', '上一次测试还没有结束(五分钟)', 'a test is still running')
        return clockNow(tx)
      })
      const { bulletinId } = await ingest.ingest({
        dialect: 'cap',
        raw: makeSelfTest(place, now),
        contentType: 'application/cap+xml',
        via: 'test',
        feedId: null,
        place,
        standing: 'authority',
        actor,
      })
      return reply.code(201).send(await read(actor, bulletinId))
    },
  )
  app.get(
    '/api/feeds/test-alert/:id',
    { schema: { params: z.object({ id: z.string().max(60) }), response: { 200: progressShape, 404: problemShape } } },
    async (request) => read(permit(request, 'bulletin.read'), request.params.id),
  )
}

const toProgress = (bulletinId: string, progress: TestProgress): z.input<typeof progressShape> => ({
  bulletinId,
  verdict: progress.verdict,
  startedAt: chinaTime(progress.startedAt),
  tookMs: progress.tookMs,
  stages: progress.stages.map((s) => ({ ...s, at: chinaTimeOrNull(s.at) })),
})
