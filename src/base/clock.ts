import { sql } from 'kysely'
import type { Store, Tx } from './store/store.js'

/**
 * The time of due times, expiry and everything people read. It is the real time unless a drill or a test moved it:
 * virtual = virtualAt + (real - realAt) * speed, and never later than stopsAt: however slow the machine, it cannot run past what
 * it has to wait for. SQL's clock_now() computes the same from the same row, and where the two machines disagree the store is right:
 * time must not depend on who looks. Leases never use it.
 */
export interface Clock {
  now(): Date
  readonly speed: number
  /** How far the clock of this machine is ahead of the store's, in milliseconds; what little a question takes counts as nothing. */
  readonly skewMs: number
  /** Where it will stand still; null: nowhere. */
  readonly stopsAt: Date | null
  /** Milliseconds of real time until the given time of this clock; Infinity when it stands still. */
  realMsUntil(at: Date): number
  /** speed 0 stands still, 60 runs an hour a minute. What is left out stays as it is: time, speed, stop. */
  move(to: { at?: Date; speed?: number; stopsAt?: Date | null }): Promise<void>
  /** Reads the row again: another process may have moved it. */
  refresh(): Promise<void>
}

interface Row {
  realAt: number
  virtualAt: number
  speed: number
  stopsAt: number
}

const never = Number.POSITIVE_INFINITY
/** Less than this is the road to the store, not a wrong clock. */
const noSkewMs = 1000

/** A clock that is more than a minute wrong wants mending: carriers refuse requests of another quarter of an hour. */
export function describeSkew(skewMs: number): string {
  if (Math.abs(skewMs) < 60_000) return 'ok'
  return `the clock of this machine is ${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} the store's; set it right (NTP)`
}

export async function openClock(store: Store): Promise<Clock> {
  let skewMs = 0
  const read = async (tx: Tx): Promise<Row> => {
    const before = Date.now()
    const row = await tx.selectFrom('clock').selectAll().select(sql<Date>`clock_timestamp()`.as('there')).executeTakeFirstOrThrow()
    const there = row.there.getTime()
    const ahead = before > there ? before - there : Math.min(0, Date.now() - there)
    skewMs = Math.abs(ahead) < noSkewMs ? 0 : ahead
    return {
      realAt: row.real_at.getTime(),
      virtualAt: row.virtual_at.getTime(),
      speed: row.speed,
      stopsAt: row.stops_at?.getTime() ?? never,
    }
  }
  let row = await store.system(read)
  const now = () => new Date(Math.min(row.virtualAt + (Date.now() - skewMs - row.realAt) * row.speed, row.stopsAt))
  return {
    now,
    get speed() {
      return row.speed
    },
    get skewMs() {
      return skewMs
    },
    get stopsAt() {
      return row.stopsAt === never ? null : new Date(row.stopsAt)
    },
    realMsUntil(at) {
      const ms = at.getTime() - now().getTime()
      return ms <= 0 ? 0 : row.speed === 0 || at.getTime() > row.stopsAt ? Number.POSITIVE_INFINITY : ms / row.speed
    },
    async move({ at, speed, stopsAt }) {
      row = await store.system(async (tx) => {
        const from = at ? sql`${at}::timestamptz` : sql`clock_now()`
        // A stop that is over already is here and now: the clock never goes back by itself.
        const stop = stopsAt === undefined ? sql`stops_at` : stopsAt && sql`greatest(${stopsAt}::timestamptz, ${from})`
        await sql`update clock set virtual_at = ${from}, real_at = clock_timestamp(), speed = coalesce(${speed ?? null}::float8, speed),
          stops_at = ${stop}`.execute(tx)
        return read(tx)
      })
    },
    async refresh() {
      row = await store.system(read)
    },
  }
}
