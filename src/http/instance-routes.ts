import { z } from 'zod'
import { type App, chinaTime } from '../base/web.js'

const shape = z.object({
  name: z.string(),
  version: z.string(),
  register: z.enum(['sample', 'live']),
  publicUrl: z.string().nullable(),
  store: z.string(),
  doorbell: z.string(),
  sampleLogins: z.boolean(),
  accounts: z.array(z.object({ username: z.string(), roleName: z.string(), roleNameEn: z.string() })),
  now: z.string(),
  speed: z.number(),
})
export type Instance = z.infer<typeof shape>

/** GET /api/instance, for everybody: what the login page needs to know, and the service's clock. */
export function instanceRoutes(app: App, facts: () => Omit<Instance, 'now'> & { now: Date }): void {
  app.get('/api/instance', { schema: { response: { 200: shape } } }, async () => {
    const { now, ...rest } = facts()
    return { ...rest, now: chinaTime(now) }
  })
}
