import { inSlices, type Slices } from '../../base/slices.js'
import type { Household } from '../../register/register.js'
import { homesByPlace, type Snapshot } from '../../register/snapshot.js'
import type { RiskPolicy } from '../risk-policy.js'
import { dutyChecks } from './check-duty.js'
import { groundChecks } from './check-ground.js'
import { peopleChecks } from './check-people.js'

/** What is wrong in the register, known before the storm instead of at three in the morning. */
export const checkKeys = [
  ...['grid-unmanned', 'night-empty', 'home-unreached', 'staff-silent', 'keeper-missing', 'group-silent'],
  ...['shelter-full', 'deputy-circle', 'grid-overlap', 'grid-outline', 'grid-empty', 'home-outside', 'home-unplaced'],
] as const
export type CheckKey = (typeof checkKeys)[number]

export interface Finding {
  /** What it is: the id of a household, a person, a point … as the screens address it. */
  id: string
  place: string
  label: string
  zh: string
  en: string
}
export interface Check {
  key: (typeof checkKeys)[number]
  /** danger: somebody will not be told or helped tonight; untidy: the register misleads. */
  weight: 'danger' | 'untidy'
  findings: Finding[]
}

export const finding = (thing: { id: string; place: string }, label: string, zh: string, en: string): Finding => ({
  ...{ id: thing.id, place: thing.place, label },
  ...{ zh, en },
})

/** The households grid by grid, with a pause after each: a million of them are looked through while others are answered. */
export function* eachPlace<T>(snapshot: Snapshot, look: (homes: readonly Household[]) => T[]): Slices<T[]> {
  const found: T[] = []
  for (const block of homesByPlace(snapshot).values()) {
    for (const one of look(block.list())) found.push(one)
    yield
  }
  return found
}

/** What hangs on the register alone. */
export function* lookThrough(snapshot: Snapshot, policy: RiskPolicy): Slices<Check[]> {
  return [...(yield* peopleChecks(snapshot, policy)), ...(yield* groundChecks(snapshot))]
}

/** With who is on duty, which also hangs on the hour. */
export function* boardAt(snapshot: Snapshot, lasting: readonly Check[], at: Date): Slices<Check[]> {
  const all = [...(yield* dutyChecks(snapshot, at)), ...lasting]
  return checkKeys.map((key) => all.find((c) => c.key === key)!)
}

const looked = new WeakMap<Snapshot, Promise<Check[]>>()

/** Once per snapshot, in slices; those who ask meanwhile wait for the same reading, and nobody else waits. */
export async function checkReadiness(snapshot: Snapshot, policy: RiskPolicy, at: Date): Promise<Check[]> {
  const reading = looked.get(snapshot) ?? inSlices(lookThrough(snapshot, policy))
  looked.set(snapshot, reading)
  return inSlices(boardAt(snapshot, await reading, at))
}
