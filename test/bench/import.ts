import { monitorEventLoopDelay } from 'node:perf_hooks'
import pg from 'pg'
import { createSeal } from '../../src/base/seal.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Actor } from '../../src/base/store/store.js'
import { applyImport } from '../../src/register/import/apply-import.js'
import { tryImport } from '../../src/register/import/try-import.js'
import { loadSample } from '../../src/register/sample/load-sample.js'
import { openRegister } from '../../src/register/snapshot.js'
import { createTestDatabase, testDatabaseUrl } from '../rig/store.js'
import { atMost, beside, type Figure } from './figure.js'

const rows = 100_000
const megabyte = 1024 * 1024
const admin: Actor = { person: 'p-admin', role: 'admin', scope: '500154002' }
const heading = '户主,网格,住址,人数,联系电话,家属电话,风险类型,在家\n'

/** New doors in every grid of the sample, each with one or two numbers of the invented block. */
function makeRows(grids: readonly string[]): string[] {
  const phone = (n: number) => `16200${String(n).padStart(6, '0')}`
  return Array.from({ length: rows }, (_, i) => {
    const door = Math.floor(i / grids.length)
    const address = `新苑${1 + Math.floor(door / 200)}栋${1 + (door % 4)}单元${1 + (Math.floor(door / 4) % 50)}0${1 + (door % 2)}室`
    return [
      `户${i}`,
      grids[i % grids.length],
      address,
      1 + (i % 5),
      phone(i),
      i % 3 ? '' : phone(rows + i),
      i % 4 ? '无' : '独居',
      '在家',
    ].join(',')
  })
}

/** The rows as they are, by COPY into a table without index or rule: the least that the store itself can take. */
async function copyRows(url: string, text: Buffer): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('create table plain (head text, grid text, address text, people int, phone text, family text, risk text, home text)')
  const started = performance.now()
  await new Promise<void>((done, fail) => {
    let failed: Error | null = null
    client.query({
      submit: (connection: { query(sql: string): void }) => connection.query('copy plain from stdin with (format csv)'),
      handleCopyInResponse(connection: { sendCopyFromChunk(chunk: Buffer): void; endCopyFrom(): void }) {
        connection.sendCopyFromChunk(text)
        connection.endCopyFrom()
      },
      handleError: (error: Error) => {
        failed = error
      },
      handleCommandComplete: () => {},
      handleReadyForQuery: () => (failed ? fail(failed) : done()),
    } as unknown as pg.Submittable)
  })
  const seconds = (performance.now() - started) / 1000
  await client.end()
  return seconds
}

/** Highest resident memory and longest wait of everybody else while `work` runs. */
async function watched<T>(work: () => Promise<T>): Promise<{ answer: T; seconds: number; rss: number; waitMs: number }> {
  const delay = monitorEventLoopDelay({ resolution: 2 })
  let rss = process.memoryUsage.rss()
  const timer = setInterval(() => {
    rss = Math.max(rss, process.memoryUsage.rss())
  }, 10)
  delay.enable()
  const started = performance.now()
  const answer = await work()
  const seconds = (performance.now() - started) / 1000
  delay.disable()
  clearInterval(timer)
  return { answer, seconds, rss, waitMs: delay.max / 1e6 }
}

/** 100,000 households in one file, tried and taken, beside COPY of the same rows in the same run. */
export async function measureImport(): Promise<Figure[]> {
  if (!testDatabaseUrl) return []
  const cleanups: (() => unknown)[] = []
  const url = await createTestDatabase({ teardown: (run) => cleanups.unshift(run) })
  const seal = createSeal(Buffer.alloc(32, 7))
  const store = await openStore({ databaseUrl: url, dataDir: '' })
  cleanups.unshift(() => store.close())
  try {
    await loadSample(store, seal)
    const register = await openRegister(store, seal)
    const lines = makeRows(register.snapshot().grids.map((g) => g.place))
    const file = Buffer.from(heading + lines.join('\n'))
    const copied = await copyRows(url, file.subarray(Buffer.byteLength(heading)))
    const deps = { store, register, seal }
    const start = process.memoryUsage.rss()
    const tried = await watched(() => tryImport(deps, admin, file, 'wgs84', {}))
    if (tried.answer.counts?.added !== rows) throw new Error(`the bench's rows are not all new: ${JSON.stringify(tried.answer.counts)}`)
    const applied = await watched(() => applyImport(deps, admin, tried.answer.id!))
    const peak = (Math.max(tried.rss, applied.rss) - start) / megabyte
    return [
      beside(
        'import of 100,000 households, tried and taken',
        rows / (tried.seconds + applied.seconds),
        'rows/s',
        { name: 'plain COPY', value: rows / copied },
        // Reached: 0.006 to 0.007. Each row is judged, compared, sealed and undoable, and two keys of its numbers are checked by the store;
        // COPY does nothing of it.
        0.005,
      ),
      atMost('import of 100,000 households, tried', tried.seconds, 's', 15),
      atMost('import of 100,000 households, taken', applied.seconds, 's', 30),
      atMost('memory over the start at the peak of the import', peak, 'MB', 400),
      atMost('longest wait of others during the import', Math.max(tried.waitMs, applied.waitMs), 'ms', 100),
    ]
  } finally {
    for (const cleanup of cleanups) await cleanup()
  }
}
