import { z } from 'zod'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { reasonKinds } from '../delivery/reason.js'
import { channels } from '../messages/channel.js'
import { permit } from '../people/permissions.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { knockUnreached } from './knock-unreached.js'

/** POST /api/alerts/:id/knocks: somebody goes to the doors that a kind of failure left untold. */
export function knockRoutes(app: App, deps: FieldworkDeps & { store: Store }): void {
  app.post(
    '/api/alerts/:id/knocks',
    {
      schema: {
        tags: ['field'],
        summary: 'Knocks for the homes and staff whom one kind of failure on one channel left untold; each door once.',
        params: z.object({ id: z.string().max(64) }),
        body: z.object({ channel: z.enum(channels), reason: z.enum(reasonKinds) }),
        response: { 200: z.object({ opened: z.number(), doors: z.number() }) },
      },
    },
    (request) => {
      const actor = permit(request, 'alert.issue')
      return deps.store.act(actor, (tx) => knockUnreached(tx, deps, { alertId: request.params.id, ...request.body }))
    },
  )
}
