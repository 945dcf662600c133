import { actorOf, type Tx } from '../base/store/store.js'
import { recount } from '../matching/by-the-home.js'
import { type Alert, endingHours, titleOf } from './alert.js'
import { wasIssued } from './alert-state.js'
import { insertAlert, lockReleasing, lockSeries, readAlert, saveAlert } from './alert-store.js'
import type { AlertDeps } from './describe-alert.js'
import { blank, newIdentifier } from './draft-alert.js'
import { freezeRevision, warningOf } from './issue-alert.js'
import { type Press, type Pressed, recordAlert, staleRevision, standingOf } from './press-alert.js'
import { onlyHomes, readWords, together, type Warned, whoIsWarned } from './still-warned.js'

/**
 * A relay that is out speaks to fewer homes than it did. Those it dropped are kept on it until they have heard so: an officer is
 * asked to pass the all-clear on to them, nothing goes out by itself. The alert is saved by the caller.
 */
export async function noteDropped(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  before: Pick<Alert, 'event' | 'level' | 'summary'>,
): Promise<void> {
  if (alert.origin !== 'relay') return
  const snapshot = deps.register.snapshot()
  const known = alert.summary.dropped
  const told = together(snapshot, [before.summary.match, ...(known ? [known.match] : [])])
  const own = whoIsWarned(snapshot, deps.risk, [{ ...alert, grids: alert.summary.match.grids }])
  const match = onlyHomes(snapshot, told, (id) => !own.home(id))
  const { event, level } = known ?? before
  alert.summary.dropped = { event, level, match, households: 0, people: 0 }
  await countDropped(tx, deps, alert)
}

/** The whole alert is not over, and somebody waits to hear that it is over for them. */
export const isAskedFor = (alert: Alert): boolean => (alert.summary.dropped?.households ?? 0) > 0 && isOut(alert) && !alert.summary.allClear

const isOut = (alert: Alert): boolean => (alert.state === 'issued' || alert.state === 'held') && wasIssued(standingOf(alert))

/** How many of the dropped no other word speaks to: only of them the officer is asked. */
async function countDropped(tx: Tx, deps: AlertDeps, alert: Alert): Promise<void> {
  const { dropped } = alert.summary
  if (!dropped) return
  if (dropped.match.grids.length === 0) {
    delete alert.summary.dropped
    return
  }
  const warned = await readWarned(tx, deps, alert)
  const free = onlyHomes(deps.register.snapshot(), dropped.match, (id) => !warned.home(id))
  alert.summary.dropped = { ...dropped, households: free.households, people: free.people }
}

async function readWarned(tx: Tx, deps: AlertDeps, alert: Alert): Promise<Warned> {
  const events = [...new Set([alert.event, alert.summary.dropped?.event ?? alert.event])]
  return whoIsWarned(deps.register.snapshot(), deps.risk, await readWords(tx, deps, alert, events))
}

/** Another word of the hazard has come, changed or ended: who is free of all of them is counted anew. */
export async function recountDropped(tx: Tx, deps: AlertDeps, event: string): Promise<void> {
  for (const alert of await lockReleasing(tx, event)) {
    await countDropped(tx, deps, alert)
    await saveAlert(tx, alert)
  }
}

/**
 * 部分解除: who was told by the series and is inside no word any more hears that it is over for them; the rest stays warned. Each
 * alert says so through an alert of its own that has warned nobody: the one that is out keeps its wording and its gate.
 */
export async function clearDropped(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { seriesId } = await readAlert(tx, press.alertId)
  const series = await lockSeries(tx, seriesId)
  const pressed = series.find((a) => a.id === press.alertId)!
  const waiting = series.filter((a) => a.summary.dropped && isOut(a))
  if (waiting.length === 0) return { alert: pressed, effect: false }
  if (press.revision !== pressed.revision) throw staleRevision(pressed, press.revision)
  for (const alert of waiting) await clearPart(tx, deps, alert, press.reason ?? null)
  return { alert: pressed, effect: true }
}

async function clearPart(tx: Tx, deps: AlertDeps, alert: Alert, reason: string | null): Promise<void> {
  const dropped = alert.summary.dropped!
  const snapshot = deps.register.snapshot()
  const warned = await readWarned(tx, deps, alert)
  const free = onlyHomes(snapshot, dropped.match, (id) => !warned.home(id))
  const left = onlyHomes(snapshot, dropped.match, warned.home)
  if (left.grids.length > 0) alert.summary.dropped = { ...dropped, match: left, households: 0, people: 0 }
  else delete alert.summary.dropped
  await saveAlert(tx, alert)
  if (free.grids.length === 0) return
  const now = deps.clock.now()
  const { event, level } = dropped
  const part: Alert = {
    ...alert,
    ...blank(deps, actorOf(tx).person),
    state: 'all-clear',
    level,
    event,
    title: `${titleOf({ origin: alert.origin, event, level })}部分区域解除`,
    identifier: newIdentifier(alert.place, now),
    areas: [],
    grids: free.grids.map((grid) => grid.place),
    words: {},
    summary: {
      match: recount(free, free.grids),
      audience: { households: free.households, people: free.people, contacts: 0, unreachable: 0, move: { households: 0, people: 0 } },
      allClear: { basis: 'no-longer-ours', at: now.toISOString() },
      partOf: alert.id,
    },
    issuedBy: actorOf(tx).person,
    expiresAt: new Date(now.getTime() + endingHours * 3_600_000),
  }
  await insertAlert(tx, part)
  const frozen = await freezeRevision(tx, deps, part, await warningOf(tx, alert), 'all-clear')
  await saveAlert(tx, part)
  await recordAlert(tx, part, 'alert.part-cleared', {
    purpose: 'all-clear',
    ...frozen,
    of: alert.id,
    households: free.households,
    people: free.people,
    ...(reason ? { reason } : {}),
  })
}

/** For the outbox, which looks again when it plans: who of those told by the alert stands inside a word now. */
export const isStillWarned =
  (deps: AlertDeps) =>
  async (tx: Tx, partId: string): Promise<Warned['contact']> => {
    const part = await readAlert(tx, partId)
    const alert = await readAlert(tx, part.summary.partOf!)
    const events = [...new Set([alert.event, part.event])]
    return whoIsWarned(deps.register.snapshot(), deps.risk, await readWords(tx, deps, alert, events)).contact
  }
