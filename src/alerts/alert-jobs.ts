import type { Tx } from '../base/store/store.js'
import type { TimerHandler } from '../journal/todo.js'
import { matchArea } from '../matching/match-area.js'
import { lockAlert, readWarningFacts, saveAlert } from './alert-store.js'
import { widthOf } from './audience-width.js'
import { setSilenceTimer } from './countdown.js'
import { type AlertDeps, textOf } from './describe-alert.js'
import { reviseOut } from './follow-warning.js'
import { decideIssue, recordWidth, sendOut, warningOf } from './issue-alert.js'
import { alertOfTimer, autoIssueTimer, recordAlert, silenceTimer, timerSubject } from './press-alert.js'

/** The timers of alerts, by the name of their todo row. */
export const alertTimers = (deps: AlertDeps): Record<string, TimerHandler> => ({
  [autoIssueTimer]: (tx, subject) => issueByItself(tx, deps, subject),
  [silenceTimer]: (tx, subject, payload) => passOn(tx, deps, subject, payload.asked === 'author' ? 'author' : 'deputy'),
})

/** The countdown ran out. Everything is asked once more under the lock: held, approved or ended in between, it does nothing. */
async function issueByItself(tx: Tx, deps: AlertDeps, subject: string): Promise<void> {
  const alert = await lockAlert(tx, alertOfTimer(subject))
  if (alert.issueAt === null || subject !== timerSubject(alert.id, alert.issueAt)) return
  const { update } = alert.summary
  const warning = update ? await readWarningFacts(tx, update.warningId) : await warningOf(tx, alert)
  const decision = await decideIssue(tx, deps, { ...alert, level: warning?.level ?? alert.level }, warning)
  const width = widthOf(deps, { ...alert, people: alert.summary.audience.people }, warning)
  if (alert.state === 'draft' && width) {
    alert.issueAt = null
    alert.summary.width = width
    await saveAlert(tx, alert)
    return void (await recordWidth(tx, alert, 'alert.kept-waiting', width))
  }
  if (decision.automaticAfter === null || !warning || warning.state === 'cancelled' || warning.state === 'expired') return
  if (alert.state === 'draft') return sendOut(tx, deps, alert, warning, { automatic: true })
  if (alert.state !== 'issued' || !update) return
  const match = matchArea(deps.register.snapshot(), { areas: warning.areas, text: textOf(warning) })
  const grids = match.grids.filter((grid) => grid.place.startsWith(alert.place))
  await reviseOut(tx, deps, alert, warning, grids.length > 0 ? { ...match, grids } : alert.summary.match, { automatic: true })
}

/** Nobody answered: the approval is asked of the deputy, then the author may issue with a reason. */
async function passOn(tx: Tx, deps: AlertDeps, subject: string, asked: 'deputy' | 'author'): Promise<void> {
  const alert = await lockAlert(tx, alertOfTimer(subject))
  const { approval } = alert.summary
  if (alert.state !== 'submitted' || !approval || subject !== timerSubject(alert.id, approval.since)) return
  alert.summary.approval = { asked, since: deps.clock.now().toISOString() }
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, asked === 'deputy' ? 'alert.approval-passed-on' : 'alert.approval-opened', { asked })
  if (asked === 'deputy') await setSilenceTimer(tx, deps, alert, 'author')
}
