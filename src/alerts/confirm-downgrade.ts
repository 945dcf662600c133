import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import { matchArea } from '../matching/match-area.js'
import { lockSeries, readAlert, readWarningFacts, saveAlert } from './alert-store.js'
import { startCountdown } from './countdown.js'
import { type AlertDeps, textOf } from './describe-alert.js'
import { reviseOut } from './follow-warning.js'
import { decideIssue } from './issue-alert.js'
import { type Press, type Pressed, recordAlert, staleRevision } from './press-alert.js'

export const unconfirmedDowngrade = () =>
  new Problem(
    'conflict',
    '转移还没有结束,预警却降级了:请先确认降级(转移仍按原来的要求进行),再更新',
    'an evacuation is open and the warning was lowered: confirm the downgrade first',
  )

/**
 * The station lowered its warning while people are being moved. Nothing went out by itself; an officer has looked at both and says
 * that the lower colour may be told now. Acts on the whole series; the evacuation goes on until it is ended by itself.
 */
export async function confirmDowngrade(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { seriesId } = await readAlert(tx, press.alertId)
  const series = await lockSeries(tx, seriesId)
  const pressed = series.find((a) => a.id === press.alertId)!
  const waiting = series.filter((a) => a.summary.update?.unconfirmed)
  if (waiting.length === 0) return { alert: pressed, effect: false }
  if (press.revision !== pressed.revision) throw staleRevision(pressed, press.revision)
  for (const alert of waiting) {
    const { unconfirmed: _, ...update } = alert.summary.update!
    alert.summary.update = update
    const warning = await readWarningFacts(tx, update.warningId)
    await recordAlert(tx, alert, 'alert.downgrade-confirmed', {
      to: update.level,
      warningId: warning.id,
      ...(press.reason ? { reason: press.reason } : {}),
    })
    const decision = await decideIssue(tx, deps, { ...alert, level: warning.level }, warning)
    const match = matchArea(deps.register.snapshot(), { areas: warning.areas, text: textOf(warning) })
    const grids = match.grids.filter((grid) => grid.place.startsWith(alert.place))
    if (alert.audience === 'staff' && alert.state === 'issued' && decision.atOnce && grids.length > 0) {
      await reviseOut(tx, deps, alert, warning, { ...match, grids }, { automatic: false, reason: press.reason ?? null })
      continue
    }
    const lower = { ...alert, level: warning.level }
    await startCountdown(tx, deps, lower, warning)
    alert.issueAt = lower.issueAt
    await saveAlert(tx, alert)
  }
  return { alert: pressed, effect: true }
}
