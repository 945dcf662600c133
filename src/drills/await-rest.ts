import { sql } from 'kysely'
import type { Store } from '../base/store/store.js'

/** Real milliseconds without anything getting done before the drill goes on without it. */
const patienceMs = 60_000

interface Deps {
  store: Store
  /** Looks at the drill's feeds and at everything that is due at once, as the timers would. */
  settle: () => Promise<void>
}

/**
 * Waits until nothing is due and nothing waits to be sent: the service has done what the last step set off. Answers how much is
 * left: 0, or what did not move for a minute. What an officer holds is not waited for.
 */
export async function awaitRest({ store, settle }: Deps, gone: () => boolean): Promise<number> {
  let last = Number.POSITIVE_INFINITY
  let deadline = 0
  for (;;) {
    await settle()
    const busy = await countBusy(store)
    if (busy === 0 || gone()) return 0
    if (busy !== last) deadline = Date.now() + patienceMs
    else if (Date.now() > deadline) return busy
    last = busy
    await new Promise((ok) => setTimeout(ok, 20))
  }
}

async function countBusy(store: Store): Promise<number> {
  const { rows } = await store.system((tx) =>
    sql<{ n: number }>`select (select count(*) from todo where due_at <= clock_now() and attempts = 0)
      + (select count(*) from delivery_chunk c join alert a on a.id = c.alert_id
        where not c.done and c.not_before <= clock_now() and a.state <> 'held') as n`.execute(tx),
  )
  return Number(rows[0]?.n ?? 0)
}
