import { Problem } from '../problem.js'

/** The one place where Postgres' codes become problems; undefined = not a store error people can act on. */
export function postgresProblem(error: unknown): Problem | undefined {
  const code = codeOf(error)
  if (typeof code !== 'string') return undefined
  if (code === '23505') return new Problem('conflict', '已经有了', 'the same thing exists already')
  if (code === '23503') return new Problem('conflict', '所指的对象不存在', 'something this refers to does not exist')
  if (code === '42501') return new Problem('forbidden', '不在您的辖区', 'outside your area')
  const away = ['57P01', '57P02', '57P03', '08000', '08001', '08003', '08006', 'ECONNREFUSED', 'ECONNRESET', '53300', '40001', '40P01']
  if (away.includes(code))
    return new Problem(
      'unavailable',
      '数据库暂时不可用,请稍后重试',
      'the store does not answer just now; what was confirmed before is safe; try again in a few seconds',
    )
  if (code === '53100') return new Problem('unavailable', '磁盘已满', 'the disk of the store is full; free some space')
  return undefined
}

/** The driver gives no code to a line that broke while a statement was on it, nor to one that could not be had in time. */
function codeOf(error: unknown): unknown {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  const broke =
    typeof message === 'string' &&
    /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(message)
  return code ?? (broke ? '08006' : undefined)
}
