import { createContext, useContext } from 'react'
import type { Verb } from '../../../people/permissions.js'
import type { Instance, Me } from '../../shared/api-types.js'

/** Who sits at this desk, and what the instance is. */
export interface Session {
  me: Me
  instance: Instance | undefined
  signOut: () => void
}
export const SessionContext = createContext<Session | null>(null)
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('no session')
  return session
}

/** Mirrors the service's table for what the screen offers; the service decides. */
const offered: Partial<Record<Verb, readonly string[]>> = {
  'alert.draft': ['officer', 'commander'],
  'alert.submit': ['officer', 'commander'],
  'alert.approve': ['officer', 'commander'],
  'alert.issue': ['officer', 'commander'],
  'alert.hold': ['officer', 'commander'],
  'alert.call-off': ['officer', 'commander'],
  'evacuation.order': ['officer', 'commander'],
  'evacuation.return': ['officer', 'commander', 'secretary'],
  'bulletin.ingest': ['officer', 'admin'],
  'drill.run': ['officer', 'commander', 'admin'],
}
export function useMay(): (verb: Verb) => boolean {
  const { me } = useSession()
  return (verb) => offered[verb]?.includes(me.role) ?? true
}
