import { useSay } from '../../shared/language.js'
import { levelWord } from '../../shared/level.js'
import { useServiceNow } from '../../shared/service-clock.js'
import { countdown, minuteTime } from '../../shared/times.js'
import type { FieldWarning } from '../model/field-copy.js'

const shapes: Record<string, string> = { red: '■', orange: '◆', yellow: '▲', blue: '●' }

/** What is in force, in the authority's words, and how long there is to move. */
export function LevelStrip({ warning, deadline }: { warning: FieldWarning; deadline: string | null }) {
  const say = useSay()
  const now = useServiceNow()
  const left = deadline === null ? null : Date.parse(deadline) - now
  return (
    <section className={`level level-${warning.level ?? 'unknown'}`}>
      <span className="shape" aria-hidden="true">
        {shapes[warning.level ?? ''] ?? '⬢'}
      </span>
      <div>
        <h2 className="headline">
          {warning.kind === 'exercise' && say('【演练】', '[Exercise] ')}
          {warning.title}
          <span className="sr"> {levelWord(warning.level, say)}</span>
        </h2>
        <p className="under">
          {warning.issuer} {minuteTime(warning.issuedAt)}
        </p>
      </div>
      {left !== null && (
        <p className="deadline">
          {left >= 0 ? say('距转移时限', 'to the deadline') : say('已超时限', 'past the deadline')}
          <b>{countdown(Math.abs(left))}</b>
        </p>
      )}
    </section>
  )
}
