import { PassThrough } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { messageOf } from '../../base/log.js'
import { Problem } from '../../base/problem.js'
import { postgresProblem } from '../../base/store/postgres-problem.js'
import type { ImportWatch } from './watch-import.js'

const leastGapMs = 150

/**
 * Where the asker accepts application/x-ndjson every step is a line of its own, {progress}, and {answer} or {problem} the last:
 * whoever goes away calls the work off. No state is kept between requests, so any process may answer.
 */
export async function answerWatched<T>(request: FastifyRequest, reply: FastifyReply, work: (watch: ImportWatch) => Promise<T>): Promise<T> {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  if (!request.headers.accept?.includes('application/x-ndjson')) return work({ tell: () => {}, signal: gone.signal })
  const lines = new PassThrough()
  const say = (line: object) => lines.write(`${JSON.stringify(line)}\n`)
  let told = 0
  const watch: ImportWatch = {
    signal: gone.signal,
    tell(progress) {
      const isLast = progress.done === progress.of
      if (performance.now() - told < leastGapMs && !isLast) return
      told = performance.now()
      say({ progress })
    },
  }
  void work(watch)
    .then(
      (answer) => say({ answer }),
      (error: unknown) => say({ problem: problemOf(request, error).toJSON() }),
    )
    .finally(() => lines.end())
  return reply.type('application/x-ndjson').header('cache-control', 'no-store').send(lines) as unknown as T
}

/** The answer has begun: its status cannot say any more what went wrong. */
function problemOf(request: FastifyRequest, error: unknown): Problem {
  const known = error instanceof Problem ? error : postgresProblem(error)
  if (known) return known
  request.log.error({ reason: messageOf(error) }, 'an import failed')
  return new Problem('internal', '服务内部出错', 'an error of ours; it is in the log. The register is as it was')
}
