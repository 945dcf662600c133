import { type Duty, dutyAt, gridForce } from '../register/duty/duty.js'
import { type Contact, type Household, type Relation, type Staff, speaksTo } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Level } from '../warnings/warning.js'
import { type GridMatch, type Reason, reasonsOf } from './area-match.js'
import type { Audience, TellingChannel as Channel, Recipient, StandIn, Unmanned, Unreachable } from './audience.js'
import { chooseMoves } from './choose-moves.js'
import { indexOf, type RegisterIndex } from './register-index.js'
import { type Origin, policyLevel, type ResidentsRow, type RiskPolicy, residentsRowOf, type StaffRow, staffRowOf } from './risk-policy.js'
import { carries, channelsOf, judgeHome, missingWords, nearness, reachesHome, usable, whyUnreached } from './tell-home.js'

export { type RiskPolicy, riskPolicySchema } from './risk-policy.js'

export interface AudienceAsk {
  audience: 'staff' | 'residents'
  event: string
  level: Level | null
  origin: Origin
  grids: GridMatch[]
  exercise: boolean
  /** Posts or numbers of staff: they instead of the policy's posts. */
  named?: string[]
  /** Whose turn it is depends on the hour; the real one when none is given. */
  at?: Date
}

/**
 * Who is told, on which channels, who has to move and which points are watched. Pure. An address is told once, however many
 * homes it stands for; an exercise reaches the allow-list only; an order to move reaches only the households it moves.
 */
export function chooseAudience(snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk): Audience {
  const index = indexOf(snapshot)
  const { homes, moving, move, reasonOf } = homesOf(snapshot, policy, ask)
  const common = { audience: ask.audience, move, grids: ask.grids, points: chooseWatches(snapshot, policy, ask) }
  // A notice that misses somebody sends nobody to the door, and an exercise leaves out everybody on purpose.
  const warned = !ask.exercise && (ask.origin === 'relay' || ask.origin === 'order')
  if (ask.audience === 'staff') {
    const { told, missed, standIns, unmanned } = chooseStaff(index, snapshot, policy, ask)
    const recipients = told.filter((r) => !ask.exercise || r.allowListed)
    const unreachable = warned ? missed : []
    // Who is called to account, not who lives there: the homes inside are the residents' numbers.
    return { ...common, recipients, households: 0, people: recipients.length + unreachable.length, unreachable, standIns, unmanned }
  }
  const households = ask.grids.flatMap(homes)
  const row = residentsRowOf(policy, ask.event, ask.level, ask.origin)
  const candidates = [
    ...households.flatMap((h) => tellHousehold(index, policy, row, h, { move: moving.has(h.id), reason: reasonOf(h) })),
    ...(ask.origin === 'order' ? [] : chooseRobots(index, snapshot, row, ask.grids)),
  ]
  return {
    ...common,
    recipients: tellOnce(
      index,
      candidates.filter((c) => !ask.exercise || c.told.allowListed),
    ),
    households: households.length,
    people: sum(households, (h) => h.people),
    unreachable: warned ? households.flatMap((h) => unreachableOf(index, h, reasonOf(h))) : [],
    standIns: [],
    unmanned: [],
  }
}

/** Whom an alert speaks to: the homes of a grid, which of all have to move, and why each is concerned. */
export function homesOf(snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk) {
  const index = indexOf(snapshot)
  const reasonOf = reasonsOf(ask.grids)
  const move = chooseMoves(snapshot, policy, { ...ask, places: ask.grids.map((g) => g.place), reasonOf })
  const moving = new Map(move.map((m) => [m.householdId, m]))
  // Who lives so that they may have to move hears of it on either side of the line: water does not know where it was drawn.
  const isTold = (h: Household) => moving.has(h.id) || (ask.origin !== 'order' && reasonOf(h) !== 'boundary')
  const homes = (grid: GridMatch): Household[] => index.householdsOf(grid.place).filter(isTold)
  return { homes, isTold, moving, move, reasonOf }
}

export interface Candidate {
  told: Recipient
  atRisk: boolean
}

export function unreachableOf(index: RegisterIndex, home: Household, reason: Reason): Unreachable[] {
  const { id, place, people } = home
  const cause = whyUnreached(index, home)
  return cause ? [{ householdId: id, staffId: null, place, people, reason, why: missingWords[cause].zh }] : []
}

function tellHousehold(
  index: RegisterIndex,
  policy: RiskPolicy,
  row: ResidentsRow,
  home: Household,
  { move, reason }: { move: boolean; reason: Reason },
): Candidate[] {
  const judged = judgeHome(policy, row, home, { move, reached: reachesHome(index, home) })
  return home.contacts.flatMap(({ contactId, relation }) => {
    const contact = usable(index, contactId)
    const channels = contact ? channelsOf(row, judged, contact.kind, relation) : []
    if (!contact || channels.length === 0) return []
    const whose = { place: home.place, householdId: home.id, move, reason }
    const told = recipient(contact, relation, channels, whose)
    // Relatives elsewhere and neighbours read Chinese.
    if (relation === 'self' && home.tags.includes('foreign-language')) told.language = 'en'
    return [{ told, atRisk: judged.atRisk }]
  })
}

type Whose = Pick<Recipient, 'place'> & Partial<Pick<Recipient, 'householdId' | 'staffId' | 'groupId' | 'move' | 'reason'>>

const recipient = (contact: Contact, relation: Relation, channels: Channel[], whose: Whose): Recipient => ({
  contactId: contact.id,
  kind: contact.kind,
  place: whose.place,
  relation,
  channels,
  reason: whose.reason ?? null,
  householdId: whose.householdId ?? null,
  staffId: whose.staffId ?? null,
  groupId: whose.groupId ?? null,
  move: whose.move ?? false,
  allowListed: contact.allowListed,
})

/**
 * One address, one message: words for the household that has to move come before others, words for one's own home before
 * those for a relative's. Those in danger stand first, so that they are handed on first.
 */
function tellOnce(index: RegisterIndex, candidates: Candidate[]): Recipient[] {
  const chosen = new Map<number, Candidate>()
  for (const candidate of candidates) {
    const address = index.addressOf(candidate.told.contactId)
    const known = chosen.get(address)
    chosen.set(address, known ? together(known, candidate) : candidate)
  }
  const list = [...chosen.values()]
  return [0, 1, 2, 3].flatMap((turn) => list.filter((c) => urgency(c) === turn).map((c) => c.told))
}

function together(known: Candidate, other: Candidate): Candidate {
  const [first, second] = rank(other.told) < rank(known.told) ? [other, known] : [known, other]
  const channels = carries[first.told.kind].filter((c) => first.told.channels.includes(c) || second.told.channels.includes(c))
  return { told: { ...first.told, channels }, atRisk: first.atRisk || second.atRisk }
}

const rank = (r: Recipient) => (r.move ? 0 : 10) + nearness[r.relation]
const urgency = ({ told, atRisk }: Candidate) => (told.move ? 0 : atRisk ? 1 : told.relation === 'group' ? 3 : 2)

export function chooseRobots(index: RegisterIndex, snapshot: Snapshot, row: ResidentsRow, grids: GridMatch[]): Candidate[] {
  if (!row.group.includes('group')) return []
  const places = grids.map((g) => g.place)
  return snapshot.groups.flatMap((group) => {
    const contact = group.robotContactId === null ? null : usable(index, group.robotContactId)
    if (!contact || !speaksTo(group, places)) return []
    return [{ told: recipient(contact, 'group', ['group'], { place: group.place, groupId: group.id }), atRisk: false }]
  })
}

/** A post concerns the grids under its place; one of a single grid only that grid. */
const concerns = (place: string, grids: readonly string[]): boolean => grids.some((grid) => grid.startsWith(place))

/** One row per staff member, even where two share a telephone: each of them has to answer. Who cannot be called is not left out. */
function chooseStaff(index: RegisterIndex, snapshot: Snapshot, policy: RiskPolicy, ask: AudienceAsk) {
  const row = staffRowOf(policy, ask.event, ask.level, ask.origin)
  const duty = dutyAt(snapshot, ask.at ?? new Date())
  const told: Recipient[] = []
  const missed: Unreachable[] = []
  const miss = (staff: Staff, why: string) =>
    missed.push({ householdId: null, staffId: staff.id, place: staff.place, people: 1, reason: null, why })
  const { called, standIns, away } = callByDuty(snapshot, row, duty, ask)
  for (const staff of away) miss(staff, '请假,没有人替班')
  const unmanned = ask.named ? [] : callAbove(snapshot, policy, duty, called, ask.grids)
  for (const [staff, place] of called) {
    const contact = staff.contactId === null ? null : usable(index, staff.contactId)
    const carried = contact ? carries[contact.kind] : []
    const direct = carried.filter((c) => row.channels.includes(c))
    const channels = direct.length > 0 ? direct : carried.filter((c) => row['without-push'].includes(c))
    if (contact && channels.length > 0) told.push(recipient(contact, 'staff', channels, { place, staffId: staff.id }))
    else miss(staff, whyNotCalled(staff, contact))
  }
  return { told, missed, standIns, unmanned }
}

/** Who is called, and for which place. Who is named is asked themselves; who is away from a post is called through whoever stands in. */
function callByDuty(snapshot: Snapshot, row: StaffRow, duty: Duty, ask: AudienceAsk) {
  const places = ask.grids.map((g) => g.place)
  const posts: readonly string[] = ask.named ?? row.posts
  const turn = (s: Staff) => posts.includes(s.post) && (duty.due(s) || !row['duty-only']) && concerns(s.place, places)
  const called = new Map<Staff, string>()
  const standIns: StandIn[] = []
  const away: Staff[] = []
  for (const staff of snapshot.staff) {
    const call = ask.named?.includes(staff.id) ? { staff } : turn(staff) ? duty.callFor(staff) : undefined
    if (call === null) away.push(staff)
    if (!call) continue
    if (call.staff !== staff) standIns.push({ staffId: call.staff.id, insteadOf: staff.id })
    if (!called.has(call.staff)) called.set(call.staff, staff.place)
  }
  return { called, standIns, away }
}

/**
 * A grid for which nobody would be called: whoever of its own force is on duty all the same, else one place up, on duty or not,
 * rather than nobody. Tells which grids those are.
 */
function callAbove(
  snapshot: Snapshot,
  policy: RiskPolicy,
  duty: Duty,
  called: Map<Staff, string>,
  grids: readonly GridMatch[],
): Unmanned[] {
  const manned = new Set(called.values())
  const empty = grids.filter((g) => !manned.has(g.place))
  if (empty.length === 0) return []
  const own = new Map(snapshot.staff.filter((s) => gridForce.includes(s.post) && duty.has(s)).map((s) => [s.place, s]))
  const superiors = policy.staff['when-nobody'].flatMap((post) => snapshot.staff.filter((s) => s.post === post))
  const above = new Map<string, Staff>()
  for (const s of superiors.toSorted((a, b) => Number(duty.has(b)) - Number(duty.has(a)))) {
    const comes = duty.callFor(s)?.staff
    if (comes && !above.has(s.place)) above.set(s.place, comes)
  }
  return empty.flatMap(({ place }) => {
    const worker = own.get(place)
    const comes = worker ?? above.get(place.slice(0, 12)) ?? above.get(place.slice(0, 9)) ?? above.get(place.slice(0, 6))
    if (comes && !called.has(comes)) called.set(comes, comes.place)
    return worker ? [] : [{ place, staffId: comes?.id ?? null }]
  })
}

const whyNotCalled = (staff: Staff, contact: Contact | null): string =>
  staff.contactId === null ? '没有任何联系方式' : contact ? '登记的联系方式不能用于这一级的叫应' : '号码失效'

export function chooseWatches(snapshot: Snapshot, policy: RiskPolicy, { event, level, origin, grids }: AudienceAsk): string[] {
  const fitting = level ? policy.watch.filter((w) => w.events.includes(event) && w.levels.includes(policyLevel(level))) : []
  const rules = fitting.length === 0 && origin === 'order' ? policy.watch : fitting
  const kinds = new Set<string>(rules.flatMap((r) => r.kinds))
  const places = new Set(grids.map((g) => g.place))
  return snapshot.points.filter((p) => kinds.has(p.kind) && places.has(p.place)).map((p) => p.id)
}

const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0)
