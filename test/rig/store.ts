import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openStore } from '../../src/base/store/open-store.js'
import type { Store } from '../../src/base/store/store.js'

/** What a test needs of tap: somewhere to leave its cleaning up. */
export interface Teardown {
  teardown(run: () => unknown): void
}

/** The two columns of the design: nothing installed, and PostgreSQL + Redis (when the environment offers them). */
export const testDatabaseUrl = process.env.TEST_DATABASE_URL || null
export const testRedisUrl = process.env.TEST_REDIS_URL || null

/** A database of its own in the test server; dropped at the end. */
export async function createTestDatabase(t: Teardown): Promise<string> {
  if (!testDatabaseUrl) throw new Error('TEST_DATABASE_URL is not set')
  const name = `yinshi_test_${randomBytes(6).toString('hex')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: testDatabaseUrl })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await run(`create database ${name}`)
  t.teardown(() => run(`drop database if exists ${name} with (force)`))
  const url = new URL(testDatabaseUrl)
  url.pathname = `/${name}`
  return url.href
}

export function makeTestFolder(t: Teardown): string {
  const folder = mkdtempSync(join(tmpdir(), 'yinshi-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A migrated store of the wanted kind. Without TEST_DATABASE_URL 'postgres' is not to be had: callers skip. */
export async function openTestStore(t: Teardown, kind: Store['kind']): Promise<Store> {
  const store =
    kind === 'postgres'
      ? await openStore({ databaseUrl: await createTestDatabase(t), dataDir: '' })
      : await openStore({ databaseUrl: null, dataDir: makeTestFolder(t) })
  t.teardown(() => store.close())
  return store
}
