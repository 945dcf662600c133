import { cell, drawCircle, drawRing, type Frame, layFrame } from './area-raster.js'
import type { AreaShape, Part } from './area-shape.js'
import { type Box, boxOf, type Circle, circleBox, distanceM, type Relation } from './geometry.js'
import { cutIntoSlabs, type RingSlabs, side } from './ring-slabs.js'

/** An area made ready for a million questions: a raster answers for whole cells, the slabs for the points of the cells on a line. */
export interface AreaIndex {
  /** All of it lies in here. */
  box: Box
  /** Exactly: is the point in the area? On a line is in. */
  has(x: number, y: number): boolean
  /** For all points of a box at once: 'inside' and 'apart' are certain, 'boundary' says that its points are to be asked one by one. */
  relateBox(minX: number, minY: number, maxX: number, maxY: number): Relation
}

interface ReadyPart {
  outer: RingSlabs | { circle: Circle; box: Box }
  holes: RingSlabs[]
}

export function indexArea(shape: AreaShape): AreaIndex {
  const slabsOf = shareSlabs()
  const parts = shape.map(({ outer, holes }: Part): ReadyPart => {
    const ready = 'ring' in outer ? slabsOf(outer.ring) : { circle: outer.circle, box: circleBox(outer.circle) }
    return { outer: ready, holes: holes.map(slabsOf).filter((hole) => meet(hole.box, ready.box)) }
  })
  if (parts.length === 0) return { box: boxOf([]), has: () => false, relateBox: () => 'apart' }
  const frame = layFrame(
    parts.map((p) => p.outer.box),
    finenessFor(parts),
  )
  const { size, perX, perY } = frame
  const { minX: west, minY: south, maxX: east, maxY: north } = frame.box
  const cells = drawParts(parts, frame)
  const isWithin = (x: number, y: number) => x >= west && x <= east && y >= south && y <= north
  // Of points in the frame only: what `| 0` cuts off is then never below nothing.
  const column = (x: number) => Math.min(size - 1, ((x - west) * perX) | 0)
  const row = (y: number) => Math.min(size - 1, ((y - south) * perY) | 0)
  return {
    box: frame.box,
    has(x, y) {
      if (!isWithin(x, y)) return false
      const state = cells[row(y) * size + column(x)]
      if (state !== cell.mixed) return state === cell.in
      for (const part of parts) if (partHas(part, x, y)) return true
      return false
    },
    relateBox(minX, minY, maxX, maxY) {
      if (minX > east || maxX < west || minY > north || maxY < south) return 'apart'
      const first = row(Math.max(minY, south)) * size
      const last = row(Math.min(maxY, north)) * size
      const from = column(Math.max(minX, west))
      const to = column(Math.min(maxX, east))
      // What reaches out of the frame is out in part: it is apart if nothing else of it is in.
      const state = isWithin(minX, minY) && isWithin(maxX, maxY) ? cells[first + from] : cell.out
      if (state === cell.mixed) return 'boundary'
      for (let at = first; at <= last; at += size) {
        for (let i = at + from; i <= at + to; i++) if (cells[i] !== state) return 'boundary'
      }
      return state === cell.in ? 'inside' : 'apart'
    },
  }
}

/** A finer raster leaves fewer points to the slabs but costs more to draw, once for every line: worth it for one long outline. */
function finenessFor(parts: ReadyPart[]): number {
  const lines = parts.flatMap(({ outer, holes }) => [outer, ...holes])
  const corners = lines.reduce((n, line) => n + ('edges' in line ? line.edges.length / 4 : 360), 0)
  return lines.length > 32 ? 64 : corners < 200 ? 128 : 256
}

const meet = (a: Box, b: Box): boolean => a.minX <= b.maxX && a.maxX >= b.minX && a.minY <= b.maxY && a.maxY >= b.minY

/** The holes of a warning are cut out of each of its parts: one reading of a ring serves them all. */
function shareSlabs(): (ring: Parameters<typeof cutIntoSlabs>[0]) => RingSlabs {
  const known = new Map<Parameters<typeof cutIntoSlabs>[0], RingSlabs>()
  return (ring) => {
    const slabs = known.get(ring) ?? cutIntoSlabs(ring)
    known.set(ring, slabs)
    return slabs
  }
}

function partHas({ outer, holes }: ReadyPart, x: number, y: number): boolean {
  const isOut =
    'circle' in outer
      ? distanceM([outer.circle.lon, outer.circle.lat], [x, y]) > outer.circle.radiusKm * 1000
      : outer.sideOf(x, y) === side.out
  if (isOut) return false
  for (const hole of holes) if (hole.sideOf(x, y) === side.in) return false
  return true
}

/** In where one part covers the cell, out where none touches it. */
function drawParts(parts: ReadyPart[], frame: Frame): Uint8Array {
  const all = new Uint8Array(frame.size * frame.size)
  for (const { outer, holes } of parts) {
    const cells = 'circle' in outer ? drawCircle(frame, outer.circle) : drawRing(frame, outer)
    for (const hole of holes) cutOut(cells, drawRing(frame, hole))
    if (parts.length === 1) return cells
    for (let i = 0; i < all.length; i++) if (cells[i] === cell.in || all[i] === cell.out) all[i] = cells[i]!
  }
  return all
}

function cutOut(cells: Uint8Array, hole: Uint8Array): void {
  for (let i = 0; i < cells.length; i++) {
    if (hole[i] === cell.in) cells[i] = cell.out
    else if (hole[i] === cell.mixed && cells[i] === cell.in) cells[i] = cell.mixed
  }
}
