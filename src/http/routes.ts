import { alertRoutes } from '../alerts/alert-routes.js'
import { audienceRoutes } from '../alerts/audience-routes.js'
import type { AlertDeps } from '../alerts/describe-alert.js'
import { moveListRoutes } from '../alerts/move-list-routes.js'
import { previewRoutes } from '../alerts/preview-routes.js'
import type { Tariff } from '../alerts/tariff.js'
import type { Doorbell } from '../base/doorbell.js'
import type { Log } from '../base/log.js'
import type { Seal } from '../base/seal.js'
import type { Store } from '../base/store/store.js'
import type { App } from '../base/web.js'
import { callbackRoutes } from '../channels/callback-routes.js'
import { channelRoutes } from '../channels/channel-routes.js'
import { sandboxRoutes } from '../channels/sandbox/sandbox-routes.js'
import type { Budgets } from '../delivery/budget.js'
import { budgetRoutes } from '../delivery/budget-routes.js'
import { deliveryRoutes } from '../delivery/delivery-routes.js'
import type { Escalation } from '../delivery/escalation.js'
import { progressRoutes } from '../delivery/progress-routes.js'
import { replyRoutes } from '../delivery/reply-routes.js'
import type { Inbox } from '../delivery/sender.js'
import type { DrillRoom } from '../drills/drill-room.js'
import { drillRoutes } from '../drills/drill-routes.js'
import { evacuationRoutes } from '../evacuations/evacuation-routes.js'
import type { Dialects } from '../feeds/dialects.js'
import type { EventTable } from '../feeds/event-table.js'
import { feedRoutes } from '../feeds/feed-routes.js'
import type { Ingest } from '../feeds/ingest.js'
import { manualRoutes } from '../feeds/manual-routes.js'
import { stationRoutes } from '../feeds/observations/station-routes.js'
import type { Threshold } from '../feeds/observations/threshold.js'
import type { Poller } from '../feeds/poller.js'
import { fieldRoutes } from '../fieldwork/field-routes.js'
import type { FieldworkDeps } from '../fieldwork/fieldwork-deps.js'
import { knockRoutes } from '../fieldwork/knock-routes.js'
import { photoRoutes } from '../fieldwork/photo-routes.js'
import { readinessRoutes } from '../matching/readiness/readiness-routes.js'
import type { Channel } from '../messages/channel.js'
import { templateRoutes } from '../messages/template-routes.js'
import { callListRoutes } from '../outward/call-list-routes.js'
import { deskRoutes } from '../outward/desk-routes.js'
import { householdHistoryRoutes } from '../outward/household-history-routes.js'
import { publicRoutes } from '../outward/public-routes.js'
import { reportRoutes } from '../outward/report-routes.js'
import { sessionRoutes } from '../people/session-routes.js'
import { dutyRoutes } from '../register/duty/duty-routes.js'
import { editRoutes } from '../register/edit/edit-routes.js'
import { thingRoutes } from '../register/edit/thing-routes.js'
import { exportRoutes } from '../register/export/export-routes.js'
import type { Gazetteer } from '../register/gazetteer.js'
import { householdRoutes } from '../register/household-routes.js'
import { importRoutes } from '../register/import/import-routes.js'
import { registerRoutes } from '../register/register-routes.js'
import { warningRoutes } from '../warnings/warning-routes.js'
import { eventRoutes } from './event-routes.js'
import { healthRoutes } from './health-routes.js'
import { type Instance, instanceRoutes } from './instance-routes.js'
import type { LiveStream } from './live-stream.js'
import { pageRoutes } from './page-routes.js'

/** What wiring hands to the edge. */
export interface Parts {
  store: Store
  doorbell: Doorbell
  log: Log
  seal: Seal
  live: LiveStream
  registerKind: 'sample' | 'live'
  dialects: Dialects
  events: EventTable
  gazetteer: () => Gazetteer
  ingest: Ingest
  poller: Poller
  thresholds: Threshold[]
  alerts: AlertDeps
  fieldwork: FieldworkDeps
  tariff: Tariff
  inbox: Inbox
  callbackSecrets: Map<string, string>
  /** channel → carrier, for the desk. */
  carriers: Record<string, string>
  /** The carriers of each channel in their order. */
  lines: Record<string, readonly string[]>
  budgets: Budgets
  givesReceipts: (channel: Channel) => boolean
  escalation: Escalation
  room: DrillRoom | null
  instance: () => Omit<Instance, 'now'> & { now: Date }
  /** Who we are in every text, e.g. 文峰街道. */
  homeName: string
  publicUrl: string
  secureCookie: boolean
  forget: (token: string) => void
  appsDir: string
}

/** The explicit list of every routes file, in the order of the stream. */
export async function addRoutes(app: App, parts: Parts): Promise<void> {
  const { store, seal, registerKind, alerts, fieldwork, room } = parts
  const { register, clock, policy, book } = alerts
  const sample = room !== null
  healthRoutes(app, parts)
  instanceRoutes(app, parts.instance)
  sessionRoutes(app, { store, secureCookie: parts.secureCookie, sampleLogins: sample, forget: parts.forget })
  eventRoutes(app, parts)
  registerRoutes(app, { store, register, now: clock.now })
  householdRoutes(app, { store, register })
  editRoutes(app, { store, register, seal })
  thingRoutes(app, { store, register, seal })
  dutyRoutes(app, { store, register, now: clock.now })
  readinessRoutes(app, alerts)
  importRoutes(app, { store, register, seal })
  exportRoutes(app, { store, register })
  feedRoutes(app, parts)
  manualRoutes(app, { ...parts, clock })
  stationRoutes(app, { store, clock, thresholds: parts.thresholds })
  warningRoutes(app, { store })
  templateRoutes(app, { words: book, subdistrict: parts.homeName, hotline: policy.hotline })
  alertRoutes(app, { ...alerts, store })
  audienceRoutes(app, { ...alerts, store })
  previewRoutes(app, { ...alerts, store, tariff: parts.tariff })
  moveListRoutes(app, { ...alerts, store })
  progressRoutes(app, { ...parts, register })
  deliveryRoutes(app, { ...parts, register })
  budgetRoutes(app, { store, clock, budgets: parts.budgets, snapshot: register.snapshot })
  replyRoutes(app, { store, seal })
  sandboxRoutes(app, { store, register, registerKind, inbox: parts.inbox, seal })
  callbackRoutes(app, parts)
  channelRoutes(app, { store, lines: parts.lines })
  evacuationRoutes(app, { store, alerts })
  fieldRoutes(app, { ...fieldwork, store, hotline: policy.hotline })
  knockRoutes(app, { ...fieldwork, store })
  photoRoutes(app, { store })
  deskRoutes(app, { ...alerts, store, registerKind, doorbell: parts.doorbell.kind, carriers: parts.carriers, lines: parts.lines })
  callListRoutes(app, { ...alerts, store })
  householdHistoryRoutes(app, { store })
  reportRoutes(app, { ...alerts, store, registerKind })
  publicRoutes(app, { store, register, clock, policy, registerKind, seal, fieldwork: fieldwork.config, publicUrl: parts.publicUrl })
  if (room) drillRoutes(app, { drill: room.drill, clock, tokens: room.tokens, guests: room.guests })
  await pageRoutes(app, { appsDir: parts.appsDir, sample })
}
