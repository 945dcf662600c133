import type { Snapshot } from '../../register/snapshot.js'
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

const lasting = new WeakMap<Snapshot, Check[]>()

/** What hangs on the register alone is worked out once per snapshot; who is on duty also hangs on the hour. */
export function checkReadiness(snapshot: Snapshot, policy: RiskPolicy, at: Date): Check[] {
  const known = lasting.get(snapshot) ?? [...peopleChecks(snapshot, policy), ...groundChecks(snapshot)]
  lasting.set(snapshot, known)
  const all = [...dutyChecks(snapshot, at), ...known]
  return checkKeys.map((key) => all.find((c) => c.key === key)!)
}
