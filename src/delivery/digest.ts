import type { Store } from '../base/store/store.js'
import { type Claim, type ClaimedRow, type ClaimWish, claimRiders } from './claim.js'
import type { Gate } from './gate.js'
import type { Outgoing } from './sender.js'

/** Words of other alerts that waited for the same robot and travel along with what leaves now. */
export interface Rider {
  claim: Claim
  row: ClaimedRow
  text: string
}

/** A robot takes 2,048 bytes at most; a Chinese character is three of them. */
const longest = 600
const between = '\n————\n'

/**
 * A robot whose minute is full makes messages wait; when it has room again they go in one instead of each using up a place: late
 * ones arrive together, none is lost. Answers the riders by the contact they ride to; their chunks are ours to write down.
 */
export async function takeRiders(
  store: Store,
  claim: Claim,
  outgoing: readonly { message: Outgoing }[],
  deps: { wish: ClaimWish; addressed: (claim: Claim, rows: ClaimedRow[]) => Promise<{ row: ClaimedRow; message: Outgoing }[]> },
): Promise<{ claims: Claim[]; riders: Map<number, Rider[]> }> {
  const riders = new Map<number, Rider[]>()
  const lengths = new Map(outgoing.map(({ message }) => [message.contactId, message.text.length]))
  const claims = lengths.size === 0 ? [] : await store.system((tx) => claimRiders(tx, claim, [...lengths.keys()], deps.wish))
  for (const other of claims) {
    const rows = other.rows.filter((row) => lengths.has(row.contactId) && !row.maybeSent)
    for (const { row, message } of await deps.addressed(other, rows)) {
      const length = lengths.get(row.contactId)! + between.length + message.text.length
      if (length > longest) continue
      lengths.set(row.contactId, length)
      riders.set(row.contactId, [...(riders.get(row.contactId) ?? []), { claim: other, row, text: message.text }])
    }
  }
  return { claims, riders }
}

const withRiders = (text: string, riders: readonly Rider[]): string => [text, ...riders.map((rider) => rider.text)].join(between)

/** Who rides along has a gate of their own: what was held or called off meanwhile stays behind. */
export async function board(message: Outgoing, riders: Map<number, Rider[]>, gates: Map<Claim, Gate>): Promise<void> {
  const there: Rider[] = []
  for (const rider of riders.get(message.contactId) ?? []) if (await gates.get(rider.claim)!.open()) there.push(rider)
  if (riders.has(message.contactId)) riders.set(message.contactId, there)
  message.text = withRiders(message.text, there)
}
