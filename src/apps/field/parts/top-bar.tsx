import type { ReactNode } from 'react'
import { useSay } from '../../shared/language.js'
import { back } from '../state/route.js'
import { NetChip } from './net-chip.js'

interface Props {
  title: ReactNode
  under?: ReactNode
  /** The page to go back to; absent on the first screens. */
  backTo?: string
}

export function TopBar({ title, under, backTo }: Props) {
  const say = useSay()
  return (
    <header className={`bar${backTo === undefined ? '' : ' with-back'}`}>
      {backTo !== undefined && (
        <button type="button" className="back" aria-label={say('返回', 'Back')} onClick={() => back(backTo)}>
          ‹
        </button>
      )}
      <div>
        <h1 className="bar-title">{title}</h1>
        {under !== undefined && <p className="bar-under">{under}</p>}
      </div>
      <NetChip brief={backTo !== undefined} />
    </header>
  )
}
