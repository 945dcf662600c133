import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import { chinaTime, chinaTimeOrNull } from '../base/web.js'
import type { Reference, Standing } from '../feeds/bulletin.js'
import { type ChainEnding, type ChainMessage, looseReachMs } from './chain.js'
import { type Digest, emptyDigest } from './digest.js'
import { isDisagreement } from './disagreements.js'
import type { Level, Said, Warning, WarningArea, WarningInfo, WarningMute, WarningProblem, WarningSource, WarningState } from './warning.js'

export type WarningRow = Selectable<Tables['warning']>
export type TombstoneRow = Selectable<Tables['tombstone']>

/** A source as it is written on its row: what it said is the row's own, unless it said something else under the same name. */
export interface KeptSource {
  feedId: string | null
  bulletinId: string
  at: string
  standing?: Standing
  said?: Said
}

type Sayable = Pick<WarningRow, 'identifier' | 'sender' | 'sent' | 'event' | 'level' | 'headline' | 'expires_assumed'> & {
  expires: Date | null
  areas: unknown[]
}
export function saidOf(row: Sayable): Said {
  return {
    identifier: row.identifier,
    sender: row.sender,
    sent: chinaTime(row.sent),
    event: row.event,
    level: row.level as Level,
    headline: row.headline,
    expires: row.expires_assumed ? null : chinaTimeOrNull(row.expires),
    area: (row.areas as WarningArea[])
      .map((a) => a.description)
      .filter(Boolean)
      .join('、')
      .slice(0, 300),
  }
}

export const sourcesOf = (row: WarningRow): WarningSource[] =>
  (row.sources as KeptSource[]).map((s) => ({ standing: row.standing as Standing, said: saidOf(row), ...s }))

export function toWarning(row: WarningRow, followers: WarningRow[] = []): Warning {
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
    sources: [...sourcesOf(row), ...followers.flatMap(sourcesOf)],
    problems: row.problems as WarningProblem[],
    expiresAssumed: row.expires_assumed,
    joinedTo: row.joined_to,
    muted: row.muted as WarningMute[],
  }
}

export async function findWarning(tx: Tx, id: string): Promise<Warning | undefined> {
  const row = await tx.selectFrom('warning').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toWarning(row, await followersOf(tx, [id]))
}

/** Newest first; `after` is the id of the last one seen (ids sort by time). What another source said of one stands on that one. */
export async function listWarnings(
  tx: Tx,
  ask: { state?: WarningState; after?: string; disagreeing?: boolean; ours?: boolean; limit: number },
): Promise<Warning[]> {
  let query = tx.selectFrom('warning').selectAll().where('joined_to', 'is', null).orderBy('id', 'desc').limit(ask.limit)
  if (ask.state) query = query.where('state', '=', ask.state)
  if (ask.after) query = query.where('id', '<', ask.after)
  if (ask.disagreeing) query = query.where(sql<boolean>`problems @? '$[*].code ? (@ starts with "sources-")'`)
  // A list of the whole country must not push ours out of sight, nor ring the bell for somebody else's storm.
  if (ask.ours)
    query = query.where(
      sql<boolean>`coalesce((select j.data ->> 'verdict' from journal j where j.thing_type = 'warning' and j.thing_id = warning.id
        and j.event = 'warning.matched' order by j.position desc limit 1), '') <> 'outside'`,
    )
  const rows = await query.execute()
  const followers = await followersOf(
    tx,
    rows.map((r) => r.id),
  )
  return rows.map((row) =>
    toWarning(
      row,
      followers.filter((f) => f.joined_to === row.id),
    ),
  )
}

export async function followersOf(tx: Tx, ids: string[]): Promise<WarningRow[]> {
  if (ids.length === 0) return []
  return tx.selectFrom('warning').selectAll().where('joined_to', 'in', ids).orderBy('id').execute()
}

/** One at a time decides what follows from messages that refer to each other. */
export async function lockWarnings(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(720712)`.execute(tx)
}

export interface Identity {
  sender: string
  identifier: string
  sent: Date
  part?: string
}

export async function findByIdentity(tx: Tx, message: Identity): Promise<WarningRow | undefined> {
  return tx
    .selectFrom('warning')
    .selectAll()
    .where('sender', '=', message.sender)
    .where('identifier', '=', message.identifier)
    .where('sent', '=', message.sent)
    .where('part', '=', message.part ?? '')
    .executeTakeFirst()
}

export async function findTombstone(tx: Tx, message: Identity): Promise<TombstoneRow | undefined> {
  return tx
    .selectFrom('tombstone')
    .selectAll()
    .where('sender', '=', message.sender)
    .where('identifier', '=', message.identifier)
    .where('sent', '=', message.sent)
    .where('part', '=', message.part ?? '')
    .executeTakeFirst()
}

export interface ChainWarning extends ChainMessage {
  state: WarningState
  supersededBy: string | null
  joinedTo: string | null
  expires: Date | null
  place: string
  /** Its sources were seen to differ before. */
  disagrees: boolean
}
export interface Chain {
  warnings: ChainWarning[]
  endings: (ChainEnding & { bulletinId: string; headline: string })[]
}

/** A chain longer than this is not followed further: a hostile feed cannot make one message read the whole store. */
const longest = 500

/** Everything that hangs together with these identifiers: by references in either direction, or as another source's word of the same. */
export async function loadChain(tx: Tx, identifiers: string[], joinWithinMs: number): Promise<Chain> {
  const warnings = new Map<string, ChainWarning>()
  const endings = new Map<string, Chain['endings'][number]>()
  const asked = new Set<string>()
  let names = [...new Set(identifiers)]
  let fresh: ChainMessage[] = []
  while ((names.length > 0 || fresh.length > 0) && warnings.size + endings.size < longest) {
    for (const name of names) asked.add(name)
    const rows = [...(await warningsNaming(tx, names)), ...(await warningsLike(tx, fresh, joinWithinMs))]
    const ends = [...(await tombstonesNaming(tx, names)), ...(await tombstonesLike(tx, fresh))]
    fresh = []
    for (const row of rows) {
      if (warnings.has(row.id)) continue
      warnings.set(row.id, toChainWarning(row))
      fresh.push(warnings.get(row.id)!)
    }
    for (const ending of ends.map(toEnding)) {
      if (endings.has(ending.id)) continue
      endings.set(ending.id, ending)
      fresh.push(ending)
    }
    const named = fresh.flatMap((m) => [m.identifier, ...m.references.map((r) => r.identifier)])
    names = [...new Set(named)].filter((name) => !asked.has(name))
  }
  return { warnings: [...warnings.values()], endings: [...endings.values()] }
}

/** Rows of that name, and rows that refer to it: two index look-ups, whatever the size of the table. */
const namedBy = (table: 'warning' | 'tombstone', names: string[]) =>
  sql<boolean>`${sql.ref(`${table}.ctid`)} in (
    select a.ctid from ${sql.table(table)} a where a.identifier = any(${names}::text[])
    union
    select b.ctid from unnest(${names}::text[]) n(name) join ${sql.table(table)} b on b.refs @> jsonb_build_array(jsonb_build_object('identifier', n.name)))`

const chainColumns = [
  ...([
    'id',
    'sender',
    'identifier',
    'sent',
    'part',
    'refs',
    'standing',
    'status',
    'state',
    'superseded_by',
    'joined_to',
    'expires',
  ] as const),
  ...(['place', 'event', 'level', 'issuer', 'digest', 'sources', 'problems'] as const),
] as const

const warningsNaming = async (tx: Tx, names: string[]) =>
  names.length === 0
    ? []
    : tx.selectFrom('warning').select(chainColumns).where(namedBy('warning', names)).orderBy('sent', 'desc').limit(longest).execute()

const tombstonesNaming = async (tx: Tx, names: string[]) =>
  names.length === 0
    ? []
    : tx.selectFrom('tombstone').selectAll().where(namedBy('tombstone', names)).orderBy('sent', 'desc').limit(longest).execute()

/** The messages asked about, as rows: station, hazard, time, and whether they say what they mean. */
const topics = (messages: ChainMessage[]) => {
  const known = messages.filter((m) => m.issuer !== '')
  return sql`unnest(${known.map((m) => m.issuer)}::text[], ${known.map((m) => m.event)}::text[], ${known.map((m) => m.sent.toISOString())}::timestamptz[],
    ${known.map((m) => m.digest.loose)}::boolean[]) a(issuer, event, sent, loose)`
}
const reach = sql`${looseReachMs} * interval '1 millisecond'`

/** The same station on the same hazard: about the same time, or where one of the two is an Update that names nothing. */
const warningsLike = async (tx: Tx, messages: ChainMessage[], joinWithinMs: number) =>
  !messages.some((m) => m.issuer !== '')
    ? []
    : tx
        .selectFrom('warning')
        .select(chainColumns)
        .where(
          sql<boolean>`warning.ctid in (select w.ctid from ${topics(messages)} join warning w on w.issuer = a.issuer and w.issuer <> '' and w.event = a.event
            and w.sent between a.sent - ${reach} and a.sent + ${reach}
            and (abs(extract(epoch from w.sent - a.sent)) * 1000 <= ${joinWithinMs} or (a.loose and w.sent <= a.sent)
              or ((w.digest ->> 'loose')::boolean and w.sent >= a.sent)))`,
        )
        .orderBy('sent', 'desc')
        .limit(longest)
        .execute()

const tombstonesLike = async (tx: Tx, messages: ChainMessage[]) =>
  !messages.some((m) => m.issuer !== '')
    ? []
    : tx
        .selectFrom('tombstone')
        .selectAll()
        .where(
          sql<boolean>`tombstone.ctid in (select t.ctid from ${topics(messages)} join tombstone t on t.issuer = a.issuer and t.issuer <> '' and t.event = a.event
            and t.sent between a.sent and a.sent + ${reach} and (t.digest ->> 'loose')::boolean)`,
        )
        .orderBy('sent', 'desc')
        .limit(longest)
        .execute()

type ChainRow = Pick<WarningRow, (typeof chainColumns)[number]>

const common = (row: Omit<TombstoneRow, 'bulletin_id' | 'ended_as' | 'headline'> | ChainRow) => ({
  sender: row.sender,
  identifier: row.identifier,
  sent: row.sent,
  part: row.part,
  references: row.refs as Reference[],
  standing: row.standing as Standing,
  status: row.status,
  event: row.event,
  level: row.level as Level,
  issuer: row.issuer,
  digest: { ...emptyDigest, ...(row.digest as Partial<Digest>) },
})

const toChainWarning = (row: ChainRow): ChainWarning => ({
  ...common(row),
  id: row.id,
  feeds: [...new Set((row.sources as KeptSource[]).flatMap((s) => s.feedId ?? []))],
  state: row.state as WarningState,
  supersededBy: row.superseded_by,
  joinedTo: row.joined_to,
  expires: row.expires,
  place: row.place,
  disagrees: (row.problems as WarningProblem[]).some((p) => isDisagreement(p.code)),
})

export const endingId = (m: Identity): string => `${m.sender}\n${m.identifier}\n${m.sent.toISOString()}\n${m.part ?? ''}`

const toEnding = (row: TombstoneRow): Chain['endings'][number] => ({
  ...common(row),
  id: endingId(row),
  feeds: [],
  endedAs: row.ended_as as ChainEnding['endedAs'],
  bulletinId: row.bulletin_id,
  headline: row.headline,
})

export async function setState(
  tx: Tx,
  id: string,
  to: { state: WarningState; supersededBy: string | null; joinedTo: string | null },
): Promise<void> {
  const { state, supersededBy, joinedTo } = to
  await tx
    .updateTable('warning')
    .set({
      state,
      superseded_by: supersededBy,
      joined_to: joinedTo,
      ended_at: state === 'in-force' ? null : sql<Date>`(select clock_now())`,
    })
    .where('id', '=', id)
    .execute()
}

/** The same message from another feed, or a conflict with it, is written on the warning it concerns. */
export async function amendWarning(
  tx: Tx,
  row: WarningRow,
  change: { source?: KeptSource; standing?: Standing; problem?: WarningProblem },
): Promise<void> {
  await tx
    .updateTable('warning')
    .set({
      ...(change.source ? { sources: JSON.stringify([...(row.sources as KeptSource[]), change.source]) } : {}),
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
