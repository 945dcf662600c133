import { type Selectable, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { BulletinProblem, Standing } from './bulletin.js'
import { selfTestMinutes } from './self-test.js'
import { type SourceSettings, sourceSettingsSchema } from './source-settings.js'
import { verified } from './verify-bulletins.js'

export type Outcome = 'received' | 'accepted' | 'duplicate' | 'refused' | 'unreadable'
/** How it came: handed in by a machine, asked for, dropped on the page, typed in, or our own test of the line. */
export type Via = 'post' | 'feed' | 'page' | 'manual' | 'folder' | 'test'

export interface Kept {
  id: string
  outcome: Outcome
  standing: Standing
  warningIds: string[]
}

/** The same bytes from the same source are kept once. */
export async function findKept(
  tx: Tx,
  ask: { sha256: Buffer; dialect: string; place: string; feedId: string | null },
): Promise<Kept | undefined> {
  const row = await tx
    .selectFrom('bulletin')
    .select(['id', 'outcome', 'standing', 'warning_ids'])
    .where('sha256', '=', ask.sha256)
    .where('dialect', '=', ask.dialect)
    .where('place', '=', ask.place)
    .where('feed_id', ask.feedId === null ? 'is' : '=', ask.feedId)
    .orderBy('id')
    .executeTakeFirst()
  return row && { id: row.id, outcome: row.outcome as Outcome, standing: row.standing as Standing, warningIds: row.warning_ids }
}

export async function keepBulletin(
  tx: Tx,
  bulletin: {
    id: string
    place: string
    feedId: string | null
    via: Via
    dialect: string
    standing: Standing
    contentType: string | null
    raw: Buffer
    sha256: Buffer
  },
): Promise<void> {
  await tx
    .insertInto('bulletin')
    .values({
      id: bulletin.id,
      place: bulletin.place,
      feed_id: bulletin.feedId,
      via: bulletin.via,
      dialect: bulletin.dialect,
      standing: bulletin.standing,
      content_type: bulletin.contentType?.slice(0, 200) ?? null,
      raw: bulletin.raw,
      sha256: bulletin.sha256,
      outcome: 'received',
      reason: null,
      hint: null,
      summary: null,
    })
    .execute()
}

export async function settleBulletin(
  tx: Tx,
  id: string,
  end: {
    outcome: Outcome
    reason: string | null
    hint: string | null
    summary: string | null
    problems: BulletinProblem[]
    warningIds: string[]
  },
): Promise<void> {
  await tx
    .updateTable('bulletin')
    .set({
      outcome: end.outcome,
      reason: end.reason,
      hint: end.hint,
      summary: end.summary,
      problems: JSON.stringify(end.problems),
      warning_ids: end.warningIds,
    })
    .where('id', '=', id)
    .execute()
}

export type BulletinRow = Omit<Selectable<Tables['bulletin']>, 'raw'> & { size: number; verified: { at: string; reason: string } | null }

/** When an officer verified it last, and what was found out. */
const asVerified = sql<BulletinRow['verified']>`(
  select jsonb_build_object('at', j.at, 'reason', j.data->>'reason') from journal j
  where j.thing_type = 'bulletin' and j.thing_id = bulletin.id and j.event = ${verified}
  order by j.position desc limit 1)`.as('verified')

const columns = [
  'id',
  'place',
  'feed_id',
  'via',
  'dialect',
  'standing',
  'received_at',
  'content_type',
  'sha256',
  'outcome',
  'reason',
  'hint',
  'summary',
  'problems',
  'warning_ids',
] as const

export async function listBulletins(
  tx: Tx,
  ask: { outcome?: string; feedId?: string; after?: string; limit: number },
): Promise<BulletinRow[]> {
  let query = tx
    .selectFrom('bulletin')
    .select(columns)
    .select((e) => e.fn<number>('octet_length', ['raw']).as('size'))
    .select(asVerified)
    .orderBy('id', 'desc')
    .limit(ask.limit)
  if (ask.outcome) query = query.where('outcome', '=', ask.outcome)
  if (ask.feedId) query = query.where('feed_id', '=', ask.feedId)
  if (ask.after) query = query.where('id', '<', ask.after)
  return query.execute()
}

export async function findBulletin(tx: Tx, id: string): Promise<BulletinRow | undefined> {
  return tx
    .selectFrom('bulletin')
    .select(columns)
    .select((e) => e.fn<number>('octet_length', ['raw']).as('size'))
    .select(asVerified)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** A text for people was entered by an officer: it knows what became of it, and waits no more. */
export async function noteEntered(tx: Tx, id: string, warningIds: string[]): Promise<void> {
  if (warningIds.length === 0) return
  await tx.updateTable('bulletin').set({ warning_ids: warningIds }).where('id', '=', id).where('dialect', '=', 'text').execute()
}

export async function readRaw(tx: Tx, id: string): Promise<Buffer | undefined> {
  return (await tx.selectFrom('bulletin').select('raw').where('id', '=', id).executeTakeFirst())?.raw
}

/** A test of the line that is not over yet. */
export async function findOpenTest(tx: Tx, place: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('bulletin')
    .select('id')
    .where('via', '=', 'test')
    .where('place', '=', place)
    .where('received_at', '>', sql<Date>`(select clock_now()) - ${selfTestMinutes} * interval '1 minute'`)
    .where('received_at', '<=', sql<Date>`(select clock_now())`)
    .executeTakeFirst()
  return row?.id
}

/** How the bytes of a bulletin are to be read: as the feed it came by was configured, and when it came. */
export async function readSource(tx: Tx, id: string, posted: SourceSettings): Promise<{ settings: SourceSettings; receivedAt: Date }> {
  const row = await withSource(tx).where('b.id', '=', id).executeTakeFirstOrThrow()
  return toSource(row, posted)
}

const withSource = (tx: Tx) =>
  tx.selectFrom('bulletin as b').leftJoin('feed as f', 'f.id', 'b.feed_id').select(['b.received_at', 'b.feed_id', 'f.settings'])
const toSource = (row: { received_at: Date; feed_id: string | null; settings: unknown }, posted: SourceSettings) => ({
  settings: row.feed_id === null ? posted : sourceSettingsSchema.parse(row.settings ?? {}),
  receivedAt: row.received_at,
})

/** Nobody has read it since, and nobody else is about to write down what it says. */
export async function isStillUnread(tx: Tx, id: string): Promise<boolean> {
  const row = tx.selectFrom('bulletin').select('id').where('id', '=', id).where('outcome', '=', 'received').forUpdate().skipLocked()
  return (await row.executeTakeFirst()) !== undefined
}

/** Kept, but the process ended before it was read: these are read again, by whoever finds them. */
export async function unreadYet(tx: Tx, posted: SourceSettings, olderThanSeconds: number) {
  const rows = await withSource(tx)
    .select(['b.id', 'b.place', 'b.dialect', 'b.standing', 'b.via', 'b.raw'])
    .where('b.outcome', '=', 'received')
    .where('b.received_at', '<=', sql<Date>`(select clock_now()) - ${olderThanSeconds} * interval '1 second'`)
    .orderBy('b.id')
    .limit(100)
    .execute()
  return rows.map((r) => ({
    id: r.id,
    place: r.place,
    feedId: r.feed_id,
    dialect: r.dialect,
    standing: r.standing as Standing,
    via: r.via as Via,
    raw: r.raw,
    ...toSource(r, posted),
  }))
}
