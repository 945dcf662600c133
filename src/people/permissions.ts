import type { FastifyRequest } from 'fastify'
import { Problem } from '../base/problem.js'
import type { Actor } from '../base/store/store.js'
import { signedIn } from '../base/web.js'

/** The posts of the house. Each account also has a scope: a prefix of place codes. */
export const roles = ['officer', 'commander', 'secretary', 'chief', 'worker', 'keeper', 'auditor', 'admin'] as const
export type Role = (typeof roles)[number]

/** Who may do what. A verb that stands nowhere is forbidden. "read" is for every account, within its scope. */
const allowed = {
  read: roles,
  'register.read': ['officer', 'commander', 'secretary', 'admin'],
  'register.see-sealed': ['officer', 'commander', 'secretary', 'chief', 'worker', 'keeper'],
  'register.edit': ['officer', 'commander', 'secretary', 'admin'],
  'register.import': ['admin'],
  'register.export': ['officer', 'commander', 'secretary', 'admin'],
  'roster.edit': ['officer', 'commander', 'secretary', 'admin'],
  'bulletin.read': ['officer', 'commander', 'auditor', 'admin'],
  'bulletin.ingest': ['officer', 'admin'],
  /** To sign for what was heard by telephone, chat or fax. */
  'bulletin.sign': ['officer'],
  'alert.draft': ['officer', 'commander'],
  'alert.submit': ['officer', 'commander'],
  'alert.approve': ['officer', 'commander'],
  'alert.issue': ['officer', 'commander'],
  'alert.hold': ['officer', 'commander'],
  'alert.call-off': ['officer', 'commander'],
  'alert.close': ['officer', 'commander'],
  'evacuation.order': ['officer', 'commander'],
  'evacuation.return': ['officer', 'commander', 'secretary'],
  'field.edit': ['officer', 'commander', 'secretary', 'chief', 'worker', 'keeper'],
  'shelter.confirm': ['officer', 'keeper'],
  'sandbox.read': ['officer', 'commander', 'secretary', 'chief', 'worker', 'keeper', 'admin'],
  'drill.run': ['officer', 'commander', 'admin'],
  'feed.manage': ['officer', 'admin'],
  'journal.read': ['officer', 'commander', 'auditor', 'admin'],
} as const satisfies Record<string, readonly Role[]>
export type Verb = keyof typeof allowed

/** Everything a role may do: the screens offer this and nothing else. */
export const verbsOf = (role: string): Verb[] =>
  (Object.keys(allowed) as Verb[]).filter((verb) => (allowed[verb] as readonly string[]).includes(role))

export function can(actor: Actor, verb: Verb, place?: string): boolean {
  if (actor.role === 'system') return true
  const roleMay = (allowed[verb] as readonly string[]).includes(actor.role)
  return roleMay && (place === undefined || place.startsWith(actor.scope))
}

/** The actor of a request that may do this, or 401 / 403. What lies outside the scope is not found rather than forbidden: rows decide. */
export function permit(request: FastifyRequest, verb: Verb): Actor {
  const actor = signedIn(request)
  if (!can(actor, verb))
    throw new Problem('forbidden', '您的岗位不能做这件事', `the role ${actor.role} may not ${verb}; ask the officer on duty`)
  return actor
}
