import type { Store } from '../base/store/store.js'
import { hashPassword } from './password.js'
import { hashToken } from './people-store.js'
import type { Role } from './permissions.js'

/** The accounts of the sample subdistrict (DESIGN §4): one password, each linked to a staff row of the sample register. */
export interface SampleAccount {
  username: Role
  roleName: string
  roleNameEn: string
  place: string
  /** '' = no staff row. */
  staffId: string
}

/** Makes or renews them: the password and the ingest key are new at every start unless they are given. */
export async function renewSampleAccounts(
  store: Store,
  accounts: SampleAccount[],
  password: string,
  ingestKey: string,
  place: string,
): Promise<void> {
  const passwordHash = await hashPassword(password)
  await store.system(async (tx) => {
    for (const account of accounts) {
      const staff = await tx.selectFrom('staff').select('name').where('id', '=', account.staffId).executeTakeFirst()
      await tx
        .insertInto('person')
        .values({
          id: account.username,
          username: account.username,
          password_hash: passwordHash,
          name: staff?.name ?? account.roleName,
          role: account.username,
          place: account.place,
        })
        .onConflict((c) => c.column('id').doUpdateSet({ password_hash: passwordHash, active: true }))
        .execute()
      await tx.updateTable('staff').set({ person_id: account.username }).where('id', '=', account.staffId).execute()
    }
    const key = { id: 'sample', name: '演练数据接入', key_hash: hashToken(ingestKey), scope: 'ingest', place }
    await tx
      .insertInto('ingest_key')
      .values(key)
      .onConflict((c) => c.column('id').doUpdateSet({ key_hash: key.key_hash }))
      .execute()
  })
}
