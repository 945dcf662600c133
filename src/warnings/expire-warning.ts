import { sql } from 'kysely'
import { record } from '../journal/journal.js'
import type { TimerHandler } from '../journal/todo.js'

export const expireTimer = 'warning.expire'

/** Timer 'warning.expire': a warning whose time is over, if nothing ended or replaced it before. */
export const expireWarning: TimerHandler = async (tx, id) => {
  const ended = await tx
    .updateTable('warning')
    .set({ state: 'expired', ended_at: sql<Date>`(select clock_now())` })
    .where('id', '=', id)
    .where('state', '=', 'in-force')
    .where('expires', '<=', sql<Date>`(select clock_now())`)
    .returning('place')
    .executeTakeFirst()
  if (ended) await record(tx, { event: 'warning.expired', place: ended.place, thing: { type: 'warning', id }, data: { warningId: id } })
}
