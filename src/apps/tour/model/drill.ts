interface Both {
  zh: string
  en: string
}
/** Parts of the cast, as the drill names them. */
export type Part = 'officer' | 'staff' | 'residents' | 'groups' | 'worker' | 'keeper'

/** GET /api/drill, as far as the tour reads it. */
export interface DrillState {
  state: 'idle' | 'running' | 'paused' | 'finished' | 'failed'
  title?: Both | null
  /** The scenario's own time. */
  at?: string
  speed?: number
  /** The service is still at work on the last step: until then the clock goes no faster than life. */
  holding?: boolean
  takenOver?: Part[]
  chapter?: { n: number; of: number; id: string; title: Both; tell: Both } | null
  chapters?: { id: string; title: Both; at: string }[]
  figures?: Record<string, unknown> | null
  problem?: string | null
}

/** How fast the scenario's clock runs at this moment. */
export const speedNow = (drill: DrillState): number =>
  drill.state !== 'running' ? 0 : drill.holding ? Math.min(1, drill.speed ?? 1) : (drill.speed ?? 1)

/** Where the scenario's clock is now, between two answers of the server. */
export function timeNow(drill: DrillState, readAt: number, now: number): number {
  return drill.at === undefined ? now : Date.parse(drill.at) + (now - readAt) * speedNow(drill)
}
