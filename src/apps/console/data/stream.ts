import { useEffect, useSyncExternalStore } from 'react'
import { openEventStream, type ServiceEvent, type StreamState } from '../../shared/events.js'
import { concern, readAllAgain } from './resources.js'

let state: StreamState = { is: 'connecting' }
const stateListeners = new Set<() => void>()
const eventListeners = new Set<(event: ServiceEvent) => void>()

/** Opened once for the signed-in console; every screen listens through it. */
export function startStream(): () => void {
  return openEventStream({
    onEvent: (event) => {
      concern(event)
      for (const listener of eventListeners) listener(event)
    },
    onState: (next) => {
      const wasLost = state.is === 'lost'
      state = next
      if (wasLost && next.is === 'open') readAllAgain()
      for (const listener of stateListeners) listener()
    },
  })
}
export const useStreamState = (): StreamState =>
  useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener)
      return () => stateListeners.delete(listener)
    },
    () => state,
  )
export function useServiceEvents(listener: (event: ServiceEvent) => void): void {
  useEffect(() => {
    eventListeners.add(listener)
    return () => {
      eventListeners.delete(listener)
    }
  }, [listener])
}
