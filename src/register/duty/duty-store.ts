import type { Selectable } from 'kysely'
import type { Tx } from '../../base/store/store.js'
import type { Tables } from '../../base/store/tables.js'
import { insertRows } from '../register-store.js'
import type { DutyShift } from './duty.js'

const toShift = (r: Selectable<Tables['duty_shift']>): DutyShift => ({
  id: r.id,
  place: r.place,
  post: r.post,
  kind: r.kind as DutyShift['kind'],
  staffId: r.staff_id,
  insteadOf: r.instead_of,
  startsAt: r.starts_at,
  endsAt: r.ends_at,
  note: r.note,
})

/** What holds, in the order of time. */
export async function readShifts(tx: Tx): Promise<DutyShift[]> {
  const rows = await tx.selectFrom('duty_shift').selectAll().where('removed_at', 'is', null).orderBy('starts_at').orderBy('id').execute()
  return rows.map(toShift)
}

/** Turns of a place and below that touch the span, locked against a second editor. */
export async function lockShifts(tx: Tx, place: string, from: Date, to: Date): Promise<DutyShift[]> {
  const rows = await tx
    .selectFrom('duty_shift')
    .selectAll()
    .where('removed_at', 'is', null)
    .where('place', 'like', `${place}%`)
    .where('ends_at', '>', from)
    .where('starts_at', '<', to)
    .orderBy('starts_at')
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toShift)
}

/** By their ids, whether they hold or were taken back, in this place and below. */
export async function findShifts(tx: Tx, ids: string[], place: string): Promise<DutyShift[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .selectFrom('duty_shift')
    .selectAll()
    .where('id', 'in', ids)
    .where('place', 'like', `${place}%`)
    .forUpdate()
    .execute()
  return rows.map(toShift)
}

export async function addShifts(tx: Tx, shifts: readonly DutyShift[], person: string): Promise<void> {
  await insertRows(
    tx,
    'duty_shift',
    ['id', 'place', 'post', 'kind', 'staff_id', 'instead_of', 'starts_at', 'ends_at', 'note', 'created_by'],
    shifts.map(({ staffId, insteadOf, startsAt, endsAt, ...s }) => ({
      ...s,
      ...{ staff_id: staffId, instead_of: insteadOf, starts_at: startsAt, ends_at: endsAt, created_by: person },
    })),
  )
}

/** Taken back by a date, or put back: the row stays. */
export async function setRemoved(tx: Tx, ids: string[], by: { at: Date; person: string } | null): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('duty_shift')
    .set({ removed_at: by?.at ?? null, removed_by: by?.person ?? null })
    .where('id', 'in', ids)
    .execute()
}
