import type { Slices } from '../base/slices.js'
import type { Directory } from './directory.js'
import type { Household } from './register.js'
import { perSlice, searchHouseholds } from './search-households.js'
import type { Snapshot } from './snapshot.js'

export interface HouseholdWish {
  /** Words of the address (characters, pinyin, initials), the end of a phone number, or the name of the head. */
  words: string
  place: string
  tag?: string | undefined
  lacking?: 'contact' | 'position' | undefined
  away?: boolean | undefined
}
export interface FoundHouseholds {
  households: Household[]
  /** Which sealed fields were looked through: whoever asked leaves a trace of it. */
  looked: ('phone' | 'head')[]
}

/** Addresses first; sealed fields only for who may see them, and only where the words can be meant for them. */
export function* findHouseholds(
  snapshot: Snapshot,
  directory: Directory,
  wish: HouseholdWish,
  maySeeSealed: boolean,
): Slices<FoundHouseholds> {
  const words = wish.words.trim()
  const fits = (h: Household) =>
    (wish.tag === undefined || h.tags.includes(wish.tag)) &&
    (wish.away === undefined || h.atHome === !wish.away) &&
    (wish.lacking !== 'position' || h.lon === null || h.lat === null) &&
    (wish.lacking !== 'contact' || !reachesSelf(snapshot, h))
  const byAddress = (yield* searchHouseholds(snapshot, wish.place, words)).filter(fits)
  if (!maySeeSealed || !words) return { households: byAddress, looked: [] }
  const tail = /^\+?[\d\s-]{4,}$/.test(words) ? words.replace(/\D/g, '') : ''
  const head = byAddress.length === 0 && /^\p{Script=Han}{1,4}$/u.test(words) ? words : ''
  if (tail.length < 4 && !head) return { households: byAddress, looked: [] }
  const known = new Set(byAddress)
  const meant = (h: Household) =>
    head
      ? directory.household(h.id)?.head.startsWith(head)
      : h.contacts.some((c) => snapshot.contacts.get(c.contactId)?.kind === 'phone' && directory.address(c.contactId)?.endsWith(tail))
  const more: Household[] = []
  let looked = 0
  for (const h of snapshot.households) {
    if (++looked % perSlice === 0) yield
    if (h.place.startsWith(wish.place) && !known.has(h) && fits(h) && meant(h)) more.push(h)
  }
  // Who types the end of a number means the number: it stands before a room that is called the same.
  return { households: [...more, ...byAddress], looked: [head ? 'head' : 'phone'] }
}

/** Somebody who lives there can be told: a number of a relative elsewhere is none of theirs. */
export const reachesSelf = (snapshot: Snapshot, household: Household): boolean =>
  household.contacts.some((c) => c.relation === 'self' && snapshot.contacts.get(c.contactId)?.broken === null)
