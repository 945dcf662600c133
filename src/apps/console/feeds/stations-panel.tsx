import type { ShownStation } from '../../../feeds/observations/station-routes.js'
import type { Listing } from '../../shared/api-types.js'
import { type Say, useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { millis, minuteTime } from '../../shared/times.js'
import { useResource } from '../data/resources.js'
import { Age, Empty, Loaded, Panel } from '../layout/parts.js'

/** 监测站: what our gauges say now. One that is silent shows no value: nobody knows what it would say. */
export function StationsPanel() {
  const say = useSay()
  const stations = useResource<Listing<ShownStation>>('/api/stations', { watch: /^(observations|station|threshold|drill)/ })
  return (
    <Panel title={say('监测站', 'Gauges')} count={stations.data?.items.length}>
      <Loaded from={stations} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={say('还没有监测站', 'No gauges yet')}>
              {say(
                '在 config/stations.yaml 里写上雨量站、水位站的位置和代表的网格,读数发到 /api/ingest/gauge;超过 config/thresholds.yaml 的阈值,责任人会收到监测提示。',
                'Name rain and level gauges and their grids in config/stations.yaml and post readings to /api/ingest/gauge; over a threshold of config/thresholds.yaml the staff get a note.',
              )}
            </Empty>
          ) : (
            <ul className="stations">
              {items.map((station) => (
                <StationRow key={station.id} station={station} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Panel>
  )
}

const kindWords: Record<ShownStation['kind'], [string, string]> = {
  rain: ['雨量', 'rain'],
  level: ['水位', 'level'],
  flow: ['流量', 'flow'],
  wind: ['风速', 'wind'],
  gust: ['阵风', 'gust'],
  temperature: ['气温', 'temperature'],
}
const span = (minutes: number, say: Say) =>
  minutes % 60 === 0 ? say(`${minutes / 60} 小时`, `${minutes / 60} h`) : say(`${minutes} 分钟`, `${minutes} min`)

function StationRow({ station }: { station: ShownStation }) {
  const say = useSay()
  const [zh, en] = kindWords[station.kind]
  const over = station.thresholds.some((rule) => rule.crossed)
  const offline = station.state === 'offline'
  return (
    <li className={`station${offline ? ' is-offline' : over ? ' is-over' : ''}`}>
      <div className="station-name">
        <b>{station.name}</b>
        <small className="muted">
          {say(zh, en)} · {say(`每 ${Math.round(station.everySeconds / 60)} 分钟`, `every ${Math.round(station.everySeconds / 60)} min`)}
        </small>
      </div>
      <Spark station={station} />
      <div className="station-now">
        {offline ? (
          <>
            <b className="tone-bad">{say('站点离线,按最不利情况处置', 'Offline: act on the worst case')}</b>
            <small className="muted">
              {station.lastAt ? (
                <>
                  {say('最后一次读数 ', 'last reading ')}
                  <Age at={station.lastAt} />
                </>
              ) : (
                say('还没有收到过读数', 'never heard')
              )}
            </small>
          </>
        ) : (
          <Latest station={station} />
        )}
        {station.thresholds.map((rule) => (
          <Rule key={rule.id} rule={rule} unit={station.unit} />
        ))}
      </div>
    </li>
  )
}

function Latest({ station: { latest, everySeconds, kind } }: { station: ShownStation }) {
  const say = useSay()
  if (!latest) return <b className="muted">{say('缺测', 'missing')}</b>
  const slot = kind === 'rain' ? say(`(${Math.round(everySeconds / 60)} 分钟)`, ` in ${Math.round(everySeconds / 60)} min`) : ''
  return (
    <>
      <b className="ys-tabular">
        {latest.value} {latest.unit}
        <small className="muted">{slot}</small>
      </b>
      <small className="muted">
        <Age at={latest.at} />
        {latest.quality === 'suspect' && <span className="chip chip-warn">{say('可疑', 'doubtful')}</span>}
      </small>
    </>
  )
}

function Rule({ rule, unit }: { rule: ShownStation['thresholds'][number]; unit: string }) {
  const say = useSay()
  const window = rule.withinMinutes === null ? '' : `${span(rule.withinMinutes, say)} `
  const limit = say(`${window}≥ ${rule.atLeast} ${unit}`, `${window}≥ ${rule.atLeast} ${unit}`)
  if (!rule.crossed) return <small className="muted">{say(`阈值 ${limit}`, `threshold ${limit}`)}</small>
  const bound =
    rule.missing > 0 ? say(`至少 ${rule.value},缺 ${rule.missing} 个时段`, `at least ${rule.value}, ${rule.missing} missing`) : rule.value
  return (
    <small className="tone-warn">
      {say(`已超阈值 ${limit}`, `over ${limit}`)}
      {rule.value !== null && say(`,现在 ${bound} ${unit}`, `, now ${bound} ${unit}`)}
      {rule.since && say(`,${minuteTime(rule.since)} 起`, `, since ${minuteTime(rule.since)}`)}
      <span className="muted">
        {say(
          `;低于 ${rule.until.below} ${unit} 满 ${span(rule.until.forMinutes, say)}才算结束`,
          `; over when below ${rule.until.below} ${unit} for ${span(rule.until.forMinutes, say)}`,
        )}
      </span>
    </small>
  )
}

const width = 220
const height = 44
const hours = 6

/** Six hours to now. A gap is a gap; where slots are missing the sum is a lower bound and drawn thin. */
function Spark({ station }: { station: ShownStation }) {
  const say = useSay()
  const now = useServiceNow(30_000)
  const limit = station.thresholds[0]?.atLeast
  const points = station.trace.points.flatMap((p) => (p.value === null ? [] : [{ at: millis(p.at)!, value: p.value, missing: p.missing }]))
  const values = [...points.map((p) => p.value), ...(limit === undefined ? [] : [limit])]
  const least = station.kind === 'rain' || values.length === 0 ? 0 : Math.min(...values)
  const most = Math.max(least + 1, ...values)
  const x = (at: number) => width * (1 - (now - at) / (hours * 3_600_000))
  const y = (value: number) => 3 + (height - 6) * (1 - (value - least) / (most - least))
  const gap = 2.5 * station.everySeconds * 1000
  const path = points
    .map((p, i) => `${i > 0 && p.at - points[i - 1]!.at <= gap ? 'L' : 'M'}${x(p.at).toFixed(1)} ${y(p.value).toFixed(1)}`)
    .join('')
  const window = station.trace.withinMinutes === null ? '' : span(station.trace.withinMinutes, say)
  const label = say(`${station.name}近 6 小时${window}`, `${station.name}, last 6 hours ${window}`)
  return (
    <svg className="station-spark" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      {limit !== undefined && <line className="spark-limit" x1={0} x2={width} y1={y(limit)} y2={y(limit)} />}
      {limit !== undefined && (
        <text className="spark-word" x={2} y={y(limit) < 14 ? y(limit) + 10 : y(limit) - 3}>
          {window} {limit} {station.unit}
        </text>
      )}
      <path className="spark-line" d={path} />
      {points
        .filter((p) => p.missing > 0)
        .map((p) => (
          <circle key={p.at} className="spark-bound" cx={x(p.at)} cy={y(p.value)} r={1.6} />
        ))}
    </svg>
  )
}
