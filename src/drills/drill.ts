import { sql } from 'kysely'
import type { Clock } from '../base/clock.js'
import { type Log, messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { Cast } from './cast.js'
import type { DrillFeed } from './drill-feed.js'
import { resetNight } from './reset-night.js'
import { type Part, readScenario, type Scenario, type Step } from './scenario.js'

/** Real milliseconds to go on without an answer before a step is called late. */
const settleDeadlineMs = 60_000

export interface DrillStatus {
  state: 'idle' | 'running' | 'paused' | 'finished' | 'failed'
  scenario: string | null
  title: { zh: string; en: string } | null
  speed: number
  cast: 'feed' | 'all'
  takenOver: Part[]
  chapter: { n: number; of: number; id: string; title: { zh: string; en: string }; tell: { zh: string; en: string } } | null
  chapters: { id: string; title: { zh: string; en: string }; at: string }[]
  figures: Record<string, unknown> | null
  problem: string | null
}

export interface Drill {
  status(): DrillStatus
  start(options: { scenario: string; speed: number | 'instant'; cast: 'feed' | 'all' }): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  setSpeed(speed: number): Promise<void>
  takeOver(parts: Part[]): void
  /** Ends the drill, wherever it is, and gives the clock back to the real time. */
  end(): Promise<void>
  stop(): Promise<void>
}

interface Deps {
  store: Store
  clock: Clock
  log: Log
  configDir: string
  place: string
  feed: DrillFeed
  cast: Cast
  /** Looks at the drill's feeds at once, as the poller's own tick would. */
  settle: () => Promise<void>
}

/** Plays a scenario inside the running service: it moves the sample instance's clock and lets its people act through the API. */
export function createDrill({ store, clock, log, configDir, place, feed, cast, settle }: Deps): Drill {
  let scenario: Scenario | null = null
  let speed: number | 'instant' = 60
  let castKind: 'feed' | 'all' = 'all'
  let state: DrillStatus['state'] = 'idle'
  let chapter = -1
  let figures: Record<string, unknown> | null = null
  let problem: string | null = null
  let taken = new Set<Part>()
  let run = 0
  let playing: Promise<void> = Promise.resolve()

  const gone = (mine: number) => mine !== run
  const tell = (event: string, data: Record<string, unknown>) =>
    store.system((tx) => record(tx, { event, place, thing: { type: 'drill', id: scenario?.id ?? '' }, data }))

  /** Waits for a time of the service's clock; standing still while the drill is paused. */
  const until = async (at: Date, mine: number) => {
    if (speed === 'instant') {
      if (clock.now() < at) await clock.move({ at, speed: 0 })
      return
    }
    while (!gone(mine) && (state === 'paused' || clock.now() < at)) {
      const ms = state === 'paused' ? 100 : Math.min(100, clock.realMsUntil(at) + 1)
      await new Promise((ok) => setTimeout(ok, ms))
    }
  }

  /** Nothing is due and nothing waits to be sent: the service has done what the step set off. */
  const quiet = async (mine: number) => {
    const deadline = Date.now() + settleDeadlineMs
    for (;;) {
      await settle()
      const busy = await store.system(async (tx) => {
        const due = await tx
          .selectFrom('todo')
          .select((e) => e.fn.countAll().as('n'))
          .where('due_at', '<=', sql<Date>`(select clock_now())`)
          .where('attempts', '=', 0)
          .executeTakeFirst()
        const open = await sql<{
          n: number
        }>`select count(*) as n from delivery_chunk where not done and not_before <= (select clock_now())`.execute(tx)
        return Number(due?.n ?? 0) + Number(open.rows[0]?.n ?? 0)
      })
      if (busy === 0 || gone(mine)) return
      if (Date.now() > deadline) return log.warn({ busy }, 'the service did not come to rest within a minute')
      await new Promise((ok) => setTimeout(ok, 20))
    }
  }

  const play = async (step: Step, mine: number) => {
    const people = step.as !== undefined
    if (people && (castKind === 'feed' || taken.has(step.as!))) return
    if (gone(mine)) return
    await cast.act(step)
    if (speed === 'instant') await quiet(mine)
  }

  const playAll = async (of: Scenario, mine: number) => {
    for (const [n, part] of of.chapters.entries()) {
      if (gone(mine)) return
      chapter = n
      await tell('drill.advanced', { chapter: part.id })
      if (part.jump && clock.now() < new Date(part.jump)) await clock.move({ at: new Date(part.jump) })
      for (const step of part.steps) {
        await until(new Date(step.at), mine)
        if (gone(mine)) return
        await play(step, mine)
      }
    }
    await until(new Date(of.ends), mine)
    if (gone(mine)) return
    await quiet(mine)
    figures = await cast.figures()
    state = 'finished'
    await tell('drill.finished', { figures })
    await clock.move({ speed: 1 })
  }

  return {
    status: () => ({
      state,
      scenario: scenario?.id ?? null,
      title: scenario?.title ?? null,
      speed: speed === 'instant' ? 0 : speed,
      cast: castKind,
      takenOver: [...taken],
      chapter:
        scenario && chapter >= 0
          ? {
              n: chapter + 1,
              of: scenario.chapters.length,
              id: scenario.chapters[chapter]!.id,
              title: scenario.chapters[chapter]!.title,
              tell: scenario.chapters[chapter]!.tell,
            }
          : null,
      chapters: (scenario?.chapters ?? []).map((c) => ({ id: c.id, title: c.title, at: c.steps[0]?.at ?? scenario!.starts })),
      figures,
      problem,
    }),
    async start(options) {
      const next = readScenario(configDir, options.scenario)
      const mine = ++run
      await playing
      scenario = next
      speed = options.speed
      castKind = options.cast
      chapter = -1
      figures = null
      problem = null
      taken = new Set()
      feed.clear()
      await resetNight(store, place)
      await clock.move({ at: new Date(next.starts), speed: speed === 'instant' ? 0 : speed })
      await cast.begin(next)
      state = 'running'
      await tell('drill.started', { scenario: next.id, cast: castKind })
      playing = playAll(next, mine).catch(async (e) => {
        if (gone(mine)) return
        state = 'failed'
        problem = messageOf(e)
        log.error({ reason: problem, stack: e instanceof Error ? e.stack : undefined }, 'the drill stopped')
      })
    },
    async pause() {
      if (state !== 'running') return
      state = 'paused'
      await clock.move({ speed: 0 })
    },
    async resume() {
      if (state !== 'paused') return
      state = 'running'
      await clock.move({ speed: speed === 'instant' ? 0 : speed })
    },
    async setSpeed(next) {
      speed = next
      if (state === 'running') await clock.move({ speed: next })
    },
    takeOver(list) {
      taken = new Set(list)
    },
    async end() {
      run++
      await playing
      state = 'idle'
      chapter = -1
      await clock.move({ at: new Date(), speed: 1 })
    },
    async stop() {
      run++
      await playing
      await feed.stop()
    },
  }
}
