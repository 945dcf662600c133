import fc from 'fast-check'
import t from 'tap'
import { indexArea } from '../../../src/matching/area-index.js'
import { type AreaShape, shapeOf } from '../../../src/matching/area-shape.js'
import { contains, distanceM, type Position, type Ring, wrapCircle } from '../../../src/matching/geometry.js'
import { type Located, layPoints } from '../../../src/matching/point-index.js'
import { runs } from '../../rig/runs.js'
import { circles, cornersOf, householdsAround, polygonAreas, rimOf } from './random-areas.js'

const square = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
]
const at = (place: string, lon: number | null, lat: number | null): Located => ({ place, lon, lat })
const area = (polygons: Ring[], holes: Ring[] = []) => indexArea(shapeOf({ polygons, circles: [], holes }))
const rowsOf = (households: Located[], ...rest: Parameters<ReturnType<typeof layPoints>['listInside']>) =>
  [...layPoints(households).listInside(...rest).rows].sort((a, b) => a - b)

t.test('who stands on a line is in, on the line of a hole too; who stands in the hole is not', async (t) => {
  const ring = area([square(0, 0, 8, 8)], [square(2, 2, 6, 6)])
  const cases: [Position, boolean][] = [
    [[0, 0], true],
    [[8, 8], true],
    [[0, 5], true],
    [[5, 8], true],
    [[2, 4], true],
    [[6, 6], true],
    [[4, 2], true],
    [[4, 4], false],
    [[2.000001, 4], false],
    [[1.999999, 4], true],
    [[8.000001, 5], false],
    [[-0.000001, 0], false],
  ]
  for (const [[x, y], isIn] of cases) t.equal(ring.has(x, y), isIn, `${x} ${y}`)
  t.same(
    rowsOf(
      cases.map(([[x, y]]) => at('one', x, y)),
      ring,
    ),
    cases.flatMap(([, isIn], row) => (isIn ? [row] : [])),
  )
})

t.test('a box is inside or apart only where every one of its points is', async (t) => {
  const ring = area([square(0, 0, 8, 8)], [square(2, 2, 6, 6)])
  const relate = ring.relateBox
  t.equal(relate(0.5, 0.5, 1.5, 7), 'inside')
  t.equal(relate(3, 3, 5, 5), 'apart')
  t.equal(relate(9, 9, 10, 10), 'apart')
  t.equal(relate(0.5, 0.5, 7.5, 7.5), 'boundary', 'the hole lies in it')
  t.equal(relate(-1, -1, 9, 9), 'boundary', 'the whole area lies in it')
  t.equal(relate(8, 8, 9, 9), 'boundary', 'they share a corner')
})

t.test('households of unknown place count in their grid as soon as the area touches it', async (t) => {
  const households = [at('a', null, null), at('a', 1, 1), at('b', 9, 9), at('b', null, 1), at('c', null, null)]
  const whole = area([square(0, 0, 4, 4)])
  t.same(rowsOf(households, whole), [0, 1])
  const counted = layPoints(households).countInside(whole)
  t.same([[...counted.inside], [...counted.unknown], counted.total], [[2, 0, 0], [1, 0, 0], 2])
  t.same(
    rowsOf(households, whole, (place) => place !== 'a'),
    [0, 1, 3, 4],
    'a grid whose ground is touched without a known home in it',
  )
})

t.test('of two hundred grids in a row those are found that a warning reaches, near the ends of a town too', async (t) => {
  const households = Array.from({ length: 1000 }, (_, n) => at(String(n % 200), n % 7 === 6 ? null : (n % 200) + n / 2000, 1))
  const reaches = (from: number, to: number) =>
    households.flatMap(({ place, lon }, row) => {
      const others = households.some((h) => h.place === place && h.lon !== null && h.lon >= from && h.lon <= to)
      return (lon === null ? others : lon >= from && lon <= to) ? [row] : []
    })
  for (const [from, to] of [
    [0, 0.2],
    [31.2, 32.1],
    [63, 64],
    [95.5, 130.25],
    [198.9, 250],
    [-3, 300],
    [500, 501],
  ] as const)
    t.same(rowsOf(households, area([square(from, 0, to, 2)])), reaches(from, to), `${from} to ${to}`)
})

t.test('nobody, nothing, one point: nothing is made up', async (t) => {
  const empty = area([])
  t.equal(layPoints([]).countInside(area([square(0, 0, 1, 1)])).total, 0)
  t.equal(layPoints([at('a', 0, 0)]).countInside(empty).total, 0)
  const flat = area([square(1, 1, 3, 1)])
  t.same(rowsOf([at('a', 2, 1), at('a', 2, 1.0001), at('a', 3, 1)], flat), [0, 2], 'an outline without an inside is a line')
})

t.test('a circle over the antimeridian holds who lives on either side of it', async (t) => {
  const circle = indexArea(shapeOf({ polygons: [], circles: [{ lon: 179.95, lat: -17, radiusKm: 30 }] }))
  t.same(rowsOf([at('a', 179.9, -17), at('b', -179.9, -17), at('c', -179.5, -17), at('d', 179.5, -17)], circle), [0, 1])
})

t.test('a million households need at most 64 bytes each', async (t) => {
  const households = Array.from({ length: 20_000 }, (_, i) => at(`grid ${i % 200}`, i / 1000, 1))
  t.ok(layPoints(households).bytes / households.length <= 24)
})

const asked = (shape: AreaShape, { lon, lat }: Located): boolean =>
  shape.some(({ outer, holes }) => {
    const point: Position = [lon!, lat!]
    const isIn =
      'ring' in outer
        ? contains([outer.ring], point)
        : distanceM([outer.circle.lon, outer.circle.lat], point) <= outer.circle.radiusKm * 1000
    return isIn && !holes.some((hole) => contains([hole], point) && !onLine(hole, point))
  })
const onLine = (ring: Ring, [x, y]: Position): boolean =>
  ring.slice(1).some(([bx, by], i) => {
    const [ax, ay] = ring[i]!
    const isBetween = Math.min(ax, bx) <= x && x <= Math.max(ax, bx) && Math.min(ay, by) <= y && y <= Math.max(ay, by)
    return isBetween && (x - ax) * (by - ay) === (bx - ax) * (y - ay)
  })

const cases = fc
  .oneof(
    polygonAreas.map((shape) => ({ shape, corners: cornersOf(shape), middle: [109, 31] as Position })),
    circles.map((circle) => ({
      shape: wrapCircle(circle).map((c) => ({ outer: { circle: c }, holes: [] })),
      corners: rimOf(circle),
      middle: [circle.lon, circle.lat] as Position,
    })),
  )
  .chain(({ shape, corners, middle }) => fc.tuple(fc.constant(shape), householdsAround(corners, middle)))

t.test('the index finds whom asking every household by itself finds, on the lines and beside them', async (t) => {
  fc.assert(
    fc.property(cases, ([shape, households]) => {
      const found = layPoints(households).listInside(indexArea(shape))
      const isIn = (h: Located) => h.lon !== null && h.lat !== null && asked(shape, h)
      const touched = new Set(households.filter(isIn).map((h) => h.place))
      const expected = households.flatMap((h, row) => ((h.lon === null || h.lat === null ? touched.has(h.place) : isIn(h)) ? [row] : []))
      return JSON.stringify([...found.rows].sort((a, b) => a - b)) === JSON.stringify(expected)
    }),
    runs(200),
  )
  t.pass()
})
