import type { ContactKind, Household, Relation } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { GridMatch, Reason } from './area-match.js'
import { type MissingCause, type MoveCandidate, missingCauses, type TellingChannel, tellingChannels } from './audience.js'
import { type AudienceAsk, chooseAudience, chooseRobots, chooseWatches, homesOf } from './choose-audience.js'
import { indexOf, type RegisterIndex } from './register-index.js'
import { type ResidentsRow, type RiskPolicy, residentsRowOf } from './risk-policy.js'
import { causeOf, channelsOf, type HomeTelling, judgeHome, nearness } from './tell-home.js'

export interface Headcount {
  households: number
  people: number
}
export interface GridCount extends Headcount {
  place: string
  name: string
  reason: Reason
  /** All homes of the grid: where the line leaves some out, more than those counted. */
  of: number
  /** People who are told at home; the rest are among the missing. */
  told: number
}
/** So many addresses of this relation get words on this channel. */
export interface MessageCount {
  channel: TellingChannel
  relation: Relation
  move: boolean
  count: number
}

/** Whom an alert would reach, by numbers: told and missing together are everybody inside. */
export interface AudienceCount extends Headcount {
  contacts: number
  told: Headcount
  missing: (Headcount & { cause: MissingCause })[]
  /** Told, but not rung up: alone and hard of hearing. */
  notCalled: Headcount
  /** Their home is empty at present; their numbers are told all the same. */
  away: Headcount
  grids: GridCount[]
  tags: (Headcount & { tag: string })[]
  messages: MessageCount[]
  /** Addresses by the reader who speaks for each. */
  relations: { relation: Relation; contacts: number }[]
  move: MoveCandidate[]
  points: string[]
}

/**
 * The same decisions as chooseAudience, home by home, but nobody is listed: a million homes are counted in a second, before anything
 * is issued. Responsible people are few; they are chosen by name and counted.
 */
export function countAudience(snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk): AudienceCount {
  if (ask.audience === 'staff') return countStaff(snapshot, policy, ask)
  const index = indexOf(snapshot)
  const row = residentsRowOf(policy, ask.event, ask.level, ask.origin)
  const { isTold, moving, move } = homesOf(snapshot, policy, ask)
  const lines = linesOf(snapshot)
  const masks = createMasks(row)
  const addresses = layAddresses(snapshot.contacts.size)
  const sums = openSums(ask.grids)
  for (const [n, grid] of ask.grids.entries()) {
    let at = lines.first.get(grid.place) ?? 0
    for (const home of index.householdsOf(grid.place)) {
      const [from, to] = [lines.starts[at]!, lines.starts[++at]!]
      if (!isTold(home)) continue
      let seen = 0
      for (let i = from; i < to; i++)
        seen |= lines.kinds[i]! & usableBit ? (isSelf(lines.kinds[i]!) ? 1 : 2) : isSelf(lines.kinds[i]!) ? 4 : 0
      const move = moving.has(home.id)
      const judged = judgeHome(policy, row, home, { move, reached: (seen & 1) > 0 })
      const mask = masks(judged)
      let [told, held] = [false, false]
      for (let i = from; i < to; i++) {
        const kind = lines.kinds[i]!
        if (mask[kind] === 0) continue
        if (!ask.exercise || kind & listedBit) {
          told ||= isSelf(kind)
          addresses.add(lines.addresses[i]!, kind & relationBits, move, mask[kind]!)
        } else held ||= isSelf(kind)
      }
      const unreached = seen & 1 ? null : causeOf({ own: (seen & 4) > 0, others: (seen & 2) > 0 })
      sums.add(n, home, told ? null : (unreached ?? (held ? 'not-on-list' : 'other-channels')), judged.called && judged.deaf)
    }
  }
  if (ask.origin !== 'order')
    for (const { told } of chooseRobots(index, snapshot, row, ask.grids))
      if (!ask.exercise || told.allowListed) addresses.add(index.addressOf(told.contactId), relationAt.indexOf('group'), false, bit.group)
  return { ...sums.total(index), ...addresses.count(), move, points: chooseWatches(snapshot, policy, ask) }
}

const plus = (sum: Headcount, { people }: { people: number }): void => {
  sum.households++
  sum.people += people
}
const none = (): Headcount => ({ households: 0, people: 0 })

function openSums(grids: readonly GridMatch[]) {
  const all = none()
  const [told, notCalled, away] = [none(), none(), none()]
  const missing = new Map(missingCauses.map((cause) => [cause, none()]))
  const tags = new Map<string, Headcount>()
  const counted = grids.map(() => ({ ...none(), told: 0 }))
  return {
    add(grid: number, home: Household, cause: MissingCause | null, unheard: boolean) {
      const here = counted[grid]!
      plus(all, home)
      plus(here, home)
      if (cause === null) {
        plus(told, home)
        here.told += home.people
        if (unheard) plus(notCalled, home)
      } else plus(missing.get(cause)!, home)
      if (!home.atHome) plus(away, home)
      for (const tag of home.tags) {
        const known = tags.get(tag)
        if (known) plus(known, home)
        else tags.set(tag, { households: 1, people: home.people })
      }
    },
    total: (index: RegisterIndex) => ({
      ...all,
      ...{ told, notCalled, away },
      missing: [...missing].flatMap(([cause, sum]) => (sum.households > 0 ? [{ cause, ...sum }] : [])),
      tags: [...tags].map(([tag, sum]) => ({ tag, ...sum })).sort((a, b) => b.households - a.households),
      grids: grids.map(({ place, name, reason }, n) => ({ place, name, reason, of: index.householdsOf(place).length, ...counted[n]! })),
    }),
  }
}

/** Relations by nearness: the place in this list is the rank. */
const relationAt = (Object.keys(nearness) as Relation[]).sort((a, b) => nearness[a] - nearness[b])
const kindAt: ContactKind[] = ['phone', 'push', 'robot']
const bit = Object.fromEntries(tellingChannels.map((c, n) => [c, 1 << n])) as Record<TellingChannel, number>

/** One byte says what a contact is to its home: relation, kind, whether it works, whether it is on the exercise list. */
const [relationBits, kindShift, usableBit, listedBit] = [7, 3, 32, 64]
const isSelf = (kind: number): boolean => (kind & relationBits) === 0

interface Lines {
  /** Number of the first home of a grid; its homes follow in the order of the index. */
  first: Map<string, number>
  starts: Int32Array
  addresses: Int32Array
  kinds: Uint8Array
}
const laid = new WeakMap<Snapshot, Lines>()

/** Every line from a home to a contact in a row, once per snapshot: five bytes each instead of three look-ups. */
function linesOf(snapshot: Snapshot): Lines {
  const known = laid.get(snapshot)
  if (known) return known
  const index = indexOf(snapshot)
  const size = snapshot.households.reduce((sum, h) => sum + h.contacts.length, 0)
  const starts = new Int32Array(snapshot.households.length + 1)
  const [addresses, kinds, first] = [new Int32Array(size), new Uint8Array(size), new Map<string, number>()]
  let [home, line] = [0, 0]
  for (const place of new Set(snapshot.households.map((h) => h.place))) {
    first.set(place, home)
    for (const { contacts } of index.householdsOf(place)) {
      for (const { contactId, relation } of contacts) {
        const contact = index.contact(contactId)
        addresses[line] = index.addressOf(contactId)
        kinds[line++] =
          nearness[relation] |
          (kindAt.indexOf(contact?.kind ?? 'phone') << kindShift) |
          (contact && contact.broken === null ? usableBit : 0) |
          (contact?.allowListed ? listedBit : 0)
      }
      starts[++home] = line
    }
  }
  const lines = { first, starts, addresses, kinds }
  laid.set(snapshot, lines)
  return lines
}

/** For every kind of line the channels as bits: channelsOf asked once for each of the few ways in which a home can be told. */
function createMasks(row: ResidentsRow): (home: HomeTelling) => Uint8Array {
  const made: (Uint8Array | undefined)[] = []
  return ({ called, deaf, relatives }) => {
    const at = (called ? 1 : 0) | (deaf ? 2 : 0) | (relatives ? 4 : 0)
    made[at] ??= Uint8Array.from({ length: 128 }, (_, kind) => {
      const relation = relationAt[kind & relationBits]
      const address = kindAt[(kind >> kindShift) & 3]
      if (!relation || !address || !(kind & usableBit)) return 0
      return channelsOf(row, { called, deaf, relatives }, address, relation).reduce((bits, c) => bits | bit[c], 0)
    })
    return made[at]
  }
}

/** One address, one message: for every address the nearest reader and the channels, two bytes each. */
function layAddresses(size: number) {
  const ranks = new Uint8Array(size)
  const channels = new Uint8Array(size)
  return {
    add(at: number, relation: number, move: boolean, on: number) {
      const rank = (move ? 0 : 10) + relation + 1
      if (ranks[at] === 0 || rank < ranks[at]!) ranks[at] = rank
      channels[at]! |= on
    },
    count() {
      const found = new Uint32Array(256 * 16)
      let contacts = 0
      for (let at = 0; at < size; at++) {
        if (ranks[at] === 0) continue
        contacts++
        found[ranks[at]! * 16 + channels[at]!]!++
      }
      const messages: MessageCount[] = []
      for (const channel of tellingChannels)
        for (const move of [true, false])
          for (const [nth, relation] of relationAt.entries()) {
            const rank = (move ? 0 : 10) + nth + 1
            let count = 0
            for (let on = 0; on < 16; on++) if (on & bit[channel]) count += found[rank * 16 + on]!
            if (count > 0) messages.push({ channel, relation, move, count })
          }
      const relations = relationAt.flatMap((relation, nth) => {
        let contacts = 0
        for (const rank of [nth + 1, nth + 11]) for (let on = 0; on < 16; on++) contacts += found[rank * 16 + on]!
        return contacts > 0 ? [{ relation, contacts }] : []
      })
      return { contacts, messages, relations }
    },
  }
}

function countStaff(snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk): AudienceCount {
  const index = indexOf(snapshot)
  const { recipients, unreachable, move, points, people } = chooseAudience(snapshot, policy, ask)
  const on = (channel: TellingChannel) => recipients.filter((r) => r.channels.includes(channel)).length
  const told = recipients.length
  return {
    ...{ households: 0, people, contacts: new Set(recipients.map((r) => index.addressOf(r.contactId))).size },
    told: { households: 0, people: told },
    missing: unreachable.length > 0 ? [{ cause: 'no-contact', households: 0, people: unreachable.length }] : [],
    ...{ notCalled: none(), away: none(), tags: [], move, points },
    grids: ask.grids.map(({ place, name, reason, households, people, of }) => ({
      place,
      name,
      reason,
      households,
      people,
      of: of ?? households,
      told: 0,
    })),
    relations: [{ relation: 'staff', contacts: told }],
    messages: tellingChannels.flatMap((channel) => {
      const count = on(channel)
      return count > 0 ? [{ channel, relation: 'staff' as const, move: false, count }] : []
    }),
  }
}
