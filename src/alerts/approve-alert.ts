import { newId } from '../base/ids.js'
import { Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import type { Alert } from './alert.js'
import { lockAlert, saveAlert } from './alert-store.js'
import { type Approval, countersignCall, insertApproval, readApprovals } from './approval-store.js'
import type { AlertDeps } from './describe-alert.js'
import { judgePress, type Press, type Pressed, recordAlert } from './press-alert.js'

export interface Approving extends Press {
  by: 'app' | 'phone'
  /** 电话请示: who said yes, when, and what was said. */
  whom?: string | undefined
  at?: Date | undefined
  note?: string | undefined
}

/** The second person says yes: in the app, or on the telephone (logged by the officer, confirmed later in the app). */
export async function approveAlert(tx: Tx, deps: AlertDeps, press: Approving): Promise<Pressed> {
  const alert = await lockAlert(tx, press.alertId)
  const { person } = actorOf(tx)
  if (press.by === 'app' && (await countersign(tx, deps, alert, person))) return { alert, effect: true }
  const transition = judgePress(alert, press, 'approve')
  if (!transition) return { alert, effect: false }
  if (press.by === 'app' && person === alert.createdBy)
    throw new Problem(
      'forbidden',
      '不能批准自己起草的信息:请带班领导批准,或登记电话请示',
      'the author cannot approve; log an approval given by telephone',
    )
  const approval = approvalOf(deps, alert, press, person)
  await insertApproval(tx, alert.place, approval)
  delete alert.summary.approval
  alert.state = transition.to
  await saveAlert(tx, alert)
  // Whom the officer phoned is kept with the approval; the journal says that it was given, how and when.
  await recordAlert(tx, alert, transition.event, { by: approval.by, permits: approval.revision, at: approval.at.toISOString() })
  return { alert, effect: true }
}

function approvalOf(deps: AlertDeps, alert: Alert, press: Approving, person: string): Approval {
  const now = deps.clock.now()
  const whom = press.whom?.trim() ?? ''
  if (press.by === 'phone' && (!whom || !press.at))
    throw new Problem('malformed', '请登记电话请示了谁、什么时间', 'by phone: whom and at are needed', [
      { path: whom ? 'at' : 'whom', message: whom ? '请填写请示时间' : '请填写请示了谁' },
    ])
  const at = press.by === 'phone' ? press.at! : now
  if (at.getTime() > now.getTime() + 60_000)
    throw new Problem('malformed', '请示时间还没有到', 'the time of the call lies ahead', [{ path: 'at', message: '请检查时间' }])
  return {
    id: newId(),
    alertId: alert.id,
    revision: alert.state === 'issued' ? alert.revision + 1 : alert.revision,
    by: press.by,
    whom: whom || person,
    at,
    note: press.note?.trim() ?? '',
    person,
    countersignedAt: null,
  }
}

/** 补签: the leader confirms in the app what was said on the telephone. */
async function countersign(tx: Tx, deps: AlertDeps, alert: Alert, person: string): Promise<boolean> {
  const open = (await readApprovals(tx, alert.id)).find((a) => a.by === 'phone' && !a.countersignedAt && a.person !== person)
  if (!open || person === alert.createdBy) return false
  await countersignCall(tx, alert.seriesId, open, deps.clock.now())
  await recordAlert(tx, alert, 'alert.countersigned', { permits: open.revision })
  return true
}
