import pointInPolygon from 'point-in-polygon-hao'

/** Plane geometry on WGS-84 degrees (a town is small), distances on the sphere. Longitude first, rings closed. */
export type Position = [number, number]
export type Ring = Position[]
export interface Box {
  minX: number
  minY: number
  maxX: number
  maxY: number
}
/** How a grid lies to an area: wholly inside, across its edge (or touching it), or apart. */
export type Relation = 'inside' | 'boundary' | 'apart'

/** Closed, with an inside; null for what cannot be an outline. */
export function readRing(ring: Ring): Ring | null {
  const [first, last] = [ring[0], ring[ring.length - 1]]
  if (!first || !last || !ring.every(([x, y]) => Number.isFinite(x) && Number.isFinite(y))) return null
  const closed = first[0] === last[0] && first[1] === last[1] ? ring : [...ring, first]
  return closed.length >= 4 ? closed : null
}

export function boxOf(ring: Ring): Box {
  const box = {
    minX: Number.POSITIVE_INFINITY,
    minY: Number.POSITIVE_INFINITY,
    maxX: Number.NEGATIVE_INFINITY,
    maxY: Number.NEGATIVE_INFINITY,
  }
  for (const [x, y] of ring) {
    if (x < box.minX) box.minX = x
    if (x > box.maxX) box.maxX = x
    if (y < box.minY) box.minY = y
    if (y > box.maxY) box.maxY = y
  }
  return box
}

const apart = (a: Position, b: Position, box: Box): boolean =>
  Math.max(a[0], b[0]) < box.minX || Math.min(a[0], b[0]) > box.maxX || Math.max(a[1], b[1]) < box.minY || Math.min(a[1], b[1]) > box.maxY

/** On the edge counts as in: who stands on the line is told. */
export const contains = (rings: Ring[], point: Position): boolean => pointInPolygon(point, rings) !== false

const turn = (a: Position, b: Position, c: Position): number => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))
const within = (a: Position, b: Position, c: Position): boolean =>
  Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) && Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1])

/** Two segments share at least one point. */
export function segmentsMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const [abc, abd, cda, cdb] = [turn(a, b, c), turn(a, b, d), turn(c, d, a), turn(c, d, b)]
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && within(a, b, c)) || (abd === 0 && within(a, b, d)) || (cda === 0 && within(c, d, a)) || (cdb === 0 && within(c, d, b))
  )
}

/** A grid (outer ring and holes) against one ring of a warning. */
export function relateToRing(grid: Ring[], box: Box, ring: Ring): Relation {
  const near: [Position, Position][] = []
  for (let i = 0; i + 1 < ring.length; i++) if (!apart(ring[i]!, ring[i + 1]!, box)) near.push([ring[i]!, ring[i + 1]!])
  const outer = grid[0]!
  // No edge of the warning comes near: the grid is wholly on one side, and any of its corners says on which.
  if (near.length === 0) return contains([ring], outer[0]!) ? 'inside' : 'apart'
  for (const part of grid) {
    for (let i = 0; i + 1 < part.length; i++) {
      for (const [a, b] of near) if (segmentsMeet(part[i]!, part[i + 1]!, a, b)) return 'boundary'
    }
  }
  // Nothing crosses: the grid lies in the ring, the ring lies in the grid (and not in one of its holes), or they are apart.
  if (contains([ring], outer[0]!)) return 'inside'
  return contains(grid, near[0]![0]) ? 'boundary' : 'apart'
}

/** What is left of a relation when rings are cut out of the area: wholly inside one, a grid is apart; on its edge it is told. */
export function lessHoles(relation: Relation, grid: Ring[], box: Box, holes: Ring[]): Relation {
  let left = relation
  for (const hole of holes) {
    if (left === 'apart') break
    const cut = relateToRing(grid, box, hole)
    if (cut === 'inside') return 'apart'
    if (cut === 'boundary') left = 'boundary'
  }
  return left
}

const earthM = 6_371_008.8
const radians = (degrees: number) => (degrees * Math.PI) / 180

export function distanceM(a: Position, b: Position): number {
  const dLat = radians(b[1] - a[1])
  const dLon = radians(b[0] - a[0])
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(radians(a[1])) * Math.cos(radians(b[1])) * Math.sin(dLon / 2) ** 2
  return 2 * earthM * Math.asin(Math.min(1, Math.sqrt(h)))
}

/** From a point to the nearest place of a segment: the place is found on the local plane, its distance on the sphere. */
export function distanceToSegmentM(p: Position, a: Position, b: Position): number {
  const k = Math.cos(radians((p[1] + a[1]) / 2))
  const [ax, ay, bx, by] = [(a[0] - p[0]) * k, a[1] - p[1], (b[0] - p[0]) * k, b[1] - p[1]]
  const [dx, dy] = [bx - ax, by - ay]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, -(ax * dx + ay * dy) / length))
  return distanceM(p, [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t])
}

export function distanceToRingsM(p: Position, rings: Ring[]): number {
  if (contains(rings, p)) return 0
  let least = Number.POSITIVE_INFINITY
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) least = Math.min(least, distanceToSegmentM(p, ring[i]!, ring[i + 1]!))
  }
  return least
}

export interface Circle {
  lon: number
  lat: number
  radiusKm: number
}

export function relateToCircle(grid: Ring[], circle: Circle): Relation {
  const centre: Position = [circle.lon, circle.lat]
  const radiusM = circle.radiusKm * 1000
  if (grid[0]!.every((corner) => distanceM(centre, corner) <= radiusM)) return 'inside'
  return distanceToRingsM(centre, grid) <= radiusM ? 'boundary' : 'apart'
}

/** A box that surely holds the circle. */
export function circleBox({ lon, lat, radiusKm }: Circle): Box {
  const dLat = (radiusKm * 1000 * 1.01) / (earthM * (Math.PI / 180)) + 1e-6
  const edge = Math.min(89.9, Math.abs(lat) + dLat)
  const dLon = dLat / Math.cos(radians(edge))
  return { minX: lon - dLon, minY: lat - dLat, maxX: lon + dLon, maxY: lat + dLat }
}

/** How many degrees a circle reaches east and west at a latitude; -1 where it does not come to it. */
export function lonReachOf({ lat, radiusKm }: Circle, at: number): number {
  const left = Math.sin((radiusKm * 1000) / earthM / 2) ** 2 - Math.sin(radians(at - lat) / 2) ** 2
  if (left < 0) return -1
  return (2 * Math.asin(Math.min(1, Math.sqrt(left / (Math.cos(radians(at)) * Math.cos(radians(lat)))))) * 180) / Math.PI
}

/** The latitude at which a circle clear of the poles is widest: a little nearer to the pole than its centre. */
export const widestLat = ({ lat, radiusKm }: Circle): number =>
  (Math.asin(Math.max(-1, Math.min(1, Math.sin(radians(lat)) / Math.cos((radiusKm * 1000) / earthM)))) * 180) / Math.PI

/** The circle, and its twin a turn away where it reaches over the antimeridian: plane geometry finds one of them on either side. */
export function wrapCircle(circle: Circle): Circle[] {
  const { minX, maxX } = circleBox(circle)
  return [
    circle,
    ...(minX < -180 ? [{ ...circle, lon: circle.lon + 360 }] : []),
    ...(maxX > 180 ? [{ ...circle, lon: circle.lon - 360 }] : []),
  ]
}

/** Two grids are neighbours when their outlines come within this of each other: outlines drawn by hand rarely share exact edges. */
export const neighbourM = 15

export function areNeighbours(a: Ring[], b: Ring[]): boolean {
  const latM = (2 * neighbourM) / 111_000
  const lonM = latM / Math.max(0.01, Math.cos(radians(a[0]![0]![1])))
  const close = (from: Ring[], to: Ring[]) =>
    from[0]!.some((corner) => {
      const near = { minX: corner[0] - lonM, minY: corner[1] - latM, maxX: corner[0] + lonM, maxY: corner[1] + latM }
      for (let i = 0; i + 1 < to[0]!.length; i++) {
        const [p, q] = [to[0]![i]!, to[0]![i + 1]!]
        if (!apart(p, q, near) && distanceToSegmentM(corner, p, q) <= neighbourM) return true
      }
      return false
    })
  return close(a, b) || close(b, a)
}
