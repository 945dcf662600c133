import { Problem } from '../base/problem.js'
import type { Tx } from '../base/store/store.js'
import type { AreaMatch } from '../matching/area-match.js'
import { recount } from '../matching/by-the-home.js'
import { matchArea } from '../matching/match-area.js'
import type { Alert } from './alert.js'
import { readWarningFacts, saveAlert, type WarningFacts } from './alert-store.js'
import { demandConfirmed, widthOf } from './audience-width.js'
import { unconfirmedDowngrade } from './confirm-downgrade.js'
import { startCountdown } from './countdown.js'
import { type AlertDeps, audienceOf, pickGrids, textOf } from './describe-alert.js'
import { describe } from './draft-alert.js'
import { reviseOut } from './follow-warning.js'
import { decideIssue, demandIssue, recordWidth, warningOf } from './issue-alert.js'
import { beginPress, type Press, type Pressed, recordAlert, stopTimers } from './press-alert.js'

export interface Revising extends Press {
  words?: { ownText?: string | undefined; headline?: string | undefined } | undefined
  grids?: string[] | undefined
}

/** New words or another area. Before the issue it is only a new draft; after it, a new wording goes out to everybody. */
export async function reviseAlert(tx: Tx, deps: AlertDeps, press: Revising): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'revise')
  if (!transition) return { alert, effect: false }
  const { update } = alert.summary
  if (update?.unconfirmed) throw unconfirmedDowngrade()
  const warning = update ? await readWarningFacts(tx, update.warningId) : await warningOf(tx, alert)
  applyWords(alert, press)
  const match = matchFor(deps, alert, press, update ? warning : null)
  if (transition.event === 'alert.revised') {
    const asked = { ...alert, level: warning && alert.origin === 'relay' ? warning.level : alert.level }
    demandIssue(await decideIssue(tx, deps, asked, warning, { reason: press.reason ?? null, revision: alert.revision + 1 }))
    const people = audienceOf(deps, asked, match.grids).people
    const width = widthOf(deps, { ...alert, grids: match.grids.map((grid) => grid.place), people }, warning)
    demandConfirmed(width, press.confirm)
    if (width) await recordWidth(tx, alert, 'alert.width-confirmed', width)
    stopTimers(alert)
    await reviseOut(tx, deps, alert, warning, match, { automatic: false, reason: press.reason ?? null })
    return { alert, effect: true }
  }
  const running = alert.issueAt
  alert.summary.match = match
  alert.grids = match.grids.map((grid) => grid.place)
  alert.revision += 1
  if (alert.state === 'held') alert.summary.heldFrom = 'draft'
  alert.state = transition.to
  stopTimers(alert)
  describe(deps, alert, warning)
  await startCountdown(tx, deps, alert, warning, running)
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, transition.event, { title: alert.title })
  if (running && alert.summary.width) await recordWidth(tx, alert, 'alert.kept-waiting', alert.summary.width)
  return { alert, effect: true }
}

function applyWords(alert: Alert, { words }: Revising): void {
  if (!words) return
  const set = (key: 'ownText' | 'headline') => {
    const text = words[key]?.trim()
    if (text) alert.words[key] = text
    else if (words[key] !== undefined) delete alert.words[key]
  }
  set('ownText')
  set('headline')
}

/** What the warning matched keeps its reason; the rest is the officer's pick. */
function pick(known: AreaMatch, picked: AreaMatch): AreaMatch {
  const before = new Map(known.grids.map((grid) => [grid.place, grid]))
  const grids = picked.grids.map((grid) => before.get(grid.place) ?? grid)
  const places = new Set(grids.map((grid) => grid.place))
  return { ...recount(known, grids), verdict: picked.verdict, neighbours: known.neighbours.filter((place) => !places.has(place)) }
}

function matchFor(deps: AlertDeps, alert: Alert, press: Revising, update: WarningFacts | null): AreaMatch {
  const snapshot = deps.register.snapshot()
  const match = press.grids?.length
    ? pick(alert.summary.match, pickGrids(snapshot, press.grids))
    : update
      ? matchArea(snapshot, { areas: update.areas, text: textOf(update) })
      : alert.summary.match
  const grids = match.grids.filter((grid) => grid.place.startsWith(alert.place))
  if (grids.length === 0)
    throw new Problem('malformed', '请选择通知范围', 'no grid of this place is left', [{ path: 'grids', message: '请至少选择一个网格' }])
  return { ...match, grids }
}
