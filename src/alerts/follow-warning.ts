import type { Tx } from '../base/store/store.js'
import type { Reaction } from '../journal/journal.js'
import { type AreaMatch, isTold } from '../matching/area-match.js'
import { notTold, recount } from '../matching/by-the-home.js'
import { matchArea } from '../matching/match-area.js'
import { severityOf, standingWeight } from '../warnings/warning.js'
import { type Alert, titleOf } from './alert.js'
import { wasIssued } from './alert-state.js'
import {
  isMoving,
  lockLiveOfWarnings,
  lockLiveRelays,
  readParts,
  readSupersededBy,
  readWarningFacts,
  saveAlert,
  type WarningFacts,
} from './alert-store.js'
import { startCountdown } from './countdown.js'
import { type AlertDeps, textOf } from './describe-alert.js'
import { describe, isExercise } from './draft-alert.js'
import { askAllClear } from './draft-all-clear.js'
import { decideIssue, freezeRevision, sendOut } from './issue-alert.js'
import { muteWarning, reopenMuted } from './mute-warning.js'
import { noteDropped, recountDropped } from './part-clear.js'
import { recordAlert, standingOf, stopTimers } from './press-alert.js'
import { isToldAgain, type News, weighNews } from './weigh-news.js'

/** What became of a newer word on a hazard that is open here. */
export interface Followed {
  seriesId: string
  /** A higher one covers all of it: nobody is told. */
  muted: boolean
  /** Grids, and homes of grids on its line, that nothing open here speaks of yet. */
  rest: AreaMatch | null
}

export interface Following {
  place: string
  match: AreaMatch
  /** It is no news: nobody is called by it. */
  calm: Alert['summary']['calm'] | null
  /** The same warning in the words of a source with more authority. */
  reworded: boolean
  /** What muted it is over. */
  reopened: boolean
}

/**
 * A newer word of the authority on a hazard that is open here already: the series is carried on, never forked. Drafts change
 * their words, the staff alert is revised at once, the residents' alert waits for a press or its countdown.
 * Answers what became of it; null when nothing is open: the caller opens a series.
 */
export async function followWarning(tx: Tx, deps: AlertDeps, warning: WarningFacts, into: Following): Promise<Followed | null> {
  const replaced = await readSupersededBy(tx, warning.id)
  const kind = isExercise(warning) ? 'exercise' : 'actual'
  const known = await lockLiveRelays(tx, { place: into.place, replaced, event: warning.event, kind })
  if (known.length === 0) return null
  const speaksOf = (alert: Alert) => [alert.warningId ?? '', alert.summary.update?.warningId ?? '']
  const replacing = known.filter((a) => speaksOf(a).some((id) => id === warning.id || replaced.includes(id)))
  const higher: { alert: Alert; word: Standing }[] = []
  let apart = 0
  // Where it replaces a word of its own, another station's alert is not its business.
  for (const alert of replacing.length > 0 ? replacing : known) {
    if (speaksOf(alert).includes(warning.id) && !into.reworded && !isWider(alert, into)) continue
    const word = await standingWord(tx, deps, alert)
    const stays = replacing.length > 0 ? null : staysBeside(known, alert, word.warning, warning, into)
    if (stays === 'stronger') higher.push({ alert, word })
    else if (stays === null) await carryOn(tx, deps, alert, warning, into)
    else if (stays === 'apart') {
      apart += 1
      await leaveTo(tx, deps, alert, word.warning, warning, into.match)
    }
  }
  if (apart === known.length) return null
  const seriesId = (replacing[0] ?? known[0]!).seriesId
  if (higher.length === 0) return { seriesId, muted: false, rest: null }
  const rest = notTold(
    deps.register.snapshot(),
    into.match,
    higher.map(({ word }) => word.match),
  )
  await muteWarning(tx, warning, higher[0]!.alert, higher[0]!.word.warning.id)
  return { seriesId, muted: true, rest: rest.grids.length > 0 ? rest : null }
}

interface Standing {
  warning: WarningFacts
  match: AreaMatch
}

/** What an alert stands for: the newer word that waits to be passed on, else the one that was. */
async function standingWord(tx: Tx, deps: AlertDeps, alert: Alert): Promise<Standing> {
  const waiting = alert.summary.update && (await readWarningFacts(tx, alert.summary.update.warningId))
  if (waiting?.state === 'in-force') return { warning: waiting, match: matchOf(deps, waiting) }
  return { warning: await readWarningFacts(tx, alert.warningId!), match: alert.summary.match }
}

type Beside = 'stronger' | 'apart' | 'weaker'

/**
 * While it is in force, a lower colour does not take a higher one back, nor does another station's of the same colour. A mirror's
 * higher word mutes nothing that an authority said: residents hear the authority. Null: the newer word carries the alert on.
 */
function staysBeside(known: Alert[], alert: Alert, current: WarningFacts, warning: WarningFacts, into: Following): Beside | null {
  if (current.state !== 'in-force' || current.id === warning.id) return null
  const [before, after] = [severityOf[current.level], severityOf[warning.level]]
  const isRaised = before < after
  if (!isRaised && !(before === after && current.sender === warning.sender))
    return standingWeight[current.standing] >= standingWeight[warning.standing] ? 'stronger' : 'weaker'
  if (isJoined(current, warning, into) || !isWaitingFor(known, alert.seriesId, into.match)) return null
  return isRaised ? 'apart' : 'stronger'
}

/** The same warning, told by two sources. */
const isJoined = (current: WarningFacts, warning: WarningFacts, into: Following): boolean =>
  into.reworded || current.joinedTo === warning.id || warning.joinedTo === current.id

/** Nobody of this series was told yet, and the newer word leaves some of them out: it must not take their alert away. */
const isWaitingFor = (known: Alert[], seriesId: string, match: AreaMatch): boolean =>
  known.some((a) => a.seriesId === seriesId && !wasIssued(standingOf(a)) && !isTold(match.grids, a.summary.match.grids))

/** A higher colour speaks to some of those who wait for this draft: it goes on for the rest, until the higher one is over. */
async function leaveTo(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  current: WarningFacts,
  higher: WarningFacts,
  match: AreaMatch,
): Promise<void> {
  if (wasIssued(standingOf(alert))) return
  await muteWarning(tx, current, alert, higher.id)
  await redraft(tx, deps, alert, current, notTold(deps.register.snapshot(), alert.summary.match, [match]), alert.issueAt)
}

/** The higher one that spoke to some of its people is over: its own alert speaks to all of them again. */
const isWider = (alert: Alert, into: Following): boolean => into.reopened && !isTold(alert.summary.match.grids, into.match.grids)

async function carryOn(tx: Tx, deps: AlertDeps, alert: Alert, warning: WarningFacts, into: Following): Promise<void> {
  const { match } = into
  const running = alert.issueAt
  if (!into.calm) delete alert.summary.calm
  const current = await readWarningFacts(tx, alert.warningId!)
  // Both stand, and the newer one speaks for them: when it ends, the other one is looked at again.
  if (current.state === 'in-force' && current.id !== warning.id && !isJoined(current, warning, into))
    await muteWarning(tx, current, alert, warning.id)
  if (!wasIssued(standingOf(alert))) return redraft(tx, deps, alert, warning, match, running)
  const news = weighNews(alert, current, warning, match)
  if (news === 'confirmed' || (news === 'repeated' && !isToldAgain(alert))) return carryOnQuietly(tx, alert, warning, match, news)
  alert.summary.update = { warningId: warning.id, level: warning.level, at: deps.clock.now().toISOString() }
  delete alert.summary.allClear
  if (into.calm) alert.summary.calm = into.calm
  if (news === 'lowered' && (await isMoving(tx, alert))) alert.summary.update.unconfirmed = 'downgrade'
  if (alert.audience === 'staff' && alert.state === 'issued' && !alert.summary.update.unconfirmed && !into.calm) {
    const decision = await decideIssue(tx, deps, { ...alert, level: warning.level }, warning)
    if (decision.atOnce) return reviseOut(tx, deps, alert, warning, match, { automatic: true })
  }
  // The countdown is that of the colour which waits, not of the one that is out.
  const waiting = { ...alert, level: warning.level }
  await startCountdown(tx, deps, waiting, warning, running)
  alert.issueAt = waiting.issueAt
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.update-waiting', {
    ...alert.summary.update,
    to: warning.level,
  })
}

async function redraft(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts,
  match: AreaMatch,
  running: Date | null,
): Promise<void> {
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
  if (alert.audience !== 'staff' || alert.state !== 'draft' || alert.summary.calm) return
  // It was drafted without calling anybody; now there is news.
  const decision = await decideIssue(tx, deps, alert, warning)
  if (decision.atOnce) await sendOut(tx, deps, alert, warning, { automatic: true })
}

/** The alert stands for the newer word from now on; what was said stays said. */
async function carryOnQuietly(tx: Tx, alert: Alert, warning: WarningFacts, match: AreaMatch, news: News): Promise<void> {
  const { areas, grids } = alert
  const before = alert.summary.match
  takeUp(alert, warning, match)
  // Who was told hears the end of it too, even where the authority draws the area smaller.
  alert.areas = areas
  alert.grids = grids
  alert.summary.match = before
  alert.issueAt = null
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.continued', { warningId: warning.id, news })
}

/** The alert speaks of this warning from now on. */
export function takeUp(alert: Alert, warning: WarningFacts, match: AreaMatch): void {
  alert.warningId = warning.id
  alert.level = warning.level
  alert.event = warning.event
  alert.title = titleOf(alert)
  alert.areas = warning.areas
  alert.grids = match.grids.map((grid) => grid.place)
  alert.expiresAt = warning.standsUntil
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
  const before = { event: alert.event, level: alert.level, summary: { ...alert.summary } }
  if (warning && (alert.origin === 'relay' || alert.origin === 'internal')) takeUp(alert, warning, match)
  else {
    alert.summary.match = match
    alert.grids = match.grids.map((grid) => grid.place)
  }
  alert.revision += 1
  alert.state = 'issued'
  stopTimers(alert)
  delete alert.summary.calm
  alert.holdReason = null
  delete alert.summary.heldFrom
  const frozen = await freezeRevision(tx, deps, alert, warning, 'warn')
  await noteDropped(tx, deps, alert, before)
  await saveAlert(tx, alert)
  const reason = how.reason ? { reason: how.reason } : {}
  await recordAlert(tx, alert, 'alert.revised', {
    purpose: 'warn',
    ...frozen,
    title: alert.title,
    from: before.level,
    automatic: how.automatic,
    ...reason,
  })
}

/**
 * The new version does not concern us any more: the officer decides about what is open. Another part of the same mixed bulletin
 * may speak of us.
 */
export async function leaveWarning(tx: Tx, deps: AlertDeps, warning: WarningFacts, match: AreaMatch): Promise<void> {
  if (match.verdict === 'unplaced') return
  const chained = await lockLiveOfWarnings(tx, await readSupersededBy(tx, warning.id))
  const parts = (await readParts(tx, warning)).filter((part) => part.id !== warning.id)
  for (const alert of chained)
    if (!parts.some((part) => isOf(deps, part, alert.place))) await askAllClear(tx, deps, alert, 'no-longer-ours')
}

const matchOf = (deps: AlertDeps, warning: WarningFacts): AreaMatch =>
  matchArea(deps.register.snapshot(), { areas: warning.areas, text: textOf(warning) })
const isOf = (deps: AlertDeps, warning: WarningFacts, place: string): boolean => {
  const match = matchOf(deps, warning)
  return match.verdict === 'unplaced' || match.grids.some((grid) => grid.place.startsWith(place))
}

/** warning.superseded: the new one usually carried the series on already; what still hangs on the old one is caught up here. */
export const reviseAlerts =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const old = await readWarningFacts(tx, String(entry.data.warningId ?? entry.thing.id))
    await reopenMuted(tx, old.id)
    await recountDropped(tx, deps, old.event)
    if (!old.supersededBy) return
    const parts = await readParts(tx, await readWarningFacts(tx, old.supersededBy))
    const taken = parts.map((part) => part.id)
    const left = (await lockLiveOfWarnings(tx, [old.id])).filter(
      (a) => !taken.includes(a.summary.update?.warningId ?? '') && !taken.includes(a.warningId ?? '') && !a.summary.allClear,
    )
    for (const place of new Set(left.map((a) => a.place))) {
      const part = parts.find((p) => isOf(deps, p, place))
      const match = part && matchOf(deps, part)
      if (!part || !match) {
        if (parts.length > 0)
          for (const alert of left.filter((a) => a.place === place)) await askAllClear(tx, deps, alert, 'no-longer-ours')
        continue
      }
      const grids = match.grids.filter((grid) => grid.place.startsWith(place))
      if (grids.length > 0)
        await followWarning(tx, deps, part, {
          place,
          match: recount(match, grids),
          calm: calmOf(entry.data),
          reworded: false,
          reopened: false,
        })
    }
  }

/** What the journal says of a warning that was found rather than told. */
export const calmOf = (data: Record<string, unknown>): Alert['summary']['calm'] | null =>
  data.baseline ? { why: 'baseline', feedId: typeof data.feedId === 'string' ? data.feedId : null } : null
