import { useEffect, useState } from 'react'

/** The service's clock, which a drill may move and speed up. The browser's own clock is never shown as the time of an event. */
let base = { virtual: Date.now(), real: performance.now(), speed: 1, known: false }
const listeners = new Set<() => void>()

export function setServiceClock(now: string | null | undefined, speed: number | null | undefined): void {
  const virtual = now ? Date.parse(now) : Number.NaN
  if (Number.isNaN(virtual)) return
  base = { virtual, real: performance.now(), speed: speed ?? 1, known: true }
  for (const listener of listeners) listener()
}
export const serviceNow = (): number => base.virtual + (performance.now() - base.real) * base.speed
export const serviceSpeed = (): number => base.speed
export const serviceClockKnown = (): boolean => base.known

/** Re-renders with the service's time. */
export function useServiceNow(everyMs = 1000): number {
  const [now, setNow] = useState(serviceNow)
  useEffect(() => {
    const tick = () => setNow(serviceNow())
    const timer = window.setInterval(tick, everyMs)
    listeners.add(tick)
    return () => {
      window.clearInterval(timer)
      listeners.delete(tick)
    }
  }, [everyMs])
  return now
}
