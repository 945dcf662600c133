import type { Tx } from '../base/store/store.js'
import type { Reaction } from '../journal/journal.js'
import type { Alert } from './alert.js'
import { wasIssued } from './alert-state.js'
import { lockLiveOfWarnings, readWarningFacts, saveAlert } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { reopenMuted } from './mute-warning.js'
import { recountDropped } from './part-clear.js'
import { recordAlert, standingOf, stopTimers } from './press-alert.js'

export type AllClearBasis = 'lifted' | 'cancelled' | 'expired' | 'no-longer-ours'

const basisOf: Record<string, AllClearBasis> = {
  'warning.lifted': 'lifted',
  'warning.cancelled': 'cancelled',
  'warning.expired': 'expired',
}

/**
 * The authority's warning is over. Whoever was told must hear it too, but a person presses 解除: all in is not danger over.
 * What was never sent is closed, with its countdown.
 */
export const draftAllClear =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const basis = basisOf[entry.event]
    if (!basis) return
    const warning = await readWarningFacts(tx, String(entry.data.warningId ?? entry.thing.id))
    const sent = typeof entry.data.sent === 'string' ? entry.data.sent : entry.at.toISOString()
    const assumed = basis === 'expired' && warning.expires === null
    for (const alert of await lockLiveOfWarnings(tx, [warning.id])) {
      if (warning.status === 'Test') await endTest(tx, alert)
      else if (await speaksOfAnother(tx, alert, warning.id)) await dropUpdate(tx, alert)
      else await askAllClear(tx, deps, alert, basis, { at: sent, assumed })
    }
    await reopenMuted(tx, warning.id)
    await recountDropped(tx, deps, warning.event)
  }

/** A test of the line is over by itself: nobody is asked. */
async function endTest(tx: Tx, alert: Alert): Promise<void> {
  stopTimers(alert)
  alert.state = 'closed'
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.closed', { because: 'test-over' })
}

/** What ended only waited to be passed on here; the warning that people were told of stands. */
const speaksOfAnother = async (tx: Tx, alert: Alert, endedId: string): Promise<boolean> =>
  alert.warningId !== null && alert.warningId !== endedId && (await readWarningFacts(tx, alert.warningId)).state === 'in-force'

async function dropUpdate(tx: Tx, alert: Alert): Promise<void> {
  const { update } = alert.summary
  stopTimers(alert)
  delete alert.summary.update
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.update-dropped', { warningId: update?.warningId ?? null })
}

export async function askAllClear(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  basis: AllClearBasis,
  end: { at?: string; assumed?: boolean } = {},
): Promise<void> {
  stopTimers(alert)
  delete alert.summary.update
  const allClear: NonNullable<Alert['summary']['allClear']> = {
    basis,
    at: end.at ?? deps.clock.now().toISOString(),
    ...(end.assumed ? { assumed: true } : {}),
  }
  if (!wasIssued(standingOf(alert))) {
    // An order is a person's own decision: the end of the warning is told on the desk, but does not take the draft away.
    if (alert.origin === 'order' || alert.origin === 'notice') return saveAlert(tx, alert)
    alert.state = 'closed'
    alert.summary.allClear = allClear
    alert.holdReason = null
    await saveAlert(tx, alert)
    await recordAlert(tx, alert, 'alert.closed', { because: basis })
    return
  }
  if (alert.summary.allClear) return
  alert.summary.allClear = allClear
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.all-clear-asked', { basis })
}
