import { atOnce, type Slices } from '../base/slices.js'
import type { Household, Relation } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { GridMatch, Reason } from './area-match.js'
import { type MissingCause, type MoveCandidate, missingCauses, type TellingChannel, tellingChannels } from './audience.js'
import { type AudienceAsk, chooseAudience, chooseRobots, chooseWatches, homesOf } from './choose-audience.js'
import { findMoves } from './choose-moves.js'
import { indexOf, type RegisterIndex } from './register-index.js'
import { type ResidentsRow, type RiskPolicy, residentsRowOf } from './risk-policy.js'
import {
  type GridTally,
  type HomeClass,
  kindAt,
  kindShift,
  listedBit,
  relationAt,
  relationBits,
  type Tallies,
  talliesOf,
  usableBit,
} from './tally-grids.js'
import { causeOf, channelsOf, type HomeTelling, judgeHome } from './tell-home.js'

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
 * The same decisions as chooseAudience, but nobody is listed: grids wholly inside are added up by the classes of their homes, and only homes
 * on the line, homes that have to move, and homes that share an address are asked one by one. Responsible people are few; they are
 * chosen by name and counted.
 */
export const countAudience = (snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk): AudienceCount =>
  atOnce(countInSlices(snapshot, policy, ask))

export function* countInSlices(snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk): Slices<AudienceCount> {
  if (ask.audience === 'staff') return countStaff(snapshot, policy, ask)
  const index = indexOf(snapshot)
  const row = residentsRowOf(policy, ask.event, ask.level, ask.origin)
  const tallies = yield* talliesOf(snapshot)
  yield* findMoves(snapshot, policy, { ...ask, places: ask.grids.map((g) => g.place) })
  const { isTold, moving, move } = homesOf(snapshot, policy, ask)
  const movers = new Set(move.map((m) => m.place))
  const judge = createJudge(policy, row, ask.exercise)
  const addresses = layAddresses(snapshot.contacts.size)
  const sums = openSums(ask.grids)
  const whole = openWhole(tallies, (one) => judge(one, one.kinds, false))
  const tellOne = (n: number, home: Household, at: number) => {
    const [from, to] = [tallies.starts[at]!, tallies.starts[at + 1]!]
    const moves = moving.has(home.id)
    const judged = judge({ tags: home.tags, isAlone: home.people === 1 }, tallies.kinds.subarray(from, to), moves)
    for (let i = from; i < to; i++) {
      const mask = judged.masks[i - from]!
      if (mask > 0) addresses.add(tallies.addresses[i]!, tallies.kinds[i]! & relationBits, moves, mask)
    }
    const own = heads(1, home.people)
    sums.addTo(n, own, judged.cause === null ? home.people : 0)
    sums.add({ ...own, away: home.atHome ? none() : own, tags: home.tags }, judged)
  }
  for (const [n, grid] of ask.grids.entries()) {
    const tally = tallies.grid(grid.place)
    if (!tally) continue
    const homes = index.householdsOf(grid.place)
    if (grid.reason === 'boundary' || ask.origin === 'order') {
      if (grid.reason === 'boundary' || movers.has(grid.place))
        for (const [i, home] of homes.entries()) if (isTold(home)) tellOne(n, home, tally.first + i)
    } else {
      const { told, ...all } = whole.take(tally)
      sums.addTo(n, all, told)
      for (const i of tally.single) tellOne(n, homes[i]!, tally.first + i)
      if (movers.has(grid.place))
        for (const [i, home] of homes.entries()) {
          const number = tallies.classOf[tally.first + i]!
          if (number < 0 || !moving.has(home.id)) continue
          sums.addTo(n, heads(-1, -home.people), whole.giveBack(number, home))
          tellOne(n, home, tally.first + i)
        }
    }
    yield
  }
  for (const { kinds, judged, ...homes } of whole.total()) {
    for (const [k, mask] of judged.masks.entries()) if (mask > 0) addresses.addAlike(homes.households, kinds[k]! & relationBits, mask)
    sums.add(homes, judged)
  }
  if (ask.origin !== 'order')
    for (const { told } of chooseRobots(index, snapshot, row, ask.grids))
      if (!ask.exercise || told.allowListed) addresses.add(index.addressOf(told.contactId), relationAt.indexOf('group'), false, bit.group)
  return { ...sums.total(index), ...addresses.count(), move, points: chooseWatches(snapshot, policy, ask) }
}

/** Grids that are told as a whole: added up by class, so that each class is judged once. */
function openWhole({ classes }: Tallies, judge: (one: HomeClass) => Judged) {
  const judged = classes.map(judge)
  const isTold = Uint8Array.from(judged, ({ cause }) => (cause === null ? 1 : 0))
  const sums = new Float64Array(classes.length * 4)
  return {
    take({ classes: rows }: GridTally): Headcount & { told: number } {
      let [households, people, told] = [0, 0, 0]
      for (let i = 0; i < rows.length; i += 5) {
        const number = rows[i]!
        for (let k = 0; k < 4; k++) sums[number * 4 + k]! += rows[i + 1 + k]!
        households += rows[i + 1]!
        people += rows[i + 2]!
        if (isTold[number]) told += rows[i + 2]!
      }
      return { households, people, told }
    },
    /** One home of a class is told in another way than the others; answers how many fewer are told. */
    giveBack(number: number, { people, atHome }: Household): number {
      const away = atHome ? [0, 0] : [1, people]
      for (const [k, less] of [1, people, ...away].entries()) sums[number * 4 + k]! -= less
      return isTold[number] ? -people : 0
    },
    total: () =>
      classes.flatMap(({ tags, kinds }, n) => {
        const [households, people, awayHomes, awayPeople] = sums.subarray(n * 4, n * 4 + 4) as unknown as [number, number, number, number]
        return households > 0 ? [{ ...heads(households, people), away: heads(awayHomes, awayPeople), tags, kinds, judged: judged[n]! }] : []
      }),
  }
}

const heads = (households: number, people: number): Headcount => ({ households, people })
const none = (): Headcount => heads(0, 0)
const plus = (sum: Headcount, { households, people }: Headcount): void => {
  sum.households += households
  sum.people += people
}

/** How the homes of a class, or one home, are told: the channels of each line as bits, and why nobody at home is. */
interface Judged {
  masks: number[]
  cause: MissingCause | null
  unheard: boolean
}

const isSelf = (kind: number): boolean => (kind & relationBits) === 0
const bit = Object.fromEntries(tellingChannels.map((c, n) => [c, 1 << n])) as Record<TellingChannel, number>

function createJudge(policy: RiskPolicy, row: ResidentsRow, isExercise: boolean) {
  const masksOf = createMasks(row)
  return (home: { tags: string[]; isAlone: boolean }, kinds: ArrayLike<number>, move: boolean): Judged => {
    let seen = 0
    for (let i = 0; i < kinds.length; i++) seen |= kinds[i]! & usableBit ? (isSelf(kinds[i]!) ? 1 : 2) : isSelf(kinds[i]!) ? 4 : 0
    const judged = judgeHome(policy, row, { tags: home.tags, people: home.isAlone ? 1 : 2 }, { move, reached: (seen & 1) > 0 })
    const mask = masksOf(judged)
    const masks: number[] = []
    let [told, held] = [false, false]
    for (let i = 0; i < kinds.length; i++) {
      const kind = kinds[i]!
      const isHeld = isExercise && (kind & listedBit) === 0
      masks.push(isHeld ? 0 : mask[kind]!)
      if (mask[kind]! > 0 && isSelf(kind)) {
        if (isHeld) held = true
        else told = true
      }
    }
    const unreached = seen & 1 ? null : causeOf({ own: (seen & 4) > 0, others: (seen & 2) > 0 })
    return {
      masks,
      cause: told ? null : (unreached ?? (held ? 'not-on-list' : 'other-channels')),
      unheard: told && judged.called && judged.deaf,
    }
  }
}

function openSums(grids: readonly GridMatch[]) {
  const all = none()
  const [told, notCalled, away] = [none(), none(), none()]
  const missing = new Map(missingCauses.map((cause) => [cause, none()]))
  const tags = new Map<string, Headcount>()
  const counted = grids.map(() => ({ ...none(), told: 0 }))
  return {
    addTo(grid: number, homes: Headcount, toldPeople: number) {
      plus(counted[grid]!, homes)
      counted[grid]!.told += toldPeople
    },
    add(homes: Headcount & { away: Headcount; tags: string[] }, { cause, unheard }: Judged) {
      plus(all, homes)
      if (cause === null) {
        plus(told, homes)
        if (unheard) plus(notCalled, homes)
      } else plus(missing.get(cause)!, homes)
      plus(away, homes.away)
      for (const tag of homes.tags) {
        const known = tags.get(tag)
        if (known) plus(known, homes)
        else tags.set(tag, heads(homes.households, homes.people))
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
  const found = new Float64Array(32 * 16)
  const rankOf = (relation: number, move: boolean) => (move ? 0 : 10) + relation + 1
  return {
    add(at: number, relation: number, move: boolean, on: number) {
      const rank = rankOf(relation, move)
      if (ranks[at] === 0 || rank < ranks[at]!) ranks[at] = rank
      channels[at]! |= on
    },
    /** So many addresses, each of one home only that stays where it is. */
    addAlike(count: number, relation: number, on: number) {
      found[rankOf(relation, false) * 16 + on]! += count
    },
    count() {
      for (let at = 0; at < size; at++) if (ranks[at] !== 0) found[ranks[at]! * 16 + channels[at]!]!++
      const contacts = found.reduce((sum, count) => sum + count, 0)
      const messages: MessageCount[] = []
      for (const channel of tellingChannels)
        for (const move of [true, false])
          for (const [nth, relation] of relationAt.entries()) {
            let count = 0
            for (let on = 0; on < 16; on++) if (on & bit[channel]) count += found[rankOf(nth, move) * 16 + on]!
            if (count > 0) messages.push({ channel, relation, move, count })
          }
      const relations = relationAt.flatMap((relation, nth) => {
        let contacts = 0
        for (const move of [true, false]) for (let on = 0; on < 16; on++) contacts += found[rankOf(nth, move) * 16 + on]!
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
