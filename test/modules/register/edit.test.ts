import t from 'tap'
import { atOnce } from '../../../src/base/slices.js'
import type { Actor, Store } from '../../../src/base/store/store.js'
import { addHousehold, changeHousehold, moveBack, moveOut } from '../../../src/register/edit/edit-household.js'
import type { HouseholdEdit } from '../../../src/register/edit/household-edit.js'
import { findHouseholds } from '../../../src/register/find-households.js'
import type { SealedBlock } from '../../../src/register/register.js'
import { sampleResidentHousehold as id } from '../../../src/register/sample/load-sample.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { openTestStore, type Teardown, testDatabaseUrl } from '../../rig/store.js'

const grid = '500154002001004'
const officer: Actor = { person: 'officer', role: 'officer', scope: '500154002' }
const stranger: Actor = { person: 'elsewhere', role: 'secretary', scope: '500154002002' }
const old = '+8616200999001'
const fresh = '16200999002'

async function open(t: Teardown, kind: Store['kind']) {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, seal, register }
  const version = async () =>
    (await store.system((tx) => tx.selectFrom('household').select('version').where('id', '=', id).executeTakeFirstOrThrow())).version
  return {
    ...deps,
    deps,
    version,
    home: () => register.snapshot().households.find((h) => h.id === id)!,
    phones: () =>
      register
        .snapshot()
        .households.find((h) => h.id === id)!
        .contacts.map((c) => ({ relation: c.relation, phone: register.directory().address(c.contactId) })),
    change: async (edit: HouseholdEdit) => changeHousehold(deps, officer, id, await version(), edit),
    journal: () =>
      store.system((tx) =>
        tx
          .selectFrom('journal')
          .select(['event', 'person', 'data', 'thing_id'])
          .where('thing_type', '=', 'household')
          .orderBy('position')
          .execute(),
      ),
    whole: () =>
      store.system((tx) => tx.selectFrom('grid').select(['households', 'people']).where('place', '=', grid).executeTakeFirstOrThrow()),
  }
}

for (const kind of ['embedded', 'postgres'] as const)
  t.test(
    `a household on ${kind}`,
    { skip: kind === 'postgres' && !testDatabaseUrl ? 'TEST_DATABASE_URL is not set' : false },
    async (t) => {
      const rig = await open(t, kind)

      await t.test('what is written is in the register at once, and the journal says which fields, never what', async (t) => {
        await rig.change({
          head: '王试改',
          members: [{ name: '王试改', age: 81, needs: ['bedridden'], remark: '需担架' }],
          people: 1,
          tags: ['alone', 'bedridden'],
          atHome: false,
          position: { lon: 108.4, lat: 31.16 },
          contacts: [{ phone: old, relation: 'self' }],
          consents: ['photo'],
        })
        t.match(rig.home(), { people: 1, tags: ['alone', 'bedridden'], atHome: false, lon: 108.4, lat: 31.16 })
        t.match(rig.register.directory().household(id), { head: '王试改', members: [{ age: 81 }] })
        t.same(rig.phones(), [{ relation: 'self', phone: old }])
        const [entry] = await rig.journal()
        t.match(entry, { event: 'household.changed', person: 'officer' })
        t.same([...(entry!.data.fields as string[])].sort(), ['atHome', 'consents', 'contacts', 'head', 'members', 'position', 'tags'])
        t.notMatch(JSON.stringify(await rig.journal()), /王试改|担架|16200999/)
      })

      await t.test('nothing new makes no version and no entry', async (t) => {
        const before = [await rig.version(), (await rig.journal()).length]
        await rig.change({ people: 1, head: '王试改', tags: ['bedridden', 'alone'] })
        t.same([await rig.version(), (await rig.journal()).length], before)
      })

      await t.test('a number is replaced, marked wrong, and believed again when it is typed anew', async (t) => {
        const had = rig.home().contacts[0]!.contactId
        await rig.change({ contacts: [{ contactId: had, relation: 'self', broken: true }] })
        t.equal(rig.register.snapshot().contacts.get(had)!.broken, 'marked-wrong')
        await rig.change({ contacts: [{ phone: old, relation: 'self' }] })
        t.equal(rig.register.snapshot().contacts.get(had)!.broken, null)
        await rig.change({
          contacts: [
            { phone: fresh, relation: 'self' },
            { phone: '023-52000000', relation: 'family-away' },
          ],
        })
        t.same(rig.phones(), [
          { relation: 'self', phone: `+86${fresh}` },
          { relation: 'family-away', phone: '+862352000000' },
        ])
        t.notOk(rig.register.snapshot().contacts.has(had), 'nobody has the old number any more')
        t.equal(rig.register.directory().address(had), undefined, 'and it is sealed nowhere')
      })

      await t.test('a bad number is told by its row, and nothing is written', async (t) => {
        const before = rig.phones()
        const error = await rig.change({ contacts: [{ phone: '1410000', relation: 'self' }] }).catch((e) => e)
        t.match(error, { kind: 'malformed', errors: [{ path: 'contacts/0/phone', message: /11/ }] })
        t.notMatch(JSON.stringify(error), /1410000/)
        await t.rejects(
          rig.change({ contacts: [{ contactId: 1, relation: 'self' }] }),
          { kind: 'malformed', errors: [] },
          'a number of somebody else',
        )
        await t.rejects(rig.change({ shelterId: 'nowhere' }), { kind: 'malformed', errors: [{ path: 'shelterId' }] })
        t.same(rig.phones(), before)
      })

      await t.test('who comes second is told who was first, and writes nothing', async (t) => {
        const version = await rig.version()
        await rig.change({ people: 2 })
        const error = await changeHousehold(rig.deps, officer, id, version, { people: 9 }).catch((e) => e)
        t.match(error, { kind: 'conflict', more: { version: version + 1, by: String, fields: ['people'] } })
        t.equal(rig.home().people, 2)
      })

      await t.test('found by the end of the number and by the head, by who may see them only', async (t) => {
        const search = (words: string, may = true) =>
          atOnce(findHouseholds(rig.register.snapshot(), rig.register.directory(), { words, place: '500154002' }, may))
        t.same(search('9002').looked, ['phone'])
        t.equal(search('999002').households[0]!.id, id)
        t.ok(search('王试改').households.some((h) => h.id === id))
        t.same(search('王试改', false), { households: [], looked: [] })
        t.notOk(search('999002', false).households.some((h) => h.id === id))
        t.same(search('后巷9号院').looked, [], 'an address is no look at anybody')
        const { households } = atOnce(
          findHouseholds(rig.register.snapshot(), rig.register.directory(), { words: '', place: grid, tag: 'bedridden', away: true }, true),
        )
        t.ok(households.every((h) => h.tags.includes('bedridden') && !h.atHome) && households.some((h) => h.id === id))
      })

      await t.test('moved out, and back', async (t) => {
        const before = await rig.whole()
        await moveOut(rig.deps, officer, id, await rig.version(), 'moved')
        t.equal(rig.home(), undefined)
        t.same(await rig.whole(), { households: before.households - 1, people: before.people - 2 })
        await t.rejects(rig.change({ people: 3 }), { kind: 'conflict', errors: [] })
        await moveBack(rig.deps, officer, id)
        t.same(await rig.whole(), before)
        t.equal(rig.phones().length, 2, 'with its numbers')
        t.same(
          (await rig.journal()).slice(-2).map((e) => e.event),
          ['household.moved-out', 'household.moved-back'],
        )
      })

      await t.test('to another grid: the same family, its number and its needs behind another door', async (t) => {
        const next = '500154002001005'
        const [before, phones] = [await rig.whole(), rig.phones()]
        const contacts = rig.home().contacts.map((c) => c.contactId)
        const people = rig.home().people
        const twin = rig.register.snapshot().households.find((h) => h.place === next)!
        const door = { building: '滨河路新居', unit: 2, floor: 3, room: '301' }
        await t.rejects(rig.change({ place: next, building: twin.building, unit: twin.unit, floor: twin.floor, room: twin.room }), {
          kind: 'conflict',
          errors: [{ path: 'room' }],
        })
        t.same(rig.phones(), phones, 'a door that is taken moves nobody')
        await rig.change({ place: next, ...door })
        t.match(rig.home(), { place: next, ...door, people })
        t.same(rig.phones(), phones)
        t.same(
          rig.home().contacts.map((c) => c.contactId),
          contacts,
          'the numbers keep their rows, and what was sent to them',
        )
        t.match(rig.register.directory().household(id), { head: '王试改', members: [{ needs: ['bedridden'], remark: '需担架' }] })
        t.ok(rig.home().contacts.every((c) => rig.register.snapshot().contacts.get(c.contactId)!.place === next))
        t.same(await rig.whole(), { households: before.households - 1, people: before.people - people })
        t.match((await rig.journal()).at(-1), { event: 'household.changed', data: { from: grid, fields: ['grid', 'address'] } })
        const blocks = await rig.store.system((tx) =>
          tx.selectFrom('sealed_block').selectAll().where('place', 'in', [grid, next]).execute(),
        )
        t.same(
          blocks.filter((b) => id in seal.open<SealedBlock>(b.data, b.place).households).map((b) => b.place),
          [next],
          'sealed in one place only',
        )
        const fresh = await openRegister(rig.store, seal)
        t.same(
          fresh.snapshot().households.find((h) => h.id === id),
          rig.home(),
        )
        await rig.change({ place: grid, building: '后巷9号院', unit: 9, floor: 1, room: '909' })
        t.same(await rig.whole(), before)
        t.same(rig.phones(), phones)
        await t.rejects(rig.change({ place: '500154002001999' }), { kind: 'malformed', errors: [{ path: 'place' }] })
      })

      await t.test('a number that neighbours share stays with them and goes along', async (t) => {
        const shared = '16200999021'
        const next = '500154002001005'
        const neighbour = await addHousehold(rig.deps, officer, {
          ...{ place: grid, building: '后巷9号院', unit: 8, floor: 1, room: '808', contacts: [{ phone: shared, relation: 'self' }] },
        })
        await rig.change({ contacts: [{ phone: shared, relation: 'helper', broken: true }] })
        await rig.change({ place: next, building: '滨河路新居', unit: 2, floor: 4, room: '401' })
        const of = (home: string) =>
          rig.register
            .snapshot()
            .households.find((h) => h.id === home)!
            .contacts.map((c) => c.contactId)
        const [mine, theirs] = [of(id)[0]!, of(neighbour)[0]!]
        t.not(mine, theirs)
        t.same(
          [mine, theirs].map((c) => rig.register.directory().address(c)),
          [`+86${shared}`, `+86${shared}`],
        )
        t.equal(rig.register.snapshot().contacts.get(mine)!.broken, 'marked-wrong')
        await rig.change({
          place: grid,
          building: '后巷9号院',
          unit: 9,
          floor: 1,
          room: '909',
          contacts: [{ phone: old, relation: 'self' }],
        })
      })

      await t.test('a new household; a second one behind its door has to be meant', async (t) => {
        const before = await rig.whole()
        const door = { place: grid, building: '后巷9号院', unit: 7, floor: 1, room: '709', people: 2, head: '李试加' }
        const added = await addHousehold(rig.deps, officer, { ...door, contacts: [{ phone: '16200999003', relation: 'self' }] })
        t.match(
          rig.register.snapshot().households.find((h) => h.id === added),
          { room: '709', people: 2, contacts: [{ relation: 'self' }] },
        )
        t.equal(rig.register.directory().household(added)!.head, '李试加')
        await t.rejects(addHousehold(rig.deps, officer, door), { kind: 'conflict', errors: [{ path: 'room' }] })
        await addHousehold(rig.deps, officer, { ...door, another: true })
        t.same(await rig.whole(), { households: before.households + 2, people: before.people + 4 })
      })

      await t.test('outside the own area nothing is found', async (t) => {
        await t.rejects(changeHousehold(rig.deps, stranger, id, await rig.version(), { people: 5 }), { kind: 'not-found', errors: [] })
        await t.rejects(addHousehold(rig.deps, stranger, { place: grid, building: '1', room: '101' }), { kind: 'malformed', errors: [] })
      })
    },
  )
