import type { z } from 'zod'
import { type BulletinProblem, type Reading, Unreadable } from '../bulletin.js'
import type { Observation } from './observation.js'

/** What a dialect of weather data is made of; parsing, limits and the words for what went wrong are the same for all. */
interface TableDialect<T> {
  /** Open-Meteo 的天气数据 · cjh 水位: completes 收到的 JSON 不是…. */
  what: string
  shape: z.ZodType<T>
  /** The source's own word that something went wrong, where its answer is a fault page in JSON. */
  says?: (json: Record<string, unknown>) => string | null
  rows(data: T, tell: Tell): Iterable<Observation>
  /** When there was not one value: what to do. */
  empty: string
  /** 降雨、水位: begins the summary. */
  name: string
}
export type Tell = (problem: Omit<BulletinProblem, 'severity'> & { severity?: BulletinProblem['severity'] }) => void

/** Most rows taken of one answer: 16 days of quarter hours of a dozen quantities stay below it. */
const mostRows = 20_000
const mostProblems = 50

export function readTable<T>(raw: Buffer, dialect: TableDialect<T>): Reading {
  const json = parse(raw)
  if (json instanceof Unreadable) return json.reading()
  const own = typeof json === 'object' && json !== null ? dialect.says?.(json as Record<string, unknown>) : null
  if (own) {
    const said = own.slice(0, 100)
    return new Unreadable(
      'source-says-no',
      `对方没有给数据:${said}`,
      `the source answered: ${said}`,
      '请检查来源地址、参数和密钥',
    ).reading()
  }
  const checked = dialect.shape.safeParse(json)
  if (!checked.success) {
    const issue = checked.error.issues[0]!
    const english = `${issue.path.join('.') || '(top)'}: ${issue.message}`
    return new Unreadable('wrong-shape', `收到的 JSON 不是${dialect.what}`, english, '请检查来源地址和参数,以及 dialect 是否写对').reading()
  }
  return toReading(checked.data, dialect)
}

function toReading<T>(data: T, dialect: TableDialect<T>): Reading {
  const problems: BulletinProblem[] = []
  const tell: Tell = (problem) => void (problems.length < mostProblems && problems.push({ severity: 'error', ...problem }))
  const observations: Observation[] = []
  for (const row of dialect.rows(data, tell)) {
    if (observations.length === mostRows) {
      tell({
        code: 'too-many-rows',
        message: `只取前 ${mostRows} 个值,请把来源的范围改小`,
        messageEn: `only the first ${mostRows} values were taken`,
      })
      break
    }
    observations.push(row)
  }
  if (observations.length === 0) {
    const first = problems[0]
    const reason = first ? first.message : `${dialect.name}里没有任何数值`
    return new Unreadable(first?.code ?? 'no-data', reason, first?.messageEn ?? 'no values', dialect.empty).reading()
  }
  const missing = observations.filter((o) => o.value === null).length
  const summary = `${dialect.name} ${observations.length} 个值${missing > 0 ? `,其中 ${missing} 个缺测` : ''}`
  return { kind: 'observations', observations, summary, problems }
}

function parse(raw: Buffer): unknown {
  const text = raw.toString('utf8').replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (e) {
    // The parser's words quote the text, which is not ours to repeat; of where it is it does not always speak.
    const at = /position (\d+)/.exec(String(e))?.[1]
    const before = text.slice(0, Number(at ?? 0))
    const [line, column] = [before.split('\n').length, before.length - before.lastIndexOf('\n')]
    return new Unreadable(
      'malformed-json',
      `收到的内容不是 JSON${at ? `(第 ${line} 行第 ${column} 列)` : ''},读不出数据`,
      'not JSON',
      text.trimStart().startsWith('<') ? '收到的是网页,多半是对方的出错页或登录页:请检查来源地址' : '请检查来源地址,或请对方重发',
      line,
      column,
    )
  }
}
