import pointInPolygon from 'point-in-polygon-hao'
import type { Grid } from '../register.js'
import type { Random } from './random.js'

/** Placing things on the ground of one grid, in degrees; distances in metres on the local plane. */
export type Position = [number, number]

const metresPerDegree = 111_195
const k = Math.cos((31.16 * Math.PI) / 180)
export const metresBetween = (a: Position, b: Position): number =>
  Math.hypot((a[0] - b[0]) * metresPerDegree * k, (a[1] - b[1]) * metresPerDegree)

const round = (v: number) => Math.round(v * 1e6) / 1e6
export const moved = ([lon, lat]: Position, east: number, north: number): Position => [
  round(lon + east / (metresPerDegree * k)),
  round(lat + north / metresPerDegree),
]

export function middleOf({ geometry }: Grid): Position {
  const corners = geometry.coordinates[0]!.slice(1)
  const mean = (i: 0 | 1) => corners.reduce((sum, c) => sum + c[i], 0) / corners.length
  return [round(mean(0)), round(mean(1))]
}

/** In the grid, and everything within so many metres around it too. */
export function isWellInside({ geometry }: Grid, at: Position, marginM: number): boolean {
  return [
    [0, 0],
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ].every(([x, y]) => pointInPolygon(moved(at, x! * marginM, y! * marginM), geometry.coordinates) === true)
}

/** A place in the grid, at a distance from a centre, away from what is taken. The wish for room is given up before the grid is. */
export function findRoom(random: Random, grid: Grid, taken: Position[], near: { centre: Position; from: number; to: number }): Position {
  for (let attempt = 0; attempt < 400; attempt++) {
    const angle = random.next() * 2 * Math.PI
    const distance = near.from + (near.to - near.from) * Math.sqrt(random.next())
    const at = moved(near.centre, distance * Math.cos(angle), distance * Math.sin(angle))
    const room = 46 - attempt / 10
    if (isWellInside(grid, at, 16) && taken.every((t) => metresBetween(t, at) > room)) return at
  }
  return near.centre
}
