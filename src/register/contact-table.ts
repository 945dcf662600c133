import type { Slices } from '../base/slices.js'
import { readNumbers, rowsOf } from './home-block.js'
import type { Contact, ContactKind } from './register.js'

/** Contacts by their numbers: what a Map of them is too. */
export interface Contacts extends Pick<ReadonlyMap<number, Contact>, 'size' | 'has' | 'get'>, Iterable<[number, Contact]> {
  values(): Iterable<Contact>
}

/** The contacts of one place: their numbers at once, the rest as it was read until somebody asks for it. */
export interface ContactBlock {
  /** In rising order, like the list. */
  ids: Float64Array
  list(): readonly Contact[]
}

export function openContacts(place: string, numbers: Buffer, texts: string): ContactBlock {
  const ids = readNumbers(numbers)
  let left: string | null = texts
  let made: Contact[] = []
  return {
    ids,
    list() {
      if (left !== null)
        made = rowsOf(left).map(([kind, blind, listed, broken], i) => ({
          id: ids[i]!,
          place,
          kind: kind as ContactKind,
          blind: blind!,
          allowListed: listed === 'true',
          broken: broken || null,
        }))
      left = null
      return made
    },
  }
}

/** One number for each contact says in which block it is; there it is found by halves. */
export function* layContacts(byPlace: ReadonlyMap<string, ContactBlock>): Slices<Contacts> {
  const blocks = [...byPlace.values()]
  const last = blocks.reduce((most, { ids }) => Math.max(most, ids.at(-1) ?? 0), 0)
  const blockAt = new Int32Array(last + 1)
  let size = 0
  for (const [n, { ids }] of blocks.entries()) {
    for (const id of ids) blockAt[id] = n + 1
    size += ids.length
    yield
  }
  const values = function* () {
    for (const block of blocks) yield* block.list()
  }
  return {
    size,
    values,
    has: (id) => (blockAt[id] ?? 0) > 0,
    get(id) {
      const block = blocks[(blockAt[id] ?? 0) - 1]
      return block?.list()[placeIn(block.ids, id)]
    },
    *[Symbol.iterator]() {
      for (const contact of values()) yield [contact.id, contact]
    },
  }
}

function placeIn(ids: Float64Array, id: number): number {
  let [from, to] = [0, ids.length - 1]
  while (from < to) {
    const middle = (from + to) >> 1
    if (ids[middle]! < id) from = middle + 1
    else to = middle
  }
  return from
}
