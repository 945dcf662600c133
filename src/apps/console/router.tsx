import { type MouseEvent, type ReactNode, useSyncExternalStore } from 'react'

/** The console's places. One page, a handful of addresses: no library is needed for it. */
const root = '/desk'
const listeners = new Set<() => void>()
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}
const here = () => window.location.pathname + window.location.search

export interface Address {
  /** e.g. ['alerts', '01J…'] */
  parts: string[]
  query: URLSearchParams
}
export function useAddress(): Address {
  const now = useSyncExternalStore(subscribe, here)
  const [path = '', search = ''] = now.split('?')
  return {
    parts: path.replace(root, '').split('/').filter(Boolean).map(decodeURIComponent),
    query: new URLSearchParams(search),
  }
}
export function go(path: string, options: { replace?: boolean } = {}): void {
  const target = `${root}${path === '/' ? '' : path}`
  if (target === here()) return
  if (options.replace) window.history.replaceState(null, '', target)
  else window.history.pushState(null, '', target)
  if (!options.replace) window.scrollTo(0, 0)
  for (const listener of listeners) listener()
}
export const addressOf = (path: string) => `${root}${path === '/' ? '' : path}`

interface LinkProps {
  to: string
  children: ReactNode
  className?: string | undefined
  title?: string | undefined
  current?: boolean
}
export function Link({ to, children, className, title, current }: LinkProps) {
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    go(to)
  }
  return (
    <a href={addressOf(to)} onClick={follow} className={className} title={title} aria-current={current ? 'page' : undefined}>
      {children}
    </a>
  )
}
