import type { Tx } from '../base/store/store.js'

export interface Approval {
  id: string
  alertId: string
  /** The wording it permits: the current revision of a draft, the next one of an issued alert. */
  revision: number
  by: 'app' | 'phone'
  whom: string
  at: Date
  note: string
  person: string
  countersignedAt: Date | null
}

export async function insertApproval(tx: Tx, place: string, approval: Approval): Promise<void> {
  await tx
    .insertInto('approval')
    .values({
      id: approval.id,
      alert_id: approval.alertId,
      place,
      revision: approval.revision,
      by_means: approval.by,
      whom: approval.whom,
      at: approval.at,
      note: approval.note,
      person: approval.person,
    })
    .execute()
}

export async function readApprovals(tx: Tx, alertId: string): Promise<Approval[]> {
  const rows = await tx.selectFrom('approval').selectAll().where('alert_id', '=', alertId).orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    alertId: row.alert_id,
    revision: row.revision,
    by: row.by_means as Approval['by'],
    whom: row.whom,
    at: row.at,
    note: row.note,
    person: row.person,
    countersignedAt: row.countersigned_at,
  }))
}

/** One call may have permitted several alerts of its series (the relay and the order to move): it is countersigned once for all of them. */
export async function countersignCall(tx: Tx, seriesId: string, call: Approval, at: Date): Promise<void> {
  await tx
    .updateTable('approval')
    .set({ countersigned_at: at })
    .where('alert_id', 'in', tx.selectFrom('alert').select('id').where('series_id', '=', seriesId))
    .where('by_means', '=', 'phone' satisfies Approval['by'])
    .where('countersigned_at', 'is', null)
    .where('whom', '=', call.whom)
    .where('at', '=', call.at)
    .where('person', '=', call.person)
    .execute()
}
