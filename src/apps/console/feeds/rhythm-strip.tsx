import type { Feed } from '../../shared/api-types.js'
import { useSay } from '../../shared/language.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { minuteTime } from '../../shared/times.js'

const quarter = 15 * 60_000
const quarters = 96

/** The last day in quarters of an hour: when it was asked, when it failed, when it brought something. A gap is a gap, not calm. */
export function RhythmStrip({ feed }: { feed: Feed }) {
  const say = useSay()
  const now = useServiceNow(60_000)
  const byTime = new Map((feed.ticks ?? []).map((tick) => [Math.floor(Date.parse(tick.at) / quarter), tick]))
  const last = Math.floor(now / quarter)
  const polls = (feed.ticks ?? []).reduce((sum, tick) => sum + tick.good + tick.bad, 0)
  const bad = (feed.ticks ?? []).reduce((sum, tick) => sum + tick.bad, 0)
  return (
    <svg
      className="rhythm"
      viewBox={`0 0 ${quarters * 3} 18`}
      preserveAspectRatio="none"
      role="img"
      aria-label={say(`最近 24 小时询问 ${polls} 次,失败 ${bad} 次`, `asked ${polls} times in 24 hours, ${bad} failed`)}
    >
      {Array.from({ length: quarters }, (_, i) => {
        const slot = last - quarters + 1 + i
        const tick = byTime.get(slot)
        const kind = !tick ? 'none' : tick.bad > 0 ? (tick.good > 0 ? 'mixed' : 'bad') : tick.fresh > 0 ? 'fresh' : 'good'
        const height = kind === 'none' ? 2 : kind === 'good' ? 9 : 16
        return (
          <rect key={slot} className={`rhythm-${kind}`} x={i * 3} y={18 - height} width={2.2} height={height}>
            <title>
              {minuteTime(slot * quarter)}
              {tick
                ? say(
                    ` 问 ${tick.good + tick.bad} 次${tick.bad ? `,失败 ${tick.bad}` : ''}${tick.fresh ? `,新报文 ${tick.fresh}` : ''}`,
                    ` asked ${tick.good + tick.bad}${tick.bad ? `, ${tick.bad} failed` : ''}${tick.fresh ? `, news ${tick.fresh}` : ''}`,
                  )
                : say(' 没有询问', ' not asked')}
            </title>
          </rect>
        )
      })}
    </svg>
  )
}
