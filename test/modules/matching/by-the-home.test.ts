import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { type AreaMatch, isTold } from '../../../src/matching/area-match.js'
import { notTold } from '../../../src/matching/by-the-home.js'
import { chooseAudience, riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { contains, type Position, type Ring } from '../../../src/matching/geometry.js'
import { judgeAgain, matchArea } from '../../../src/matching/match-area.js'
import type { Household } from '../../../src/register/register.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import type { WarningArea } from '../../../src/warnings/warning.js'
import { runs } from '../../rig/runs.js'
import { wenfeng } from '../register/town-snapshot.js'

const policy = readConfig(join(process.cwd(), 'config'), 'policy/risk.yaml', riskPolicySchema)
const area = (part: Partial<WarningArea>): WarningArea => ({
  ...{ description: '', polygons: [], circles: [], geocodes: [], unplaced: false },
  ...part,
})
const box = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const match = (areas: WarningArea[], register: Snapshot = wenfeng): AreaMatch => matchArea(register, { areas, text: '' })
const placed = (h: Household) => h.lon !== null && h.lat !== null
const fourth = wenfeng.grids.find((g) => g.place === '500154002001004')!
const homes = wenfeng.households.filter((h) => h.place === fourth.place)
const changed = (part: Partial<Household>, ...ids: string[]): Snapshot => ({
  ...wenfeng,
  households: wenfeng.households.map((h) => (ids.includes(h.id) ? { ...h, ...part } : h)),
})
const notice = { audience: 'residents', event: '暴雨', level: 'orange', origin: 'relay', exercise: false } as const
const toldIn = (register: Snapshot, found: AreaMatch, part: object = {}) =>
  chooseAudience(register, policy, { ...notice, grids: found.grids, ...part })

/** The west of the town up to a meridian through the middle of the fourth grid: the longitude of one of its homes. */
const lons = homes.filter(placed).map((h) => h.lon!)
const meridian = [...new Set(lons)].sort((a, b) => a - b)[Math.floor(new Set(lons).size / 2)]!
const west = area({ polygons: [box(108.2, 31, meridian, 31.3)] })

t.test('a home over the line is not told, one on the line is, and so is one that nobody knows where', async (t) => {
  const found = match([west])
  const grid = found.grids.find((g) => g.place === fourth.place)!
  const over = homes.filter((h) => placed(h) && h.lon! > meridian).map((h) => h.id)
  const onLine = homes.filter((h) => h.lon === meridian)
  const unknown = homes.filter((h) => !placed(h))
  t.ok(over.length > 10 && onLine.length > 0 && unknown.length > 0)
  t.equal(grid.reason, 'boundary')
  t.same([...grid.outside!].sort(), over.sort())
  t.same([grid.households, grid.of], [homes.length - over.length, homes.length], 'so many inside of so many')
  t.equal(grid.unknownPlace, unknown.length)
  const audience = toldIn(wenfeng, found)
  const reached = (h: Household) =>
    audience.recipients.some((r) => r.householdId === h.id) || audience.unreachable.some((u) => u.householdId === h.id)
  t.notOk(homes.filter((h) => over.includes(h.id)).some(reached))
  t.equal(audience.households, found.households)
  const reasons = new Set(audience.recipients.filter((r) => r.place === fourth.place && r.householdId).map((r) => r.reason))
  t.ok(reasons.has('inside') && !reasons.has('boundary'))
  const inside = match([area({ polygons: [box(108.2, 31, 108.6, 31.3)] })])
  t.ok(
    inside.grids.every((g) => g.of === undefined && g.outside === undefined),
    'grids wholly inside go whole',
  )
})

t.test('who may have to move hears of it on either side of the line, and the reason says on which', async (t) => {
  const grids = (found: AreaMatch) => ({ level: 'red', grids: found.grids }) as const
  const found = match([west])
  const audience = toldIn(wenfeng, found, grids(found))
  const moves = audience.move.filter((m) => m.place === fourth.place)
  const whole = toldIn(wenfeng, match([area({ polygons: [box(108.2, 31, 108.6, 31.3)] })]), { level: 'red' })
  t.same(
    moves.map((m) => m.householdId),
    whole.move.filter((m) => m.place === fourth.place).map((m) => m.householdId),
    'moves go by the grid',
  )
  const over = moves.filter((m) => m.reason === 'boundary')
  t.ok(over.length > 0)
  const { outside } = found.grids.find((g) => g.place === fourth.place)!
  t.ok(over.every((m) => outside!.includes(m.householdId)))
  for (const { householdId } of over)
    t.ok([...audience.recipients, ...audience.unreachable].some((r) => r.householdId === householdId && r.reason === 'boundary'))
  const points = (polygons: Ring[]) => toldIn(wenfeng, match([area({ polygons })]), { level: 'red', audience: 'staff' }).points
  t.ok(points([west.polygons[0] as Ring]).length > 0)
})

t.test('a hole: who stands on its line is told, who stands in it is not', async (t) => {
  const hole = box(meridian, 31, 108.6, 31.3)
  const found = match([area({ polygons: [box(108.2, 30.9, 108.7, 31.4)], holes: [hole] })])
  t.same(found.grids.find((g) => g.place === fourth.place)!.outside, match([west]).grids.find((g) => g.place === fourth.place)!.outside)
})

t.test('nobody is left out by half a reading', async (t) => {
  const grid = (areas: WarningArea[], register = wenfeng) => match(areas, register).grids.find((g) => g.place === fourth.place)!
  t.equal(grid([{ ...west, unplaced: true }]).of, undefined, 'a part of the area could not be read')
  t.equal(grid([{ ...west, geocodes: [{ name: 'code', value: fourth.place }] }]).of, undefined, 'our own code beside the outline')
  const middle = homes.find(placed)!
  const point = { lon: middle.lon! + 0.00001, lat: middle.lat!, radiusKm: 0 }
  t.same(
    [grid([area({ circles: [point] })]).reason, grid([area({ circles: [point] })]).of],
    ['boundary', undefined],
    'a place, not an extent',
  )
  const between = box(middle.lon! + 0.000001, middle.lat! + 0.000001, middle.lon! + 0.000002, middle.lat! + 0.000002)
  t.equal(grid([area({ polygons: [between] })]).of, undefined, 'a line between the houses')
  const east = area({ polygons: [box(meridian, 31, 108.6, 31.3)] })
  t.equal(grid([west, east]).of, undefined, 'two areas add up')
})

t.test('a home registered beyond the outline of its grid is found by where it stands', async (t) => {
  const far = wenfeng.grids.find((g) => g.place === '500154002009005')!
  const stray = homes.find(placed)!
  const of = wenfeng.households.find((h) => h.place === far.place && placed(h))!
  const register = changed({ lon: of.lon, lat: of.lat }, stray.id)
  const near = area({ polygons: [box(of.lon! - 0.0001, of.lat! - 0.0001, of.lon! + 0.0001, of.lat! + 0.0001)] })
  const found = match([near], register)
  const grid = found.grids.find((g) => g.place === fourth.place)!
  t.equal(grid.reason, 'boundary')
  t.notOk(grid.outside!.includes(stray.id))
  t.equal(grid.outside!.length, homes.filter(placed).length - 1)
  t.notOk(match([near]).grids.some((g) => g.place === fourth.place))
  const abroad = changed({ lon: 10, lat: 50 }, stray.id)
  t.equal(match([area({ polygons: [box(9, 49, 11, 51)] })], abroad).verdict, 'outside', 'one mistyped coordinate wakes no town')
})

t.test('a newer word that takes in one more home of the same grid is news', async (t) => {
  const wider = area({ polygons: [box(108.2, 31, meridian + 0.0003, 31.3)] })
  const [before, after] = [match([west]), match([wider])]
  t.ok(after.households > before.households)
  t.ok(isTold(before.grids, before.grids))
  t.ok(isTold(after.grids, before.grids))
  t.notOk(isTold(before.grids, after.grids))
})

t.test('where a higher one covers half a grid, the lower one goes to the other half and to nobody twice', async (t) => {
  const whole = match([area({ polygons: [box(108.2, 31, 108.6, 31.3)] })])
  const higher = match([west])
  const rest = notTold(wenfeng, whole, [higher])
  const grid = rest.grids.find((g) => g.place === fourth.place)!
  const told = new Set(higher.grids.find((g) => g.place === fourth.place)!.outside)
  t.same(
    homes.filter((h) => !grid.outside!.includes(h.id)).map((h) => h.id),
    homes.filter((h) => told.has(h.id)).map((h) => h.id),
  )
  t.equal(rest.households + higher.households, whole.households)
  t.same(notTold(wenfeng, higher, [whole]).grids, [])
})

t.test('at the press the list of those left out is judged once more, and only gets shorter', async (t) => {
  const found = match([west])
  const { outside } = found.grids.find((g) => g.place === fourth.place)!
  const [corrected] = outside!
  const still = (register: Snapshot) => judgeAgain(register, found, [west]).grids.find((g) => g.place === fourth.place)!
  t.same(still(wenfeng).outside, outside)
  const moved = still(changed({ lon: meridian }, corrected!))
  t.same(moved.outside, outside!.slice(1), 'its place was measured anew: it is inside')
  t.equal(moved.households, found.grids.find((g) => g.place === fourth.place)!.households + 1)
  const inside = homes.find((h) => placed(h) && h.lon! < meridian)!
  t.same(still(changed({ lon: meridian + 0.001 } as { lon: number }, inside.id)).outside, outside, 'nobody is left out who was to be told')
  const newcomer = { ...wenfeng, households: [...wenfeng.households, { ...inside, id: 'new', lon: meridian + 0.001 }] }
  t.notOk(still(newcomer).outside!.includes('new'))
})

const star = fc
  .record({
    lon: fc.double({ min: 108.34, max: 108.44, noNaN: true }),
    lat: fc.double({ min: 31.135, max: 31.185, noNaN: true }),
    reach: fc.double({ min: 0.0004, max: 0.03, noNaN: true }),
    arms: fc.array(fc.double({ min: 0.25, max: 1, noNaN: true }), { minLength: 3, maxLength: 300 }),
  })
  .map(({ lon, lat, reach, arms }): Ring => {
    const ring = arms.map((arm, i): Position => {
      const angle = (i / arms.length) * 2 * Math.PI + 0.1
      return [lon + reach * arm * Math.cos(angle), lat + reach * arm * Math.sin(angle)]
    })
    return [...ring, ring[0]!]
  })

t.test('random outlines with holes: whoever is inside is told, and who is left out is not inside', async (t) => {
  fc.assert(
    fc.property(star, star, (ring, hole) => {
      const grids = new Map(match([area({ polygons: [ring], holes: [hole] })]).grids.map((g) => [g.place, new Set(g.outside)]))
      return wenfeng.households.filter(placed).every((h) => {
        const at: Position = [h.lon!, h.lat!]
        const isIn = contains([ring], at) && !contains([hole], at)
        const isTold = grids.has(h.place) && !grids.get(h.place)!.has(h.id)
        return isIn ? isTold : !isTold || grids.get(h.place)!.size === 0 || contains([hole], at)
      })
    }),
    runs(40, 12),
  )
  t.pass()
})
