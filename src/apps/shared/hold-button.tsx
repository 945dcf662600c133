import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'

interface HoldButtonProps {
  /** What happens, in full: 向 3 个社区 4,812 人转发暴雨红色预警信号. */
  children: ReactNode
  onHeld: () => void
  hint: string
  tone?: 'danger' | 'accent' | 'calm' | 'exercise'
  disabled?: boolean
  busy?: boolean
  holdMs?: number
  title?: string
}

/** What cannot be undone is held, not clicked: with a finger, a mouse, or the space or enter key. */
export function HoldButton({ children, onHeld, hint, tone = 'danger', disabled, busy, holdMs = 1000, title }: HoldButtonProps) {
  const [holding, setHolding] = useState(false)
  const timer = useRef(0)
  const fire = useRef(onHeld)
  fire.current = onHeld
  const begin = useCallback(() => {
    if (disabled || busy || timer.current) return
    setHolding(true)
    timer.current = window.setTimeout(() => {
      timer.current = 0
      setHolding(false)
      navigator.vibrate?.(40)
      fire.current()
    }, holdMs)
  }, [disabled, busy, holdMs])
  const cancel = useCallback(() => {
    window.clearTimeout(timer.current)
    timer.current = 0
    setHolding(false)
  }, [])
  useEffect(() => cancel, [cancel])
  const isHoldKey = (key: string) => key === ' ' || key === 'Enter'
  return (
    <button
      type="button"
      className={`ys-hold ys-hold-${tone}${holding ? ' is-holding' : ''}${busy ? ' is-busy' : ''}`}
      style={{ '--hold-ms': `${holdMs}ms` } as React.CSSProperties}
      disabled={disabled || busy}
      title={title}
      onPointerDown={(event) => {
        if (event.button === 0) begin()
      }}
      onPointerUp={cancel}
      onPointerLeave={cancel}
      onPointerCancel={cancel}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        if (!isHoldKey(event.key)) return
        event.preventDefault()
        if (!event.repeat) begin()
      }}
      onKeyUp={cancel}
      onBlur={cancel}
    >
      <span className="ys-hold-fill" aria-hidden="true" />
      <span className="ys-hold-words">{children}</span>
      <span className="ys-hold-hint">{hint}</span>
    </button>
  )
}
