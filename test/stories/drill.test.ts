import t, { type Test } from 'tap'
import { type Column, eventually, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

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

    t.match(await start('all', 'instant'), { state: 'running', at: /^2026-07-11T19:58/ }, 'the clock is moved to the evening before')
    const night = await eventually(drill, (d) => d.state === 'finished' || d.state === 'failed', 'the night is over', 240_000)
    t.equal(night.problem, null)
    const { residents, households, people, feedUnchanged } = night.figures!
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
