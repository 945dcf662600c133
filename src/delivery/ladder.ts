import type { Escalation, Rung } from './escalation.js'

/** waiting: nobody has answered yet · answered · deputy-answered: somebody called in their place did · not-answered: a knock is needed · stopped: the alert ended. */
export const ladderStates = ['waiting', 'answered', 'deputy-answered', 'not-answered', 'stopped'] as const
export type LadderState = (typeof ladderStates)[number]

export function rungsFor(config: Escalation, level: string | null): Rung[] {
  if (level === null) return []
  return config.staff[level === 'unknown' ? 'orange' : (level as keyof Escalation['staff'])]
}

/** What an answer means for the ladder. Heard is not answered; who cannot come (key 3) makes the next person's turn come at once. */
export function meaningOf(grade: string, value: string): 'answered' | 'cannot-come' | 'nothing' {
  if (grade !== 'pressed' && grade !== 'stated') return 'nothing'
  return /^\s*3\s*$/.test(value) ? 'cannot-come' : 'answered'
}

/** The rung after `taken` rungs when the person cannot come: no more calls to the same phone. */
export function skipCalls(rungs: Rung[], taken: number): number {
  const next = rungs.findIndex((rung, i) => i >= taken && rung.call !== 'self')
  return next === -1 ? rungs.length : next
}

export const actionOf = ({ call }: Rung): 'knock' | 'call-again' | 'call-deputy' | 'call-others' =>
  call === null ? 'knock' : call === 'self' ? 'call-again' : call === 'deputy' ? 'call-deputy' : 'call-others'
