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
  households: number
  people: number
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
