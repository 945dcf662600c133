import { useSay } from '../../shared/language.js'
import { useField } from '../state/field-context.js'
import { go } from '../state/route.js'

/** Always in sight: how much is only on this phone, and whether the desk can be reached. */
export function NetChip({ brief }: { brief: boolean }) {
  const say = useSay()
  const { waiting, troubled, link } = useField()
  const offline = link === 'offline' || link === 'trouble' || link === 'signed-out'
  const tone = troubled.length > 0 || link === 'signed-out' ? 'trouble' : waiting > 0 || offline ? 'waiting' : 'calm'
  const glyph = troubled.length > 0 ? '!' : waiting > 0 ? '⇅' : offline ? '⊘' : '✓'
  const number = troubled.length > 0 ? troubled.length : waiting
  const words =
    troubled.length > 0
      ? say(`${troubled.length} 条要看`, `${troubled.length} to check`)
      : link === 'signed-out'
        ? say('请重新登录', 'Sign in again')
        : waiting > 0
          ? say(`${waiting} 待上传`, `${waiting} to send`)
          : offline
            ? say('没有网络', 'No network')
            : say('已同步', 'In step')
  return (
    <button
      type="button"
      className={`net ${tone}${brief ? ' brief' : ''}`}
      aria-label={words}
      onClick={() => go('sync')}
      aria-live="polite"
    >
      <span className="glyph" aria-hidden="true">
        {glyph}
      </span>
      {brief ? number > 0 && <b>{number}</b> : words}
    </button>
  )
}
