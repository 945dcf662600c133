import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { Channel } from '../messages/channel.js'
import type { CarrierChange } from './fail-over.js'

/** A carrier that is not spoken to as usual. failing: it does not answer · account: it takes nothing until a person puts our account right. */
export interface CarrierTrouble {
  channel: Channel
  carrier: string
  cause: 'failing' | 'account'
  reason: string
  since: Date
}

/** Every process that sends finds out by itself; only the first one's finding is news. Answers whether it was. */
export async function noteCarrier(tx: Tx, channel: Channel, change: CarrierChange): Promise<boolean> {
  const { carrier } = change
  const entry = { place: '', thing: { type: 'carrier', id: channel }, series: null }
  if (change.to === 'well') {
    const { rows } = await sql<{ since: Date }>`
      delete from carrier_trouble where channel = ${channel} and carrier = ${carrier} returning since`.execute(tx)
    if (rows.length > 0) await record(tx, { ...entry, event: 'carrier.recovered', data: { channel, carrier } })
    return rows.length > 0
  }
  const { to: cause, reason, next } = change
  const { rows } = await sql`
    insert into carrier_trouble (channel, carrier, cause, reason) values (${channel}, ${carrier}, ${cause}, ${reason})
    on conflict (channel, carrier) do update set cause = excluded.cause, reason = excluded.reason where carrier_trouble.cause <> excluded.cause
    returning 1`.execute(tx)
  if (rows.length > 0) await record(tx, { ...entry, event: 'carrier.failed', data: { channel, carrier, cause, reason, next } })
  return rows.length > 0
}

export async function listTroubles(tx: Tx): Promise<CarrierTrouble[]> {
  const rows = await tx.selectFrom('carrier_trouble').selectAll().orderBy('since').execute()
  return rows.map((r) => ({ ...r, channel: r.channel as Channel, cause: r.cause as CarrierTrouble['cause'] }))
}
