import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'

export interface DeadContact {
  contactId: number
  /** The carrier's words, without the number. */
  reason: string
}

/**
 * A carrier says that there is no such number. It is marked with the reason and the time and is not rung again; nobody is removed.
 * One entry per grid: a storm may find hundreds of them at once.
 */
export async function breakContacts(tx: Tx, dead: DeadContact[], alert: { id: string; seriesId: string | null } | null): Promise<void> {
  if (dead.length === 0) return
  const ids = dead.map((d) => d.contactId)
  const { rows } = await sql<{ id: number; place: string; reason: string }>`
    update contact k set broken = b.reason, broken_at = clock_timestamp()
    from unnest(${ids}::bigint[], ${dead.map((d) => d.reason)}::text[]) as b(id, reason)
    where k.id = b.id and k.id = any(${ids}::bigint[]) and k.broken is null
    returning k.id, k.place, k.broken as reason`.execute(tx)
  const places = [...new Set(rows.map((r) => r.place))].sort()
  for (const place of places) {
    const here = rows.filter((r) => r.place === place)
    await record(tx, {
      event: 'contact.broken',
      place,
      thing: { type: 'contact', id: here[0]!.id },
      series: alert?.seriesId ?? null,
      data: { contacts: here.map((r) => r.id), ...(alert ? { alertId: alert.id } : {}) },
    })
  }
}
