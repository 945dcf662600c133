import type { Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import { setTimer, type TimerHandler } from '../journal/todo.js'
import { readProgress } from './progress.js'

/** After the first minutes, and each time the carriers were asked for what was missing (ask-missing.ts). */
const atMinutes = [2, 12, 65]

export const reachTimer = 'delivery.count'

/** Of all contacts of a wording: told (a carrier has it), not told, and unknown. Together they are all of them; unknown is never told. */
export interface Reach {
  told: number
  notTold: number
  unknown: number
}

/**
 * How far a warning got stands in the journal, for the report is written from it: deliveries.planned sets the times.
 */
export function createReachCount(now: () => Date): { countReach: Reaction; count: TimerHandler } {
  const setNext = async (tx: Tx, alertId: string, revision: number, step: number, since: Date) => {
    const minutes = atMinutes[step]
    if (minutes === undefined) return
    const due = new Date(since.getTime() + minutes * 60_000)
    await setTimer(tx, reachTimer, `${alertId} ${revision}`, due, { alertId, revision, step, since: since.toISOString() })
  }
  return {
    async countReach(tx, entry) {
      if (entry.data.purpose === 'warn') await setNext(tx, entry.thing.id, Number(entry.data.revision), 0, now())
    },
    async count(tx, _, payload) {
      const { alertId, revision, step, since } = payload as unknown as Step
      const alert = await tx.selectFrom('alert').select(['place', 'series_id']).where('id', '=', alertId).executeTakeFirst()
      if (!alert) return
      const p = await readProgress(tx, alertId, revision)
      const reach: Reach = { told: p.accepted, notTold: p.waiting + p.failed + p.expired + p.calledOff, unknown: p.unknown }
      await record(tx, {
        event: 'delivery.counted',
        place: alert.place,
        thing: { type: 'alert', id: alertId },
        series: alert.series_id,
        data: { revision, purpose: 'warn', ...reach },
      })
      await setNext(tx, alertId, revision, step + 1, new Date(since))
    },
  }
}

interface Step {
  alertId: string
  revision: number
  step: number
  since: string
}
