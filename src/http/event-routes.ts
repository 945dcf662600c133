import '@fastify/sse'
import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import { type App, signedIn } from '../base/web.js'
import { readSince } from '../journal/journal.js'
import { type LiveStream, type News, toNews } from './live-stream.js'

const query = z.object({ since: z.coerce.number().int().min(0).optional() })
const catchUp = 2000

/** GET /api/events: server-sent events; id = journal position, resumable by Last-Event-ID or ?since=; nothing personal in them. */
export function eventRoutes(app: App, { store, live }: { store: Store; live: LiveStream }): void {
  app.get('/api/events', { sse: 'only', schema: { querystring: query } }, async (request, reply) => {
    const actor = signedIn(request)
    const concerns = (place: string) => place.startsWith(actor.scope) || actor.scope.startsWith(place)
    const write = ({ id, event, place, data }: News) => {
      if (concerns(place) && reply.sse.isConnected)
        void reply.sse.send({ ...(id === null ? {} : { id: String(id) }), event, data }).catch(() => {})
    }
    reply.sse.keepAlive()
    // News that come while the past is read wait, so that positions never go backwards for this client.
    let held: News[] | null = []
    const unsubscribe = live.subscribe((news) => (held ? held.push(news) : write(news)))
    reply.sse.onClose(unsubscribe)
    await reply.sse.send({ event: 'hello', data: {}, retry: 2000 })

    let sent = Number(reply.sse.lastEventId ?? request.query.since ?? Number.NaN)
    while (Number.isFinite(sent)) {
      const entries = await store.act(actor, (tx) => readSince(tx, sent, catchUp))
      for (const entry of entries) write(toNews(entry))
      sent = entries.at(-1)?.position ?? sent
      if (entries.length < catchUp) break
    }
    const waiting: News[] = held
    held = null
    for (const news of waiting) if (news.id === null || !(news.id <= sent)) write(news)
  })
}
