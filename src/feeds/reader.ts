import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { z } from 'zod'
import { type Log, messageOf } from '../base/log.js'
import type { Gazetteer, NamedPlace } from '../register/gazetteer.js'
import { type Reading, Unreadable } from './bulletin.js'
import type { ReadContext } from './dialect.js'
import type { Dialects } from './dialects.js'
import type { eventsSchema } from './event-table.js'
import { type Packed, unpackRings } from './pack-rings.js'

/** What the reader's thread is given once, and with every bulletin. */
export interface ReaderStart {
  events: z.output<typeof eventsSchema>
  places: readonly NamedPlace[]
}
export interface ReaderAsk {
  dialect: string
  raw: Uint8Array
  source: Pick<ReadContext, 'settings' | 'receivedAt'>
}
export type ReaderAnswer = { ready: true } | Packed | { failed: string }

export interface Reader {
  /** Throws when the reader failed or was stopped; what is too much for it is an answer. */
  read(dialect: string, raw: Buffer, source: ReaderAsk['source']): Promise<Reading>
  stop(): Promise<void>
}

/** The service is ending: the bulletin stays kept and is read at the next start. */
export class ReaderStopped extends Error {}

const startMs = 30_000

/**
 * Large bodies are read in a thread of their own, one after the other, so that nothing else waits for them: it has a limit of
 * time and of memory, and what goes beyond is unreadable with a reason. Small ones are read at once.
 */
export function createReader(deps: {
  dialects: Dialects
  events: ReaderStart['events']
  gazetteer: () => Gazetteer
  log: Log
  largeBytes?: number
  limitMs?: number
  memoryMb?: number
  /** The thread's code. */
  thread?: URL
}): Reader {
  const { dialects, gazetteer, log, largeBytes = 256 * 1024, limitMs = 10_000, memoryMb = 512 } = deps
  const code = deps.thread ?? new URL(`./reader-worker${extname(import.meta.url)}`, import.meta.url)
  let thread: { worker: Worker; knows: Gazetteer } | null = null
  let last: Promise<unknown> = Promise.resolve()
  let stopped = false

  const end = async () => {
    const ended = thread?.worker
    thread = null
    await ended?.terminate()
  }
  /** The one that is there, unless the register was read anew since. */
  const ready = async (): Promise<Worker> => {
    const knows = gazetteer()
    if (thread?.knows === knows) return thread.worker
    await end()
    const worker = new Worker(code, {
      workerData: { events: deps.events, places: knows.places } satisfies ReaderStart,
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    })
    worker.on('error', (e) => log.warn({ reason: messageOf(e) }, 'the thread that reads large bulletins ended'))
    worker.on('exit', () => {
      if (thread?.worker === worker) thread = null
    })
    worker.unref()
    thread = { worker, knows }
    await nextWord(worker, startMs)
    return worker
  }

  const readApart = async (dialect: string, raw: Buffer, source: ReaderAsk['source']): Promise<Reading> => {
    if (stopped) throw new ReaderStopped('the reader was stopped')
    const worker = await ready().catch(async (e) => {
      await end()
      log.error({ reason: messageOf(e) }, 'no thread for large bulletins could be started: read without it')
      return null
    })
    if (stopped) throw new ReaderStopped('the reader was stopped')
    if (!worker) return dialects.read(dialect, raw, source)
    const { settings, receivedAt } = source
    worker.postMessage({ dialect, raw, source: { settings, receivedAt } } satisfies ReaderAsk)
    const answer = await nextWord(worker, limitMs).catch(async (e) => {
      await end()
      if (stopped) throw new ReaderStopped('the reader was stopped')
      log.error({ dialect, bytes: raw.length, reason: messageOf(e) }, 'a large bulletin could not be read')
      return { reading: tooMuch.reading(), rings: [], written: [] }
    })
    if ('reading' in answer) return unpackRings(answer)
    throw new Error('failed' in answer ? answer.failed : 'the reader said nothing')
  }

  return {
    async read(dialect, raw, source) {
      if (raw.length < largeBytes) return dialects.read(dialect, raw, source)
      const turn = last.then(() => readApart(dialect, raw, source))
      last = turn.catch(() => {})
      return turn
    },
    async stop() {
      stopped = true
      await end()
    },
  }
}

const tooMuch = new Unreadable(
  'too-much',
  '这份报文太大或太复杂,没能在限定的时间和内存内读完,已原样保存',
  'too large or too complex to be read within the limits of time and memory',
  '请马上打电话向发布单位核实,用“补录”人工录入;并请对方把报文拆小、减少多边形的点',
)

/** The next thing the thread says; fails when it ends, or says nothing in time. */
async function nextWord(worker: Worker, ms: number): Promise<ReaderAnswer> {
  return new Promise((ok, no) => {
    const finish = (then: () => void) => {
      clearTimeout(timer)
      worker.off('message', hear).off('error', fail).off('exit', ended)
      then()
    }
    const hear = (answer: ReaderAnswer) => finish(() => ok(answer))
    const fail = (e: Error) => finish(() => no(e))
    const ended = (exit: number) => finish(() => no(new Error(`the thread ended with code ${exit}`)))
    const timer = setTimeout(() => finish(() => no(new Error(`no answer within ${ms} ms`))), ms)
    worker.on('message', hear).on('error', fail).on('exit', ended)
  })
}
