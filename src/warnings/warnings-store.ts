import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import type { Reference, Standing } from '../feeds/bulletin.js'
import type { ChainEnding, ChainMessage } from './chain.js'
import type { Level, Warning, WarningArea, WarningInfo, WarningProblem, WarningSource, WarningState } from './warning.js'

export type WarningRow = Selectable<Tables['warning']>
export type TombstoneRow = Selectable<Tables['tombstone']>

export function toWarning(row: WarningRow): Warning {
  const inChina = (text: string | null) => (text === null ? null : chinaTime(new Date(text)))
  return {
    id: row.id,
    place: row.place,
    bulletinId: row.bulletin_id,
    identifier: row.identifier,
    sender: row.sender,
    sent: chinaTime(row.sent),
    status: row.status,
    msgType: row.msg_type,
    scope: row.scope,
    event: row.event,
    eventCode: row.event_code,
    level: row.level as Level,
    levelBasis: row.level_basis,
    headline: row.headline,
    state: row.state as WarningState,
    supersededBy: row.superseded_by,
    endedAt: chinaTimeOrNull(row.ended_at),
    standing: row.standing as Standing,
    effective: chinaTimeOrNull(row.effective),
    onset: chinaTimeOrNull(row.onset),
    expires: chinaTimeOrNull(row.expires),
    receivedAt: chinaTime(row.received_at),
    infos: (row.infos as WarningInfo[]).map((i) => ({
      ...i,
      effective: inChina(i.effective),
      onset: inChina(i.onset),
      expires: inChina(i.expires),
    })),
    areas: row.areas as WarningArea[],
    references: row.refs as Reference[],
    sources: row.sources as WarningSource[],
    problems: row.problems as WarningProblem[],
  }
}

export async function findWarning(tx: Tx, id: string): Promise<Warning | undefined> {
  const row = await tx.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toWarning(row)
}

/** Newest first; `after` is the id of the last one seen (ids sort by time). */
export async function listWarnings(tx: Tx, ask: { state?: WarningState; after?: string; limit: number }): Promise<Warning[]> {
  let query = tx.selectFrom('warning').selectAll().orderBy('id', 'desc').limit(ask.limit)
  if (ask.state) query = query.where('state', '=', ask.state)
  if (ask.after) query = query.where('id', '<', ask.after)
  return (await query.execute()).map(toWarning)
}

/** One at a time decides what follows from messages that refer to each other. */
export async function lockWarnings(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(720712)`.execute(tx)
}

export async function findByIdentity(tx: Tx, message: { sender: string; identifier: string; sent: Date }): Promise<WarningRow | undefined> {
  return tx
    .selectFrom('warning')
    .selectAll()
    .where('sender', '=', message.sender)
    .where('identifier', '=', message.identifier)
    .where('sent', '=', message.sent)
    .executeTakeFirst()
}

export async function findTombstone(
  tx: Tx,
  message: { sender: string; identifier: string; sent: Date },
): Promise<TombstoneRow | undefined> {
  return tx
    .selectFrom('tombstone')
    .selectAll()
    .where('sender', '=', message.sender)
    .where('identifier', '=', message.identifier)
    .where('sent', '=', message.sent)
    .executeTakeFirst()
}

export interface ChainWarning extends ChainMessage {
  state: WarningState
  supersededBy: string | null
  expires: Date | null
  place: string
}
export interface Chain {
  warnings: ChainWarning[]
  endings: (ChainEnding & { bulletinId: string })[]
}

/** A chain longer than this is not followed further: a hostile feed cannot make one message read the whole store. */
const longest = 500

/** Everything that hangs together with these identifiers by references, in either direction. */
export async function loadChain(tx: Tx, identifiers: string[]): Promise<Chain> {
  const warnings = new Map<string, ChainWarning>()
  const endings = new Map<string, Chain['endings'][number]>()
  const asked = new Set<string>()
  let ask = [...new Set(identifiers)]
  while (ask.length > 0 && warnings.size + endings.size < longest) {
    for (const name of ask) asked.add(name)
    const found = [
      ...(await warningsNaming(tx, ask)).map((row) => {
        const warning = toChainWarning(row)
        warnings.set(warning.id, warning)
        return warning
      }),
      ...(await tombstonesNaming(tx, ask)).map((row) => {
        const ending = toEnding(row)
        endings.set(ending.id, ending)
        return ending
      }),
    ]
    const named = found.flatMap((m) => [m.identifier, ...m.references.map((r) => r.identifier)])
    ask = [...new Set(named)].filter((name) => !asked.has(name))
  }
  return { warnings: [...warnings.values()], endings: [...endings.values()] }
}

/** Rows of that name, and rows that refer to it: two index look-ups, whatever the size of the table. */
const namedBy = (table: 'warning' | 'tombstone', names: string[]) =>
  sql<boolean>`${sql.ref(`${table}.ctid`)} in (
    select a.ctid from ${sql.table(table)} a where a.identifier = any(${names}::text[])
    union
    select b.ctid from unnest(${names}::text[]) n(name) join ${sql.table(table)} b on b.refs @> jsonb_build_array(jsonb_build_object('identifier', n.name)))`

const warningsNaming = (tx: Tx, names: string[]) =>
  tx
    .selectFrom('warning')
    .select(['id', 'sender', 'identifier', 'sent', 'refs', 'standing', 'status', 'state', 'superseded_by', 'expires', 'place'])
    .where(namedBy('warning', names))
    .orderBy('sent', 'desc')
    .limit(longest)
    .execute()

const tombstonesNaming = (tx: Tx, names: string[]) =>
  tx.selectFrom('tombstone').selectAll().where(namedBy('tombstone', names)).orderBy('sent', 'desc').limit(longest).execute()

function toChainWarning(row: Awaited<ReturnType<typeof warningsNaming>>[number]): ChainWarning {
  return {
    id: row.id,
    sender: row.sender,
    identifier: row.identifier,
    sent: row.sent,
    references: row.refs as Reference[],
    standing: row.standing as Standing,
    status: row.status,
    state: row.state as WarningState,
    supersededBy: row.superseded_by,
    expires: row.expires,
    place: row.place,
  }
}

function toEnding(row: TombstoneRow): Chain['endings'][number] {
  return {
    id: `${row.sender}\n${row.identifier}\n${row.sent.toISOString()}`,
    sender: row.sender,
    identifier: row.identifier,
    sent: row.sent,
    references: row.refs as Reference[],
    standing: row.standing as Standing,
    status: row.status,
    endedAs: row.ended_as as ChainEnding['endedAs'],
    bulletinId: row.bulletin_id,
  }
}

export async function setState(tx: Tx, id: string, state: WarningState, supersededBy: string | null): Promise<void> {
  await tx
    .updateTable('warning')
    .set({ state, superseded_by: supersededBy, ended_at: state === 'in-force' ? null : sql<Date>`(select clock_now())` })
    .where('id', '=', id)
    .execute()
}

/** The same message from another feed, or a conflict with it, is written on the warning it concerns. */
export async function amendWarning(
  tx: Tx,
  row: WarningRow,
  change: { source?: WarningSource; standing?: Standing; problem?: WarningProblem },
): Promise<void> {
  await tx
    .updateTable('warning')
    .set({
      ...(change.source ? { sources: JSON.stringify([...(row.sources as WarningSource[]), change.source]) } : {}),
      ...(change.standing ? { standing: change.standing } : {}),
      ...(change.problem ? { problems: JSON.stringify([...(row.problems as WarningProblem[]), change.problem]) } : {}),
    })
    .where('id', '=', row.id)
    .execute()
}

/** The time of the store's own clock, which drills and tests move. */
export async function clockNow(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_now() as now`.execute(tx)
  return rows[0]!.now
}
