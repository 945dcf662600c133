import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { lockFolder } from './folder-lock.js'
import { migrate } from './migrate.js'
import { createStore, type Store } from './store.js'
import type { Tables } from './tables.js'

pg.types.setTypeParser(pg.types.builtins.INT8, Number)

const dialect = (config: pg.PoolConfig) => {
  const pool = new pg.Pool(config)
  // A connection that breaks must not end the process, whether it is idle or between two statements of a transaction: the pool makes a new one.
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  return new PostgresDialect({ pool })
}

/** Opens PostgreSQL (databaseUrl) or the embedded store (dataDir) and brings the schema up to date. */
export async function openStore({ databaseUrl, dataDir }: { databaseUrl: string | null; dataDir: string }): Promise<Store> {
  return databaseUrl ? openPostgres(databaseUrl) : openEmbedded(join(resolve(dataDir), 'store'))
}

/** No transaction waits for anything outside: one that is idle for so long belongs to a machine that froze or vanished, and others need its rows. */
const frozenAfterMs = 60_000

async function openPostgres(connectionString: string): Promise<Store> {
  const patience = { connectionTimeoutMillis: 10_000, idle_in_transaction_session_timeout: frozenAfterMs, keepAlive: true }
  const db = new Kysely<Tables>({ dialect: dialect({ ...patience, connectionString, max: 10 }) })
  await migrate(db)
  return createStore('postgres', db, () => db.destroy())
}

/** Answers when the thread says so; fails with its words. */
async function said<T>(worker: Worker, what: string): Promise<T> {
  return new Promise((ok, no) => {
    const end = (code: number) => no(new Error(`the embedded store ended with code ${code}`))
    worker.once('error', no)
    worker.once('exit', end)
    const hear = (m: Record<string, unknown>) => {
      if (!(what in m) && !('failed' in m)) return
      worker.off('message', hear)
      worker.off('error', no)
      worker.off('exit', end)
      if ('failed' in m) no(new Error(String(m.failed)))
      else ok(m as T)
    }
    worker.on('message', hear)
  })
}

async function openEmbedded(folder: string): Promise<Store> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const unlock = await lockFolder(folder)
  // A unix socket path has 107 bytes at most, so it lives in a folder of its own (0700) under the system's temporary one.
  const socketDir = mkdtempSync(join(tmpdir(), `yinshi-${createHash('sha256').update(folder).digest('hex').slice(0, 6)}-`))
  const socket = join(socketDir, '.s.PGSQL.5432')
  const worker = new Worker(new URL(`./embedded-worker${extname(import.meta.url)}`, import.meta.url), { workerData: { folder, socket } })
  const { durable } = await said<{ durable: boolean }>(worker, 'ready')
  if (!durable) {
    await worker.terminate()
    throw new Error(
      `A commit does not reach the disk in ${folder}: the embedded store is not safe here. Set DATABASE_URL to a PostgreSQL server.`,
    )
  }
  const db = new Kysely<Tables>({
    dialect: dialect({ host: socketDir, user: 'postgres', database: 'postgres', max: 1, idleTimeoutMillis: 0 }),
  })
  const close = async () => {
    await db.destroy()
    const stopped = said(worker, 'stopped')
    worker.postMessage('stop')
    await stopped.catch(() => {})
    await worker.terminate()
    rmSync(socketDir, { recursive: true, force: true })
    unlock()
  }
  await migrate(db).catch(async (e) => {
    await close()
    throw e
  })
  return createStore('embedded', db, close)
}
