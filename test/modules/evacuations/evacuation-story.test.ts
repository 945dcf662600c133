import { sql } from 'kysely'
import t from 'tap'
import { arrivedCode } from '../../../src/delivery/delivery.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { type Counted, type Door, openNight, sanzhong, type Todo, worstGrid } from '../fieldwork/field-rig.js'

const skip = testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set'
const approval = { by: 'phone', whom: '带班领导', at: '2025-07-12T03:31:00+08:00', note: '电话请示,同意转移' }

t.test('twelve households, thirty-three people: ordered, moved, confirmed, and home again', { skip, timeout: 120_000 }, async (t) => {
  const night = await openNight(t)
  const warningId = await night.warning()
  const residents = await night.issue(warningId, 'residents')
  const url = { order: '/api/evacuations', one: '' }
  const read = async () => (await night.ask<Counted>('officer', 'GET', url.one)).body
  const doorsFor = async (who: 'officer' | 'secretary' | 'worker' | 'auditor') =>
    (await night.ask<{ items: Door[] }>(who, 'GET', `${url.one}/checklist`)).body.items

  await t.test('an order needs a second person, and says how to get one', async (t) => {
    const refused = await night.ask<{ type: string; detail: string }>('officer', 'POST', url.order, {
      alertId: residents.id,
      grids: [sanzhong],
    })
    t.equal(refused.status, 409)
    t.match(refused.body.type, /approval-needed/)
    t.match(refused.body.detail, /phone/)
    t.equal((await night.ask('worker', 'POST', url.order, { alertId: residents.id })).status, 403)
    const none = await night.store.system((tx) => tx.selectFrom('evacuation_household').select('id').execute())
    t.same(none, [], 'nothing was opened')
  })

  await t.test('the order opens exactly the doors the policy names, and says its words to them', async (t) => {
    const done = await night.ask<Counted>('officer', 'POST', url.order, { alertId: residents.id, grids: [sanzhong], approval })
    t.equal(done.status, 201, done.text)
    url.one = `/api/evacuations/${done.body.id}`
    t.equal(done.body.households.planned, 12)
    t.equal(done.body.people.planned, 33)
    t.equal(done.body.people.total, 33)
    const [entry] = await night.rows('evacuation.ordered')
    t.match(entry!.data, { households: 12, people: 33 })
    t.equal(entry!.series_id, residents.seriesId)
    const orders = await night.store.system((tx) => tx.selectFrom('alert').selectAll().where('origin', '=', 'order').execute())
    t.match(orders, [{ state: 'issued', series_id: residents.seriesId, audience: 'residents' }])
    const again = await night.ask<Counted>('officer', 'POST', url.order, { alertId: residents.id, grids: [sanzhong], approval })
    t.equal(again.status, 200, 'pressed twice it is the same order')
    t.equal(again.body.id, done.body.id)
    t.equal((await night.rows('evacuation.ordered')).length, 1)
  })

  await t.test('the policy gives the deadline and says by which rule; another one needs a reason', async (t) => {
    const { body } = await night.ask<{ deadline: string; deadlineBasis: string; deadlineBasisEn: string; orderedAt: string }>(
      'officer',
      'GET',
      url.one,
    )
    t.match(body.deadlineBasis, /立即转移,120 分钟内完成/)
    t.match(body.deadlineBasisEn, /at once, done within 120 minutes/)
    const minutes = (Date.parse(body.deadline) - Date.parse(body.orderedAt)) / 60_000
    t.ok(minutes >= 120 && minutes <= 121, `${minutes} minutes`)
    const change = (reason: string, deadline = new Date(Date.parse(body.orderedAt) + 4 * 3_600_000).toISOString()) =>
      night.ask<{ deadlineBasis: string }>('officer', 'POST', `${url.one}/deadline`, { deadline, reason })
    t.match(await change(' '), { status: 400, body: { errors: [{ path: 'deadlineReason' }] } })
    t.match(await change('雨势减弱', body.orderedAt), { status: 400, body: { errors: [{ path: 'deadline' }] } })
    t.match(await change('雨势减弱'), { status: 200, body: { deadlineBasis: '值班员改定:雨势减弱' } })
    t.match(await night.rows('evacuation.deadline-changed'), [{ data: { reason: '雨势减弱' } }])
  })

  const all = await doorsFor('secretary')
  const [refusing, away, ill, ...plain] = all.filter((d) => d.planned)
  const secretary = night.phone('secretary')

  await t.test('who may see what: names only for posts at the door, doors only of the own grid', async (t) => {
    t.equal(all.length, 12)
    t.ok(
      all.every((d) => d.head && (d.phone === null || /\*\*\*\*/.test(d.phone))),
      'names, but masked phones',
    )
    t.ok((await doorsFor('auditor')).every((d) => d.head === null))
    const own = await doorsFor('worker')
    t.ok(own.length > 0 && own.length < 12)
    t.ok(own.every((d) => d.place === worstGrid))
    const labels = all.filter((d) => d.place === worstGrid).map((d) => d.label)
    t.same(labels, [...labels].sort(new Intl.Collator('zh-Hans-CN', { numeric: true }).compare), 'in walking order')
    t.ok((await night.rows('sealed.seen')).length >= 2, 'who looked is written down')
  })

  await t.test('told, left, refused, nobody in, needs help, one not on the list', async (t) => {
    await night.later(10)
    const { edit } = secretary
    const results = await secretary.send([
      ...plain.map((d) => edit('household', d.id, 'told')),
      ...plain.map((d) => edit('household', d.id, 'left')),
      edit('household', refusing!.id, 'refused', { reason: '舍不得家里' }),
      edit('household', away!.id, 'absent'),
      edit('household', ill!.id, 'need-help', { kinds: ['stretcher'] }),
    ])
    t.ok(
      results.every((r) => r.outcome === 'accepted'),
      JSON.stringify(results.filter((r) => r.outcome !== 'accepted')),
    )
    const [added] = await secretary.send([
      edit('evacuation', url.one.split('/').at(-1)!, 'add-household', {
        label: '3栋底层门面',
        people: 2,
        grid: worstGrid,
        needs: ['卧床'],
      }),
    ])
    t.equal(added!.outcome, 'accepted')
    const counts = await read()
    const people = plain.reduce((sum, d) => sum + d.people, 0)
    t.match(counts.households, { planned: 12, total: 13, told: 12, left: 9, arrived: 0, refused: 1, absent: 1, needHelp: 2 })
    t.match(counts.people, { planned: 33, total: 35, left: people, arrived: 0 })
    t.same(counts.unverified, { households: 9, people })
    const kept = await night.store.system((tx) => tx.selectFrom('field_edit').select('value').where('verb', '=', 'add-household').execute())
    t.notMatch(JSON.stringify(kept), /卧床/, 'what they need is not in the log')
    t.notMatch(JSON.stringify(await night.rows('household.refused')), /舍不得/, 'free words are not in the journal')
  })

  await t.test('a cry at the door is a named task with a clock; who goes there ends it', async (t) => {
    await night.todo.drain()
    const open = (await night.ask<{ items: Todo[] }>('officer', 'GET', '/api/tasks?kind=help&open=true')).body.items
    t.equal(open.length, 2)
    const task = open.find((x) => x.householdId === ill!.householdId)!
    t.ok(task.assigneeId && task.dueAt)
    await night.later(11)
    await night.todo.drain()
    t.match(await night.rows('task.overdue'), [{ thing_type: 'task' }, { thing_type: 'task' }])
    const added = (await doorsFor('secretary')).find((d) => !d.planned)!
    await secretary.send([ill!, added].map((d) => secretary.edit('household', d.id, 'helped')))
    await night.todo.drain()
    const still = (await night.ask<{ items: Todo[] }>('officer', 'GET', '/api/tasks?kind=help&open=true')).body.items
    t.same(still, [])
  })

  await t.test('talked round, found, confirmed by the keeper: all four numbers meet', async (t) => {
    await night.later(10)
    const now = await doorsFor('secretary')
    await secretary.send(now.filter((d) => d.state !== 'left').map((d) => secretary.edit('household', d.id, 'left')))
    const worker = night.phone('worker')
    const no = await worker.door(now.find((d) => d.place === worstGrid)!.id, 'arrived', { people: 1 })
    t.match(no, { outcome: 'refused', problem: { kind: 'forbidden' } }, 'only a keeper or the desk confirms')
    const agreed = await night.store.system((tx) =>
      sql`insert into consent (household_id, place, extra, given_at)
        select distinct e.household_id, e.place, 'family-message', clock_now() from evacuation_household e join household_contact l
          on l.household_id = e.household_id and l.relation in ('family-away', 'emergency') on conflict do nothing`.execute(tx),
    )
    t.ok(agreed.numAffectedRows! > 0n)
    const keeper = night.phone('keeper')
    const results = await keeper.send(
      now.map((d) => keeper.edit('household', d.id, 'arrived', { people: d.people, shelterId: d.shelterId! })),
    )
    t.ok(
      results.every((r) => r.outcome === 'accepted'),
      JSON.stringify(results),
    )
    const counts = await read()
    t.match(counts.households, { planned: 12, total: 13, told: 13, left: 13, arrived: 13, refused: 0, absent: 0, needHelp: 0 })
    t.match(counts.people, { planned: 33, total: 35, told: 35, left: 35, arrived: 35 })
    t.same(counts.unverified, { households: 0, people: 0 })
    await night.todo.drain()
    const heard = await night.store.system((tx) =>
      sql<{ text: string; relation: string; contact_id: number; agreed: boolean }>`
        select m.text, m.relation, d.contact_id, exists (select from household_contact l join consent c on c.household_id = l.household_id
          where l.contact_id = d.contact_id and c.extra = 'family-message') as agreed
        from delivery d join message m on m.id = d.message_id where d.purpose = ${arrivedCode}`.execute(tx),
    )
    t.ok(heard.rows.length > 0, 'a family that waits elsewhere hears of it')
    for (const { text, relation, agreed } of heard.rows) {
      t.match(text, /您的家人(.某某)?已于\d\d:\d\d安全到达.+安置点/)
      t.match(relation, /^(family-away|emergency)$/, 'only who could do nothing but wait')
      t.ok(agreed, 'and only where the household agreed')
    }
    t.equal(new Set(heard.rows.map((row) => row.contact_id)).size, heard.rows.length, 'once')
    t.same((await read()).people.told, 35, 'a relative who heard is nobody who was told')
    const shelters = await night.ask<{ items: { arrived: number; free: number; capacity: number }[] }>(
      'worker',
      'GET',
      '/api/shelters/occupancy',
    )
    t.equal(
      shelters.body.items.reduce((sum, s) => sum + s.arrived, 0),
      35,
      'the same sum for a worker of one grid',
    )
    t.ok(shelters.body.items.every((s) => s.free === s.capacity - s.arrived))
  })

  await t.test('the ledger keeps both numbers, who talked round and who confirmed', async (t) => {
    const { body } = await night.ask<{ items: Record<string, unknown>[] }>('secretary', 'GET', `${url.one}/ledger`)
    t.equal(body.items.length, 13)
    t.match(
      body.items.find((row) => row.listed === '现场增加'),
      { peoplePlanned: 0, people: 2, left: 2, arrived: 2 },
    )
    t.match(
      body.items.find((row) => row.refusals === 1),
      { persuadedBy: 'secretary甲', arrivedBy: 'keeper甲', state: '已到达' },
    )
    const csv = await night.ask('secretary', 'GET', `${url.one}/ledger`, undefined, { accept: 'text/csv' })
    t.match(csv.headers['content-type'], /text\/csv/)
    t.equal(csv.text.trimEnd().split('\r\n').length, 14)
  })

  await t.test('return: not while the warning stands, not before it is approved, then door by door until it closes', async (t) => {
    const back = { reason: '预警已解除', assessment: '房屋已查看,积水已退' }
    const early = await night.ask<{ detail: string }>('secretary', 'POST', `${url.one}/return`, back)
    t.equal(early.status, 409)
    t.match(early.body.detail, /despiteWarning/)
    const now = await doorsFor('secretary')
    const hasty = await secretary.door(now[0]!.id, 'returned')
    t.match(hasty, { outcome: 'refused', problem: { kind: 'not-approved' } })
    await night.store.system((tx) => tx.updateTable('warning').set({ state: 'cancelled' }).where('id', '=', warningId).execute())
    t.equal((await night.ask('worker', 'POST', `${url.one}/return`, back)).status, 403)
    const first = await night.ask<Counted>('secretary', 'POST', `${url.one}/return`, { ...back, households: [now[0]!.id] })
    t.equal(first.body.returned.approved, 1)
    await night.ask('secretary', 'POST', `${url.one}/return`, back)
    t.equal((await read()).returned.approved, 13)
    t.equal((await night.rows('household.return-approved')).length, 13, 'once per household')
    for (const door of now.slice(1)) await secretary.door(door.id, 'returned')
    await night.todo.drain()
    t.equal((await read()).state, 'open', 'one family is still out')
    await secretary.door(now[0]!.id, 'returned')
    await night.todo.drain()
    t.match(await read(), { state: 'closed', returned: { households: 13, people: 35 } })
    t.match(await night.rows('evacuation.closed'), [{ data: { households: 13, people: 35 } }])
  })
  t.same(night.problems, [])
})

t.test('who approves in the app does not order; exercises and ended alerts', { skip, timeout: 120_000 }, async (t) => {
  const night = await openNight(t)
  const warningId = await night.warning()
  const staff = await night.issue(warningId, 'staff')
  const approve = (person: string) =>
    night.store.system((tx) =>
      tx
        .insertInto('approval')
        .values({
          id: `by-${person}`,
          alert_id: staff.id,
          place: staff.place,
          revision: 1,
          by_means: 'app',
          whom: person,
          at: night.clock.now(),
          person,
          countersigned_at: null,
        })
        .execute(),
    )
  await approve('officer')
  const order = { alertId: staff.id, grids: [worstGrid] }
  const own = await night.ask<{ type: string }>('officer', 'POST', '/api/evacuations', order)
  t.equal(own.status, 409)
  t.match(own.body.type, /approval-needed/)
  t.equal((await night.ask('commander', 'POST', '/api/evacuations', order)).status, 201, 'somebody else orders on that approval')

  await t.test('further grids widen the same order', async (t) => {
    const wider = await night.ask<Counted>('commander', 'POST', '/api/evacuations', { ...order, grids: [sanzhong] })
    t.equal(wider.status, 201)
    t.same([wider.body.households.planned, wider.body.people.planned], [12, 33])
    t.equal((await night.rows('evacuation.ordered')).length, 2)
    t.equal((await night.store.system((tx) => tx.selectFrom('evacuation').select('id').execute())).length, 1)
  })
  await t.test('nobody to move, no such grid, an alert that ended', async (t) => {
    const answers = await Promise.all([
      night.ask('commander', 'POST', '/api/evacuations', { alertId: staff.id, grids: ['500154002009001'] }),
      night.ask('commander', 'POST', '/api/evacuations', { alertId: staff.id, grids: ['999999999999999'] }),
      night.ask('commander', 'POST', '/api/evacuations', { alertId: 'no-such-alert' }),
    ])
    t.same(
      answers.map((a) => a.status),
      [409, 400, 404],
    )
    const residents = await night.issue(warningId, 'residents')
    await night.store.system((tx) => tx.updateTable('alert').set({ state: 'called-off' }).where('id', '=', residents.id).execute())
    t.equal((await night.ask('officer', 'POST', '/api/evacuations', { alertId: residents.id, approval })).status, 409)
  })
})
