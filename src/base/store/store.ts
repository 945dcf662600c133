import { type Kysely, sql, type Transaction } from 'kysely'
import type { Tables } from './tables.js'

export type Tx = Transaction<Tables>

/** In whose name a transaction runs. scope is a place-code prefix: '' sees everything, a grid's code sees that grid. */
export interface Actor {
  person: string
  role: string
  scope: string
}

export const systemActor: Actor = { person: 'system', role: 'system', scope: '' }

/**
 * The only way to the rows. Every transaction carries person and scope and runs as the role that row-level security binds,
 * on PostgreSQL and on the embedded store alike. Inside, use `tx` only: the embedded store has a single connection.
 * `work` touches rows and nothing else, for it may be run again (docs/decisions/0007).
 */
export interface Store {
  readonly kind: 'embedded' | 'postgres'
  act<T>(actor: Actor, work: (tx: Tx) => Promise<T>): Promise<T>
  /** Shorthand for work of the service itself. */
  system<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const actors = new WeakMap<object, Actor>()
const afterCommits = new WeakMap<object, Set<() => void>>()

/** Who acts in this transaction. */
export function actorOf(tx: Tx): Actor {
  return actors.get(tx) ?? systemActor
}

/** Runs once the transaction is committed (not at all if it fails): ringing a doorbell, waking a cache. */
export function afterCommit(tx: Tx, run: () => void): void {
  afterCommits.get(tx)?.add(run)
}

/** Deadlock and serialization failure: the server undid the whole transaction so that another could go on. */
const undoneCodes = ['40P01', '40001']
const mostTries = 5
const wasUndone = (error: unknown) => undoneCodes.includes(String((error as { code?: unknown } | null)?.code))

export function createStore(kind: Store['kind'], db: Kysely<Tables>, close: () => Promise<void>): Store {
  const once: Store['act'] = async (actor, work) => {
    const after = new Set<() => void>()
    const result = await db.transaction().execute(async (tx) => {
      actors.set(tx, actor)
      afterCommits.set(tx, after)
      // Compiling a statement costs a second where its estimate is off, on tables that have just been filled: never worth it here.
      await sql`select set_config('jit', 'off', true), set_config('role', 'yinshi_app', true), set_config('yinshi.person', ${actor.person}, true), set_config('yinshi.scope', ${actor.scope}, true)`.execute(
        tx,
      )
      return work(tx)
    })
    for (const run of after) run()
    return result
  }
  const act: Store['act'] = async (actor, work) => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(actor, work)
      } catch (e) {
        if (tries === mostTries || !wasUndone(e)) throw e
      }
    }
  }
  return { kind, act, system: (work) => act(systemActor, work), close }
}
