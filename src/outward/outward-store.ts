import { sql } from 'kysely'
import type { Alert } from '../alerts/alert.js'
import { readAlert } from '../alerts/alert-store.js'
import type { Tx } from '../base/store/store.js'
import { type JournalEntry, toEntry } from '../journal/journal.js'

/** Alerts that everybody may read: for residents, actual, said to all (not the order to single households), and really sent. */
export async function readPublicAlerts(tx: Tx, endedSince: Date): Promise<Alert[]> {
  const rows = await tx
    .selectFrom('alert')
    .select('id')
    .where('audience', '=', 'residents')
    .where('kind', '=', 'actual')
    .where('origin', 'in', ['relay', 'notice'])
    .where('issued_at', 'is not', null)
    .where((w) =>
      w.or([
        w('state', '=', 'issued'),
        w.and([w('state', '=', 'held'), sql<boolean>`summary ->> 'heldFrom' = 'issued'`]),
        w.and([
          w('state', 'in', ['all-clear', 'called-off']),
          w.exists(
            w
              .selectFrom('alert_revision')
              .select('alert_revision.id')
              .whereRef('alert_revision.alert_id', '=', 'alert.id')
              .where('alert_revision.issued_at', '>=', endedSince),
          ),
        ]),
      ]),
    )
    .orderBy('id', 'desc')
    .limit(200)
    .execute()
  const alerts: Alert[] = []
  for (const { id } of rows) alerts.push(await readAlert(tx, id))
  return alerts
}

/** What happened to the warnings that a series speaks of: opened, superseded, lifted. */
export async function readWarningEntries(tx: Tx, warningIds: string[]): Promise<JournalEntry[]> {
  if (warningIds.length === 0) return []
  const rows = await tx
    .selectFrom('journal')
    .selectAll()
    .where('thing_type', '=', 'warning')
    .where('thing_id', 'in', warningIds)
    .orderBy('position')
    .execute()
  return rows.map(toEntry)
}

/** A help task from the public page. What the person wrote is sealed: only who may see sealed things opens it. */
export async function insertHelpTask(
  tx: Tx,
  task: { id: string; place: string; seriesId: string | null; alertId: string | null; title: string; sealed: string; dueAt: Date },
): Promise<void> {
  await tx
    .insertInto('task')
    .values({
      id: task.id,
      place: task.place,
      kind: 'help',
      alert_id: task.alertId,
      series_id: task.seriesId,
      title: task.title,
      data: JSON.stringify({ from: 'public-page', sealed: task.sealed }),
      due_at: task.dueAt,
    })
    .execute()
}

export async function readHelpTask(tx: Tx, id: string): Promise<{ place: string; sealed: string } | undefined> {
  const row = await tx.selectFrom('task').select(['place', 'data']).where('id', '=', id).where('kind', '=', 'help').executeTakeFirst()
  const sealed = row?.data.sealed
  return row && typeof sealed === 'string' ? { place: row.place, sealed } : undefined
}
