import type { WarningArea } from '../warnings/warning.js'
import { type Circle, type Ring, readRing, wrapCircle } from './geometry.js'

/** A closed ring or a circle, and what is cut out of it. */
export interface Part {
  outer: { ring: Ring } | { circle: Circle }
  holes: Ring[]
}

/**
 * Where a warning holds: in any of its parts. A point is in a part when it lies in its outer line or on it, and not strictly within
 * one of its holes: who stands on a line, an outer or a hole's, is in.
 */
export type AreaShape = readonly Part[]

/** The holes of a warning are cut out of all it draws. What cannot be an outline is left out; the matching says so elsewhere. */
export function shapeOf({ polygons, circles, holes = [] }: Pick<WarningArea, 'polygons' | 'circles' | 'holes'>): AreaShape {
  const cut = holes.map(readRing).filter((ring) => ring !== null)
  const rings = polygons.map(readRing).filter((ring) => ring !== null)
  return [
    ...rings.map((ring) => ({ outer: { ring }, holes: cut })),
    ...circles.flatMap(wrapCircle).map((circle) => ({ outer: { circle }, holes: cut })),
  ]
}
