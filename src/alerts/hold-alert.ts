import type { Tx } from '../base/store/store.js'
import { saveAlert } from './alert-store.js'
import { startCountdown } from './countdown.js'
import type { AlertDeps } from './describe-alert.js'
import { warningOf } from './issue-alert.js'
import { beginPress, type Press, type Pressed, recordAlert, stopTimers } from './press-alert.js'

/** Stops it where it is: the countdown of a draft, or the sending of an issued one. */
export async function holdAlert(tx: Tx, press: Press): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'hold')
  if (!transition) return { alert, effect: false }
  const counting = alert.issueAt !== null
  alert.summary.heldFrom = alert.state
  alert.state = transition.to
  alert.holdReason = press.reason?.trim() || null
  stopTimers(alert)
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, transition.event, { stoppedCountdown: counting, ...(alert.holdReason ? { reason: alert.holdReason } : {}) })
  return { alert, effect: true }
}

/** Goes on where it was held. A countdown begins anew: the officer sees the full time again. */
export async function resumeAlert(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'resume')
  if (!transition) return { alert, effect: false }
  alert.state = transition.to
  alert.holdReason = null
  delete alert.summary.heldFrom
  await startCountdown(tx, deps, alert, await warningOf(tx, alert))
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, transition.event, { ...(press.reason ? { reason: press.reason } : {}) })
  return { alert, effect: true }
}
