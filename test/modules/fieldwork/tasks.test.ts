import t from 'tap'
import { groupCard, wrapText } from '../../../src/fieldwork/group-card.js'
import { foldTask, type TaskEdit } from '../../../src/fieldwork/task.js'
import { record } from '../../../src/journal/journal.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { type Door, openNight, sanzhong, subdistrict, type Todo, worstGrid } from './field-rig.js'

const skip = testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set'
interface Board {
  points: {
    id: string
    taskId: string
    kind: string
    overdue: boolean
    lastLookedAt: string | null
    nextDueAt: string
    verdict: string | null
  }[]
  helpTasks: Todo[]
  incidents: Todo[]
  groups: { total: number; posted: number; waiting: number; items: { id: string; posted: boolean }[] }
  knocks: { total: number; pending: number; results: Record<string, number>; items: Todo[] }
  evacuation: { households: Record<string, number> } | null
}

t.test('watches, posts, knocks and calls for help of one night', { skip, timeout: 180_000 }, async (t) => {
  const night = await openNight(t)
  const warningId = await night.warning()
  const staff = await night.issue(warningId, 'staff')
  const residents = await night.issue(warningId, 'residents')
  await night.todo.drain()
  const board = async () => (await night.ask<Board>('officer', 'GET', '/api/field/board')).body
  const phone = night.phone('worker')

  await t.test('3 waterlogging points and 8 old buildings are watched: due, overdue, looked at, due again', async (t) => {
    const { points } = await board()
    t.equal(points.filter((p) => p.kind === 'waterlogging').length, 3)
    t.equal(points.filter((p) => p.kind === 'old-building').length, 8)
    t.ok(points.every((p) => !p.overdue && p.nextDueAt === '2025-07-12T03:43:00+08:00'))
    await night.later(16)
    await night.todo.drain()
    t.equal((await night.rows('task.overdue')).length, 11)
    t.ok((await board()).points.every((p) => p.overdue))
    const own = (await night.ask<{ items: Todo[] }>('worker', 'GET', '/api/field/tasks')).body.items.filter((i) => i.kind === 'watch')
    t.ok(own.length >= 1 && own.length < 11)
    t.match(await phone.task(own[0]!.id, 'looked', { verdict: 'good', reading: '水深 5 厘米' }), { outcome: 'accepted' })
    const after = (await board()).points.find((p) => p.taskId === own[0]!.id)!
    t.match(after, { overdue: false, lastLookedAt: '2025-07-12T03:44:00+08:00', nextDueAt: '2025-07-12T03:59:00+08:00' })
    t.match(await night.rows('point.watched'), [{ data: { verdict: 'good', late: true } }])
    t.match(await phone.task(own[0]!.id, 'done'), { outcome: 'refused' }, 'a watch is not ticked off')
    await phone.task(own[0]!.id, 'looked', { verdict: 'bad', reading: '水深 40 厘米' })
    await phone.task(own[0]!.id, 'looked', { verdict: 'bad' })
    const { incidents } = await board()
    t.equal(incidents.length, 1, 'one incident as long as it is open')
    t.match(incidents[0]!.title, /险情/)
  })

  await t.test('every group without a robot is posted to by its owner, one tap after the post', async (t) => {
    const { groups } = await board()
    const byHand = night.register.snapshot().groups.filter((g) => g.robotContactId === null)
    t.equal(groups.total, byHand.length)
    t.equal(groups.posted, 0)
    t.equal(night.register.snapshot().groups.length, 255)
    const own = (await night.ask<{ items: Todo[] }>('worker', 'GET', '/api/field/tasks')).body.items.filter((i) => i.type === 'group-post')
    t.equal(own.length, 2)
    t.match(own[0]!.text, /红色/)
    const [done] = await phone.send([phone.edit('group-post', own[0]!.id, 'posted', { revision: own[0]!.revision })])
    t.equal(done!.outcome, 'accepted')
    t.equal((await board()).groups.posted, 1)
    t.match(await night.rows('group.posted'), [{ data: { alertId: residents.id, groupId: own[0]!.groupId } }])
    const card = await night.ask('worker', 'GET', `/api/groups/${own[0]!.id}/card.svg`)
    t.match(card.headers['content-type'], /image\/svg\+xml/)
    t.match(card.text, /红色/)
    t.match(card.text, /演练数据/)
    const far = (await night.ask<{ items: Todo[] }>('officer', 'GET', '/api/tasks?kind=group-post&open=true&limit=1000')).body.items.find(
      (x) => !x.place.startsWith(worstGrid),
    )!
    t.equal((await night.ask('worker', 'GET', `/api/groups/${far.id}/card.svg`)).status, 404)
  })

  await t.test('people no message can reach become one knock per household; three results', async (t) => {
    const unreachable = night.register.snapshot().households.filter((h) => h.contacts.length === 0).length
    const planned = () =>
      night.store.system((tx) =>
        record(tx, {
          ...{ event: 'deliveries.planned', place: subdistrict, thing: { type: 'alert', id: residents.id }, series: residents.seriesId },
          data: { revisionId: 1, purpose: 'warn', planned: 1, people: 1, unreachable },
        }),
      )
    await planned()
    await planned()
    await night.todo.drain()
    const { knocks } = await board()
    t.ok(knocks.total >= unreachable && unreachable > 0, `${knocks.total} knocks for ${unreachable} households without any contact`)
    const homes = knocks.items.map((k) => k.householdId)
    t.equal(new Set(homes).size, homes.length, 'told twice, knocked at once')
    t.ok(knocks.items.every((k) => k.assigneeId))
    const own = knocks.items.filter((k) => k.place === worstGrid)
    await phone.send([
      phone.edit('task', own[0]!.id, 'done', { result: 'told' }),
      phone.edit('task', own[0]!.id, 'note', { note: '邻居代为转告' }),
    ])
    t.match((await board()).knocks, { pending: knocks.pending - 1, results: { told: 1 } })
    await phone.task(own[0]!.id, 'done', { result: 'needs-help' })
    await night.todo.drain()
    t.match(
      (await board()).helpTasks.map((x) => x.householdId),
      [own[0]!.householdId],
      'somebody in need behind the door is a call for help',
    )
  })

  await t.test('a responsible person who does not wake: a superior knocks', async (t) => {
    const sleeper = night.register.snapshot().staff.find((s) => s.place === worstGrid && s.post === '网格长')!
    for (let i = 0; i < 2; i++)
      await night.store.system((tx) =>
        record(tx, {
          event: 'ladder.exhausted',
          place: worstGrid,
          thing: { type: 'staff', id: sleeper.id },
          series: staff.seriesId,
          data: { alertId: staff.id },
        }),
      )
    await night.todo.drain()
    const mine = (
      await night.ask<{ items: (Todo & { assigneeName: string })[] }>('officer', 'GET', '/api/tasks?kind=knock&open=true&limit=1000')
    ).body.items
    const doors = mine.filter((k) => k.title.includes(sleeper.name))
    t.equal(doors.length, 1)
    t.match(doors, [{ assigneeId: `${sanzhong}-secretary`, ownerName: /、/ }], 'the secretary, and the nearest of the grid')
    const [nearest] = await night.rows('task.opened').then((rows) => rows.slice(-1).map((r) => String(r.data.alsoId)))
    t.match(
      night.register.snapshot().staff.find((s) => s.id === nearest),
      { place: worstGrid },
    )
    const ladder = () =>
      night.store.system((tx) => tx.selectFrom('escalation').select(['state', 'answer']).where('staff_id', '=', sleeper.id).execute())
    await night.store.system((tx) =>
      tx.insertInto('escalation').values({ place: worstGrid, alert_id: staff.id, staff_id: sleeper.id, state: 'not-answered' }).execute(),
    )
    await phone.task(doors[0]!.id, 'done', { result: 'nobody' })
    await night.todo.drain()
    t.match(await ladder(), [{ state: 'not-answered' }], 'nobody opened: not woken')
    await phone.task(doors[0]!.id, 'done', { result: 'told' })
    await night.todo.drain()
    t.match(await ladder(), [{ state: 'answered', answer: '上门叫醒' }], 'told at the door is awake, and the record says how')
    t.match((await night.rows('ladder.answered')).at(-1), { thing_id: sleeper.id, data: { by: 'knock' } })
  })

  await t.test('who answers after all needs nobody at the door', async (t) => {
    const late = night.register.snapshot().staff.find((s) => s.place === worstGrid && s.post === '楼栋长')!
    const say = (event: string) =>
      night.store.system((tx) =>
        record(tx, {
          ...{ event, place: worstGrid, thing: { type: 'staff', id: late.id }, series: staff.seriesId },
          data: { alertId: staff.id, staffId: late.id, by: 'self' },
        }),
      )
    const door = async () => (await board()).knocks.items.find((k) => k.title.includes(late.name))
    await say('ladder.exhausted')
    await night.todo.drain()
    t.ok(await door())
    await say('ladder.answered')
    await night.todo.drain()
    t.notOk(await door())
  })

  await t.test('a responsible person without a telephone: a superior knocks from the first minute', async (t) => {
    const silent = night.register.snapshot().staff.find((s) => s.place === worstGrid && s.duty && s.post === '专职网格员')!
    await night.store.system((tx) => tx.updateTable('staff').set({ contact_id: null }).where('id', '=', silent.id).execute())
    await night.register.refresh()
    const before = (await board()).knocks.total
    for (let i = 0; i < 2; i++)
      await night.store.system((tx) =>
        record(tx, {
          ...{ event: 'deliveries.planned', place: subdistrict, thing: { type: 'alert', id: staff.id }, series: staff.seriesId },
          data: { revisionId: 1, purpose: 'warn', planned: 61, people: 62, unreachable: 1 },
        }),
      )
    await night.todo.drain()
    const { knocks } = await board()
    t.equal(knocks.total, before + 1, 'planned twice, knocked at once')
    const door = knocks.items.find((k) => k.title.includes(silent.name))!
    t.match(door, { place: worstGrid, assigneeId: `${sanzhong}-secretary`, dueAt: /T/ })
    const [entry] = (await night.rows('task.opened')).slice(-1)
    t.match(entry, { data: { kind: 'knock', tasks: 1, people: 1 }, thing_id: staff.id })
    t.notMatch(JSON.stringify(entry), new RegExp(silent.name), 'the journal names nobody')
  })

  await t.test('key 2: one named task however often they press, marked on the checklist, ended by who went', async (t) => {
    const approval = { by: 'phone', whom: '带班领导', at: '2025-07-12T03:31:00+08:00', note: '' }
    const { body } = await night.ask<{ id: string }>('officer', 'POST', '/api/evacuations', {
      alertId: residents.id,
      grids: [sanzhong],
      approval,
    })
    const doors = async () => (await night.ask<{ items: Door[] }>('worker', 'GET', `/api/evacuations/${body.id}/checklist`)).body.items
    const door = (await doors()).find((d) => d.phone)!
    const press = (help: boolean) =>
      night.store.system((tx) =>
        record(tx, {
          ...{ event: 'answer.received', place: door.place, thing: { type: 'alert', id: residents.id }, series: residents.seriesId },
          data: {
            contactId: 1,
            householdId: door.householdId,
            relation: 'self',
            grade: 'pressed',
            value: help ? '2' : '1',
            channel: 'voice',
            help,
          },
        }),
      )
    await press(false)
    await night.todo.drain()
    const before = (await board()).helpTasks.length
    await press(true)
    await press(true)
    await night.todo.drain()
    const tasks = (await board()).helpTasks.filter((x) => x.householdId === door.householdId)
    t.match(tasks, [{ asked: 2, doneAt: null }])
    const nameOf = (id: string | null) => night.register.snapshot().staff.find((s) => s.id === id)?.name
    t.same(
      night.coming.map((c) => [c.contactId, c.helperId]),
      [[1, tasks[0]!.assigneeId]],
      'who asked hears who is coming, once',
    )
    await phone.task(tasks[0]!.id, 'take')
    await night.todo.drain()
    const going = (await board()).helpTasks.find((x) => x.id === tasks[0]!.id) as Todo & { toldName: string }
    t.equal(going.toldName, nameOf(going.assigneeId), 'and hears it when somebody else goes')
    t.same(new Set(night.coming.map((c) => nameOf(c.helperId))), new Set([nameOf(tasks[0]!.assigneeId), going.toldName]))
    t.match((await night.rows('help.answered')).at(-1), { thing_id: going.id, data: { channels: ['sms'] } })
    t.equal((await board()).helpTasks.length, before + 1)
    t.equal((await doors()).find((d) => d.id === door.id)!.state, 'need-help')
    await phone.door(door.id, 'left')
    t.equal((await doors()).find((d) => d.id === door.id)!.state, 'need-help', 'leaving is not help')
    t.match(await phone.task(tasks[0]!.id, 'done', { result: 'nobody' }), { outcome: 'accepted' })
    t.equal((await doors()).find((d) => d.id === door.id)!.state, 'need-help', 'nobody was found: nothing is ended')
    await phone.task(tasks[0]!.id, 'done', { result: '已背到安置点,已回电告知' })
    t.equal((await doors()).find((d) => d.id === door.id)!.state, 'left')
    t.match((await night.rows('task.done')).at(-1), { data: { kind: 'help' } })
    t.notMatch(JSON.stringify((await night.rows('task.opened')).map((r) => r.data)), /卧床|背/)
  })

  await t.test('called off: the correction goes to the groups that were posted to, the rest is not posted any more', async (t) => {
    await night.store.system(async (tx) => {
      const words = await tx.selectFrom('alert_revision').select('words').where('alert_id', '=', residents.id).executeTakeFirstOrThrow()
      const frozen = { ...words.words, purpose: 'correct' }
      await tx
        .insertInto('alert_revision')
        .values({
          alert_id: residents.id,
          place: subdistrict,
          revision: 2,
          purpose: 'correct',
          words: JSON.stringify(frozen),
          hash: '',
          issued_by: 'officer',
          planned: null,
          unreachable: null,
          people: null,
        })
        .execute()
      await tx.updateTable('alert').set({ state: 'called-off', revision: 2 }).where('id', '=', residents.id).execute()
      await record(tx, {
        event: 'alert.called-off',
        place: subdistrict,
        thing: { type: 'alert', id: residents.id },
        series: residents.seriesId,
      })
    })
    await night.todo.drain()
    const open = (await night.ask<{ items: Todo[] }>('officer', 'GET', '/api/tasks?kind=group-post&open=true')).body.items
    t.equal(open.length, 1, 'only the one that had been posted')
    t.equal(open[0]!.revision, 2)
    t.match(await phone.task(open[0]!.id, 'posted', { revision: 1 }), { outcome: 'accepted' })
    const still = (await night.ask<{ items: Todo[] }>('officer', 'GET', '/api/tasks?kind=group-post&open=true')).body.items
    t.equal(still.length, 1, 'a late word about the old wording does not count for the new one')
    t.equal((await board()).knocks.items.filter((k) => k.householdId).length, 0, 'nobody knocks any more')
  })

  await t.test('an incident by hand and from a phone; a photo in pieces', async (t) => {
    const made = await night.ask<Todo>('secretary', 'POST', '/api/tasks', { kind: 'incident', place: worstGrid, title: '电线裸露' })
    t.equal(made.status, 201)
    t.ok(made.body.assigneeId)
    t.equal((await night.ask('worker', 'POST', '/api/tasks', { kind: 'incident', place: `${sanzhong}001`, title: 'x' })).status, 404)
    const report = phone.edit('incident', 'incident-from-phone-1', 'report', { kind: 'wire', title: '电线裸露', place: worstGrid })
    t.match(await phone.send([report, report]), [{ outcome: 'accepted' }, { outcome: 'duplicate' }])
    t.match(await phone.task('incident-from-phone-1', 'done', { result: 'dealt-with' }), { outcome: 'accepted' })

    const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(996, 7)])
    const put = (from: number, to: number, id = 'photo-0001') =>
      night.ask<{ received: number }>('worker', 'PUT', `/api/field/photos/${id}?task=${made.body.id}`, jpeg.subarray(from, to), {
        'content-type': 'image/jpeg',
        'content-range': `bytes ${from}-${to - 1}/1000`,
      })
    t.equal((await put(400, 1000)).status, 308, 'a middle piece first: nothing is here yet')
    const first = await put(0, 400)
    t.match([first.status, first.headers.range], [308, 'bytes=0-399'])
    await put(0, 400)
    t.equal((await put(300, 1000)).status, 200, 'an overlapping piece adds only what is missing')
    const whole = await night.app.inject({ method: 'GET', url: '/api/field/photos/photo-0001', headers: { 'x-who': 'officer' } })
    t.ok(whole.rawPayload.equals(jpeg))
    const html = Buffer.from('<script>alert(1)</script>')
    const bad = await night.ask('worker', 'PUT', '/api/field/photos/photo-0002', html, { 'content-type': 'image/jpeg' })
    t.equal(bad.status, 400)
    const big = await night.ask('worker', 'PUT', '/api/field/photos/photo-0003', jpeg, {
      'content-type': 'image/jpeg',
      'content-range': 'bytes 0-999/9000000',
    })
    t.equal(big.status, 413)
    t.equal(
      (await night.ask('chief', 'PUT', `/api/field/photos/photo-0004?household=no-door`, jpeg, { 'content-type': 'image/jpeg' })).status,
      404,
    )
  })
  t.same(night.problems, [])
})

t.test('a task is a fold too: the more cautious result stands, a phone may correct itself', async (t) => {
  const say = (device: string, seq: number, verb: TaskEdit['verb'], value: TaskEdit['value'] = {}, person = device): TaskEdit => ({
    ...{ id: `${device}${seq}`, device, seq, person, verb, value, at: new Date(Date.UTC(2025, 6, 11, 20, seq)), version: seq },
  })
  const knock = { kind: 'knock' as const, data: {} }
  const two = [say('a', 1, 'done', { result: 'told' }), say('b', 2, 'done', { result: 'nobody' })]
  t.match(foldTask(knock, two), { result: 'nobody', data: { conflict: true } })
  t.same(foldTask(knock, [...two].reverse()), foldTask(knock, two))
  t.match(foldTask(knock, [say('a', 1, 'done', { result: 'nobody' }), say('a', 2, 'done', { result: 'told' })]), { result: 'told' })
  t.match(foldTask(knock, [say('a', 1, 'done', { result: 'told' }), say('a', 2, 'undo', { of: 'a1' })]), { doneAt: null, result: null })
  t.match(foldTask(knock, [say('a', 1, 'done', {}), say('b', 2, 'undo', { of: 'a1' })]), { result: 'done' }, 'not by somebody else')
})

t.test('the card says it in shape, colour and words, and nothing runs in it', async (t) => {
  const facts = {
    title: '暴雨红色预警',
    level: 'red' as const,
    subdistrict: '文峰街道',
    text: '请立即<b>转移</b>',
    issuer: '气象台(演练)',
    issuedAt: '07-12 03:28',
    purpose: 'warn',
    exercise: false,
    sample: true,
  }
  const card = groupCard(facts)
  t.match(card, /红色/)
  t.notMatch(card, /<b>/)
  t.match(groupCard({ ...facts, purpose: 'all-clear' }), /解除/)
  t.notMatch(groupCard({ ...facts, sample: false }), />演练数据</)
  t.ok(wrapText('雨'.repeat(100), 44, 13).every((line) => line.length <= 23))
})
