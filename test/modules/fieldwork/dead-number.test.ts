import t, { type Test } from 'tap'
import type { Store } from '../../../src/base/store/store.js'
import { listTasks } from '../../../src/fieldwork/task-store.js'
import { breakContacts } from '../../../src/register/break-contacts.js'
import { changeHousehold } from '../../../src/register/edit/edit-household.js'
import { changeThing } from '../../../src/register/edit/edit-thing.js'
import type { ContactEdit } from '../../../src/register/edit/household-edit.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { actorFor, openNight, type Todo, worstGrid } from './field-rig.js'

interface Task extends Todo {
  note: string | null
  mine: boolean
}

const story = (kind: Store['kind']) => async (t: Test) => {
  const night = await openNight(t, kind)
  const alert = await night.issue(await night.warning(), 'residents')
  await night.todo.drain()
  const tasks = async (of: string) =>
    (await night.ask<{ items: Task[] }>('worker', 'GET', '/api/field/tasks')).body.items.filter((i) => i.kind === of && !i.doneAt)
  const homes = night.register.snapshot().households.filter((h) => h.place === worstGrid)
  const phones = (h: (typeof homes)[number]) =>
    h.contacts.filter((c) => c.relation === 'self' && night.register.snapshot().contacts.get(c.contactId)!.kind === 'phone')
  const alone = homes.find((h) => phones(h).length === 1 && h.contacts.filter((c) => c.relation === 'self').length === 1)!
  const more = homes.find((h) => h.contacts.filter((c) => c.relation === 'self').length > 1 && phones(h).length > 0)!
  const [dead, other] = [phones(alone)[0]!.contactId, phones(more)[0]!.contactId]
  const reason = 'MOBILE_NOT_ON_SERVICE'
  const fail = () =>
    night.store.system((tx) =>
      breakContacts(
        tx,
        [dead, other].map((contactId) => ({ contactId, reason })),
        { id: alert.id, seriesId: alert.seriesId },
      ),
    )
  await fail()
  await fail()
  await night.todo.drain()

  const rows = await night.store.system((tx) => tx.selectFrom('contact').selectAll().where('broken', 'is not', null).execute())
  t.same(new Set(rows.map((r) => r.id)), new Set([dead, other]))
  t.ok(rows.every((r) => r.broken === reason && r.broken_at instanceof Date))
  const entries = await night.rows('contact.broken')
  t.match(entries, [{ place: worstGrid, series_id: alert.seriesId, data: { alertId: alert.id } }], 'told once, by grid')
  t.notMatch(JSON.stringify(entries), /\+86|1[69]\d{9}/, 'no number in the journal')

  const corrections = await tasks('correct-number')
  t.same(new Set(corrections.map((c) => c.householdId)), new Set([alone.id, more.id]), 'both are to be corrected')
  t.ok(
    corrections.every((c) => c.mine && /空号/.test(c.note!)),
    'by the worker of the grid',
  )
  const knocks = (await tasks('knock')).filter((k) => k.householdId === alone.id || k.householdId === more.id)
  t.match(knocks, [{ householdId: alone.id }], 'who had only that number is knocked for now')
  t.equal(knocks.length, 1)
  await night.register.refresh()
  t.ok(
    night.register.snapshot().households.some((h) => h.id === alone.id),
    'nobody is struck off',
  )

  const version = async () =>
    (await night.store.system((tx) => tx.selectFrom('household').select('version').where('id', '=', alone.id).executeTakeFirstOrThrow()))
      .version
  const kept = alone.contacts.filter((c) => c.contactId !== dead)
  await changeHousehold(night, actorFor('officer'), alone.id, await version(), { people: alone.people + 1 })
  await night.todo.drain()
  t.equal((await tasks('correct-number')).length, 2, 'another change of the household corrects nothing')
  await changeHousehold(night, actorFor('officer'), alone.id, await version(), {
    contacts: [{ relation: 'self', phone: '16200990001' }, ...kept],
  })
  await night.todo.drain()
  t.match(await tasks('correct-number'), [{ householdId: more.id }], 'the right number ends the task')
  const phone = night.phone('worker')
  const left = (await tasks('correct-number'))[0]!
  t.match(await phone.task(left.id, 'done', { result: 'no-number' }), { outcome: 'accepted' })
  t.same(await tasks('correct-number'), [])

  const byHand = homes.find((h) => h !== alone && h !== more && phones(h).length > 0)!
  const marked = phones(byHand)[0]!.contactId
  const mark = async (broken: boolean) => {
    const { version } = await night.store.system((tx) =>
      tx.selectFrom('household').select('version').where('id', '=', byHand.id).executeTakeFirstOrThrow(),
    )
    const contacts = byHand.contacts.map((c) => (c.contactId === marked ? { ...c, broken } : c)) as ContactEdit[]
    await changeHousehold(night, actorFor('officer'), byHand.id, version, { contacts })
    await night.todo.drain()
  }
  await mark(true)
  const [asked] = await tasks('correct-number')
  t.match(asked, { householdId: byHand.id, note: /本户的号码被标为失效/ }, 'a number marked wrong by hand is to be corrected too')
  await mark(false)
  t.same(await tasks('correct-number'), [], 'taken back, nothing is left to do')

  const { staff } = night.register.snapshot()
  const colleague = staff.find((s) => s.place === worstGrid && s.contactId !== null)!
  await night.store.system((tx) => breakContacts(tx, [{ contactId: colleague.contactId!, reason }], null))
  await night.todo.drain()
  const open = () => night.store.system((tx) => listTasks(tx, { kinds: ['correct-number'], open: true }))
  t.match(await open(), [{ staffId: colleague.id }])
  await changeThing(night, actorFor('officer'), 'staff', colleague.id, colleague.version, { phone: '16200990009' })
  await night.todo.drain()
  t.same(await open(), [], 'a staff member with another number')
  t.same(night.problems, [])
}

/** The worker asks at the door and writes the number down on the phone; it may go up hours later. */
const atTheDoor = async (t: Test) => {
  const night = await openNight(t, 'postgres')
  const home = () => night.register.snapshot().households.find((h) => h.id === homeId)!
  const homeId = night.register.snapshot().households.find((h) => h.place === worstGrid && h.contacts.length > 1)!.id
  const wrong = home().contacts.find((c) => c.relation === 'self')!.contactId
  const breakIt = async () => {
    await night.store.system((tx) => breakContacts(tx, [{ contactId: wrong, reason: 'x' }], null))
    await night.todo.drain()
    return (await night.ask<{ items: Task[] }>('worker', 'GET', '/api/field/tasks')).body.items.find(
      (i) => i.kind === 'correct-number' && !i.doneAt,
    )!
  }
  const phone = night.phone('worker')
  const numbers = () => home().contacts.map((c) => night.register.directory().address(c.contactId))
  const task = await breakIt()
  t.match(await phone.task(task.id, 'number', { result: 'corrected', phone: '1620099000' }), {
    outcome: 'refused',
    problem: { kind: 'bad-number', title: /11 位/ },
  })
  t.match(await phone.task(task.id, 'number', { result: 'corrected' }), { outcome: 'refused', problem: { kind: 'malformed' } })
  t.ok(
    home().contacts.some((c) => c.contactId === wrong),
    'nothing was changed',
  )
  t.match(await phone.task(task.id, 'number', { result: 'corrected', phone: '162 0099 0001' }), { outcome: 'accepted' })
  t.ok(numbers().includes('+8616200990001'), 'the next message goes to the new number')
  t.notOk(
    home().contacts.some((c) => c.contactId === wrong),
    'and no longer to the old one',
  )
  t.equal(home().contacts.find((c) => night.register.directory().address(c.contactId) === '+8616200990001')!.relation, 'self')
  t.match(await night.rows('household.changed'), [{ person: 'worker', data: { fields: ['contacts'] } }])
  t.match(
    (await night.rows('task.done')).map((r) => r.data),
    [{ kind: 'correct-number', result: 'corrected' }],
  )
  const everything = await night.store.system(async (tx) => [
    await tx.selectFrom('field_edit').selectAll().execute(),
    await tx.selectFrom('journal').selectAll().execute(),
    await tx.selectFrom('task').selectAll().execute(),
  ])
  t.notMatch(JSON.stringify(everything), /1620099|162 0099/, 'no number, good or bad, outside the sealed register')
  t.same(night.problems, [])
}

const stillGood = async (t: Test) => {
  const night = await openNight(t, 'postgres')
  const home = night.register.snapshot().households.find((h) => h.place === worstGrid && h.contacts.length > 1)!
  const [wrong, other] = home.contacts.map((c) => c.contactId)
  const open = async () => {
    await night.todo.drain()
    const { items } = (await night.ask<{ items: Task[] }>('worker', 'GET', '/api/field/tasks')).body
    return items.filter((i) => i.kind === 'correct-number' && !i.doneAt)
  }
  const breakIt = () => night.store.system((tx) => breakContacts(tx, [{ contactId: wrong!, reason: 'x' }], null))
  const phone = night.phone('worker')
  await breakIt()
  t.match(await phone.task((await open())[0]!.id, 'number', { result: 'works' }), { outcome: 'accepted' })
  t.equal(night.register.snapshot().contacts.get(wrong!)!.broken, null, 'it is rung again')
  t.same(await open(), [])
  await breakIt()
  const known = night.register.directory().address(other!)!
  t.match(await phone.task((await open())[0]!.id, 'number', { result: 'corrected', phone: known }), { outcome: 'accepted' })
  const now = night.register.snapshot().households.find((h) => h.id === home.id)!
  t.same(
    now.contacts.map((c) => c.contactId).sort(),
    home.contacts
      .map((c) => c.contactId)
      .filter((c) => c !== wrong)
      .sort(),
    'a number the household has already is kept once',
  )
  const boss = night.register.snapshot().staff.find((s) => s.personId === 'worker')!
  await night.store.system((tx) => breakContacts(tx, [{ contactId: boss.contactId!, reason: 'x' }], null))
  await night.todo.drain()
  const { items } = (await night.ask<{ items: Task[] }>('secretary', 'GET', '/api/field/tasks')).body
  const staffTask = items.find((i) => i.kind === 'correct-number' && !i.doneAt)!
  t.match(await night.phone('secretary').task(staffTask.id, 'number', { result: 'corrected', phone: '16200990009' }), {
    outcome: 'accepted',
  })
  const changed = night.register.snapshot().staff.find((s) => s.id === boss.id)!
  t.equal(night.register.directory().address(changed.contactId!), '+8616200990009', 'of a worker the secretary asks')
  t.same(night.problems, [])
}

const skip = testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set'
t.test(
  'the number asked for at the door is written on the phone and goes into the register, and nowhere else',
  { skip, timeout: 180_000 },
  atTheDoor,
)
t.test('the old number works after all; a number the home has already; the number of a worker', { skip, timeout: 180_000 }, stillGood)

t.test('F34: a dead number becomes a task and a knock, the mended number closes it (embedded)', { timeout: 180_000 }, story('embedded'))
t.test(
  'F34: a dead number becomes a task and a knock, the mended number closes it (PostgreSQL)',
  { skip: testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set', timeout: 180_000 },
  story('postgres'),
)
