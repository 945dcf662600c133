import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readNumber } from '../../../src/feeds/observations/observation.js'
import { dialects, readContext } from '../../rig/reading.js'

const read = (dialect: string, raw: Buffer | string) => dialects.read(dialect, Buffer.from(raw), readContext())
const sample = (path: string) => readFileSync(join('test', 'rig', 'samples', path))
const rows = (dialect: string, raw: Buffer | string) => {
  const reading = read(dialect, raw)
  if (reading.kind !== 'observations') throw new Error(`${dialect}: ${JSON.stringify(reading)}`)
  return reading
}
/** kind value unit quality, and the station, span and forecast where there are any. */
const told = (dialect: string, raw: Buffer | string) =>
  rows(dialect, raw).observations.map((o) =>
    [
      o.kind,
      o.value,
      o.unit,
      o.quality,
      o.station,
      o.seconds ? `${o.seconds}s` : '',
      o.forecast ? 'forecast' : '',
      o.at.toISOString().slice(11, 16),
    ]
      .filter((x) => x !== '' && x !== undefined)
      .map((x) => x ?? 'null')
      .join(' '),
  )

t.test('what is written for "missing" is missing, and nothing of it is zero', async (t) => {
  for (const raw of ['9999', 9999, '9999.0', '', ' ', '-', '--', null, undefined, 'null', 'abc', '1,5', Number.NaN, {}, [], true])
    t.equal(readNumber(raw), null, JSON.stringify(raw))
  for (const [raw, value] of [
    ['0', 0],
    ['0.0', 0],
    [0, 0],
    ['-1.5', -1.5],
    ['.15', 0.15],
    ['11.', 11],
    ['1e2', 100],
  ] as const)
    t.equal(readNumber(raw), value, String(raw))
})

t.test('Open-Meteo: now, quarter hours, hours; local times; a unit "undefined" is no quantity; ours beside theirs', async (t) => {
  t.same(told('open-meteo', sample('open-meteo/quarter-hours.json')), [
    'precipitation 13.5 mm unchecked null 900s 19:15',
    'wind 10 m/s unchecked null 19:15',
    'precipitation 14 mm unchecked null 900s forecast 19:30',
    'precipitation null mm missing null 900s forecast 19:45',
    'temperature 20 °C unchecked null forecast 19:30',
    'temperature 25 °C unchecked null forecast 19:45',
    'flow 412.5 m³/s unchecked null forecast 20:00',
    'pressure-sea-level null hPa missing null forecast 20:00',
  ])
  const wind = rows('open-meteo', sample('open-meteo/quarter-hours.json')).observations[1]!
  t.same(wind.said, { value: 36, unit: 'km/h' }, 'what the source said is kept')
  const two = `[${sample('open-meteo/quarter-hours.json')},${sample('open-meteo/quarter-hours.json').toString().replace('31.16', '31.17')}]`
  t.same([...new Set(rows('open-meteo', two).observations.map((o) => o.station))], ['31.16,108.39', '31.17,108.39'])
  const epoch =
    '{"latitude":1,"longitude":2,"utc_offset_seconds":28800,"hourly_units":{"time":"unixtime","precipitation":"mm"},"hourly":{"time":[1783796400],"precipitation":[1]}}'
  t.match(told('open-meteo', epoch), [/19:00$/], 'seconds are of the world clock already')
  t.match(read('open-meteo', '{"error":true,"reason":"Parameter hourly"}'), { kind: 'unreadable', reason: /Parameter hourly/ })
})

t.test('QWeather: strings with units by agreement, an offset of their own, and v1 without any time', async (t) => {
  t.same(told('qweather-weather', sample('qweather-weather/now.json')), [
    'temperature 24 °C unchecked null 19:05',
    'feels-like null °C missing null 19:05',
    'wind-direction 123 ° unchecked null 19:05',
    'wind 5 m/s unchecked null 19:05',
    'humidity 97 % unchecked null 19:05',
    'precipitation 41.5 mm unchecked null 3600s 19:05',
    'pressure null hPa missing null 19:05',
    'visibility 1200 m unchecked null 19:05',
    'dew-point null °C missing null 19:05',
  ])
  t.same(told('qweather-weather', sample('qweather-weather/minutely.json')), [
    'precipitation 4.15 mm unchecked null 300s forecast 19:10',
    'precipitation null mm missing null 300s forecast 19:15',
  ])
  t.match(rows('qweather-weather', sample('qweather-weather/minutely.json')).problems, [{ code: 'bad-time', path: 'minutely.2.fxTime' }])
  const current = rows('qweather-weather', sample('qweather-weather/current.json'))
  t.match(current.problems, [{ code: 'no-time', severity: 'remark', message: /按收到的时间/ }])
  t.match(Object.fromEntries(current.observations.map((o) => [o.kind, o.value])), {
    temperature: 24.1,
    humidity: 97,
    wind: 5,
    precipitation: 41.5,
    pressure: null,
    gust: null,
  })
  t.same(current.observations[0]!.at, readContext().receivedAt)
  t.match(read('qweather-weather', '{"code":"402"}'), { kind: 'unreadable', reason: /欠费/ }, 'its own refusals are told in words')
})

t.test('CMA now: 9999 as number and as string, China time without saying so, the alarms beside it are not warnings', async (t) => {
  t.same(told('cma-now', sample('cma-now/now.json')), [
    'precipitation 41.5 mm unchecked 57338 3600s 19:05',
    'temperature null °C missing 57338 19:05',
    'pressure null hPa missing 57338 19:05',
    'humidity 97 % unchecked 57338 19:05',
    'wind-direction null ° missing 57338 19:05',
    'wind 5 m/s unchecked 57338 19:05',
  ])
  t.match(rows('cma-now', sample('cma-now/now.json')).problems, [{ code: 'alarms-not-read', severity: 'remark', message: /1 条预警/ }])
})

t.test('NWS: unit and quality beside every value, null is common, a template is no date', async (t) => {
  t.same(told('nws-observations', sample('nws-observations/collection.json')), [
    'temperature 24 °C good KDRL 19:05',
    'wind 10 m/s suspect KDRL 19:05',
    'gust null m/s missing KDRL 19:05',
    'pressure 1002.5 hPa bad KDRL 19:05',
    'precipitation 41.5 mm good KDRL 3600s 19:05',
    'precipitation 60 mm good KDRL 10800s 19:05',
  ])
  t.match(rows('nws-observations', sample('nws-observations/collection.json')).problems, [
    { code: 'bad-time', path: 'features.1.properties.timestamp', message: /date:now/ },
  ])
  t.match(read('nws-observations', '{"type":"https://api.example.org/problems/NotFound","title":"Not Found"}'), {
    kind: 'unreadable',
    reason: /Not Found/,
  })
})

t.test('water levels: a flow of 0 is not measured, a reservoir lets out, centimetres become metres', async (t) => {
  t.same(told('cjh', sample('cjh/levels.json')), [
    'level 168.62 m unchecked 60199001 19:00',
    'flow null m³/s missing 60199001 19:00',
    'level null m missing 60199002 18:00',
    'flow 412 m³/s unchecked 60199002 18:00',
    'outflow 380 m³/s unchecked 60199002 18:00',
  ])
  t.match(rows('cjh', sample('cjh/levels.json')).problems, [{ code: 'bad-time', path: '2.tm' }])
  t.same(told('pegelonline', sample('pegelonline/levels.json')), ['level 2.38 m unchecked null 19:15', 'level null m missing null 19:00'])
})

t.test('our own gauges: one bad reading takes no other with it; out of all bounds or in an unknown unit is bad, not true', async (t) => {
  t.same(told('gauge', sample('gauge/readings.json')), [
    'precipitation 4.5 mm unchecked HX-R1 300s 19:05',
    'precipitation null mm missing HX-R1 19:10',
    'precipitation 700 mm bad HX-R1 19:15',
    'level 168.62 m unchecked BH-L1 19:15',
    'level 3 尺 bad BH-L1 19:20',
  ])
  t.match(rows('gauge', sample('gauge/readings.json')).problems, [{ code: 'bad-reading', path: '5.at', message: /第 6 条/ }])
})

t.test('what is none of it is told in words with a hint, and never thrown', async (t) => {
  for (const dialect of ['open-meteo', 'qweather-weather', 'cma-now', 'nws-observations', 'cjh', 'pegelonline', 'gauge'])
    for (const wrong of ['', '{', '<html>', '[]', '{}', 'null', '7', '"x"', `${'['.repeat(5000)}`, '{"code":"200","now":{}}'])
      t.match(read(dialect, wrong), { kind: 'unreadable', reason: /[一-鿿]/, hint: /[一-鿿]/ }, `${dialect} ${wrong.slice(0, 20)}`)
  t.match(read('gauge', '[\n{"station": 1 "x"}\n]'), { reason: /第 2 行/, problems: [{ line: 2 }] })
})

const samplesDir = process.env.SAMPLES_DIR
t.test(
  'samples of others: every value with a unit and a time, nothing missing became zero',
  { skip: samplesDir ? false : 'no SAMPLES_DIR' },
  async (t) => {
    const files: [string, string, number, number][] = [
      ['open-meteo', 'open-meteo/forecast.trimmed.json', 0, 0],
      ['open-meteo', 'open-meteo/forecast_minutely_15.json', 0, 0],
      ['nws-observations', 'nws-pynws/stations_observations_latest.json', 0, 0],
      ['pegelonline', 'pegelonline/measure.json', 1, 0],
      ['cjh', 'cn-transcribed/cjh-sssq-20190212.json', 30, 4],
      ['cma-now', 'cn-transcribed/cma-now-57510-chongqing-tongliang-2026.json', 7, 0],
      ['cma-now', 'cn-transcribed/cma-weather-api-59287-20201013.json', 6, 0],
      ...readdirSync(join(samplesDir!, 'feeds/qweather/openapi-examples'))
        .filter((f) => /^get(?:WeatherCurrent|WeatherNowV7|GridWeatherNow|MinutelyPrecipitation)-/.test(f))
        .map((f): [string, string, number, number] => ['qweather-weather', `qweather/openapi-examples/${f}`, 0, 0]),
      ...['01', '03', '04'].map((n): [string, string, number, number] => [
        'qweather-weather',
        `qweather/history/minutely-${n}.json`,
        24,
        0,
      ]),
    ]
    for (const [dialect, path, count, missing] of files) {
      const { observations } = rows(dialect, readFileSync(join(samplesDir!, 'feeds', path)))
      if (count > 0) t.equal(observations.length, count, `${path}: values`)
      if (count > 0) t.equal(observations.filter((o) => o.value === null).length, missing, `${path}: missing`)
      t.ok(observations.some((o) => o.value !== null) && observations.every((o) => Number.isFinite(+o.at)), path)
    }
    for (const path of ['stations_observations_missing_value', 'stations_observations_empty'])
      t.match(
        read('nws-observations', readFileSync(join(samplesDir!, 'feeds/nws-pynws', `${path}.json`))),
        { kind: 'unreadable', reason: /没有观测时间/ },
        path,
      )
    const kalb = join(samplesDir!, 'feeds/nws-weather.gov/air-quality-alerts/observations__limit=1.json')
    t.match(read('nws-observations', readFileSync(kalb)), { kind: 'unreadable', reason: /时间读不出/ }, 'a template is no date')
  },
)
