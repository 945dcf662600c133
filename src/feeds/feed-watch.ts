import { z } from 'zod'

/** How a feed is watched, per feed in config/feeds.yaml. */
export const feedWatch = {
  /** However ill it is, it is asked at least so often. */
  slowestSeconds: z.number().int().min(30).max(3600).default(300),
  /** Its content has to change within so many seconds; the same for longer is told as 内容长时间未更新. Absent: it may stay as it is. */
  changesWithinSeconds: z.number().int().min(60).max(2_592_000).nullable().default(null),
  /** Who is told when it falls silent or stays the same: posts (值班员) or numbers of staff. */
  notify: z.array(z.string().min(1).max(80)).max(50).default([]),
  /** Whom to phone when something is wrong. */
  contact: z.string().max(40).nullable().default(null),
  phone: z.string().max(40).nullable().default(null),
}
export const feedWatchSchema = z.object(feedWatch)
export type FeedWatch = z.output<typeof feedWatchSchema>
export const plainWatch: FeedWatch = feedWatchSchema.parse({})

/** Headers a source wants to see: plain ones as they are, secret ones from the environment. They are sent to that host only, never logged nor shown. */
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,60}$/, 'the name of an HTTP header')
export const feedHeaders = {
  headers: z.record(headerName, z.string().max(1000)).default({}),
  headersFrom: z.record(headerName, z.string().regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable')).default({}),
}

/** For each feed: header → value, and the variables that are named but not set. */
export function headersOf(
  feeds: { id: string; headers: Record<string, string>; headersFrom: Record<string, string> }[],
  secrets: Record<string, string | undefined>,
): (feedId: string) => { headers: Record<string, string>; missing: string[] } {
  const known = new Map(feeds.map((feed) => [feed.id, feed]))
  return (feedId) => {
    const wanted = Object.entries(known.get(feedId)?.headersFrom ?? {})
    return {
      headers: { ...known.get(feedId)?.headers, ...Object.fromEntries(wanted.map(([header, name]) => [header, secrets[name] ?? ''])) },
      missing: wanted.filter(([, name]) => !secrets[name]).map(([, name]) => name),
    }
  }
}
