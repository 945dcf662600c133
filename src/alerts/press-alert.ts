import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { Alert } from './alert.js'
import { type AlertVerb, nameOfState, next, reached, type Transition, whyNot } from './alert-state.js'
import { lockAlert } from './alert-store.js'

/** One press of an officer: which alert, which wording was on the screen, and why. */
export interface Press {
  alertId: string
  revision: number
  reason?: string | null | undefined
  /** The number of people that was on the button, where the audience is wider than the warning. */
  confirm?: { audience: number } | undefined
}

/** effect false: it had been done already, nothing changed. */
export interface Pressed {
  alert: Alert
  effect: boolean
}

export const autoIssueTimer = 'alert.auto-issue'
export const silenceTimer = 'alert.approval-silent'

export const standingOf = (alert: Alert) => ({
  state: alert.state,
  ...(alert.summary.heldFrom ? { heldFrom: alert.summary.heldFrom } : {}),
})

/**
 * The same four questions for every verb, under the row's lock: done already? · was another wording on the screen? · may it
 * from here? Answers the locked alert and where it goes, or the alert alone when nothing is to be done.
 */
export async function beginPress(tx: Tx, press: Press, verb: AlertVerb): Promise<{ alert: Alert; transition: Transition | null }> {
  const alert = await lockAlert(tx, press.alertId)
  return { alert, transition: judgePress(alert, press, verb) }
}

export function judgePress(alert: Alert, press: Press, verb: AlertVerb): Transition | null {
  const standing = standingOf(alert)
  if (reached(standing, verb)) return null
  if (press.revision !== alert.revision) throw staleRevision(alert, press.revision)
  const transition = next(standing, verb)
  if (!transition) throw new Problem('conflict', whyNot(standing, verb), `the alert is ${alert.state}; ${verb} is not possible from there`)
  return transition
}

export const staleRevision = (alert: Alert, seen: number) =>
  new Problem(
    'stale-revision',
    '这条信息刚被别人改过,请看清最新内容再按',
    `you pressed on revision ${seen}; it is revision ${alert.revision} now (${nameOfState(alert.state)})`,
    [],
    { revision: alert.revision, state: alert.state },
  )

/** One journal entry of an alert. */
export const recordAlert = (tx: Tx, alert: Alert, event: string, data: Record<string, unknown> = {}) =>
  record(tx, {
    event,
    place: alert.place,
    thing: { type: 'alert', id: alert.id },
    series: alert.seriesId,
    data: { revision: alert.revision, audience: alert.audience, origin: alert.origin, level: alert.level, kind: alert.kind, ...data },
  })

/**
 * Timers of an alert are never moved or removed: whoever holds the alert's row would wait for a timer that is just firing and that waits for
 * the alert. Each is made for one target time and looks, under the lock, whether the alert still waits for exactly that time.
 */
export const timerSubject = (alertId: string, target: Date | string) => `${alertId}@${new Date(target).toISOString()}`
export const alertOfTimer = (subject: string) => subject.split('@')[0]!

/** The countdown and the wait for an approval end here. */
export function stopTimers(alert: Alert): void {
  alert.issueAt = null
  delete alert.summary.approval
}
