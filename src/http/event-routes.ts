import '@fastify/sse'
import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import { type App, signedIn } from '../base/web.js'
import { readSince } from '../journal/journal.js'
import { type LiveStream, type News, toNews } from './live-stream.js'

const query = z.object({ since: z.coerce.number().int().min(0).optional() })
const catchUp = 500

/** So many news may wait for one client. Who falls further behind is cut off, comes back with Last-Event-ID and reads the journal. */
export const mostWaiting = 10_000

/** GET /api/events: server-sent events; id = journal position, resumable by Last-Event-ID or ?since=; nothing personal in them. */
export function eventRoutes(app: App, { store, live }: { store: Store; live: LiveStream }): void {
  app.get('/api/events', { sse: 'only', schema: { querystring: query } }, async (request, reply) => {
    const actor = signedIn(request)
    const concerns = (place: string) => place.startsWith(actor.scope) || actor.scope.startsWith(place)
    // A phone on bad signal sets the pace: the next one is written when the one before has left the process.
    const write = async ({ id, event, data }: News) => {
      if (reply.sse.isConnected) await reply.sse.send({ ...(id === null ? {} : { id: String(id) }), event, data })
    }
    const waiting: News[] = []
    let wake = () => {}
    const unsubscribe = live.subscribe((news) => {
      if (!concerns(news.place)) return
      if (waiting.push(news) > mostWaiting) reply.raw.destroy()
      wake()
    })
    reply.sse.onClose(() => {
      unsubscribe()
      wake()
    })
    await reply.sse.send({ event: 'hello', data: {}, retry: 2000 })

    // News that come while the past is read wait; what was read there is not said again.
    const told = new Set<number | null>()
    let last = Number(reply.sse.lastEventId ?? request.query.since ?? Number.NaN)
    while (Number.isFinite(last) && reply.sse.isConnected) {
      const entries = await store.act(actor, (tx) => readSince(tx, last, catchUp))
      for (const entry of entries.filter((e) => concerns(e.place))) {
        told.add(entry.position)
        await write(toNews(entry))
      }
      last = entries.at(-1)?.position ?? last
      if (entries.length < catchUp) break
    }
    while (reply.sse.isConnected) {
      const news = waiting.shift()
      if (!news) await new Promise<void>((ok) => (wake = ok))
      else if (!told.delete(news.id)) await write(news)
    }
  })
}
