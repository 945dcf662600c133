import { z } from 'zod'
import type { AlertDeps } from '../alerts/describe-alert.js'
import type { Actor, Store } from '../base/store/store.js'
import { type App, time } from '../base/web.js'
import { progressShape } from '../delivery/progress-routes.js'
import { evacuationShape } from '../evacuations/evacuation-routes.js'
import { feedStates } from '../feeds/feed-store.js'
import { permit } from '../people/permissions.js'
import { warningShape } from '../warnings/warning-routes.js'
import { readDesk } from './desk.js'

const count = z.number()
const needShape = z.object({
  kind: z.enum([
    'flood',
    'downgrade',
    'auto-issue',
    'too-wide',
    'approve',
    'decide',
    'help',
    'unplaced',
    'unreadable',
    'text',
    'feed',
    'station',
    'carrier',
    'named-elsewhere',
    'all-clear',
    'return',
    'countersign',
    'reply',
    'reply-help',
  ]),
  title: z.string(),
  titleEn: z.string(),
  alertId: z.string().nullable(),
  warningId: z.string().nullable(),
  taskId: z.string().nullable(),
  evacuationId: z.string().nullable(),
  revision: z.number().nullable(),
  level: z.string().nullable(),
  people: z.number().nullable(),
  dueAt: time.nullable(),
  place: z.string().nullable(),
  /** What was handed in and told nobody. */
  bulletinIds: z.array(z.string()).optional(),
})
export type Need = z.input<typeof needShape>
const taskShape = z.object({
  id: z.string(),
  kind: z.string(),
  place: z.string(),
  placeName: z.string(),
  title: z.string(),
  label: z.string().nullable(),
  openedAt: time,
  dueAt: time.nullable(),
  overdue: z.boolean(),
  ownerName: z.string().nullable(),
})
export const deskShape = z.object({
  now: time,
  speed: z.number(),
  place: z.string(),
  placeName: z.string(),
  register: z.enum(['sample', 'live']),
  store: z.enum(['embedded', 'postgres']),
  doorbell: z.enum(['in-process', 'redis']),
  carriers: z.record(z.string(), z.string()),
  troubles: z
    .array(z.object({ channel: z.string(), carrier: z.string(), cause: z.enum(['failing', 'account']), since: time, stopped: z.boolean() }))
    .describe('carriers that are not spoken to as usual; stopped: nobody does their work meanwhile'),
  onDuty: z.object({ commander: z.string().nullable(), officer: z.string().nullable() }),
  warnings: z.array(warningShape),
  needs: z.array(needShape),
  seriesId: z.string().nullable(),
  staffAlertId: z.string().nullable(),
  residentsAlertId: z.string().nullable(),
  staffCalled: z
    .object({
      total: count,
      answered: count,
      notAnswered: count,
      unreachable: count,
      unknown: count,
      knocks: z.object({ sent: count, pending: count }),
    })
    .nullable(),
  residents: progressShape.nullable(),
  evacuation: evacuationShape.nullable(),
  points: z.array(
    z.object({
      id: z.string(),
      taskId: z.string(),
      kind: z.string(),
      number: z.number(),
      name: z.string(),
      place: z.string(),
      lastLookedAt: time.nullable(),
      nextDueAt: time.nullable(),
      overdue: z.boolean(),
    }),
  ),
  helpTasks: z.array(taskShape),
  groups: z.object({ total: count, posted: count }),
  feeds: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      standing: z.string(),
      state: z.enum(feedStates),
      lastGoodAt: time.nullable(),
    }),
  ),
})
export type Desk = z.input<typeof deskShape>

export interface DeskDeps extends AlertDeps {
  store: Store
  registerKind: 'sample' | 'live'
  doorbell: 'in-process' | 'redis'
  /** Which carrier each channel has: {sms: 'sandbox', …}. */
  carriers: Record<string, string>
  /** The carriers of each channel in their order. */
  lines: Record<string, readonly string[]>
}

/** GET /api/desk: the console's first screen in one call. */
export function deskRoutes(app: App, deps: DeskDeps): void {
  app.get('/api/desk', { schema: { tags: ['desk'], response: { 200: deskShape } } }, (request) => {
    const actor: Actor = permit(request, 'read')
    return deps.store.act(actor, (tx) => readDesk(tx, deps, actor))
  })
}
