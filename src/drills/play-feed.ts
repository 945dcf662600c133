import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../base/clock.js'
import { newId } from '../base/ids.js'
import type { Store } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { addFeed } from '../feeds/feed-store.js'
import type { Verbs } from './cast.js'
import type { DrillFeed } from './drill-feed.js'
import { readBulletin, type Scenario } from './scenario.js'

const station = 'drill-cap'
const everySeconds = 30

interface Deps {
  store: Store
  clock: Clock
  feed: DrillFeed
  configDir: string
  place: string
}

export interface World {
  begin(scenario: Scenario): Promise<void>
  /** When the poller asks the station again: what was published is not known to us before. */
  nextLook(): Promise<Date>
  verbs: Verbs
}

/** The outside world: a station that publishes, a forecast that changes. Always played. */
export function playFeed({ store, clock, feed, configDir, place }: Deps): World {
  let scenario = ''
  let red = { id: '', sent: '' }
  const addDrillFeed = (row: Omit<Parameters<typeof addFeed>[1], 'place' | 'source' | 'allowPrivate'>) =>
    store.system((tx) => addFeed(tx, { ...row, place, source: 'drill', allowPrivate: true }))
  const publish = (file: string, title: string, identifier: string, hours: number): string => {
    const sent = chinaTime(clock.now())
    const expires = chinaTime(new Date(clock.now().getTime() + hours * 3_600_000))
    const slots = { identifier, sent, expires, reference: red.id, referenceSent: red.sent }
    feed.publishDocument(`${identifier}.xml`, title, sent, readBulletin(configDir, scenario, file, slots))
    return sent
  }
  const newName = (what: string) => `drill-${newId().slice(0, 8)}-${what}`
  return {
    async begin(next) {
      scenario = next.id
      red = { id: '', sent: '' }
      await addDrillFeed({
        id: station,
        name: '气象台(演练)',
        dialect: 'cap',
        url: `${feed.url}/atom.xml`,
        standing: 'authority',
        everySeconds,
      })
    },
    async nextLook() {
      const row = await store.system((tx) => tx.selectFrom('feed').select('next_due').where('id', '=', station).executeTakeFirst())
      const latest = clock.now().getTime() + 2 * everySeconds * 1000
      // The store's times are finer than ours: a millisecond later it is due for sure.
      return new Date(Math.min((row?.next_due?.getTime() ?? 0) + 1, latest))
    },
    verbs: {
      'feed.forecast': async () => {
        feed.publishForecast(readFileSync(join(configDir, 'drills', scenario, 'forecast.json'), 'utf8'))
        await addDrillFeed({
          id: 'drill-rain',
          name: '降雨预报(演练)',
          dialect: 'open-meteo',
          url: `${feed.url}/forecast.json`,
          standing: 'reference',
          everySeconds: 300,
        })
      },
      'feed.red': async () => {
        const id = newName('red')
        red = { id, sent: publish('red-rainstorm.xml', '暴雨红色预警信号', id, 6) }
      },
      'feed.all-clear': async () => void publish('all-clear.xml', '解除暴雨红色预警信号', newName('clear'), 1),
    },
  }
}
