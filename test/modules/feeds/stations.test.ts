import fc from 'fast-check'
import { pino } from 'pino'
import t from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { openClock } from '../../../src/base/clock.js'
import { chinaTime } from '../../../src/base/web.js'
import { createIngest } from '../../../src/feeds/ingest.js'
import { judgeThresholds } from '../../../src/feeds/observations/judge-thresholds.js'
import { stationState } from '../../../src/feeds/observations/station-routes.js'
import { listStations, syncStationRows } from '../../../src/feeds/observations/station-store.js'
import { silenceTimer, tellSilentStation } from '../../../src/feeds/observations/take-observations.js'
import type { Threshold } from '../../../src/feeds/observations/threshold.js'
import { setListeners } from '../../../src/journal/journal.js'
import { createTodoWorker } from '../../../src/journal/todo.js'
import { readSilentStations, stationNeeds } from '../../../src/outward/station-needs.js'
import { dialects } from '../../rig/reading.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const start = new Date('2026-07-12T02:00:00+08:00').getTime()
const minute = 60_000
const rule: Threshold = {
  ...{ id: 'cloudburst', event: '暴雨', kind: 'rain', stations: 'all', atLeast: 50, withinMinutes: 60 },
  until: { below: 20, forMinutes: 30 },
}
const gauge = {
  name: '后巷雨量站',
  kind: 'rain' as const,
  places: ['500154002001004'],
  source: 'gauge',
  lon: 108,
  lat: 31,
  everySeconds: 300,
}

t.test('gauges in the store', { skip: testDatabaseUrl ? false : 'no PostgreSQL here' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const clock = await openClock(store)
  const log = pino({ level: 'silent' })
  const ingest = createIngest({ store, dialects, takeBulletin: async () => [], log })
  setListeners({ 'observations.received': ['judge'] }, () => {})
  const faults: string[] = []
  const failing = pino({ level: 'error' }, { write: (line: string) => void faults.push(line) })
  const todo = createTodoWorker(
    store,
    { judge: judgeThresholds({ clock, thresholds: [rule] }) },
    { [silenceTimer]: tellSilentStation },
    failing,
  )
  const drain = async () => {
    await todo.drain()
    t.same(faults, [])
  }
  const at = (minutes: number) => clock.move({ at: new Date(start + minutes * minute), speed: 0 })
  type Reading = [minutes: number, value: number | string | null]
  const post = async (readings: Reading[], place = '500154002', station = 'R1') => {
    const rows = readings.map(([m, value]) => ({ station, kind: 'rain', value, at: chinaTime(new Date(start + m * minute)), seconds: 300 }))
    await ingest.ingest({
      ...{
        dialect: 'gauge',
        raw: Buffer.from(JSON.stringify(rows)),
        contentType: null,
        via: 'post',
        feedId: null,
        place,
        standing: 'reference',
      },
      actor: { person: 'key', role: 'machine', scope: place },
    })
    await drain()
  }
  const clear = async () => {
    await store.system(async (tx) => {
      for (const table of ['threshold_state', 'observation', 'bulletin', 'todo', 'station'] as const) await tx.deleteFrom(table).execute()
      await syncStationRows(tx, [{ ...gauge, id: 'r1', code: 'R1' }])
    })
    await at(0)
  }
  const state = () =>
    store.system((tx) => tx.selectFrom('threshold_state').select(['crossed', 'since', 'value', 'missing', 'at']).executeTakeFirst())
  const entries = (event: string) =>
    store.system(async (tx) => (await tx.selectFrom('journal').select('data').where('event', '=', event).execute()).length)
  const station = async () => (await store.system(listStations))[0]!

  await t.test('whatever the order, however often: the rows end in the same state', async (t) => {
    const value = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant(null), fc.constant('9999'))
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 8, maxLength: 24 }), fc.infiniteStream(fc.nat()), async (values, order) => {
        const readings = values.map((v, i): Reading => [(i + 1) * 5, v])
        await clear()
        await at(180)
        for (const reading of readings) await post([reading])
        const inOrder = await state()
        await clear()
        await at(180)
        const keyed = [...readings, ...readings.slice(0, 5)].map((r) => ({ r, key: order.next().value as number }))
        const mixed = keyed.sort((a, b) => a.key - b.key).map(({ r }) => r)
        for (let i = 0; i < mixed.length; i += 3) await post(mixed.slice(i, i + 3))
        t.same(await state(), inOrder)
      }),
      { numRuns: 6 },
    )
  })

  await t.test('said twice with different values, the higher one counts; "missing" takes nothing back', async (t) => {
    await clear()
    await at(10)
    await post([[5, 12]])
    await post([[5, '9999']])
    await post([[5, 3]])
    t.match(await state(), { value: 12 })
    await post([[5, 14]])
    t.match(await state(), { value: 14 })
    const rows = await store.system((tx) => tx.selectFrom('observation').select(['value', 'station', 'quality', 'unit']).execute())
    t.same(rows, [{ value: 14, station: 'R1', quality: 'unchecked', unit: 'mm' }])
  })

  await t.test('silent: a gauge that says only "missing", or whose clock runs ahead, is as good as silent', async (t) => {
    await clear()
    const before = await entries('station.silent')
    await at(5)
    await post([[5, 1]])
    await at(10)
    await post([[10, '9999']])
    await at(14)
    await post([[30, 2]])
    await drain()
    t.equal(stationState(await station(), clock.now()), 'good')
    await at(15)
    await drain()
    t.equal(stationState(await station(), clock.now()), 'offline')
    t.same((await station()).offlineAt, new Date(start + 15 * minute), 'since when it should have spoken')
    t.equal(await entries('station.silent'), before + 1)
    await at(40)
    await drain()
    t.equal(await entries('station.silent'), before + 1, 'told once')
    await post([[20, 3]])
    t.not((await station()).offlineAt, null, 'what it said long ago does not bring it back')
    await post([[40, 0]])
    t.equal((await station()).offlineAt, null)
    t.equal(await entries('station.recovered'), 1)
  })

  await t.test('on the desk: a gauge never heard, and one that fell silent while it was over its threshold', async (t) => {
    await clear()
    await store.system(async (tx) => {
      await tx.deleteFrom('station').execute()
      await syncStationRows(tx, [{ ...gauge, id: 'r1', code: 'R1' }])
    })
    const silent = () => store.system((tx) => readSilentStations(tx, clock.now()))
    await at(9)
    t.same(await silent(), [], 'it may still speak')
    await at(10)
    t.match(stationNeeds([], await silent()), [{ kind: 'station', title: /^后巷雨量站站点离线,按最不利情况处置\(从未收到读数\)$/ }])
    await post([[10, 60]])
    t.same(await silent(), [])
    const { series_id } = await store.system((tx) => tx.selectFrom('threshold_state').select('series_id').executeTakeFirstOrThrow())
    const hint = {
      ...{ id: 'a1', seriesId: series_id, origin: 'internal', warningId: null, state: 'issued', revision: 1, place: gauge.places[0] },
      ...{ title: '暴雨监测提示', words: { ownText: '后巷雨量站1小时已达60毫米' }, summary: { audience: { people: 3 } } },
    } as unknown as Alert
    t.match(stationNeeds([hint], await silent()), [{ alertId: 'a1', title: /60毫米,请派人查看$/ }])
    await at(300)
    const [need, ...others] = stationNeeds([hint], await silent())
    t.match(need, { alertId: 'a1', title: /60毫米,站点离线,按最不利情况处置,请派人查看$/ }, 'hours later it still stands')
    t.same(others, [], 'one gauge, one matter')
    t.match(
      stationNeeds([], await silent()),
      [{ alertId: null, title: /最后读数 02:10/ }],
      'ended by the officer: the gauge is offline all the same',
    )
  })

  await t.test('nobody speaks for a gauge of another place, or under another name', async (t) => {
    await clear()
    await at(30)
    await post([[30, 99]], '500155001')
    await post([[30, 99]], '500154002', 'R2')
    t.equal(await state(), undefined)
    t.equal((await station()).lastAt, null)
    await post([[30, 60]], '500154')
    t.match(await state(), { crossed: true }, 'the district may')
  })

  await t.test('what happened a day ago opens nothing now; a clock turned back begins anew', async (t) => {
    await clear()
    await at(26 * 60)
    await post([[60, 60]])
    t.notMatch(await state(), { crossed: true })
    await at(26 * 60 + 10)
    await post([[26 * 60 + 10, 70]])
    t.match(await state(), { crossed: true })
    await at(20)
    await post([[20, 5]])
    t.equal(stationState(await station(), clock.now()), 'good')
  })
})
