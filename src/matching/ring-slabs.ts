import { type Box, boxOf, type Ring } from './geometry.js'

/** Where a point lies to a closed line. */
export const side = { out: 0, edge: 1, in: 2 } as const
export type Side = (typeof side)[keyof typeof side]

/** A ring cut into level slabs, each with the edges that pass through it: a point is tested against those of its slab only. */
export interface RingSlabs {
  box: Box
  /** ax, ay, bx, by of each edge, the lower end first. */
  edges: Float64Array
  sideOf(x: number, y: number): Side
}

const mostSlabs = 8192

export function cutIntoSlabs(ring: Ring): RingSlabs {
  const box = boxOf(ring)
  const edges = layEdges(ring)
  const count = slabCount(edges, box)
  const height = box.maxY - box.minY
  const scale = height > 0 ? count / height : 0
  // The same rounding for edges and for points: it never falls as y rises, so a point's slab always holds the edges beside it.
  const slabAt = (y: number) => Math.min(count - 1, Math.floor((y - box.minY) * scale))
  const starts = new Int32Array(count + 1)
  for (let e = 0; e < edges.length; e += 4) for (let s = slabAt(edges[e + 1]!); s <= slabAt(edges[e + 3]!); s++) starts[s + 1]!++
  for (let s = 0; s < count; s++) starts[s + 1]! += starts[s]!
  const next = starts.slice()
  const members = new Int32Array(starts[count]!)
  for (let e = 0; e < edges.length; e += 4) for (let s = slabAt(edges[e + 1]!); s <= slabAt(edges[e + 3]!); s++) members[next[s]!++] = e
  return {
    box,
    edges,
    sideOf(x, y) {
      if (x < box.minX || x > box.maxX || y < box.minY || y > box.maxY) return side.out
      const slab = slabAt(y)
      return sideOfEdges(edges, members, starts[slab]!, starts[slab + 1]!, x, y)
    },
  }
}

/** Counts the edges to the right of the point (odd: in); an edge through the point itself ends the search. */
function sideOfEdges(edges: Float64Array, members: Int32Array, from: number, to: number, x: number, y: number): Side {
  let inside = false
  for (let i = from; i < to; i++) {
    const e = members[i]!
    const ay = edges[e + 1]!
    const by = edges[e + 3]!
    if (y < ay || y > by) continue
    const ax = edges[e]!
    const bx = edges[e + 2]!
    if (ax < x && bx < x) continue
    if (ax > x && bx > x) {
      if (y < by) inside = !inside
      continue
    }
    const turn = (x - ax) * (by - ay) - (bx - ax) * (y - ay)
    if (turn === 0) return side.edge
    if (turn < 0 && y < by) inside = !inside
  }
  return inside ? side.in : side.out
}

function layEdges(ring: Ring): Float64Array {
  const edges = new Float64Array((ring.length - 1) * 4)
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!]
    const [low, high] = a[1] <= b[1] ? [a, b] : [b, a]
    edges[i * 4] = low[0]
    edges[i * 4 + 1] = low[1]
    edges[i * 4 + 2] = high[0]
    edges[i * 4 + 3] = high[1]
  }
  return edges
}

/** So many that a slab holds few more edges than a level line crosses anyhow; a jagged outline gets no more than it gains by. */
function slabCount(edges: Float64Array, box: Box): number {
  let climbed = 0
  for (let e = 0; e < edges.length; e += 4) climbed += edges[e + 3]! - edges[e + 1]!
  const crossed = Math.max(2, climbed / (box.maxY - box.minY || 1))
  return Math.max(1, Math.min(mostSlabs, Math.ceil(edges.length / crossed)))
}
