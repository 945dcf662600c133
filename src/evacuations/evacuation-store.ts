import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { MoveDeadline } from '../matching/move-deadline.js'
import type { Door, Evacuation } from './evacuation.js'
import type { Progress } from './household-progress.js'

const toEvacuation = (row: Selectable<Tables['evacuation']>): Evacuation => ({
  id: row.id,
  place: row.place,
  alertId: row.alert_id,
  seriesId: row.series_id,
  grids: row.grids,
  orderedBy: row.ordered_by,
  orderedAt: row.ordered_at,
  deadline: row.deadline,
  deadlineBasis: row.deadline_basis,
  deadlineBasisEn: row.deadline_basis_en,
  state: row.state === 'closed' ? 'closed' : 'open',
  closedAt: row.closed_at,
  basis: row.basis,
})

const toDoor = (row: Selectable<Tables['evacuation_household']>): Door => ({
  id: row.id,
  place: row.place,
  evacuationId: row.evacuation_id,
  householdId: row.household_id,
  planned: row.planned,
  label: row.label,
  peoplePlanned: row.people_planned,
  people: row.people,
  because: row.reason,
  shelterId: row.shelter_id,
  helperId: row.helper_id,
  toldAt: row.told_at,
  leftAt: row.left_at,
  arrivedAt: row.arrived_at,
  returnedAt: row.returned_at,
  refusedAt: row.refused_at,
  absentAt: row.absent_at,
  helpAt: row.help_at,
  leftPeople: row.left_people,
  arrivedPeople: row.arrived_people,
  conflict: row.conflict,
  returnApprovedAt: row.return_approved_at,
  returnApprovedBy: row.return_approved_by,
  note: row.note,
  addedBy: row.added_by,
  version: row.version,
  changedAt: row.changed_at,
})

export async function insertEvacuation(
  tx: Tx,
  evacuation: Pick<
    Evacuation,
    | 'id'
    | 'place'
    | 'alertId'
    | 'seriesId'
    | 'grids'
    | 'orderedBy'
    | 'orderedAt'
    | 'deadline'
    | 'deadlineBasis'
    | 'deadlineBasisEn'
    | 'basis'
  >,
): Promise<Evacuation> {
  const row = await tx
    .insertInto('evacuation')
    .values({
      id: evacuation.id,
      place: evacuation.place,
      alert_id: evacuation.alertId,
      series_id: evacuation.seriesId,
      grids: evacuation.grids,
      ordered_by: evacuation.orderedBy,
      ordered_at: evacuation.orderedAt,
      deadline: evacuation.deadline,
      deadline_basis: evacuation.deadlineBasis,
      deadline_basis_en: evacuation.deadlineBasisEn,
      basis: evacuation.basis,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return toEvacuation(row)
}

export async function findEvacuation(tx: Tx, id: string): Promise<Evacuation | undefined> {
  const row = await tx.selectFrom('evacuation').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toEvacuation(row)
}

export async function findEvacuationOfAlert(tx: Tx, alertId: string): Promise<Evacuation | undefined> {
  const row = await tx.selectFrom('evacuation').selectAll().where('alert_id', '=', alertId).executeTakeFirst()
  return row && toEvacuation(row)
}

export async function findEvacuationsOfSeries(tx: Tx, seriesId: string): Promise<Evacuation[]> {
  const rows = await tx.selectFrom('evacuation').selectAll().where('series_id', '=', seriesId).orderBy('id').execute()
  return rows.map(toEvacuation)
}

/** Newest first. */
export async function listEvacuations(tx: Tx, { limit, before }: { limit: number; before?: string | undefined }): Promise<Evacuation[]> {
  let query = tx.selectFrom('evacuation').selectAll().orderBy('id', 'desc').limit(limit)
  if (before) query = query.where('id', '<', before)
  return (await query.execute()).map(toEvacuation)
}

export async function listOpenEvacuations(tx: Tx): Promise<Evacuation[]> {
  const rows = await tx.selectFrom('evacuation').selectAll().where('state', '=', 'open').orderBy('id', 'desc').execute()
  return rows.map(toEvacuation)
}

export async function widenEvacuation(tx: Tx, id: string, grids: string[]): Promise<Evacuation> {
  const row = await tx.updateTable('evacuation').set({ grids }).where('id', '=', id).returningAll().executeTakeFirstOrThrow()
  return toEvacuation(row)
}

export async function changeDeadline(tx: Tx, id: string, { at, basis, basisEn }: MoveDeadline): Promise<void> {
  await tx.updateTable('evacuation').set({ deadline: at, deadline_basis: basis, deadline_basis_en: basisEn }).where('id', '=', id).execute()
}

/** True when this call closed it. */
export async function closeEvacuation(tx: Tx, id: string, at: Date): Promise<boolean> {
  const done = await tx
    .updateTable('evacuation')
    .set({ state: 'closed', closed_at: at })
    .where('id', '=', id)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

export type NewDoor = Pick<
  Door,
  'id' | 'place' | 'evacuationId' | 'householdId' | 'planned' | 'label' | 'peoplePlanned' | 'because' | 'shelterId' | 'helperId' | 'addedBy'
>

export async function insertDoors(tx: Tx, doors: NewDoor[]): Promise<void> {
  for (let from = 0; from < doors.length; from += 500)
    await tx
      .insertInto('evacuation_household')
      .values(
        doors.slice(from, from + 500).map((door) => ({
          id: door.id,
          place: door.place,
          evacuation_id: door.evacuationId,
          household_id: door.householdId,
          planned: door.planned,
          label: door.label,
          people_planned: door.peoplePlanned,
          people: door.peoplePlanned,
          reason: door.because,
          shelter_id: door.shelterId,
          helper_id: door.helperId,
          added_by: door.addedBy,
        })),
      )
      .execute()
}

/** Locks the row until the end of the transaction: edits of one door are folded one after the other. */
export async function lockDoor(tx: Tx, id: string): Promise<Door | undefined> {
  const row = await tx.selectFrom('evacuation_household').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  return row && toDoor(row)
}

/** Doors of an evacuation that the transaction's scope may see. */
export async function listDoors(tx: Tx, evacuationId: string): Promise<Door[]> {
  const rows = await tx.selectFrom('evacuation_household').selectAll().where('evacuation_id', '=', evacuationId).execute()
  return rows.map(toDoor)
}

export async function listDoorsOfMany(tx: Tx, evacuationIds: string[], changedSince: Date | null): Promise<Door[]> {
  if (evacuationIds.length === 0) return []
  let query = tx.selectFrom('evacuation_household').selectAll().where('evacuation_id', 'in', evacuationIds)
  if (changedSince) query = query.where('changed_at', '>=', changedSince)
  return (await query.execute()).map(toDoor)
}

/** The household's door in an open evacuation of the series, if there is one. */
export async function findOpenDoor(tx: Tx, householdId: string, seriesId: string | null): Promise<Door | undefined> {
  let query = tx
    .selectFrom('evacuation_household')
    .innerJoin('evacuation', 'evacuation.id', 'evacuation_household.evacuation_id')
    .selectAll('evacuation_household')
    .where('evacuation_household.household_id', '=', householdId)
    .where('evacuation.state', '=', 'open')
    .orderBy('evacuation.id', 'desc')
  if (seriesId) query = query.where('evacuation.series_id', '=', seriesId)
  const row = await query.executeTakeFirst()
  return row && toDoor(row)
}

export async function writeProgress(tx: Tx, id: string, progress: Progress, version: number, note: string): Promise<void> {
  await tx
    .updateTable('evacuation_household')
    .set({
      told_at: progress.toldAt,
      left_at: progress.leftAt,
      arrived_at: progress.arrivedAt,
      returned_at: progress.returnedAt,
      refused_at: progress.refusedAt,
      absent_at: progress.absentAt,
      help_at: progress.helpAt,
      people: progress.people,
      left_people: progress.leftPeople,
      arrived_people: progress.arrivedPeople,
      shelter_id: progress.shelterId,
      conflict: progress.conflict,
      note,
      version,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', '=', id)
    .execute()
}

export async function writeReturnApproval(tx: Tx, approval: { ids: string[]; at: Date; by: string; note: string }): Promise<void> {
  await tx
    .updateTable('evacuation_household')
    .set({
      return_approved_at: approval.at,
      return_approved_by: approval.by,
      note: sql<string>`case when note = '' then ${approval.note} else note || ';' || ${approval.note} end`,
      version: sql<number>`version + 1`,
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('id', 'in', approval.ids)
    .execute()
}

/** What was done at each door, oldest first: attempts at a refusal, who confirmed an arrival. */
export async function readDoorHistory(tx: Tx, doorIds: string[]): Promise<{ doorId: string; event: string; person: string; at: Date }[]> {
  if (doorIds.length === 0) return []
  const rows = await tx
    .selectFrom('journal')
    .select(['thing_id', 'event', 'person', 'at'])
    .where('thing_type', '=', 'evacuation-household')
    .where('thing_id', 'in', doorIds)
    .orderBy('position')
    .execute()
  return rows.map((row) => ({ doorId: row.thing_id, event: row.event, person: row.person, at: row.at }))
}

/** People in each shelter now and expected there: sums only, so it is the same for every reader. */
export async function countShelterPeople(tx: Tx): Promise<Map<string, { planned: number; arrived: number }>> {
  const rows = await tx
    .selectFrom('evacuation_household')
    .innerJoin('evacuation', 'evacuation.id', 'evacuation_household.evacuation_id')
    // In an exercise nobody takes a bed from anybody.
    .innerJoin('alert', (j) => j.onRef('alert.id', '=', 'evacuation.alert_id').on('alert.kind', '=', 'actual'))
    .select(['shelter_id'])
    .select(sql<number>`sum(evacuation_household.people)::int`.as('planned'))
    .select(sql<number>`coalesce(sum(arrived_people), 0)::int`.as('arrived'))
    .where('evacuation.state', '=', 'open')
    .where('returned_at', 'is', null)
    .where('shelter_id', 'is not', null)
    .groupBy('shelter_id')
    .execute()
  return new Map(rows.map((r) => [r.shelter_id as string, { planned: r.planned, arrived: r.arrived }]))
}
