import { Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import { judgeAgain } from '../matching/match-area.js'
import type { WarningArea } from '../warnings/warning.js'
import type { Alert, AudienceWidth, Purpose } from './alert.js'
import { insertRevision, readWarningFacts, saveAlert, type WarningFacts } from './alert-store.js'
import { readApprovals } from './approval-store.js'
import { demandConfirmed, widthOf } from './audience-width.js'
import { type AlertDeps, audienceOf, exampleOf, factsOf, hashOf, numbersOf, previewWords } from './describe-alert.js'
import { type IssueDecision, mayIssue } from './issue-policy.js'
import { beginPress, type Press, type Pressed, recordAlert, stopTimers } from './press-alert.js'

export const warningOf = async (tx: Tx, alert: Alert): Promise<WarningFacts | null> =>
  alert.warningId ? readWarningFacts(tx, alert.warningId) : null

/** What the policy says of sending these words now. */
export async function decideIssue(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts | null,
  options: { reason?: string | null; revision?: number } = {},
): Promise<IssueDecision> {
  const permitted = options.revision ?? alert.revision
  const approvals = (await readApprovals(tx, alert.id)).filter((a) => a.revision === permitted)
  const decision = mayIssue(deps.policy, {
    audience: alert.audience,
    origin: alert.origin,
    kind: alert.kind,
    level: alert.level,
    standing: warning?.standing ?? null,
    verbatim: !alert.words.ownText && !alert.words.template,
    author: alert.createdBy,
    approvals: approvals.map((a) => ({ by: a.by, person: a.person })),
    openedToAuthor: alert.summary.approval?.asked === 'author',
    reason: options.reason?.trim() || null,
  })
  if (alert.summary.width && alert.state !== 'issued') return { ...decision, atOnce: false, automaticAfter: null }
  if (!alert.summary.calm) return decision
  // Found among many or at a first look: a person decides. But nobody may be awake, so the staff of a red one are called in the end.
  const staffOfRed = decision.atOnce && alert.level === 'red'
  return { ...decision, atOnce: false, automaticAfter: staffOfRed ? deps.flood.red_staff_after_seconds : null }
}

/** Refuses in words that say what to do, when the policy wants more than this press. */
export function demandIssue(decision: IssueDecision): void {
  if (decision.allowed) return
  if (decision.needs === 'reason')
    throw new Problem(
      'approval-needed',
      '审批一直没有回音:请写明理由后再发出',
      'the approval stayed silent; the author may issue with a reason',
    )
  throw new Problem(
    'approval-needed',
    '需要第二人批准:请带班领导在系统里批准,或登记电话请示(何人、何时、怎么说)',
    'policy asks for two persons: approve in the app by somebody else, or log the approval given by telephone',
    [],
    { needs: 'approval' },
  )
}

/** Freezes words and audience as a new revision row: from here on delivery takes over. */
export async function freezeRevision(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts | null,
  purpose: Purpose,
): Promise<{ revisionId: number; people: number; households: number }> {
  if (purpose === 'warn') alert.summary.match = judgeAgain(deps.register.snapshot(), alert.summary.match, alert.areas as WarningArea[])
  const grids = alert.summary.match.grids
  const audience = audienceOf(deps, alert, grids)
  const facts = factsOf(deps, alert, warning, purpose)
  const previews = previewWords(deps, alert, facts, purpose, exampleOf(deps, alert.summary.match))
  const hash = hashOf(previews, audience)
  alert.hash = hash.words
  if (purpose === 'warn') alert.summary.audience = numbersOf(audience)
  const { origin, kind, event, level } = alert
  const named = alert.summary.named ? { named: alert.summary.named } : {}
  const part = alert.summary.partOf ? { partOf: alert.summary.partOf } : {}
  const words = {
    origin,
    kind,
    event,
    level,
    audience: alert.audience,
    purpose,
    facts,
    previews,
    grids,
    ...named,
    ...part,
    audienceHash: hash.audience,
  }
  const revisionId = await insertRevision(tx, alert, purpose, words, deps.clock.now())
  return { revisionId, people: audience.people, households: audience.households }
}

/** The officer's press, or the countdown's: identifier, words and audience freeze here. */
export async function issueAlert(tx: Tx, deps: AlertDeps, press: Press): Promise<Pressed> {
  const { alert, transition } = await beginPress(tx, press, 'issue')
  if (!transition) return { alert, effect: false }
  const warning = await warningOf(tx, alert)
  refuseEnded(alert, warning)
  demandIssue(await decideIssue(tx, deps, alert, warning, { reason: press.reason ?? null }))
  const width = widthOf(deps, { ...alert, people: alert.summary.audience.people }, warning)
  demandConfirmed(width, press.confirm)
  if (width) await recordWidth(tx, alert, 'alert.width-confirmed', width)
  await sendOut(tx, deps, alert, warning, { automatic: false, reason: press.reason ?? null })
  return { alert, effect: true }
}

export const recordWidth = (tx: Tx, alert: Alert, event: string, { audience: people, warned, outside }: AudienceWidth) =>
  recordAlert(tx, alert, event, { people, warned, outside: outside.length })

/** A relay whose warning is over would wake people for nothing. */
function refuseEnded(alert: Alert, warning: WarningFacts | null): void {
  if (alert.origin !== 'relay' || !warning) return
  if (warning.state === 'cancelled' || warning.state === 'expired')
    throw new Problem('conflict', '这条预警已经解除或到期,不能再转发', `the warning is ${warning.state}`)
}

/** Shared by the press, the countdown and the staff alert that issues itself. The alert is locked by the caller. */
export async function sendOut(
  tx: Tx,
  deps: AlertDeps,
  alert: Alert,
  warning: WarningFacts | null,
  how: { automatic: boolean; reason?: string | null },
): Promise<void> {
  stopTimers(alert)
  delete alert.summary.calm
  alert.state = 'issued'
  alert.issuedAt = deps.clock.now()
  alert.issuedBy = actorOf(tx).person
  const frozen = await freezeRevision(tx, deps, alert, warning, 'warn')
  await saveAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.issued', {
    purpose: 'warn',
    ...frozen,
    event: alert.event,
    title: alert.title,
    automatic: how.automatic,
    ...(how.reason ? { reason: how.reason } : {}),
  })
}
