import t from 'tap'
import { knockUnreached } from '../../../src/fieldwork/knock-unreached.js'
import { listTasks } from '../../../src/fieldwork/task-store.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { actorFor, openNight, worstGrid } from './field-rig.js'

t.test('somebody goes to the doors that a kind of failure left untold, once', { skip: !testDatabaseUrl && 'no PostgreSQL' }, async (t) => {
  const night = await openNight(t)
  const alert = await night.issue(await night.warning(), 'residents')
  await night.todo.drain()
  const own = (h: { contacts: { relation: string; contactId: number }[] }) => h.contacts.filter((c) => c.relation === 'self')
  const homes = night.register.snapshot().households.filter((h) => h.place === worstGrid)
  const shared = new Map<number, number>()
  for (const { contacts } of night.register.snapshot().households)
    for (const c of contacts) shared.set(c.contactId, (shared.get(c.contactId) ?? 0) + 1)
  const alike = (n: number) => homes.filter((h) => own(h).length === n && own(h).every((c) => shared.get(c.contactId) === 1))
  const [silent, busy] = alike(1)
  const [reached, both] = alike(2)
  t.ok(silent && busy && reached && both, 'homes with one number and with two')
  const worker = night.register.snapshot().staff.find((s) => s.place === worstGrid && s.contactId !== null)!
  const dead = 'isv.MOBILE_NUMBER_ILLEGAL'
  const rows = [
    { contactId: own(silent!)[0]!.contactId, state: 2, reason: dead },
    { contactId: own(busy!)[0]!.contactId, state: 2, reason: 'MOBILE_SHUTDOWN' },
    { contactId: own(reached!)[0]!.contactId, state: 2, reason: dead },
    { contactId: own(reached!)[1]!.contactId, state: 1, reason: null },
    { contactId: own(both!)[0]!.contactId, state: 2, reason: dead },
    { contactId: own(both!)[1]!.contactId, state: 3, reason: dead },
    { contactId: worker.contactId!, state: 2, reason: dead },
  ]
  await night.store.system(async (tx) => {
    const revision = await tx.selectFrom('alert_revision').select('id').where('alert_id', '=', alert.id).executeTakeFirstOrThrow()
    const common = { revision_id: revision.id, message_id: 1, channel: 1, purpose: 1, place: worstGrid }
    const values = rows.map(({ contactId, state, reason }, n) => ({ ...common, id: 9000 + n, contact_id: contactId, state, reason }))
    await tx.insertInto('delivery').values(values).execute()
  })
  const press = () =>
    night.store.act(actorFor('officer'), (tx) =>
      knockUnreached(tx, night.fieldwork, { alertId: alert.id, channel: 'sms', reason: 'dead-number' }),
    )
  t.same(await press(), { opened: 3, doors: 3 })
  t.same(await press(), { opened: 0, doors: 3 }, 'pressed twice, knocked at once')
  const knocks = (await night.store.system((tx) => listTasks(tx, { kinds: ['knock'], seriesId: alert.seriesId }))).filter((k) =>
    k.data.why?.startsWith('空号'),
  )
  t.same(
    new Set(knocks.map((k) => k.householdId ?? k.staffId)),
    new Set([silent!.id, both!.id, worker.id]),
    'not whom another own number reached',
  )
  t.ok(knocks.every((k) => k.assigneeId && k.dueAt))
  const entry = (await night.rows('task.opened')).at(-1)
  t.match(entry, { person: 'officer', data: { kind: 'knock', tasks: 3 } })
  await night.store.system((tx) => tx.updateTable('alert').set({ state: 'called-off' }).where('id', '=', alert.id).execute())
  await t.rejects(press(), /不在发送中/, 'nobody is sent out for what was called off')
})
