import type { Tx } from '../base/store/store.js'
import type { Reaction } from '../journal/journal.js'
import type { AreaMatch } from '../matching/area-match.js'
import { matchArea } from '../matching/match-area.js'
import { type Alert, titleOf } from './alert.js'
import { wasIssued } from './alert-state.js'
import { lockLiveOfWarnings, lockLiveRelays, readSupersededBy, readWarningFacts, saveAlert, type WarningFacts } from './alert-store.js'
import { startCountdown } from './countdown.js'
import type { AlertDeps } from './describe-alert.js'
import { describe, isExercise, textOf } from './draft-alert.js'
import { askAllClear } from './draft-all-clear.js'
import { decideIssue, freezeRevision } from './issue-alert.js'
import { recordAlert, standingOf, stopTimers } from './press-alert.js'

const severity = { red: 4, unknown: 3, orange: 3, yellow: 2, blue: 1 } as const

/**
 * A newer word of the authority on a hazard that is open here already: the series is carried on, never forked. Drafts change
 * their words, the staff alert is revised at once, the residents' alert waits for a press or its countdown.
 * Answers the series; null when none is open: the caller opens one.
 */
export async function followWarning(
  tx: Tx,
  deps: AlertDeps,
  warning: WarningFacts,
  place: string,
  match: AreaMatch,
): Promise<string | null> {
  const replaced = await readSupersededBy(tx, warning.id)
  const kind = isExercise(warning) ? 'exercise' : 'actual'
  const known = await lockLiveRelays(tx, { place, replaced, event: warning.event, kind })
  if (known.length === 0) return null
  for (const alert of known) {
    if (alert.warningId === warning.id || alert.summary.update?.warningId === warning.id) continue
    const replaces = replaced.includes(alert.warningId ?? '') || replaced.includes(alert.summary.update?.warningId ?? '')
    if (!replaces && (await staysHigher(tx, alert, warning))) continue
    await carryOn(tx, deps, alert, warning, match)
  }
  return known[0]!.seriesId
}

/** Another bureau's lower colour does not take a higher one back; the same sender's does. */
async function staysHigher(tx: Tx, alert: Alert, warning: WarningFacts): Promise<boolean> {
  const current = await readWarningFacts(tx, alert.warningId!)
  if (current.state !== 'in-force' || current.sender === warning.sender) return false
  return severity[current.level] >= severity[warning.level]
}

async function carryOn(tx: Tx, deps: AlertDeps, alert: Alert, warning: WarningFacts, match: AreaMatch): Promise<void> {
  const running = alert.issueAt
  if (!wasIssued(standingOf(alert))) {
    takeUp(alert, warning, match)
    alert.revision += 1
    // An approval was given for other words.
    if (alert.state === 'held') alert.summary.heldFrom = 'draft'
    else alert.state = 'draft'
    delete alert.summary.approval
    describe(deps, alert, warning)
    await startCountdown(tx, deps, alert, warning, running)
    await saveAlert(tx, alert)
    await recordAlert(tx, alert, 'alert.redrafted', { warningId: warning.id, title: alert.title })
    return
  }
  alert.summary.update = { warningId: warning.id, level: warning.level, at: deps.clock.now().toISOString() }
  delete alert.summary.allClear
  if (alert.audience === 'staff' && alert.state === 'issued') {
    const decision = await decideIssue(tx, deps, { ...alert, level: warning.level }, warning)
    if (decision.atOnce) return reviseOut(tx, deps, alert, warning, match, { automatic: true })
  }
  // The countdown is that of the colour which waits, not of the one that is out.
  const waiting = { ...alert, level: warning.level }
  await startCountdown(tx, deps, waiting, warning, running)
  alert.issueAt = waiting.issueAt
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.update-waiting', { warningId: warning.id, to: warning.level })
}

/** The alert speaks of this warning from now on. */
export function takeUp(alert: Alert, warning: WarningFacts, match: AreaMatch): void {
  alert.warningId = warning.id
  alert.level = warning.level
  alert.event = warning.event
  alert.title = titleOf(alert)
  alert.areas = warning.areas
  alert.grids = match.grids.map((grid) => grid.place)
  alert.expiresAt = warning.expires
  alert.summary.match = match
  delete alert.summary.update
  delete alert.summary.allClear
}

/** A new frozen wording of an issued alert: what is still under way of the old one can no longer be claimed. */
export async function reviseOut(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts | null,
  match: AreaMatch,
  how: { automatic: boolean; reason?: string | null },
): Promise<void> {
  const before = alert.level
  if (warning && (alert.origin === 'relay' || alert.origin === 'internal')) takeUp(alert, warning, match)
  else {
    alert.summary.match = match
    alert.grids = match.grids.map((grid) => grid.place)
  }
  alert.revision += 1
  alert.state = 'issued'
  stopTimers(alert)
  alert.holdReason = null
  delete alert.summary.heldFrom
  const frozen = await freezeRevision(tx, deps, alert, warning, 'warn')
  await saveAlert(tx, alert)
  const reason = how.reason ? { reason: how.reason } : {}
  await recordAlert(tx, alert, 'alert.revised', {
    purpose: 'warn',
    ...frozen,
    title: alert.title,
    from: before,
    automatic: how.automatic,
    ...reason,
  })
}

/** The new version does not concern us any more (or cannot be placed): the officer decides about what is open. */
export async function leaveWarning(tx: Tx, deps: AlertDeps, warning: WarningFacts, match: AreaMatch): Promise<void> {
  if (match.verdict === 'unplaced') return
  const chained = await lockLiveOfWarnings(tx, await readSupersededBy(tx, warning.id))
  for (const alert of chained) await askAllClear(tx, deps, alert, 'no-longer-ours')
}

/** warning.superseded: the new one usually carried the series on already; what still hangs on the old one is caught up here. */
export const reviseAlerts =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const old = await readWarningFacts(tx, String(entry.data.warningId ?? entry.thing.id))
    if (!old.supersededBy) return
    const warning = await readWarningFacts(tx, old.supersededBy)
    if (warning.state !== 'in-force') return
    const match = matchArea(deps.register.snapshot(), { areas: warning.areas, text: textOf(warning) })
    const left = (await lockLiveOfWarnings(tx, [old.id])).filter((a) => a.summary.update?.warningId !== warning.id && !a.summary.allClear)
    if (left.length === 0) return
    if (match.verdict !== 'matched') return leaveWarning(tx, deps, warning, match)
    for (const place of new Set(left.map((a) => a.place))) {
      const grids = match.grids.filter((grid) => grid.place.startsWith(place))
      if (grids.length > 0) await followWarning(tx, deps, warning, place, { ...match, grids })
      else for (const alert of left.filter((a) => a.place === place)) await askAllClear(tx, deps, alert, 'no-longer-ours')
    }
  }
