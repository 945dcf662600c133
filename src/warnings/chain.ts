import type { Level, Reference, Standing } from '../feeds/bulletin.js'
import { type Digest, mayOverlap } from './digest.js'
import { joinSources } from './join-sources.js'
import { severityOf, standingWeight } from './warning.js'

/**
 * What follows from a set of messages that refer to each other, or that several sources tell of one warning. It depends on the set
 * alone, not on the order of arrival nor on repeats, so a late Alert, an Update before its Alert, a Cancel before both and a mirror
 * before its authority end as they would have in order.
 */
export interface ChainMessage {
  id: string
  sender: string
  identifier: string
  sent: Date
  /** Of a mixed bulletin: which of its parts; they share sender, identifier and sent. */
  part: string
  references: Reference[]
  standing: Standing
  /** 'Actual' or 'Exercise': one never touches the other. */
  status: string
  event: string
  level: Level
  /** Key of the station (digest.ts); '' when it is not known. */
  issuer: string
  /** The feeds it came by; none: it was posted. */
  feeds: string[]
  digest: Digest
}
export interface ChainEnding extends ChainMessage {
  endedAs: 'lifted' | 'cancelled'
}
export type Fate =
  | { state: 'live' }
  /** Another source says the same with more authority: that one stands for both. */
  | { state: 'joined'; to: string }
  | { state: 'superseded'; by: string }
  | { state: 'cancelled'; ending: ChainEnding }

export interface ChainRules {
  /** How far apart two sources may date the same warning. */
  joinWithinMs: number
}
/** An Update or 解除 that names nothing reaches back so far. */
export const looseReachMs = 72 * 3_600_000

export function foldChain(messages: ChainMessage[], endings: ChainEnding[], rules: ChainRules): Map<string, Fate> {
  const joined = joinSources(messages, rules.joinWithinMs)
  const groupOf = groupChains([...messages, ...endings], joined)
  const leaders = messages.filter((m) => !joined.has(m.id))
  const fates = new Map<string, Fate>()
  for (const message of messages) {
    const to = joined.get(message.id)
    if (to !== undefined) {
      fates.set(message.id, { state: 'joined', to })
      continue
    }
    const mayTouch = (other: ChainMessage) =>
      standingWeight[other.standing] >= standingWeight[message.standing] &&
      other.status === message.status &&
      !isSameMessage(other, message) &&
      (groupOf(other) === groupOf(message) || isMeant(other, message))
    const ends = endings
      .filter((e) => mayTouch(e) && (+e.sent >= +message.sent || namesExactly(e, message)))
      .sort((a, b) => (isLater(a, b) ? -1 : 1))
    const next = leaders.filter((m) => mayTouch(m) && isLater(m, message)).sort((a, b) => (isLater(a, b) ? -1 : 1))[0]
    fates.set(
      message.id,
      next ? replacedBy(message, next, leaders, ends) : ends[0] ? { state: 'cancelled', ending: ends[0] } : { state: 'live' },
    )
  }
  return fates
}

/** A mixed bulletin replaces part by part: here it may go on in another colour, there it is lifted. */
function replacedBy(message: ChainMessage, next: ChainMessage, leaders: ChainMessage[], ends: ChainEnding[]): Fate {
  const parts = leaders
    .filter((m) => isSameMessage(m, next))
    .sort((a, b) => Number(b.level === message.level) - Number(a.level === message.level) || (a.part < b.part ? -1 : 1))
  const here = parts.find((m) => mayOverlap(m.digest, message.digest))
  if (here) return { state: 'superseded', by: here.id }
  const ending = ends.find((e) => isSameMessage(e, next) && mayOverlap(e.digest, message.digest))
  return ending ? { state: 'cancelled', ending } : { state: 'superseded', by: parts[0]!.id }
}

/** One order of two messages of a chain, the same everywhere: by the sender's time, then by name. */
const isLater = (a: ChainMessage, b: ChainMessage): boolean =>
  +a.sent !== +b.sent ? +a.sent > +b.sent : a.identifier !== b.identifier ? a.identifier > b.identifier : a.sender > b.sender

/** Parts of one mixed bulletin. */
const isSameMessage = (a: ChainMessage, b: ChainMessage): boolean =>
  a.sender === b.sender && a.identifier === b.identifier && +a.sent === +b.sent

/**
 * An Update or 解除 that names nothing means what its issuer said last of this hazard here; and 解除暴雨橙色 leaves the red alone.
 */
const isMeant = (loose: ChainMessage | ChainEnding, message: ChainMessage): boolean =>
  loose.digest.loose &&
  loose.issuer !== '' &&
  loose.issuer === message.issuer &&
  loose.event === message.event &&
  +loose.sent >= +message.sent &&
  +loose.sent - +message.sent <= looseReachMs &&
  (!('endedAs' in loose) || loose.level === 'unknown' || severityOf[loose.level] >= severityOf[message.level]) &&
  mayOverlap(loose.digest, message.digest)

const namesExactly = (ending: ChainEnding, message: ChainMessage): boolean =>
  ending.references.some(
    (r) =>
      r.identifier === message.identifier &&
      r.sent !== null &&
      +new Date(r.sent) === +message.sent &&
      (r.sender ?? message.sender) === message.sender,
  )

/** Messages hang together by what they name: directly, by their own number, or by naming the same one that was never seen. */
function groupChains(all: ChainMessage[], joined: Map<string, string>): (message: ChainMessage) => string {
  const parent = new Map<string, string>()
  const find = (key: string): string => {
    let at = key
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up
    return at
  }
  const join = (a: string, b: string) => {
    const [x, y] = [find(a), find(b)]
    if (x !== y) parent.set(x, y)
  }
  const keyOf = (sender: string, identifier: string) => `${sender}\n${identifier}`
  const senders = new Map<string, Set<string>>()
  const know = (sender: string, identifier: string) => {
    const known = senders.get(identifier) ?? new Set()
    senders.set(identifier, known.add(sender))
  }
  for (const m of all) {
    know(m.sender, m.identifier)
    for (const r of m.references) if (r.sender !== null) know(r.sender, r.identifier)
  }
  for (const m of all) {
    const own = keyOf(m.sender, m.identifier)
    for (const r of m.references) {
      const bare = keyOf('', r.identifier)
      if (r.sender !== null) join(own, keyOf(r.sender, r.identifier))
      else for (const key of [bare, ...[...(senders.get(r.identifier) ?? [])].map((s) => keyOf(s, r.identifier))]) join(own, key)
    }
  }
  // What two sources say of one warning belongs to one chain, whichever of their numbers a later message names.
  const byId = new Map(all.map((m) => [m.id, m]))
  for (const [id, to] of joined) {
    const [a, b] = [byId.get(id)!, byId.get(to)!]
    join(keyOf(a.sender, a.identifier), keyOf(b.sender, b.identifier))
  }
  return (m) => find(keyOf(m.sender, m.identifier))
}
