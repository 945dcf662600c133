import { type Edit, isShown, type KeptEdit } from './edit.js'

/** What this phone needs to know of a door to lay its own edits over it; the server's copy has more. */
export interface DoorFacts {
  people: number
  peoplePlanned: number
  planned: boolean
  toldAt: string | null
  leftAt: string | null
  arrivedAt: string | null
  returnedAt: string | null
  refusedAt: string | null
  absentAt: string | null
  helpAt: string | null
  leftPeople: number | null
  arrivedPeople: number | null
  note: string
}
export type DoorState = 'to-tell' | 'told' | 'left' | 'arrived' | 'returned' | 'refused' | 'absent' | 'need-help'

const headsOf = (edit: Edit, otherwise: number): number => (typeof edit.value.people === 'number' ? edit.value.people : otherwise)
const home = { refusedAt: null, absentAt: null }

type Apply = (door: DoorFacts, edit: Edit) => Partial<DoorFacts>
const apply: Record<string, Apply> = {
  told: (door, edit) => ({ toldAt: door.toldAt ?? edit.at, absentAt: null }),
  left: (door, edit) => {
    const heads = headsOf(edit, door.people)
    return { ...home, toldAt: door.toldAt ?? edit.at, leftPeople: heads, leftAt: heads >= door.people ? (door.leftAt ?? edit.at) : null }
  },
  arrived: (door, edit) => {
    const heads = headsOf(edit, door.people)
    const people = Math.max(door.people, heads)
    const whole = heads >= people
    return {
      ...home,
      people,
      toldAt: door.toldAt ?? edit.at,
      leftAt: whole ? (door.leftAt ?? edit.at) : door.leftAt,
      leftPeople: Math.max(door.leftPeople ?? 0, heads),
      arrivedPeople: heads,
      arrivedAt: whole ? (door.arrivedAt ?? edit.at) : null,
    }
  },
  refused: (door, edit) => ({ toldAt: door.toldAt ?? edit.at, refusedAt: edit.at, absentAt: null, leftAt: null, leftPeople: null }),
  absent: (_door, edit) => ({ absentAt: edit.at, refusedAt: null, leftAt: null, leftPeople: null }),
  'need-help': (door, edit) => ({ toldAt: door.toldAt ?? edit.at, helpAt: door.helpAt ?? edit.at, absentAt: null }),
  helped: () => ({ helpAt: null }),
  'correct-people': (door, edit) => ({ people: headsOf(edit, door.people) }),
  returned: (_door, edit) => ({ returnedAt: edit.at }),
  note: (_door, edit) => ({ note: String(edit.value.note ?? '') }),
}

/** What the server's copy already shows and the person takes back; exact again as soon as the server has answered. */
const reverse: Record<string, (door: DoorFacts) => Partial<DoorFacts>> = {
  told: () => ({ toldAt: null }),
  left: () => ({ leftAt: null, leftPeople: null }),
  arrived: () => ({ arrivedAt: null, arrivedPeople: null }),
  refused: () => ({ refusedAt: null }),
  absent: () => ({ absentAt: null }),
  'need-help': () => ({ helpAt: null }),
  'correct-people': (door) => ({ people: door.peoplePlanned }),
  returned: () => ({ returnedAt: null }),
}

/** The server's copy with this phone's own edits on top, in the order they were made. */
export function layOver<D extends DoorFacts>(door: D, edits: KeptEdit[]): D {
  const own = edits.filter(isShown)
  const undone = new Set(own.filter((kept) => kept.edit.verb === 'undo').map((kept) => String(kept.edit.value.of)))
  let shown = door
  for (const { edit, undoes } of own) {
    if (edit.verb === 'undo') {
      const stillHere = own.some((kept) => kept.edit.id === edit.value.of)
      if (!stillHere && undoes !== undefined) shown = { ...shown, ...reverse[undoes]?.(shown) }
    } else if (!undone.has(edit.id)) shown = { ...shown, ...apply[edit.verb]?.(shown, edit) }
  }
  return shown
}

/** The one word a list shows: what needs somebody comes first. */
export function doorState(door: DoorFacts): DoorState {
  if (door.helpAt !== null) return 'need-help'
  if (door.returnedAt !== null) return 'returned'
  if (door.refusedAt !== null) return 'refused'
  if (door.absentAt !== null) return 'absent'
  if (door.arrivedAt !== null) return 'arrived'
  if (door.leftAt !== null) return 'left'
  return door.toldAt !== null ? 'told' : 'to-tell'
}

/** Somebody still has to go to this door. */
export const isOpenDoor = (door: DoorFacts): boolean => ['to-tell', 'told', 'refused', 'absent', 'need-help'].includes(doorState(door))
