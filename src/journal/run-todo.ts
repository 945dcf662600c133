import type { Clock } from '../base/clock.js'
import { type Log, messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import { nextDue, type TodoWorker } from './todo.js'

/** The longest wait between two looks: what another process wrote, or a moved clock, is found by then. */
const longestMs = 1000

export interface TodoRunner {
  /** Look at once: something was written, or the service starts. Before the first ring nothing is run. */
  ring(): void
  /** Runs what is due and answers when nothing is. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** Drains the todo rows when rung, when the next one is due, and at least every second. */
export function createTodoRunner(store: Store, clock: Clock, worker: TodoWorker, log: Log): TodoRunner {
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | null = null
  let again = false
  const run = async () => {
    do {
      again = false
      await worker.drain().catch((e) => log.error({ reason: messageOf(e) }, 'draining what is due failed'))
    } while (again && !stopped)
    const due = await store.system(nextDue).catch(() => null)
    running = null
    if (again) return look()
    const ms = due ? Math.max(20, clock.realMsUntil(due)) : longestMs
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(look, Math.min(longestMs, ms))
  }
  const look = () => {
    if (stopped) return
    if (running) again = true
    else running = run()
  }
  return {
    ring: look,
    async drain() {
      look()
      while (running) await running
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await running
    },
  }
}
