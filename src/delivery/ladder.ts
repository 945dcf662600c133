import type { Escalation, LadderStep } from './delivery-config.js'

/** waiting: nobody has answered yet · answered · deputy-answered · not-answered: a knock is needed · stopped: the alert ended. */
export const ladderStates = ['waiting', 'answered', 'deputy-answered', 'not-answered', 'stopped'] as const
export type LadderState = (typeof ladderStates)[number]

export function stepsFor(config: Escalation, level: string | null): LadderStep[] {
  if (level === null) return []
  return config.staff[level === 'unknown' ? 'orange' : (level as keyof Escalation['staff'])]
}

/** What an answer means for the ladder. Heard is not answered; who cannot come (key 3) makes the deputy's turn come at once. */
export function meaningOf(grade: string, value: string): 'answered' | 'cannot-come' | 'nothing' {
  if (grade !== 'pressed' && grade !== 'stated') return 'nothing'
  return /^\s*3\s*$/.test(value) ? 'cannot-come' : 'answered'
}

/** The step after `taken` steps when the person cannot come: no more calls to the same phone. */
export function skipCalls(steps: LadderStep[], taken: number): number {
  const next = steps.findIndex((s, i) => i >= taken && s.do !== 'call-again')
  return next === -1 ? steps.length : next
}
