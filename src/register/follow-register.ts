import { sql } from 'kysely'
import type { Store } from '../base/store/store.js'
import type { Register } from './snapshot.js'

/**
 * Another process may have changed the register: an import is known to the one that made it, and the senders must not go on
 * with the old numbers. Every change of a household's contacts changes a sealed block, so their versions are watched; so are the rota and the dead numbers.
 * Begun before the register is opened, so that nothing falls in between.
 */
export async function followRegister(store: Store): Promise<(register: Register) => () => Promise<void>> {
  const versions = () =>
    store.system(async (tx) => {
      const { rows } = await sql<{ mark: string }>`
        select concat(count(*), ' ', sum(version), ' ',
          (select concat(count(*), ' ', count(removed_at), ' ', max(created_at), ' ', max(removed_at)) from duty_shift), ' ',
          (select count(*) from contact where broken is not null)) as mark from sealed_block`.execute(tx)
      return rows[0]!.mark
    })
  let known = await versions()
  return (register) => async () => {
    const now = await versions()
    if (now === known) return
    await register.refresh()
    known = now
  }
}
