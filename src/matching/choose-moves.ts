import { atOnce, type Slices } from '../base/slices.js'
import type { HazardPoint, Household } from '../register/register.js'
import { tagName, tagNameEn } from '../register/risk-tags.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Level } from '../warnings/warning.js'
import type { Reason } from './area-match.js'
import type { MoveCandidate } from './audience.js'
import { distanceM } from './geometry.js'
import { indexOf } from './register-index.js'
import { type HouseholdRule, type Origin, policyLevel, type RiskPolicy } from './risk-policy.js'

const colour = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '(等级不明)' } as const
const pointName = { waterlogging: '易涝点', 'old-building': '危旧房', slope: '坡坎', 'river-bank': '临河点' } as const
const pointNameEn = {
  waterlogging: 'waterlogging point',
  'old-building': 'old building',
  slope: 'slope',
  'river-bank': 'river-bank point',
} as const

interface MoveAsk {
  event: string
  level: Level | null
  origin: Origin
  places: readonly string[]
}

/** Whom the policy moves out of the given grids, with the reason in words. Who moves follows from how people live, never from a list. */
export function chooseMoves(snapshot: Snapshot, policy: RiskPolicy, ask: MoveAsk & { reasonOf(home: Household): Reason }): MoveCandidate[] {
  const because = ask.level ? ` + ${ask.event}${colour[ask.level]}` : ''
  return atOnce(findMoves(snapshot, policy, ask)).flatMap((moves) =>
    moves.map(({ home, found }) => {
      const { id: householdId, place, people, shelterId, helperId } = home
      const words = { because: wordsOf(found) + because, becauseEn: wordsOfEn(found) }
      return { householdId, place, people, pointId: found.point.id, shelterId, helperId, reason: ask.reasonOf(home), ...words }
    }),
  )
}

interface Move {
  home: Household
  found: Found
}
type MovesOfGrid = WeakMap<readonly Household[], Move[]>
const known = new WeakMap<HazardPoint[], Map<string, MovesOfGrid>>()

/** Grid by grid. Found once for its homes, the points and the rules: they are asked for again and again while a warning stands. */
export function* findMoves(snapshot: Snapshot, policy: RiskPolicy, ask: MoveAsk): Slices<Move[][]> {
  const rules = rulesFor(policy, ask)
  if (rules.length === 0) return []
  const byRules = known.get(snapshot.points) ?? new Map<string, MovesOfGrid>()
  known.set(snapshot.points, byRules)
  const key = JSON.stringify(rules)
  const kept: MovesOfGrid = byRules.get(key) ?? new WeakMap()
  byRules.set(key, kept)
  const index = indexOf(snapshot)
  const judge = createJudge(rules, snapshot.points)
  const all: Move[][] = []
  for (const place of ask.places) {
    const homes = index.householdsOf(place)
    let moves = kept.get(homes)
    if (!moves) {
      moves = homes.flatMap((home) => {
        const found = home.atHome ? judge(home) : null
        return found ? [{ home, found }] : []
      })
      kept.set(homes, moves)
      yield
    }
    if (moves.length > 0) all.push(moves)
  }
  return all
}

/** An order without a colour, or for a hazard the policy does not know, is still a person's order: every rule names households then. */
export function rulesFor(
  policy: RiskPolicy,
  { event, level, origin }: { event: string; level: Level | null; origin: Origin },
): HouseholdRule[] {
  const fitting = level ? policy.move.filter((m) => m.events.includes(event) && m.levels.includes(policyLevel(level))) : []
  const chosen = fitting.length === 0 && origin === 'order' ? policy.move : fitting
  return chosen.flatMap((m) => m.households)
}

/** metres null: tied to the point in the register, its place not measured. */
interface Found {
  rule: HouseholdRule
  point: HazardPoint
  metres: number | null
}

/** The first rule that fits. Points stand by latitude, so that a home is held against its own surroundings only. */
function createJudge(rules: readonly HouseholdRule[], points: readonly HazardPoint[]): (home: Household) => Found | null {
  const byId = new Map(points.map((p) => [p.id, p]))
  const byKind = new Map<string, HazardPoint[]>()
  for (const rule of rules)
    if (rule.near && !byKind.has(rule.near.kind))
      byKind.set(
        rule.near.kind,
        points.filter((p) => p.kind === rule.near!.kind).sort((a, b) => a.lat - b.lat),
      )
  return (home) => {
    const tied = home.pointId === null ? undefined : byId.get(home.pointId)
    for (const rule of rules) {
      if (!home.tags.includes(rule.tag)) continue
      const { near, on } = rule
      const found = near
        ? nearest(home, tied?.kind === near.kind ? tied : undefined, byKind.get(near.kind)!, near['within-m'])
        : tied && tied.kind === on!.kind && tied.grade !== null && on!.grades.includes(tied.grade)
          ? { point: tied, metres: null }
          : null
      if (found) return { rule, ...found }
    }
    return null
  }
}

/** The nearest point within reach; one that the home is tied to by hand is near it, measured or not. */
function nearest(home: Household, tied: HazardPoint | undefined, points: HazardPoint[], withinM: number): Omit<Found, 'rule'> | null {
  const { lon, lat } = home
  if (lon === null || lat === null) return tied ? { point: tied, metres: null } : null
  if (tied) return { point: tied, metres: distanceM([lon, lat], [tied.lon, tied.lat]) }
  const reach = withinM / 110_000
  let best: { point: HazardPoint; metres: number } | null = null
  for (let i = firstFrom(points, lat - reach); i < points.length && points[i]!.lat <= lat + reach; i++) {
    const point = points[i]!
    const metres = distanceM([lon, lat], [point.lon, point.lat])
    if (metres <= withinM && (!best || metres < best.metres)) best = { point, metres }
  }
  return best
}

function firstFrom(points: readonly HazardPoint[], lat: number): number {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.lat < lat) low = middle + 1
    else high = middle
  }
  return low
}

function wordsOf({ rule, point, metres }: Found): string {
  const name = `${point.number} 号${pointName[point.kind]}`
  if (rule.on) return `${name}(${point.grade} 级)`
  return `${tagName(rule.tag)} + ${metres === null ? `属 ${name}(位置未测)` : `距 ${name} ${Math.round(metres)} 米`}`
}

function wordsOfEn({ rule, point, metres }: Found): string {
  const name = `${pointNameEn[point.kind]} ${point.number}`
  if (rule.on) return `${name} (grade ${point.grade})`
  return `${tagNameEn(rule.tag)} + ${metres === null ? `listed under ${name}, not measured` : `${Math.round(metres)} m from ${name}`}`
}
