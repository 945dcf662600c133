import { verify } from '@node-rs/argon2'
import t from 'tap'
import { openFirstAccounts } from '../../../src/people/first-accounts.js'
import { findPersonByUsername } from '../../../src/people/people-store.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

for (const kind of testDatabaseUrl ? (['embedded', 'postgres'] as const) : (['embedded'] as const))
  t.test(`a place of one's own begins with people who can log in, on the ${kind} store`, async (t) => {
    const store = await openTestStore(t, kind)
    const place = '110101001'
    const made = await Promise.all([openFirstAccounts(store, place), openFirstAccounts(store, place)])
    const told = made.filter((first) => first !== null)
    t.equal(told.length, 1, 'of two processes that start at once, one makes them')
    for (const username of told[0]!.usernames) {
      const account = await store.system((tx) => findPersonByUsername(tx, username))
      t.match(account, { scope: place, role: username, active: true })
      t.ok(await verify(account!.passwordHash, told[0]!.password), `${username} can log in`)
    }
    t.equal(await openFirstAccounts(store, place), null, 'the next start makes nobody anew')
  })
