import type { Slices } from '../base/slices.js'
import type { ContactKind, Household, Relation } from '../register/register.js'
import { homesByPlace, type Snapshot } from '../register/snapshot.js'
import { indexOf } from './register-index.js'
import { nearness } from './tell-home.js'

/** One byte says what a contact is to its home: relation, kind, whether it works, whether it is on the exercise list. */
export const [relationBits, kindShift, usableBit, listedBit] = [7, 3, 32, 64]
/** Relations by nearness: the place in this list is the rank. */
export const relationAt = (Object.keys(nearness) as Relation[]).sort((a, b) => nearness[a] - nearness[b])
export const kindAt: ContactKind[] = ['phone', 'push', 'robot']

/** Homes that are told alike whatever the policy says: the same tags, one person or more, contacts of the same kinds. */
export interface HomeClass {
  tags: string[]
  isAlone: boolean
  kinds: number[]
}

/** A grid by classes: five numbers each (class, homes, people, homes and people registered as away), and the homes that stand alone. */
export interface GridTally {
  /** Number of its first home; the others follow in the order of the index. */
  first: number
  classes: Int32Array
  /** Homes that share an address with another, or are like no other: places in the grid's list. */
  single: number[]
}

export interface Tallies {
  classes: HomeClass[]
  grid(place: string): GridTally | undefined
  /** Home n has the lines from starts[n] to starts[n + 1]. */
  starts: Int32Array
  addresses: Int32Array
  kinds: Uint8Array
  /** Its class, or −1 for one that stands alone. */
  classOf: Int32Array
}

type Homes = ReturnType<typeof homesByPlace>
const kept = new WeakMap<Homes, { contacts: Snapshot['contacts']; groups: Snapshot['groups']; tallies: Tallies }>()

/** Made once for the homes, contacts and groups of a register; what else changes leaves them as they are. */
export function* talliesOf(snapshot: Snapshot): Slices<Tallies> {
  const { contacts, groups } = snapshot
  const homes = homesByPlace(snapshot)
  const known = kept.get(homes)
  if (known && known.contacts === contacts && known.groups === groups) return known.tallies
  const lines = yield* layLines(snapshot, homes)
  const tallies = yield* sortHomes(homes, lines)
  kept.set(homes, { contacts, groups, tallies })
  return tallies
}

interface Lines extends Pick<Tallies, 'starts' | 'addresses' | 'kinds'> {
  /** How many lines lead to an address; more than one is more. */
  uses: Uint8Array
}

/** Every line from a home to a contact in a row: five bytes each instead of three look-ups. */
function* layLines(snapshot: Snapshot, homes: Homes): Slices<Lines> {
  const index = indexOf(snapshot)
  let [households, size] = [0, 0]
  for (const block of homes.values()) {
    for (const { contacts } of block.list()) size += contacts.length
    households += block.list().length
    yield
  }
  const starts = new Int32Array(households + 1)
  const [addresses, kinds, uses] = [new Int32Array(size), new Uint8Array(size), new Uint8Array(snapshot.contacts.size)]
  for (const { robotContactId } of snapshot.groups) if (robotContactId !== null) uses[index.addressOf(robotContactId)] = 1
  let [home, line] = [0, 0]
  for (const block of homes.values()) {
    for (const { contacts } of block.list()) {
      for (const { contactId, relation } of contacts) {
        const contact = index.contact(contactId)
        const address = index.addressOf(contactId)
        if (uses[address]! < 2) uses[address]!++
        addresses[line] = address
        kinds[line++] =
          nearness[relation] |
          (kindAt.indexOf(contact?.kind ?? 'phone') << kindShift) |
          (contact && contact.broken === null ? usableBit : 0) |
          (contact?.allowListed ? listedBit : 0)
      }
      starts[++home] = line
    }
    yield
  }
  return { starts, addresses, kinds, uses }
}

/** So many contacts of seven bits each, so many tags and one bit more: a number that a double holds exactly. */
const mostLines = 4
const mostTags = 24

function* sortHomes(homes: Homes, { uses, ...lines }: Lines): Slices<Tallies> {
  const { starts, addresses, kinds } = lines
  const classes: HomeClass[] = []
  const numbers = new Map<number, number>()
  const classOf = new Int32Array(starts.length - 1).fill(-1)
  const grids = new Map<string, GridTally>()
  const own: number[] = []
  const tagsSeen = new Map<string, number>()

  const read = ({ tags, people }: Household, from: number, to: number): number => {
    if (to - from > mostLines) return -1
    let key = people === 1 ? 1 : 0
    for (const tag of tags) {
      const at = tagsSeen.get(tag) ?? tagsSeen.size
      if (at >= mostTags) return -1
      tagsSeen.set(tag, at)
      key |= 2 << at
    }
    own.length = 0
    for (let i = from; i < to; i++) {
      if (uses[addresses[i]!]! > 1) return -1
      own.push(kinds[i]!)
    }
    if (own.length > 1) own.sort((a, b) => a - b)
    for (let i = 0; i < mostLines; i++) key = key * 128 + (i < own.length ? own[i]! + 1 : 0)
    const known = numbers.get(key)
    if (known !== undefined) return known
    numbers.set(key, classes.length)
    return classes.push({ tags: [...tags], isAlone: people === 1, kinds: [...own] }) - 1
  }

  let first = 0
  for (const [place, block] of homes) {
    const list = block.list()
    const counted = new Map<number, number[]>()
    const single: number[] = []
    for (const [n, home] of list.entries()) {
      const number = read(home, starts[first + n]!, starts[first + n + 1]!)
      classOf[first + n] = number
      if (number < 0) single.push(n)
      else {
        const row = counted.get(number) ?? [number, 0, 0, 0, 0]
        counted.set(number, row)
        row[1]!++
        row[2]! += home.people
        if (!home.atHome) {
          row[3]!++
          row[4]! += home.people
        }
      }
    }
    grids.set(place, { first, classes: Int32Array.from([...counted.values()].flat()), single })
    first += list.length
    yield
  }
  return { ...lines, classes, classOf, grid: (place) => grids.get(place) }
}
