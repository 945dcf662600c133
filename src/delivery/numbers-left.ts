import type { Tx } from '../base/store/store.js'
import { type Channel, channelCode, channels } from '../messages/channel.js'
import { type Budgets, freesAt, type Limit, leftOf } from './budget.js'
import { countWordings, readHeavyUsers, readUses } from './budget-store.js'

export interface ScarceNumber {
  contactId: number
  place: string
  /** Messages or calls it may still have now. */
  left: number
  /** Real or shifted, as the clock goes: when there is room for one; null: there is. */
  freesAt: Date | null
}

/** One channel: what a number may have, and who is about to run out of it. */
export interface NumbersLeft {
  channel: Channel
  limits: readonly Limit[]
  numbers: ScarceNumber[]
}

/** A window shorter than this is over before anybody has read of it. */
const worthSayingMs = 10 * 60_000
/** So few left are worth saying. */
const few = 2

/**
 * Who runs out today, for words of this urgency. Only numbers that had nearly all they may have are looked at, and none as long as
 * fewer wordings left than that.
 */
export async function readNumbersLeft(tx: Tx, deps: { budgets: Budgets; now: Date }, ask: { urgent: boolean }): Promise<NumbersLeft[]> {
  const all: NumbersLeft[] = []
  for (const channel of channels) {
    const limits = (deps.budgets[channel] ?? []).filter((l) => l.withinMs >= worthSayingMs)
    if (limits.length > 0) all.push({ channel, limits, numbers: await scarceOn(tx, channel, limits, { ...ask, now: deps.now.getTime() }) })
  }
  return all
}

async function scarceOn(tx: Tx, channel: Channel, limits: Limit[], ask: { urgent: boolean; now: number }): Promise<ScarceNumber[]> {
  const code = channelCode[channel]
  const heavy = new Map<number, string>()
  const counts = await countWordings(
    tx,
    code,
    limits.map((l) => l.withinMs),
  )
  for (const [i, limit] of limits.entries()) {
    const least = Math.max(1, limit.most - (ask.urgent ? 0 : limit.kept) - few)
    // Calls are tried again: a number may have had more of them than there were wordings.
    if (channel !== 'voice' && counts[i]! < least) continue
    for (const user of await readHeavyUsers(tx, { channel: code, withinMs: limit.withinMs, least })) heavy.set(user.contactId, user.place)
  }
  if (heavy.size === 0) return []
  const withinMs = Math.max(...limits.map((l) => l.withinMs))
  const templates = limits.some((l) => l.per === 'template')
  const used = await readUses(tx, { channel: code, contactIds: [...heavy.keys()], withinMs, chunkId: 0, templates })
  return [...heavy].flatMap(([contactId, place]) => {
    const uses = used.get(contactId)?.uses ?? []
    // Which template comes next is not known yet: the one it had most of is assumed.
    const template = commonest(uses.map((u) => u.template))
    const left = Math.min(...limits.map((l) => leftOf(l, uses, { ...ask, template })))
    if (left > few) return []
    const at = freesAt(limits, uses, { ...ask, template })
    return [{ contactId, place, left, freesAt: at > ask.now && at < Number.POSITIVE_INFINITY ? new Date(at) : null }]
  })
}

function commonest(templates: string[]): string {
  const counts = new Map<string, number>()
  for (const template of templates) counts.set(template, (counts.get(template) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? ''
}
