import { z } from 'zod'
import type { Clock } from '../../base/clock.js'
import { type App, chinaTime, time } from '../../base/web.js'
import { permit } from '../../people/permissions.js'
import type { Register } from '../../register/snapshot.js'
import type { RiskPolicy } from '../risk-policy.js'
import { checkKeys, checkReadiness } from './readiness.js'

const finding = z.object({ id: z.string(), place: z.string(), label: z.string(), zh: z.string(), en: z.string() })
const check = z.object({
  key: z.enum(checkKeys),
  weight: z.enum(['danger', 'untidy']),
  count: z.number(),
  findings: z.array(finding),
})
const board = z.object({ at: time, builtAt: time, checks: z.array(check) })
export type ReadinessBoard = z.input<typeof board>

/** GET /api/register/readiness: counts of all checks and the beginning of each list; `check` gives one list as a whole. */
export function readinessRoutes(app: App, { register, risk, clock }: { register: Register; risk: RiskPolicy; clock: Clock }): void {
  const query = z.object({ check: z.enum(checkKeys).optional(), limit: z.coerce.number().int().min(0).max(100_000).default(200) })
  app.get('/api/register/readiness', { schema: { tags: ['register'], querystring: query, response: { 200: board } } }, async (request) => {
    const { scope } = permit(request, 'register.read')
    const snapshot = register.snapshot()
    const { check: one, limit } = request.query
    const all = await checkReadiness(snapshot, risk, clock.now())
    const checks = all
      .filter((c) => !one || c.key === one)
      .map((c) => {
        const mine = c.findings.filter((f) => f.place.startsWith(scope))
        return { key: c.key, weight: c.weight, count: mine.length, findings: mine.slice(0, limit) }
      })
    return { at: chinaTime(clock.now()), builtAt: chinaTime(snapshot.builtAt), checks }
  })
}
