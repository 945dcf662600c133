import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { eventsSchema } from '../../../src/feeds/event-table.js'
import type { GridMatch } from '../../../src/matching/area-match.js'
import type { Audience } from '../../../src/matching/audience.js'
import { type AudienceAsk, chooseAudience, riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { riskPolicyFor } from '../../../src/matching/risk-policy.js'
import type { Contact, Household } from '../../../src/register/register.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import { runs } from '../../rig/runs.js'
import { makeTestFolder } from '../../rig/store.js'
import { town, wenfeng } from '../register/town-snapshot.js'

const configDir = join(process.cwd(), 'config')
const policy = readConfig(configDir, 'policy/risk.yaml', riskPolicySchema)

const gridsOf = (register: Snapshot, places: string[] = ['500154002']): GridMatch[] =>
  register.grids
    .filter((g) => places.some((p) => g.place.startsWith(p)))
    .map((g) => ({ place: g.place, name: g.name, reason: 'inside', households: g.households, people: g.people }))
const ask = (part: Partial<AudienceAsk> = {}, register: Snapshot = wenfeng): Audience =>
  chooseAudience(register, policy, {
    audience: 'residents',
    event: '暴雨',
    level: 'red',
    origin: 'relay',
    grids: gridsOf(register),
    exercise: false,
    ...part,
  })
const peopleOf = (list: { people: number }[]) => list.reduce((sum, item) => sum + item.people, 0)
const household = (id: string) => wenfeng.households.find((h) => h.id === id)!
const told = (audience: Audience, id: string) => audience.recipients.filter((r) => r.householdId === id)

t.test(
  'red rainstorm over Wenfeng: 12 households, 33 people of 三中社区 have to move, 3 waterlogging points and 8 old buildings are watched',
  async (t) => {
    const audience = ask()
    t.equal(audience.move.length, 12)
    t.equal(peopleOf(audience.move), 33)
    t.ok(audience.move.every((m) => m.place.startsWith('500154002001')))
    t.ok(audience.move.filter((m) => m.place === '500154002001004').length >= 7, 'most of them on the beat of the sample worker')
    const kinds = audience.points.map((id) => wenfeng.points.find((p) => p.id === id)!.kind)
    t.equal(kinds.filter((k) => k === 'waterlogging').length, 3)
    t.equal(kinds.filter((k) => k === 'old-building').length, 8)
    t.ok(
      audience.move.some(
        (m) => m.because === '底层 + 距 1 号易涝点 50 米 + 暴雨红色' && m.becauseEn === 'ground floor + 50 m from waterlogging point 1',
      ),
    )
    t.ok(audience.move.some((m) => m.because === '4 号危旧房(D 级) + 暴雨红色'))
    t.ok(
      audience.move.every((m) => m.shelterId === 'shelter-1' && m.helperId),
      'each has a shelter and a named helper',
    )
  },
)

t.test('who moves follows from how people live: the rule, looked at household by household', async (t) => {
  const first = ask().move.map((m) => m.householdId)
  const change = (id: string, part: Partial<Household>): Snapshot => ({
    ...wenfeng,
    households: wenfeng.households.map((h) => (h.id === id ? { ...h, ...part } : h)),
  })
  const moves = (register: Snapshot, part: Partial<AudienceAsk> = {}) => ask(part, register).move.map((m) => m.householdId)
  const low = '500154002001004-002'
  t.ok(first.includes(low))
  t.notOk(moves(change(low, { floor: 2, tags: [] })).includes(low), 'upstairs')
  t.notOk(moves(change(low, { lat: household(low).lat! + 0.01, pointId: null })).includes(low), 'a kilometre further north')
  t.notOk(moves(change(low, { atHome: false })).includes(low), 'an empty home')
  t.ok(moves(change(low, { lon: null, lat: null })).includes(low), 'place unknown but tied to the point by hand')
  t.notOk(moves(change(low, { lon: null, lat: null, pointId: null })).includes(low), 'place unknown and tied to nothing')
  const metres = (m: number) => m / 111_195
  const point = wenfeng.points.find((p) => p.id === 'point-w1')!
  const northOf = (m: number) => change(low, { lon: point.lon, lat: point.lat + metres(m), pointId: null })
  t.ok(moves(northOf(149)).includes(low))
  t.notOk(moves(northOf(151)).includes(low))
  const gradeC = { ...wenfeng, points: wenfeng.points.map((p) => (p.id === 'point-b1' ? { ...p, grade: 'C' } : p)) }
  t.equal(moves(gradeC).length, 9, 'a repaired building needs no move')
  t.same(moves(wenfeng, { level: 'orange' }), [])
  t.same(moves(wenfeng, { event: '高温' }), [])
  t.same(moves(wenfeng, { grids: gridsOf(wenfeng, ['500154002002']) }), [], 'a storm over another community')
})

t.test('red: the home is written to, those at risk are rung up, the absent son gets words of his own', async (t) => {
  const audience = ask()
  const resident = told(audience, '500154002001004-004')
  t.same(resident.map((r) => r.relation).sort(), ['family-away', 'self'])
  t.same(resident.find((r) => r.relation === 'self')!.channels, ['voice', 'sms'])
  t.same(resident.find((r) => r.relation === 'family-away')!.channels, ['sms'])
  t.ok(resident.every((r) => r.move))
  const calm = wenfeng.households.find((h) => h.tags.length === 0 && h.contacts.length === 1 && h.contacts[0]!.relation === 'self')!
  t.same(told(audience, calm.id)[0]!.channels, ['sms'])
  const lonelyDeaf = wenfeng.households.find(
    (h) => h.people === 1 && h.tags.includes('deaf') && h.contacts.some((c) => c.relation === 'self'),
  )!
  t.ok(
    told(audience, lonelyDeaf.id).every((r) => !r.channels.includes('voice')),
    'a phone that nobody hears is not rung',
  )
  t.ok(audience.recipients.some((r) => r.kind === 'push' && r.channels.join() === 'push'))
  const firstCalm = audience.recipients.findIndex((r) => !r.move)
  t.ok(
    audience.recipients.slice(firstCalm).every((r) => !r.move),
    'those who have to move are handed on first',
  )
})

t.test('a household that speaks no Chinese is told in English on its own numbers; its relatives and a dialect are not', async (t) => {
  const id = '500154002001004-004'
  const inTongue = (tag: string) => {
    const households = wenfeng.households.map((h) => (h.id === id ? { ...h, tags: [...h.tags, tag] } : h))
    return Object.fromEntries(told(ask({}, { ...wenfeng, households }), id).map((r) => [r.relation, r.language ?? 'zh']))
  }
  t.same(inTongue('foreign-language'), { self: 'en', 'family-away': 'zh' })
  t.same(inTongue('dialect'), { self: 'zh', 'family-away': 'zh' })
})

t.test('groups with a robot are posted to by machine; plain groups are left to people', async (t) => {
  const robots = ask().recipients.filter((r) => r.relation === 'group')
  t.equal(robots.length, wenfeng.groups.filter((g) => g.robotContactId !== null).length)
  t.ok(robots.every((r) => r.kind === 'robot' && r.groupId && r.channels.join() === 'group'))
  const one = wenfeng.groups.find((g) => g.robotContactId !== null)!
  const here = ask({ grids: gridsOf(wenfeng, [one.place]) }).recipients.filter((r) => r.relation === 'group')
  t.ok(here.length > 0 && here.every((r) => r.place === one.place))
})

t.test(
  'nobody is dropped: a household that cannot be reached is named with the reason, and the relative is told all the same',
  async (t) => {
    const audience = ask()
    const why = new Map(audience.unreachable.map((u) => [u.householdId, u.why]))
    t.equal(why.get('500154002001004-008'), '没有任何联系方式')
    t.equal(why.get('500154002001005-002'), '只有外地亲属或紧急联系人,本户无人能接到')
    t.ok(told(audience, '500154002001005-002').some((r) => r.relation === 'family-away'))
    const reachable = household('500154002001004-002')
    const broken = new Map(wenfeng.contacts)
    for (const { contactId } of reachable.contacts) broken.set(contactId, { ...broken.get(contactId)!, broken: '空号' })
    const later = ask({}, { ...wenfeng, contacts: broken })
    t.equal(later.unreachable.find((u) => u.householdId === reachable.id)?.why, '本户号码失效')
    t.same(told(later, reachable.id), [])
  },
)

t.test(
  'any set of grids: every household is told at an address of its own or stands among the unreachable, and no address twice',
  async () => {
    const place = fc.constantFrom(...wenfeng.grids.map((g) => g.place))
    fc.assert(
      fc.property(
        fc.uniqueArray(place, { minLength: 1, maxLength: 12 }),
        fc.constantFrom('red' as const, 'orange' as const, 'yellow' as const),
        (places, level) => {
          const audience = ask({ grids: gridsOf(wenfeng, places), level })
          const addressOf = (id: number) => `${wenfeng.contacts.get(id)!.kind} ${wenfeng.contacts.get(id)!.blind}`
          const addresses = audience.recipients.map((r) => addressOf(r.contactId))
          const once = new Set(addresses)
          const unreachable = new Set(audience.unreachable.map((u) => u.householdId))
          const inside = wenfeng.households.filter((h) => places.includes(h.place))
          const sums = audience.households === inside.length && audience.people === peopleOf(inside)
          return (
            sums &&
            once.size === addresses.length &&
            audience.recipients.every((r) => r.householdId === null || places.includes(r.place)) &&
            inside.every((h) => unreachable.has(h.id) !== h.contacts.some((c) => c.relation === 'self' && once.has(addressOf(c.contactId))))
          )
        },
      ),
      runs(40, 33),
    )
  },
)

t.test('F39: one number for two homes is told once: in words for the home that has to move, else in words for the own home', async (t) => {
  const [parent, child] = [
    household('500154002001004-004'),
    wenfeng.households.find((h) => h.place === '500154002002001' && h.tags.length === 0 && h.contacts.length === 1)!,
  ]
  const son = parent.contacts.find((c) => c.relation === 'family-away')!.contactId
  const own = child.contacts[0]!.contactId
  const contacts = new Map(wenfeng.contacts)
  contacts.set(own, { ...contacts.get(own)!, blind: contacts.get(son)!.blind } satisfies Contact)
  const shared = { ...wenfeng, contacts }
  const both = (audience: Audience) => audience.recipients.filter((r) => r.contactId === own || r.contactId === son)
  t.same(
    both(ask({}, shared)).map((r) => [r.householdId, r.relation, r.move]),
    [[parent.id, 'family-away', true]],
  )
  const orange = both(ask({ level: 'orange' }, shared))
  t.equal(orange.length, 1)
  t.same([orange[0]!.householdId, orange[0]!.relation], [child.id, 'self'])
  const red = both(ask({ event: '大风' }, shared))
  t.same(
    red.map((r) => [r.householdId, r.relation]),
    [[child.id, 'self']],
    'no move in it: the own home comes first',
  )
})

t.test('the 62 responsible people: called under red and orange, a quiet message under yellow and blue', async (t) => {
  const staff = (part: Partial<AudienceAsk>) => ask({ audience: 'staff', ...part }).recipients
  for (const level of ['red', 'orange', 'unknown'] as const) {
    const called = staff({ level })
    t.equal(called.length, 62, level)
    t.ok(
      called.every((r) => r.relation === 'staff' && r.staffId && r.channels.join() === 'voice,sms'),
      level,
    )
  }
  for (const level of ['yellow', 'blue'] as const)
    t.ok(
      staff({ level }).every((r) => r.channels.join() === 'sms'),
      level,
    )
  t.equal(staff({ level: 'yellow' }).length, 62)
  t.ok(staff({ level: null, origin: 'internal' }).every((r) => !r.channels.includes('voice')))
  const posts = new Set(
    staff({ grids: gridsOf(wenfeng, ['500154002002003']) }).map((r) => wenfeng.staff.find((s) => s.id === r.staffId)!.post),
  )
  t.same([...posts].sort(), ['值班员', '带班领导', '安置点管理员', '社区书记'].sort(), 'a storm over one grid: the desk and that community')
  const pushed = new Map(wenfeng.contacts)
  const officer = wenfeng.staff.find((s) => s.id === '500154002-officer-1')!
  pushed.set(officer.contactId!, { ...pushed.get(officer.contactId!)!, kind: 'push' })
  const one = ask({ audience: 'staff', level: 'blue' }, { ...wenfeng, contacts: pushed }).recipients.find((r) => r.staffId === officer.id)
  t.same(one!.channels, ['push'])
})

t.test('a responsible person who cannot be called is not left out: without a contact, with a dead number, with a robot', async (t) => {
  const [silent, dead, robot] = wenfeng.staff.filter((s) => s.duty && s.post === '社区书记')
  const contacts = new Map(wenfeng.contacts)
  contacts.set(dead!.contactId!, { ...contacts.get(dead!.contactId!)!, broken: 'no such number' })
  contacts.set(robot!.contactId!, { ...contacts.get(robot!.contactId!)!, kind: 'robot' })
  const register = { ...wenfeng, contacts, staff: wenfeng.staff.map((s) => (s === silent ? { ...s, contactId: null } : s)) }
  const staff = (part: Partial<AudienceAsk> = {}) => ask({ audience: 'staff', ...part }, register)
  const red = staff()
  t.same(
    red.unreachable.map((u) => [u.staffId, u.householdId, u.place, u.people, u.why]),
    [
      [silent!.id, null, silent!.place, 1, '没有任何联系方式'],
      [dead!.id, null, dead!.place, 1, '号码失效'],
      [robot!.id, null, robot!.place, 1, '登记的联系方式不能用于这一级的叫应'],
    ],
  )
  t.same([red.recipients.length, red.people], [59, 62], 'told + not to be told = all')
  t.equal(staff({ level: 'blue' }).unreachable.length, 3)
  t.same(staff({ grids: gridsOf(wenfeng, [dead!.place]) }).unreachable, [red.unreachable[1]], 'only those whom it concerns')
  t.same(staff({ exercise: true }).unreachable, [], 'an exercise leaves out everybody on purpose')
  t.same(staff({ level: null, origin: 'internal' }).unreachable, [])
})

t.test('a grid in which nobody is on duty is called for one place up: its secretary, on duty or not, then the desk', async (t) => {
  const grid = '500154002001004'
  const secretary = wenfeng.staff.find((s) => s.post === '社区书记' && grid.startsWith(s.place))!
  const off = (...ids: string[]) => wenfeng.staff.map((s) => (s.place === grid || ids.includes(s.id) ? { ...s, duty: false } : s))
  const staff = (change: Partial<Snapshot>, part: Partial<AudienceAsk> = {}) =>
    ask(
      { audience: 'staff', at: new Date('2025-07-12T03:28:00+08:00'), grids: gridsOf(wenfeng, [grid]), ...part },
      { ...wenfeng, ...change },
    )
  const told = (audience: Audience) => audience.recipients.map((r) => r.staffId)
  t.same(staff({}).unmanned, [], 'its worker is on duty')
  const quiet = staff({ staff: off(secretary.id) })
  t.same(quiet.unmanned, [{ place: grid, staffId: secretary.id }])
  t.ok(told(quiet).includes(secretary.id), 'called, though not on duty')
  t.equal(told(quiet).filter((id) => id === secretary.id).length, 1)
  t.equal(told(staff({ staff: off() })).filter((id) => id === secretary.id).length, 1, 'on duty anyway: called once')
  const partTime = wenfeng.staff.find((s) => s.place === grid && s.post === '兼职网格员')!
  const helped = staff({ staff: off(secretary.id).map((s) => (s.id === partTime.id ? { ...s, duty: true } : s)) })
  t.same([helped.unmanned, told(helped).includes(partTime.id)], [[], true], 'a part-timer on duty comes before the secretary')
  const night = { startsAt: new Date('2025-07-11T17:30:00+08:00'), endsAt: new Date('2025-07-12T08:30:00+08:00') }
  const leave = (staffId: string | null) => [
    {
      id: 'leave',
      place: secretary.place,
      post: secretary.post,
      kind: 'override' as const,
      staffId,
      insteadOf: secretary.id,
      note: '',
      ...night,
    },
  ]
  const worker = wenfeng.staff.find((s) => s.place === grid && s.post === '专职网格员')!
  const replaced = staff({ shifts: leave(worker.id) })
  t.same(replaced.standIns, [{ staffId: worker.id, insteadOf: secretary.id }], 'who stands in for whom is told')
  const nobody = off(secretary.id).map((s) => (s.id === secretary.id ? { ...s, deputyId: null } : s))
  const desk = staff({ staff: nobody, shifts: leave(null) })
  t.match(desk.unmanned, [{ place: grid, staffId: /^500154002-/ }], 'the secretary is away: the subdistrict is called')
  const empty = staff({ staff: wenfeng.staff.filter((s) => s.place === grid).map((s) => ({ ...s, duty: false })) })
  t.same(empty.unmanned, [{ place: grid, staffId: null }], 'nobody above either: it is said')
  t.same(staff({ staff: off(secretary.id) }, { named: [worker.id] }).unmanned, [], 'who asks for one person by name gets that person')
})

t.test('an order to move goes to the households it moves and to nobody else', async (t) => {
  const order = ask({ origin: 'order' })
  t.equal(order.households, 12)
  t.equal(order.people, 33)
  const moving = new Set(order.move.map((m) => m.householdId))
  t.ok(order.recipients.every((r) => r.move && r.householdId && moving.has(r.householdId)))
  t.ok(order.recipients.some((r) => r.relation === 'family-away'))
  t.same(
    order.unreachable.map((u) => u.householdId),
    ['500154002001004-008', '500154002001005-002'],
  )
  t.equal(
    ask({ origin: 'order', level: null, event: '其他' }).move.length,
    12,
    'a person orders it: without a colour the rules name the same households',
  )
})

t.test('a notice is quiet and makes no knocks; an unknown level follows orange', async (t) => {
  const notice = ask({ origin: 'notice', level: null, event: '' })
  t.ok(notice.recipients.length > 0)
  t.ok(notice.recipients.every((r) => r.channels.every((c) => c === 'push' || c === 'group')))
  t.same([notice.unreachable, notice.move, notice.points], [[], [], []])
  t.same(ask({ level: 'unknown' }), ask({ level: 'orange' }))
})

t.test('an exercise reaches the allow-list and nobody else', async (t) => {
  t.same(ask({ exercise: true }).recipients, [])
  const staff = ask({ exercise: true, audience: 'staff' })
  t.equal(staff.recipients.length, 62)
  const one = wenfeng.staff.find((s) => s.duty)!.contactId!
  const contacts = new Map([...wenfeng.contacts].map(([id, c]) => [id, { ...c, allowListed: id === one }]))
  t.same(
    ask({ exercise: true, audience: 'staff' }, { ...wenfeng, contacts }).recipients.map((r) => r.contactId),
    [one],
  )
})

t.test(
  'an allow-listed one of two rows of the same number is reached in an exercise, whichever row would come first otherwise',
  async (t) => {
    const [first, second] = wenfeng.households.filter((h) => h.place === '500154002002001' && h.contacts.length === 1)
    const [a, b] = [first!.contacts[0]!.contactId, second!.contacts[0]!.contactId]
    for (const listed of [a, b]) {
      const contacts = new Map(wenfeng.contacts)
      contacts.set(b, { ...contacts.get(b)!, kind: contacts.get(a)!.kind, blind: contacts.get(a)!.blind })
      contacts.set(listed, { ...contacts.get(listed)!, allowListed: true })
      const shared = { ...wenfeng, contacts }
      t.same(
        ask({ exercise: true }, shared).recipients.map((r) => r.contactId),
        [listed],
      )
      t.equal(ask({}, shared).recipients.filter((r) => r.contactId === a || r.contactId === b).length, 1)
    }
  },
)

t.test('an override changes single keys of the default row', async (t) => {
  const heat = ask({ event: '高温' })
  t.notOk(
    heat.recipients.some((r) => r.channels.includes('voice')),
    'nobody is rung up for heat',
  )
  t.ok(heat.recipients.some((r) => r.channels.includes('sms')))
  t.ok(ask({ event: '山洪', level: 'orange' }).recipients.some((r) => r.channels.includes('voice') && !r.move))
})

t.test('nothing of the sealed part is in an audience', async (t) => {
  const text = JSON.stringify(ask())
  const some = town.households.slice(0, 400)
  t.same(
    some.map((h) => h.head).filter((name) => name.length > 2 && text.includes(name)),
    [],
  )
  t.same(
    some.flatMap((h) => h.contacts.map((c) => c.address)).filter((address) => text.includes(address)),
    [],
  )
})

t.test('a wrong word in the policy names file, line and what is allowed', async (t) => {
  const folder = makeTestFolder(t)
  mkdirSync(join(folder, 'policy'))
  const broken = (from: string, to: string) => {
    writeFileSync(join(folder, 'policy/risk.yaml'), readFileSync(join(configDir, 'policy/risk.yaml'), 'utf8').replace(from, to))
    return () => readConfig(folder, 'policy/risk.yaml', riskPolicySchema)
  }
  t.throws(broken('calls: at-risk', 'calls: sometimes'), /risk\.yaml:\d+: residents\.default\.red\.calls: .*at-risk/)
  t.throws(broken('posts: [带班领导', 'posts: [处长'), /risk\.yaml:\d+: staff\.default\.red\.posts\.0: .*带班领导/)
  t.throws(
    broken('tag: ground-floor, near: { kind: waterlogging, within-m: 150 }', 'tag: ground-floor'),
    /risk\.yaml:\d+: move\.0\.households\.0: .*near/,
  )
})

t.test('a hazard that nobody knows would be a rule that never speaks: it stops the start, at its line', async (t) => {
  const folder = makeTestFolder(t)
  mkdirSync(join(folder, 'policy'))
  const whole = readFileSync(join(configDir, 'policy/risk.yaml'), 'utf8')
  const known = readConfig(configDir, 'events.yaml', eventsSchema).events.map((e) => e.name)
  const told = (from: string, to: string): string => {
    t.ok(whole.includes(from), from)
    const text = whole.replace(from, to)
    writeFileSync(join(folder, 'policy/risk.yaml'), text)
    const line = text.slice(0, text.indexOf(to)).split('\n').length
    try {
      readConfig(folder, 'policy/risk.yaml', riskPolicyFor(known))
    } catch (e) {
      return (e as Error).message.replace(`:${line}:`, ':here:')
    }
    return ''
  }
  t.match(
    told('events: [暴雨, 雷雨大风, 台风]\n', 'events: [暴雨, 雷雨大凤, 台风]\n'),
    /risk\.yaml:here: move\.0\.events\.1: "雷雨大凤" .*allowed are .*雷雨大风/,
  )
  t.match(told('    滑坡:\n', '    滑波:\n'), /risk\.yaml:here: residents\.events\.滑波: /)
  t.match(told('    山洪: { at', '    山烘: { at'), /risk\.yaml:here: done-by\.events\.山烘: /)
  t.match(told('events: [大风, 暴雪, 地震]', 'events: [大凤, 暴雪, 地震]'), /risk\.yaml:here: watch\.\d\.events\.0: /)
  t.equal(told('hours-before: 3', 'hours-before: 4'), '', 'what is right starts')
})
