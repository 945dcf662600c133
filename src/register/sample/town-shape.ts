import type { GridGeometry } from '../../base/store/tables.js'
import { createRandom } from './random.js'

/**
 * The ground of the sample subdistrict: 135 grids on the south bank of a river, as a Voronoi diagram. Every corner is the
 * centre of the circle through three seeds, computed once for the three cells that meet there, so neighbours share exact
 * edges: no gaps, no overlaps. Seeds mirrored across the bank make the outer edges follow the water.
 */
export interface Cell {
  /** Along the river and away from it, in metres: how the cells are grouped into communities. */
  along: number
  inland: number
  geometry: GridGeometry
}

type Point = readonly [number, number]
interface Seed {
  along: number
  inland: number
  at: Point
}

const centre = { lon: 108.3905, lat: 31.1592 }
const metresPerDegree = 111_195
const spacing = 335

/** Metres east and north of the middle of the town to degrees, to a tenth of a metre. */
export function toLonLat([x, y]: Point): [number, number] {
  const k = Math.cos((centre.lat * Math.PI) / 180)
  const round = (v: number) => Math.round(v * 1e6) / 1e6
  return [round(centre.lon + x / (metresPerDegree * k)), round(centre.lat + y / metresPerDegree)]
}

/** The south bank: where the town ends and the water begins. */
const bankY = (x: number) => 1180 + 260 * Math.sin(x / 1250 + 0.6) + 90 * Math.sin(x / 520)
function fromBank(along: number, inland: number): Point {
  const slope = (bankY(along + 1) - bankY(along - 1)) / 2
  const length = Math.hypot(1, slope)
  return [along + (inland * slope) / length, bankY(along) - inland / length]
}

/** Further inland the streets forget the bends of the river. */
function inTown(along: number, inland: number): Point {
  const fade = Math.exp(-((inland / 2600) ** 2))
  return [along, bankY(along) * fade + 1180 * (1 - fade) - inland]
}

function makeSeeds(): Seed[] {
  const random = createRandom(715)
  const seeds: Seed[] = []
  for (let row = -1; row <= 11; row++) {
    for (let column = -14; column <= 14; column++) {
      const wobble = row <= 0 ? 0 : 0.3
      const along = (column + (row > 0 && row % 2 === 1 ? 0.5 : 0)) * spacing + (random.next() - 0.5) * 2 * wobble * spacing
      // Row 0 stands 150 m from the water; row -1 is its mirror image across the bank.
      const inland = row === -1 ? -150 : 150 + row * (spacing * 0.9) + (random.next() - 0.5) * 2 * wobble * spacing * 0.85
      seeds.push({ along, inland, at: row <= 0 ? fromBank(along, inland) : inTown(along, inland) })
    }
  }
  return seeds
}

/** The centre of the circle through three seeds, always computed in the same order. */
function meeting(seeds: readonly Seed[], ids: readonly number[]): Point {
  const [a, b, c] = [...ids].sort((x, y) => x - y).map((i) => seeds[i]!.at) as [Point, Point, Point]
  const d = 2 * (a[0] * (b[1] - c[1]) + b[0] * (c[1] - a[1]) + c[0] * (a[1] - b[1]))
  const [qa, qb, qc] = [a, b, c].map(([x, y]) => x * x + y * y) as [number, number, number]
  return [
    (qa * (b[1] - c[1]) + qb * (c[1] - a[1]) + qc * (a[1] - b[1])) / d,
    (qa * (c[0] - b[0]) + qb * (a[0] - c[0]) + qc * (b[0] - a[0])) / d,
  ]
}

/** Clips a far square by the bisector to each nearby seed; every side remembers the seed beyond it (-1: the far square). */
function neighboursInOrder(seeds: readonly Seed[], id: number): number[] {
  const here = seeds[id]!.at
  const far = 20_000
  let corners: { at: Point; beyond: number }[] = [
    { at: [here[0] - far, here[1] - far], beyond: -1 },
    { at: [here[0] + far, here[1] - far], beyond: -1 },
    { at: [here[0] + far, here[1] + far], beyond: -1 },
    { at: [here[0] - far, here[1] + far], beyond: -1 },
  ]
  for (const [other, { at }] of seeds.entries()) {
    if (other === id || Math.hypot(at[0] - here[0], at[1] - here[1]) > spacing * 4) continue
    const middle: Point = [(here[0] + at[0]) / 2, (here[1] + at[1]) / 2]
    const side = (p: Point) => (p[0] - middle[0]) * (at[0] - here[0]) + (p[1] - middle[1]) * (at[1] - here[1])
    const kept: typeof corners = []
    for (const [i, corner] of corners.entries()) {
      const next = corners[(i + 1) % corners.length]!
      const [s, t] = [side(corner.at), side(next.at)]
      const cross = (): Point => [
        corner.at[0] + ((next.at[0] - corner.at[0]) * s) / (s - t),
        corner.at[1] + ((next.at[1] - corner.at[1]) * s) / (s - t),
      ]
      if (s <= 0) kept.push(corner)
      if (s <= 0 && t > 0) kept.push({ at: cross(), beyond: other })
      if (s > 0 && t <= 0) kept.push({ at: cross(), beyond: corner.beyond })
    }
    corners = kept
  }
  return corners.map((c) => c.beyond)
}

/** A street is never quite straight: two points of each long side are moved a little, the same for both cells of the side. */
function bend(seeds: readonly Seed[], a: number, b: number, from: Point, to: Point): Point[] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1])
  const water = Math.min(seeds[a]!.inland, seeds[b]!.inland) < 0
  if (length < 90 || water) return []
  const forward = a < b
  const [start, end] = forward ? [from, to] : [to, from]
  const random = createRandom(Math.min(a, b) * 7919 + Math.max(a, b))
  const points = [1 / 3, 2 / 3].map((share): Point => {
    const off = (random.next() - 0.5) * 0.09
    return [
      start[0] + (end[0] - start[0]) * share - (end[1] - start[1]) * off,
      start[1] + (end[1] - start[1]) * share + (end[0] - start[0]) * off,
    ]
  })
  return forward ? points : points.reverse()
}

function outline(seeds: readonly Seed[], id: number): GridGeometry {
  const beyond = neighboursInOrder(seeds, id)
  const corners = beyond.map((b, i) => meeting(seeds, [id, beyond[(i + beyond.length - 1) % beyond.length]!, b]))
  const ring = corners.flatMap((corner, i) => [corner, ...bend(seeds, id, beyond[i]!, corner, corners[(i + 1) % corners.length]!)])
  const degrees = ring.map(toLonLat).filter((p, i, all) => i === 0 || p[0] !== all[i - 1]![0] || p[1] !== all[i - 1]![1])
  return { type: 'Polygon', coordinates: [[...degrees, degrees[0]!]] }
}

/** The 135 cells nearest to the middle of the bank, measured as an ellipse along the river. */
export function makeCells(count: number): Cell[] {
  const seeds = makeSeeds()
  const reach = (s: Seed) => Math.hypot(s.along / 1.4, s.inland - 150)
  const chosen = [...seeds.keys()].filter((i) => seeds[i]!.inland > 0).sort((i, j) => reach(seeds[i]!) - reach(seeds[j]!))
  return chosen.slice(0, count).map((id) => ({ along: seeds[id]!.along, inland: seeds[id]!.inland, geometry: outline(seeds, id) }))
}

/** The water north of the town, for whoever draws a map. */
export function makeRiver(): GridGeometry {
  const xs = Array.from({ length: 93 }, (_, i) => -4600 + i * 100)
  const south = xs.map((x) => toLonLat(fromBank(x, 0)))
  const north = xs.map((x) => toLonLat(fromBank(x, -(210 + 40 * Math.sin(x / 700))))).reverse()
  return { type: 'Polygon', coordinates: [[...south, ...north, south[0]!]] }
}
