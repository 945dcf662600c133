import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { atOnce } from '../../../src/base/slices.js'
import { boardAt, type CheckKey, checkReadiness, lookThrough } from '../../../src/matching/readiness/readiness.js'
import { riskPolicySchema } from '../../../src/matching/risk-policy.js'
import { turnFor } from '../../../src/register/duty/plan-roster.js'
import { turnOf } from '../../../src/register/duty/shift-times.js'
import { sanzhong, subdistrict, worstGrid } from '../../../src/register/sample/make-places.js'
import { makeRoster } from '../../../src/register/sample/make-roster.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import { town, wenfeng } from '../register/town-snapshot.js'

const policy = readConfig('config/policy', 'risk.yaml', riskPolicySchema)
const night = new Date('2025-07-12T03:28:00+08:00')
const shifts = makeRoster(town.staff)
const board = (snapshot: Snapshot, at: Date) => atOnce(boardAt(snapshot, atOnce(lookThrough(snapshot, policy)), at))
const found = (change: Partial<Snapshot>, key: CheckKey, at = night) =>
  board({ ...wenfeng, shifts, ...change }, at).find((c) => c.key === key)!.findings
const counts = (snapshot: Snapshot, at: Date) => Object.fromEntries(board(snapshot, at).map((c) => [c.key, c.findings.length]))

t.test('the sample: who is silent, which grids have nobody tonight, and no false alarm about borders', async (t) => {
  const sample = { ...wenfeng, shifts }
  t.match(counts(sample, night), {
    'home-unreached': wenfeng.households.filter(
      (h) => !h.contacts.some((c) => c.relation === 'self' && wenfeng.contacts.get(c.contactId)!.broken === null),
    ).length,
    'night-empty': 0,
    'grid-overlap': 0,
    'grid-outline': 0,
    'home-unplaced': wenfeng.households.filter((h) => h.lon === null).length,
    'staff-silent': 0,
    'deputy-circle': 0,
  })
  t.notOk(
    found({}, 'grid-unmanned').some((f) => f.place.startsWith(sanzhong)),
    '三中社区 has its workers',
  )
  t.same(await checkReadiness(sample, policy, night), board(sample, night), 'looked through in slices it says the same')
})

t.test('a night without anybody is a danger on the board; a substitute, or a deputy, takes it off', async (t) => {
  const at = new Date('2025-07-16T20:00:00+08:00')
  t.match(found({}, 'night-empty', at), [{ place: subdistrict, label: /值班员$/, zh: /2025-07-16 夜里没有排人/ }])
  const officer = wenfeng.staff.find((s) => s.id === `${subdistrict}-officer-3`)!
  t.same(found({ shifts: [...shifts, { ...turnFor(officer, '2025-07-16', 'night'), id: 'more' }] }, 'night-empty', at), [])
  const worker = wenfeng.staff.find((s) => s.id === `${worstGrid}-worker`)!
  const colleagues = wenfeng.staff.map((s) => (s.place === worstGrid && s.post !== '专职网格员' ? { ...s, duty: false } : s))
  const leave = (staffId: string | null) => ({
    ...{ id: 'leave', place: worstGrid, post: worker.post, kind: 'override' as const, staffId, insteadOf: worker.id, note: '请假' },
    ...turnOf('2025-07-16', 'night'),
  })
  const unmanned = (change: Partial<Snapshot>) => found(change, 'grid-unmanned', at).some((f) => f.place === worstGrid)
  const alone = colleagues.map((s) => (s.id === worker.id ? { ...s, deputyId: null } : s))
  t.notOk(unmanned({ staff: alone }))
  t.ok(unmanned({ staff: alone, shifts: [...shifts, leave(null)] }), 'away, and nobody comes')
  t.notOk(unmanned({ staff: colleagues, shifts: [...shifts, leave(null)] }), 'the deputy comes')
  t.notOk(unmanned({ staff: alone, shifts: [...shifts, leave(`${worstGrid}-part-time`)] }), 'a substitute comes')
})

t.test('borders: an overlap is found and measured, a common border is none, a home outside is so many metres away', async (t) => {
  const [one, two] = [wenfeng.grids[0]!, wenfeng.grids[1]!]
  const square = (x: number, y: number, size = 0.002) => ({
    type: 'Polygon' as const,
    coordinates: [
      [
        [x, y],
        [x + size, y],
        [x + size, y + size],
        [x, y + size],
        [x, y],
      ] as [number, number][],
    ],
  })
  const grids = (b: typeof one.geometry) => ({
    grids: [
      { ...one, geometry: square(120, 31) },
      { ...two, geometry: b },
    ],
  })
  const shared = (b: typeof one.geometry) => found(grids(b), 'grid-overlap')
  t.same(shared(square(120.002, 31)), [], 'side by side')
  t.same(shared(square(120.0019999, 31)), [], 'a line drawn twice')
  t.match(shared(square(120.001, 31)), [{ place: one.place, label: `${one.name} / ${two.name}`, zh: /重叠约 2\.\d 公顷/ }])
  t.equal(shared(square(120.0005, 31.0005, 0.001)).length, 1, 'one inside the other')
  t.equal(shared(square(120, 31)).length, 1, 'the same ground twice')
  const home = { ...wenfeng.households.find((h) => h.place === one.place)!, lon: 120.003, lat: 31.001 }
  const away = found({ ...grids(square(120.002, 31)), households: [home] }, 'home-outside')
  t.match(away, [{ id: home.id, zh: /边界外 9[4-6] 米/ }])
  t.equal(found({ ...grids(square(120.002, 31)), households: [home] }, 'grid-empty').length, 1)
})

t.test('who is responsible and cannot be rung: keepers, owners, shelters too small, deputies in a circle', async (t) => {
  const [point, shelter] = [wenfeng.points[0]!, wenfeng.shelters[0]!]
  t.match(found({ points: [{ ...point, keeperId: null }], shelters: [] }, 'keeper-missing'), [{ id: point.id, zh: '没有责任人' }])
  const mute = wenfeng.staff.map((s) => (s.id === shelter.keeperId ? { ...s, contactId: null } : s))
  t.match(found({ points: [], shelters: [shelter], staff: mute }, 'keeper-missing'), [{ id: shelter.id, zh: /没有能打通的电话/ }])
  t.match(found({ staff: mute }, 'staff-silent'), [{ id: shelter.keeperId, zh: '没有登记电话' }])
  t.match(found({ shelters: [{ ...shelter, capacityNight: 1 }] }, 'shelter-full'), [{ id: shelter.id, zh: /夜间只能住 1 人/ }])
  const group = wenfeng.groups.find((g) => g.platform === 'wecom')!
  t.match(found({ groups: [{ ...group, robotContactId: null }] }, 'group-silent'), [{ id: group.id, zh: /机器人/ }])
  const plain = wenfeng.groups.find((g) => g.platform === 'wechat')!
  t.match(found({ groups: [{ ...plain, ownerId: 'nobody' }] }, 'group-silent'), [{ id: plain.id, zh: /群主/ }])
  const [a, b] = [`${subdistrict}-officer-1`, `${subdistrict}-officer-2`]
  const circle = wenfeng.staff.map((s) => (s.id === a ? { ...s, deputyId: b } : s.id === b ? { ...s, deputyId: a } : s))
  t.equal(found({ staff: circle }, 'deputy-circle').length, 1, 'once, though two stand in it')
})
