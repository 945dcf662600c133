import { join } from 'node:path'
import { schedule, setLogger } from 'node-cron'
import pino from 'pino'
import { alertTimers } from './alerts/alert-jobs.js'
import type { AlertDeps } from './alerts/describe-alert.js'
import { draftAllClear } from './alerts/draft-all-clear.js'
import { reviseAlerts } from './alerts/follow-warning.js'
import { issuePolicySchema } from './alerts/issue-policy.js'
import { openAlerts } from './alerts/open-alerts.js'
import { isStillWarned } from './alerts/part-clear.js'
import { tellCarrierFailed } from './alerts/tell-carrier.js'
import { tellFeedIll, tellFeedWell } from './alerts/tell-feed.js'
import { tellKeptWaiting } from './alerts/tell-kept-waiting.js'
import { endHint, openHint } from './alerts/watch-thresholds.js'
import { describeSkew, openClock } from './base/clock.js'
import { ConfigError, type Environment, readConfig } from './base/config.js'
import { createInProcessDoorbell, createRedisDoorbell } from './base/doorbell.js'
import { messageOf } from './base/log.js'
import { createSeal, readDataKey } from './base/seal.js'
import { inSlices } from './base/slices.js'
import { createStopList } from './base/stop.js'
import { openStore } from './base/store/open-store.js'
import { channelsConfigSchema, limitsOf } from './channels/channels-config.js'
import { callbackBell, foldCallbacks } from './channels/fold-callbacks.js'
import { openSenders, readCallbackSecrets } from './channels/senders.js'
import { createDelivery } from './delivery/create-delivery.js'
import { deliveryConfigSchema } from './delivery/delivery-config.js'
import { escalationSchema } from './delivery/escalation.js'
import type { Sender } from './delivery/sender.js'
import { openDrillRoom, sampleAccounts } from './drills/drill-room.js'
import { closeWhenReturned } from './evacuations/return-households.js'
import { tellFamily } from './evacuations/tell-family.js'
import { createDialects } from './feeds/dialects.js'
import { createEventTable, eventsSchema } from './feeds/event-table.js'
import { headersOf } from './feeds/feed-watch.js'
import { createIngest } from './feeds/ingest.js'
import { judgeThresholds } from './feeds/observations/judge-thresholds.js'
import { checkThresholds, stationsSchema } from './feeds/observations/station.js'
import { syncStations } from './feeds/observations/sync-stations.js'
import { silenceTimer as stationSilence, tellSilentStation } from './feeds/observations/take-observations.js'
import { thresholdsSchema } from './feeds/observations/threshold.js'
import { createPoller } from './feeds/poller.js'
import { createReader } from './feeds/reader.js'
import { feedsSchema, loadCertificates, syncFeeds } from './feeds/sync-feeds.js'
import { createFolderWatch } from './feeds/watch-folder.js'
import { tellWhoComes } from './fieldwork/answer-cry.js'
import { closeCorrections, openCorrections } from './fieldwork/correct-number.js'
import { fieldworkSchema } from './fieldwork/fieldwork-config.js'
import { openGroupPosts } from './fieldwork/open-group-posts.js'
import { endFieldHelp, openFieldHelp, openHelpTask } from './fieldwork/open-help-task.js'
import { endStaffKnock, knockBroken, openKnock, openKnocks, wakeSleeper, withdrawKnocks } from './fieldwork/open-knocks.js'
import { endWatches, openWatches } from './fieldwork/open-watches.js'
import { markOverdue } from './fieldwork/task-timers.js'
import { greet } from './greeting.js'
import { createApp } from './http/app.js'
import { openLiveStream } from './http/live-stream.js'
import { addRoutes } from './http/routes.js'
import { type Reaction, setListeners } from './journal/journal.js'
import { createTodoRunner } from './journal/run-todo.js'
import { createTodoWorker, setTodoBell, type TimerHandler } from './journal/todo.js'
import { chooseAudience } from './matching/choose-audience.js'
import { makeIndex } from './matching/register-index.js'
import { riskPolicyFor } from './matching/risk-policy.js'
import { talliesOf } from './matching/tally-grids.js'
import { type Channel, channels } from './messages/channel.js'
import { openWordBook } from './messages/words.js'
import { openFirstAccounts } from './people/first-accounts.js'
import { type ReactionName, reactions } from './reactions.js'
import { gazetteerSchema, keepGazetteer, placesOf } from './register/gazetteer.js'
import { homeName } from './register/home.js'
import { readRegisterKind } from './register/register-store.js'
import { loadSample } from './register/sample/load-sample.js'
import { openRegister } from './register/snapshot.js'
import { expireTimer, expireWarning } from './warnings/expire-warning.js'
import { noteVanished } from './warnings/note-vanished.js'
import { purgeReceived } from './warnings/purge-received.js'
import { createTakeBulletin } from './warnings/take-bulletin.js'
import { warningPolicySchema } from './warnings/warning-policy.js'

const version = '0.1.0'

/** all = everything in one process; web answers people; worker polls, sends and runs what is due. */
export const roles = ['all', 'web', 'worker'] as const
export type Role = (typeof roles)[number]

/** Reading has its limits of time: a bulletin that waits longer was left by a process that ended. */
const unreadAfterSeconds = 120

export interface Service {
  /** Where it answers, e.g. http://127.0.0.1:3000; null for a worker. */
  url: string | null
  /** What main prints once it runs. */
  greeting: string[]
  stop(): Promise<void>
}

export interface StartOptions {
  logLevel?: string
  /** A crowd of single-contact households instead of the sample subdistrict: the kill-nine drill and the benches. */
  crowd?: number
  /** Secrets that config/channels.yaml names. */
  secrets?: Record<string, string | undefined>
}

/** Every configuration file, checked; the first wrong value stops the start with file, line and what is allowed. */
async function readSettings({ configDir, templatesDir }: Environment) {
  const events = readConfig(configDir, 'events.yaml', eventsSchema)
  const names = events.events.map((e) => e.name)
  return {
    events,
    issue: readConfig(join(configDir, 'policy'), 'issue.yaml', issuePolicySchema),
    risk: readConfig(join(configDir, 'policy'), 'risk.yaml', riskPolicyFor(names)),
    delivery: readConfig(configDir, 'delivery.yaml', deliveryConfigSchema),
    escalation: readConfig(configDir, 'escalation.yaml', escalationSchema),
    channels: readConfig(configDir, 'channels.yaml', channelsConfigSchema),
    feeds: loadCertificates(readConfig(configDir, 'feeds.yaml', feedsSchema), configDir),
    stations: readConfig(configDir, 'stations.yaml', stationsSchema).stations,
    thresholds: readConfig(configDir, 'thresholds.yaml', thresholdsSchema).thresholds,
    fieldwork: readConfig(configDir, 'fieldwork.yaml', fieldworkSchema),
    warnings: readConfig(configDir, 'warnings.yaml', warningPolicySchema),
    gazetteer: readConfig(configDir, 'gazetteer.yaml', gazetteerSchema),
    book: await openWordBook(templatesDir),
  }
}

/** Joins the parts, starts them in the order of the stream, and stops them in the opposite one. */
export async function startService(environment: Environment, role: Role, root: string, options: StartOptions = {}): Promise<Service> {
  const log = pino({ level: options.logLevel ?? 'warn', base: { role } })
  const stops = createStopList((text) => log.warn(text))
  setLogger({ info() {}, debug() {}, warn: (text) => log.debug(text), error: (text) => log.error(messageOf(text)) })
  const every = (when: string, what: string, run: () => Promise<unknown>) => {
    const quietly = () =>
      run().catch((e) => log.error({ what, reason: messageOf(e) }, 'a regular task failed and is tried at its next time'))
    const task = schedule(when, quietly, { noOverlap: true, name: what })
    stops.add(`the timer of ${what}`, () => task.destroy())
  }
  try {
    const settings = await readSettings(environment)
    checkThresholds(
      settings.thresholds,
      settings.stations,
      settings.events.events.map((e) => e.name),
    )
    const store = await openStore(environment)
    stops.add('the store', store.close)
    if (store.kind === 'embedded' && role !== 'all')
      throw new ConfigError(`The embedded store has room for one process: start the role "all", or set DATABASE_URL for "${role}"`)
    const seal = createSeal(readDataKey(environment.dataKeyFile))
    if (environment.sample !== 'none') await loadSample(store, seal, options.crowd === undefined ? {} : { contacts: options.crowd })
    const registerKind = (await store.system(readRegisterKind)) === 'sample' ? 'sample' : 'live'
    const clock = await openClock(store)
    const register = await openRegister(store, seal, makeIndex)
    every('*/3 * * * * *', 'the register', async () => {
      await register.refresh()
      // Laid out before somebody asks: whoever is about to press does not wait for it.
      await inSlices(talliesOf(register.snapshot()))
    })
    const doorbell = environment.redisUrl ? createRedisDoorbell(environment.redisUrl, 'yinshi', log) : createInProcessDoorbell(log)
    stops.add('the doorbell', doorbell.stop)

    // Feeds → bulletins → warnings.
    const gazetteer = keepGazetteer(register.snapshot, placesOf(settings.gazetteer))
    const events = createEventTable(settings.events)
    const dialects = createDialects({ events, gazetteer })
    const reader = createReader({ dialects, events: settings.events, gazetteer, log })
    stops.add('the reader of large bulletins', reader.stop)
    const ingest = createIngest({
      store,
      dialects: reader,
      takeBulletin: createTakeBulletin(settings.warnings),
      log,
      posted: settings.feeds.posted,
    })
    const headers = headersOf(settings.feeds.feeds, options.secrets ?? {})
    const poller = createPoller({ store, clock, ingest, log, noteVanished, headersOf: headers })
    stops.add('the poller', poller.stop)

    // Alerts → deliveries → channels; what comes back goes up through the inbox.
    const alerts: AlertDeps = {
      clock,
      register,
      risk: settings.risk,
      policy: settings.issue,
      book: settings.book,
      flood: settings.warnings.flood,
    }
    const fieldwork = { clock, register, seal, config: settings.fieldwork, risk: settings.risk, book: settings.book }
    const senders = new Map<Channel, Sender>()
    const delivery = createDelivery({
      store,
      clock,
      doorbell,
      log,
      register,
      senders,
      registerKind,
      chooseAudience: (ask) => chooseAudience(register.snapshot(), settings.risk, { ...ask, at: clock.now() }),
      isStillWarned: isStillWarned(alerts),
      words: settings.book.words,
      config: settings.delivery,
      escalation: settings.escalation,
      budgets: limitsOf(settings.channels),
    })
    const secrets = options.secrets ?? {}
    const isAllowListed = (id: number) => register.snapshot().contacts.get(id)?.allowListed ?? false
    const inbox = () => delivery.inbox
    const opened = await openSenders(settings.channels, { store, log, registerKind, isAllowListed, secrets, words: settings.book, inbox })
    for (const [channel, sender] of opened) senders.set(channel, sender)

    const react: Record<ReactionName, Reaction> = {
      openAlerts: openAlerts(alerts),
      tellFeedIll: tellFeedIll(alerts),
      tellFeedWell: tellFeedWell(alerts),
      tellCarrierFailed: tellCarrierFailed(alerts),
      reviseAlerts: reviseAlerts(alerts),
      proposeAllClear: draftAllClear(alerts),
      judgeThresholds: judgeThresholds({ clock, thresholds: settings.thresholds }),
      tellKeptWaiting: tellKeptWaiting(alerts),
      openHint: openHint(alerts),
      endHint: endHint(alerts),
      ...delivery.reactions,
      openGroupPosts: openGroupPosts(fieldwork),
      openWatches: openWatches(fieldwork),
      endWatches: endWatches(fieldwork),
      openKnocks: openKnocks(fieldwork),
      openStaffKnock: openKnock(fieldwork),
      endStaffKnock: endStaffKnock(fieldwork),
      wakeSleeper,
      withdrawKnocks: withdrawKnocks(fieldwork),
      openCorrections: openCorrections(fieldwork),
      closeCorrections: closeCorrections(fieldwork),
      knockBroken: knockBroken(fieldwork),
      openHelpTask: openHelpTask(fieldwork, delivery.tellComing),
      tellWhoComes: tellWhoComes(fieldwork, delivery.tellComing),
      openFieldHelp: openFieldHelp(fieldwork),
      endFieldHelp: endFieldHelp(fieldwork),
      closeEvacuation: closeWhenReturned(alerts),
      tellFamily: tellFamily({ register, tellArrived: delivery.tellArrived }),
    }
    const timers: Record<string, TimerHandler> = {
      ...alertTimers(alerts),
      ...delivery.timers,
      [expireTimer]: expireWarning,
      [stationSilence]: tellSilentStation,
      'watch.due': markOverdue('watch.due', fieldwork),
      'help.due': markOverdue('help.due', fieldwork),
    }
    const todo = createTodoRunner(store, clock, createTodoWorker(store, react, timers, log), log)
    const ringTodo = role === 'web' ? () => doorbell.ring('todo') : todo.ring
    setListeners(reactions, ringTodo)
    setTodoBell(ringTodo)

    if (role !== 'web') {
      await syncFeeds(store, settings.feeds)
      await syncStations(store, settings.stations, register.snapshot(), log)
      await ingest.resume()
      every('*/10 * * * * *', 'bulletins that nobody has read', () => ingest.resume(unreadAfterSeconds))
      doorbell.onRing('todo', async () => todo.ring())
      todo.ring()
      stops.add('what is due', todo.stop)
      delivery.start()
      stops.add('deliveries', delivery.stop)
      const fold = () => foldCallbacks({ store, register, seal, log })
      doorbell.onRing(callbackBell, fold)
      every('*/2 * * * * *', 'what carriers report', fold)
      every('* * * * * *', 'feeds', poller.pollDue)
      const { folder, place } = settings.feeds
      if (folder) every('*/2 * * * * *', 'the watched folder', createFolderWatch({ store, ingest, log, folder, place }).look)
      if (settings.warnings.retention.days !== 'never') every('17 4 * * *', 'retention', () => purgeReceived(store, settings.warnings))
    }
    let toldSkew = 'ok'
    every('* * * * * *', 'clock', async () => {
      await clock.refresh()
      const skew = describeSkew(clock.skewMs)
      if (skew !== 'ok' && toldSkew === 'ok') log.error({ skew }, 'a clock is wrong')
      toldSkew = skew
    })
    if (role === 'worker') return { url: null, greeting: ['寅时 worker: 已就绪 ready'], stop: stops.stopAll }

    const { app, authentication } = await createApp(environment, store, log)
    stops.add('the web', () => app.close())
    const live = await openLiveStream(store, log)
    stops.add('the live stream', live.stop)
    const settle = async () => {
      await poller.pollDue()
      await todo.drain()
      await delivery.tick()
    }
    const room =
      registerKind === 'sample'
        ? await openDrillRoom({ environment, store, clock, log, register, app, addTokenSource: authentication.addSource, settle })
        : null
    if (room) stops.add('the drill', room.stop)
    const first = room ? null : await openFirstAccounts(store, settings.feeds.place)
    await addRoutes(app, {
      store,
      doorbell,
      log,
      seal,
      live,
      registerKind,
      dialects,
      events,
      gazetteer,
      ingest,
      poller,
      thresholds: settings.thresholds,
      alerts,
      fieldwork,
      inbox: delivery.inbox,
      callbackSecrets: readCallbackSecrets(settings.channels, secrets),
      tariff: settings.channels.tariff,
      carriers: Object.fromEntries(channels.map((c) => [c, senders.get(c)!.carrier])),
      budgets: limitsOf(settings.channels),
      lines: Object.fromEntries(channels.map((c) => [c, senders.get(c)!.carriers ?? [senders.get(c)!.carrier]])),
      givesReceipts: (channel) => senders.get(channel)!.receipts,
      escalation: settings.escalation,
      room,
      homeName: homeName(register.snapshot()),
      instance: () => ({
        name: homeName(register.snapshot()),
        version,
        register: registerKind,
        publicUrl: environment.publicUrl,
        store: store.kind,
        doorbell: doorbell.kind,
        sampleLogins: room !== null,
        accounts: room ? sampleAccounts.map(({ username, roleName, roleNameEn }) => ({ username, roleName, roleNameEn })) : [],
        now: clock.now(),
        speed: clock.speed,
      }),
      publicUrl: environment.publicUrl ?? `http://${environment.host}:${environment.port}`,
      secureCookie: environment.tls !== null || (environment.publicUrl?.startsWith('https:') ?? false),
      forget: authentication.forget,
      appsDir: join(root, 'dist', 'apps'),
    })
    await app.listen({ host: environment.host, port: environment.port })
    const address = app.server.address()
    const port = typeof address === 'object' && address ? address.port : environment.port
    const url = `${environment.tls ? 'https' : 'http'}://${environment.host}:${port}`
    room?.announce(url)
    return { url, greeting: greet(url, store.kind, doorbell.kind, room, first), stop: stops.stopAll }
  } catch (e) {
    await stops.stopAll()
    throw e
  }
}

/** Brings the store up to date and ends: what a deployment runs before the new web and worker. */
export async function migrateOnly(environment: Environment): Promise<void> {
  const store = await openStore(environment)
  await store.close()
}
