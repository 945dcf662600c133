import { useCallback, useEffect, useState } from 'react'
import { useLanguage, useSay } from '../shared/language.js'
import { takeTokenFromAddress } from '../shared/session-token.js'
import { clockTime, dayOnly } from '../shared/times.js'
import { EndCard, StartCard } from './cards.js'
import { ControlBar } from './control-bar.js'
import { type TourTokens, useDrill } from './drill-api.js'
import { useFit } from './fit.js'
import { DeskFrame, PhoneFrame } from './frames.js'
import { chapterOf, chapters, currentChapter } from './model/chapters.js'
import { type Part, speedNow, timeNow } from './model/drill.js'
import { Narration } from './narration.js'
import { usePace } from './pace.js'
import { useTokens } from './tokens.js'

takeTokenFromAddress()

const residentUrl = (tokens: TourTokens) =>
  `/tour/resident#token=${encodeURIComponent(tokens.resident.token)}&contact=${tokens.resident.contactId}`

/** The phones are told the scenario's time, so that three clocks in one window never differ. */
function useClock(drillAt: () => { at: number; speed: number }): number {
  const [now, setNow] = useState(() => drillAt().at)
  useEffect(() => {
    const timer = window.setInterval(() => {
      const { at, speed } = drillAt()
      setNow(at)
      for (const frame of Array.from(document.querySelectorAll('iframe')))
        frame.contentWindow?.postMessage({ yinshi: 'clock', at, speed }, window.location.origin)
    }, 200)
    return () => window.clearInterval(timer)
  }, [drillAt])
  return now
}

export function Tour() {
  const say = useSay()
  const { language, setLanguage } = useLanguage()
  const fit = useFit()
  const { tokens, problem: tokenProblem } = useTokens()
  const control = useDrill(tokens !== null)
  const pace = usePace(control)
  const { drill, readAt } = control
  const drillAt = useCallback(() => ({ at: timeNow(drill, readAt, Date.now()), speed: speedNow(drill) }), [drill, readAt])
  const now = useClock(drillAt)
  const [reading, setReading] = useState(false)
  useEffect(() => {
    if (drill.state !== 'finished') setReading(false)
  }, [drill.state])

  const chapter = chapterOf(currentChapter(drill))
  const taken = drill.takenOver ?? []
  const take = (part: Part, on: boolean) =>
    void control.act('cast', { takenOver: on ? [...taken, part] : taken.filter((each) => each !== part) })
  const alive = drill.state === 'running' || drill.state === 'paused'
  const head = (part: Part, look: 'desk' | 'worker' | 'resident') => ({
    part,
    taken: taken.includes(part),
    lit: alive && chapter?.look === look,
    canTake: alive,
    onTake: take,
  })
  return (
    <div className="tour">
      <header className="top">
        <h1>
          <b>寅时</b> {say('7·12 之夜', 'The night of 12 July')}
        </h1>
        <span className="badge">{say('演练数据 · 全部为虚构', 'Drill data · everything is invented')}</span>
        {control.lost && (
          <span className="badge lost">
            {say('连不上服务,画面停在最后一刻', 'The service is out of reach; this is the last moment seen')}
          </span>
        )}
        {control.problem !== null && <span className="badge lost">{control.problem}</span>}
        <time className={drill.state === 'running' ? 'ticking' : ''}>
          <span>{dayOnly(now, language)}</span> {clockTime(now)}
        </time>
        <button type="button" className="language" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
          {language === 'zh' ? 'English' : '中文'}
        </button>
      </header>
      <Narration chapter={chapter ?? null} tell={drill.chapter?.tell ?? null} ready={tokens !== null} leaping={pace.leaping} />
      <main className="stage">
        <DeskFrame
          fit={fit}
          url={tokens && `/desk${reading ? '/report' : ''}#token=${encodeURIComponent(tokens.desk)}`}
          who={say('值班员', 'Officer')}
          what={say('值班台', 'the duty desk')}
          {...head('officer', 'desk')}
        >
          {drill.state === 'idle' && <StartCard problem={tokenProblem} ready={tokens !== null} onStart={pace.begin} />}
          {drill.state === 'failed' && <StartCard problem={drill.problem ?? ''} ready onStart={pace.begin} />}
          {drill.state === 'finished' && !reading && <EndCard drill={drill} onAgain={pace.again} onRead={() => setReading(true)} />}
        </DeskFrame>
        <PhoneFrame
          fit={fit}
          url={tokens && `/field#token=${encodeURIComponent(tokens.worker)}`}
          title={say('网格员的手机', 'The worker’s phone')}
          who={say('网格员', 'Worker')}
          what={say('在雨里', 'in the rain')}
          {...head('worker', 'worker')}
        />
        <PhoneFrame
          fit={fit}
          url={tokens && residentUrl(tokens)}
          title={say('老人的手机', 'The old resident’s phone')}
          who={say('居民', 'Resident')}
          what={tokens?.resident.name ?? say('独居老人', 'old, alone')}
          {...head('residents', 'resident')}
        />
      </main>
      <ControlBar control={control} pace={pace} chapters={chapters} />
    </div>
  )
}
