import type { Tx } from '../base/store/store.js'

const most = 200

export type JournalFact = Awaited<ReturnType<typeof readHouseholdJournal>>[number]
export type DeliveryFact = Awaited<ReturnType<typeof readHouseholdDeliveries>>[number]
export type TaskFact = Awaited<ReturnType<typeof readHouseholdTasks>>[number]
export type DoorFact = Awaited<ReturnType<typeof readHouseholdMoves>>[number]

/** Newest first: who changed it and who looked. */
export const readHouseholdJournal = (tx: Tx, id: string) =>
  tx
    .selectFrom('journal as j')
    .leftJoin('person as p', 'p.id', 'j.person')
    .select(['j.at', 'j.event', 'j.person', 'j.data', 'p.name'])
    .where('j.thing_type', '=', 'household')
    .where('j.thing_id', '=', id)
    .orderBy('j.position', 'desc')
    .limit(most)
    .execute()

/** Of one alert and purpose the best of what its numbers came to. A number shared by several homes was told once and counts for each. */
export async function readHouseholdDeliveries(tx: Tx, id: string) {
  const rows = await tx
    .selectFrom('household_contact as h')
    .innerJoin('contact as own', 'own.id', 'h.contact_id')
    .innerJoin('contact as c', (on) => on.onRef('c.blind', '=', 'own.blind').onRef('c.kind', '=', 'own.kind'))
    .innerJoin('alert_revision as r', (on) => on.onTrue())
    .innerJoin('delivery as d', (on) => on.onRef('d.revision_id', '=', 'r.id').onRef('d.contact_id', '=', 'c.id'))
    .innerJoin('alert as a', 'a.id', 'r.alert_id')
    .select(['r.issued_at', 'd.at', 'd.state', 'd.grade', 'd.revision_id', 'a.id as alert_id', 'a.title'])
    .where('h.household_id', '=', id)
    .orderBy('d.id', 'desc')
    .limit(most)
    .execute()
  const best = new Map<number, (typeof rows)[number]>()
  for (const row of rows) {
    const known = best.get(row.revision_id)
    if (!known || row.grade > known.grade) best.set(row.revision_id, row)
  }
  return [...best.values()].map((row) => ({ ...row, at: row.at ?? row.issued_at }))
}

export const readHouseholdTasks = (tx: Tx, id: string) =>
  tx
    .selectFrom('task')
    .select(['kind', 'opened_at', 'done_at', 'alert_id'])
    .where('household_id', '=', id)
    .orderBy('opened_at', 'desc')
    .limit(most)
    .execute()

export const readHouseholdMoves = (tx: Tx, id: string) =>
  tx
    .selectFrom('evacuation_household as h')
    .innerJoin('evacuation as e', 'e.id', 'h.evacuation_id')
    .select(['e.alert_id', 'told_at', 'left_at', 'arrived_at', 'refused_at', 'absent_at', 'help_at', 'returned_at'])
    .where('h.household_id', '=', id)
    .limit(most)
    .execute()
