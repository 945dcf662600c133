import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import { record } from '../journal/journal.js'

/**
 * delivery.first-accepted and delivery.last-accepted, once for each revision. The revision's row is the lock: of two processes
 * that finish the last two chunks at the same moment, the second one sees both.
 */
async function lockRevision(tx: Tx, revisionId: number) {
  const { rows } = await sql<{ alert_id: string; place: string; series_id: string; revision: number; purpose: string; plan_done: boolean }>`
    select r.alert_id, a.place, a.series_id, r.revision, r.purpose, r.plan_done
    from alert_revision r join alert a on a.id = r.alert_id where r.id = ${revisionId} for no key update of r`.execute(tx)
  return rows[0]!
}
type Locked = Awaited<ReturnType<typeof lockRevision>>

async function isNoted(tx: Tx, event: string, alertId: string, revisionId: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from journal where thing_type = 'alert' and thing_id = ${alertId} and event = ${event}
      and (data->>'revisionId')::bigint = ${revisionId}`.execute(tx)
  return rows.length > 0
}

async function note(tx: Tx, event: string, revisionId: number, of: Locked, at: Date): Promise<void> {
  await record(tx, {
    event,
    place: of.place,
    thing: { type: 'alert', id: of.alert_id },
    series: of.series_id,
    data: { revisionId, revision: of.revision, purpose: of.purpose, at: chinaTime(at) },
  })
}

const acceptedTime = async (tx: Tx, revisionId: number, which: 'min' | 'max'): Promise<Date | null> => {
  const { rows } = await sql<{ at: Date | null }>`
    select ${sql.raw(which)}(at) as at from delivery where revision_id = ${revisionId} and state = 1`.execute(tx)
  return rows[0]?.at ?? null
}

/** Answers whether it is noted, by us or before. */
export async function noteFirstAccepted(tx: Tx, revisionId: number): Promise<boolean> {
  const revision = await lockRevision(tx, revisionId)
  if (await isNoted(tx, 'delivery.first-accepted', revision.alert_id, revisionId)) return true
  const at = await acceptedTime(tx, revisionId, 'min')
  if (at) await note(tx, 'delivery.first-accepted', revisionId, revision, at)
  return at !== null
}

/** To be asked when a process finds no more of the revision to send, and when its plan is done: it was the last if nothing is open. */
export async function noteLastAccepted(tx: Tx, revisionId: number): Promise<void> {
  const revision = await lockRevision(tx, revisionId)
  if (!revision.plan_done) return
  const { rows } = await sql`select 1 from delivery_chunk where revision_id = ${revisionId} and not done limit 1`.execute(tx)
  if (rows.length > 0 || (await isNoted(tx, 'delivery.last-accepted', revision.alert_id, revisionId))) return
  const at = await acceptedTime(tx, revisionId, 'max')
  if (at) await note(tx, 'delivery.last-accepted', revisionId, revision, at)
}

/** At the start: wordings that went out whole to the last chunk, whose process was killed before it said so. */
export async function noteLeftUnsaid(tx: Tx): Promise<void> {
  const { rows } = await sql<{ id: number }>`
    select r.id from alert_revision r where r.plan_done and r.issued_at > (select clock_now()) - interval '2 days'
      and exists (select 1 from delivery_chunk c where c.revision_id = r.id)
      and not exists (select 1 from delivery_chunk c where c.revision_id = r.id and not c.done)
      and not exists (select 1 from journal j where j.thing_type = 'alert' and j.thing_id = r.alert_id
        and j.event = 'delivery.last-accepted' and (j.data->>'revisionId')::bigint = r.id)`.execute(tx)
  for (const { id } of rows) await noteLastAccepted(tx, id)
}
