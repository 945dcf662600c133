import { setTimeout } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { type Column, eventually, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

/** When the scenario of config/drills/july-12.yaml says it happens, and so must the report, at any speed on any machine. */
const scenario: Record<string, string> = {
  warnedAt: '03:26',
  'residents.issuedAt': '03:27:40',
  'residents.lastAcceptedAt': '03:27:40',
  'evacuation.orderedAt': '03:43',
  liftedAt: '06:40',
  allClearAt: '06:43',
}
const minutes = (a: string, b: string) => Math.abs(Date.parse(a) - Date.parse(b)) / 60_000

interface Drill extends Json {
  state: string
  at: string
  problem: string | null
  chapter: { id: string } | null
  figures: {
    residents: Record<string, number>
    households: Record<string, number>
    people: Record<string, number>
    feedUnchanged: number
    pace: { heldSeconds: number; mostLateSeconds: number; notAwaited?: string[] }
  } | null
}

t.test(
  'npm run drill -- july-12: the night is lived through by the feed and by the people, and can be had again',
  { timeout: 280_000 },
  async (t: Test) => {
    const service = await startTestService(t, column)
    const officer = await service.as('officer')
    const drill = () => officer.get<Drill>('/api/drill')
    const start = (cast: string, speed: number | 'instant') => officer.post<Drill>('/api/drill/start', { scenario: 'july-12', speed, cast })
    const alerts = async () => (await officer.get<{ items: Json[] }>('/api/alerts')).items

    const live = async () => {
      // A whole night of looks as fast as they go would be too many requests.
      const look = async () => {
        await setTimeout(100)
        return drill()
      }
      const night = await eventually(look, (d) => d.state === 'finished' || d.state === 'failed', 'the night is over', 150_000)
      t.equal(night.problem, null)
      t.same(night.figures!.pace.notAwaited, undefined, 'no step was left before its effects were there')
      t.ok(night.figures!.pace.mostLateSeconds < 120, `no step was later than ${night.figures!.pace.mostLateSeconds} s of the scenario`)
      const relay = (await alerts()).find((a) => a.audience === 'residents' && a.origin === 'relay')!
      const report = await officer.get<Json>(`/api/alerts/${relay.id}/report`)
      for (const [what, at] of Object.entries(scenario)) {
        const said = what.split('.').reduce<unknown>((part, key) => (part as Json)[key], report)
        t.ok(minutes(String(said), `2026-07-12T${at}+08:00`) <= 2, `${what} ${said} is as the scenario says: ${at}`)
      }
      return night.figures!
    }

    t.match(await start('all', 'instant'), { state: 'running', at: /^2026-07-11T19:58/ }, 'the clock is moved to the evening before')
    const { residents, households, people, feedUnchanged } = await live()
    t.equal(residents.accepted, residents.planned)
    t.match(households, { planned: 12, total: 13, told: 13, left: 13, arrived: 13, refused: 0, absent: 0, needHelp: 0 })
    t.match(people, { planned: 33, total: 35, arrived: 35 })
    t.ok(feedUnchanged > 0, 'the feed was asked by conditional requests')

    const feeds = (await officer.get<{ items: Json[] }>('/api/feeds')).items
    t.ok(
      feeds.some((f) => f.id === 'drill-cap' && f.lastGoodAt),
      'the warning came through the poller',
    )
    const bulletins = (await officer.get<{ items: Json[] }>('/api/bulletins')).items
    t.ok(bulletins.filter((b) => b.via === 'feed' && b.outcome === 'accepted').length >= 3, 'forecast, warning and all-clear')
    const help = (await officer.get<{ items: Json[] }>('/api/tasks?kind=help&open=true')).items
    t.same(help, [], 'every cry for help was answered')
    const [evacuation] = (await officer.get<{ items: Json[] }>('/api/evacuations')).items
    t.equal(evacuation!.state, 'closed', 'everybody is home')
    const { resident } = await officer.post<{ resident: { contactId: number } }>('/api/tour/tokens')
    const calls = (await officer.get<{ items: Json[] }>(`/api/sandbox/messages?channel=voice&contactId=${resident.contactId}`)).items
    t.ok(calls.length >= 3, 'the old resident is called for the warning, the order and the all-clear')
    t.same(
      calls.map((call) => call.answered),
      ['2', ...calls.slice(1).map(() => '1')],
      'she asks for help, and answers every later call',
    )

    await start('all', 600)
    t.match((await live()).households, { planned: 12, total: 13, arrived: 13 }, 'ten hours a minute: the same night at the same times')

    t.match(await start('feed', 60), { state: 'running' })
    t.same(await alerts(), [], 'again: the night is as before the first bulletin')
    t.match(await officer.post<Drill>('/api/drill/pause'), { state: 'paused' })
    const [one, two] = [(await drill()).at, (await drill()).at]
    t.equal(one, two, 'paused, the clock stands still')
    t.match(await officer.post<Drill>('/api/drill/end'), { state: 'idle' })
    const now = new Date((await drill()).at).getTime()
    t.ok(Math.abs(now - Date.now()) < 60_000, 'the clock tells the real time again')

    const worker = await service.as('worker')
    t.equal((await worker.try('POST', '/api/drill/start', {})).status, 403)
  },
)
