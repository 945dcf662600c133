import type { Level } from '../../warnings/warning.js'
import { type Say, useSay } from './language.js'

/** The level is a colour and a shape and a word: nobody has to see colours to read it. */
export const levelWords: Record<Level, { zh: string; en: string; roman: string }> = {
  red: { zh: '红', en: 'Red', roman: 'Ⅰ' },
  orange: { zh: '橙', en: 'Orange', roman: 'Ⅱ' },
  yellow: { zh: '黄', en: 'Yellow', roman: 'Ⅲ' },
  blue: { zh: '蓝', en: 'Blue', roman: 'Ⅳ' },
  unknown: { zh: '级别不明', en: 'Level unknown', roman: '' },
}
export const levelWord = (level: Level | null | undefined, say: Say) =>
  level ? say(levelWords[level].zh + (level === 'unknown' ? '' : '色'), levelWords[level].en) : ''

export function LevelShape({ level, size = 14 }: { level: Level | null | undefined; size?: number }) {
  const is = level ?? 'unknown'
  return (
    <svg className={`ys-shape ys-level-${is}`} width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {is === 'blue' && <circle cx="10" cy="10" r="8.5" />}
      {is === 'yellow' && <path d="M10 1.5 19.5 18h-19Z" />}
      {is === 'orange' && <path d="M10 0.5 19.5 10 10 19.5 0.5 10Z" />}
      {is === 'red' && <rect x="1.5" y="1.5" width="17" height="17" rx="1" />}
      {is === 'unknown' && <path d="M5.5 1.5h9L19 10l-4.5 8.5h-9L1 10Z" />}
    </svg>
  )
}

/** ■ 红 Ⅰ as a filled chip. */
export function LevelBadge({ level, large = false }: { level: Level | null | undefined; large?: boolean }) {
  const say = useSay()
  const is = level ?? 'unknown'
  const words = levelWords[is]
  return (
    <span className={`ys-badge ys-badge-${is}${large ? ' ys-badge-large' : ''}`}>
      <LevelShape level={is} size={large ? 16 : 11} />
      <b>{say(words.zh, words.en)}</b>
      {words.roman && <i>{words.roman}</i>}
    </span>
  )
}
