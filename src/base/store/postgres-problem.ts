import { Problem } from '../problem.js'

/** The one place where Postgres' codes become problems; undefined = not a store error people can act on. */
export function postgresProblem(error: unknown): Problem | undefined {
  const code = (error as { code?: unknown } | null)?.code
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
