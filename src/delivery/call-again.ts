import { sql } from 'kysely'
import type { Doorbell } from '../base/doorbell.js'
import type { Tx } from '../base/store/store.js'
import { channelCode } from '../messages/channel.js'
import { callAgainCode } from './delivery.js'
import type { Ladder } from './ladder-store.js'
import { sendOne } from './send-one.js'

/**
 * One more call of the wording in force. The purpose 10 + n keeps it apart from the first call; who is called on one rung for several
 * sleepers is rung once. Answers whether there was a phone to call.
 */
export async function callAgain(tx: Tx, doorbell: Pick<Doorbell, 'ring'>, ladder: Ladder, staffId: string, step: number): Promise<boolean> {
  // The words of their own call; for who had none, those of the nearest colleague who is called.
  const { rows } = await sql<{ contact_id: number; place: string; revision_id: number; message_id: number }>`
    select s.contact_id, s.place, r.id as revision_id, m.message_id
    from alert_revision r join staff s on s.id = ${staffId} join contact called on called.id = s.contact_id and called.kind = 'phone'
      join staff own on own.id = ${ladder.staffId}
      join lateral (
        select d.message_id from delivery d
        where d.revision_id = r.id and d.channel = ${channelCode.voice} and d.purpose = 1
        order by d.contact_id is not distinct from own.contact_id desc, d.place = own.place desc, d.id limit 1) m on true
    where r.alert_id = ${ladder.alertId} and r.revision = ${ladder.alert.revision}`.execute(tx)
  const call = rows[0]
  if (!call) return false
  const { place, level, revision } = ladder.alert
  await sendOne(tx, doorbell, {
    alert: { id: ladder.alertId, place, level, revision },
    ...{ revisionId: call.revision_id, contactId: call.contact_id, messageId: call.message_id, channel: 'voice', place: call.place },
    purpose: callAgainCode(step),
  })
  return true
}
