import type { Tx } from '../base/store/store.js'
import { channelCode } from '../messages/channel.js'

export interface SentOne {
  outId: string
  contactId: number
  /** The carrier's own id; null while its answer to the send was never seen. */
  carrierId: string | null
}

export async function findSent(tx: Tx, outIds: string[]): Promise<Map<string, SentOne>> {
  const rows = await tx.selectFrom('delivery').select(['out_id', 'contact_id', 'carrier_id']).where('out_id', 'in', outIds).execute()
  return new Map(rows.map((row) => [row.out_id, { outId: row.out_id, contactId: row.contact_id, carrierId: row.carrier_id }]))
}

/** What a number may be answering: the SMS it was sent by alerts that are still open. A reply names none of them, so it counts for all. */
export async function findOpenOutIds(tx: Tx, blind: Buffer): Promise<string[]> {
  const rows = await tx
    .selectFrom('delivery')
    .innerJoin('contact', 'contact.id', 'delivery.contact_id')
    .innerJoin('alert_revision', 'alert_revision.id', 'delivery.revision_id')
    .innerJoin('alert', 'alert.id', 'alert_revision.alert_id')
    .select('delivery.out_id')
    .distinctOn('alert.id')
    .where('contact.kind', '=', 'phone')
    .where('contact.blind', '=', blind)
    .where('delivery.channel', '=', channelCode.sms)
    .where('alert.state', 'in', ['issued', 'held'])
    .orderBy('alert.id')
    .orderBy('delivery.id', 'desc')
    .limit(20)
    .execute()
  return rows.map((row) => row.out_id)
}
