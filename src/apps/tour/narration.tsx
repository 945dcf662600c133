import { useEffect, useRef, useState } from 'react'
import { openEventStream } from '../shared/events.js'
import { useSay } from '../shared/language.js'
import { minuteTime } from '../shared/times.js'
import { type Chapter, chapterOf } from './model/chapters.js'
import { news } from './model/news.js'

interface Line {
  key: string
  at: string | null
  zh: string
  en: string
  times: number
}

/** What just happened, from the journal's own stream: the same words one after the other become "×3". */
function useNews(ready: boolean): Line[] {
  const [lines, setLines] = useState<Line[]>([])
  const counter = useRef(0)
  useEffect(() => {
    if (!ready) return
    return openEventStream({
      onEvent: (event) => {
        if (event.event === 'drill.reset') setLines([])
        const words = news[event.event]
        if (words === undefined) return
        counter.current += 1
        const key = String(counter.current)
        setLines((before) => {
          const last = before[0]
          if (last !== undefined && last.zh === words.zh) return [{ ...last, at: event.at, times: last.times + 1 }, ...before.slice(1)]
          return [{ key, at: event.at, ...words, times: 1 }, ...before].slice(0, 2)
        })
      },
      onState: () => undefined,
    })
  }, [ready])
  return lines
}

const arrow = { desk: '↙', worker: '↓', resident: '↘' } as const

interface Props {
  chapter: Chapter | null
  /** What happens, in the scenario's own words. */
  tell: { zh: string; en: string } | null
  ready: boolean
  leaping: string | null
}

export function Narration({ chapter, tell, ready, leaping }: Props) {
  const say = useSay()
  const lines = useNews(ready)
  const aim = chapterOf(leaping)
  return (
    <section className="narration" aria-live="polite">
      {aim !== undefined ? (
        <p className="story">
          <span className="happens">{say(`快进到“${aim.title.zh}”……`, `Going forward to “${aim.title.en}” …`)}</span>
          <span className="watch">
            {say('中间的每一步照样真的发生,只是走得快。', 'Every step on the way happens for real, only faster.')}
          </span>
        </p>
      ) : chapter === null ? (
        <p className="story">
          <span className="happens">
            {say(
              '三个屏幕,一夜:值班台、网格员的手机、独居老人的手机。',
              'Three screens, one night: the duty desk, the worker’s phone, an old resident’s phone.',
            )}
          </span>
          <span className="watch">
            {say('它们连着同一个正在运行的服务,不是录像。', 'They talk to one running service. This is not a recording.')}
          </span>
        </p>
      ) : (
        <p className="story" key={chapter.id}>
          <span className="happens">{tell !== null && say(tell.zh, tell.en)}</span>
          <span className="watch">
            <b aria-hidden="true">{arrow[chapter.look]}</b> {say(chapter.watch.zh, chapter.watch.en)}
          </span>
        </p>
      )}
      <ol className="news">
        {lines.map((line) => (
          <li key={line.key}>
            <time>{minuteTime(line.at)}</time> {say(line.zh, line.en)}
            {line.times > 1 && <b> ×{line.times}</b>}
          </li>
        ))}
      </ol>
    </section>
  )
}
