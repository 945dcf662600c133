import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { newSecret } from '../base/ids.js'
import type { Tx } from '../base/store/store.js'
import type { Account } from './people.js'
import type { Role } from './permissions.js'

/** Tokens are kept as their hash only: who reads the store cannot log in with it. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/** A session lives 12 hours (a shift and the hand-over), measured on the real clock. */
const sessionHours = 12

export async function findPersonByUsername(
  tx: Tx,
  username: string,
): Promise<(Account & { passwordHash: string; active: boolean }) | undefined> {
  const row = await tx.selectFrom('person').selectAll().where('username', '=', username).executeTakeFirst()
  return (
    row && {
      id: row.id,
      username: row.username,
      name: row.name,
      role: row.role as Role,
      scope: row.place,
      passwordHash: row.password_hash,
      active: row.active,
    }
  )
}

export async function openSession(tx: Tx, account: Account, via: 'cookie' | 'bearer'): Promise<string> {
  const token = newSecret()
  await tx
    .insertInto('session')
    .values({
      token_hash: hashToken(token),
      person_id: account.id,
      place: account.scope,
      via,
      expires_at: new Date(Date.now() + sessionHours * 3_600_000),
    })
    .execute()
  return token
}

export async function closeSession(tx: Tx, token: string): Promise<void> {
  await tx.deleteFrom('session').where('token_hash', '=', hashToken(token)).execute()
}

export async function findAccountByToken(tx: Tx, token: string): Promise<(Account & { expiresAt: Date }) | undefined> {
  const row = await tx
    .selectFrom('session')
    .innerJoin('person', 'person.id', 'session.person_id')
    .select(['person.id', 'username', 'name', 'role', 'person.place', 'session.expires_at'])
    .where('token_hash', '=', hashToken(token))
    .where('session.expires_at', '>', sql<Date>`clock_timestamp()`)
    .where('person.active', '=', true)
    .executeTakeFirst()
  return row && { id: row.id, username: row.username, name: row.name, role: row.role as Role, scope: row.place, expiresAt: row.expires_at }
}

export async function findIngestKey(tx: Tx, key: string): Promise<{ id: string; place: string } | undefined> {
  return tx
    .selectFrom('ingest_key')
    .select(['id', 'place'])
    .where('key_hash', '=', hashToken(key))
    .where('scope', '=', 'ingest')
    .where('active', '=', true)
    .executeTakeFirst()
}
