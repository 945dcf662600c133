import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { saveAlert } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { beginPress, type Press, type Pressed, recordAlert, stopTimers } from './press-alert.js'

/** 归档. A relay or an order that is still out is ended first, so that those who were told hear that it is over. */
export async function closeAlert(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'close')
  if (!transition) return { alert, effect: false }
  const out = alert.state === 'issued' || (alert.state === 'held' && alert.summary.heldFrom === 'issued')
  const ran = alert.expiresAt !== null && alert.expiresAt <= deps.clock.now()
  if (out && !ran && alert.origin !== 'notice' && alert.origin !== 'internal')
    throw new Problem('conflict', '已经发给群众的信息要先解除或撤回,再归档', 'it is still out: press all-clear or call-off first')
  stopTimers(alert)
  alert.state = transition.to
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, transition.event, press.reason ? { reason: press.reason } : {})
  return { alert, effect: true }
}
