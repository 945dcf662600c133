import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { channelCode } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { outIdOf, rowsPerChunk } from './delivery.js'
import { byIndex } from './delivery-store.js'
import type { Meaning, Settlement } from './reply.js'

/** What a number was asked and may be answering. */
export interface AskedOne {
  outId: string
  alertId: string
  seriesId: string
  relation: Relation
}

interface AskedRow {
  key: string
  id: number
  alert_id: string
  series_id: string
  relation: Relation
  open: boolean
}
const isOpen = sql<boolean>`a.state in ('issued', 'held')`

/** Of each alert the last short message the number was sent, newest alert first. */
async function readAsked(tx: Tx, blind: Buffer, which: RawBuilder<boolean>): Promise<AskedRow[]> {
  await byIndex(tx)
  const { rows } = await sql<AskedRow>`
    select * from (
      select distinct on (a.id) k.key, d.id, a.id as alert_id, a.series_id, m.relation, ${isOpen} as open, r.issued_at
      from alert_revision r join alert a on a.id = r.alert_id, contact c, delivery d
        join message m on m.id = d.message_id join delivery_chunk k on k.id = d.id / ${rowsPerChunk}
      where d.revision_id = r.id and d.contact_id = c.id and c.blind = ${blind} and c.kind = 'phone' and d.channel = ${channelCode.sms}
        and d.state in (1, 2, 3) and ${which}
      order by a.id, r.issued_at desc, d.id desc) asked
    order by issued_at desc limit 20`.execute(tx)
  return rows
}
const toAsked = (r: AskedRow): AskedOne => ({
  outId: outIdOf(r.key, r.id),
  alertId: r.alert_id,
  seriesId: r.series_id,
  relation: r.relation,
})

/** What a number was asked by the alerts that are open. When none is, by the last of three days: who answers late, or answers the all-clear, is heard too. */
export async function findAsked(tx: Tx, blind: Buffer): Promise<AskedOne[]> {
  const rows = await readAsked(tx, blind, sql`(${isOpen} or r.issued_at > (select clock_now()) - interval '3 days')`)
  const open = rows.filter((r) => r.open)
  return (open.length > 0 ? open : rows.slice(0, 1)).map(toAsked)
}

/** What it was asked by these, whatever has become of them since. */
export const findAskedBy = async (tx: Tx, blind: Buffer, alertIds: string[]): Promise<AskedOne[]> =>
  (await readAsked(tx, blind, sql`a.id = any(${alertIds}::text[])`)).map(toAsked)

/** Whose number it is: one of its rows, for the place; a number may stand in several grids. */
export const findNumber = (tx: Tx, blind: Buffer) =>
  tx.selectFrom('contact').select(['id', 'place']).where('blind', '=', blind).where('kind', '=', 'phone').orderBy('id').executeTakeFirst()

export interface NewReply {
  place: string
  contactId: number | null
  /** The number and the words. */
  sealed: Buffer
  source: Buffer
  meaning: Meaning
  alertIds: string[]
  settledAs: string | null
}

/** Answers its id, or null when this very report was kept before. */
export async function insertReply(tx: Tx, reply: NewReply): Promise<number | null> {
  const done = reply.settledAs === null ? {} : { settled_as: reply.settledAs, settled_by: 'system', settled_at: sql<Date>`clock_now()` }
  const row = await tx
    .insertInto('reply')
    .values({
      place: reply.place,
      contact_id: reply.contactId,
      sealed: reply.sealed,
      source: reply.source,
      meaning: reply.meaning,
      alerts: reply.alertIds,
      ...done,
    })
    .onConflict((c) => c.column('source').doNothing())
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

export async function listReplies(tx: Tx, ask: { open: boolean; cursor?: number | undefined; limit: number }) {
  return tx
    .selectFrom('reply as r')
    .leftJoin('person as p', 'p.id', 'r.settled_by')
    .selectAll('r')
    .select('p.name as settled_name')
    .$if(ask.open, (q) => q.where('r.settled_at', 'is', null))
    .$if(ask.cursor !== undefined, (q) => q.where('r.id', '<', ask.cursor!))
    .orderBy('r.id', 'desc')
    .limit(ask.limit + 1)
    .execute()
}
export type ReplyRow = Awaited<ReturnType<typeof listReplies>>[number]

/** Cries that no alert carries on, and how many wait beside them: what the desk must know. */
export async function countOpenReplies(tx: Tx): Promise<{ open: number; help: number; oldest: Date | null }> {
  const { rows } = await sql<{ open: number; help: number; oldest: Date | null }>`
    select count(*)::int as open, count(*) filter (where meaning = 'help')::int as help, min(at) as oldest from reply where settled_at is null`.execute(
    tx,
  )
  return rows[0]!
}

export const lockReply = (tx: Tx, id: number) => tx.selectFrom('reply').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

export async function settleReply(tx: Tx, id: number, as: Settlement, by: string): Promise<void> {
  await tx.updateTable('reply').set({ settled_as: as, settled_by: by, settled_at: sql<Date>`clock_now()` }).where('id', '=', id).execute()
}
