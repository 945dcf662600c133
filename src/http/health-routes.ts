import { sql } from 'kysely'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { z } from 'zod'
import { type Clock, describeSkew } from '../base/clock.js'
import type { Doorbell } from '../base/doorbell.js'
import { messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import { type App, chinaTime } from '../base/web.js'
import { listTroubles } from '../channels/carrier-store.js'
import type { Register } from '../register/snapshot.js'

const answer = z.object({
  status: z.enum(['ok', 'degraded', 'down']),
  store: z.string(),
  doorbell: z.string(),
  /** Whether this machine's clock goes with the store's, which is the one that counts. */
  clock: z.string(),
  /** Channels some of whose carriers take nothing; the service itself is ready all the same. */
  carriers: z.array(z.object({ channel: z.string(), carrier: z.string(), cause: z.string(), since: z.string() })),
  /** How old what we know of the register is, and whether a change is not read in yet. */
  register: z.object({ ageSeconds: z.number(), behind: z.boolean() }),
})

/** GET /healthz (the process lives), /readyz (the store answers; a silent doorbell only slows things), /metrics (Prometheus). */
export function healthRoutes(
  app: App,
  {
    store,
    doorbell,
    alerts: { register, clock },
  }: { store: Store; doorbell: Doorbell; alerts: { register: Register; clock: Pick<Clock, 'skewMs'> } },
): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const gauge = (name: string, help: string, read: () => Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read().catch(() => Number.NaN))
      },
    })
  const count = (query: ReturnType<typeof sql<{ n: number }>>) =>
    store.system(async (tx) => Number((await query.execute(tx)).rows[0]?.n ?? 0))
  gauge('yinshi_deliveries_open', 'Deliveries planned and not yet ended', () =>
    count(sql<{ n: number }>`select coalesce(sum(open), 0) as n from delivery_chunk where not done`),
  )
  gauge('yinshi_todo_due', 'Reactions and timers that are due', () =>
    count(sql<{ n: number }>`select count(*) as n from todo where due_at <= (select clock_now())`),
  )
  gauge('yinshi_todo_failing', 'Reactions and timers that failed and will be tried again', () =>
    count(sql<{ n: number }>`select count(*) as n from todo where attempts > 0`),
  )
  gauge('yinshi_carriers_in_trouble', 'Carriers that fail or whose account is stopped', () =>
    count(sql<{ n: number }>`select count(*) as n from carrier_trouble`),
  )
  gauge(
    'register_index_age_seconds',
    'Since the register in memory was last found to be what the rows say',
    async () => register.age().seconds,
  )
  gauge('register_index_behind', '1 where a change of the register waits to be read in', async () => (register.age().behind ? 1 : 0))
  gauge('register_index_households', 'Households in the index', async () => register.snapshot().households.length)

  gauge('yinshi_clock_skew_seconds', "How far this machine's clock is ahead of the store's", async () => clock.skewMs / 1000)

  app.get('/healthz', { config: { rateLimit: false }, schema: { response: { 200: z.object({ status: z.literal('ok') }) } } }, async () => ({
    status: 'ok' as const,
  }))
  app.get('/readyz', { config: { rateLimit: false }, schema: { response: { 200: answer, 503: answer } } }, async (_, reply) => {
    const stored = await store.system((tx) => sql`select 1`.execute(tx)).then(() => 'ok', messageOf)
    const bell = await doorbell.health()
    const ill = await store.system(listTroubles).catch(() => [])
    const { seconds, behind } = register.age()
    const time = describeSkew(clock.skewMs)
    const status = stored !== 'ok' ? 'down' : bell !== 'ok' || time !== 'ok' || ill.length > 0 ? 'degraded' : 'ok'
    const known = { ageSeconds: Math.round(seconds * 10) / 10, behind }
    const carriers = ill.map(({ channel, carrier, cause, since }) => ({ channel, carrier, cause, since: chinaTime(since) }))
    return reply.status(stored === 'ok' ? 200 : 503).send({ status, store: stored, doorbell: bell, clock: time, carriers, register: known })
  })
  app.get('/metrics', async (_, reply) => reply.type(registry.contentType).send(await registry.metrics()))
}
