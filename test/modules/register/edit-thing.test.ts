import t from 'tap'
import { createSeal } from '../../../src/base/seal.js'
import type { Actor } from '../../../src/base/store/store.js'
import { addThing, changeThing } from '../../../src/register/edit/edit-thing.js'
import { loadSample, sampleStaffIds } from '../../../src/register/sample/load-sample.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const seal = createSeal(Buffer.alloc(32, 9))
const officer: Actor = { person: 'officer', role: 'officer', scope: '500154002' }
const stranger: Actor = { person: 'elsewhere', role: 'secretary', scope: '500154002002' }

for (const kind of ['embedded', 'postgres'] as const)
  t.test(
    `points, shelters, groups and staff on ${kind}`,
    {
      skip: kind === 'postgres' && !testDatabaseUrl ? 'TEST_DATABASE_URL is not set' : false,
    },
    async (t) => {
      const store = await openTestStore(t, kind)
      await loadSample(store, seal)
      const register = await openRegister(store, seal)
      const deps = { store, seal, register }
      const now = () => register.snapshot()
      const worker = now().staff.find((s) => s.id === sampleStaffIds.worker)!

      await t.test('somebody of the staff gets another number, and stays on the list of exercises', async (t) => {
        const had = worker.contactId!
        const listed = now().contacts.get(had)!.allowListed
        await changeThing(deps, officer, 'staff', worker.id, { phone: '162 0099 9007', post: '网格长' })
        const staff = now().staff.find((s) => s.id === worker.id)!
        t.equal(staff.post, '网格长')
        t.equal(staff.name, worker.name, 'what is not said stays')
        t.equal(register.directory().address(staff.contactId!), '+8616200999007')
        t.equal(now().contacts.get(staff.contactId!)!.allowListed, listed)
        t.notOk(now().contacts.has(had))
        await t.rejects(changeThing(deps, officer, 'staff', worker.id, { phone: '123' }), {
          kind: 'malformed',
          errors: [{ path: 'phone' }],
        })
        await t.rejects(changeThing(deps, officer, 'staff', worker.id, { deputyId: worker.id }), {
          kind: 'malformed',
          errors: [{ path: 'deputyId' }],
        })
      })

      await t.test('a point, a shelter and a group are made and changed, each with an entry that names no value', async (t) => {
        const at = { lon: 108.39, lat: 31.16 }
        const place = '500154002001004'
        const point = await addThing(deps, officer, 'point', place, {
          ...{ kind: 'slope', number: 77, name: '试验边坡', ...at, radiusM: 40, grade: null, keeperId: null },
        })
        await changeThing(deps, officer, 'point', point, { keeperId: worker.id, radiusM: 60 })
        t.match(
          now().points.find((p) => p.id === point),
          { kind: 'slope', radiusM: 60, keeperId: worker.id, name: '试验边坡' },
        )
        const shelter = now().shelters[0]!
        await changeThing(deps, officer, 'shelter', shelter.id, { capacityNight: 7 })
        t.same(
          now().shelters.find((s) => s.id === shelter.id),
          { ...shelter, capacityNight: 7 },
        )
        const group = now().groups.find((g) => g.place === place)!
        await changeThing(deps, officer, 'group', group.id, { ownerId: worker.id })
        t.equal(now().groups.find((g) => g.id === group.id)!.ownerId, worker.id)
        await t.rejects(changeThing(deps, officer, 'group', group.id, { ownerId: 'nobody' }), {
          kind: 'malformed',
          errors: [{ path: 'ownerId' }],
        })
        await t.rejects(changeThing(deps, stranger, 'point', point, { name: '别处' }), { kind: 'not-found', errors: [] })
        await t.rejects(changeThing(deps, stranger, 'shelter', shelter.id, { name: '别处' }), { kind: 'not-found', errors: [] })
        const entries = await store.system((tx) =>
          tx.selectFrom('journal').select(['event', 'data']).where('thing_type', 'in', ['point', 'shelter', 'group', 'staff']).execute(),
        )
        t.same([...new Set(entries.map((e) => e.event))].sort(), [
          'group.changed',
          'point.changed',
          'point.registered',
          'shelter.changed',
          'staff.changed',
        ])
        t.notMatch(JSON.stringify(entries), /999007|试验/)
      })
    },
  )
