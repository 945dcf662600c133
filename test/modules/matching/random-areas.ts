import fc from 'fast-check'
import type { AreaShape, Part } from '../../../src/matching/area-shape.js'
import type { Circle, Position, Ring } from '../../../src/matching/geometry.js'
import type { Located } from '../../../src/matching/point-index.js'

/**
 * Random areas and registers whose answer is beyond doubt: outlines on a lattice of binary fractions, where a point on a line is on it
 * to the last digit, and stars with many corners; each with a hole, an island in the hole and a second part, or without.
 */
const lattice = (n: number) => n / 64
const box = ([x, y]: Position, r: number): Ring => [
  [x - r, y - r],
  [x + r, y - r],
  [x + r, y + r],
  [x - r, y + r],
  [x - r, y - r],
]
const diamond = ([x, y]: Position, r: number): Ring => [
  [x - r, y],
  [x, y - r],
  [x + r, y],
  [x, y + r],
  [x - r, y],
]
const star = ([x, y]: Position, r: number, reaches: readonly number[]): Ring => {
  const ring = reaches.map((reach, i): Position => {
    const angle = (i * 2 * Math.PI) / reaches.length
    return [x + Math.cos(angle) * r * reach, y + Math.sin(angle) * r * reach]
  })
  return [...ring, ring[0]!]
}
const shrink = (ring: Ring, [x, y]: Position, by: number): Ring => ring.map(([a, b]) => [x + (a - x) * by, y + (b - y) * by])

const outline = (centre: Position, r: number): fc.Arbitrary<Ring> =>
  fc.oneof(
    fc.constant(box(centre, r)),
    fc.constant(diamond(centre, r)),
    fc
      .tuple(fc.array(fc.integer({ min: 30, max: 100 }), { minLength: 3, maxLength: 60 }), fc.constantFrom(1, 1, 8, 40))
      .map(([reaches, times]) =>
        star(
          centre,
          r,
          Array.from({ length: times }, () => reaches)
            .flat()
            .map((n) => n / 100),
        ),
      ),
  )

const partsAround = (centre: Position, r: number): fc.Arbitrary<Part[]> =>
  fc.tuple(outline(centre, r), fc.constantFrom('whole', 'hole', 'island')).map(([ring, kind]) => {
    const whole: Part = { outer: { ring }, holes: kind === 'whole' ? [] : [shrink(ring, centre, 0.5)] }
    return kind === 'island' ? [whole, { outer: { ring: shrink(ring, centre, 0.25) }, holes: [] }] : [whole]
  })

export const polygonAreas: fc.Arbitrary<AreaShape> = fc
  .tuple(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 24 }), fc.boolean())
  .chain(([r, s, two]) =>
    fc.tuple(partsAround([108 + lattice(32), 31], lattice(r)), two ? partsAround([109 + lattice(32), 31], lattice(s)) : fc.constant([])),
  )
  .map(([one, other]) => [...one, ...other])

export const circles: fc.Arbitrary<Circle> = fc.record({
  lon: fc.integer({ min: 0, max: 128 }).map((n) => 108 + lattice(n)),
  lat: fc.oneof(
    fc.integer({ min: -32, max: 32 }).map((n) => 31 + lattice(n)),
    fc.constantFrom(-60, 0, 70, 88.5),
  ),
  radiusKm: fc.constantFrom(0.05, 1, 20, 100, 900),
})

/** Places close to the rim of a circle, on either side of it. */
export const rimOf = ({ lon, lat, radiusKm }: Circle): Position[] =>
  Array.from({ length: 120 }, (_, i): Position => {
    const reach = (radiusKm / 111.195) * (0.99 + (i % 5) * 0.005)
    const angle = (i * Math.PI) / 60
    return [lon + (Math.cos(angle) * reach) / Math.cos((lat * Math.PI) / 180), lat + Math.sin(angle) * reach]
  })

/** Households by grid: on corners of the area, on the lattice (often on its lines), anywhere, and where nobody knows. */
export function householdsAround(corners: readonly Position[], middle: Position): fc.Arbitrary<Located[]> {
  const onLattice = fc
    .tuple(fc.integer({ min: -64, max: 160 }), fc.integer({ min: -64, max: 64 }))
    .map(([x, y]): Position => [108 + lattice(x), 31 + lattice(y)])
  const anywhere = fc
    .tuple(fc.double({ min: -1.6, max: 1.6, noNaN: true }), fc.double({ min: -0.6, max: 0.6, noNaN: true }))
    .map(([x, y]): Position => [middle[0] + x, middle[1] + y])
  const position = fc.oneof(onLattice, anywhere, ...(corners.length > 0 ? [fc.constantFrom(...corners)] : []))
  const near = (place: string) =>
    fc
      .tuple(
        position,
        fc.array(fc.tuple(fc.integer({ min: -8, max: 8 }), fc.integer({ min: -8, max: 8 }), fc.boolean()), { maxLength: 30 }),
      )
      .map(([[lon, lat], around]): Located[] => [
        { place, lon, lat },
        ...around.map(([x, y, known]) => ({ place, lon: known || x !== y ? lon + lattice(x) : null, lat: lat + lattice(y) })),
      ])
  return fc
    .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 25 })
    .chain((grids) => fc.tuple(...grids.map((g) => near(`grid ${g}`))))
    .map((lists) => lists.flat().filter((h) => Math.abs(h.lat!) <= 90))
}

export const cornersOf = (shape: AreaShape): Position[] =>
  shape.flatMap(({ outer, holes }) => [...('ring' in outer ? outer.ring : []), ...holes.flat()])
