import type { HazardPoint, Household } from '../register/register.js'
import { tagName } from '../register/risk-tags.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Level } from '../warnings/warning.js'
import type { MoveCandidate } from './audience.js'
import { distanceM } from './geometry.js'
import { indexOf } from './register-index.js'
import { type HouseholdRule, type Origin, policyLevel, type RiskPolicy } from './risk-policy.js'

const colour = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '(等级不明)' } as const
const pointName = { waterlogging: '易涝点', 'old-building': '危旧房', slope: '坡坎', 'river-bank': '临河点' } as const

/** Whom the policy moves out of the given grids, with the reason in words. Who moves follows from how people live, never from a list. */
export function chooseMoves(
  snapshot: Snapshot,
  policy: RiskPolicy,
  ask: { event: string; level: Level | null; origin: Origin; places: readonly string[] },
): MoveCandidate[] {
  const rules = rulesFor(policy, ask)
  if (rules.length === 0) return []
  const index = indexOf(snapshot)
  const because = ask.level ? ` + ${ask.event}${colour[ask.level]}` : ''
  return ask.places.flatMap((place) =>
    index.householdsOf(place).flatMap((household) => {
      const found = household.atHome ? firstReason(rules, household, snapshot.points) : null
      if (!found) return []
      const { id: householdId, people, shelterId, helperId } = household
      return [{ householdId, place, people, pointId: found.point.id, shelterId, helperId, because: found.words + because }]
    }),
  )
}

/** An order without a colour, or for a hazard the policy does not know, is still a person's order: every rule names households then. */
function rulesFor(policy: RiskPolicy, { event, level, origin }: { event: string; level: Level | null; origin: Origin }): HouseholdRule[] {
  const fitting = level ? policy.move.filter((m) => m.events.includes(event) && m.levels.includes(policyLevel(level))) : []
  const chosen = fitting.length === 0 && origin === 'order' ? policy.move : fitting
  return chosen.flatMap((m) => m.households)
}

function firstReason(rules: HouseholdRule[], household: Household, points: HazardPoint[]): { point: HazardPoint; words: string } | null {
  for (const rule of rules) {
    if (!household.tags.includes(rule.tag)) continue
    const point = rule.near ? nearest(household, points, rule.near.kind, rule.near['within-m']) : standsOn(household, points, rule.on!)
    if (!point) continue
    const name = `${point.number} 号${pointName[point.kind]}`
    return { point, words: rule.near ? `${tagName(rule.tag)} + ${name} ${rule.near['within-m']} 米内` : `${name}(${point.grade} 级)` }
  }
  return null
}

/** A household tied to the point by hand is near it, measured or not. */
function nearest(household: Household, points: HazardPoint[], kind: HazardPoint['kind'], withinM: number): HazardPoint | null {
  let best: { point: HazardPoint; distance: number } | null = null
  for (const point of points) {
    if (point.kind !== kind) continue
    const tied = household.pointId === point.id
    if (!tied && (household.lon === null || household.lat === null)) continue
    const distance = tied ? 0 : distanceM([household.lon!, household.lat!], [point.lon, point.lat])
    if (distance <= withinM && (!best || distance < best.distance)) best = { point, distance }
  }
  return best?.point ?? null
}

function standsOn(household: Household, points: HazardPoint[], on: NonNullable<HouseholdRule['on']>): HazardPoint | null {
  const point = points.find((p) => p.id === household.pointId)
  return point && point.kind === on.kind && point.grade !== null && on.grades.includes(point.grade) ? point : null
}
