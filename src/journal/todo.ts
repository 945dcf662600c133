import { sql } from 'kysely'
import { type Log, messageOf } from '../base/log.js'
import { afterCommit, type Store, systemActor, type Tx } from '../base/store/store.js'
import { type Reaction, readEntry } from './journal.js'

/**
 * Rows that say something must happen: a reaction to a journal entry (due at once) or a timer (due at a time of the clock).
 * Any process claims them. A handler that works with the store alone runs in the transaction that removes its row; a handler
 * that talks to the outside must be made of two: one that writes rows, and a drain of those rows.
 */
export type TimerHandler = (tx: Tx, subject: string, payload: Record<string, unknown>) => Promise<void>

/** Sets the timer (kind, subject); one that is set already is moved to the new time. */
export async function setTimer(
  tx: Tx,
  kind: string,
  subject: string,
  dueAt: Date | null,
  payload: Record<string, unknown> = {},
): Promise<void> {
  await writeTimer(tx, kind, subject, dueAt, payload)
  afterCommit(tx, () => ring())
}

async function writeTimer(tx: Tx, kind: string, subject: string, dueAt: Date | null, payload: Record<string, unknown>): Promise<void> {
  await tx
    .insertInto('todo')
    .values({ kind, subject, payload: JSON.stringify(payload), ...(dueAt ? { due_at: dueAt } : {}) })
    .onConflict((c) =>
      c.columns(['kind', 'subject']).doUpdateSet((x) => ({
        due_at: x.ref('excluded.due_at'),
        payload: sql`excluded.payload`,
        attempts: 0,
        lease_until: null,
        last_error: null,
      })),
    )
    .execute()
}

/**
 * Long work goes on in a transaction of its own, by whoever is at it: nobody is rung for. The next look of any process finds it
 * should this one die.
 */
export const goOn = (tx: Tx, kind: string, subject: string, payload: Record<string, unknown>): Promise<void> =>
  writeTimer(tx, kind, subject, null, payload)

export async function clearTimer(tx: Tx, kind: string, subject: string): Promise<void> {
  await tx.deleteFrom('todo').where('kind', '=', kind).where('subject', '=', subject).execute()
}

let ring: () => void = () => {}
export function setTodoBell(bell: () => void): void {
  ring = bell
}

export interface TodoWorker {
  /** Runs everything that is due; answers how many ran. Safe to call in many processes at once. */
  drain(): Promise<number>
}

export function createTodoWorker(
  store: Store,
  reactions: Record<string, Reaction>,
  timers: Record<string, TimerHandler>,
  log: Log,
): TodoWorker {
  const run = async (tx: Tx, kind: string, subject: string, payload: Record<string, unknown>) => {
    if (!kind.startsWith('react:')) {
      const timer = timers[kind]
      if (!timer) throw new Error(`no timer is called ${kind}`)
      return timer(tx, subject, payload)
    }
    const reaction = reactions[kind.slice('react:'.length)]
    if (!reaction) throw new Error(`no reaction is called ${kind}`)
    const entry = await readEntry(tx, Number(subject))
    if (entry) await reaction(tx, entry)
  }

  /** One row: claimed, run and removed in one transaction. Rows come in order of their time, then of their making. */
  const runOne = async (): Promise<boolean> => {
    let current: { id: number; kind: string } | null = null
    try {
      return await store.act(systemActor, async (tx) => {
        const row = await tx
          .selectFrom('todo')
          .selectAll()
          .where('due_at', '<=', sql<Date>`(select clock_now())`)
          .where((w) => w.or([w('lease_until', 'is', null), w('lease_until', '<', sql<Date>`clock_timestamp()`)]))
          .orderBy('due_at')
          .orderBy('id')
          .limit(1)
          .forUpdate()
          .skipLocked()
          .executeTakeFirst()
        if (!row) return false
        current = row
        await tx.deleteFrom('todo').where('id', '=', row.id).execute()
        await run(tx, row.kind, row.subject, row.payload)
        return true
      })
    } catch (e) {
      const failed = current as { id: number; kind: string } | null
      if (!failed) throw e
      log.error(
        { todo: failed.id, kind: failed.kind, reason: messageOf(e), stack: e instanceof Error ? e.stack : undefined },
        'a due task failed and will be tried again',
      )
      await store.system((tx) =>
        tx
          .updateTable('todo')
          .set({
            attempts: sql`attempts + 1`,
            last_error: messageOf(e),
            lease_until: sql`clock_timestamp() + least(300, power(2, least(attempts, 9)))::int * interval '1 second'`,
          })
          .where('id', '=', failed.id)
          .execute(),
      )
      return true
    }
  }

  return {
    async drain() {
      let count = 0
      while (await runOne()) count++
      return count
    },
  }
}

/** When the next timer is due, so that a tick is not waited for; null when none waits. Reactions are due at once and rung for. */
export async function nextDue(tx: Tx): Promise<Date | null> {
  const row = await tx
    .selectFrom('todo')
    .select((e) => e.fn.min('due_at').as('due'))
    .where('due_at', '>', sql<Date>`'-infinity'`)
    .executeTakeFirst()
  return (row?.due as Date | null) ?? null
}
