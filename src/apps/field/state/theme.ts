import { useSyncExternalStore } from 'react'

export type Theme = 'auto' | 'day' | 'night'
const key = 'yinshi.field.theme'

function kept(): Theme {
  try {
    const found = window.localStorage.getItem(key)
    if (found === 'day' || found === 'night') return found
  } catch {
    // Storage may be forbidden inside a frame.
  }
  return 'auto'
}
let theme = kept()
const listeners = new Set<() => void>()

export function useTheme(): { theme: Theme; setTheme: (theme: Theme) => void } {
  const now = useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => theme,
  )
  return {
    theme: now,
    setTheme(next) {
      theme = next
      try {
        window.localStorage.setItem(key, next)
      } catch {
        // Then it holds for this page.
      }
      for (const listener of listeners) listener()
    },
  }
}

/** Between seven in the evening and six in the morning a white screen blinds. */
export function isNight(theme: Theme, serviceNow: number): boolean {
  if (theme !== 'auto') return theme === 'night'
  const hour = new Date(serviceNow + 8 * 3_600_000).getUTCHours()
  return hour >= 19 || hour < 6
}
