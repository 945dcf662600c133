import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Role } from '../../shared/api-types.js'
import type { FieldState, FieldStore } from './field-store.js'

export interface Account {
  account: string
  name: string
  role: Role
  scope: string
}
export interface Session {
  account: Account
  store: FieldStore
  /** A sample register holds invented people: nothing is dialled, everything is marked. */
  sample: boolean
  signOut: () => Promise<void>
}

const Context = createContext<Session | null>(null)
export const SessionProvider = Context.Provider

export function useSession(): Session {
  const session = useContext(Context)
  if (session === null) throw new Error('outside of a session')
  return session
}
export function useField(): FieldState {
  const { store } = useSession()
  return useSyncExternalStore(store.subscribe, store.state)
}
