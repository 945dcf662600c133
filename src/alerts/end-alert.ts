import { Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import { type Alert, endingHours, type Purpose } from './alert.js'
import { wasIssued } from './alert-state.js'
import { lockSeries, readAlert, saveAlert } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { freezeRevision, warningOf } from './issue-alert.js'
import { recountDropped } from './part-clear.js'
import { judgePress, type Press, type Pressed, recordAlert, standingOf, stopTimers } from './press-alert.js'

/** 撤回更正: says to exactly those who were told that it was wrong. Acts on the whole series. */
export const callOffAlert = (tx: Tx, deps: AlertDeps, press: Press) => endSeries(tx, deps, press, 'call-off')

/** 解除: passes the end of the warning on, with 等待通知再返回. Acts on the whole series. */
export const allClearAlert = (tx: Tx, deps: AlertDeps, press: Press) => endSeries(tx, deps, press, 'all-clear')

async function endSeries(tx: Tx, deps: AlertDeps, press: Press, verb: 'call-off' | 'all-clear'): Promise<Pressed> {
  const { seriesId } = await readAlert(tx, press.alertId)
  const series = await lockSeries(tx, seriesId)
  const pressed = series.find((a) => a.id === press.alertId)!
  const transition = judgePress(pressed, press, verb)
  if (!transition) return { alert: pressed, effect: false }
  if (verb === 'all-clear') await demandLifted(tx, pressed, press)
  for (const alert of series) {
    const out = wasIssued(standingOf(alert)) && (alert.state === 'issued' || alert.state === 'held')
    if (out) await endOne(tx, deps, alert, verb, press.reason ?? null)
    else if (!['closed', 'called-off', 'all-clear'].includes(alert.state)) await dropDraft(tx, alert, verb)
  }
  await recountDropped(tx, deps, pressed.event)
  return { alert: pressed, effect: true }
}

/** 预警由谁发,就由谁解除: while the station's warning stands, its all-clear needs the officer's word why. */
async function demandLifted(tx: Tx, alert: Alert, press: Press): Promise<void> {
  if (alert.origin !== 'relay' || alert.summary.allClear || press.reason?.trim()) return
  const warning = await warningOf(tx, alert)
  if (warning?.state === 'in-force')
    throw new Problem(
      'conflict',
      '发布单位还没有解除这条预警:发错了请用「撤回更正」;已电话核实解除的,请写明理由',
      'the warning is still in force; call off what was wrong, or give the reason for an all-clear',
      [{ path: 'reason', message: '例如:06:42 电话核实,区气象台已解除' }],
    )
}

export async function endOne(tx: Tx, deps: AlertDeps, alert: Alert, verb: 'call-off' | 'all-clear', reason: string | null): Promise<void> {
  const purpose: Purpose = verb === 'call-off' ? 'correct' : 'all-clear'
  stopTimers(alert)
  const warning = await warningOf(tx, alert)
  alert.state = verb === 'call-off' ? 'called-off' : 'all-clear'
  alert.revision += 1
  alert.holdReason = null
  alert.issuedBy = actorOf(tx).person
  alert.expiresAt = new Date(deps.clock.now().getTime() + endingHours * 3_600_000)
  delete alert.summary.heldFrom
  delete alert.summary.update
  alert.summary.allClear ??= { basis: 'lifted', at: deps.clock.now().toISOString() }
  if (verb === 'call-off') delete alert.summary.allClear
  const frozen = await freezeRevision(tx, deps, alert, warning, purpose)
  await saveAlert(tx, alert)
  const event = verb === 'call-off' ? 'alert.called-off' : 'alert.all-cleared'
  await recordAlert(tx, alert, event, { purpose, ...frozen, ...(reason ? { reason } : {}) })
}

export async function dropDraft(tx: Tx, alert: Alert, because: string): Promise<void> {
  stopTimers(alert)
  alert.state = 'closed'
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.closed', { because })
}
