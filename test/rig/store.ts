import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openStore } from '../../src/base/store/open-store.js'
import type { Store } from '../../src/base/store/store.js'
import { type Content, fillDatabase, fillFolder } from './made-store.js'

/** What a test needs of tap: somewhere to leave its cleaning up. */
export interface Teardown {
  teardown(run: () => unknown): void
}

/** The two columns of the design: nothing installed, and PostgreSQL + Redis (when the environment offers them). */
export const testDatabaseUrl = process.env.TEST_DATABASE_URL || null
export const testRedisUrl = process.env.TEST_REDIS_URL || null

/** A database of its own in the test server; dropped at the end. */
export async function createTestDatabase(t: Teardown, content: Content = 'nothing'): Promise<string> {
  if (!testDatabaseUrl) throw new Error('TEST_DATABASE_URL is not set')
  const name = `yinshi_test_${randomBytes(6).toString('hex')}`
  const run = async (work: (admin: pg.Client) => Promise<unknown>) => {
    const admin = new pg.Client({ connectionString: testDatabaseUrl })
    await admin.connect()
    await work(admin).finally(() => admin.end())
  }
  const urlOf = (name: string) => Object.assign(new URL(testDatabaseUrl!), { pathname: `/${name}` }).href
  await run((admin) => fillDatabase(admin, name, content, urlOf))
  t.teardown(() => run((admin) => admin.query(`drop database if exists ${name} with (force)`)))
  return urlOf(name)
}

export function makeTestFolder(t: Teardown): string {
  const folder = mkdtempSync(join(tmpdir(), 'yinshi-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store of the wanted kind with its tables. Without TEST_DATABASE_URL 'postgres' is not to be had: callers skip. */
export async function openTestStore(t: Teardown, kind: Store['kind'], content: Content = 'tables'): Promise<Store> {
  const databaseUrl = kind === 'postgres' ? await createTestDatabase(t, content) : null
  const dataDir = databaseUrl ? '' : makeTestFolder(t)
  if (!databaseUrl) await fillFolder(dataDir, content)
  const store = await openStore({ databaseUrl, dataDir })
  t.teardown(() => store.close())
  return store
}
