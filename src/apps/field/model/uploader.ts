import type { Edit, SyncAnswer } from './edit.js'
import type { EditQueue } from './edit-queue.js'

/** offline: no network · trouble: the server answers with an error · signed-out: the session is over; the edits stay here. */
export type LinkState = 'online' | 'sending' | 'offline' | 'trouble' | 'signed-out'

/** Thrown by `send` for an HTTP answer; anything else thrown means the network. */
export class SendRefused extends Error {
  constructor(readonly status: number) {
    super(`answered ${status}`)
  }
}

export interface UploaderParts {
  queue: EditQueue
  send: (edits: Edit[]) => Promise<SyncAnswer>
  /** Waits before the next try; resolves early when the phone says it is online again. */
  pause: (milliseconds: number) => Promise<void>
  report: (state: LinkState) => void
  uploaded: (edits: Edit[]) => void
  random?: () => number
}
export interface Uploader {
  /** Starts sending when there is something to send and nothing is under way. */
  kick(): void
}

const batchSize = 40
const firstPause = 2_000
const longestPause = 60_000

/** Doubling with jitter: a subdistrict of phones coming back at once must not knock in step. */
export const pauseAfter = (failures: number, random: () => number): number =>
  Math.min(longestPause, firstPause * 2 ** Math.max(0, failures - 1)) * (0.5 + random() / 2)

/** Oldest first, one request at a time. What is in the queue is safe, so failing here costs nothing but time. */
export function createUploader(parts: UploaderParts): Uploader {
  const { queue, send, pause, report, uploaded, random = Math.random } = parts
  let running = false

  async function sendBatch(batch: Edit[]): Promise<'done' | 'again' | 'signed-out'> {
    queue.leaving(batch.map((edit) => edit.id))
    report('sending')
    try {
      const answer = await send(batch)
      await queue.settled(answer.results)
      uploaded(batch)
      report('online')
      return answer.results.length > 0 ? 'done' : 'again'
    } catch (error) {
      if (!(error instanceof SendRefused)) {
        report('offline')
        return 'again'
      }
      if (error.status === 401) {
        report('signed-out')
        return 'signed-out'
      }
      if (error.status >= 500 || error.status === 429 || error.status === 408) {
        report('trouble')
        return 'again'
      }
      return refuse(batch, error.status)
    }
  }

  // A batch the server will not read is sent edit by edit, so that one bad edit does not hold up the others.
  async function refuse(batch: Edit[], status: number): Promise<'done' | 'again' | 'signed-out'> {
    if (batch.length === 1) {
      await queue.settled(
        batch.map((edit) => ({
          id: edit.id,
          outcome: 'refused',
          problem: { title: `服务没有接收(${status})`, detail: `the service did not take it (${status})` },
        })),
      )
      report('online')
      return 'done'
    }
    for (const edit of batch) {
      const end = await sendBatch([edit])
      if (end !== 'done') return end
    }
    return 'done'
  }

  async function run(): Promise<void> {
    let failures = 0
    for (;;) {
      const batch = queue.waiting().slice(0, batchSize)
      if (batch.length === 0) return
      const end = await sendBatch(batch.map((kept) => kept.edit))
      if (end === 'signed-out') return
      failures = end === 'again' ? failures + 1 : 0
      if (failures > 0) await pause(pauseAfter(failures, random))
    }
  }

  let rung = false
  return {
    kick() {
      rung = true
      if (running) return
      running = true
      void (async () => {
        // An edit kept while the last answer was being folded in rings again: it is not left behind.
        while (rung) {
          rung = false
          await run()
        }
        running = false
      })()
    },
  }
}
