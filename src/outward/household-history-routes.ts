import { z } from 'zod'
import { notFound } from '../base/problem.js'
import type { Store } from '../base/store/store.js'
import { type App, listOf, time } from '../base/web.js'
import { permit } from '../people/permissions.js'
import { findHousehold } from '../register/household-store.js'
import { ofDelivery, ofDoor, ofJournal, ofTask } from './household-history.js'
import { readHouseholdDeliveries, readHouseholdJournal, readHouseholdMoves, readHouseholdTasks } from './household-history-store.js'

const line = z.object({
  at: time,
  kind: z.enum(['change', 'look', 'told', 'task', 'move']),
  person: z.string().nullable(),
  text: z.string(),
  textEn: z.string(),
  alertId: z.string().nullable(),
})
export type HistoryAnswer = { items: z.output<typeof line>[] }

export function householdHistoryRoutes(app: App, { store }: { store: Store }): void {
  app.get(
    '/api/households/:id/history',
    {
      schema: {
        tags: ['register'],
        summary: 'What concerned a household, newest first: changes, looks, messages, visits, moves.',
        params: z.object({ id: z.string().max(80) }),
        response: { 200: listOf(line) },
      },
    },
    async (request) => {
      const actor = permit(request, 'register.read')
      const { id } = request.params
      const items = await store.act(actor, async (tx) => {
        if (!(await findHousehold(tx, id))) throw notFound('household', id)
        return [
          ...(await readHouseholdJournal(tx, id)).map(ofJournal),
          ...(await readHouseholdDeliveries(tx, id)).map(ofDelivery),
          ...(await readHouseholdTasks(tx, id)).flatMap(ofTask),
          ...(await readHouseholdMoves(tx, id)).flatMap(ofDoor),
        ]
      })
      return { items: items.sort((a, b) => (a.at < b.at ? 1 : -1)), nextCursor: null }
    },
  )
}
