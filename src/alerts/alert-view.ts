import { z } from 'zod'
import type { Tx } from '../base/store/store.js'
import { chinaTime, chinaTimeOrNull, time } from '../base/web.js'
import { channels, languages } from '../messages/channel.js'
import { relations } from '../register/register.js'
import { levels } from '../warnings/warning.js'
import { type Alert, audiences, origins, type WordPreview } from './alert.js'
import { alertStates, alertVerbs, allowed, wasIssued } from './alert-state.js'
import { readPersonNames, readRevisions, readWarningFacts, type WarningFacts } from './alert-store.js'
import { type Approval, readApprovals } from './approval-store.js'
import { type AlertDeps, exampleOf, factsOf, nameOfPlace, previewWords } from './describe-alert.js'
import { decideIssue } from './issue-alert.js'
import { isAskedFor } from './part-clear.js'
import { standingOf } from './press-alert.js'

const count = z.number().int().min(0)
/** Of a grid on the line of a warning: `households` of the `of` homes are inside; elsewhere it goes whole and `of` is absent. */
export const gridShape = z.object({
  ...{ place: z.string(), name: z.string(), reason: z.string(), households: count, people: count },
  of: count.optional(),
})
export const matchShape = z.object({
  verdict: z.enum(['matched', 'named-elsewhere', 'outside', 'unplaced']),
  grids: z.array(gridShape),
  households: count,
  people: count,
  namedTowns: z.array(z.string()),
  neighbours: z.array(z.string()),
})
export const audienceNumbersShape = z.object({
  households: count,
  people: count,
  contacts: count,
  unreachable: count,
  move: z.object({ households: count, people: count }),
})
export const widthShape = z.object({ audience: count, warned: count, outside: z.array(z.object({ place: z.string(), name: z.string() })) })
const approvalShape = z.object({
  by: z.enum(['app', 'phone']),
  whom: z.string(),
  at: time,
  note: z.string(),
  person: z.string(),
  revision: z.number(),
  countersignedAt: time.nullable(),
})
const warningShape = z.object({
  id: z.string(),
  event: z.string(),
  level: z.enum(levels),
  headline: z.string(),
  station: z.string(),
  state: z.string(),
  standing: z.string(),
  sent: time,
  expires: time.nullable(),
  /** 按惯例至: the authority named no end. */
  assumedUntil: time.nullable(),
})
const alertBase = z.object({
  id: z.string(),
  seriesId: z.string(),
  warningId: z.string().nullable(),
  kind: z.enum(['actual', 'exercise']),
  origin: z.enum(origins),
  audience: z.enum(audiences),
  state: z.enum(alertStates),
  level: z.enum(levels).nullable(),
  revision: z.number().int(),
  identifier: z.string(),
  title: z.string(),
  event: z.string(),
  place: z.string(),
  placeName: z.string(),
  numbers: audienceNumbersShape,
  issueAt: time.nullable(),
  clockSpeed: z.number(),
  expiresAt: time.nullable(),
  issuedAt: time.nullable(),
  createdAt: time,
  createdBy: z.string(),
  createdByName: z.string(),
  issuedByName: z.string().nullable(),
  holdReason: z.string().nullable(),
  hash: z.string().nullable(),
  allClear: z.object({ basis: z.string(), at: time }).nullable(),
  update: z.object({ warningId: z.string(), level: z.enum(levels), at: time, unconfirmed: z.literal('downgrade').optional() }).nullable(),
  calm: z.object({ why: z.enum(['baseline', 'flood']), feedId: z.string().nullable() }).nullable(),
  /** Wider than the warning it cites: issue asks for confirm {audience}. */
  width: widthShape.nullable(),
  /** Told before, and inside no word any more: they have not heard so (part-clear). */
  dropped: z.object({ households: count, people: count }).nullable(),
  verbs: z.array(z.enum(alertVerbs)),
})
export const alertListShape = alertBase
export const alertShape = alertBase.extend({
  warning: warningShape.nullable(),
  match: matchShape,
  grids: z.array(z.string()),
  audienceNumbers: audienceNumbersShape,
  ownText: z.string().nullable(),
  words: z.array(
    z.object({
      channel: z.enum(channels),
      relation: z.enum(relations),
      language: z.enum(languages),
      text: z.string(),
      segments: z.number(),
    }),
  ),
  approval: z.object({ needed: z.boolean(), asked: z.string().nullable(), approvals: z.array(approvalShape) }),
  revisions: z.array(
    z.object({
      revision: z.number(),
      purpose: z.string(),
      hash: z.string(),
      issuedAt: time,
      issuedByName: z.string(),
      audienceHash: z.string(),
    }),
  ),
})

/** What lists and the desk show of an alert. */
export function viewAlert(deps: AlertDeps, alert: Alert, names: Map<string, string>): z.input<typeof alertListShape> {
  const { allClear, update, calm, width, dropped } = alert.summary
  return {
    id: alert.id,
    seriesId: alert.seriesId,
    warningId: alert.warningId,
    kind: alert.kind,
    origin: alert.origin,
    audience: alert.audience,
    state: alert.state,
    level: alert.level,
    revision: alert.revision,
    identifier: alert.identifier,
    title: alert.title,
    event: alert.event,
    place: alert.place,
    placeName: nameOfPlace(deps.register.snapshot(), alert.place),
    numbers: alert.summary.audience,
    issueAt: chinaTimeOrNull(alert.issueAt),
    clockSpeed: deps.clock.speed,
    expiresAt: chinaTimeOrNull(alert.expiresAt),
    issuedAt: chinaTimeOrNull(alert.issuedAt),
    createdAt: chinaTime(alert.createdAt),
    createdBy: alert.createdBy,
    createdByName: names.get(alert.createdBy) ?? '',
    issuedByName: alert.issuedBy ? (names.get(alert.issuedBy) ?? '') : null,
    holdReason: alert.holdReason,
    hash: alert.hash,
    allClear: allClear ? { basis: allClear.basis, at: chinaTime(new Date(allClear.at)) } : null,
    update: update ? { ...update, at: chinaTime(new Date(update.at)) } : null,
    calm: calm ?? null,
    width: width ?? null,
    dropped: dropped && isAskedFor(alert) ? { households: dropped.households, people: dropped.people } : null,
    verbs: alertVerbs.filter((verb) => allowed(standingOf(alert), verb)),
  }
}

/** The whole alert page: words exactly as phones show them, the match, approvals, every frozen wording. */
export async function viewWholeAlert(tx: Tx, deps: AlertDeps, alert: Alert): Promise<z.input<typeof alertShape>> {
  const warning = alert.warningId ? await readWarningFacts(tx, alert.warningId) : null
  const approvals = await readApprovals(tx, alert.id)
  const revisions = await readRevisions(tx, [alert.id])
  const people = [alert.createdBy, alert.issuedBy ?? 'system', ...approvals.map((a) => a.person), ...revisions.map((r) => r.issuedBy)]
  const names = await readPersonNames(tx, people)
  const decision = await decideIssue(tx, deps, alert, warning)
  return {
    ...viewAlert(deps, alert, names),
    warning: warning && viewWarning(warning),
    match: alert.summary.match,
    grids: alert.grids,
    audienceNumbers: alert.summary.audience,
    ownText: alert.words.ownText ?? null,
    words: wordsOf(deps, alert, warning, revisions.at(-1)?.words.previews),
    approval: {
      needed: decision.needs === 'approval' || decision.needs === 'reason',
      asked: alert.summary.approval?.asked ?? null,
      approvals: approvals.map((a) => viewApproval(a, names)),
    },
    revisions: revisions.map((r) => ({
      revision: r.revision,
      purpose: r.purpose,
      hash: r.hash,
      issuedAt: chinaTime(r.issuedAt),
      issuedByName: names.get(r.issuedBy) ?? '',
      audienceHash: r.words.audienceHash,
    })),
  }
}

/** Frozen words once issued; before that, the words as they would be now. */
function wordsOf(deps: AlertDeps, alert: Alert, warning: WarningFacts | null, frozen: WordPreview[] | undefined): WordPreview[] {
  if (frozen && wasIssued(standingOf(alert))) return frozen
  return previewWords(deps, alert, factsOf(deps, alert, warning, 'warn'), 'warn', exampleOf(deps, alert.summary.match))
}

const viewApproval = (a: Approval, names: Map<string, string>) => ({
  by: a.by,
  whom: a.by === 'app' ? (names.get(a.person) ?? a.whom) : a.whom,
  at: chinaTime(a.at),
  note: a.note,
  person: names.get(a.person) ?? '',
  revision: a.revision,
  countersignedAt: chinaTimeOrNull(a.countersignedAt),
})

const viewWarning = (w: WarningFacts) => ({
  id: w.id,
  event: w.event,
  level: w.level,
  headline: w.headline,
  station: w.infos.find((i) => /^zh/i.test(i.language))?.senderName || w.infos[0]?.senderName || w.sender,
  state: w.state,
  standing: w.standing,
  sent: chinaTime(w.sent),
  expires: chinaTimeOrNull(w.expires),
  assumedUntil: w.expires ? null : chinaTimeOrNull(w.standsUntil),
})
