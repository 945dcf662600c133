import type { ReactNode } from 'react'
import { useSay } from '../shared/language.js'
import { type Fit, phoneWidth } from './fit.js'
import type { Part } from './model/drill.js'

interface HeadProps {
  who: string
  what: string
  part: Part
  taken: boolean
  lit: boolean
  canTake: boolean
  onTake: (part: Part, taken: boolean) => void
}

/** Who sits behind the screen below: the drill, or you. */
function FrameHead({ who, what, part, taken, canTake, onTake }: HeadProps) {
  const say = useSay()
  return (
    <header className="frame-head">
      <span className="frame-who">
        <b>{who}</b> <span>{what}</span>
      </span>
      <button type="button" className="take" aria-pressed={taken} disabled={!canTake} onClick={() => onTake(part, !taken)}>
        {taken ? say('正由你操作 · 交还', 'Yours now · hand back') : say(`我来当${who}`, `Be the ${who.toLowerCase()}`)}
      </button>
    </header>
  )
}

export function DeskFrame({ fit, url, children, ...head }: HeadProps & { fit: Fit; url: string | null; children?: ReactNode }) {
  const say = useSay()
  return (
    <section className={`frame desk-frame${head.lit ? ' lit' : ''}${head.taken ? ' taken' : ''}`}>
      <FrameHead {...head} />
      <div className="screen" style={{ width: fit.deskWidth * fit.deskScale }}>
        {url !== null && (
          <iframe
            title={say('值班台', 'Duty desk')}
            src={url}
            style={{ width: fit.deskWidth, height: `${100 / fit.deskScale}%`, transform: `scale(${fit.deskScale})` }}
          />
        )}
        {children}
      </div>
    </section>
  )
}

export function PhoneFrame({ fit, url, title, ...head }: HeadProps & { fit: Fit; url: string | null; title: string }) {
  const size = { width: phoneWidth * fit.phoneScale, height: fit.phoneHeight * fit.phoneScale }
  return (
    <section className={`frame phone-frame${head.lit ? ' lit' : ''}${head.taken ? ' taken' : ''}`}>
      <FrameHead {...head} />
      <div className="phone">
        <i className="key volume" />
        <i className="key power" />
        <div className="glass" style={size}>
          {url !== null && (
            <iframe title={title} src={url} style={{ width: phoneWidth, height: fit.phoneHeight, transform: `scale(${fit.phoneScale})` }} />
          )}
        </div>
      </div>
    </section>
  )
}
