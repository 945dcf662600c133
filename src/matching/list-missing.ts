import type { Slices } from '../base/slices.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Unreachable } from './audience.js'
import { type AudienceAsk, chooseAudience, homesOf, unreachableOf } from './choose-audience.js'
import { indexOf } from './register-index.js'
import type { RiskPolicy } from './risk-policy.js'

export interface MissingList {
  /** The first of those within the reader's area, in the order of the grids. */
  rows: Unreachable[]
  /** All of them within the reader's area. */
  households: number
  people: number
}

/** Who has no working contact of their own: the first `most` by door, all of them by number. A million homes are asked in slices. */
export function* listMissing(
  snapshot: Snapshot,
  policy: RiskPolicy,
  ask: AudienceAsk,
  { scope, most }: { scope: string; most: number },
): Slices<MissingList> {
  const list: MissingList = { rows: [], households: 0, people: 0 }
  const add = (one: Unreachable) => {
    if (!one.place.startsWith(scope)) return
    list.households += 1
    list.people += one.people
    if (list.rows.length < most) list.rows.push(one)
  }
  if (ask.audience === 'staff') {
    for (const one of chooseAudience(snapshot, policy, ask).unreachable) add(one)
    return list
  }
  if (ask.exercise || (ask.origin !== 'relay' && ask.origin !== 'order')) return list
  const index = indexOf(snapshot)
  const { homes, reasonOf } = homesOf(snapshot, policy, ask)
  for (const grid of ask.grids) {
    for (const home of homes(grid)) for (const one of unreachableOf(index, home, reasonOf(home))) add(one)
    yield
  }
  return list
}
