import { sql } from 'kysely'
import { newSecret } from '../base/ids.js'
import type { Store } from '../base/store/store.js'
import { hashPassword } from './password.js'
import type { Role } from './permissions.js'

/** Who a place of one's own begins with: one to bring its register, two to decide with four eyes. */
const first: { username: Role; name: string }[] = [
  { username: 'admin', name: '管理员' },
  { username: 'officer', name: '值班员' },
  { username: 'commander', name: '带班领导' },
]

export interface FirstAccounts {
  usernames: string[]
  /** Told once, at the start that made them; only its hash is kept. */
  password: string
}

/** A store in which nobody can log in gets its first accounts for the place of config/feeds.yaml. Null: there are people already. */
export async function openFirstAccounts(store: Store, place: string): Promise<FirstAccounts | null> {
  const password = newSecret().slice(0, 16)
  const password_hash = await hashPassword(password)
  return store.system(async (tx) => {
    await sql`select pg_advisory_xact_lock(7264004)`.execute(tx)
    if (await tx.selectFrom('person').select('id').limit(1).executeTakeFirst()) return null
    const people = first.map(({ username, name }) => ({ id: username, username, name, role: username, place, password_hash }))
    await tx.insertInto('person').values(people).execute()
    return { usernames: first.map((account) => account.username), password }
  })
}
