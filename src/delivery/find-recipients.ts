import type { Slices } from '../base/slices.js'
import type { Directory } from '../register/directory.js'
import { type FoundHouseholds, findHouseholds } from '../register/find-households.js'
import type { Snapshot } from '../register/snapshot.js'

export interface FoundRecipients {
  contactIds: number[]
  looked: FoundHouseholds['looked']
}

/** Contacts meant by some words: the address, the end of a number or the head of a home, the name of a responsible person. */
export function* findRecipients(
  snapshot: Snapshot,
  directory: Directory,
  { words, scope }: { words: string; scope: string },
  maySeeSealed: boolean,
): Slices<FoundRecipients> {
  const staff = snapshot.staff.filter((s) => s.contactId !== null && s.place.startsWith(scope) && `${s.post}${s.name}`.includes(words))
  const { households, looked } = yield* findHouseholds(snapshot, directory, { words, place: scope }, maySeeSealed)
  const ids = [...staff.map((s) => s.contactId!), ...households.flatMap((h) => h.contacts.map((c) => c.contactId))]
  return { contactIds: [...new Set(ids)], looked }
}
