import { sql } from 'kysely'
import type { Clock } from '../base/clock.js'
import type { Doorbell } from '../base/doorbell.js'
import { type Log, messageOf } from '../base/log.js'
import { afterCommit, type Store, type Tx } from '../base/store/store.js'
import type { Reaction } from '../journal/journal.js'
import type { TimerHandler } from '../journal/todo.js'
import type { Audience } from '../matching/audience.js'
import type { Channel } from '../messages/channel.js'
import type { Words, WordsRequest } from '../messages/words.js'
import type { Register } from '../register/snapshot.js'
import { takeAnswer } from './answers.js'
import { askMissing } from './ask-missing.js'
import type { Budgets } from './budget.js'
import { findWork } from './claim.js'
import { createLadders, ladderTimer } from './climb-ladder.js'
import { createReachCount, reachTimer } from './count-reach.js'
import { laneOfNumber, lanes } from './delivery.js'
import type { DeliveryConfig } from './delivery-config.js'
import { type DrainDeps, drainLane, sweep } from './drain-lane.js'
import type { Escalation } from './escalation.js'
import { createHoldBack } from './hold-back.js'
import { noteLeftUnsaid } from './note-accepted.js'
import { type AudienceAsk, createPlanner, type PlanDeps, planTimer } from './plan-deliveries.js'
import { type Progress, readProgress } from './progress.js'
import { breakReported, foldReceipts } from './receipts.js'
import type { Inbox, Sender } from './sender.js'
import { type Arrived, tellArrived } from './tell-arrived.js'
import { type Coming, tellComing } from './tell-coming.js'

export interface DeliveryDeps {
  store: Store
  clock: Clock
  doorbell: Doorbell
  log: Log
  register: Pick<Register, 'snapshot' | 'directory'>
  /** matching/choose-audience over the register's snapshot and config/policy/risk.yaml. */
  chooseAudience: (ask: AudienceAsk) => Audience
  isStillWarned: PlanDeps['isStillWarned']
  words: (request: WordsRequest) => Words
  /** Filled by wiring before start(): the sandbox needs the inbox, and the inbox is made here. */
  senders: Map<Channel, Sender>
  registerKind: 'sample' | 'live'
  config: DeliveryConfig
  escalation: Escalation
  /** What one number may have; without it numbers are not counted. */
  budgets?: Budgets
}

export interface Delivery {
  /** Sends what may leave of one lane; answers how many rows were settled. */
  drain(lane: string): Promise<number>
  /** Closes what will never leave. */
  sweep(): Promise<number>
  /** Asks the carriers after receipts that did not come; answers about how many rows. */
  askMissing(): Promise<number>
  /** Looks through the rows and does what is due, as the timer does. */
  tick(): Promise<void>
  start(): void
  stop(): Promise<void>
  inbox: Inbox
  /** Tells who cried for help who is on the way. */
  tellComing(tx: Tx, coming: Coming): Promise<Channel | null>
  /** Tells a family elsewhere that theirs have arrived. */
  tellArrived(tx: Tx, arrived: Arrived): Promise<number>
  progress(tx: Tx, alertId: string): Promise<Progress>
  /** Since when the oldest waiting row could have been sent (real time), and how many wait. */
  health(): Promise<{ waiting: number; oldestSeconds: number }>
  reactions: { planDeliveries: Reaction; openLadders: Reaction; answerLadder: Reaction; wakeDeliveries: Reaction; countReach: Reaction }
  timers: Record<typeof planTimer | typeof ladderTimer | typeof reachTimer, TimerHandler>
}

/** Joins the outbox: plan, claim, send, retry, receipts, answers, ladder. */
export function createDelivery(deps: DeliveryDeps): Delivery {
  const { store, doorbell, log, config } = deps
  let stopping = false
  const draining: DrainDeps = {
    ...deps,
    holdBack: createHoldBack(deps),
    directory: deps.register.directory,
    stopping: () => stopping,
    messages: new Map(),
    noted: new Set(),
  }
  const once = coalesce()
  const drain = (lane: string) => once(lane, () => drainLane(draining, lane))
  const sweepOnce = () => once('sweep', () => sweep(draining))
  const askOnce = () => once('missing', () => askMissing(draining))
  const planner = createPlanner({
    ...deps,
    snapshot: deps.register.snapshot,
    chunkSize: config.chunk_size,
    rowsAtOnce: config.plan_rows_at_once,
  })
  const reach = createReachCount(deps.clock.now)
  const ladders = createLadders(deps)

  const tick = async () => {
    const { lanes: open, toClose } = await store.system(findWork)
    if (toClose) await sweepOnce()
    await Promise.all([...new Set(open.map(laneOfNumber))].map(drain))
  }
  let timer: NodeJS.Timeout | undefined
  let ticking: Promise<void> = Promise.resolve()
  const tickOn = () => {
    // Beside the sending, never in its way.
    askOnce().catch((e) => log.warn({ reason: messageOf(e) }, 'asking after missing receipts failed and is tried again'))
    ticking = tick()
      .catch((e) => log.error({ reason: messageOf(e) }, 'looking for work failed and is tried again'))
      .finally(() => {
        if (!stopping) timer = setTimeout(tickOn, config.tick_ms)
      })
  }

  return {
    drain,
    sweep: sweepOnce,
    askMissing: askOnce,
    tick,
    start() {
      for (const lane of lanes) doorbell.onRing(lane, () => drain(lane))
      store.system(noteLeftUnsaid).catch((e) => log.warn({ reason: messageOf(e) }, 'what was sent whole is not noted yet'))
      tickOn()
    },
    async stop() {
      stopping = true
      clearTimeout(timer)
      await Promise.allSettled([ticking, once.idle()])
    },
    inbox: createInbox(store, log),
    tellComing: (tx, coming) => tellComing(tx, { words: deps.words, snapshot: deps.register.snapshot, doorbell }, coming),
    tellArrived: (tx, arrived) => tellArrived(tx, { words: deps.words, snapshot: deps.register.snapshot, doorbell }, arrived),
    progress: (tx, alertId) => readProgress(tx, alertId),
    health: () => store.system(readHealth),
    reactions: {
      planDeliveries: planner.planDeliveries,
      openLadders: ladders.openLadders,
      answerLadder: ladders.answerLadder,
      wakeDeliveries: createWake(doorbell),
      countReach: reach.countReach,
    },
    timers: { [planTimer]: planner.planOn, [ladderTimer]: ladders.climb, [reachTimer]: reach.count },
  }
}

/** One run per name at a time in this process; who asks during a run gets one more run after it. */
function coalesce() {
  const running = new Map<string, { now: Promise<number>; next: Promise<number> | null }>()
  const run = (name: string, work: () => Promise<number>): Promise<number> => {
    const current = running.get(name)
    if (current) {
      current.next ??= current.now.catch(() => 0).then(() => run(name, work))
      return current.next
    }
    const now = work().finally(() => running.delete(name))
    running.set(name, { now, next: null })
    return now
  }
  return Object.assign(run, { idle: () => Promise.allSettled([...running.values()].flatMap((r) => [r.now, r.next])) })
}

function createInbox(store: Store, log: Log): Inbox {
  return {
    async receive(receipts) {
      const { unknown } = await store.system(async (tx) => {
        const folded = await foldReceipts(tx, receipts)
        await breakReported(tx, receipts)
        return folded
      })
      if (unknown > 0) log.info({ unknown }, 'receipts for ids that are not ours')
    },
    async answer(answer) {
      const known = await store.system((tx) => takeAnswer(tx, answer))
      if (!known) log.info({ grade: answer.grade }, 'an answer to an id that is not ours')
    },
  }
}

/** alert.resumed: what was held may go on at once, without waiting for the timer. */
const createWake =
  (doorbell: Doorbell): Reaction =>
  async (tx, entry) => {
    const rows = await tx
      .selectFrom('delivery_chunk')
      .select('lane')
      .distinct()
      .where('alert_id', '=', entry.thing.id)
      .where('done', '=', false)
      .execute()
    afterCommit(tx, () => {
      for (const lane of new Set(rows.map((r) => laneOfNumber(r.lane)))) doorbell.ring(lane)
    })
  }

async function readHealth(tx: Tx): Promise<{ waiting: number; oldestSeconds: number }> {
  const { rows } = await sql<{ waiting: number; oldest: number | null }>`
    select coalesce(sum(c.open), 0)::int as waiting,
      extract(epoch from clock_timestamp() - min(greatest(c.not_before, j.written_at)))::float8 as oldest
    from delivery_chunk c join alert a on a.id = c.alert_id and a.state not in ('held', 'closed')
      left join lateral (select max(written_at) as written_at from journal j where j.thing_type = 'alert' and j.thing_id = a.id
        and j.event in ('alert.issued', 'alert.revised', 'alert.called-off', 'alert.all-cleared', 'alert.part-cleared', 'alert.resumed')) j on true
    where not c.done`.execute(tx)
  return { waiting: rows[0]?.waiting ?? 0, oldestSeconds: Math.max(0, rows[0]?.oldest ?? 0) }
}
