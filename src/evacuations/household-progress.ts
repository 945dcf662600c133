import type { Door } from './evacuation.js'

/**
 * told → left → arrived → returned, or refused / absent / needs help. The state of a door is a fold over the log of what was
 * said about it: the order in which phones upload does not matter, a replay gives the same, and nothing is ever overwritten.
 * Where two phones contradict each other without having seen each other, the more cautious word stands until a person resolves it.
 */
export const householdVerbs = [
  'told',
  'left',
  'refused',
  'absent',
  'need-help',
  'helped',
  'correct-people',
  'arrived',
  'returned',
  'note',
  'undo',
] as const
export type HouseholdVerb = (typeof householdVerbs)[number]

export interface HouseholdEdit {
  id: string
  device: string
  seq: number
  person: string
  verb: HouseholdVerb
  value: {
    people?: number | undefined
    shelterId?: string | undefined
    /** Version of the door on the phone when this was pressed: every edit up to it was seen. */
    seen?: number | undefined
    /** undo: the edit taken back. */
    of?: string | undefined
  }
  at: Date
  /** Version of the door that this edit made. */
  version: number
}

export type Progress = Pick<
  Door,
  | 'toldAt'
  | 'leftAt'
  | 'arrivedAt'
  | 'returnedAt'
  | 'refusedAt'
  | 'absentAt'
  | 'helpAt'
  | 'people'
  | 'leftPeople'
  | 'arrivedPeople'
  | 'shelterId'
  | 'conflict'
>

/** Did whoever wrote `later` know of `earlier`? By the same phone's own order, or because the phone's copy had it. Clocks do not count. */
export const saw = (later: HouseholdEdit, earlier: HouseholdEdit): boolean =>
  (later.device === earlier.device && later.seq > earlier.seq) ||
  (later.value.seen !== undefined && later.value.seen >= earlier.version && later.version > earlier.version)

/** A person takes back what they said themselves; the edit stays in the log. */
function withoutUndone(edits: HouseholdEdit[]): HouseholdEdit[] {
  const undone = new Set(edits.filter((e) => e.verb === 'undo').map((e) => `${e.value.of} ${e.person}`))
  return edits.filter((e) => e.verb !== 'undo' && !undone.has(`${e.id} ${e.person}`))
}

const earliest = (edits: HouseholdEdit[]): Date | null =>
  edits.reduce<Date | null>((first, e) => (first === null || e.at < first ? e.at : first), null)

/** Edits that none of the same list has seen: what stands at the end, on every phone. */
const lastWords = (edits: HouseholdEdit[]): HouseholdEdit[] => edits.filter((e) => !edits.some((other) => saw(other, e)))

/** What ends a refusal or an absence, if it was said by somebody who knew of it. */
const endedBy: Record<'refused' | 'absent', readonly HouseholdVerb[]> = {
  refused: ['left', 'arrived', 'absent'],
  absent: ['told', 'left', 'arrived', 'refused', 'need-help'],
}

export function foldHousehold(door: Pick<Door, 'peoplePlanned' | 'shelterId'>, log: HouseholdEdit[]): Progress {
  const edits = withoutUndone(log)
  const said = (...verbs: HouseholdVerb[]) => edits.filter((e) => verbs.includes(e.verb))
  // The larger of two head counts: somebody more to look for.
  const corrections = lastWords(said('correct-people')).map((e) => e.value.people ?? 0)
  const counted = corrections.length > 0 ? Math.max(...corrections) : door.peoplePlanned
  const arrivals = said('arrived')
  const heads = (list: HouseholdEdit[]) => Math.min(...lastWords(list).map((e) => e.value.people ?? counted))
  const arrivedPeople = arrivals.length > 0 ? heads(arrivals) : null
  const people = Math.max(counted, arrivedPeople ?? 0)
  // A keeper who counted every head in person outweighs an older word from the door that arrives late.
  const whole = arrivals.filter((a) => (a.value.people ?? counted) >= counted)
  const open = (verb: 'refused' | 'absent') =>
    said(verb).filter((b) => !edits.some((e) => endedBy[verb].includes(e.verb) && saw(e, b)) && !whole.some((a) => !saw(b, a)))
  const refused = open('refused')
  const absent = open('absent')
  const atHome = refused.length + absent.length > 0
  const lefts = said('left')
  const leftHeads = lefts.length > 0 ? heads(lefts) : 0
  const leftPeople = lefts.length + arrivals.length > 0 ? Math.min(people, Math.max(leftHeads, arrivedPeople ?? 0)) : null
  const helped = said('helped')
  return {
    toldAt: earliest(said('told', 'left', 'arrived', 'refused', 'need-help')),
    leftAt: atHome || leftPeople === null || leftPeople < people ? null : earliest([...lefts, ...arrivals]),
    arrivedAt: atHome || arrivedPeople === null || arrivedPeople < people ? null : earliest(arrivals),
    returnedAt: earliest(said('returned')),
    refusedAt: earliest(refused),
    absentAt: earliest(absent),
    // Only a word spoken in knowledge of the cry ends it; leaving or arriving does not.
    helpAt: earliest(said('need-help').filter((cry) => !helped.some((e) => saw(e, cry)))),
    people,
    leftPeople: atHome ? null : leftPeople,
    arrivedPeople: atHome ? null : arrivedPeople,
    shelterId: lastWords(arrivals).find((e) => e.value.shelterId)?.value.shelterId ?? door.shelterId,
    conflict: describeConflict(conflictsOf(edits)),
  }
}

const away: readonly HouseholdVerb[] = ['left', 'arrived']
const notAway: readonly HouseholdVerb[] = ['refused', 'absent']
const fields: { name: string; verbs: readonly HouseholdVerb[]; contradict(a: HouseholdEdit, b: HouseholdEdit): boolean }[] = [
  {
    name: '是否离家',
    verbs: ['left', 'arrived', 'refused', 'absent'],
    contradict: (a, b) =>
      (away.includes(a.verb) && notAway.includes(b.verb)) ||
      (notAway.includes(a.verb) && (away.includes(b.verb) || (notAway.includes(b.verb) && a.verb !== b.verb))),
  },
  { name: '是否仍需协助', verbs: ['need-help', 'helped'], contradict: (a, b) => a.verb !== b.verb },
  { name: '人数', verbs: ['correct-people'], contradict: (a, b) => a.value.people !== b.value.people },
  { name: '到达人数', verbs: ['arrived'], contradict: (a, b) => a.value.people !== b.value.people },
]

export interface Conflict {
  field: string
  edits: [string, string]
}

/** Last words that contradict each other, neither having seen the other: unsettled until somebody who saw both speaks. */
export function conflictsOf(edits: HouseholdEdit[]): Conflict[] {
  return fields.flatMap(({ name, verbs, contradict }) => {
    const standing = lastWords(edits.filter((e) => verbs.includes(e.verb)))
    return standing.flatMap((a, i) =>
      standing
        .slice(i + 1)
        .filter((b) => contradict(a, b))
        .map((b): Conflict => ({ field: name, edits: [a.id, b.id] })),
    )
  })
}

/** Is this edit one side of something unsettled? */
export const inConflict = (log: HouseholdEdit[], id: string): boolean => conflictsOf(withoutUndone(log)).some((c) => c.edits.includes(id))

function describeConflict(conflicts: Conflict[]): string | null {
  const names = [...new Set(conflicts.map((c) => c.field))]
  return names.length === 0 ? null : `两人记录不一致(${names.join('、')}),已按较稳妥的一方显示,请核实`
}

export type DoorState = 'to-tell' | 'told' | 'left' | 'arrived' | 'returned' | 'refused' | 'absent' | 'need-help'

/** The one word a list shows: what needs somebody comes first. */
export function stateOf(door: Progress): DoorState {
  if (door.helpAt) return 'need-help'
  if (door.returnedAt) return 'returned'
  if (door.refusedAt) return 'refused'
  if (door.absentAt) return 'absent'
  if (door.arrivedAt) return 'arrived'
  if (door.leftAt) return 'left'
  return door.toldAt ? 'told' : 'to-tell'
}

export interface Counts {
  households: {
    planned: number
    total: number
    told: number
    left: number
    arrived: number
    refused: number
    absent: number
    needHelp: number
  }
  people: { planned: number; total: number; told: number; left: number; arrived: number }
}

/**
 * planned = 应转 (what the list said), total = 实转 (with those added on the spot and corrected head counts). told ⊇ left ⊇ arrived,
 * unverified = left − arrived. A household counts as left or arrived when all of it has; people count one by one.
 */
export function countDoors(doors: (Progress & Pick<Door, 'planned' | 'peoplePlanned'>)[]): Counts {
  const count = (test: (d: Progress) => unknown) => doors.filter((d) => test(d)).length
  const sum = (heads: (d: Progress & Pick<Door, 'planned' | 'peoplePlanned'>) => number) => doors.reduce((all, d) => all + heads(d), 0)
  return {
    households: {
      planned: doors.filter((d) => d.planned).length,
      total: doors.length,
      told: count((d) => d.toldAt),
      left: count((d) => d.leftAt),
      arrived: count((d) => d.arrivedAt),
      refused: count((d) => d.refusedAt),
      absent: count((d) => d.absentAt),
      needHelp: count((d) => d.helpAt),
    },
    people: {
      planned: sum((d) => (d.planned ? d.peoplePlanned : 0)),
      total: sum((d) => d.people),
      told: sum((d) => (d.toldAt ? d.people : 0)),
      left: sum((d) => d.leftPeople ?? 0),
      arrived: sum((d) => d.arrivedPeople ?? 0),
    },
  }
}
