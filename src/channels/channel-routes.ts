import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import { type App, chinaTimeOrNull, listOf, time } from '../base/web.js'
import { channels } from '../messages/channel.js'
import { permit } from '../people/permissions.js'
import { listTroubles } from './carrier-store.js'

const channelShape = z.object({
  channel: z.enum(channels),
  stopped: z.boolean().describe('none of its carriers takes anything: messages wait'),
  carriers: z.array(
    z.object({
      carrier: z.string(),
      state: z.enum(['well', 'failing', 'account']).describe('account: nothing is taken until a person puts our account right'),
      since: time.nullable(),
      reason: z.string().nullable().describe("the carrier's own word"),
    }),
  ),
})
export type ChannelAnswer = z.input<typeof channelShape>

/** GET /api/channels: who carries what, in the order in which they are asked, and who of them does not. */
export function channelRoutes(app: App, { store, lines }: { store: Store; lines: Record<string, readonly string[]> }): void {
  app.get('/api/channels', { schema: { tags: ['desk'], response: { 200: listOf(channelShape) } } }, async (request) => {
    const troubles = await store.act(permit(request, 'read'), listTroubles)
    const items = channels.map((channel) => {
      const carriers = (lines[channel] ?? []).map((carrier) => {
        const trouble = troubles.find((t) => t.channel === channel && t.carrier === carrier)
        return {
          carrier,
          state: trouble?.cause ?? ('well' as const),
          since: chinaTimeOrNull(trouble?.since ?? null),
          reason: trouble?.reason ?? null,
        }
      })
      return { channel, carriers, stopped: carriers.every(({ state }) => state !== 'well') }
    })
    return { items, nextCursor: null }
  })
}
