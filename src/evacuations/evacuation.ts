/** A person's order to move. Counts follow in household-progress.ts. */
export interface Evacuation {
  id: string
  place: string
  alertId: string
  seriesId: string
  grids: string[]
  orderedBy: string
  orderedAt: Date
  deadline: Date | null
  /** Which rule of the policy gave the deadline, or whose reason changed it. */
  deadlineBasis: string
  deadlineBasisEn: string
  state: 'open' | 'closed'
  closedAt: Date | null
  basis: string
}

/** One door of the checklist. planned: it stood on the list; otherwise somebody added it on the spot. */
export interface Door {
  id: string
  place: string
  evacuationId: string
  householdId: string | null
  planned: boolean
  label: string
  peoplePlanned: number
  people: number
  because: string
  shelterId: string | null
  helperId: string | null
  toldAt: Date | null
  leftAt: Date | null
  arrivedAt: Date | null
  returnedAt: Date | null
  refusedAt: Date | null
  absentAt: Date | null
  helpAt: Date | null
  leftPeople: number | null
  arrivedPeople: number | null
  conflict: string | null
  returnApprovedAt: Date | null
  returnApprovedBy: string | null
  note: string
  addedBy: string | null
  version: number
  changedAt: Date
}

const byNumber = new Intl.Collator('zh-Hans-CN', { numeric: true })

/** Walking order: grid, then 栋–单元–楼层–室 by their numbers. No position is needed. */
export const inWalkingOrder = (a: { place: string; label: string }, b: { place: string; label: string }): number =>
  a.place === b.place ? byNumber.compare(a.label, b.label) : a.place < b.place ? -1 : 1
