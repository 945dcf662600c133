import type { Doorbell } from '../base/doorbell.js'
import { afterCommit, type Tx } from '../base/store/store.js'
import { type Channel, channelCode } from '../messages/channel.js'
import type { Words } from '../messages/words.js'
import type { Relation } from '../register/register.js'
import { laneNumber, laneOfNumber, rowsPerChunk, turnOf } from './delivery.js'
import { insertChunks, insertDeliveries, insertMessages, takeIds } from './delivery-store.js'

export interface OneMore {
  alert: { id: string; place: string; level: string | null; revision: number }
  revisionId: number
  contactId: number
  messageId: number
  channel: Channel
  place: string
  /** Keeps it apart from what the contact got of this wording before (delivery.ts). */
  purpose: number
}

/** One more message to one contact after the plan: a delivery of its own in a chunk of its own, through the same gate and lanes. */
export async function sendOne(tx: Tx, doorbell: Pick<Doorbell, 'ring'>, one: OneMore): Promise<boolean> {
  const { alert, revisionId, contactId, messageId, place } = one
  const channel = channelCode[one.channel]
  const lane = laneNumber(one.channel, alert.level, true)
  const [chunkId] = await takeIds(tx, 'delivery_chunk', 1)
  const of = { revisionId, alertId: alert.id, revision: alert.revision }
  const chunk = { id: chunkId!, place: alert.place, ...of, channel, lane, turn: turnOf(true), size: 1 }
  await insertChunks(tx, [chunk])
  const row = { id: chunkId! * rowsPerChunk, contactId, messageId, channel, place }
  const added = await insertDeliveries(tx, revisionId, one.purpose, [row])
  if (added === 0) await tx.deleteFrom('delivery_chunk').where('id', '=', chunkId!).execute()
  afterCommit(tx, () => doorbell.ring(laneOfNumber(lane)))
  return added > 0
}

/** The same with words that nobody else gets: they become a message first. */
export async function sayToOne(
  tx: Tx,
  doorbell: Pick<Doorbell, 'ring'>,
  one: Omit<OneMore, 'messageId'>,
  relation: Relation,
  { text, template, parameters }: Words,
): Promise<boolean> {
  const [messageId] = await takeIds(tx, 'message', 1)
  const { place, revisionId } = one
  const message = { id: messageId!, place, revisionId, channel: channelCode[one.channel], language: 'zh' as const, relation }
  await insertMessages(tx, [{ ...message, template, text, parameters }])
  return sendOne(tx, doorbell, { ...one, messageId: messageId! })
}
