import { sql } from 'kysely'
import type { Store, Tx } from './store/store.js'

/**
 * The time of due times, expiry and everything people read. It is the real time unless a drill or a test moved it:
 * virtual = virtualAt + (real - realAt) * speed. SQL's clock_now() computes the same from the same row. Leases never use it.
 */
export interface Clock {
  now(): Date
  readonly speed: number
  /** Milliseconds of real time until the given time of this clock; Infinity when it stands still. */
  realMsUntil(at: Date): number
  /** speed 0 stands still, 60 runs an hour a minute. Without `at` the time goes on from where it is. */
  move(to: { at?: Date; speed?: number }): Promise<void>
  /** Reads the row again: another process may have moved it. */
  refresh(): Promise<void>
}

interface Row {
  realAt: number
  virtualAt: number
  speed: number
}

export async function openClock(store: Store): Promise<Clock> {
  const read = async (tx: Tx): Promise<Row> => {
    const row = await tx.selectFrom('clock').selectAll().executeTakeFirstOrThrow()
    return { realAt: row.real_at.getTime(), virtualAt: row.virtual_at.getTime(), speed: row.speed }
  }
  let row = await store.system(read)
  const now = () => new Date(row.virtualAt + (Date.now() - row.realAt) * row.speed)
  return {
    now,
    get speed() {
      return row.speed
    },
    realMsUntil(at) {
      const ms = at.getTime() - now().getTime()
      return ms <= 0 ? 0 : row.speed === 0 ? Number.POSITIVE_INFINITY : ms / row.speed
    },
    async move({ at, speed }) {
      row = await store.system(async (tx) => {
        await sql`update clock set virtual_at = ${at ?? sql`clock_now()`}, real_at = clock_timestamp(), speed = coalesce(${speed ?? null}::float8, speed)`.execute(
          tx,
        )
        return read(tx)
      })
    },
    async refresh() {
      row = await store.system(read)
    },
  }
}
