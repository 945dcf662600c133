import pg from 'pg'
import type { Teardown } from './store.js'
import { until } from './until.js'

export type Write = 'insert' | 'update' | 'delete'
export interface Breakpoint {
  /** Somebody has come to it: the rows are written and not committed. */
  reached(): Promise<void>
  /** Whoever waits goes on, and nobody stops there any more. */
  lift(): Promise<void>
}

/**
 * Stops whoever writes the nth row of a table, after the write and before its commit: where a process is killed, or a server
 * goes down, without a guess at the moment.
 */
export async function breakAt(t: Teardown, databaseUrl: string, table: string, write: Write, nth = 1): Promise<Breakpoint> {
  const connect = async () => {
    const client = new pg.Client({ connectionString: databaseUrl })
    // A test may take the server itself away.
    client.on('error', () => {})
    await client.connect()
    t.teardown(() => client.end().catch(() => {}))
    return client
  }
  const client = await connect()
  const lock = 4242
  await client.query(`
    select pg_advisory_lock(${lock});
    create sequence if not exists stop_count;
    select setval('stop_count', 1, false);
    create or replace function stop_here() returns trigger language plpgsql security definer as $$
    begin
      if nextval('stop_count') = tg_argv[0]::int then perform pg_advisory_xact_lock_shared(${lock}); end if;
      return null;
    end $$;
    create or replace trigger stop_here after ${write} on ${table} for each row execute function stop_here('${nth}')`)
  const waiting = async () =>
    (
      await client.query(`select 1 from pg_locks where locktype = 'advisory' and objid = ${lock} and not granted
        and database = (select oid from pg_database where datname = current_database())`)
    ).rows.length > 0
  return {
    reached: () => until(waiting, `the ${nth}. row of ${table} to ${write}`, 30_000),
    async lift() {
      await client.end().catch(() => {})
      const again = await connect()
      await again.query(`drop trigger stop_here on ${table}`)
      await again.end()
    },
  }
}
