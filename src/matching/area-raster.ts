import { type Box, type Circle, circleBox, lonReachOf, widestLat } from './geometry.js'
import type { RingSlabs } from './ring-slabs.js'

/** What is known of a whole cell; in a mixed one, each point is tested. */
export const cell = { out: 0, in: 1, mixed: 2 } as const

/** Columns and rows laid over an area. */
export interface Frame {
  box: Box
  size: number
  perX: number
  perY: number
}

/** Never narrower than this (degrees, some metres), so that a cell is far wider than the last digits of a coordinate. */
const least = 1e-4
/** In cells: an edge is drawn this much wider than it is, more than any rounding. */
const slack = 1e-6

export function layFrame(boxes: Box[], size: number): Frame {
  const minX = boxes.reduce((m, b) => Math.min(m, b.minX), Number.POSITIVE_INFINITY)
  const minY = boxes.reduce((m, b) => Math.min(m, b.minY), Number.POSITIVE_INFINITY)
  const maxX = boxes.reduce((m, b) => Math.max(m, b.maxX), minX + least)
  const maxY = boxes.reduce((m, b) => Math.max(m, b.maxY), minY + least)
  return { box: { minX, minY, maxX, maxY }, size, perX: size / (maxX - minX), perY: size / (maxY - minY) }
}

const clamp = (n: number, size: number): number => Math.max(0, Math.min(size - 1, Math.floor(n)))
export const rowOf = (frame: Frame, y: number): number => clamp((y - frame.box.minY) * frame.perY, frame.size)

/** Every cell an edge passes through is mixed; the others are filled row by row, by how many edges were passed. */
export function drawRing(frame: Frame, { edges }: RingSlabs): Uint8Array {
  const cells = new Uint8Array(frame.size * frame.size)
  const turned = new Uint8Array(frame.size * frame.size)
  for (let e = 0; e < edges.length; e += 4) drawEdge(frame, edges, e, cells, turned)
  for (let start = 0; start < cells.length; start += frame.size) {
    let inside = 0
    for (let i = start; i < start + frame.size; i++) {
      // Of the two states only the mixed one has the second bit: the rest take the side they are on.
      cells[i] = cells[i]! | (inside & ~(cells[i]! >> 1))
      inside ^= turned[i]!
    }
  }
  return cells
}

function drawEdge({ box, size, perX, perY }: Frame, edges: Float64Array, e: number, cells: Uint8Array, turned: Uint8Array): void {
  const ax = (edges[e]! - box.minX) * perX
  const ay = (edges[e + 1]! - box.minY) * perY
  const bx = (edges[e + 2]! - box.minX) * perX
  const by = (edges[e + 3]! - box.minY) * perY
  const slope = by > ay ? (bx - ax) / (by - ay) : 0
  const west = Math.min(ax, bx)
  const east = Math.max(ax, bx)
  const top = clamp(by + slack, size)
  for (let row = clamp(ay - slack, size); row <= top; row++) {
    // Where the edge enters and leaves the row; a level one passes through all its columns at once.
    const one = by > ay ? ax + (Math.max(ay, row - slack) - ay) * slope : west
    const other = by > ay ? ax + (Math.min(by, row + 1 + slack) - ay) * slope : east
    const first = clamp(Math.max(west, Math.min(one, other)) - slack, size)
    const last = clamp(Math.min(east, Math.max(one, other)) + slack, size)
    cells.fill(cell.mixed, row * size + first, row * size + last + 1)
    const middle = row + 0.5
    if (ay <= middle && middle < by) {
      const column = clamp(Math.max(west, Math.min(east, ax + (middle - ay) * slope)), size)
      turned[row * size + column]! ^= 1
    }
  }
}

/** A row is in as far as the circle reaches all through it, mixed as far as it reaches anywhere in it. */
export function drawCircle(frame: Frame, circle: Circle): Uint8Array {
  const { box, size, perX, perY } = frame
  const cells = new Uint8Array(size * size)
  const reach = circleBox(circle)
  const nearPole = Math.max(Math.abs(reach.minY), Math.abs(reach.maxY)) > 89
  const fill = (state: number, row: number, first: number, last: number) =>
    cells.fill(state, row * size + Math.max(0, first), row * size + Math.max(0, Math.min(size, last)))
  for (let row = rowOf(frame, reach.minY); row <= rowOf(frame, reach.maxY); row++) {
    const from = box.minY + (row - slack) / perY
    const to = box.minY + (row + 1 + slack) / perY
    const ends = [lonReachOf(circle, from), lonReachOf(circle, to)]
    // Between its ends a row may hold the latitude where the circle is widest.
    const isWidest = nearPole || (from <= widestLat(circle) && widestLat(circle) <= to)
    const outer = isWidest ? (reach.maxX - reach.minX) / 2 : Math.max(...ends)
    const inner = nearPole ? -1 : Math.min(...ends)
    const columns = (reach: number) => [(circle.lon - reach - box.minX) * perX, (circle.lon + reach - box.minX) * perX] as const
    if (outer >= 0) fill(cell.mixed, row, Math.floor(columns(outer)[0] - slack), Math.floor(columns(outer)[1] + slack) + 1)
    if (inner >= 0) fill(cell.in, row, Math.ceil(columns(inner)[0] + slack), Math.floor(columns(inner)[1] - slack))
  }
  return cells
}
