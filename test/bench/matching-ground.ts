import type { Position, Ring } from '../../src/matching/geometry.js'
import type { Located } from '../../src/matching/point-index.js'

/** A county for the bench: 600 × 600 km or so, 100 × 100 grids whose outlines fit together, and homes in clusters within each. */
export const perSide = 100
const step = 0.06
const west = 105
const south = 28

/** A number in 0…1 that belongs to its arguments: the same grid line for both neighbours, the same county in each run. */
export function noise(...of: number[]): number {
  let h = 0x811c9dc5
  for (const n of of) {
    h = Math.imul(h ^ (n & 0xffff), 0x01000193)
    h = Math.imul(h ^ (n >>> 16), 0x85ebca6b)
    h ^= h >>> 13
  }
  h = Math.imul(h ^ (h >>> 16), 0xc2b2ae35)
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32
}

const corner = (i: number, j: number): Position => [
  west + (i + 0.3 * (noise(i, j, 1) - 0.5)) * step,
  south + (j + 0.3 * (noise(i, j, 2) - 0.5)) * step,
]

/** The line between two corners, with bends; asked for from either end it is the same. */
function line([i, j]: Position, [k, l]: Position): Position[] {
  if (k < i || l < j) return line([k, l], [i, j]).reverse()
  const [a, b] = [corner(i, j), corner(k, l)]
  const bends = Math.floor(noise(i, j, k, l) * 10)
  const between = Array.from({ length: bends }, (_, n): Position => {
    const t = (n + 1) / (bends + 1)
    const [dx, dy] = [noise(i, j, k, l, n) - 0.5, noise(i, j, k, l, n, 1) - 0.5]
    return [a[0] + (b[0] - a[0]) * t + dx * 0.002, a[1] + (b[1] - a[1]) * t + dy * 0.002]
  })
  return [a, ...between, b]
}

export function gridOutline(grid: number): Ring {
  const [i, j] = [grid % perSide, Math.floor(grid / perSide)]
  const turns: Position[] = [
    [i, j],
    [i + 1, j],
    [i + 1, j + 1],
    [i, j + 1],
    [i, j],
  ]
  return [...turns.slice(1).flatMap((to, n) => line(turns[n]!, to).slice(0, -1)), corner(i, j)]
}

const gridPlace = (grid: number): string => `500154${String(grid).padStart(9, '0')}`

/** Homes in order of their grids, in three clusters each. */
export function makeHouseholds(count: number): Located[] {
  const grids = perSide * perSide
  const places = Array.from({ length: grids }, (_, g) => gridPlace(g))
  const corners = Array.from({ length: (perSide + 1) ** 2 }, (_, n) => corner(n % (perSide + 1), Math.floor(n / (perSide + 1))))
  return Array.from({ length: count }, (_, row) => {
    const g = Math.floor((row / count) * grids)
    const sw = Math.floor(g / perSide) * (perSide + 1) + (g % perSide)
    const [a, b, c, d] = [corners[sw]!, corners[sw + 1]!, corners[sw + perSide + 1]!, corners[sw + perSide + 2]!]
    const u = 0.15 + 0.55 * noise(g, row % 3, 5) + 0.15 * noise(row, 6)
    const v = 0.15 + 0.55 * noise(g, row % 3, 7) + 0.15 * noise(row, 8)
    const mix = (k: 0 | 1) => (a[k] * (1 - u) + b[k] * u) * (1 - v) + (c[k] * (1 - u) + d[k] * u) * v
    return { place: places[g]!, lon: mix(0), lat: mix(1) }
  })
}

/** An outline as a forecaster's or a model's: rough at every scale, with so many corners, over such a share of the county. */
export function makeOutline(corners: number, share: number): Ring {
  const reaches = Array.from({ length: corners }, (_, n) => {
    let reach = 1
    for (let scale = 4, rough = 0.12; scale <= corners; scale *= 2, rough *= 0.55) {
      const at = (n / corners) * scale
      const [low, t] = [Math.floor(at), at - Math.floor(at)]
      reach += rough * ((noise(low, scale, 11) - 0.5) * (1 - t) + (noise((low + 1) % scale, scale, 11) - 0.5) * t)
    }
    return reach
  })
  const wedge = Math.sin((2 * Math.PI) / corners) / 2
  const area = reaches.reduce((sum, reach, n) => sum + reach * reaches[(n + 1) % corners]! * wedge, 0)
  const radius = Math.sqrt((share * (perSide * step) ** 2) / area)
  const middle = (perSide * step) / 2
  const ring = reaches.map((reach, n): Position => {
    const angle = (n * 2 * Math.PI) / corners
    return [west + middle + Math.cos(angle) * reach * radius, south + middle + Math.sin(angle) * reach * radius]
  })
  return [...ring, ring[0]!]
}
