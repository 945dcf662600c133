import fc from 'fast-check'
import t from 'tap'
import { matchArea } from '../../../src/matching/match-area.js'
import { middleOf } from '../../../src/register/sample/ground.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import type { WarningArea } from '../../../src/warnings/warning.js'
import { runs } from '../../rig/runs.js'
import { wenfeng } from '../register/town-snapshot.js'

type Point = [number, number]
const area = (part: Partial<WarningArea>): WarningArea => ({
  description: '',
  polygons: [],
  circles: [],
  geocodes: [],
  unplaced: false,
  ...part,
})
const coded = (...values: string[]) => area({ geocodes: values.map((value) => ({ name: '行政区划代码', value })) })
const ask = (areas: WarningArea[], text = '', register: Snapshot = wenfeng) => matchArea(register, { areas, text })
const box = (west: number, south: number, east: number, north: number): Point[] => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const wholeTown = box(108.3, 31.1, 108.5, 31.2)
const gridAt = (place: string) => wenfeng.grids.find((g) => g.place === place)!
const fourth = gridAt('500154002001004')
const farAway = box(109.1, 31.6, 109.3, 31.8)

t.test('a storm over the whole town: every grid is inside, every household counted, nobody is left to be a neighbour', async (t) => {
  const match = ask([area({ polygons: [wholeTown] })])
  t.equal(match.verdict, 'matched')
  t.equal(match.grids.length, 135)
  t.ok(match.grids.every((g) => g.reason === 'inside'))
  t.equal(match.households, wenfeng.households.length)
  t.equal(
    match.people,
    wenfeng.households.reduce((sum, h) => sum + h.people, 0),
  )
  t.same(match.neighbours, [])
})

t.test('a polygon cut through one grid: it is on the boundary, and its households of unknown place count as inside', async (t) => {
  const [lon, lat] = middleOf(fourth)
  const match = ask([area({ polygons: [box(lon - 0.0002, lat - 0.0002, lon + 0.0002, lat + 0.0002)] })])
  t.same(
    match.grids.map((g) => [g.place, g.reason]),
    [['500154002001004', 'boundary']],
  )
  const inGrid = wenfeng.households.filter((h) => h.place === fourth.place)
  t.equal(match.households, inGrid.length, 'who lives on the edge of a warning is told')
  t.equal(match.grids[0]!.unknownPlace, inGrid.filter((h) => h.lon === null).length)
  t.ok(match.grids[0]!.unknownPlace! > 0)
  t.ok(match.neighbours.length >= 4 && match.neighbours.length <= 9, 'the grids around it are named as neighbours')
  t.notOk(match.neighbours.includes(fourth.place))
})

t.test('a warning that shares only an edge with a grid touches it; a hair further off it does not', async (t) => {
  const south = Math.min(...fourth.geometry.coordinates[0]!.map((p) => p[1]))
  const tip = fourth.geometry.coordinates[0]!.find((p) => p[1] === south)!
  const below = (top: number) => ask([area({ polygons: [box(tip[0] - 0.00001, top - 0.0001, tip[0] + 0.00001, top)] })])
  t.ok(below(south).grids.some((g) => g.place === fourth.place))
  t.notOk(below(south - 0.000001).grids.some((g) => g.place === fourth.place))
})

t.test('a polygon that is not closed is closed; one that is no polygon leaves the area to the officer', async (t) => {
  t.equal(ask([area({ polygons: [wholeTown.slice(0, 4)] })]).grids.length, 135)
  t.equal(
    ask([
      area({
        polygons: [
          [
            [108.39, 31.16],
            [108.4, 31.16],
          ],
        ],
      }),
    ]).verdict,
    'unplaced',
  )
  t.equal(
    ask([
      area({
        polygons: [
          [
            [108.3, Number.NaN],
            [108.5, 31.1],
            [108.5, 31.2],
          ],
        ],
      }),
    ]).verdict,
    'unplaced',
  )
})

t.test('an outline of thousands of corners names the grids that its plain form names, with the same reasons', async (t) => {
  const [lon, lat] = middleOf(fourth)
  const corners = (a: Point, b: Point): Point[] =>
    Array.from({ length: 600 }, (_, i): Point => [a[0] + ((b[0] - a[0]) * i) / 600, a[1] + ((b[1] - a[1]) * i) / 600])
  for (const reach of [0.0001, 0.004, 0.011, 0.02, 0.2]) {
    const plain: Point[] = [-1, 0, 1, 2, 3].map((n) => [lon + reach * Math.cos(n * 1.5708), lat + reach * Math.sin(n * 1.5708)])
    const dense = [...plain.slice(0, -1).flatMap((a, i) => corners(a, plain[i + 1]!)), plain[0]!]
    const [few, many] = [plain, dense].map((ring) => ask([area({ polygons: [ring] })]))
    t.ok(few!.grids.length > 0)
    t.same(
      many!.grids.map((g) => [g.place, g.reason]),
      few!.grids.map((g) => [g.place, g.reason]),
    )
  }
})

t.test('a circle: its grids inside and on the boundary; a point (radius 0) is the grid it lies in', async (t) => {
  const [lon, lat] = middleOf(fourth)
  const wide = ask([area({ circles: [{ lon, lat, radiusKm: 0.8 }] })])
  t.same([...new Set(wide.grids.map((g) => g.reason))].sort(), ['boundary', 'inside'])
  t.equal(wide.grids.find((g) => g.place === fourth.place)!.reason, 'inside')
  t.same(
    ask([area({ circles: [{ lon, lat, radiusKm: 0 }] })]).grids.map((g) => g.place),
    [fourth.place],
  )
  t.equal(ask([area({ circles: [{ lon: 109, lat: 32, radiusKm: 30 }] })]).verdict, 'outside')
  t.equal(ask([area({ circles: [{ lon: 109, lat: 32, radiusKm: 300 }] })]).grids.length, 135)
})

t.test('codes cover us by prefix, whatever their length and however they are filled up with zeros', async (t) => {
  for (const code of ['500154', '500154000000', '500000', '500000000000', '50', '5001', '500154002', '500154002000'])
    t.equal(ask([coded(code)]).grids.length, 135, code)
  t.same(
    ask([coded('500154002001')]).grids.map((g) => g.place),
    wenfeng.grids.filter((g) => g.community === '500154002001').map((g) => g.place),
  )
  t.same(
    ask([coded('500154002001004')]).grids.map((g) => g.place),
    [fourth.place],
  )
  t.equal(ask([coded('500154117000,500154002002000')]).grids.length, 9, 'a list of codes in one value')
  t.ok(ask([coded('500154002001')]).grids.every((g) => g.reason === 'code'))
  for (const code of ['500154117', '500154003000', '500101000000', '51']) t.equal(ask([coded(code)]).verdict, 'outside', code)
  t.equal(ask([coded('006109')]).verdict, 'unplaced', 'a code of a scheme we do not know says nothing about us')
})

t.test('a district-wide code whose text names other towns wakes nobody by itself', async (t) => {
  const match = ask(
    [coded('500154000000')],
    '气象台(演练)发布暴雨红色预警信号:过去3小时临江镇、长沙镇、南雅镇降雨量已达100毫米以上,请注意防范。',
  )
  t.equal(match.verdict, 'named-elsewhere')
  t.same(match.grids, [])
  t.same(
    match.namedTowns,
    ['临江镇', '南雅镇', '长沙镇'].sort((a, b) => order(a) - order(b)),
  )
  const listed = ask([coded('500154000000')], '预计未来3小时郭家、温泉、敦好等乡镇有强降雨')
  t.equal(listed.verdict, 'named-elsewhere', 'short names in a list')
  t.same(listed.namedTowns, ['温泉镇', '郭家镇', '敦好镇'])
})
const order = (name: string) => wenfeng.places.findIndex((p) => p.name === name)

t.test('the same code wakes everybody when ours is named among others, when everybody is meant, or when nobody is named', async (t) => {
  const named = ask([coded('500154')], '过去3小时临江镇、文峰街道、长沙镇已出现强降雨')
  t.equal(named.grids.length, 135)
  t.ok(named.grids.every((g) => g.reason === 'named'))
  t.same(named.namedTowns, ['文峰街道', '临江镇', '长沙镇'])
  t.equal(ask([coded('500154')], '临江、文峰、长沙等地').grids.length, 135)
  for (const text of [
    '全区大部有暴雨,其中临江镇超过100毫米',
    '临江镇橙色降为黄色,其余镇街黄色仍生效',
    '各镇街:临江镇已达红色',
    '我区有暴雨到大暴雨',
    '沿江两岸温泉丰富',
  ])
    t.equal(ask([coded('500154')], text).grids.length, 135, text)
  t.equal(ask([area({ ...coded('500154'), description: '临江镇' })]).verdict, 'named-elsewhere', 'the area description is read too')
})

t.test('an outline is finer than a wide code; a code of ours counts beside any outline', async (t) => {
  t.equal(ask([area({ ...coded('500154000000'), polygons: [farAway] })]).verdict, 'outside')
  t.equal(ask([area({ ...coded('500154002000'), polygons: [farAway] })]).grids.length, 135)
  t.equal(ask([area({ polygons: [wholeTown] })], '临江镇、长沙镇').grids.length, 135, 'names do not take an outline back')
  const mixed = ask([area({ polygons: [box(...at(fourth))] }), coded('500154002002')])
  t.ok(mixed.grids.some((g) => g.reason === 'code') && mixed.grids.some((g) => g.reason !== 'code'), 'several areas add up')
})
const at = (grid: typeof fourth): [number, number, number, number] => {
  const [lon, lat] = middleOf(grid)
  return [lon - 0.0001, lat - 0.0001, lon + 0.0001, lat + 0.0001]
}

t.test('what could not be read is put before the officer, never dropped', async (t) => {
  t.equal(ask([area({ unplaced: true })]).verdict, 'unplaced')
  t.equal(ask([area({ unplaced: true, polygons: [farAway] })]).verdict, 'unplaced')
  t.equal(ask([area({ unplaced: true, polygons: [wholeTown] })]).verdict, 'matched', 'what can be read still wakes people')
  t.equal(
    ask([area({ ...coded('500154'), unplaced: true, polygons: [farAway] })]).grids.length,
    135,
    'with a broken outline the code counts',
  )
  t.equal(ask([area({ polygons: [farAway] }), area({ unplaced: true })]).verdict, 'unplaced')
  t.equal(ask([]).verdict, 'unplaced')
  t.equal(ask([area({ description: '沿江一带' })]).verdict, 'unplaced')
})

t.test('names alone: ours, the district, or another town', async (t) => {
  t.ok(ask([area({ description: '文峰街道' })]).grids.every((g) => g.reason === 'named'))
  t.equal(ask([], '气象台(演练)对文峰街道发布暴雨橙色预警').grids.length, 135)
  t.equal(ask([area({ description: '开州区' })]).grids.length, 135)
  t.equal(ask([area({ description: '开州区' })], '临江镇有暴雨').verdict, 'named-elsewhere')
  t.equal(ask([area({ description: '临江镇' })]).verdict, 'named-elsewhere')
})

t.test('a grid that nobody has drawn yet is inside whenever the storm touches us', async (t) => {
  const undrawn = { ...fourth, geometry: { type: 'Polygon' as const, coordinates: [] } }
  const register = { ...wenfeng, grids: wenfeng.grids.map((g) => (g === fourth ? undrawn : g)) }
  const elsewhere = gridAt('500154002009005')
  const match = ask([area({ polygons: [box(...at(elsewhere))] })], '', register)
  t.same(
    match.grids.map((g) => [g.place, g.reason]),
    [
      [fourth.place, 'unknown-place'],
      [elsewhere.place, 'boundary'],
    ],
  )
  t.equal(ask([area({ polygons: [farAway] })], '', register).verdict, 'outside')
  t.equal(ask([coded('500154002001')], '', register).grids.length, 9)
})

t.test('an empty register answers outside', async (t) => {
  const empty: Snapshot = { ...wenfeng, grids: [], households: [] }
  t.equal(ask([area({ polygons: [wholeTown] })], '', empty).verdict, 'outside')
})

// The slow way, written apart: no index, no boxes, no early end.
const isIn = (ring: Point[], [x, y]: Point): boolean => {
  let inside = false
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [a, b] = [ring[i]!, ring[j]!]
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) inside = !inside
  }
  return inside
}
const cross = (a: Point, b: Point, c: Point, d: Point): boolean => {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]]
  const by = rx * sy - ry * sx
  const u = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / by
  const v = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / by
  return u >= 0 && u <= 1 && v >= 0 && v <= 1
}
const sides = (ring: Point[]): [Point, Point][] => ring.slice(1).map((p, i) => [ring[i]!, p])
function slowly(ring: Point[]): Map<string, string> {
  const found = new Map<string, string>()
  for (const grid of wenfeng.grids) {
    const outline = grid.geometry.coordinates[0]!
    const crossed = sides(outline).some(([a, b]) => sides(ring).some(([c, d]) => cross(a, b, c, d)))
    if (crossed || isIn(outline, ring[0]!)) found.set(grid.place, 'boundary')
    else if (isIn(ring, outline[0]!)) found.set(grid.place, 'inside')
  }
  return found
}

const star = fc
  .record({
    lon: fc.double({ min: 108.34, max: 108.44, noNaN: true }),
    lat: fc.double({ min: 31.135, max: 31.185, noNaN: true }),
    reach: fc.double({ min: 0.0004, max: 0.03, noNaN: true }),
    arms: fc.array(fc.double({ min: 0.25, max: 1, noNaN: true }), { minLength: 3, maxLength: 14 }),
  })
  .map(({ lon, lat, reach, arms }): Point[] => {
    const ring = arms.map((arm, i): Point => {
      const angle = (i / arms.length) * 2 * Math.PI + 0.1
      return [lon + reach * arm * Math.cos(angle), lat + reach * arm * Math.sin(angle)]
    })
    return [...ring, ring[0]!]
  })

t.test('random polygons: the index finds exactly the grids that looking at every side finds, and every household inside', async () => {
  fc.assert(
    fc.property(star, (ring) => {
      const match = ask([area({ polygons: [ring] })])
      const found = new Map(match.grids.map((g) => [g.place, g.reason as string]))
      const expected = slowly(ring)
      if (found.size !== expected.size) return false
      for (const [place, reason] of expected) if (found.get(place) !== reason) return false
      return wenfeng.households.every((h) => {
        if (h.lon === null || h.lat === null) return true
        const inside = isIn(ring, [h.lon, h.lat])
        return inside ? found.has(h.place) : found.get(h.place) !== 'inside'
      })
    }),
    runs(120, 328),
  )
})

t.test('a hole: whom it holds wholly is not told by the outline, who lies on its edge is, a code still counts', async (t) => {
  const corners = fourth.geometry.coordinates[0]!
  const [xs, ys] = [corners.map((c) => c[0]), corners.map((c) => c[1])]
  const [west, south, east, north] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
  const around = box(west - 0.0005, south - 0.0005, east + 0.0005, north + 0.0005)
  const places = (areas: WarningArea[]) => ask(areas).grids.map((g) => `${g.place} ${g.reason}`)
  t.notOk(places([area({ polygons: [wholeTown], holes: [around] })]).some((p) => p.startsWith(fourth.place)))
  t.equal(places([area({ polygons: [wholeTown], holes: [wholeTown] })]).length, 0)
  const half = box(west - 0.0005, south - 0.0005, (west + east) / 2, north + 0.0005)
  t.ok(places([area({ polygons: [wholeTown], holes: [half] })]).includes(`${fourth.place} boundary`))
  t.ok(places([area({ polygons: [wholeTown], holes: [box(1, 1, 2, 2)] })]).includes(`${fourth.place} inside`))
  const circle = { lon: (west + east) / 2, lat: (south + north) / 2, radiusKm: 3 }
  t.notOk(places([area({ circles: [circle], holes: [around] })]).some((p) => p.startsWith(fourth.place)))
  t.ok(places([area({ ...coded(fourth.place), polygons: [wholeTown], holes: [around] })]).includes(`${fourth.place} code`))
  t.ok(
    places([area({ polygons: [wholeTown], holes: [around] }), area({ polygons: [around] })]).includes(`${fourth.place} inside`),
    'another area of the message',
  )
})

t.test('a circle over the antimeridian is found on both sides of it', async (t) => {
  const moved = (by: number): Snapshot => ({
    ...wenfeng,
    grids: wenfeng.grids.map((g) => ({
      ...g,
      geometry: { ...g.geometry, coordinates: g.geometry.coordinates.map((ring) => ring.map(([x, y]) => [x + by, y] as Point)) },
    })),
  })
  const [fiji, tonga] = [moved(179.9 - 108.4), moved(-179.9 - 108.4)]
  for (const lon of [179.95, -179.95]) {
    const reach = (register: Snapshot) => ask([area({ circles: [{ lon, lat: 31.16, radiusKm: 60 }] })], '', register).grids.length
    t.same([reach(fiji), reach(tonga)], [135, 135], `${lon}`)
  }
  t.equal(ask([area({ circles: [{ lon: 179.95, lat: 31.16, radiusKm: 2 }] })], '', tonga).verdict, 'outside')
})

t.test('random circles: every household within the radius is told, none outside lies in a grid called inside', async () => {
  const radians = Math.PI / 180
  const metres = (a: Point, b: Point) => {
    const c =
      Math.sin(a[1] * radians) * Math.sin(b[1] * radians) +
      Math.cos(a[1] * radians) * Math.cos(b[1] * radians) * Math.cos((a[0] - b[0]) * radians)
    return 6_371_008.8 * Math.acos(Math.min(1, c))
  }
  const circle = fc.record({
    lon: fc.double({ min: 108.34, max: 108.44, noNaN: true }),
    lat: fc.double({ min: 31.135, max: 31.185, noNaN: true }),
    radiusKm: fc.double({ min: 0, max: 6, noNaN: true }),
  })
  fc.assert(
    fc.property(circle, (c) => {
      const found = new Map(ask([area({ circles: [c] })]).grids.map((g) => [g.place, g.reason]))
      return wenfeng.households.every((h) => {
        if (h.lon === null || h.lat === null) return true
        const distance = metres([c.lon, c.lat], [h.lon, h.lat])
        if (distance < c.radiusKm * 1000 - 1) return found.has(h.place)
        return distance < c.radiusKm * 1000 + 1 || found.get(h.place) !== 'inside'
      })
    }),
    runs(80, 712),
  )
})

t.test('the code of another country is none of ours, however much it looks like one', async (t) => {
  const named = (name: string, ...values: string[]) => area({ geocodes: values.map((value) => ({ name, value })) })
  for (const [name, value] of [
    ['SAME', '500154'],
    ['FIPS6', '500154'],
    ['WARNCELLID', '500154002'],
    ['WARNCELLID', '500000000'],
    ['profile:CAP-CP:Location:0.3', '50'],
    ['FIPS', '5001'],
  ] as const) {
    const match = ask([named(name, value)])
    t.same(match.grids, [], `${name} ${value}`)
    t.equal(match.verdict, 'unplaced', `${name} ${value} reads like ours: an officer looks`)
  }
  t.equal(ask([named('SAME', '006075', '066010')]).verdict, 'outside')
  t.equal(ask([named('EMMA_ID', 'DE999')]).verdict, 'outside', 'letters are no code of ours and no unknown place either')
  t.equal(ask([named('WARNCELLID', '908315999')]).verdict, 'outside')
  t.equal(ask([{ ...named('SAME', '006075'), description: '文峰街道' }]).verdict, 'matched', 'our own name counts')
  t.equal(ask([named('SAME', '500154002000')]).grids.length, 135, 'twelve digits are ours, whatever example the name was copied from')
  t.equal(ask([named('SAME', '006075'), coded('500154002')]).grids.length, 135, 'another area of the same message still counts')
})
