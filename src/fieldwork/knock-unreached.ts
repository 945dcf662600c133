import { lockAlert } from '../alerts/alert-store.js'
import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { listReached, listUnreached } from '../delivery/list-deliveries.js'
import { findRevision } from '../delivery/progress.js'
import { meaningOfReason, type ReasonKind } from '../delivery/reason.js'
import type { Channel } from '../messages/channel.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { homeKnock, openDoors, staffKnock } from './open-knocks.js'

export interface UnreachedWish {
  alertId: string
  channel: Channel
  reason: ReasonKind
}

/**
 * 派人上门: an officer's press sends somebody to the doors that one kind of failure left untold. A home that was reached on another
 * number of its own needs no knock, and none gets two.
 */
export async function knockUnreached(tx: Tx, deps: FieldworkDeps, wish: UnreachedWish): Promise<{ opened: number; doors: number }> {
  const alert = await lockAlert(tx, wish.alertId)
  if (alert.state !== 'issued' || alert.kind !== 'actual')
    throw new Problem(
      'conflict',
      '现在不能派人上门:这条信息不在发送中,或是演练',
      `the alert is ${alert.state} (${alert.kind}); only an issued, actual one`,
    )
  const revision = await findRevision(tx, alert.id)
  if (!revision) return { opened: 0, doors: 0 }
  const silent = new Set(await listUnreached(tx, revision.id, wish))
  const { households, staff } = deps.register.snapshot()
  const own = (home: (typeof households)[number]) => home.contacts.flatMap((c) => (c.relation === 'self' ? c.contactId : []))
  const asked = households.filter((home) => own(home).some((id) => silent.has(id)))
  const reached = await listReached(tx, revision.id, asked.flatMap(own))
  const why = meaningOfReason(wish.reason, '没有发到').zh
  const doors = [
    ...asked.filter((home) => !own(home).some((id) => reached.has(id))).map((home) => homeKnock(deps, home, why)),
    ...staff.filter((s) => s.contactId !== null && silent.has(s.contactId)).map((s) => staffKnock(deps, s, '没有通知到', why)),
  ]
  return { opened: await openDoors(tx, alert, doors), doors: doors.length }
}
