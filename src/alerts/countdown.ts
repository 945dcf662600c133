import type { Tx } from '../base/store/store.js'
import { setTimer } from '../journal/todo.js'
import type { Alert } from './alert.js'
import type { WarningFacts } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { decideIssue } from './issue-alert.js'
import { silenceMs } from './issue-policy.js'
import { autoIssueTimer, silenceTimer, timerSubject } from './press-alert.js'

/**
 * Where policy lets an alert send itself, sets the time at which it does: a draft is issued, an issued one that has a newer
 * warning waiting is revised. `notLater` keeps a running countdown from being pushed back by every new version.
 */
export async function startCountdown(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts | null,
  notLater?: Date | null,
): Promise<void> {
  const { update } = alert.summary
  const waits = alert.state === 'draft' || (alert.state === 'issued' && update !== undefined && !update.unconfirmed)
  const { automaticAfter } = waits ? await decideIssue(tx, deps, alert, warning) : { automaticAfter: null }
  if (automaticAfter === null || alert.summary.allClear) {
    alert.issueAt = null
    return
  }
  const target = new Date(deps.clock.now().getTime() + automaticAfter * 1000)
  if (notLater && notLater <= target) {
    // Its timer is set already.
    alert.issueAt = notLater
    return
  }
  alert.issueAt = target
  await setTimer(tx, autoIssueTimer, timerSubject(alert.id, target), target)
}

/** When the person asked stays silent, the approval is asked of the next one. */
export async function setSilenceTimer(tx: Tx, deps: AlertDeps, alert: Alert, next: 'deputy' | 'author'): Promise<void> {
  const { since } = alert.summary.approval!
  const due = new Date(new Date(since).getTime() + silenceMs(deps.policy, alert.level))
  await setTimer(tx, silenceTimer, timerSubject(alert.id, since), due, { asked: next, since })
}
