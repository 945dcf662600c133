import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readEnvironment } from '../../src/base/config.js'
import { startService } from '../../src/wiring.js'
import { fillFolder, sampleKey } from './made-store.js'
import { createTestDatabase, type Teardown, testRedisUrl } from './store.js'
import { until } from './until.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const ingestKey = 'rig-ingest-key'
export const password = 'rig-password'

export type Column = 'embedded + in-process' | 'PostgreSQL + Redis'

export type Json = Record<string, unknown>
export interface Answer<T> {
  status: number
  body: T
}

/** The whole service on the sample register, in this process, spoken to over HTTP like by anybody. */
export interface TestService {
  url: string
  as(username: string): Promise<Person>
  ingest(dialect: string, body: string | Buffer, key?: string): Promise<Answer<Json>>
  stop(): Promise<void>
}

/** One logged-in person; every call fails loudly unless the status is asked for. */
export interface Person {
  cookie: string
  get<T = Json>(path: string): Promise<T>
  post<T = Json>(path: string, body?: unknown): Promise<T>
  try<T = Json>(method: string, path: string, body?: unknown): Promise<Answer<T>>
}

export async function startTestService(t: Teardown, column: Column, more: Record<string, string> = {}): Promise<TestService> {
  const dataDir = mkdtempSync(join(tmpdir(), 'yinshi-rig-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const redis = column === 'PostgreSQL + Redis' ? { REDIS_URL: testRedisUrl! } : {}
  const store = more.DATABASE_URL === undefined ? await makeSampleStore(t, column, dataDir) : {}
  const variables = {
    HOST: '127.0.0.1',
    PORT: '0',
    DATA_DIR: dataDir,
    SAMPLE_PASSWORD: password,
    SAMPLE_INGEST_KEY: ingestKey,
    ...redis,
    ...store,
    ...more,
  }
  const service = await startService(readEnvironment(variables, root), 'all', root, { logLevel: process.env.LOG_LEVEL ?? 'silent' })
  let stopped = false
  const stop = async () => {
    if (stopped) return
    stopped = true
    await service.stop()
  }
  t.teardown(stop)
  const url = service.url!
  const call = async <T>(method: string, path: string, headers: Record<string, string>, body?: string | Buffer): Promise<Answer<T>> => {
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: new Uint8Array(Buffer.from(body)) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as T }
  }
  const logIn = async (username: string): Promise<Person> => {
    const response = await fetch(`${url}/api/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    })
    if (response.status !== 200) throw new Error(`${username} cannot log in: ${await response.text()}`)
    const cookie = response.headers.getSetCookie()[0]!.split(';')[0]!
    const attempt = <T>(method: string, path: string, body?: unknown) =>
      call<T>(
        method,
        path,
        { cookie, 'x-yinshi': '1', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        body === undefined ? undefined : JSON.stringify(body),
      )
    const demand = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
      const answer = await attempt<T>(method, path, body)
      if (answer.status >= 300)
        throw new Error(`${username} ${method} ${path}: ${answer.status} ${JSON.stringify(answer.body).slice(0, 500)}`)
      return answer.body
    }
    return { cookie, get: (path) => demand('GET', path), post: (path, body = {}) => demand('POST', path, body), try: attempt }
  }
  const known = new Map<string, Promise<Person>>()
  return {
    url,
    stop,
    as(username) {
      if (!known.has(username)) known.set(username, logIn(username))
      return known.get(username)!
    },
    ingest: (dialect, body, key = ingestKey) =>
      call('POST', `/api/ingest/${dialect}`, { authorization: `Bearer ${key}`, 'content-type': 'application/xml' }, body),
  }
}

/** A store that has the sample subdistrict already. */
async function makeSampleStore(t: Teardown, column: Column, dataDir: string): Promise<Record<string, string>> {
  writeFileSync(join(dataDir, 'data.key'), sampleKey.toString('hex'))
  if (column === 'PostgreSQL + Redis') return { DATABASE_URL: await createTestDatabase(t, 'sample') }
  await fillFolder(dataDir, 'sample')
  return {}
}

/** Asks again until the answer is as wanted. */
export async function eventually<T>(ask: () => Promise<T>, holds: (answer: T) => boolean, what: string, deadlineMs = 60_000): Promise<T> {
  let last: T | undefined
  await until(
    async () => {
      last = await ask()
      return holds(last)
    },
    () => `${what} (last: ${JSON.stringify(last)?.slice(0, 300)})`,
    deadlineMs,
  )
  return last as T
}
