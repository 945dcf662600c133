import { useSay } from '../shared/language.js'
import type { DrillControl } from './drill-api.js'
import { type Chapter, currentChapter } from './model/chapters.js'
import { type Pace, speeds } from './pace.js'

interface Props {
  control: DrillControl
  pace: Pace
  chapters: readonly Chapter[]
}

function PlayGlyph({ playing }: { playing: boolean }) {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true">
      {playing ? <path d="M6 4h4v16H6zM14 4h4v16h-4z" /> : <path d="M7 3.5 20 12 7 20.5z" />}
    </svg>
  )
}

export function ControlBar({ control, pace, chapters }: Props) {
  const say = useSay()
  const { drill } = control
  const now = currentChapter(drill)
  const at = chapters.findIndex((chapter) => chapter.id === now)
  const playing = drill.state === 'running'
  return (
    <footer className="control">
      <button type="button" className="play" onClick={pace.playOrPause} aria-label={playing ? say('暂停', 'Pause') : say('继续', 'Play')}>
        <PlayGlyph playing={playing} />
      </button>
      <ol className="chapters">
        {chapters.map((chapter, index) => (
          <li key={chapter.id} className={index < at ? 'past' : index === at ? 'now' : ''}>
            <button
              type="button"
              aria-current={index === at ? 'step' : undefined}
              onClick={() => pace.goTo(chapter.id)}
              className={pace.leaping === chapter.id ? 'leaping' : ''}
            >
              <i />
              <span>{say(chapter.title.zh, chapter.title.en)}</span>
            </button>
          </li>
        ))}
      </ol>
      <fieldset className="speeds">
        <legend>{say('快慢', 'Pace')}</legend>
        {speeds.map((each) => (
          <button type="button" key={each} aria-pressed={each === pace.speed} onClick={() => pace.choose(each)}>
            {each === 'auto' ? say('自动', 'Auto') : `${each}×`}
          </button>
        ))}
        <output>
          {drill.state === 'paused' && say('已暂停', 'paused')}
          {drill.state === 'running' && (drill.holding ? say('等服务办完', 'service at work') : `${Math.round(drill.speed ?? 0)}×`)}
        </output>
      </fieldset>
      <button type="button" className="again" onClick={pace.again}>
        ↺ {say('再来一次', 'Start again')}
      </button>
    </footer>
  )
}
