import { createHash } from 'node:crypto'
import type { Clock } from '../base/clock.js'
import type { AreaMatch, GridMatch } from '../matching/area-match.js'
import type { Audience } from '../matching/audience.js'
import { type AudienceAsk, chooseAudience, type RiskPolicy } from '../matching/choose-audience.js'
import type { Channel } from '../messages/channel.js'
import { previewOwn } from '../messages/template-routes.js'
import type { WordBook, WordFacts } from '../messages/words.js'
import type { Register, Snapshot } from '../register/snapshot.js'
import type { WarningPolicy } from '../warnings/warning-policy.js'
import type { Alert, AudienceNumbers, FrozenWords, Purpose, WordPreview } from './alert.js'
import type { WarningFacts } from './alert-store.js'
import type { IssuePolicy } from './issue-policy.js'

/** What the use cases of alerts are built with. */
export interface AlertDeps {
  clock: Clock
  register: Register
  risk: RiskPolicy
  policy: IssuePolicy
  book: WordBook
  /** More warnings of ours than this from one feed at once call nobody by themselves. */
  flood: WarningPolicy['flood']
}

type Asked = Pick<Alert, 'audience' | 'event' | 'level' | 'origin' | 'kind'> & {
  summary?: Pick<Alert['summary'], 'named'>
  issuedAt?: Date | null
}

/** What matching is asked of an alert, wherever its people are listed, counted or knocked for: everywhere the same ones. */
export const askOf = ({ clock }: Pick<AlertDeps, 'clock'>, alert: Asked, grids: GridMatch[]): AudienceAsk => ({
  audience: alert.audience,
  event: alert.event,
  level: alert.level,
  origin: alert.origin,
  grids,
  exercise: alert.kind === 'exercise',
  // Whose turn it was when it went out, not whose it is when somebody reads it.
  at: alert.issuedAt ?? clock.now(),
  ...(alert.summary?.named ? { named: alert.summary.named } : {}),
})

/** Who would be told, from the register in memory. */
export const audienceOf = (deps: AlertDeps, alert: Asked, grids: GridMatch[]): Audience =>
  chooseAudience(deps.register.snapshot(), deps.risk, askOf(deps, alert, grids))

export const numbersOf = (audience: Audience): AudienceNumbers => ({
  households: audience.households,
  people: audience.people,
  contacts: new Set(audience.recipients.map((r) => r.contactId)).size,
  unreachable: audience.unreachable.reduce((sum, u) => sum + u.people, 0),
  move: { households: audience.move.length, people: audience.move.reduce((sum, m) => sum + m.people, 0) },
})

/** Grids picked by hand, as if an area had matched them. */
export function pickGrids(snapshot: Snapshot, places: string[]): AreaMatch {
  const picked = snapshot.grids.filter((grid) => places.some((place) => grid.place.startsWith(place)))
  const grids = picked.map(
    (grid): GridMatch => ({ place: grid.place, name: grid.name, reason: 'picked', households: grid.households, people: grid.people }),
  )
  const sum = (pick: (grid: GridMatch) => number) => grids.reduce((total, grid) => total + pick(grid), 0)
  return {
    verdict: grids.length > 0 ? 'matched' : 'outside',
    grids,
    households: sum((g) => g.households),
    people: sum((g) => g.people),
    namedTowns: [],
    neighbours: [],
  }
}

export const nameOfPlace = (snapshot: Snapshot, place: string): string =>
  snapshot.places.find((p) => p.place === place)?.name ?? snapshot.grids.find((g) => g.place === place)?.name ?? place

/** Everything a warning says in words: towns are looked for in it. */
export const textOf = (warning: WarningFacts) =>
  [warning.headline, ...warning.infos.flatMap((i) => [i.headline, i.description])].filter(Boolean).join('\n')

const chineseInfo = (warning: WarningFacts) => warning.infos.find((i) => /^zh/i.test(i.language)) ?? warning.infos[0]

/** Hazard, colour, station, time and until where: the authority's, unchanged. Of our own alerts we are the station. */
export function factsOf(deps: AlertDeps, alert: Alert, warning: WarningFacts | null, purpose: Purpose): FrozenWords['facts'] {
  const subdistrict = nameOfPlace(deps.register.snapshot(), alert.place)
  const relayed = warning && (alert.origin === 'relay' || alert.origin === 'internal') ? warning : null
  const said = purpose === 'all-clear' && alert.summary.allClear ? alert.summary.allClear.at : relayed?.sent.toISOString()
  return {
    subdistrict,
    hotline: deps.policy.hotline,
    station: relayed ? chineseInfo(relayed)?.senderName || relayed.sender : subdistrict,
    issuedAt: said ?? deps.clock.now().toISOString(),
    until: purpose === 'all-clear' ? null : ((relayed ? relayed.expires : alert.expiresAt)?.toISOString() ?? null),
    headline: relayed?.headline ?? alert.words.headline ?? alert.title,
    ...(alert.words.ownText ? { ownText: alert.words.ownText } : {}),
    ...(alert.summary.partOf ? { part: true as const } : {}),
  }
}

/** The facts as messages/words takes them. */
export const wordFacts = (facts: FrozenWords['facts']): WordFacts => ({
  ...facts,
  issuedAt: facts.issuedAt ? new Date(facts.issuedAt) : null,
  until: facts.until ? new Date(facts.until) : null,
})

type Spoken = Pick<Alert, 'origin' | 'kind' | 'audience' | 'event' | 'level'>
type Example = Pick<WordFacts, 'community' | 'grid' | 'shelter' | 'helper'>

/** An order speaks to single households: it is never posted to a group. Staff are called by name, not through groups. */
const askFor = ({ origin, kind, event, level, audience }: Spoken, facts: FrozenWords['facts'], purpose: Purpose, example: Example) => {
  const channels: Channel[] = audience === 'staff' || origin === 'order' ? ['sms', 'voice', 'push'] : ['sms', 'voice', 'push', 'group']
  return { origin, kind, event, level, audience, purpose, channels, facts: { ...wordFacts(facts), ...example } }
}

/** The words per channel exactly as a phone will show them, with an example where the text names a grid or a helper. */
export function previewWords(
  deps: AlertDeps,
  alert: Spoken,
  facts: FrozenWords['facts'],
  purpose: Purpose,
  example: Example = {},
): WordPreview[] {
  return deps.book
    .preview(askFor(alert, facts, purpose, example))
    .map(({ channel, relation, language, text, segments }) => ({ channel, relation, language, text, segments }))
}

/** The same with words of an officer's own that nobody has kept yet. */
export function previewOwnWords(deps: AlertDeps, alert: Alert, warning: WarningFacts | null, ownText: string) {
  const { ownText: _, ...words } = alert.words
  const facts = factsOf(deps, { ...alert, words: ownText === '' ? words : { ...words, ownText } }, warning, 'warn')
  return previewOwn(deps.book, askFor(alert, facts, 'warn', exampleOf(deps, alert.summary.match)))
}

/** An example place for the preview: the first grid of the match, its community, a shelter of ours. */
export function exampleOf(deps: AlertDeps, match: AreaMatch): Pick<WordFacts, 'community' | 'grid' | 'shelter' | 'helper'> {
  const snapshot = deps.register.snapshot()
  const grid = match.grids[0]
  const shelter = snapshot.shelters.find((s) => grid && s.place.startsWith(grid.place.slice(0, 9)))
  const helper = grid && snapshot.staff.find((s) => s.place === grid.place)
  return {
    ...(grid ? { grid: grid.name, community: nameOfPlace(snapshot, grid.place.slice(0, 12)) } : {}),
    ...(shelter ? { shelter: shelter.name } : {}),
    ...(helper ? { helper: helper.name } : {}),
  }
}

/** Proof of what was frozen at the press: words and the contacts they go to. */
export function hashOf(previews: WordPreview[], audience: Audience): { words: string; audience: string } {
  const sha = (value: unknown) => createHash('sha256').update(JSON.stringify(value)).digest('hex')
  const contacts = audience.recipients.map((r) => `${r.contactId}:${r.relation}:${r.channels.join('+')}`).sort()
  const audienceHash = sha(contacts)
  return { words: sha([previews, audienceHash]), audience: audienceHash }
}
