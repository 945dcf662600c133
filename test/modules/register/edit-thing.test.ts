import t from 'tap'
import type { Actor } from '../../../src/base/store/store.js'
import { addThing, changeThing, type ThingEdit, type ThingKind } from '../../../src/register/edit/edit-thing.js'
import { speaksTo } from '../../../src/register/register.js'
import { sampleStaffIds } from '../../../src/register/sample/load-sample.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const officer: Actor = { person: 'officer', role: 'officer', scope: '500154002' }
const stranger: Actor = { person: 'elsewhere', role: 'secretary', scope: '500154002002' }

for (const kind of ['embedded', 'postgres'] as const)
  t.test(
    `points, shelters, groups and staff on ${kind}`,
    {
      skip: kind === 'postgres' && !testDatabaseUrl ? 'TEST_DATABASE_URL is not set' : false,
    },
    async (t) => {
      const store = await openTestStore(t, kind, 'sample')
      const register = await openRegister(store, seal)
      const deps = { store, seal, register }
      const now = () => register.snapshot()
      const lists = () => ({ point: now().points, shelter: now().shelters, group: now().groups, staff: now().staff })
      const versionOf = (kind: ThingKind, id: string) => lists()[kind].find((one) => one.id === id)!.version
      const change = (kind: ThingKind, id: string, edit: ThingEdit) => changeThing(deps, officer, kind, id, versionOf(kind, id), edit)
      const worker = now().staff.find((s) => s.id === sampleStaffIds.worker)!

      await t.test('somebody of the staff gets another number, and stays on the list of exercises', async (t) => {
        const had = worker.contactId!
        const listed = now().contacts.get(had)!.allowListed
        await change('staff', worker.id, { phone: '162 0099 9007', post: '网格长' })
        const staff = now().staff.find((s) => s.id === worker.id)!
        t.equal(staff.post, '网格长')
        t.equal(staff.name, worker.name, 'what is not said stays')
        t.equal(register.directory().address(staff.contactId!), '+8616200999007')
        t.equal(now().contacts.get(staff.contactId!)!.allowListed, listed)
        t.notOk(now().contacts.has(had))
        await t.rejects(change('staff', worker.id, { phone: '123' }), {
          kind: 'malformed',
          errors: [{ path: 'phone' }],
        })
        await t.rejects(change('staff', worker.id, { deputyId: worker.id }), {
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
        await change('point', point, { keeperId: worker.id, radiusM: 60 })
        t.match(
          now().points.find((p) => p.id === point),
          { kind: 'slope', radiusM: 60, keeperId: worker.id, name: '试验边坡' },
        )
        const shelter = now().shelters[0]!
        await change('shelter', shelter.id, { capacityNight: 7 })
        t.same(
          now().shelters.find((s) => s.id === shelter.id),
          { ...shelter, capacityNight: 7, version: 2 },
        )
        const group = now().groups.find((g) => g.place === place)!
        await change('group', group.id, { ownerId: worker.id })
        t.equal(now().groups.find((g) => g.id === group.id)!.ownerId, worker.id)
        await t.rejects(change('group', group.id, { ownerId: 'nobody' }), {
          kind: 'malformed',
          errors: [{ path: 'ownerId' }],
        })
        await t.rejects(changeThing(deps, stranger, 'point', point, 2, { name: '别处' }), { kind: 'not-found', errors: [] })
        await t.rejects(changeThing(deps, stranger, 'shelter', shelter.id, 2, { name: '别处' }), { kind: 'not-found', errors: [] })
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

      await t.test('who comes second is told who was first and what they changed, and writes nothing', async (t) => {
        const { id, version } = now().groups[0]!
        await changeThing(deps, officer, 'group', id, version, { members: 11 })
        const late = await changeThing(deps, officer, 'group', id, version, { members: 12 }).catch((e) => e)
        t.match(late, { kind: 'conflict', more: { by: 'officer', fields: ['members'], version: version + 1 } })
        t.equal(now().groups.find((g) => g.id === id)!.members, 11)
      })

      await t.test('a group speaks to chosen grids of one’s own', async (t) => {
        const { id, place } = now().groups[0]!
        const next = `${place.slice(0, 12)}003`
        await change('group', id, { grids: [next] })
        const group = now().groups.find((g) => g.id === id)!
        t.same([speaksTo(group, [next]), speaksTo(group, [place])], [true, false])
        await change('group', id, { grids: [] })
        t.ok(speaksTo(now().groups.find((g) => g.id === id)!, [place]), 'none chosen: the grids under its place')
        await t.rejects(change('group', id, { grids: ['500154003001001'] }), { kind: 'malformed', errors: [{ path: 'grids' }] })
      })
    },
  )
