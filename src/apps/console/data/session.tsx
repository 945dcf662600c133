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

/** What the service lets this post do; a button for anything else is not offered. */
export function useMay(): (verb: Verb) => boolean {
  const { me } = useSession()
  return (verb) => me.verbs?.includes(verb) ?? true
}
