import type { Clock } from '../base/clock.js'
import type { Store } from '../base/store/store.js'
import type { DrillFeed } from './drill-feed.js'
import { playDesk } from './play-desk.js'
import { playDoors } from './play-doors.js'
import { playFeed } from './play-feed.js'
import { playPhones } from './play-phones.js'
import type { Scenario, Step } from './scenario.js'
import { type Ask, createStage } from './stage.js'

/** What somebody of the cast can do, by its name in the scenario's file. */
export type Verbs = Record<string, (step: Step) => Promise<void>>

export interface Cast {
  begin(scenario: Scenario): Promise<void>
  act(step: Step): Promise<void>
  /** When what the outside world published can be known to the service. */
  nextLook(): Promise<Date>
  figures(): Promise<Record<string, unknown>>
}

interface Deps {
  store: Store
  clock: Clock
  feed: DrillFeed
  configDir: string
  place: string
  ask: Ask
  /** The old resident whose phone the tour shows. */
  residentContactId: () => Promise<number>
}

/** What the feed and the people of a scenario do. */
export function createCast({ ask, residentContactId, ...outside }: Deps): Cast {
  const stage = createStage(ask, outside.clock)
  const world = playFeed(outside)
  const verbs: Verbs = {
    ...world.verbs,
    ...playDesk(stage, outside.clock, outside.place),
    ...playPhones(stage, residentContactId),
    ...playDoors(stage),
  }
  return {
    async begin(scenario) {
      const unknown = scenario.chapters.flatMap((c) => c.steps).find((step) => !verbs[step.do])
      if (unknown)
        throw new Error(`config/drills/${scenario.id}.yaml: "${unknown.do}" is not known; known are ${Object.keys(verbs).join(', ')}`)
      await world.begin(scenario)
    },
    act: (step) => verbs[step.do]!(step),
    nextLook: world.nextLook,
    async figures() {
      const relay = (await stage.alerts()).find((a) => a.audience === 'residents' && a.origin === 'relay')
      if (!relay) return { problem: 'no alert was made' }
      const progress = await ask('officer', 'GET', `/api/alerts/${relay.id}/progress`)
      const one = await stage.evacuation()
      const moved = one ? await ask('officer', 'GET', `/api/evacuations/${one.id}`) : null
      const { unchanged } = outside.feed
      return { residents: progress, households: moved?.households ?? null, people: moved?.people ?? null, feedUnchanged: unchanged }
    },
  }
}
