import { type ReactNode, useEffect, useRef } from 'react'
import { useSay } from '../../shared/language.js'

interface Props {
  title: string
  onClose: () => void
  children: ReactNode
}

/** Comes up from below, where the thumb is; the phone's back key closes it. */
export function Sheet({ title, onClose, children }: Props) {
  const say = useSay()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose()
    }
    window.addEventListener('keydown', onKey)
    box.current?.focus()
    return () => window.removeEventListener('keydown', onKey)
  }, [onClose])
  return (
    <div className="sheet-back">
      <button type="button" className="sheet-away" aria-label={say('关闭', 'Close')} onClick={onClose} />
      <div className="sheet" role="dialog" aria-modal="true" aria-label={title} tabIndex={-1} ref={box}>
        <h2 className="sheet-title">{title}</h2>
        {children}
        <button type="button" className="button link" onClick={onClose}>
          {say('不做了,返回', 'Leave it, go back')}
        </button>
      </div>
    </div>
  )
}
