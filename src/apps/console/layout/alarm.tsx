import { Button } from 'antd'
import { useEffect, useState, useSyncExternalStore } from 'react'
import type { Warning } from '../../shared/api-types.js'
import { Icon } from '../../shared/icons.js'
import { useSay } from '../../shared/language.js'
import { LevelBadge } from '../../shared/level.js'
import { useDesk } from '../data/desk.js'
import { isExercise, warningTitle } from '../desk/warning-words.js'
import { onBell, ringing, soundReady, startRinging, stopRinging } from './ring.js'

const key = 'yinshi.heard'
const heard = (): string[] => JSON.parse(window.localStorage.getItem(key) ?? '[]') as string[]
const markHeard = (ids: string[]) => window.localStorage.setItem(key, JSON.stringify([...heard(), ...ids].slice(-200)))

export const useBell = () => useSyncExternalStore(onBell, () => `${soundReady() ? 'ready' : 'shut'}${ringing() ? ' ringing' : ''}`)

/** A new red or orange warning, or one whose colour nobody could read (never an exercise: it may not sound like the real thing) rings until somebody says that they heard it; the page's title says it too. */
export function Alarm() {
  const say = useSay()
  const { data: desk } = useDesk()
  const [unheard, setUnheard] = useState<Warning[]>([])
  useEffect(() => {
    const known = new Set(heard())
    const loud = (desk?.warnings ?? []).filter(
      (w) =>
        (w.level === 'red' || w.level === 'orange' || w.level === 'unknown') &&
        w.state === 'in-force' &&
        !isExercise(w) &&
        !known.has(w.id),
    )
    setUnheard(loud)
    if (loud.length > 0) startRinging()
    else stopRinging()
  }, [desk?.warnings])
  const acknowledge = () => {
    markHeard(unheard.map((w) => w.id))
    setUnheard([])
    stopRinging()
  }
  useTitle(unheard[0], desk?.needs.length ?? 0)
  useBell()
  const first = unheard[0]
  // The region is there before it speaks: a reader of screens says only what changes inside one it knows.
  return (
    <div aria-live="assertive">
      {first && (
        <div className={`alarm alarm-${first.level}`} role="alertdialog" aria-label={say('新预警', 'New warning')}>
          <LevelBadge level={first.level} large />
          <b>{warningTitle(first, say)}</b>
          <span>{soundReady() ? say('正在响铃', 'ringing') : say('铃声未启用:点一下页面即可', 'no sound yet: touch the page once')}</span>
          <Button type="primary" onClick={acknowledge} icon={<Icon name="bellOff" size={16} />}>
            {say('听到了,停止响铃', 'Heard, stop ringing')}
          </Button>
        </div>
      )}
    </div>
  )
}

function useTitle(warning: Warning | undefined, needs: number): void {
  const say = useSay()
  useEffect(() => {
    const calm = `${needs > 0 ? `(${needs}) ` : ''}${say('寅时 · 值守台', 'Yinshi · Duty desk')}`
    document.title = calm
    if (!warning) return
    const loud = `■ ${warningTitle(warning, say)}`
    document.title = loud
    const timer = window.setInterval(() => {
      document.title = document.title === loud ? calm : loud
    }, 900)
    return () => window.clearInterval(timer)
  }, [warning, needs, say])
}
