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
  takenOver?: Part[]
  chapter?: { n: number; of: number; id: string; title: Both; tell: Both } | null
  chapters?: { id: string; title: Both; at: string }[]
  figures?: Record<string, unknown> | null
  problem?: string | null
}

/** Where the scenario's clock is now, between two answers of the server. */
export function timeNow(drill: DrillState, readAt: number, now: number): number {
  const at = drill.at === undefined ? now : Date.parse(drill.at)
  return drill.state === 'running' ? at + (now - readAt) * (drill.speed ?? 1) : at
}
