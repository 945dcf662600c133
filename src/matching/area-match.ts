import type { Household } from '../register/register.js'
import type { WarningArea } from '../warnings/warning.js'

/** Why a grid or household is inside. 'unknown-place' = we do not know where it is, so it counts as inside. */
export type Reason = 'inside' | 'boundary' | 'code' | 'named' | 'unknown-place' | 'picked'

/**
 * matched: some of ours are inside · named-elsewhere: a district-wide code covers us, but the text names other towns and not
 * ours: it wakes nobody by itself · outside: none of ours · unplaced: the area could not be read, an officer must decide.
 */
export type Verdict = 'matched' | 'named-elsewhere' | 'outside' | 'unplaced'

export interface GridMatch {
  place: string
  name: string
  reason: Reason
  /** Who is concerned: the whole grid, or of one on the line the homes inside. */
  households: number
  people: number
  /** Of so many homes of the grid. Set only where the line leaves some of them out. */
  of?: number
  /** Those homes, known to stand over the line. Whoever is not on this list is told, so that nobody new is forgotten. */
  outside?: string[]
  /** Of the households: those whose place in the grid nobody knows. They count as inside. */
  unknownPlace?: number
}

export interface AreaMatch {
  verdict: Verdict
  grids: GridMatch[]
  households: number
  people: number
  /** Towns of the district that the text names (ours among them or not). */
  namedTowns: string[]
  /** Our grids next to a matched one that are not matched themselves. */
  neighbours: string[]
}

export interface AreaQuestion {
  areas: WarningArea[]
  /** Headline and description: towns are looked for in it. */
  text: string
}

/** Does what was told of a grid take in all that is asked now? */
const takesIn = (told: GridMatch, asked: GridMatch): boolean => {
  const left = new Set(asked.outside)
  return (told.outside ?? []).every((id) => left.has(id))
}

/** Every home of the newer match is among the told: by grid, and in a grid on a line by home. */
export function isTold(told: readonly GridMatch[], asked: readonly GridMatch[]): boolean {
  const known = new Map(told.map((grid) => [grid.place, grid]))
  return asked.every((grid) => {
    const before = known.get(grid.place)
    return before !== undefined && takesIn(before, grid)
  })
}

/** Why a home of these grids is concerned. In a grid on the line each has its own reason; 'boundary' stands over it. */
export function reasonsOf(grids: readonly GridMatch[]): (household: Household) => Reason {
  const reasons = new Map(grids.map((grid) => [grid.place, grid.reason]))
  const over = new Set(grids.flatMap((grid) => grid.outside ?? []))
  return (household) => {
    const reason = reasons.get(household.place) ?? 'unknown-place'
    if (reason !== 'boundary') return reason
    if (over.has(household.id)) return 'boundary'
    return household.lon === null || household.lat === null ? 'unknown-place' : 'inside'
  }
}
