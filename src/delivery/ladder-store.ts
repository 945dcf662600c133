import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { LadderState } from './ladder.js'

/** One responsible person who is to answer one alert, and how far their ladder was climbed. */
export interface Ladder {
  id: number
  place: string
  alertId: string
  staffId: string
  /** Rungs taken so far. */
  step: number
  state: LadderState
  alert: { place: string; seriesId: string; state: string; level: string | null; revision: number }
}

/** Somebody who was called in the place of the sleeper. */
export interface LadderCall {
  id: number
  staffId: string
  step: number
  everyOne: boolean
  answered: boolean
}

const ladders = (tx: Tx) =>
  tx
    .selectFrom('escalation as e')
    .innerJoin('alert as a', 'a.id', 'e.alert_id')
    .select(['e.id', 'e.place', 'e.alert_id', 'e.staff_id', 'e.step', 'e.state'])
    .select(['a.place as alert_place', 'a.series_id', 'a.state as alert_state', 'a.level', 'a.revision'])

type LadderRow = Awaited<ReturnType<ReturnType<typeof ladders>['execute']>>[number]
const toLadder = (r: LadderRow): Ladder => ({
  id: r.id,
  place: r.place,
  alertId: r.alert_id,
  staffId: r.staff_id,
  step: r.step,
  state: r.state as LadderState,
  alert: { place: r.alert_place, seriesId: r.series_id, state: r.alert_state, level: r.level, revision: r.revision },
})

/** Answers the id of a new ladder; a person has one for each alert. */
export async function insertLadder(tx: Tx, row: { place: string; alertId: string; staffId: string }): Promise<number | null> {
  const opened = await tx
    .insertInto('escalation')
    .values({ place: row.place, alert_id: row.alertId, staff_id: row.staffId, state: 'waiting' satisfies LadderState })
    .onConflict((c) => c.columns(['alert_id', 'staff_id']).doNothing())
    .returning('id')
    .executeTakeFirst()
  return opened?.id ?? null
}

export async function lockLadder(tx: Tx, id: number): Promise<Ladder | null> {
  const row = await ladders(tx).where('e.id', '=', id).forUpdate('e').executeTakeFirst()
  return row ? toLadder(row) : null
}

/** The ladders of a series that an answer of these people can end: their own, and those they were called for. */
export async function lockLaddersOf(tx: Tx, seriesId: string | null, staffIds: string[]): Promise<Ladder[]> {
  if (staffIds.length === 0) return []
  const rows = await ladders(tx)
    .where('a.series_id', '=', seriesId)
    .where((w) =>
      w.or([
        w('e.staff_id', 'in', staffIds),
        w.exists(
          w
            .selectFrom('escalation_call as c')
            .select('c.id')
            .whereRef('c.escalation_id', '=', 'e.id')
            .where('c.staff_id', 'in', staffIds)
            .where('c.answered_at', 'is', null),
        ),
      ]),
    )
    .where('e.state', 'in', ['waiting', 'not-answered'] satisfies LadderState[])
    .orderBy('e.id')
    .forUpdate('e')
    .execute()
  return rows.map(toLadder)
}

export const writeStep = (tx: Tx, id: number, step: number): Promise<unknown> =>
  tx.updateTable('escalation').set({ step }).where('id', '=', id).execute()

export const writeState = (tx: Tx, id: number, state: LadderState): Promise<unknown> =>
  tx.updateTable('escalation').set({ state }).where('id', '=', id).execute()

export interface Said {
  answer: string
  grade: string
  at: Date
}
export const writeAnswer = (tx: Tx, id: number, state: LadderState, said: Said): Promise<unknown> =>
  tx.updateTable('escalation').set({ state, answer: said.answer, grade: said.grade, answered_at: said.at }).where('id', '=', id).execute()

export async function listCalls(tx: Tx, ladderId: number): Promise<LadderCall[]> {
  const rows = await tx.selectFrom('escalation_call').selectAll().where('escalation_id', '=', ladderId).orderBy('id').execute()
  return rows.map((r) => ({ id: r.id, staffId: r.staff_id, step: r.step, everyOne: r.every_one, answered: r.answered_at !== null }))
}

/** Who is called a second time stands there with the later step. */
export async function noteCall(tx: Tx, ladder: Ladder, staffId: string, step: number, everyOne: boolean): Promise<void> {
  await tx
    .insertInto('escalation_call')
    .values({ place: ladder.place, escalation_id: ladder.id, staff_id: staffId, step, every_one: everyOne })
    .onConflict((c) =>
      c.columns(['escalation_id', 'staff_id']).doUpdateSet({ step, every_one: everyOne, called_at: sql<Date>`clock_now()` }),
    )
    .execute()
}

export const writeCallAnswer = (tx: Tx, ids: number[], said: Said): Promise<unknown> =>
  tx
    .updateTable('escalation_call')
    .set({ answer: said.answer, grade: said.grade, answered_at: said.at })
    .where('id', 'in', ids)
    .where('answered_at', 'is', null)
    .execute()

/** Everybody who answers this person's telephone. One phone may be named for several posts. */
export async function sharersOf(tx: Tx, contactId: number): Promise<string[]> {
  const rows = await tx.selectFrom('staff').select('id').where('contact_id', '=', contactId).execute()
  return rows.map((r) => r.id)
}
