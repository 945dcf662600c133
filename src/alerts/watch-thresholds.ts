import type { Tx } from '../base/store/store.js'
import type { JournalEntry, Reaction } from '../journal/journal.js'
import { wasIssued } from './alert-state.js'
import { lockSeries, readSeriesAlerts } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { dropDraft, endOne } from './end-alert.js'
import { hintStaff } from './hint-staff.js'
import { standingOf } from './press-alert.js'

/** A gauge of ours is over a threshold: a hint to the staff of its grids, before any station may have said a word. */
export const openHint =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const seriesId = entry.series
    if (!seriesId || (await readSeriesAlerts(tx, seriesId)).length > 0) return
    const { event, words } = entry.data
    await hintStaff(tx, deps, { seriesId, places: placesOf(entry), event: String(event), words: String(words), expiresAt: null })
  }

const placesOf = (entry: JournalEntry): string[] => (Array.isArray(entry.data.places) ? entry.data.places.map(String) : [])

/** The gauge has fallen again: those who were told hear that too (监测值已回落). What an officer has ended stays as it is. */
export const endHint =
  (deps: AlertDeps): Reaction =>
  async (tx: Tx, entry) => {
    if (!entry.series) return
    for (const alert of await lockSeries(tx, entry.series)) {
      if (alert.origin !== 'internal') continue
      const out = wasIssued(standingOf(alert)) && (alert.state === 'issued' || alert.state === 'held')
      if (out) await endOne(tx, deps, alert, 'all-clear', `${String(entry.data.name)}监测值已回落`)
      else if (!['closed', 'called-off', 'all-clear'].includes(alert.state)) await dropDraft(tx, alert, 'threshold-ended')
    }
  }
