import { newId } from '../base/ids.js'
import { systemActor, type Tx } from '../base/store/store.js'
import { type Reaction, record } from '../journal/journal.js'
import type { AreaMatch } from '../matching/area-match.js'
import { recount } from '../matching/by-the-home.js'
import { matchArea } from '../matching/match-area.js'
import { type Alert, type AlertAudience, type Origin, titleOf } from './alert.js'
import { countOpened, readSeriesAlerts, readSupersededBy, readWarningFacts, saveAlert, type WarningFacts } from './alert-store.js'
import { startCountdown } from './countdown.js'
import { type AlertDeps, textOf } from './describe-alert.js'
import { blank, isExercise, keepDraft, newIdentifier } from './draft-alert.js'
import { calmOf, followWarning, leaveWarning } from './follow-warning.js'
import { decideIssue, sendOut } from './issue-alert.js'
import { recountDropped } from './part-clear.js'

/**
 * A warning has opened. Inside ours: at most two alerts of one series per subdistrict, for staff (which issues itself where policy says so) and
 * for residents (a draft, with a countdown where policy lets a verbatim relay go by itself). Outside, named elsewhere or
 * unplaced: nobody is woken; the desk shows it to the officer.
 */
export const openAlerts =
  (deps: AlertDeps): Reaction =>
  async (tx, entry) => {
    const warning = await readWarningFacts(tx, String(entry.data.warningId ?? entry.thing.id))
    if (warning.state !== 'in-force' || !['Actual', 'Exercise', 'Test'].includes(warning.status)) return
    const match = matchArea(deps.register.snapshot(), { areas: warning.areas, text: textOf(warning) })
    const feedId = typeof entry.data.feedId === 'string' ? entry.data.feedId : null
    await recordMatch(tx, warning, match, (await isNewHere(tx, warning, entry.data)) ? feedId : null)
    await recountDropped(tx, deps, warning.event)
    if (match.verdict !== 'matched') return leaveWarning(tx, deps, warning, match)
    const calm = calmOf(entry.data) ?? (await floodOf(tx, deps, feedId))
    for (const [place, part] of splitBySubdistrict(match)) {
      const into = { place, match: part, calm }
      const followed = await followWarning(tx, deps, warning, {
        ...into,
        reworded: entry.data.reworded === true,
        reopened: entry.data.unmuted === true,
      })
      if (followed === null) await openSeries(tx, deps, warning, into)
      else if (followed.rest) await openSeries(tx, deps, warning, { ...into, match: followed.rest })
      else if (!followed.muted) await tellResidentsToo(tx, deps, warning, { ...into, series: followed.seriesId })
    }
  }

/** Updates of what is known do not count as a flood; nor does what is only looked at again. */
async function isNewHere(tx: Tx, warning: WarningFacts, data: Record<string, unknown>): Promise<boolean> {
  if (data.stronger || data.unmuted) return false
  return (await readSupersededBy(tx, warning.id)).length === 0
}

/** A feed that suddenly brings many warnings for us has changed its numbering or lost its mind: an officer looks before anybody is called. */
async function floodOf(tx: Tx, deps: AlertDeps, feedId: string | null): Promise<Alert['summary']['calm'] | null> {
  if (feedId === null) return null
  const since = new Date(deps.clock.now().getTime() - deps.flood.within_minutes * 60_000)
  return (await countOpened(tx, feedId, since)) > deps.flood.more_than ? { why: 'flood', feedId } : null
}

const recordMatch = (tx: Tx, warning: WarningFacts, match: AreaMatch, feedId: string | null) =>
  record(tx, {
    event: 'warning.matched',
    place: warning.place,
    thing: { type: 'warning', id: warning.id },
    data: {
      verdict: match.verdict,
      grids: match.grids.length,
      households: match.households,
      people: match.people,
      namedTowns: match.namedTowns.slice(0, 30),
      level: warning.level,
      event: warning.event,
      ...(feedId ? { feedId } : {}),
    },
  })

/** One instance may serve many subdistricts; each decides for its own people. */
function splitBySubdistrict(match: AreaMatch): Map<string, AreaMatch> {
  const parts = new Map<string, AreaMatch>()
  for (const place of new Set(match.grids.map((grid) => grid.place.slice(0, 9)))) {
    const grids = match.grids.filter((grid) => grid.place.startsWith(place))
    const neighbours = match.neighbours.filter((n) => n.startsWith(place))
    parts.set(place, recount({ ...match, neighbours }, grids))
  }
  return parts
}

async function openSeries(tx: Tx, deps: AlertDeps, warning: WarningFacts, into: Omit<Into, 'series'>): Promise<void> {
  const relay: Origin = warning.standing === 'reference' ? 'internal' : 'relay'
  const series = newId()
  const staff = draftFor(deps, warning, { ...into, series }, relay, 'staff')
  await keepDraft(tx, deps, staff, warning)
  const decision = await decideIssue(tx, deps, staff, warning)
  // Whoever tests the line pressed already; it goes to the staff on the exercise list and to nobody else.
  const isTest = warning.status === 'Test'
  if (decision.atOnce || isTest) await sendOut(tx, deps, staff, warning, { automatic: true })
  else if (into.calm) {
    await startCountdown(tx, deps, staff, warning)
    if (staff.issueAt) await saveAlert(tx, staff)
  }
  // Only what an authority said itself may be passed on to the public.
  if (warning.standing === 'authority' && !isTest) await openResidents(tx, deps, warning, { ...into, series })
}

/** A mirror was first and only staff were told; now the authority itself has said it. Or what the residents were told of is over, and this is not. */
async function tellResidentsToo(tx: Tx, deps: AlertDeps, warning: WarningFacts, into: Into): Promise<void> {
  if (warning.standing !== 'authority') return
  const there = await readSeriesAlerts(tx, into.series)
  const isOver = (a: Alert) => a.state === 'closed' && a.summary.allClear
  if (!there.some((a) => a.audience === 'residents' && a.origin === 'relay' && !isOver(a))) await openResidents(tx, deps, warning, into)
}

interface Into {
  place: string
  match: AreaMatch
  series: string
  calm: Alert['summary']['calm'] | null
}

async function openResidents(tx: Tx, deps: AlertDeps, warning: WarningFacts, into: Into): Promise<void> {
  const residents = draftFor(deps, warning, into, 'relay', 'residents')
  await keepDraft(tx, deps, residents, warning)
  await startCountdown(tx, deps, residents, warning)
  if (residents.issueAt) await saveAlert(tx, residents)
}

function draftFor(
  deps: AlertDeps,
  warning: WarningFacts,
  { place, match, series: seriesId, calm }: Into,
  origin: Origin,
  audience: AlertAudience,
): Alert {
  const none = { households: 0, people: 0, contacts: 0, unreachable: 0, move: { households: 0, people: 0 } }
  return {
    ...blank(deps, systemActor.person),
    seriesId,
    place,
    warningId: warning.id,
    kind: isExercise(warning) ? 'exercise' : 'actual',
    origin,
    audience,
    level: warning.level,
    event: warning.event,
    title: titleOf({ origin, event: warning.event, level: warning.level }),
    identifier: newIdentifier(place, deps.clock.now()),
    areas: warning.areas,
    grids: match.grids.map((grid) => grid.place),
    words: {},
    summary: { match, audience: none, ...(calm ? { calm } : {}) },
    expiresAt: warning.standsUntil,
  }
}
