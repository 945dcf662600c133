import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { sql } from 'kysely'
import { createRedisDoorbell, type Doorbell } from '../../src/base/doorbell.js'
import type { Store } from '../../src/base/store/store.js'
import { channels } from '../../src/messages/channel.js'
import { clean, doorbellReady, issueAlert, listen, momentOf, openOutbox, quiet, sendAtOnce, withDatabase } from './delivery-ground.js'
import { fillPeer, insertSelect, jobPerMessage, skipLocked } from './delivery-naive.js'
import { type Part, startPart } from './delivery-parts.js'
import { atMost, beside, type Figure, median } from './figure.js'

/**
 * Delivery on PostgreSQL + Redis with two worker processes, beside the designs people write first. The carrier is the SMS double in a
 * process of its own, which checks every signature and every number. BENCH_PARTS narrows it (bookkeeping,wire,plan,headline,waiting),
 * BENCH_PEOPLE is the million.
 */
const million = Number(process.env.BENCH_PEOPLE ?? 1_000_000)
const rounds = 3
const small = Math.min(million, 10_000)
/** To how many alerts are issued. */
const audiences = [10, 1000, small, million]
const parts: Record<string, (ground: Ground) => Promise<Figure[]>> = { bookkeeping, wire, plan, headline, waiting }

export async function delivery(): Promise<Figure[]> {
  const wanted = process.env.BENCH_PARTS?.split(',') ?? Object.keys(parts)
  const figures: Figure[] = []
  for (const name of wanted) figures.push(...(await withGround(parts[name]!)))
  return figures
}

interface Ground {
  url: string
  redisUrl: string
  store: Store
  redis: Redis
  bell: Doorbell
  double: Part
  /** Two processes that send through the double, or through a sender that answers at once. */
  workers<T>(carrier: 'double' | 'at-once', run: () => Promise<T>): Promise<T>
  origin: string
}

async function withGround<T>(run: (ground: Ground) => Promise<T>): Promise<T> {
  const redisUrl = process.env.TEST_REDIS_URL
  if (!redisUrl) throw new Error('delivery needs Redis: set TEST_REDIS_URL')
  const prefix = `bench-${randomBytes(4).toString('hex')}`
  return withDatabase(async (url, store) => {
    const bell = createRedisDoorbell(redisUrl, prefix, quiet)
    await doorbellReady(bell)
    listen(bell)
    const redis = new Redis(redisUrl)
    const double = await startPart('./sms-double-process.ts', {})
    const origin = String((await double.ask()).origin)
    const workers: Ground['workers'] = async (carrier, work) => {
      const env = {
        DATABASE_URL: url,
        REDIS_URL: redisUrl,
        PREFIX: prefix,
        PEOPLE: audiences.join(','),
        ...(carrier === 'double' ? { CARRIER: origin } : {}),
      }
      const two = await Promise.all([0, 1].map(() => startPart('./delivery-process.ts', env)))
      try {
        return await work()
      } finally {
        await Promise.all(two.map((part) => part.stop()))
      }
    }
    try {
      return await run({ url, redisUrl, store, redis, bell, double, origin, workers })
    } finally {
      await double.stop()
      await bell.stop()
      redis.disconnect()
    }
  })
}

const rest = (ms: number) => new Promise((ok) => setTimeout(ok, ms))

/** Plans in this process, hands on nothing. Answers seconds. */
async function planOnly({ store, bell }: Ground, people: number): Promise<{ alertId: string; seconds: number }> {
  const { todo } = await openOutbox(store, bell, new Map(channels.map((c) => [c, sendAtOnce(c)])), 'live', [people])
  const { id } = await issueAlert(store, people)
  const began = performance.now()
  await todo.drain()
  return { alertId: id, seconds: (performance.now() - began) / 1000 }
}

async function accepted(store: Store, alertId: string): Promise<void> {
  while ((await momentOf(store, alertId, 'delivery.last-accepted')) === null) await rest(20)
}

/** Rows that stand there are taken and written down by two processes; their sender answers at once. */
async function bookkeeping(ground: Ground): Promise<Figure[]> {
  const { store, url, redisUrl } = ground
  const people = Math.min(million, 200_000)
  const [ours, jobs, bare]: number[][] = [[], [], []]
  for (let round = 0; round < rounds; round++) {
    await fillPeer(store, people / 20)
    jobs!.push(await jobPerMessage(url, redisUrl, people / 20, null))
    await fillPeer(store, people)
    bare!.push(await skipLocked(url, people))
    await clean(store, 'live')
    const { alertId } = await planOnly(ground, people)
    ours!.push(await ground.workers('at-once', async () => rateSince(store, alertId, people)))
  }
  const rate = median(ours!)
  return [
    beside(
      'delivery: bookkeeping alone',
      rate,
      'messages/s',
      { name: 'one Bull job and one UPDATE per message', value: median(jobs!) },
      15,
    ),
    beside('delivery: bookkeeping alone', rate, 'messages/s', { name: 'a bare SKIP LOCKED drain', value: median(bare!) }, 0.5),
  ]
}

/** From the first that was accepted, for the processes had to start. */
async function rateSince(store: Store, alertId: string, people: number): Promise<number> {
  await accepted(store, alertId)
  const [first, last] = [
    await momentOf(store, alertId, 'delivery.first-accepted'),
    await momentOf(store, alertId, 'delivery.last-accepted'),
  ]
  return (1000 * people) / (last! - first!)
}

/** Rows that stand there go through the double, beside undici driving the same double with the same requests. */
async function wire(ground: Ground): Promise<Figure[]> {
  const { store, double, origin } = ground
  const people = Math.min(million, 400_000)
  const [ours, bare]: number[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    const env = { CARRIER: origin, PEOPLE: String(people) }
    const drivers = await Promise.all(['0', '1'].map((SHARE) => startPart('./delivery-driver.ts', { ...env, SHARE })))
    bare!.push(await burst(double, people, () => Promise.all(drivers.map((d) => d.ask()))))
    await Promise.all(drivers.map((d) => d.stop()))
    await clean(store, 'live')
    const { alertId } = await planOnly(ground, people)
    const work = () => ground.workers('double', () => accepted(store, alertId))
    ours!.push(await burst(double, people, work))
  }
  const peer = { name: 'undici driving the same double without bookkeeping', value: median(bare!) }
  return [beside('delivery: through the SMS double', median(ours!), 'messages/s', peer, 0.5)]
}

/** Messages a second, by the double's own count, from the first to the last of them. */
async function burst(double: Part, people: number, run: () => Promise<unknown>): Promise<number> {
  const before = Number((await double.ask()).count)
  await run()
  let told = await double.ask()
  const { firstAt } = told
  while (Number(told.count) - before < people) {
    await rest(20)
    told = await double.ask()
  }
  return (1000 * people) / (Number(told.lastAt) - Number(firstAt))
}

async function plan(ground: Ground): Promise<Figure[]> {
  const { store } = ground
  const [ours, bare]: number[][] = [[], []]
  for (let round = 0; round < rounds; round++) {
    await clean(store, 'live')
    bare!.push(await insertSelect(store, million))
    await clean(store, 'live')
    ours!.push(million / (await planOnly(ground, million)).seconds)
  }
  const peer = { name: 'the bare INSERT … SELECT of the same columns', value: median(bare!) }
  return [beside(`delivery: planning ${million} deliveries`, median(ours!), 'rows/s', peer, 0.7)]
}

interface Run {
  firstMs: number
  lastMs: number
  wal: number
  redis: number
}

/** From the press to the last message that the double took. */
async function fanOut({ store, redis, double }: Ground, people: number): Promise<Run> {
  await clean(store, 'live')
  const { count } = await double.ask()
  const [wal, net] = [await readWal(store), await readRedis(redis)]
  const pressed = Date.now()
  const { id } = await issueAlert(store, people)
  await accepted(store, id)
  const told = await double.ask()
  if (Number(told.count) - Number(count) !== people) throw new Error(`${Number(told.count) - Number(count)} of ${people} were handed over`)
  const bytes = { wal: ((await readWal(store)) - wal) / people, redis: ((await readRedis(redis)) - net) / people }
  return { firstMs: Number(told.firstAt) - pressed, lastMs: Number(told.lastAt) - pressed, ...bytes }
}

async function headline(ground: Ground): Promise<Figure[]> {
  const { store, url, redisUrl, origin } = ground
  const naive: number[] = []
  const runs = await ground.workers('double', async () => {
    await fanOut(ground, small)
    const all: { big: Run; small: Run }[] = []
    for (let round = 0; round < rounds; round++) {
      all.push({ small: await fanOut(ground, small), big: await fanOut(ground, million) })
      await fillPeer(store, small)
      naive.push(await jobPerMessage(url, redisUrl, small, origin))
    }
    return all
  })
  const of = (pick: (run: { big: Run; small: Run }) => number) => median(runs.map(pick))
  const lastMs = of((r) => r.big.lastMs)
  const naiveMs = (1000 * million) / median(naive)
  const ratio = naiveMs / lastMs
  const name = `delivery: ${million} people, press to last handed over`
  const peer = { name: `one Bull job, one SDK call, one UPDATE per person (measured on ${small})`, value: naiveMs }
  return [
    atMost(name, lastMs, 'ms', 5000),
    { name, value: lastMs, unit: 'ms', peer, ratio, target: 50, holds: ratio >= 50 },
    atMost(
      'delivery: press to first handed over',
      of((r) => r.big.firstMs),
      'ms',
      100,
    ),
    atMost(
      `delivery: cost per message, ${million} beside ${small}`,
      of((r) => r.big.lastMs / million / (r.small.lastMs / small)),
      'x',
      1.2,
    ),
    atMost(
      'delivery: WAL per message',
      of((r) => r.big.wal),
      'bytes',
      400,
    ),
    atMost(
      'delivery: Redis per message',
      of((r) => r.big.redis),
      'bytes',
      10,
    ),
  ]
}

/** Issue → first accepted of red alerts to a few people, with nothing waiting and with a million blue ones on their way. */
async function waiting(ground: Ground): Promise<Figure[]> {
  const { store } = ground
  const worst = (list: number[]) => [...list].sort((a, b) => a - b)[Math.ceil(list.length * 0.99) - 1]!
  const [quietMs, busyMs] = await ground.workers('double', async () => {
    await fanOut(ground, 1000)
    const calm: number[] = []
    while (calm.length < 100) calm.push(await firstOf(store))
    const { id } = await issueAlert(store, million, 'blue')
    while ((await momentOf(store, id, 'delivery.first-accepted')) === null) await rest(10)
    const busy: number[] = []
    while ((await momentOf(store, id, 'delivery.last-accepted')) === null) busy.push(await firstOf(store))
    return [calm, busy]
  })
  return [
    atMost('delivery: issue to first accepted, nothing waiting, p99', worst(quietMs!), 'ms', 300),
    atMost(`delivery: issue to first accepted, ${million} blue ones waiting, p99 of ${busyMs!.length}`, worst(busyMs!), 'ms', 1000),
  ]
}

async function firstOf(store: Store): Promise<number> {
  const { id } = await issueAlert(store, 10)
  for (;;) {
    const ms = await momentOf(store, id, 'delivery.first-accepted')
    if (ms !== null) return ms
    await rest(5)
  }
}

const readWal = async (store: Store): Promise<number> => {
  const { rows } = await store.system((tx) =>
    sql<{ at: number }>`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as at`.execute(tx),
  )
  return rows[0]!.at
}
const readRedis = async (redis: Redis): Promise<number> => Number(/total_net_input_bytes:(\d+)/.exec(await redis.info('stats'))?.[1])
