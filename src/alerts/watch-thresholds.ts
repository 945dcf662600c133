import { systemActor, type Tx } from '../base/store/store.js'
import type { JournalEntry, Reaction } from '../journal/journal.js'
import { type Alert, titleOf } from './alert.js'
import { wasIssued } from './alert-state.js'
import { lockSeries, readSeriesAlerts } from './alert-store.js'
import { type AlertDeps, pickGrids } from './describe-alert.js'
import { blank, homeOf, keepDraft, newIdentifier } from './draft-alert.js'
import { dropDraft, endOne } from './end-alert.js'
import { decideIssue, sendOut } from './issue-alert.js'
import { standingOf } from './press-alert.js'

/**
 * A gauge of ours is over a threshold: a hint to the staff of its grids (监测提示), before any station may have said a word.
 * It is ours, so it bears no colour, is no warning and never reaches residents.
 */
export const openHint =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const seriesId = entry.series
    if (!seriesId || (await readSeriesAlerts(tx, seriesId)).length > 0) return
    const match = pickGrids(deps.register.snapshot(), placesOf(entry))
    // A gauge outside of our grids concerns nobody here; the list of gauges shows it all the same.
    if (match.grids.length === 0) return
    const place = homeOf(match, entry.place)
    const event = String(entry.data.event)
    const alert: Alert = {
      ...blank(deps, systemActor.person),
      seriesId,
      place,
      warningId: null,
      kind: 'actual',
      origin: 'internal',
      audience: 'staff',
      level: null,
      event,
      title: titleOf({ origin: 'internal', event, level: null }),
      identifier: newIdentifier(place, deps.clock.now()),
      areas: [],
      grids: match.grids.map((grid) => grid.place),
      words: { ownText: String(entry.data.words) },
      summary: { match, audience: { households: 0, people: 0, contacts: 0, unreachable: 0, move: { households: 0, people: 0 } } },
      expiresAt: null,
    }
    await keepDraft(tx, deps, alert, null)
    const decision = await decideIssue(tx, deps, alert, null)
    if (decision.atOnce) await sendOut(tx, deps, alert, null, { automatic: true })
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
