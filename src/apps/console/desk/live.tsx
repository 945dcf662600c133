import { useMemo } from 'react'
import { useSay } from '../../shared/language.js'
import { clockTime } from '../../shared/times.js'
import type { Series } from '../data/desk.js'
import { useResource } from '../data/resources.js'
import { Empty, Panel } from '../layout/parts.js'
import { go } from '../router.js'
import { gatherLines, lineWords, mergeTimelines, type Timeline, toneOfEvent } from './live-lines.js'

const anything = /^(?!session)/
export const useTimeline = (id: string | undefined) =>
  useResource<Timeline>(id ? `/api/alerts/${id}/timeline?newest=true&limit=500` : null, { watch: anything, everyMs: 20_000 })
export function Live({ series }: { series: Series }) {
  const say = useSay()
  const staff = useTimeline(series.staff?.id)
  const residents = useTimeline(series.residents?.id)
  const entries = useMemo(() => gatherLines(mergeTimelines(staff.data, residents.data)).slice(0, 60), [staff.data, residents.data])
  return (
    <Panel
      className="area-live"
      title={say('实时动态', 'Live')}
      extra={
        <span className="live-links">
          <button type="button" className="plain-button" onClick={() => go('/map')}>
            {say('地图', 'Map')} <kbd>g m</kbd>
          </button>
          <button type="button" className="plain-button" onClick={() => go('/report')}>
            {say('报送稿', 'Report')} <kbd>r</kbd>
          </button>
        </span>
      }
    >
      {entries.length === 0 && (
        <Empty title={say('还没有动静', 'Nothing yet')}>
          {say('叫应、应答、离家、到达,一件一件记在这里。', 'Calls, answers, departures and arrivals are told here one by one.')}
        </Empty>
      )}
      <ol className="live">
        {entries.map((entry) => (
          <li key={entry.position} className={`live-${toneOfEvent(entry.event)}`}>
            <time className="ys-tabular">{clockTime(entry.at)}</time>
            <span>{lineWords(entry, say)}</span>
          </li>
        ))}
      </ol>
    </Panel>
  )
}
