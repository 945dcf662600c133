import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { openClock } from '../../src/base/clock.js'
import { readEnvironment } from '../../src/base/config.js'
import { openStore } from '../../src/base/store/open-store.js'
import { chinaTime } from '../../src/base/web.js'
import { eventually, type Json, startTestService } from '../rig/service.js'
import { createTestDatabase, testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const night = (clock: string) => new Date(`2026-07-12T${clock}:00+08:00`)
interface Alert extends Json {
  id: string
  origin: string
  audience: string
  state: string
  level: string | null
  title: string
  seriesId: string
}
interface Station extends Json {
  id: string
  state: string
  latest: { value: number; ageSeconds: number } | null
  thresholds: { id: string; crossed: boolean; value: number | null; missing: number }[]
  trace: { points: { at: string; value: number | null }[] }
}

t.test(
  'a cloudburst at 3:05: the gauge speaks before the station, then falls silent',
  { skip: testDatabaseUrl ? false : 'no PostgreSQL here', timeout: 180_000 },
  async (t) => {
    const database = await createTestDatabase(t)
    const service = await startTestService(t, 'embedded + in-process', { DATABASE_URL: database, REDIS_URL: testRedisUrl ?? '' })
    const dataDir = mkdtempSync(join(tmpdir(), 'yinshi-cloudburst-'))
    const store = await openStore(readEnvironment({ DATA_DIR: dataDir, DATABASE_URL: database }, '.'))
    t.teardown(async () => {
      await store.close()
      rmSync(dataDir, { recursive: true })
    })
    const clock = await openClock(store)
    const at = (when: string) => clock.move({ at: night(when), speed: 0 })
    const officer = await service.as('officer')
    const alerts = async (origin: string) =>
      (await officer.get<{ items: Alert[] }>('/api/alerts?limit=1000')).items.filter((a) => a.origin === origin)
    const gauge = async () => (await officer.get<{ items: Station[] }>('/api/stations')).items.find((s) => s.id === 'houxiang-rain')!
    const inbox = async (alert: Alert) =>
      (
        await officer.get<{ items: { contactId: number; text: string; revision: number }[] }>(
          `/api/sandbox/messages?alertId=${alert.id}&limit=1000`,
        )
      ).items
    const post = async (...readings: [string, number | string | null][]) => {
      const rows = readings.map(([clock, value]) => ({ station: 'HX-R1', kind: 'rain', value, at: chinaTime(night(clock)), seconds: 300 }))
      const answer = await service.ingest('gauge', JSON.stringify(rows))
      t.match(answer, { status: 202, body: { outcome: /accepted|duplicate/ } })
    }
    const slots = (from: string, to: string): string[] => {
      const list: string[] = []
      for (let time = night(from).getTime(); time <= night(to).getTime(); time += 300_000)
        list.push(chinaTime(new Date(time)).slice(11, 16))
      return list
    }
    const events = async (name: string) =>
      (await store.system((tx) => tx.selectFrom('journal').select(['thing_id', 'data']).where('event', '=', name).execute())).length

    await at('02:40')
    t.match(await gauge(), { state: 'offline', latest: null, lastAt: null }, 'never heard is not calm')
    await post(...slots('01:40', '02:40').map((clock): [string, number] => [clock, 0]))
    await eventually(gauge, (g) => g.state === 'good' && g.latest?.value === 0, 'the gauge is heard')

    const climb: [string, number][] = [
      ['02:45', 6],
      ['02:50', 9],
      ['02:55', 12],
      ['03:00', 14],
    ]
    for (const [clock, mm] of climb) {
      await at(clock)
      await post([clock, mm])
    }
    await eventually(gauge, (g) => g.thresholds[0]!.value === 41, 'the hour is summed')
    t.same(await alerts('internal'), [], 'below the threshold nobody is woken')

    await at('03:05')
    await post(['03:05', 15])
    const [hint] = await eventually(
      () => alerts('internal'),
      (found) => found[0]?.state === 'issued',
      'the hint is out',
    )
    t.match(hint, { audience: 'staff', level: null, title: '暴雨监测提示' })
    const told = await eventually(
      () => inbox(hint!),
      (messages) => messages.length >= 3,
      'the staff have it',
    )
    for (const { text } of told) {
      t.match(text, /监测提示.*后巷雨量站1小时已达56毫米/s)
      t.notMatch(text, /预警|红色|橙色|黄色|蓝色|warning/i, 'it is not a warning')
    }
    t.same(await alerts('relay'), [], 'the station has not said a word, and residents hear nothing from a gauge')

    await at('03:10')
    await post(['03:00', 14], ['02:50', 9], ['03:05', 15], ['03:10', '9999'])
    await post(['03:10', 16])
    await post(['03:10', 16], ['02:55', 12])
    await eventually(
      gauge,
      (g) => g.thresholds[0]!.value === 72 && g.thresholds[0]!.missing === 0,
      'said late and twice, it is summed once',
    )
    t.equal((await alerts('internal')).length, 1, 'crossed once, told once')
    t.equal(await events('threshold.crossed'), 1)

    await at('03:19')
    await eventually(gauge, (g) => g.state === 'good', 'one slot late is not silent')
    await at('03:20')
    const silent = await eventually(gauge, (g) => g.state === 'offline', 'two intervals without a word')
    t.equal(silent.latest, null, 'its last value is not shown')
    await eventually(
      () => events('station.silent'),
      (n) => n === 1,
      'the silence is in the journal, once',
    )
    const desk = await officer.get<{ needs: { kind: string; title: string }[] }>('/api/desk')
    t.match(
      desk.needs.find((n) => n.kind === 'station' && n.title.includes('离线')),
      { title: /后巷雨量站.*站点离线,按最不利情况处置/ },
    )
    t.equal((await alerts('internal'))[0]!.state, 'issued', 'silence ends nothing')

    await at('03:26')
    const said: Record<string, string> = {
      identifier: 'cloudburst-red',
      sent: chinaTime(night('03:26')),
      expires: chinaTime(night('06:26')),
    }
    const red = readFileSync('config/drills/july-12/red-rainstorm.xml', 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name: string) => said[name]!)
    t.match(await service.ingest('cap', red), { status: 202, body: { outcome: 'accepted' } })
    const relay = await eventually(
      () => alerts('relay'),
      (found) => found.some((a) => a.audience === 'staff' && a.state === 'issued'),
      'the warning goes its own way',
    )
    t.ok(relay.every((a) => a.seriesId !== hint!.seriesId))
    t.equal((await alerts('internal'))[0]!.state, 'issued', 'the hint stands beside it')

    await at('05:00')
    await post(...slots('03:15', '05:00').map((clock): [string, number] => [clock, 0]))
    await eventually(
      () => alerts('internal'),
      (found) => found[0]!.state === 'all-clear',
      'it has fallen, on whole readings',
    )
    t.equal(await events('station.recovered'), 1)
    const after = await eventually(
      async () => (await inbox(hint!)).filter((m) => m.revision > 1),
      (messages) => new Set(messages.map((m) => m.contactId)).size === new Set(told.map((m) => m.contactId)).size,
      'the same people hear that it has fallen',
    )
    for (const { text } of after) t.match(text, /监测提示.*已结束/s)
  },
)
