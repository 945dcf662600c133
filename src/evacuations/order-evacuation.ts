import type { Alert } from '../alerts/alert.js'
import { lockAlert, readSeriesAlerts, readWarningFacts } from '../alerts/alert-store.js'
import { type Approval, insertApproval, readApprovals } from '../alerts/approval-store.js'
import { type AlertDeps, audienceOf, pickGrids } from '../alerts/describe-alert.js'
import { draftAlert } from '../alerts/draft-alert.js'
import { issueAlert } from '../alerts/issue-alert.js'
import { onsetOf } from '../alerts/preview.js'
import { newId } from '../base/ids.js'
import { Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { GridMatch } from '../matching/area-match.js'
import type { MoveCandidate } from '../matching/audience.js'
import { type MoveDeadline, moveDeadline } from '../matching/move-deadline.js'
import { doorLabel } from '../register/door-label.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Evacuation } from './evacuation.js'
import {
  findEvacuationOfAlert,
  findEvacuationsOfSeries,
  insertDoors,
  insertEvacuation,
  listDoors,
  type NewDoor,
  widenEvacuation,
} from './evacuation-store.js'

export interface OrderInput {
  alertId: string
  grids?: string[] | undefined
  /** Another time than the policy's; then with a reason. */
  deadline?: Date | undefined
  deadlineReason?: string | undefined
  /** The number of people named on the button, where a grid lies outside the warning's area. */
  confirm?: { audience: number } | undefined
  approval?: { by: 'app' | 'phone'; whom: string; at: Date; note: string } | undefined
}

export interface Ordered {
  evacuation: Evacuation
  /** False: it was ordered before, and this press changed nothing. */
  ordered: boolean
}

/**
 * A person orders people to move; nothing does it by itself. The policy names the households, the order opens one door per
 * household and says the words to exactly them. Pressed again it is the same order; with further grids it is widened.
 */
export async function orderEvacuation(tx: Tx, deps: AlertDeps, input: OrderInput): Promise<Ordered> {
  const alert = await lockAlert(tx, input.alertId)
  const known = await findEvacuationOfAlert(tx, alert.id)
  const wanted = gridsOf(deps.register.snapshot(), input.grids ?? (known ? [] : alert.grids))
  const grids = wanted.filter((grid) => !known?.grids.includes(grid.place))
  if (known && grids.length === 0) return { evacuation: known, ordered: false }
  refuseEnded(alert, known)
  const approval = await approvalOf(tx, alert, input)
  const deadline = known ? null : await deadlineOf(tx, deps, alert, input)
  const named = await namedHouseholds(tx, deps, alert, grids)
  const places = grids.map((grid) => grid.place)
  const evacuation = known
    ? await widenEvacuation(tx, known.id, [...new Set([...known.grids, ...places])])
    : await open(tx, deps, { alert, places, deadline: deadline!, approval })
  await insertDoors(tx, doorsOf(deps.register.snapshot(), evacuation.id, named))
  const said = await sayOrder(tx, deps, alert, named, { approval, confirm: input.confirm })
  await record(tx, {
    event: 'evacuation.ordered',
    place: evacuation.place,
    thing: { type: 'evacuation', id: evacuation.id },
    series: evacuation.seriesId,
    data: {
      households: named.length,
      people: named.reduce((sum, home) => sum + home.people, 0),
      grids: [...new Set(named.map((home) => home.place))],
      alertId: said,
      deadline: evacuation.deadline?.toISOString() ?? null,
      ...(known ? { widened: true } : {}),
    },
  })
  return { evacuation, ordered: true }
}

const open = (
  tx: Tx,
  deps: AlertDeps,
  { alert, places, deadline, approval }: { alert: Alert; places: string[]; deadline: MoveDeadline; approval: Approval | null },
): Promise<Evacuation> =>
  insertEvacuation(tx, {
    id: newId(),
    place: alert.place,
    alertId: alert.id,
    seriesId: alert.seriesId,
    grids: places,
    orderedBy: actorOf(tx).person,
    orderedAt: deps.clock.now(),
    deadline: deadline.at,
    deadlineBasis: deadline.basis,
    deadlineBasisEn: deadline.basisEn,
    basis: approval ? `${approval.by === 'phone' ? '电话请示' : '系统批准'}:${approval.whom}` : '演练',
  })

/** The policy's arithmetic from the onset the authority names; the officer may set another time and says why. */
async function deadlineOf(tx: Tx, deps: AlertDeps, alert: Alert, { deadline, deadlineReason }: OrderInput) {
  const warning = alert.warningId ? await readWarningFacts(tx, alert.warningId) : null
  const now = deps.clock.now()
  const policy = moveDeadline(deps.risk, { event: alert.event, onset: warning && onsetOf(warning), now })
  return deadline ? changedDeadline(deadline, deadlineReason, now) : policy
}

/** A time of the officer's own: not in the past, and with the reason that stands beside it. */
export function changedDeadline(at: Date, reason: string | undefined, now: Date): MoveDeadline {
  const refuse = (title: string, detail: string, path: string) => new Problem('malformed', title, detail, [{ path, message: title }])
  if (at <= now) throw refuse('转移时限已经过去,请重新选择', 'the deadline lies in the past', 'deadline')
  if (!reason?.trim()) throw refuse('改转移时限要写明理由', 'another deadline than the policy’s needs a reason', 'deadlineReason')
  return { at, basis: `值班员改定:${reason.trim()}`, basisEn: `changed by the officer: ${reason.trim()}` }
}

function refuseEnded(alert: Alert, known: Evacuation | undefined): void {
  if (known?.state === 'closed')
    throw new Problem(
      'conflict',
      '这次转移已结束,请依据现行预警重新下达',
      'the evacuation of this alert is closed; order by an alert in force',
    )
  if (['called-off', 'all-clear', 'closed'].includes(alert.state))
    throw new Problem('conflict', '这条预警信息已撤回、解除或归档,不能再据此下达转移', `the alert is ${alert.state}; order by one in force`)
}

function gridsOf(snapshot: Snapshot, places: string[]): GridMatch[] {
  const missing = places.find((place) => !snapshot.grids.some((grid) => grid.place.startsWith(place)))
  if (missing !== undefined)
    throw new Problem('malformed', '没有这个网格', `no grid begins with ${missing}`, [{ path: 'grids', message: '请从名册里选择网格' }])
  return pickGrids(snapshot, places).grids
}

/**
 * An order to move needs a second person: a logged approval of the series, or one given with the order (a telephone call,
 * written down here). Who approved in the app may not be the one who orders. An exercise needs none.
 */
async function approvalOf(tx: Tx, alert: Alert, input: OrderInput): Promise<Approval | null> {
  const { person } = actorOf(tx)
  if (input.approval?.by === 'phone') return logApproval(tx, alert, input.approval)
  const logged: Approval[] = []
  for (const one of await readSeriesAlerts(tx, alert.seriesId)) logged.push(...(await readApprovals(tx, one.id)))
  const counts = logged.find((a) => a.by === 'phone' || a.person !== person)
  if (counts) return counts
  if (alert.kind === 'exercise') return null
  if (logged.length > 0 || input.approval)
    throw new Problem(
      'approval-needed',
      '批准人与下令人不能是同一人:请登记电话请示,或由另一人下令',
      'who approves in the app may not be the one who orders: log an approval given by telephone, or let somebody else order',
      [],
      { needs: 'approval' },
    )
  throw new Problem(
    'approval-needed',
    '下达转移须经批准:请登记电话请示(何人、何时、怎么说),或请带班领导在系统里批准',
    'send approval {by: "phone", whom, at, note} with the order, or let a second person approve the alert (POST /api/alerts/:id/approve)',
    [],
    { needs: 'approval' },
  )
}

async function logApproval(tx: Tx, alert: Alert, given: NonNullable<OrderInput['approval']>): Promise<Approval> {
  const { person } = actorOf(tx)
  const approval: Approval = { ...given, id: newId(), alertId: alert.id, revision: alert.revision, person, countersignedAt: null }
  await insertApproval(tx, alert.place, approval)
  await record(tx, {
    event: 'alert.approved',
    place: alert.place,
    thing: { type: 'alert', id: alert.id },
    series: alert.seriesId,
    data: { by: 'phone', at: given.at.toISOString(), permits: alert.revision, for: 'evacuation' },
  })
  return approval
}

/** The words of the order: an alert of the same series, to these households' grids, permitted by the same approval. */
async function sayOrder(
  tx: Tx,
  deps: AlertDeps,
  source: Alert,
  named: MoveCandidate[],
  { approval, confirm }: { approval: Approval | null; confirm?: { audience: number } | undefined },
): Promise<string> {
  const order = await draftAlert(tx, deps, {
    origin: 'order',
    audience: 'residents',
    event: source.event,
    warningId: source.warningId,
    seriesId: source.seriesId,
    grids: [...new Set(named.map((home) => home.place))],
    kind: source.kind,
  })
  if (approval) await insertApproval(tx, order.place, { ...approval, id: newId(), alertId: order.id, revision: order.revision })
  await issueAlert(tx, deps, { alertId: order.id, revision: order.revision, confirm })
  return order.id
}

/** Exactly the households the risk policy names in these grids, without those already on a list of the series. */
async function namedHouseholds(tx: Tx, deps: AlertDeps, alert: Alert, grids: GridMatch[]): Promise<MoveCandidate[]> {
  const { event, level, kind } = alert
  const { move } = audienceOf(deps, { audience: 'residents', origin: 'order', event, level, kind }, grids)
  const listed = new Set<string | null>()
  for (const evacuation of await findEvacuationsOfSeries(tx, alert.seriesId))
    if (evacuation.state === 'open') for (const door of await listDoors(tx, evacuation.id)) listed.add(door.householdId)
  const named = move.filter((home) => !listed.has(home.householdId))
  if (named.length > 0) return named
  throw new Problem(
    'conflict',
    '这些网格没有政策点名需要转移、且尚未列入清单的户',
    'the risk policy (config/policy/risk.yaml) names no household in these grids at this level that is not on a list already; pick other grids or change the policy',
  )
}

function doorsOf(snapshot: Snapshot, evacuationId: string, named: MoveCandidate[]): NewDoor[] {
  const homes = new Map(snapshot.households.map((home) => [home.id, home]))
  return named.map((candidate) => {
    const home = homes.get(candidate.householdId)!
    return {
      id: newId(),
      place: candidate.place,
      evacuationId,
      householdId: candidate.householdId,
      planned: true,
      label: doorLabel(home),
      peoplePlanned: candidate.people,
      because: candidate.because,
      shelterId: candidate.shelterId,
      helperId: candidate.helperId,
      addedBy: null,
    }
  })
}
