import { type OwnPostgres, type OwnRedis, startPostgres, startRedis } from '../../scripts/servers.mjs'
import { makeTestFolder, type Teardown, testDatabaseUrl, testRedisUrl } from './store.js'

/** Servers that one test may kill. The shared ones stand for "installed here": where they are not, callers skip. */
export const noPostgres = testDatabaseUrl ? false : 'needs PostgreSQL'
export const noRedis = testRedisUrl ? false : 'needs Redis'

export async function openOwnPostgres(t: Teardown): Promise<OwnPostgres> {
  const server = await startPostgres(makeTestFolder(t), { fsync: 'off', shared_buffers: '32MB' })
  if (!server) throw new Error('PostgreSQL is not installed here, and TEST_DATABASE_URL points elsewhere')
  t.teardown(() => server.stop())
  return server
}

export async function openOwnRedis(t: Teardown, settings: Record<string, string> = {}): Promise<OwnRedis> {
  const server = await startRedis(makeTestFolder(t), settings)
  if (!server) throw new Error('Redis is not installed here, and TEST_REDIS_URL points elsewhere')
  t.teardown(() => server.kill())
  return server
}
