import { newId, newOutId } from '../base/ids.js'
import { Problem } from '../base/problem.js'
import { actorOf, type Tx } from '../base/store/store.js'
import { chinaTime } from '../base/web.js'
import type { AreaMatch } from '../matching/area-match.js'
import { matchArea } from '../matching/match-area.js'
import type { WarningArea } from '../warnings/warning.js'
import { type Alert, type AlertAudience, type AlertWords, type Origin, plainNotice, titleOf } from './alert.js'
import { insertAlert, listAlerts, readWarningFacts, type WarningFacts } from './alert-store.js'
import { widthOf } from './audience-width.js'
import { type AlertDeps, audienceOf, exampleOf, factsOf, numbersOf, pickGrids, previewWords, textOf } from './describe-alert.js'
import { recordAlert } from './press-alert.js'
import { countNumbers } from './preview.js'

export interface DraftInput {
  origin: Origin
  audience: AlertAudience
  /** What it is about, for an alert without a warning (爆管, 火情). */
  event?: string | undefined
  warningId?: string | null | undefined
  /** The series it belongs to when the caller knows it (an order joins the series of the alert it cites). */
  seriesId?: string | undefined
  /** Place codes of grids or communities; or an area drawn on the map; with neither, the warning's own area. */
  grids?: string[] | undefined
  areas?: WarningArea[] | undefined
  template?: string | undefined
  words?: { ownText?: string | undefined; headline?: string | undefined } | undefined
  kind?: 'actual' | 'exercise' | undefined
  expiresAt?: Date | null | undefined
}

/** How long a notice of ours stands when the author names no end. */
const noticeHours = 24

export const isExercise = (warning: WarningFacts) => warning.status === 'Exercise' || warning.status === 'Test'

/** CAP-safe (no spaces, commas, < or &), readable aloud, stable for the life of the alert. */
export const newIdentifier = (place: string, at: Date) =>
  `yinshi-${place}-${chinaTime(at).replace(/[-:]/g, '').slice(0, 13)}-${newOutId().slice(0, 8)}`

/** The subdistrict (9 digits) that most of the grids lie in: the place an alert hangs on. */
export const homeOf = (match: AreaMatch, fallback: string): string => match.grids[0]?.place.slice(0, 9) ?? fallback

/** An alert begun by a person. Nothing leaves the house from it. */
export async function draftAlert(tx: Tx, deps: AlertDeps, input: DraftInput): Promise<Alert> {
  const { alert, warning } = await composeAlert(tx, deps, input)
  await keepDraft(tx, deps, alert, warning)
  return alert
}

/** What the draft would be; nothing is written. */
export async function composeAlert(tx: Tx, deps: AlertDeps, input: DraftInput): Promise<{ alert: Alert; warning: WarningFacts | null }> {
  const warning = input.warningId ? await readWarningFacts(tx, input.warningId) : null
  refuseWrongOrigin(input, warning)
  const actor = actorOf(tx)
  const match = matchOf(deps, input, warning)
  const outside = match.grids.find((grid) => !grid.place.startsWith(actor.scope))
  if (outside) throw new Problem('forbidden', `${outside.name}不在您的辖区`, 'a grid lies outside your area')
  const level = input.origin === 'notice' ? null : (warning?.level ?? null)
  const words: AlertWords = {
    ...(input.template ? { template: input.template } : {}),
    ...(input.words?.ownText?.trim() ? { ownText: input.words.ownText.trim() } : {}),
    ...(input.words?.headline?.trim() ? { headline: input.words.headline.trim() } : {}),
  }
  const event = warning?.event ?? input.event?.trim() ?? words.headline ?? plainNotice
  const now = deps.clock.now()
  const alert: Alert = {
    ...blank(deps, actor.person),
    seriesId: input.seriesId ?? (warning && (await seriesOf(tx, warning.id))) ?? newId(),
    place: homeOf(match, actor.scope),
    warningId: warning?.id ?? null,
    kind: input.kind ?? (warning && isExercise(warning) ? 'exercise' : 'actual'),
    origin: input.origin,
    audience: input.audience,
    level,
    event,
    title: titleOf({ origin: input.origin, event, level, words }),
    identifier: newIdentifier(homeOf(match, actor.scope), now),
    areas: input.areas ?? warning?.areas ?? [],
    grids: match.grids.map((grid) => grid.place),
    words,
    summary: { match, audience: { households: 0, people: 0, contacts: 0, unreachable: 0, move: { households: 0, people: 0 } } },
    expiresAt: input.expiresAt ?? warning?.standsUntil ?? new Date(now.getTime() + noticeHours * 3_600_000),
  }
  return { alert, warning }
}

/** Numbers, a look at the words (which refuses what no template fits), the row and its journal entry. */
export async function keepDraft(tx: Tx, deps: AlertDeps, alert: Alert, warning: WarningFacts | null): Promise<void> {
  describe(deps, alert, warning)
  await insertAlert(tx, alert)
  await recordAlert(tx, alert, 'alert.drafted', { event: alert.event, title: alert.title, warningId: alert.warningId })
}

export function describe(deps: AlertDeps, alert: Alert, warning: WarningFacts | null): void {
  alert.summary.audience =
    alert.audience === 'staff' ? numbersOf(audienceOf(deps, alert, alert.summary.match.grids)) : countNumbers(deps, alert)
  const width = widthOf(deps, { ...alert, people: alert.summary.audience.people }, warning)
  if (width) alert.summary.width = width
  else delete alert.summary.width
  previewWords(deps, alert, factsOf(deps, alert, warning, 'warn'), 'warn', exampleOf(deps, alert.summary.match))
}

export const blank = (deps: AlertDeps, author: string) => ({
  id: newId(),
  state: 'draft' as const,
  revision: 1,
  hash: null,
  createdBy: author,
  createdAt: deps.clock.now(),
  issuedAt: null,
  issuedBy: null,
  issueAt: null,
  holdReason: null,
})

function matchOf(deps: AlertDeps, input: DraftInput, warning: WarningFacts | null): AreaMatch {
  const snapshot = deps.register.snapshot()
  if (input.grids?.length) {
    const unknown = input.grids.find((place) => !snapshot.grids.some((grid) => grid.place.startsWith(place)))
    if (unknown !== undefined)
      throw new Problem('malformed', '没有这个网格', `no grid begins with ${unknown}`, [{ path: 'grids', message: '请从名册里选择网格' }])
    return pickGrids(snapshot, input.grids)
  }
  if (input.areas?.length) return demandMatch(matchArea(snapshot, { areas: input.areas, text: '' }))
  if (warning) return demandMatch(matchArea(snapshot, { areas: warning.areas, text: textOf(warning) }))
  throw new Problem('malformed', '请选择通知范围', 'give grids or areas', [{ path: 'grids', message: '请选择网格,或在地图上画出范围' }])
}

function demandMatch(match: AreaMatch): AreaMatch {
  if (match.grids.length > 0) return match
  throw new Problem(
    'conflict',
    '这个范围内没有本辖区的网格,请手工选择网格',
    `the area matches none of our grids (${match.verdict}); pick grids`,
  )
}

/** 预警由谁发,就署谁的名: only an authority's warning is passed on to residents; a notice bears no colour. */
function refuseWrongOrigin(input: DraftInput, warning: WarningFacts | null): void {
  const refuse = (title: string, detail: string, path: string) => {
    throw new Problem('malformed', title, detail, [{ path, message: title }])
  }
  if (input.origin === 'relay' && !warning) refuse('转发必须指明是哪一条预警', 'a relay needs warningId', 'warningId')
  if (input.origin === 'relay' && input.audience === 'residents' && warning?.standing !== 'authority')
    refuse('这条信息不是发布单位直接来的,只能通知责任人,不能转发给居民', `the feed's standing is ${warning?.standing}`, 'warningId')
  if (input.origin === 'internal' && input.audience === 'residents') refuse('内部提示只发责任人', 'internal is for staff', 'audience')
  if (input.origin === 'notice' && !input.words?.ownText?.trim())
    refuse('请写出通知的内容', 'a notice needs words.ownText', 'words.ownText')
  if (warning?.status === 'Actual' && input.kind === 'exercise' && input.origin === 'relay')
    refuse('真实预警不能当作演练转发', 'an actual warning is not relayed as an exercise', 'kind')
  if (warning && isExercise(warning) && input.kind === 'actual')
    refuse('演练预警不能当作真实信息发出', 'the warning is an exercise', 'kind')
}

/** A second alert about the same warning joins its series. */
async function seriesOf(tx: Tx, warningId: string): Promise<string | null> {
  const known = await listAlerts(tx, { warningId, limit: 50 })
  return known.find((alert) => alert.state !== 'closed')?.seriesId ?? null
}
