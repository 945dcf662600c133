import type { Role } from './permissions.js'

/** One person's own account; nobody shares one. scope is the prefix of place codes they work in. */
export interface Account {
  id: string
  username: string
  name: string
  role: Role
  scope: string
}
