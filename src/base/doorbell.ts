import { EventEmitter } from 'node:events'
import Bull from 'bull'
import { Redis } from 'ioredis'
import { type Log, messageOf } from './log.js'

/**
 * Says "lane X has work", nothing else. It may be lost, repeated or late without harm: the rows are the truth and a timer
 * rings every few seconds anyway. Answers when the ring was handed on or given up; it never throws.
 */
export interface Doorbell {
  readonly kind: 'in-process' | 'redis'
  ring(lane: string): void
  onRing(lane: string, answer: () => Promise<unknown>): void
  /** 'ok', or why rings do not get through just now. */
  health(): Promise<string>
  stop(): Promise<void>
}

/** At most one answer per lane runs at a time; rings during it make it run once more. */
function coalesce(answer: () => Promise<unknown>, log: Log): () => Promise<void> {
  let running: Promise<void> | null = null
  let again = false
  const run = async () => {
    do {
      again = false
      await answer().catch((e) => log.error({ reason: messageOf(e) }, 'answering a doorbell failed'))
    } while (again)
    running = null
  }
  return () => {
    if (running) again = true
    else running = run()
    return running ?? Promise.resolve()
  }
}

export function createInProcessDoorbell(log: Log): Doorbell {
  const bell = new EventEmitter().setMaxListeners(0)
  return {
    kind: 'in-process',
    ring: (lane) => void setImmediate(() => bell.emit(lane)),
    onRing: (lane, answer) => void bell.on(lane, coalesce(answer, log)),
    health: async () => 'ok',
    stop: async () => void bell.removeAllListeners(),
  }
}

/** Bull jobs carry the lane only and remove themselves; no job id of our own (a kept id would be ignored: reliability E5). */
export function createRedisDoorbell(url: string, prefix: string, log: Log): Doorbell {
  const shared = { maxRetriesPerRequest: null, enableReadyCheck: false }
  const client = new Redis(url, shared)
  const subscriber = new Redis(url, shared)
  const all = [client, subscriber]
  const quiet = (c: Redis) => c.on('error', (e) => log.warn({ reason: messageOf(e) }, 'redis'))
  all.forEach(quiet)
  // Every lane's queue listens on the two shared connections.
  for (const c of all) c.setMaxListeners(0)
  const queues = new Map<string, Bull.Queue>()
  const queue = (lane: string): Bull.Queue => {
    const known = queues.get(lane)
    if (known) return known
    const made = new Bull(lane, {
      prefix,
      createClient(type) {
        if (type === 'client') return client
        if (type === 'subscriber') return subscriber
        const blocking = new Redis(url, shared)
        quiet(blocking)
        all.push(blocking)
        return blocking
      },
      settings: { lockDuration: 8000, stalledInterval: 4000, maxStalledCount: 5 },
    })
    made.on('error', (e) => log.warn({ lane, reason: messageOf(e) }, 'doorbell'))
    queues.set(lane, made)
    return made
  }
  return {
    kind: 'redis',
    ring(lane) {
      // add() never settles while Redis is away (STACK §3): not awaited, and only tried when the line is up.
      if (client.status !== 'ready') return
      queue(lane)
        .add({ lane }, { removeOnComplete: true, removeOnFail: true })
        .catch((e) => log.warn({ lane, reason: messageOf(e) }, 'ringing failed; the timer will do'))
    },
    onRing(lane, answer) {
      const run = coalesce(answer, log)
      queue(lane).process(1, async () => {
        await run()
      })
    },
    async health() {
      if (client.status !== 'ready') return `redis is ${client.status}`
      const late = new Promise<string>((ok) => setTimeout(() => ok('redis does not answer within 1 s'), 1000).unref())
      return Promise.race([client.ping().then(() => 'ok', messageOf), late])
    },
    async stop() {
      const closing = [...queues.values()].map((q) => q.close(true))
      await Promise.race([Promise.allSettled(closing), new Promise((ok) => setTimeout(ok, 3000).unref())])
      for (const c of all) c.disconnect()
    },
  }
}
