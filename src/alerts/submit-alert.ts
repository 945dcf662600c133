import type { Tx } from '../base/store/store.js'
import { saveAlert } from './alert-store.js'
import { setSilenceTimer } from './countdown.js'
import type { AlertDeps } from './describe-alert.js'
import { decideIssue, warningOf } from './issue-alert.js'
import { beginPress, type Press, type Pressed, recordAlert } from './press-alert.js'

/** Puts the draft before whoever approves, and starts the clock of their silence. */
export async function submitAlert(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'submit')
  if (!transition) return { alert, effect: false }
  alert.state = transition.to
  const decision = await decideIssue(tx, deps, alert, await warningOf(tx, alert))
  if (decision.needs === 'approval') {
    const now = deps.clock.now()
    alert.summary.approval = { asked: 'approver', since: now.toISOString() }
    await setSilenceTimer(tx, deps, alert, 'deputy')
  }
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, transition.event, { needs: decision.needs })
  return { alert, effect: true }
}
