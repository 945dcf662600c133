import { newSecret } from '../base/ids.js'
import type { Actor } from '../base/store/store.js'

/**
 * Bearer tokens of a drill, kept in memory: for the tour's frames, for an invented resident's phone, and for the staff a drill
 * plays. They end with the process and exist on a sample register only.
 */
export interface GuestTokens {
  issue(actor: Actor): string
  find(token: string): Actor | null
}

export function createGuestTokens(): GuestTokens {
  const byToken = new Map<string, Actor>()
  const byPerson = new Map<string, string>()
  return {
    issue(actor) {
      const key = `${actor.role} ${actor.person} ${actor.scope}`
      const known = byPerson.get(key)
      if (known) return known
      const token = newSecret()
      byToken.set(token, actor)
      byPerson.set(key, token)
      return token
    },
    find: (token) => byToken.get(token) ?? null,
  }
}
