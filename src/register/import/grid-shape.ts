import pointInPolygon from 'point-in-polygon-hao'
import type { Ring } from './read-grids.js'

type Position = [number, number]
/** A third of a metre, in degrees: nearer is the same place. */
const near = 3e-6
/** Neighbours drawn by hand lap over each other by a few metres: about five are let pass. */
const lap = 5e-5

const isSame = (a: Position, b: Position) => a[0] === b[0] && a[1] === b[1]
export const isClosed = (ring: Ring): boolean => ring.length > 1 && isSame(ring[0]!, ring.at(-1)!)
export const cornersOf = (ring: Ring): number => new Set(ring.map(String)).size

const side = (a: Position, b: Position, p: Position) => (b[0] - a[0]) * (p[1] - a[1]) - (b[1] - a[1]) * (p[0] - a[0])
const cross = (a: Position, b: Position, c: Position, d: Position) => side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0

/** Whether two edges of a closed ring cross; those that only meet in a corner do not. Edges are swept from west to east. */
export function crossesItself(ring: Ring): boolean {
  const edges = ring
    .slice(1)
    .map((to, i) => ({ from: ring[i]!, to, west: Math.min(ring[i]![0], to[0]), east: Math.max(ring[i]![0], to[0]) }))
  edges.sort((a, b) => a.west - b.west)
  for (let i = 0; i < edges.length; i++)
    for (let k = i + 1; k < edges.length && edges[k]!.west <= edges[i]!.east; k++)
      if (cross(edges[i]!.from, edges[i]!.to, edges[k]!.from, edges[k]!.to)) return true
  return false
}

export type Box = [west: number, south: number, east: number, north: number]
export function boxOf(ring: Ring): Box {
  const box: Box = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of ring) {
    box[0] = Math.min(box[0], x)
    box[1] = Math.min(box[1], y)
    box[2] = Math.max(box[2], x)
    box[3] = Math.max(box[3], y)
  }
  return box
}

/** Whether two grids share ground: a corner, the middle of an edge or the middle of one lies well inside the other. */
export const sharesGround = (a: Ring[], b: Ring[]): boolean => reachesInto(a, b) || reachesInto(b, a)

function reachesInto(a: Ring[], b: Ring[]): boolean {
  const outer = a[0]!
  const [west, south, east, north] = boxOf(b[0]!)
  const probes = outer.slice(1).flatMap((p, i): Position[] => [p, [(p[0] + outer[i]![0]) / 2, (p[1] + outer[i]![1]) / 2]])
  const middle: Position = [probes.reduce((s, p) => s + p[0], 0) / probes.length, probes.reduce((s, p) => s + p[1], 0) / probes.length]
  if (pointInPolygon(middle, a) === true) probes.push(middle)
  return probes.some(
    (p) =>
      p[0] > west + near &&
      p[0] < east - near &&
      p[1] > south + near &&
      p[1] < north - near &&
      pointInPolygon(p, b) === true &&
      isDeep(p, b),
  )
}

const isDeep = (p: Position, rings: Ring[]) => rings.every((ring) => ring.slice(1).every((to, i) => distance(p, ring[i]!, to) > lap))
function distance(p: Position, a: Position, b: Position): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / length))
  return Math.hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)
}

/** The same outline, corner for corner. */
export const isSameShape = (a: Ring[], b: Ring[]): boolean =>
  a.length === b.length &&
  a.every(
    (ring, i) =>
      ring.length === b[i]!.length && ring.every((p, k) => Math.abs(p[0] - b[i]![k]![0]) < near && Math.abs(p[1] - b[i]![k]![1]) < near),
  )
