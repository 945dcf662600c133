import { type Selectable, sql } from 'kysely'
import { notFound } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { Level, WarningArea, WarningInfo, WarningState } from '../warnings/warning.js'
import type { Alert, AlertAudience, AlertKind, AlertSummary, AlertWords, FrozenWords, Origin, Purpose } from './alert.js'
import type { AlertState } from './alert-state.js'

type AlertRow = Selectable<Tables['alert']>

const toAlert = (row: AlertRow): Alert => ({
  id: row.id,
  seriesId: row.series_id,
  place: row.place,
  warningId: row.warning_id,
  kind: row.kind as AlertKind,
  origin: row.origin as Origin,
  audience: row.audience as AlertAudience,
  state: row.state as AlertState,
  level: row.level as Level | null,
  event: row.event,
  title: row.title,
  identifier: row.identifier,
  revision: row.revision,
  areas: row.areas,
  grids: row.grids,
  words: row.words as AlertWords,
  summary: row.summary as unknown as AlertSummary,
  hash: row.hash,
  createdBy: row.created_by,
  createdAt: row.created_at,
  issuedAt: row.issued_at,
  issuedBy: row.issued_by,
  issueAt: row.issue_at,
  holdReason: row.stop_reason,
  expiresAt: row.expires_at,
})

export async function insertAlert(tx: Tx, alert: Alert): Promise<void> {
  await tx
    .insertInto('alert')
    .values({
      ...columnsOf(alert),
      id: alert.id,
      series_id: alert.seriesId,
      place: alert.place,
      kind: alert.kind,
      origin: alert.origin,
      audience: alert.audience,
      identifier: alert.identifier,
      created_by: alert.createdBy,
      created_at: alert.createdAt,
    })
    .execute()
}

/** Everything of an alert that may change; the row is locked by whoever writes it. */
export async function saveAlert(tx: Tx, alert: Alert): Promise<void> {
  await tx.updateTable('alert').set(columnsOf(alert)).where('id', '=', alert.id).execute()
}

const columnsOf = (alert: Alert) => ({
  warning_id: alert.warningId,
  state: alert.state,
  level: alert.level,
  event: alert.event,
  title: alert.title,
  revision: alert.revision,
  areas: JSON.stringify(alert.areas),
  grids: alert.grids,
  words: JSON.stringify(alert.words),
  summary: JSON.stringify(alert.summary),
  hash: alert.hash,
  issued_at: alert.issuedAt,
  issued_by: alert.issuedBy,
  issue_at: alert.issueAt,
  stop_reason: alert.holdReason,
  expires_at: alert.expiresAt,
})

export async function readAlert(tx: Tx, id: string): Promise<Alert> {
  const row = await tx.selectFrom('alert').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('alert', id)
  return toAlert(row)
}

/** The row lock decides between two officers who press at once: the second sees what the first did. */
export async function lockAlert(tx: Tx, id: string): Promise<Alert> {
  const row = await tx.selectFrom('alert').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
  if (!row) throw notFound('alert', id)
  return toAlert(row)
}

/** The hint about a feed that is still out. */
export async function lockFeedHints(tx: Tx, feedId: string): Promise<Alert[]> {
  const rows = await tx
    .selectFrom('alert')
    .selectAll()
    .where('origin', '=', 'internal')
    .where('state', 'in', ['draft', 'issued', 'held'])
    .where(sql<boolean>`summary->>'feedId' = ${feedId}`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toAlert)
}

export async function lockSeries(tx: Tx, seriesId: string): Promise<Alert[]> {
  const rows = await tx.selectFrom('alert').selectAll().where('series_id', '=', seriesId).orderBy('id').forUpdate().execute()
  return rows.map(toAlert)
}

export async function readSeriesAlerts(tx: Tx, seriesId: string): Promise<Alert[]> {
  const rows = await tx.selectFrom('alert').selectAll().where('series_id', '=', seriesId).orderBy('created_at').execute()
  return rows.map(toAlert)
}

const liveStates: AlertState[] = ['draft', 'submitted', 'approved', 'issued', 'held']

/** Alerts that still matter of these warnings, or wait to take one of them up, locked. */
export async function lockLiveOfWarnings(tx: Tx, warningIds: string[]): Promise<Alert[]> {
  if (warningIds.length === 0) return []
  const rows = await tx
    .selectFrom('alert')
    .selectAll()
    .where((w) => w.or([w('warning_id', 'in', warningIds), sql<boolean>`summary -> 'update' ->> 'warningId' = any(${warningIds}::text[])`]))
    .where('state', 'in', liveStates)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toAlert)
}

/**
 * Relays that a newer warning carries on: of the warnings it replaces, or of the same hazard here, whatever warning began them.
 * One statement, in the order of ids: whoever ends the series takes the same rows in the same order.
 */
export async function lockLiveRelays(tx: Tx, ask: { place: string; replaced: string[]; event: string; kind: AlertKind }): Promise<Alert[]> {
  const rows = await tx
    .selectFrom('alert')
    .selectAll()
    .where('place', '=', ask.place)
    .where('origin', 'in', ['relay', 'internal'])
    .where('warning_id', 'is not', null)
    .where('state', 'in', liveStates)
    .where((w) =>
      w.or([
        w.and([w('event', '=', ask.event), w('kind', '=', ask.kind)]),
        ...(ask.replaced.length > 0 ? [w('warning_id', 'in', ask.replaced)] : []),
      ]),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toAlert)
}

const outOf = sql<boolean>`(state = 'issued' or (state = 'held' and summary ->> 'heldFrom' = 'issued'))`

/** What is out to people now, of these hazards; an order whatever its hazard. */
export async function readOut(tx: Tx, events: string[], kind: AlertKind): Promise<Alert[]> {
  const rows = await tx
    .selectFrom('alert')
    .selectAll()
    .where(outOf)
    .where('kind', '=', kind)
    .where((w) => w.or([w('origin', '=', 'order'), w.and([w('origin', '=', 'relay'), w('event', 'in', events)])]))
    .execute()
  return rows.map(toAlert)
}

/** Relays of the hazard that have dropped people who have not heard so, locked. */
export async function lockReleasing(tx: Tx, event: string): Promise<Alert[]> {
  const rows = await tx
    .selectFrom('alert')
    .selectAll()
    .where(outOf)
    .where(sql<boolean>`summary ? 'dropped'`)
    .where(sql<boolean>`${event} in (event, summary -> 'dropped' ->> 'event')`)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(toAlert)
}

export async function readLiveAlerts(tx: Tx): Promise<Alert[]> {
  const rows = await tx.selectFrom('alert').selectAll().where('state', 'in', liveStates).orderBy('created_at', 'desc').limit(500).execute()
  return rows.map(toAlert)
}

export interface AlertFilter {
  state?: string | undefined
  warningId?: string | undefined
  seriesId?: string | undefined
  cursor?: string | undefined
  limit: number
}

/** Newest first; ids sort by the time they were made. */
export async function listAlerts(tx: Tx, filter: AlertFilter): Promise<Alert[]> {
  let query = tx.selectFrom('alert').selectAll().orderBy('id', 'desc').limit(filter.limit)
  if (filter.state) query = query.where('state', '=', filter.state)
  if (filter.warningId) query = query.where('warning_id', '=', filter.warningId)
  if (filter.seriesId) query = query.where('series_id', '=', filter.seriesId)
  if (filter.cursor) query = query.where('id', '<', filter.cursor)
  return (await query.execute()).map(toAlert)
}

export interface AlertRevision {
  id: number
  alertId: string
  revision: number
  purpose: Purpose
  words: FrozenWords
  hash: string
  issuedAt: Date
  issuedBy: string
  planned: number | null
  unreachable: number | null
  people: number | null
}

export async function insertRevision(tx: Tx, alert: Alert, purpose: Purpose, words: FrozenWords, at: Date): Promise<number> {
  const { id } = await tx
    .insertInto('alert_revision')
    .values({
      alert_id: alert.id,
      place: alert.place,
      revision: alert.revision,
      purpose,
      words: JSON.stringify(words),
      hash: alert.hash ?? '',
      issued_at: at,
      issued_by: alert.issuedBy ?? '',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function readRevisions(tx: Tx, alertIds: string[]): Promise<AlertRevision[]> {
  if (alertIds.length === 0) return []
  const rows = await tx.selectFrom('alert_revision').selectAll().where('alert_id', 'in', alertIds).orderBy('id').execute()
  return rows.map((row) => ({
    id: row.id,
    alertId: row.alert_id,
    revision: row.revision,
    purpose: row.purpose as Purpose,
    words: row.words as unknown as FrozenWords,
    hash: row.hash,
    issuedAt: row.issued_at,
    issuedBy: row.issued_by,
    planned: row.planned,
    unreachable: row.unreachable,
    people: row.people,
  }))
}

/** What alerts need to know of a warning. */
export interface WarningFacts {
  id: string
  place: string
  status: string
  sender: string
  identifier: string
  sent: Date
  event: string
  level: Level
  headline: string
  state: WarningState
  supersededBy: string | null
  standing: 'authority' | 'mirror' | 'reference'
  /** null: the authority named none. What config/warnings.yaml assumes is never told as its word. */
  expires: Date | null
  /** Until when it is taken to be in force. */
  standsUntil: Date | null
  /** The warning that stands for it, told by a source with more authority. */
  joinedTo: string | null
  infos: WarningInfo[]
  areas: WarningArea[]
}

export async function readWarningFacts(tx: Tx, id: string): Promise<WarningFacts> {
  const row = await tx.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row) throw notFound('warning', id)
  return {
    id: row.id,
    place: row.place,
    status: row.status,
    sender: row.sender,
    identifier: row.identifier,
    sent: row.sent,
    event: row.event,
    level: row.level as Level,
    headline: row.headline,
    state: row.state as WarningState,
    supersededBy: row.superseded_by,
    standing: row.standing as WarningFacts['standing'],
    expires: row.expires_assumed ? null : row.expires,
    standsUntil: row.expires,
    joinedTo: row.joined_to,
    infos: row.infos as WarningInfo[],
    areas: row.areas as WarningArea[],
  }
}

/** Whoever said it, and whether or not it is told here. */
export async function readWarningsInForce(tx: Tx, events: string[], kind: AlertKind): Promise<WarningFacts[]> {
  const statuses = kind === 'actual' ? ['Actual'] : ['Actual', 'Exercise', 'Test']
  const rows = await tx
    .selectFrom('warning')
    .select('id')
    .where('state', '=', 'in-force')
    .where('event', 'in', events)
    .where('status', 'in', statuses)
    .execute()
  return readFacts(tx, rows)
}

/** The parts of its mixed bulletin that are in force, itself among them. */
export async function readParts(tx: Tx, warning: WarningFacts): Promise<WarningFacts[]> {
  const rows = await tx
    .selectFrom('warning')
    .select('id')
    .where('sender', '=', warning.sender)
    .where('identifier', '=', warning.identifier)
    .where('sent', '=', warning.sent)
    .where('state', '=', 'in-force')
    .orderBy('part')
    .execute()
  return readFacts(tx, rows)
}

async function readFacts(tx: Tx, rows: { id: string }[]): Promise<WarningFacts[]> {
  const found: WarningFacts[] = []
  for (const { id } of rows) found.push(await readWarningFacts(tx, id))
  return found
}

/** People are being moved on the word of this series, or at this place. (The table stands further down; here it is only looked at.) */
export async function isMoving(tx: Tx, alert: Alert): Promise<boolean> {
  const row = await tx
    .selectFrom('evacuation')
    .select('id')
    .where('state', '=', 'open')
    .where((w) => w.or([w('series_id', '=', alert.seriesId), w('place', 'like', `${alert.place}%`)]))
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** How many warnings of ours a feed has brought anew since then. */
export async function countOpened(tx: Tx, feedId: string, since: Date): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(distinct j.thing_id)::int as n from journal j join warning w on w.id = j.thing_id
    where j.event = 'warning.matched' and j.at >= ${since} and j.data ->> 'feedId' = ${feedId} and j.data ->> 'verdict' = 'matched'`.execute(
    tx,
  )
  return rows[0]!.n
}

export async function readSupersededBy(tx: Tx, warningId: string): Promise<string[]> {
  const rows = await tx.selectFrom('warning').select('id').where('superseded_by', '=', warningId).execute()
  return rows.map((row) => row.id)
}

/** Names of the accounts, for screens; the machine itself is called by its own name. */
export async function readPersonNames(tx: Tx, ids: string[]): Promise<Map<string, string>> {
  const wanted = [...new Set(ids)].filter((id) => id !== 'system')
  const rows = wanted.length ? await tx.selectFrom('person').select(['id', 'name']).where('id', 'in', wanted).execute() : []
  return new Map([['system', '寅时'], ...rows.map((row) => [row.id, row.name] as const)])
}
