import { sql } from 'kysely'
import type { Alert } from '../alerts/alert.js'
import { readAlert } from '../alerts/alert-store.js'
import type { Tx } from '../base/store/store.js'
import { type FeedState, feedState, listFeeds } from '../feeds/feed-store.js'
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

/** What the warnings in force were judged to be, and whether an officer set one aside: newest entry of each kind. */
export async function readWarningVerdicts(tx: Tx): Promise<{ warningId: string; data: Record<string, unknown>; at: Date }[]> {
  const { rows } = await sql<{ id: string; data: Record<string, unknown>; at: Date }>`
    select distinct on (w.id) w.id, j.data, j.at
    from warning w join journal j on j.thing_type = 'warning' and j.thing_id = w.id and j.event = 'warning.matched'
    where w.state = 'in-force'
      and not exists (select 1 from alert a where a.warning_id = w.id)
      and not exists (select 1 from journal s where s.thing_type = 'warning' and s.thing_id = w.id and s.event = 'warning.set-aside')
    order by w.id, j.position desc limit 200`.execute(tx)
  return rows.map((row) => ({ warningId: row.id, data: row.data, at: row.at }))
}

/** A call that permitted an alert and that nobody has countersigned yet. */
export interface OpenCall {
  alertId: string
  revision: number
  title: string
  whom: string
  at: Date
}

/** One per call, on the newest alert it permitted, ended ones too; never the reader's own: who logged a call cannot countersign it. */
export async function readOpenCalls(tx: Tx, reader: string): Promise<OpenCall[]> {
  const { rows } = await sql<OpenCall>`
    select distinct on (a.series_id, p.whom, p.at) a.id as "alertId", a.revision, a.title, p.whom, p.at
    from approval p join alert a on a.id = p.alert_id
    where p.by_means = 'phone' and p.countersigned_at is null and p.person <> ${reader} and a.created_by <> ${reader}
    order by a.series_id, p.whom, p.at, p.id desc limit 50`.execute(tx)
  return rows
}

/** Responsible people of this alert who have answered, themselves or through their deputy. */
export async function readAwake(tx: Tx, alertId: string): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('escalation')
    .select('staff_id')
    .where('alert_id', '=', alertId)
    .where('state', 'in', ['answered', 'deputy-answered'])
    .execute()
  return new Set(rows.map((row) => row.staff_id))
}

export interface FeedBrief {
  id: string
  name: string
  standing: string
  state: FeedState
  lastGoodAt: Date | null
}

export async function readFeedStates(tx: Tx): Promise<FeedBrief[]> {
  return (await listFeeds(tx)).map((row) => ({
    id: row.id,
    name: row.name,
    standing: row.standing,
    state: feedState(row, row.now),
    lastGoodAt: row.last_good,
  }))
}
