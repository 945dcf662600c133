import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { type Escalation, escalationSchema } from '../../../src/delivery/escalation.js'
import { meaningOf, skipCalls } from '../../../src/delivery/ladder.js'
import { peopleToCall } from '../../../src/delivery/ladder-people.js'
import { readProgress } from '../../../src/delivery/progress.js'
import type { DutyShift } from '../../../src/register/duty/duty.js'
import type { Staff } from '../../../src/register/register.js'
import { makeTestFolder, openTestStore, testDatabaseUrl } from '../../rig/store.js'
import { escalation, fillRegister, gridOf, openOutbox, person } from './rig.js'

const one = (id: string, more: Partial<Staff> = {}): Staff => ({
  ...{ id, place: gridOf(1), name: id, post: '网格长', duty: true, deputyId: null, contactId: null, personId: null, version: 1 },
  ...more,
})

t.test('what an answer means', async (t) => {
  t.equal(meaningOf('listened', ''), 'nothing', 'heard is not answered')
  t.equal(meaningOf('pressed', '1'), 'answered')
  t.equal(meaningOf('pressed', '3'), 'cannot-come')
  t.equal(skipCalls(escalation.staff.red, 0), 1)
})

t.test('config/escalation.yaml: policies by name, steps that repeat, and plain words for what is wrong', async (t) => {
  const { staff } = readConfig('config', 'escalation.yaml', escalationSchema)
  t.same(
    staff.red.map((rung) => [rung.after_minutes, rung.call]),
    [
      [2, 'self'],
      [2, 'self'],
      [1, 'deputy'],
      [3, null],
    ],
    'a step with times: 2 is two rungs; the ladder ends with a knock',
  )
  t.same(staff.yellow, [], 'none: called once and not asked again')

  const dir = makeTestFolder(t)
  const read = (steps: string, red = '甲') => {
    const rest = 'orange: none, yellow: none, blue: none'
    writeFileSync(join(dir, 'escalation.yaml'), `policies:\n  甲:\n${steps}\nstaff: { red: ${red}, ${rest} }\n`)
    return readConfig(dir, 'escalation.yaml', escalationSchema)
  }
  const every = read('    - { name: 叫班组, after_minutes: 1, call: { post: 专职网格员, of: grid }, every_one: true }')
  t.same(every.staff.red, [{ name: '叫班组', after_minutes: 1, call: { post: '专职网格员', of: 'grid' }, every_one: true }])
  t.throws(
    () => read('    - { name: 上门, after_minutes: 1, knock: true }\n    - { name: 再叫, after_minutes: 1, call: self }'),
    /:2: .*ends the ladder/,
  )
  t.throws(
    () => read('    - { name: 叫, after_minutes: 1, call: boss }'),
    /escalation.yaml:3: policies.甲.0.call: must be self, deputy, \{ post/,
  )
  t.throws(() => read('    - { name: 叫, after_minutes: 1 }'), /:3: .*either calls somebody/)
  t.throws(
    () => read('    - { name: 叫, after_minutes: 1, call: self }', '乙'),
    /staff.red: there is no policy "乙"; write one of 甲, none/,
  )
})

t.test('whom a rung calls, seen from the sleeper', async (t) => {
  const community = gridOf(1).slice(0, 12)
  const staff = [
    one('anna', { deputyId: 'bao' }),
    one('bao', { post: '专职网格员' }),
    one('chen', { post: '专职网格员' }),
    one('far', { post: '专职网格员', place: gridOf(2) }),
    one('dora', { post: '值班员', place: community, duty: false }),
    one('emil', { post: '值班员', place: community }),
  ]
  const at = new Date('2025-07-12T03:30:00+08:00')
  const shift = (more: Partial<DutyShift>): DutyShift => ({
    ...{ id: 's', place: community, post: '值班员', kind: 'roster', staffId: null, insteadOf: null, note: '' },
    ...{ startsAt: new Date(at.getTime() - 3_600_000), endsAt: new Date(at.getTime() + 3_600_000) },
    ...more,
  })
  const call = (whom: Parameters<typeof peopleToCall>[1], shifts: DutyShift[] = []) => peopleToCall({ staff, shifts }, whom, 'anna', at)
  t.same(call('self'), ['anna'])
  t.same(call('deputy'), ['bao'])
  t.same(call({ post: '专职网格员', of: 'grid' }), ['bao', 'chen'])
  t.same(call({ post: '网格长', of: 'grid' }), [], 'never the sleeper in their own place')
  t.same(call({ roster: '值班员', of: 'community' }), ['emil'], 'without a roster the standing flag holds')
  t.same(call({ roster: '值班员', of: 'community' }, [shift({ staffId: 'dora' })]), ['dora'])
  const away = shift({ kind: 'override', staffId: 'chen', insteadOf: 'dora' })
  t.same(call({ roster: '值班员', of: 'community' }, [shift({ staffId: 'dora' }), away]), ['chen'], 'who stands in is called')
  t.same(call({ person: 'far' }), ['far'])
  t.same(call({ person: 'nobody' }), [])
})

t.test('the ladder', { skip: testDatabaseUrl ? false : 'needs PostgreSQL' }, async (t) => {
  const store = await openTestStore(t, 'postgres')
  const ids = await fillRegister(store, 12)
  const open = async (policy?: Escalation) => {
    const outbox = await openOutbox(store, policy ? { escalation: policy } : {})
    const hire = async (...people: Staff[]) => {
      outbox.staff.push(...people)
      const { rows } = await store.system((tx) => sql<{ id: string }>`select id from staff`.execute(tx))
      const known = new Set(rows.map((r) => r.id))
      const rest = people.filter((p) => !known.has(p.id))
      const row = (p: Staff) => ({ id: p.id, place: p.place, name: p.name, post: p.post, contact_id: p.contactId, deputy_id: p.deputyId })
      if (rest.length > 0) await store.system((tx) => tx.insertInto('staff').values(rest.map(row)).execute())
    }
    const run = async () => {
      await outbox.run()
      await outbox.delivery.tick()
    }
    await outbox.clock.move({ speed: 0 })
    return {
      ...{ outbox, hire },
      issue: async (...recipients: Parameters<typeof outbox.issue>[0]['recipients']) => {
        const alert = await outbox.issue({ recipients, audience: 'staff', unreachable: 2 })
        await run()
        return alert
      },
      later: async (minutes: number) => {
        await outbox.clock.move({ at: new Date(outbox.clock.now().getTime() + minutes * 60_000) })
        await run()
      },
      called: () => outbox.carrier('voice').sent.map((m) => m.contactId),
      press: async (alert: string, contactId: number, value: string, grade: 'pressed' | 'listened' = 'pressed') => {
        const call = (await outbox.rows(alert)).filter((r) => r.contact_id === contactId).at(-1)!
        await outbox.delivery.inbox.answer({ outId: call.out_id, grade, value })
        await run()
      },
      counted: async (alert: string) => (await store.system((tx) => readProgress(tx, alert))).called,
    }
  }
  const [a, b, c, deputy, e, f] = ids as [number, number, number, number, number, number]
  const crew = [
    one('deputy', { contactId: deputy }),
    ...[one('anna', { contactId: a }), one('bao', { contactId: b }), one('chen', { contactId: c })].map((s) => ({
      ...s,
      deputyId: 'deputy',
    })),
  ]
  const call = (contactId: number, staffId: string) => person(contactId, { relation: 'staff', staffId, channels: ['voice'] })

  t.test('call again, then the deputy, then a knock; only a pressed key ends it', async (t) => {
    const night = await open()
    await night.hire(...crew)
    const alert = await night.issue(call(a, 'anna'), call(b, 'bao'), call(c, 'chen'))
    t.same(night.called(), [a, b, c])
    await night.press(alert, a, '1')
    await night.press(alert, b, '', 'listened')
    await night.press(alert, c, '3')
    t.same(night.called().slice(3), [deputy], 'who cannot come is followed by the deputy at once')
    await night.later(1.9)
    t.equal(night.called().length, 4, 'not before its time')
    await night.later(0.2)
    t.same(night.called().slice(4), [b], 'heard it and pressed nothing: called again')
    await night.press(alert, deputy, '1')
    t.match(
      await night.counted(alert),
      { total: 5, answered: 2, byDeputy: 1, waiting: 1, notAnswered: 0, unreachable: 2 },
      'who has no telephone is in the sum',
    )
    await night.later(1.1)
    await night.later(3.1)
    t.match(await night.counted(alert), { total: 5, answered: 2, waiting: 0, notAnswered: 1, unreachable: 2 })
    t.match(
      (await night.outbox.journal('ladder.exhausted', alert)).map((j) => j.data),
      [{ staffId: 'bao', alertId: alert, name: '派人上门' }],
    )
    t.equal(night.outbox.carrier('voice').duplicates(), 1, 'bao twice; nobody else')
    await night.press(alert, b, '1')
    t.match(await night.counted(alert), { answered: 3, notAnswered: 0 }, 'an answer after the knock was sent still counts')
  })

  t.test('a deputy who cannot come either is not waited for', async (t) => {
    const night = await open()
    await night.hire(...crew)
    const alert = await night.issue(call(b, 'bao'))
    await night.press(alert, b, '3')
    await night.press(alert, deputy, '3')
    t.match(await night.counted(alert), { notAnswered: 1, waiting: 0 }, 'somebody knocks at once')
  })

  t.test('every one on a step must answer: who has is left alone, who has not is called again', async (t) => {
    const night = await open({
      staff: {
        ...{ orange: [], yellow: [], blue: [] },
        red: [
          ...Array.from({ length: 2 }, () => ({
            ...{ name: '叫齐班组', after_minutes: 1, every_one: true },
            call: { post: '专职网格员', of: 'grid' } as const,
          })),
          { name: '派人上门', after_minutes: 1, call: null, every_one: false },
        ],
      },
    })
    await night.hire(...crew, one('emil', { contactId: e, post: '专职网格员' }), one('fang', { contactId: f, post: '专职网格员' }))
    const alert = await night.issue(call(a, 'anna'))
    await night.later(1.1)
    t.same(night.called().slice(1), [e, f])
    await night.press(alert, e, '1')
    t.match(await night.counted(alert), { answered: 0, waiting: 1 }, 'one of two is not enough')
    await night.later(1.1)
    t.same(night.called().slice(3), [f], 'who answered sleeps on')
    await night.press(alert, f, '1')
    t.match(await night.counted(alert), { answered: 1, byDeputy: 1, waiting: 0 })
    await night.later(5)
    t.same(await night.outbox.journal('ladder.exhausted', alert), [], 'nobody needs to knock')
  })

  t.test('who has only a subscription and stays silent: the deputy is called, then somebody knocks', async (t) => {
    const { rows } = await store.system((tx) =>
      sql<{ id: number }>`insert into contact (place, kind, blind) values (${gridOf(1)}, 'push', decode('ff', 'hex')) returning id`.execute(
        tx,
      ),
    )
    const only = rows[0]!.id
    const night = await open()
    await night.hire(...crew, one('dora', { contactId: only, deputyId: 'deputy' }))
    const alert = await night.issue(call(a, 'anna'), person(only, { kind: 'push', relation: 'staff', staffId: 'dora', channels: ['push'] }))
    await night.press(alert, a, '1')
    t.match(await night.counted(alert), { answered: 1, waiting: 1 }, 'a notice on a phone is no answer')
    await night.later(2.1)
    t.same(night.called(), [a], 'a subscription cannot be called')
    await night.later(1.1)
    t.same(night.called(), [a, deputy], 'the deputy hears what the colleague heard')
    await night.later(3.1)
    t.same(
      (await night.outbox.journal('ladder.exhausted', alert)).map((j) => j.data.staffId),
      ['dora'],
    )
  })

  t.test('who cries for help hears who is coming, and hears it again when somebody else goes', async (t) => {
    const night = await open()
    await night.hire(...crew)
    const alert = await night.issue(call(a, 'anna'))
    const say = (contactId: number) =>
      store.system((tx) => night.outbox.delivery.tellComing(tx, { alertId: alert, contactId, helperId: 'bao', helperPost: '网格长' }))
    t.equal(await say(a), 'sms')
    await night.later(0)
    t.equal(await say(a), 'sms')
    await night.later(0)
    const sms = night.outbox.carrier('sms').sent
    t.same(
      sms.map((m) => [m.contactId, m.text]),
      [
        [a, 'coming staff sms'],
        [a, 'coming staff sms'],
      ],
    )
    t.equal(await say(b), null, 'who was told nothing has asked nothing')
    await night.outbox.callOff(alert)
    t.equal(await say(a), null, 'nothing leaves for an alert that is over')
    await night.later(5)
  })

  t.test('held: nobody is called again until it is resumed; called off: no ladder is climbed', async (t) => {
    const night = await open()
    await night.hire(...crew)
    const alert = await night.issue(call(b, 'bao'))
    await night.outbox.setState(alert, 'held')
    await night.later(10)
    t.same(night.called(), [b])
    await night.outbox.setState(alert, 'issued')
    await night.later(2.1)
    t.same(night.called(), [b, b])
    await night.outbox.callOff(alert)
    await night.later(10)
    t.same(
      night.outbox
        .carrier('voice')
        .sent.slice(2)
        .filter((m) => !m.text.startsWith('correct')),
      [],
    )
    t.match(await night.counted(alert), { notAnswered: 1, waiting: 0 })
    t.equal((await night.outbox.journal('ladder.climbed', alert)).length, 1)
  })
})
