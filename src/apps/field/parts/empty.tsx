import type { ReactNode } from 'react'
import { Icon, type IconName } from './icons.js'

/** An empty list says why it is empty and what fills it. */
export function Empty({ icon, title, children }: { icon: IconName; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} />
      <b>{title}</b>
      {children}
    </div>
  )
}
