import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { migrations } from '../../src/base/store/migrate.js'
import type { Store } from '../../src/base/store/store.js'
import { openTestStore, testDatabaseUrl } from '../rig/store.js'

/** Tables without a place: the clock, facts of the instance, and rows that name nobody. */
const unscoped = ['clock', 'fact', 'todo', 'tombstone', 'feed_entry', 'feed_tick', 'migration', 'durability', 'callback', 'carrier_trouble']

const check = (kind: Store['kind']) => async (t: Test) => {
  const store = await openTestStore(t, kind)
  const rows = <T>(query: ReturnType<typeof sql<T>>) => store.system(async (tx) => (await query.execute(tx)).rows)

  t.test('every foreign key has an index that begins with it', async (t) => {
    const missing = await rows(sql<{ hint: string }>`
      select format('create index on %s (%s);', c.conrelid::regclass, a.attname) as hint
      from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
      where c.contype = 'f' and not exists (select from pg_index i where i.indrelid = c.conrelid and i.indkey[0] = c.conkey[1])`)
    t.same(
      missing.map((m) => m.hint),
      [],
      'add these',
    )
  })

  t.test('every table is scoped, shared, or on the short list of those without a place', async (t) => {
    const tables = await rows(sql<{ name: string; guarded: boolean }>`
      select relname as name, relrowsecurity as guarded from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`)
    const known = new Set([...migrations.flatMap((m) => [...m.scopedTables, ...m.sharedTables]), ...unscoped])
    t.same(
      tables.filter((x) => !known.has(x.name)).map((x) => x.name),
      [],
    )
    t.same(
      tables.filter((x) => !x.guarded && !unscoped.includes(x.name)).map((x) => x.name),
      [],
      'row-level security is on',
    )
  })

  t.test('the service cannot change or remove what the journal says', async (t) => {
    await store.system((tx) =>
      sql`insert into journal (event, person, place, thing_type, thing_id) values ('x.y', 'p', '500154002', 't', '1')`.execute(tx),
    )
    await t.rejects(
      store.system((tx) => sql`update journal set event = 'z'`.execute(tx)),
      { code: '42501' },
    )
    await t.rejects(
      store.system((tx) => sql`delete from journal`.execute(tx)),
      { code: '42501' },
    )
  })

  t.test('a scope sees its own rows, and of shared tables those above it; without a scope nothing is seen', async (t) => {
    await store.system(async (tx) => {
      await sql`insert into contact (place, kind, blind) values ('500154002001004', 'phone', 'a'), ('500154002002001', 'phone', 'b')`.execute(
        tx,
      )
    })
    const contacts = (scope: string) =>
      store.act({ person: 'p', role: 'worker', scope }, async (tx) => (await sql`select * from contact`.execute(tx)).rows.length)
    t.equal(await contacts('500154002'), 2)
    t.equal(await contacts('500154002001'), 1)
    t.equal(await contacts('500155'), 0)
    const entries = (scope: string) =>
      store.act({ person: 'p', role: 'worker', scope }, async (tx) => (await sql`select * from journal`.execute(tx)).rows.length)
    t.equal(await entries('500154002001004'), 1, 'the subdistrict concerns its grids')
    t.equal(await entries('500155'), 0)
    await t.rejects(
      store.act({ person: 'p', role: 'worker', scope: '500154002001' }, (tx) =>
        sql`insert into contact (place, kind, blind) values ('500154002002001', 'phone', 'c')`.execute(tx),
      ),
      { code: '42501' },
      'nobody writes outside their area',
    )
  })
}

t.test('the schema on the embedded store', check('embedded'))
t.test('the schema on PostgreSQL', { skip: testDatabaseUrl ? false : 'no PostgreSQL here' }, check('postgres'))
