import type { Clock } from '../base/clock.js'
import { type Log, messageOf } from '../base/log.js'
import type { Store } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { awaitRest } from './await-rest.js'
import type { Cast } from './cast.js'
import type { DrillFeed } from './drill-feed.js'
import { resetNight } from './reset-night.js'
import { type Part, readScenario, type Scenario, type Step } from './scenario.js'

export interface DrillStatus {
  state: 'idle' | 'running' | 'paused' | 'finished' | 'failed'
  scenario: string | null
  title: { zh: string; en: string } | null
  speed: number
  /** The clock is held to real time until the service has done what the last step set off. */
  holding: boolean
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
  let holding = false
  let waiting = { seconds: 0, mostLate: 0, gaveUp: [] as string[] }
  let run = 0
  let playing: Promise<void> = Promise.resolve()

  const gone = (mine: number) => mine !== run
  const tell = (event: string, data: Record<string, unknown>) =>
    store.system((tx) => record(tx, { event, place, thing: { type: 'drill', id: scenario?.id ?? '' }, data }))

  /** While the service is still at work on a step the clock goes no faster than life, so that what it notes are real durations. */
  const pace = () => (state === 'paused' || speed === 'instant' ? 0 : holding ? Math.min(1, speed) : speed)
  const goOn = (more: { at?: Date; stopsAt?: Date | null } = {}) => clock.move({ ...more, speed: pace() })

  /** Waits for a time of the service's clock, which cannot run past it; standing still while the drill is paused. */
  const until = async (at: Date, mine: number) => {
    if (clock.now() < at) await goOn(speed === 'instant' ? { at, stopsAt: null } : { stopsAt: at })
    while (!gone(mine) && (state === 'paused' || clock.now() < at)) {
      const ms = state === 'paused' ? 100 : Math.min(100, clock.realMsUntil(at) + 1)
      await new Promise((ok) => setTimeout(ok, ms))
    }
  }

  /** What was due before comes before; and the clock is held until what the step sets off is done. */
  const hold = async (name: string, mine: number, act: () => Promise<void>) => {
    const since = Date.now()
    const rest = async () => {
      const left = await awaitRest({ store, settle }, () => gone(mine))
      if (left === 0) return
      waiting.gaveUp.push(name)
      log.warn({ step: name, left }, 'the drill goes on, although the service has not done all that the step set off')
    }
    holding = true
    await goOn({ stopsAt: null })
    await rest()
    await until(clock.now(), mine)
    if (!gone(mine)) await act()
    await rest()
    holding = false
    waiting.seconds += (Date.now() - since) / 1000
  }

  const play = async (step: Step, mine: number) => {
    const people = step.as !== undefined
    if (people && (castKind === 'feed' || taken.has(step.as!))) return
    await hold(step.do, mine, async () => {
      waiting.mostLate = Math.max(waiting.mostLate, (clock.now().getTime() - Date.parse(step.at)) / 1000)
      await cast.act(step)
    })
    if (people || gone(mine)) return
    await until(await cast.nextLook(), mine)
    await hold(step.do, mine, async () => {})
  }

  const playAll = async (of: Scenario, mine: number) => {
    for (const [n, part] of of.chapters.entries()) {
      if (gone(mine)) return
      chapter = n
      await tell('drill.advanced', { chapter: part.id })
      const jump = part.jump ? new Date(part.jump) : null
      if (jump && clock.now() < jump) await goOn({ at: jump, stopsAt: jump })
      for (const step of part.steps) {
        await until(new Date(step.at), mine)
        if (gone(mine)) return
        await play(step, mine)
      }
    }
    await until(new Date(of.ends), mine)
    await hold('the end', mine, async () => {
      figures = { ...(await cast.figures()), pace: paceFigures() }
    })
    if (gone(mine)) return
    state = 'finished'
    await tell('drill.finished', { figures })
    await clock.move({ speed: 1, stopsAt: null })
  }

  /** How honest the times are: real seconds the clock was held, and how late by the scenario a step was at most. */
  const paceFigures = () => ({
    heldSeconds: Math.round(waiting.seconds),
    mostLateSeconds: Math.round(waiting.mostLate),
    ...(waiting.gaveUp.length > 0 ? { notAwaited: waiting.gaveUp } : {}),
  })

  return {
    status: () => ({
      state,
      scenario: scenario?.id ?? null,
      title: scenario?.title ?? null,
      speed: speed === 'instant' ? 0 : speed,
      holding: holding && state === 'running',
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
      holding = false
      waiting = { seconds: 0, mostLate: 0, gaveUp: [] }
      feed.clear()
      await resetNight(store, place)
      await clock.move({ at: new Date(next.starts), speed: 0, stopsAt: null })
      await cast.begin(next)
      state = 'running'
      await tell('drill.started', { scenario: next.id, cast: castKind })
      playing = playAll(next, mine).catch(async (e) => {
        if (gone(mine)) return
        state = 'failed'
        await clock.move({ speed: 1, stopsAt: null })
        problem = messageOf(e)
        log.error({ reason: problem, stack: e instanceof Error ? e.stack : undefined }, 'the drill stopped')
      })
    },
    async pause() {
      if (state !== 'running') return
      state = 'paused'
      await goOn()
    },
    async resume() {
      if (state !== 'paused') return
      state = 'running'
      await goOn()
    },
    async setSpeed(next) {
      speed = next
      if (state === 'running') await goOn()
    },
    takeOver(list) {
      taken = new Set(list)
    },
    async end() {
      run++
      await playing
      state = 'idle'
      chapter = -1
      await clock.move({ at: new Date(), speed: 1, stopsAt: null })
    },
    async stop() {
      run++
      await playing
      // Nobody is left to let the clock go on.
      if (clock.stopsAt !== null) await clock.move({ speed: 1, stopsAt: null })
      await feed.stop()
    },
  }
}
