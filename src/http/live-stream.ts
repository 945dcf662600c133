import { sql } from 'kysely'
import { type Log, messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { type JournalEntry, toEntry, watchJournal } from '../journal/journal.js'

/** One line of the live stream. id is the journal position; news without one (progress) is not replayed. */
export interface News {
  id: number | null
  event: string
  place: string
  data: Record<string, unknown>
}

export interface LiveStream {
  subscribe(listen: (news: News) => void): () => void
  stop(): Promise<void>
}

export const toNews = (entry: JournalEntry): News => ({
  id: entry.position,
  event: entry.event,
  place: entry.place,
  data: { thing: entry.thing, place: entry.place, series: entry.series, at: chinaTime(entry.at) },
})

/** Positions are given before commit, so a later one can be seen first: this many behind are looked at again. */
const lookBack = 200

/**
 * One reader of the journal per process, woken by its own commits and by a timer (other processes'). It also says, at most once
 * a second, which alerts' deliveries moved.
 */
export async function openLiveStream(store: Store, log: Log): Promise<LiveStream> {
  const listeners = new Set<(news: News) => void>()
  let last = await store.system(async (tx) => {
    const row = await tx
      .selectFrom('journal')
      .select((e) => e.fn.max('position').as('last'))
      .executeTakeFirst()
    return Number(row?.last ?? 0)
  })
  const first = last
  const seen = new Set<number>()
  let open = new Map<string, string>()
  let stirred = true
  const tell = (news: News) => {
    for (const listen of listeners) listen(news)
  }

  const readJournal = async () => {
    const rows = await store.system((tx) =>
      tx
        .selectFrom('journal')
        .selectAll()
        .where('position', '>', Math.max(first, last - lookBack))
        .orderBy('position')
        .limit(5000)
        .execute(),
    )
    for (const row of rows) {
      if (seen.has(row.position)) continue
      seen.add(row.position)
      stirred = true
      last = Math.max(last, row.position)
      tell(toNews(toEntry(row)))
    }
    for (const position of seen) if (position < last - 2 * lookBack) seen.delete(position)
  }

  /** Chunks open and close with an entry in the journal; in between they move, and only then are they looked at every time. */
  const readProgress = async () => {
    if (!stirred && open.size === 0) return
    stirred = false
    const rows = await store.system(async (tx) => {
      const found = await sql<{ alert_id: string; place: string; state: string }>`
        select alert_id, min(place) as place, sum(open)::text || '/' || count(*) as state from delivery_chunk where not done group by alert_id`.execute(
        tx,
      )
      return found.rows
    })
    const now = new Map(rows.map((r) => [r.alert_id, r.state]))
    for (const { alert_id, place, state } of rows)
      if (open.get(alert_id) !== state)
        tell({ id: null, event: 'delivery.progressed', place, data: { thing: { type: 'alert', id: alert_id } } })
    for (const id of open.keys())
      if (!now.has(id)) tell({ id: null, event: 'delivery.progressed', place: '', data: { thing: { type: 'alert', id } } })
    open = now
  }

  let running = Promise.resolve()
  let waiting = false
  const look = (work: () => Promise<void>) => {
    running = running.then(work).catch((e) => log.warn({ reason: messageOf(e) }, 'the live stream could not read'))
    return running
  }
  const unwatch = watchJournal(() => {
    if (waiting || listeners.size === 0) return
    waiting = true
    setImmediate(() => {
      waiting = false
      void look(readJournal)
    })
  })
  const timer = setInterval(() => {
    if (listeners.size > 0)
      void look(async () => {
        await readJournal()
        await readProgress()
      })
  }, 1000)
  return {
    subscribe(listen) {
      stirred ||= listeners.size === 0
      listeners.add(listen)
      return () => listeners.delete(listen)
    },
    async stop() {
      unwatch()
      clearInterval(timer)
      await running
    },
  }
}
