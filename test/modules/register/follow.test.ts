import { isDeepStrictEqual } from 'node:util'
import { sql } from 'kysely'
import t, { type Test } from 'tap'
import { openStore } from '../../../src/base/store/open-store.js'
import type { Store } from '../../../src/base/store/store.js'
import { matchArea } from '../../../src/matching/match-area.js'
import { makeIndex } from '../../../src/matching/register-index.js'
import { openRegister, type Register } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { startTestService } from '../../rig/service.js'
import { createTestDatabase, openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { until } from '../../rig/until.js'

const grid = '500154002001004'
const home = `${grid}-004`
const skip = testDatabaseUrl ? false : 'no PostgreSQL here'

const inStep = (kind: Store['kind']) => async (t: Test) => {
  const store = await openTestStore(t, kind, 'sample')
  const change = (statement: ReturnType<typeof sql>) => store.system((tx) => statement.execute(tx))
  const register = await openRegister(store, seal, makeIndex)

  t.test('whoever writes it, the next look sees it', async (t) => {
    const now = () => register.snapshot()
    const changes: [string, ReturnType<typeof sql>, () => unknown][] = [
      [
        'a household moves',
        sql`update household set lon = 108.5 where id = ${home}`,
        () => now().households.find((h) => h.id === home)?.lon,
      ],
      ['a number is found dead', sql`update contact set broken = '空号' where id = 1`, () => now().contacts.get(1)?.broken],
      [
        'a link is cut',
        sql`delete from household_contact where household_id = ${home}`,
        () => now().households.find((h) => h.id === home)?.contacts.length,
      ],
      [
        'a family leaves',
        sql`update household set removed_at = now() where id = ${home}`,
        () => now().households.some((h) => h.id === home),
      ],
      [
        'a point is graded anew',
        sql`update hazard_point set grade = 'C' where id = 'point-b1'`,
        () => now().points.find((p) => p.id === 'point-b1')?.grade,
      ],
      [
        'a shelter grows',
        sql`update shelter set capacity_night = 999 where id = 'shelter-1'`,
        () => now().shelters.find((s) => s.id === 'shelter-1')?.capacityNight,
      ],
      [
        'a post goes off duty',
        sql`update staff set duty = false where id = '500154002-officer-1'`,
        () => now().staff.find((s) => s.id === '500154002-officer-1')?.duty,
      ],
      [
        'a group is renamed',
        sql`update grid_group set name = 'x' where id = (select min(id) from grid_group)`,
        () =>
          now()
            .groups.map((g) => g.name)
            .join(),
      ],
      ['a grid is renamed', sql`update grid set name = 'x' where place = ${grid}`, () => now().grids.find((g) => g.place === grid)?.name],
      [
        'a town gets a second name',
        sql`update place set aliases = '{x}' where place = '500154002'`,
        () =>
          now()
            .places.find((p) => p.place === '500154002')
            ?.aliases.join(),
      ],
    ]
    for (const [what, statement, shown] of changes) {
      const before = shown()
      await change(statement)
      t.same(shown(), before, `${what}: not before the look`)
      await register.refresh()
      t.notSame(shown(), before, what)
    }
    const again = await openRegister(store, seal)
    const { builtAt: _, contacts, ...rest } = again.snapshot()
    const { builtAt: __, contacts: kept, ...known } = now()
    const same = (a: unknown, b: unknown, what: string) => t.ok(isDeepStrictEqual(a, b), what)
    same(known, rest, 'read bit by bit it is what reading it anew shows')
    same(new Map(kept), new Map(contacts), 'and so are the contacts')
  })

  t.test('what has not changed is shared, and where nothing has, nothing is read', async (t) => {
    const before = register.snapshot()
    await register.refresh()
    t.equal(register.snapshot(), before)
    await change(sql`update household set people = people + 1 where place = ${grid}`)
    await register.refresh()
    const after = register.snapshot()
    t.not(after, before)
    t.equal(after.contacts, before.contacts)
    t.equal(after.grids, before.grids)
    const other = before.households.findIndex((h) => h.place !== grid)
    t.equal(after.households[other], before.households[other])
  })

  t.test('it says how old it is, and a change that is not read in yet', async (t) => {
    const whileReading: boolean[] = []
    const watched: Register[] = []
    watched.push(
      await openRegister(store, seal, function* (snapshot) {
        for (const one of watched) whileReading.push(one.age().behind)
        yield* makeIndex(snapshot)
      }),
    )
    t.equal(watched[0]!.age().behind, false)
    await change(sql`update household set people = people + 1 where place = ${grid}`)
    await watched[0]!.refresh()
    t.same(whileReading, [true])
    t.equal(watched[0]!.age().behind, false)
    t.ok(watched[0]!.age().seconds < 15)
  })

  t.test('while it is read in, the register before it answers, whole', async (t) => {
    const slow = await openRegister(store, seal, makeIndex)
    const before = slow.snapshot()
    await change(sql`update household set people = 9 where place = ${grid}`)
    const reading = slow.refresh()
    const question = {
      areas: [{ description: '', polygons: [], circles: [], geocodes: [{ name: 'code', value: grid }], unplaced: false }],
      text: '',
    }
    t.equal(matchArea(slow.snapshot(), question).people, matchArea(before, question).people)
    await reading
    t.equal(matchArea(slow.snapshot(), question).people, slow.snapshot().households.filter((h) => h.place === grid).length * 9)
  })
}

t.test('in step, embedded store', inStep('embedded'))
t.test('in step, PostgreSQL', { skip }, inStep('postgres'))

t.test('a register changed by one process is matched by another within seconds', { skip }, async (t) => {
  const DATABASE_URL = await createTestDatabase(t)
  const service = await startTestService(t, 'PostgreSQL + Redis', { DATABASE_URL })
  const other = await openStore({ databaseUrl: DATABASE_URL, dataDir: '' })
  t.teardown(() => other.close())
  const officer = await service.as('officer')
  const summary = () => officer.get<{ withoutPosition: number; behind: boolean; ageSeconds: number }>('/api/register/summary')
  const { withoutPosition } = await summary()
  const { rows } = await other.system((tx) =>
    sql`update household set lon = null where place = ${grid} and lon is not null returning id`.execute(tx),
  )
  t.ok(rows.length > 0)
  await until(async () => (await summary()).withoutPosition === withoutPosition + rows.length, 'the other process sees it', 3500)
  const { register } = (await (await fetch(`${service.url}/readyz`)).json()) as { register: { ageSeconds: number; behind: boolean } }
  t.equal(register.behind, false)
  t.ok(register.ageSeconds < 15)
  t.match(await (await fetch(`${service.url}/metrics`)).text(), /^register_index_age_seconds \d/m)
})
