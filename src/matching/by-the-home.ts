import type { Grid, Household } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { WarningArea } from '../warnings/warning.js'
import { indexArea } from './area-index.js'
import type { AreaMatch, GridMatch, Reason } from './area-match.js'
import { shapeOf } from './area-shape.js'
import { indexOf, type RegisterIndex } from './register-index.js'

/** Why a grid is concerned, and which of its homes stand over the line. Without `over` it goes whole. */
export interface Concern {
  reason: Reason
  over?: ReadonlySet<string>
}

const strength: Record<Reason, number> = { picked: 6, inside: 5, code: 4, named: 3, boundary: 2, 'unknown-place': 1 }

/** Two words on one grid: the stronger reason, and left out is only who both leave out. */
export function both(known: Concern | undefined, other: Concern): Concern {
  if (!known) return other
  const { reason } = strength[other.reason] > strength[known.reason] ? other : known
  const [a, b] = [known.over, other.over]
  return a && b ? { reason, over: new Set([...a].filter((id) => b.has(id))) } : { reason }
}

export const wholly = (reasons: Map<Grid, Reason>): Map<Grid, Concern> => new Map([...reasons].map(([grid, reason]) => [grid, { reason }]))

/**
 * Of grids on the line only the homes inside are concerned (docs/decisions/0012): who stands on a line is in, and so is who nobody
 * knows where. A home that stands beyond the outline of its own grid is looked for wherever the area touches its subdistrict.
 */
export function judgeHomes(index: RegisterIndex, area: WarningArea, reasons: Map<Grid, Reason>): Map<Grid, Concern> {
  const found = wholly(reasons)
  if (reasons.size === 0) return found
  const towns = new Set([...reasons].filter(([, reason]) => reason !== 'unknown-place').map(([grid]) => grid.place.slice(0, 9)))
  const { points } = index
  const { starts, rows } = points.listInside(indexArea(shapeOf(area)), (place) => {
    const grid = index.gridAt(place)
    return grid !== undefined && reasons.has(grid)
  })
  const isPoint = area.circles.some((circle) => circle.radiusKm === 0)
  const overOf = (number: number): Set<string> => {
    const inside = new Set(rows.subarray(starts[number]!, starts[number + 1]!))
    const over = new Set<string>()
    const homes = index.householdsOf(points.places[number]!)
    for (const row of points.placedRowsOf(number)) if (!inside.has(row)) over.add(homes[row - points.firstRowOf(number)]!.id)
    return over
  }
  let someone = [...reasons.values()].includes('inside')
  const judged = new Map<Grid, Concern>()
  for (const [number, place] of points.places.entries()) {
    const grid = index.gridAt(place)
    if (!grid) continue
    const reason = reasons.get(grid)
    const isFound = starts[number + 1]! > starts[number]!
    if (reason === 'boundary' || (reason === undefined && isFound && towns.has(place.slice(0, 9)))) {
      judged.set(grid, { reason: 'boundary', over: overOf(number) })
      someone ||= points.placedRowsOf(number).length > judged.get(grid)!.over!.size
    }
  }
  // A place, not an extent; or a line between the houses: it was said for somebody, and nobody is left out of what it touches.
  if (isPoint || !someone) return found
  for (const [grid, concern] of judged) found.set(grid, concern)
  return found
}

/** The numbers of a grid, less the homes over the line. */
export function countGrid(
  households: readonly Household[],
  grid: Pick<GridMatch, 'place' | 'name' | 'reason'>,
  over: ReadonlySet<string> | undefined,
): GridMatch {
  const outside = over ? households.flatMap((h) => (over.has(h.id) ? [h.id] : [])) : []
  const inside = outside.length > 0 ? households.filter((h) => !over!.has(h.id)) : households
  return {
    place: grid.place,
    name: grid.name,
    reason: grid.reason,
    households: inside.length,
    people: inside.reduce((sum, h) => sum + h.people, 0),
    unknownPlace: inside.filter((h) => h.lon === null || h.lat === null).length,
    ...(outside.length > 0 ? { of: households.length, outside } : {}),
  }
}

/** What none of the standing matches tells: whole grids, and in a grid on their line the homes over it. */
export function notTold(snapshot: Snapshot, match: AreaMatch, standing: readonly AreaMatch[]): AreaMatch {
  const index = indexOf(snapshot)
  const told = new Map<string, Concern>()
  for (const { grids } of standing)
    for (const { place, reason, outside } of grids)
      told.set(place, both(told.get(place), outside ? { reason, over: new Set(outside) } : { reason }))
  const grids = match.grids.flatMap((grid) => {
    const known = told.get(grid.place)
    if (!known) return [grid]
    const households = index.householdsOf(grid.place)
    const over = new Set([...households.map((h) => h.id).filter((id) => !known.over?.has(id)), ...(grid.outside ?? [])])
    return households.every((h) => over.has(h.id)) ? [] : [countGrid(households, grid, over)]
  })
  return recount(match, grids)
}

export const recount = (match: AreaMatch, grids: GridMatch[]): AreaMatch => ({
  ...match,
  grids,
  households: grids.reduce((sum, grid) => sum + grid.households, 0),
  people: grids.reduce((sum, grid) => sum + grid.people, 0),
})
