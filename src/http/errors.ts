import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { hasZodFastifySchemaValidationErrors, isResponseSerializationError } from 'fastify-type-provider-zod'
import { messageOf } from '../base/log.js'
import { Problem, type ProblemKind } from '../base/problem.js'
import { postgresProblem } from '../base/store/postgres-problem.js'

const kindOfStatus: Record<number, ProblemKind> = {
  400: 'malformed',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  413: 'too-large',
  415: 'malformed',
  429: 'too-many',
  503: 'unavailable',
}
const titleOfKind: Partial<Record<ProblemKind, string>> = {
  'too-large': '内容过大',
  'too-many': '请求过于频繁,请稍后再试',
  unavailable: '服务暂时不可用',
}

/** Everything that went wrong in a request becomes problem+json here, and only here. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const where = error.validationContext ?? 'body'
    const errors = error.validation.map((v) => ({
      path: `${where}${v.instancePath.replaceAll('/', '.')}`,
      message: v.message ?? 'not allowed',
    }))
    return new Problem('malformed', '请求内容有误', errors.map((e) => `${e.path}: ${e.message}`).join('; '), errors)
  }
  const stored = postgresProblem(error)
  if (stored) return stored
  const status = (error as FastifyError).statusCode
  const kind = status === undefined || isResponseSerializationError(error) ? undefined : kindOfStatus[status]
  if (kind) return new Problem(kind, titleOfKind[kind] ?? '请求内容有误', messageOf(error))
  return new Problem(
    'internal',
    '服务内部出错',
    'an error of ours; it is in the log. What was confirmed before is safe; try once more, then call the administrator',
  )
}

export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblem(error)
  if (problem.status >= 500)
    request.log.error({ reason: messageOf(error), stack: error instanceof Error ? error.stack : undefined }, 'request failed')
  if (problem.kind === 'unavailable') reply.header('retry-after', '5')
  reply.status(problem.status).header('content-type', 'application/problem+json').serializer(JSON.stringify).send(problem.toJSON())
}
