import { z } from 'zod'
import type { Tx } from '../base/store/store.js'
import { chinaTime, time } from '../base/web.js'
import type { BulletinProblem } from './bulletin.js'
import type { FeedRow } from './feed-store.js'
import { feedWatchSchema } from './feed-watch.js'
import { inEnglish } from './in-english.js'
import { type Cause, causes, isCause } from './trouble.js'

const words = z.object({ zh: z.string(), en: z.string() })
export const feedLogLine = z.object({
  at: time,
  tone: z.enum(['bad', 'warn', 'good']),
  what: words,
  detail: words.nullable(),
  likely: words.nullable(),
  todo: words.nullable(),
  contact: z.string().nullable(),
  phone: z.string().nullable(),
  bulletinId: z.string().nullable(),
})
type Line = z.input<typeof feedLogLine>

const longest = 100

/** What went wrong, the likely cause, what to do, whom to phone: changes of state and bulletins that were not taken, newest first. */
export async function readFeedLog(tx: Tx, feed: FeedRow): Promise<Line[]> {
  const entries = await tx
    .selectFrom('journal')
    .select(['at', 'event', 'data'])
    .where('thing_type', '=', 'feed')
    .where('thing_id', '=', feed.id)
    .orderBy('position', 'desc')
    .limit(longest)
    .execute()
  const bulletins = await tx
    .selectFrom('bulletin')
    .select(['id', 'received_at', 'outcome', 'reason', 'hint', 'problems'])
    .where('feed_id', '=', feed.id)
    .where('outcome', 'in', ['refused', 'unreadable'])
    .orderBy('id', 'desc')
    .limit(longest)
    .execute()
  const { contact, phone } = feedWatchSchema.parse(feed.watch)
  const lines = [
    ...entries.flatMap(({ at, event, data }) => {
      const line = lineOf(event, data)
      return line ? [{ at, bulletinId: null, ...line }] : []
    }),
    ...bulletins.map((b) => ({ at: b.received_at, bulletinId: b.id, ...lineOfBulletin(b) })),
  ]
  lines.sort((a, b) => +b.at - +a.at)
  return lines.slice(0, longest).map((line) => {
    const isHelp = line.tone === 'good' ? { contact: null, phone: null } : { contact, phone }
    return { ...line, ...isHelp, at: chinaTime(line.at) }
  })
}

type Said = Pick<Line, 'tone' | 'what' | 'detail' | 'likely' | 'todo'>

const plain = (tone: Line['tone'], zh: string, en: string): Said => ({ tone, what: { zh, en }, detail: null, likely: null, todo: null })

function ofCause(cause: Cause, tone: Line['tone'], detail: Said['detail']): Said {
  const { what, whatEn, likely, likelyEn, todo, todoEn } = causes[cause]
  return {
    tone,
    what: { zh: what, en: whatEn },
    detail: detail?.zh === what ? null : detail,
    likely: { zh: likely, en: likelyEn },
    todo: { zh: todo, en: todoEn },
  }
}

function lineOf(event: string, data: Record<string, unknown>): Said | null {
  const cause = typeof data.cause === 'string' && isCause(data.cause) ? data.cause : null
  switch (event) {
    case 'feed.failed':
      return ofCause(
        cause ?? 'internal',
        cause === 'unreadable' ? 'bad' : 'warn',
        typeof data.detail === 'string' ? { zh: data.detail, en: String(data.detailEn ?? '') } : null,
      )
    case 'feed.silent': {
      const why = cause ? causes[cause] : causes.silent
      return { ...ofCause('silent', 'bad', null), likely: { zh: why.likely, en: why.likelyEn }, todo: { zh: why.todo, en: why.todoEn } }
    }
    case 'feed.stuck':
      return ofCause('stuck', 'bad', null)
    case 'feed.slowed':
      return plain(
        'warn',
        `时好时坏或一直不通:放慢到每 ${Number(data.everySeconds)} 秒试一次,好了自动恢复`,
        `Ill for long: tried every ${Number(data.everySeconds)} s until it is well`,
      )
    case 'feed.refreshed':
      return plain('good', '内容已经更新', 'The content has changed again')
    case 'feed.recovered':
      return plain('good', '已恢复正常', 'Well again')
    default:
      return null
  }
}

function lineOfBulletin(row: { outcome: string; reason: string | null; hint: string | null; problems: unknown }): Said {
  const { outcome, reason, hint } = row
  const { reasonEn, hintEn } = inEnglish({ reason, hint, problems: row.problems as BulletinProblem[] })
  return {
    tone: outcome === 'unreadable' ? 'bad' : 'warn',
    what:
      outcome === 'unreadable'
        ? { zh: '一份报文读不懂', en: 'A bulletin could not be read' }
        : { zh: '一份报文没有采用', en: 'A bulletin was not taken' },
    detail: reason ? { zh: reason, en: reasonEn ?? '' } : null,
    likely: null,
    todo: hint ? { zh: hint, en: hintEn ?? '' } : null,
  }
}
