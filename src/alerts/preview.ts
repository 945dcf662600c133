import { inSlices } from '../base/slices.js'
import type { AudienceAsk } from '../matching/choose-audience.js'
import { type AudienceCount, countAudience, countInSlices, type MessageCount } from '../matching/count-audience.js'
import { moveDeadline } from '../matching/move-deadline.js'
import { indexOf } from '../matching/register-index.js'
import { missingWords } from '../matching/tell-home.js'
import { type Channel, channels } from '../messages/channel.js'
import { tagName, tagNameEn } from '../register/risk-tags.js'
import type { Level } from '../warnings/warning.js'
import type { Alert, AudienceNumbers } from './alert.js'
import type { WarningFacts } from './alert-store.js'
import { type AlertDeps, askOf, exampleOf, factsOf, pickGrids, wordFacts } from './describe-alert.js'
import type { Tariff } from './tariff.js'

export type PreviewDeps = AlertDeps & { tariff: Tariff }
type Previewed = Pick<Alert, 'audience' | 'event' | 'level' | 'origin' | 'kind' | 'summary'>

/** Whom these words would reach, who is missing and why, and what it costs; by counting, before anything is issued. */
export async function previewAlert(deps: PreviewDeps, alert: Alert, warning: WarningFacts | null) {
  const count = await countOf(deps, askOf(deps, alert, alert.summary.match.grids))
  const parts = measureMessages(deps, alert, warning, count.messages)
  const costs = channels.flatMap((channel) =>
    costOf(
      deps.tariff,
      channel,
      parts.filter((part) => part.channel === channel),
    ),
  )
  return {
    ...viewCount(count),
    move: viewMove(deps, alert, warning, count),
    channels: costs,
    cost: {
      messages: sum(costs, (c) => c.messages),
      segments: sum(costs, (c) => c.segments),
      minutes: sum(costs, (c) => c.minutes),
      yuan: Math.round(sum(costs, (c) => c.yuan) * 100) / 100,
    },
    neighbours: viewNeighbours(deps, alert),
    width: alert.summary.width ?? null,
  }
}

/** A million homes take their time: nobody else waits for it. */
export const countOf = (deps: AlertDeps, ask: AudienceAsk): Promise<AudienceCount> =>
  inSlices(countInSlices(deps.register.snapshot(), deps.risk, ask))

/** The numbers that stand on a draft, by counting: a draft lists nobody. */
export const countNumbers = (deps: AlertDeps, alert: Alert): AudienceNumbers =>
  numbersIn(countAudience(deps.register.snapshot(), deps.risk, askOf(deps, alert, alert.summary.match.grids)), alert)

export function numbersIn(
  { households, people, contacts, missing, move }: AudienceCount,
  { kind, origin }: Pick<Alert, 'kind' | 'origin'>,
): AudienceNumbers {
  const isWarned = kind === 'actual' && (origin === 'relay' || origin === 'order')
  const unreached = missing.filter(({ cause }) => cause === 'no-contact' || cause === 'relatives-only' || cause === 'broken')
  return {
    ...{ households, people, contacts },
    unreachable: isWarned ? sum(unreached, (one) => one.people) : 0,
    move: { households: move.length, people: sum(move, (home) => home.people) },
  }
}

const viewCount = ({ messages: _, move: __, points, ...count }: AudienceCount) => ({
  ...count,
  missing: count.missing.map((one) => ({ ...one, why: missingWords[one.cause].zh, whyEn: missingWords[one.cause].en })),
  tags: count.tags.map((one) => ({ ...one, name: tagName(one.tag), nameEn: tagNameEn(one.tag) })),
  points: points.length,
})

const viewMove = (deps: AlertDeps, alert: Previewed, warning: WarningFacts | null, { move }: AudienceCount) => ({
  households: move.length,
  people: sum(move, (home) => home.people),
  deadline: move.length > 0 ? viewDeadline(deps, alert.event, warning ? onsetOf(warning) : null) : null,
})

export function viewDeadline(deps: AlertDeps, event: string, onset: Date | null) {
  const { at, basis, basisEn } = moveDeadline(deps.risk, { event, onset, now: deps.clock.now() })
  return { at: at.toISOString(), basis, basisEn }
}

/** When the authority expects it to begin: the earliest onset it names. */
export function onsetOf(warning: WarningFacts): Date | null {
  const named = warning.infos.flatMap((info) => (info.onset ? [new Date(info.onset).getTime()] : [])).filter((at) => !Number.isNaN(at))
  return named.length > 0 ? new Date(Math.min(...named)) : null
}

/** What the risk policy would do now for an event and a colour, over the whole scope or some grids; no alert is made. */
export async function previewPolicy(
  deps: PreviewDeps,
  asked: { event: string; level: Level; grids?: string[] | undefined; onset?: string | undefined },
  scope: string,
) {
  const { event, level } = asked
  const snapshot = deps.register.snapshot()
  const places = (asked.grids?.length ? asked.grids : ['']).map((place) => (place.length < scope.length ? scope : place))
  const { grids } = pickGrids(
    snapshot,
    places.filter((place) => place.startsWith(scope)),
  )
  const ask = { audience: 'residents', event, level, origin: 'relay', grids, exercise: false, at: deps.clock.now() } as const
  const count = await countOf(deps, ask)
  const moving = count.move.length > 0
  return {
    ...viewCount(count),
    move: {
      households: count.move.length,
      people: sum(count.move, (home) => home.people),
      deadline: moving ? viewDeadline(deps, event, asked.onset ? new Date(asked.onset) : null) : null,
    },
    called: sum(count.messages, (one) => (one.channel === 'voice' ? one.count : 0)),
    channels: channels.flatMap((channel) => {
      const messages = sum(count.messages, (one) => (one.channel === channel ? one.count : 0))
      return messages > 0 ? [{ channel, messages }] : []
    }),
  }
}

interface Measured extends MessageCount {
  segments: number
  minutes: number
}

/** A voice reads about four characters a second; a call is charged by the begun minute. */
const spokenPerMinute = 240

/** The words of each kind of reader, rendered once, as the first grid would get them. */
function measureMessages(deps: AlertDeps, alert: Alert, warning: WarningFacts | null, messages: MessageCount[]): Measured[] {
  const { origin, kind, event, level, audience } = alert
  const { shelter, helper, ...place } = exampleOf(deps, alert.summary.match)
  const facts = wordFacts(factsOf(deps, alert, warning, 'warn'))
  return messages.map((one) => {
    const { channel, relation } = one
    const words = deps.book.words({
      ...{ origin, purpose: 'warn', kind, event, level, audience, channel, language: 'zh', relation },
      facts: { ...facts, ...place, ...(one.move && shelter ? { shelter } : {}), ...(one.move && helper ? { helper } : {}) },
    })
    const segments = channel === 'sms' ? words.segments : 0
    const minutes = channel === 'voice' ? Math.ceil(words.characters / spokenPerMinute) : 0
    return { ...one, segments: segments * one.count, minutes: minutes * one.count }
  })
}

function costOf({ prices, per_second }: Tariff, channel: Channel, parts: Measured[]) {
  if (parts.length === 0) return []
  const messages = sum(parts, (part) => part.count)
  const segments = sum(parts, (part) => part.segments)
  const minutes = sum(parts, (part) => part.minutes)
  const charged = channel === 'sms' ? segments : channel === 'voice' ? minutes : messages
  const rate = per_second[channel]
  const seconds = rate === undefined ? null : Math.ceil(messages / rate)
  return [{ channel, messages, segments, minutes, yuan: charged * prices[channel], seconds }]
}

/** Zones next to a warned one that are not warned themselves (and not picked yet). */
function viewNeighbours(deps: AlertDeps, alert: Alert) {
  const index = indexOf(deps.register.snapshot())
  return alert.summary.match.neighbours.flatMap((place) => {
    const grid = index.gridAt(place)
    if (!grid || alert.grids.includes(place)) return []
    const homes = index.householdsOf(place)
    return [{ place, name: grid.name, households: homes.length, people: sum(homes, (home) => home.people) }]
  })
}

const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0)
