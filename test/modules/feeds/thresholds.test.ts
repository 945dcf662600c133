import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { ConfigError, readConfig } from '../../../src/base/config.js'
import { checkThresholds, commonPlace, stationsSchema } from '../../../src/feeds/observations/station.js'
import {
  calmAt,
  type GaugeReading,
  inOrder,
  judge,
  sayCrossing,
  sumUpTo,
  type Threshold,
  thresholdsSchema,
} from '../../../src/feeds/observations/threshold.js'
import { events } from '../../rig/reading.js'

const minute = 60_000
const every = 5 * minute
const rain: Threshold = {
  id: 'cloudburst',
  event: '暴雨',
  kind: 'rain',
  stations: 'all',
  atLeast: 50,
  withinMinutes: 60,
  until: { below: 20, forMinutes: 30 },
}
const level: Threshold = {
  id: 'high',
  event: '洪水',
  kind: 'level',
  stations: 'all',
  atLeast: 168.5,
  until: { below: 168, forMinutes: 30 },
}

/** One reading every five minutes; null: it said "missing"; undefined: it said nothing. */
const series = (values: (number | null | undefined)[], from = 0): GaugeReading[] =>
  values.flatMap((value, i) => (value === undefined ? [] : [{ at: from + (i + 1) * every, value, spanMs: every, sure: true }]))
const judged = (rule: Threshold, readings: GaugeReading[]) => judge(rule, readings, calmAt(0), every, 0)
const dry = (n: number) => Array<number>(n).fill(0)

t.test('fifty millimetres in an hour, and not a moment earlier', async (t) => {
  const climb = [...dry(7), 6, 9, 12, 14]
  t.match(judged(rain, series(climb)), { crossed: false, latest: { value: 41 } })
  t.match(judged(rain, series([...climb, 9])), { crossed: true, since: 12 * every, crossing: { value: 50, missing: 0 } })
})

t.test('a gap is not dry: the sum is a lower bound, and says so', async (t) => {
  const gaps = [...dry(6), 20, undefined, 11, null, 12, 0]
  const sum = sumUpTo(series(gaps), series(gaps).length - 1, 60 * minute, every)
  t.same(sum, { value: 43, missing: 2, sure: true })
  t.equal(sayCrossing({ name: '后巷雨量站', unit: 'mm' }, rain, { value: 43, missing: 2 }), '后巷雨量站1小时至少43毫米,缺2个时段')
  t.equal(sayCrossing({ name: '后巷雨量站', unit: 'mm' }, rain, { value: 52, missing: 0 }), '后巷雨量站1小时已达52毫米')
  t.equal(sayCrossing({ name: '滨河路水位站', unit: 'm' }, level, { value: 168.62, missing: 0 }), '滨河路水位站已达168.62米')
  t.match(
    judged(rain, series([30, undefined, undefined, 25])),
    { crossed: true, crossing: { value: 55, missing: 10 } },
    'what is there is enough',
  )
})

t.test('hourly sums that overlap are not counted twice; a clock a second off loses nothing', async (t) => {
  const hourly = (at: number, value: number): GaugeReading => ({ at, value, spanMs: 60 * minute, sure: true })
  const often = [hourly(60 * minute, 30), hourly(70 * minute, 32), hourly(80 * minute, 28)]
  t.match(sumUpTo(often, 2, 60 * minute, 10 * minute), { value: 28, missing: 0 })
  const off = series(dry(12).map(() => 5)).map((r, i) => ({ ...r, at: r.at + (i % 2) * 2000 }))
  t.match(sumUpTo(off, 11, 60 * minute, every), { value: 60, missing: 0 })
})

t.test('it ends on evidence only: whole windows, sure values, low for the whole time', async (t) => {
  const storm = [...dry(7), 6, 9, 12, 14, 15]
  const after = (tail: (number | null | undefined)[]) => judged(rain, series([...storm, ...tail]))
  t.match(after(dry(16)), { crossed: true, belowSince: 23 * every }, 'below the mark, not long enough')
  t.match(after(dry(17)), { crossed: false, since: 29 * every }, 'half an hour of it')
  t.match(after([...dry(12), 25, ...dry(6)]), { crossed: true }, 'a shower sets the clock back')
  t.match(after([...dry(10), undefined, ...dry(8)]), { crossed: true }, 'a gap is no evidence')
  t.match(after([...dry(10), null, ...dry(12)]), { crossed: true }, '"missing" is no evidence')
  t.match(after([...dry(10), undefined, ...dry(18)]), { crossed: false }, 'until the window is whole again')
  t.match(after([...dry(3), ...Array<undefined>(300)]), { crossed: true }, 'silence ends nothing')
  const doubtful = series([...storm, ...dry(30)]).map((r) => ({ ...r, sure: false }))
  t.match(judged(rain, doubtful), { crossed: true }, 'a doubtful value may raise it and cannot end it')
  t.match(judged(level, series([168.6, 168.2, 167.9, 167.8, 167.8, 167.8, 167.8, 167.8])), { crossed: true })
  t.match(judged(level, series([168.6, 168.2, ...Array<number>(7).fill(167.8)])), { crossed: false })
  t.match(
    judged(level, series([168.6, 167.8, ...Array<undefined>(8), 167.8])),
    { crossed: true },
    'two looks an hour apart are not half an hour',
  )
})

const value = fc.oneof({ weight: 6, arbitrary: fc.double({ min: 0, max: 25, noNaN: true }) }, fc.constant(null), fc.constant(undefined), {
  weight: 6,
  arbitrary: fc.constant(0),
})
const story = fc.array(value, { minLength: 1, maxLength: 120 }).map((v) => series(v))

t.test('any order and any repetition of the same readings end in the same state', async () => {
  fc.assert(
    fc.property(story, fc.array(fc.nat()), fc.infiniteStream(fc.nat()), (readings, again, order) => {
      const doubled = [...readings, ...again.flatMap((n) => readings[n % Math.max(1, readings.length)] ?? [])]
      const keys = doubled.map(() => order.next().value as number)
      const shuffled = doubled
        .map((r, i) => ({ r, key: keys[i]! }))
        .sort((a, b) => a.key - b.key)
        .map(({ r }) => r)
      t.same(judged(rain, shuffled), judged(rain, readings))
      // Piece by piece, each time anew from the checkpoint, as the service does it.
      let state = calmAt(0)
      const settled = Math.floor(readings.length / 2) * every
      state = judge(
        rain,
        readings.filter((r) => r.at <= settled),
        state,
        every,
        settled,
      ).checkpoint
      const { crossed, since } = judge(rain, shuffled, state, every, settled)
      const whole = judged(rain, readings)
      t.same({ crossed, since }, { crossed: whole.crossed, since: whole.since })
    }),
    { numRuns: 300 },
  )
})

t.test('it never flaps: it begins at or above the upper mark, ends after the whole time below the lower one', async () => {
  fc.assert(
    fc.property(story, (readings) => {
      const ordered = inOrder(readings)
      let before = calmAt(0)
      for (let i = 1; i <= ordered.length; i++) {
        const now = judged(rain, ordered.slice(0, i))
        if (now.crossed && !before.crossed) t.ok(now.latest.value! >= rain.atLeast)
        if (!now.crossed && before.crossed) {
          const low = ordered.slice(0, i).filter((r) => r.at >= now.at - rain.until.forMinutes * minute)
          for (const r of low) {
            const known = sumUpTo(ordered, ordered.indexOf(r), 60 * minute, every)
            t.ok(known.missing === 0 && known.value! < rain.until.below)
          }
        }
        before = now
      }
    }),
    { numRuns: 100 },
  )
})

t.test('a wrong value in the files names file, key and what is allowed', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'yinshi-thresholds-'))
  t.teardown(() => rmSync(dir, { recursive: true }))
  const stations = readConfig('config', 'stations.yaml', stationsSchema).stations
  const said = readFileSync('config/thresholds.yaml', 'utf8')
  const start = (from: string | RegExp, to: string) => () => {
    writeFileSync(join(dir, 'thresholds.yaml'), said.replace(from, to))
    checkThresholds(readConfig(dir, 'thresholds.yaml', thresholdsSchema).thresholds, stations, events.names)
  }
  t.doesNotThrow(start('', ''))
  t.throws(start('below: 20', 'below: 50'), { message: /thresholds\.yaml:\d+: thresholds\.0\.until\.below: lower than atLeast/ })
  t.throws(start('kind: level', 'kind: rain'), { message: /thresholds\.2\.withinMinutes: minutes over which rain is summed/ })
  t.throws(start('event: 洪水', 'event: 洪水预警'), { message: /not the word 预警/ })
  t.throws(start('event: 洪水', 'event: 涨水'), { message: /thresholds\.2\.event: "涨水" is not in events\.yaml; allowed are 台风、暴雨/ })
  t.throws(
    start('[binhe-level]', '[nowhere]'),
    new ConfigError(
      'thresholds.yaml: thresholds.2.stations.0: no station "nowhere" in stations.yaml; known are houxiang-rain, nongmao-rain, binhe-level',
    ),
  )
  t.throws(start('[binhe-level]', '[houxiang-rain]'), { message: /measures rain, the rule is for level/ })
  t.equal(commonPlace(['500154002001004', '500154002001005']), '500154002001')
  t.equal(commonPlace(['500154002001004']), '500154002001004')
})
