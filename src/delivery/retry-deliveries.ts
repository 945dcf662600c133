import { sql } from 'kysely'
import { lockAlert } from '../alerts/alert-store.js'
import { staleRevision } from '../alerts/press-alert.js'
import type { Doorbell } from '../base/doorbell.js'
import { Problem } from '../base/problem.js'
import { afterCommit, type Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import { type Channel, channelCode } from '../messages/channel.js'
import { gradeCode, laneOfNumber, rowsPerChunk, type State, stateCode } from './delivery.js'
import { reasonsOfKind } from './list-deliveries.js'
import { findRevision } from './progress.js'
import type { ReasonKind } from './reason.js'

export interface RetryWish {
  alertId: string
  revision: number
  channel: Channel
  state: Extract<State, 'failed' | 'unknown'>
  reason: ReasonKind
}

/**
 * 再发一次: an officer's press opens the deliveries of one kind of failure again, for the same gate and the same lanes. Only chunks
 * that are done: whoever works on one writes down what is open in it. What may have gone out is asked about at the carrier first.
 */
export async function retryDeliveries(tx: Tx, doorbell: Pick<Doorbell, 'ring'>, wish: RetryWish): Promise<number> {
  const alert = await lockAlert(tx, wish.alertId)
  if (wish.revision !== alert.revision) throw staleRevision(alert, wish.revision)
  const revision = await findRevision(tx, alert.id, wish.revision)
  if (!revision || alert.state !== 'issued')
    throw new Problem('conflict', '现在不能再发:这条信息不在发送中', `the alert is ${alert.state}; only an issued one is sent again`)
  const reasons = await reasonsOfKind(tx, revision.id, wish.reason)
  const { rows } = await sql<{ lane: number; count: number }>`
    with reopened as (
      update delivery d set state = ${wish.state === 'failed' ? stateCode.waiting : stateCode.unknown}, attempts = 0, at = clock_now()
      from delivery_chunk c
      where c.id = d.id / ${rowsPerChunk} and c.done and d.revision_id = ${revision.id} and c.revision_id = ${revision.id}
        and d.channel = ${channelCode[wish.channel]} and d.state = ${stateCode[wish.state]} and d.reason = any(${reasons})
        and d.grade < ${gradeCode.delivered}
      returning c.id
    ), counted as (select id, count(*)::int as count from reopened group by id)
    update delivery_chunk c set open = n.count, done = false, not_before = clock_timestamp()
    from counted n where c.id = n.id returning c.lane, n.count`.execute(tx)
  const retried = rows.reduce((sum, r) => sum + r.count, 0)
  if (retried === 0) return 0
  await record(tx, {
    event: 'deliveries.retried',
    place: alert.place,
    thing: { type: 'alert', id: alert.id },
    series: alert.seriesId,
    data: { revisionId: revision.id, revision: wish.revision, channel: wish.channel, reason: wish.reason, retried },
  })
  afterCommit(tx, () => {
    for (const lane of new Set(rows.map((r) => laneOfNumber(r.lane)))) doorbell.ring(lane)
  })
  return retried
}
