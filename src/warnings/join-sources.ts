import type { ChainMessage } from './chain.js'
import { mayOverlap } from './digest.js'
import { standingWeight } from './warning.js'

/**
 * The same warning told by several sources. Which message belongs to which depends on the set alone: all pairs that may be one are
 * ordered by how well they fit, and taken as long as no source would speak twice.
 */
export function joinSources(messages: ChainMessage[], withinMs: number): Map<string, string> {
  const cluster = new Map(messages.map((m) => [m.id, [m]]))
  for (const { a, b } of fittingPairs(messages, withinMs)) {
    const [x, y] = [cluster.get(a.id)!, cluster.get(b.id)!]
    if (x === y || x.some((m) => y.some((n) => isOneVoice(m, n)))) continue
    const both = [...x, ...y]
    for (const m of both) cluster.set(m.id, both)
  }
  const leaders = new Map<string, string>()
  for (const group of new Set(cluster.values())) {
    if (group.length === 1) continue
    const leader = [...group].sort(byAuthority)[0]!
    for (const m of group) if (m !== leader) leaders.set(m.id, leader.id)
  }
  return leaders
}

interface Pair {
  a: ChainMessage
  b: ChainMessage
  sameNumber: boolean
  sameLevel: boolean
  apart: number
}

function fittingPairs(messages: ChainMessage[], withinMs: number): Pair[] {
  const sorted = [...messages].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const pairs: Pair[] = []
  sorted.forEach((a, i) => {
    for (const b of sorted.slice(i + 1)) {
      if (a.status !== b.status || isOneVoice(a, b) || refersTo(a, b) || refersTo(b, a)) continue
      const sameNumber = isNational(a.identifier) && a.identifier === b.identifier
      const apart = Math.abs(+a.sent - +b.sent)
      if (sameNumber || isOneHazard(a, b, apart, withinMs)) pairs.push({ a, b, sameNumber, sameLevel: a.level === b.level, apart })
    }
  })
  return pairs.sort((p, q) => Number(q.sameNumber) - Number(p.sameNumber) || Number(q.sameLevel) - Number(p.sameLevel) || p.apart - q.apart)
}

const isOneHazard = (a: ChainMessage, b: ChainMessage, apart: number, withinMs: number): boolean =>
  a.level === b.level && isOneOccasion(a, b, apart, withinMs)

/** Issuer, hazard, place and time agree; the colour may be what they disagree about. */
export const isOneOccasion = (a: ChainMessage, b: ChainMessage, apart: number, withinMs: number): boolean =>
  a.issuer !== '' &&
  a.issuer === b.issuer &&
  a.event === b.event &&
  a.status === b.status &&
  apart <= withinMs &&
  !isOneSpeaker(a, b) &&
  mayOverlap(a.digest, b.digest)

/** The national number of a warning: issuing unit and second of issue. The same everywhere it is copied to. */
const isNational = (identifier: string) => /^\d{14}_\d{14}(_\d)?$/.test(identifier)

/** One source does not say the same twice: two messages of a feed, or of a sender, are two. */
function isOneVoice(a: ChainMessage, b: ChainMessage): boolean {
  if (a.sender === b.sender && a.identifier === b.identifier && +a.sent === +b.sent) return true
  return a.feeds.length > 0 && b.feeds.length > 0 ? a.feeds.some((f) => b.feeds.includes(f)) : a.sender === b.sender
}
/** An address signs its own numbers. (A list that knows no address writes the issuer's name there: that is no address.) */
const isOneSpeaker = (a: ChainMessage, b: ChainMessage): boolean => a.sender === b.sender && /[@.:\d]/.test(a.sender)

const refersTo = (a: ChainMessage, b: ChainMessage): boolean =>
  a.identifier !== b.identifier && a.references.some((r) => r.identifier === b.identifier)

const nameOf = (m: ChainMessage) => `${m.sender}\n${m.identifier}\n${m.sent.toISOString()}\n${m.part}`

/** Whose words are relayed: the authority's; among equals who says more, then who said it first. */
const byAuthority = (a: ChainMessage, b: ChainMessage): number =>
  standingWeight[b.standing] - standingWeight[a.standing] ||
  Number(b.digest.words) - Number(a.digest.words) ||
  +a.sent - +b.sent ||
  (nameOf(a) < nameOf(b) ? -1 : 1)
