import { z } from 'zod'
import type { Clock } from '../base/clock.js'
import { Problem } from '../base/problem.js'
import { type App, chinaTime } from '../base/web.js'
import { permit } from '../people/permissions.js'
import type { Drill } from './drill.js'
import type { GuestTokens } from './guest-tokens.js'
import { parts } from './scenario.js'

const both = z.object({ zh: z.string(), en: z.string() })
const status = z.object({
  state: z.enum(['idle', 'running', 'paused', 'finished', 'failed']),
  scenario: z.string().nullable(),
  title: both.nullable(),
  at: z.string(),
  speed: z.number(),
  holding: z.boolean(),
  cast: z.enum(['feed', 'all']),
  takenOver: z.array(z.enum(parts)),
  chapter: z.object({ n: z.number(), of: z.number(), id: z.string(), title: both, tell: both }).nullable(),
  chapters: z.array(z.object({ id: z.string(), title: both, at: z.string() })),
  figures: z.record(z.string(), z.unknown()).nullable(),
  problem: z.string().nullable(),
})
const speed = z.number().min(0.1).max(600)
const start = z.object({
  scenario: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('july-12'),
  speed: z.union([speed, z.literal('instant')]).default(60),
  cast: z.enum(['feed', 'all']).default('all'),
})

export interface TourGuests {
  desk: { username: string }
  worker: { username: string; scope: string }
  /** The old resident whose phone the tour shows: an invented person of the sample register. */
  resident: { contactId: number; name: string; place: string }
}

interface Deps {
  drill: Drill
  clock: Clock
  tokens: GuestTokens
  guests: () => Promise<TourGuests>
}

/** GET /api/drill, POST /api/drill/{start,pause,resume,speed,restart,cast,end} and POST /api/tour/tokens: sample registers only. */
export function drillRoutes(app: App, { drill, clock, tokens, guests }: Deps): void {
  const answer = () => ({ ...drill.status(), at: chinaTime(clock.now()) })
  const ok = { response: { 200: status } }
  app.get('/api/drill', { schema: ok }, async () => answer())
  app.post('/api/drill/start', { schema: { body: start, ...ok } }, async (request) => {
    permit(request, 'drill.run')
    await drill.start(request.body)
    return answer()
  })
  app.post('/api/drill/restart', { schema: ok }, async (request) => {
    permit(request, 'drill.run')
    const { scenario, speed: last, cast } = drill.status()
    await drill.start({ scenario: scenario ?? 'july-12', speed: last || 60, cast })
    return answer()
  })
  for (const [verb, run] of [
    ['pause', drill.pause],
    ['resume', drill.resume],
    ['end', drill.end],
  ] as const)
    app.post(`/api/drill/${verb}`, { schema: ok }, async (request) => {
      permit(request, 'drill.run')
      await run()
      return answer()
    })
  app.post('/api/drill/speed', { schema: { body: z.object({ speed }), ...ok } }, async (request) => {
    permit(request, 'drill.run')
    await drill.setSpeed(request.body.speed)
    return answer()
  })
  app.post('/api/drill/cast', { schema: { body: z.object({ takenOver: z.array(z.enum(parts)) }), ...ok } }, async (request) => {
    permit(request, 'drill.run')
    drill.takeOver(request.body.takenOver)
    return answer()
  })

  const guest = z.object({
    desk: z.string(),
    worker: z.string(),
    resident: z.object({ token: z.string(), contactId: z.number(), name: z.string() }),
  })
  app.post(
    '/api/tour/tokens',
    { schema: { response: { 200: guest } }, config: { rateLimit: { max: 60, timeWindow: '1 minute' } } },
    async () => {
      const { desk, worker, resident } = await guests()
      if (!resident) throw new Problem('unavailable', '演练尚未准备好', 'the sample register is still being loaded')
      return {
        desk: tokens.issue({ person: desk.username, role: 'officer', scope: resident.place.slice(0, 9) }),
        worker: tokens.issue({ person: worker.username, role: 'worker', scope: worker.scope }),
        resident: {
          token: tokens.issue({ person: `contact:${resident.contactId}`, role: 'resident', scope: resident.place }),
          contactId: resident.contactId,
          name: resident.name,
        },
      }
    },
  )
}
