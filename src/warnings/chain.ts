import type { Reference, Standing } from '../feeds/bulletin.js'

/**
 * What follows from a set of messages that refer to each other. It depends on the set alone, not on the order of arrival nor on
 * repeats, so a late Alert, an Update before its Alert and a Cancel before both end as they would have in order.
 */
export interface ChainMessage {
  id: string
  sender: string
  identifier: string
  sent: Date
  references: Reference[]
  standing: Standing
  /** 'Actual' or 'Exercise': one never touches the other. */
  status: string
}
export interface ChainEnding extends ChainMessage {
  endedAs: 'lifted' | 'cancelled'
}
export type Fate = { state: 'live' } | { state: 'superseded'; by: string } | { state: 'cancelled'; ending: ChainEnding }

const weight: Record<Standing, number> = { authority: 2, mirror: 1, reference: 0 }

export function foldChain(messages: ChainMessage[], endings: ChainEnding[]): Map<string, Fate> {
  const groupOf = groupChains([...messages, ...endings])
  const fates = new Map<string, Fate>()
  for (const message of messages) {
    const mayTouch = (other: ChainMessage) =>
      groupOf(other) === groupOf(message) && weight[other.standing] >= weight[message.standing] && other.status === message.status
    const next = messages.filter((m) => mayTouch(m) && isLater(m, message)).sort((a, b) => (isLater(a, b) ? -1 : 1))[0]
    const ending = endings
      .filter((e) => mayTouch(e) && (+e.sent >= +message.sent || namesExactly(e, message)))
      .sort((a, b) => (isLater(a, b) ? -1 : 1))[0]
    fates.set(message.id, next ? { state: 'superseded', by: next.id } : ending ? { state: 'cancelled', ending } : { state: 'live' })
  }
  return fates
}

/** One order of two messages of a chain, the same everywhere: by the sender's time, then by name. */
const isLater = (a: ChainMessage, b: ChainMessage): boolean =>
  +a.sent !== +b.sent ? +a.sent > +b.sent : a.identifier !== b.identifier ? a.identifier > b.identifier : a.sender > b.sender

const namesExactly = (ending: ChainEnding, message: ChainMessage): boolean =>
  ending.references.some(
    (r) =>
      r.identifier === message.identifier &&
      r.sent !== null &&
      +new Date(r.sent) === +message.sent &&
      (r.sender ?? message.sender) === message.sender,
  )

/** Messages hang together by what they name: directly, by their own number, or by naming the same one that was never seen. */
function groupChains(all: ChainMessage[]): (message: ChainMessage) => string {
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
  return (m) => find(keyOf(m.sender, m.identifier))
}
