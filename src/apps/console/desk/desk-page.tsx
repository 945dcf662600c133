import { useEffect } from 'react'
import { useSay } from '../../shared/language.js'
import { currentSeries, useAlerts, useDesk, useFieldBoard } from '../data/desk.js'
import { useDeskFigures } from '../data/desk-figures.js'
import { useExerciseFrame } from '../layout/exercise.js'
import { Loaded } from '../layout/parts.js'
import { go } from '../router.js'
import { Focus } from './focus.js'
import { Live } from './live.js'
import { Needs, needTarget } from './needs.js'
import { ResponseClock } from './response-clock.js'
import { Told } from './told.js'
import { WarningBanner } from './warning-banner.js'
import { isExercise } from './warning-words.js'

/** 3 a.m.: what is in force, what needs me, and whether people have heard. */
export function DeskPage() {
  const say = useSay()
  const desk = useDesk()
  const board = useFieldBoard()
  const alerts = useAlerts()
  const series = currentSeries(alerts.data?.items ?? [], desk.data)
  const figures = useDeskFigures(desk.data, series)
  const warnings = desk.data?.warnings ?? []
  useExerciseFrame(
    warnings.length > 0
      ? warnings.every(isExercise)
      : series.all.length > 0 && series.all.every((a) => a.kind === 'exercise' && a.state !== 'closed'),
  )
  const top = desk.data?.needs[0]
  const target = top ? needTarget(top) : series.residents ? `/alerts/${series.residents.id}` : null
  useEnter(target)
  return (
    <div className="desk">
      <Loaded from={{ ...desk, data: figures }} rows={10}>
        {(data) => (
          <>
            <WarningBanner
              warnings={data.warnings}
              responseLevel={data.responseLevel}
              drill={data.register === 'sample'}
              deaf={!(data.feeds ?? []).some((feed) => feed.state === 'good')}
              evacuation={data.evacuation ?? null}
            />
            {(data.warnings.length > 0 || series.all.length > 0) && (
              <ResponseClock desk={data} board={board.data} series={series} target={target} />
            )}
            <div className="desk-grid">
              <Needs needs={data.needs} tasks={board.data?.helpTasks ?? data.helpTasks ?? []} series={series} />
              <Told desk={data} series={series} board={board.data} />
              <Live series={series} />
              <Focus desk={data} board={board.data} />
            </div>
            <p className="desk-hint muted">
              <kbd>↵</kbd> {say('打开最急的一件', 'open the top need')} <kbd>/</kbd> {say('查找', 'find')} <kbd>g</kbd> <kbd>m</kbd>{' '}
              {say('地图', 'map')} <kbd>r</kbd> {say('报送稿', 'report')} <kbd>?</kbd> {say('全部按键', 'all keys')}
            </p>
          </>
        )}
      </Loaded>
    </div>
  )
}

function useEnter(target: string | null): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !target) return
      const on = event.target
      if (on instanceof HTMLElement && on !== document.body && !on.classList.contains('main')) return
      event.preventDefault()
      go(target)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [target])
}
