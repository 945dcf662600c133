import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { ladderTimer } from './climb-ladder.js'
import type { LadderState } from './ladder.js'

/** One responsible person of one alert: what was tried, what comes next and when, who answered what. */
export interface ListedLadder {
  id: number
  place: string
  staffId: string
  /** Rungs taken. */
  step: number
  state: LadderState
  startedAt: Date
  nextAt: Date | null
  answeredAt: Date | null
  answer: string | null
  grade: string | null
  /** Who was called in their place. */
  calls: { staffId: string; step: number; calledAt: Date; answeredAt: Date | null; answer: string | null }[]
}

/** Who has not answered stands first, the longest waiting before the others. */
export async function listLadders(tx: Tx, alertId: string): Promise<ListedLadder[]> {
  const rows = await tx
    .selectFrom('escalation as e')
    .leftJoin('todo as t', (join) => join.on(sql<boolean>`t.kind = ${ladderTimer} and t.subject = e.id::text`))
    .selectAll('e')
    .select('t.due_at')
    .where('e.alert_id', '=', alertId)
    .orderBy(sql`array_position(array['not-answered', 'waiting', 'stopped', 'deputy-answered', 'answered'], e.state)`)
    .orderBy('e.place')
    .orderBy('e.id')
    .execute()
  const calls = await tx
    .selectFrom('escalation_call as c')
    .innerJoin('escalation as e', 'e.id', 'c.escalation_id')
    .selectAll('c')
    .where('e.alert_id', '=', alertId)
    .orderBy('c.id')
    .execute()
  return rows.map((r) => ({
    id: r.id,
    place: r.place,
    staffId: r.staff_id,
    step: r.step,
    state: r.state as LadderState,
    startedAt: r.started_at,
    nextAt: r.state === 'waiting' ? r.due_at : null,
    answeredAt: r.answered_at,
    answer: r.answer,
    grade: r.grade,
    calls: calls
      .filter((c) => c.escalation_id === r.id)
      .map((c) => ({ staffId: c.staff_id, step: c.step, calledAt: c.called_at, answeredAt: c.answered_at, answer: c.answer })),
  }))
}
