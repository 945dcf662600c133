import { newId } from '../../base/ids.js'
import { notFound, Problem } from '../../base/problem.js'
import { type Actor, actorOf, type Store, type Tx } from '../../base/store/store.js'
import { record } from '../../journal/journal.js'
import type { Staff } from '../register.js'
import type { Register } from '../snapshot.js'
import type { DutyShift } from './duty.js'
import { addShifts, findShifts, lockShifts, setRemoved } from './duty-store.js'
import {
  copyWeek,
  fillPattern,
  grouped,
  type NewShift,
  overlap,
  type Pattern,
  readSheet,
  swapShifts,
  turnFor,
  yearOf,
} from './plan-roster.js'
import { dayStart, type Turn } from './shift-times.js'

/** One thing done to the table. */
export type RosterEdit =
  | { do: 'put'; staffId: string; date: string; turn: Turn }
  | { do: 'clear'; ids: string[] }
  | { do: 'fill'; staffIds: string[]; pattern: Pattern; from: string; days: number }
  | { do: 'copy-week'; place: string; from: string }
  | { do: 'paste'; place: string; text: string }
  | { do: 'swap'; ids: [string, string] }
  | { do: 'substitute'; insteadOf: string; staffId: string | null; startsAt: Date; endsAt: Date; reason: string }
  | { do: 'undo'; added: string[]; removed: string[] }

/** What was done, in the words that undo it. */
export interface RosterChange {
  added: string[]
  removed: string[]
}

export interface RosterDeps {
  store: Store
  register: Register
  now: () => Date
}

/** Every edit is one transaction: the rows, the entry in the journal, then the snapshot read again, so that the next alert knows. */
export async function changeRoster(deps: RosterDeps, actor: Actor, edit: RosterEdit): Promise<RosterChange> {
  const change = await deps.store.act(actor, async (tx) => {
    if (edit.do === 'undo') return undo(tx, edit, actor)
    const { add, remove } = await plan(tx, deps, actor, edit)
    const added = add.map((s): DutyShift => ({ ...s, id: newId() }))
    await refuseDouble(tx, actor, added, remove)
    await setRemoved(tx, remove, { at: new Date(), person: actor.person })
    await addShifts(tx, added, actor.person)
    return tell(tx, edit, added, remove)
  })
  await deps.register.refresh()
  return change
}

const staffOf = ({ register }: RosterDeps, actor: Actor, id: string): Staff => {
  const staff = register.snapshot().staff.find((s) => s.id === id && s.place.startsWith(actor.scope))
  if (!staff) throw notFound('staff', id)
  return staff
}

type Planned = { add: NewShift[]; remove: string[] }

async function plan(tx: Tx, deps: RosterDeps, actor: Actor, edit: Exclude<RosterEdit, { do: 'undo' }>): Promise<Planned> {
  const within = (place: string) => (place.startsWith(actor.scope) ? place : actor.scope)
  const around = (from: string, days: number, place: string) => {
    const start = dayStart(from)!.getTime()
    return lockShifts(tx, within(place), new Date(start - 8 * 86_400_000), new Date(start + (days + 1) * 86_400_000))
  }
  switch (edit.do) {
    case 'put':
      return { add: [turnFor(staffOf(deps, actor, edit.staffId), edit.date, edit.turn)], remove: [] }
    case 'clear':
      return { add: [], remove: (await known(tx, actor, edit.ids)).map((s) => s.id) }
    case 'fill': {
      const people = edit.staffIds.map((id) => staffOf(deps, actor, id))
      return { add: fillPattern(people, edit.pattern, edit.from, edit.days, await around(edit.from, edit.days, actor.scope)), remove: [] }
    }
    case 'copy-week':
      return { add: copyWeek(edit.from, await around(edit.from, 7, edit.place)), remove: [] }
    case 'paste': {
      const place = within(edit.place)
      const staff = deps.register.snapshot().staff.filter((s) => s.place.startsWith(place))
      return { add: readSheet(edit.text, staff, yearOf(deps.now())), remove: [] }
    }
    case 'swap': {
      const [a, b] = await known(tx, actor, edit.ids)
      return { add: swapShifts([a!, b!]), remove: edit.ids }
    }
    case 'substitute': {
      const away = staffOf(deps, actor, edit.insteadOf)
      const comes = edit.staffId === null ? null : staffOf(deps, actor, edit.staffId)
      if (comes?.id === away.id) throw new Problem('conflict', '不能自己替自己', 'a person cannot stand in for themselves')
      const { place, post } = away
      const { startsAt, endsAt, reason } = edit
      const shift = {
        place,
        post,
        kind: 'override' as const,
        staffId: comes?.id ?? null,
        insteadOf: away.id,
        startsAt,
        endsAt,
        note: reason,
      }
      // A second word about the same absence replaces the first.
      const there = await lockShifts(tx, place, startsAt, endsAt)
      const remove = there.filter((s) => s.kind === 'override' && s.insteadOf === away.id && overlap(s, shift)).map((s) => s.id)
      return { add: [shift], remove }
    }
  }
}

async function known(tx: Tx, actor: Actor, ids: string[]): Promise<DutyShift[]> {
  const found = new Map((await findShifts(tx, ids, actor.scope)).map((s) => [s.id, s]))
  return ids.map((id) => {
    const shift = found.get(id)
    if (!shift) throw notFound('duty shift', id)
    return shift
  })
}

/** Nobody has two turns at one hour: it would look like two people on the table. */
async function refuseDouble(tx: Tx, actor: Actor, added: DutyShift[], removed: string[]): Promise<void> {
  const mine = added.filter((s) => s.kind === 'roster')
  if (mine.length === 0) return
  const from = new Date(Math.min(...mine.map((s) => s.startsAt.getTime())))
  const to = new Date(Math.max(...mine.map((s) => s.endsAt.getTime())))
  const there = (await lockShifts(tx, actor.scope, from, to)).filter((s) => !removed.includes(s.id))
  const turnsOf = grouped([...there.filter((s) => s.kind === 'roster'), ...mine], (s) => s.staffId)
  for (const turns of turnsOf.values()) {
    turns.sort((a, b) => a.startsAt.getTime() - b.startsAt.getTime())
    const twice = turns.findIndex((turn, i) => i > 0 && overlap(turn, turns[i - 1]!))
    if (twice > 0)
      throw new Problem(
        'conflict',
        '这个人这个时段已经有班',
        'this person has a turn at that hour already; clear it first, nothing was changed',
        [{ path: turns[twice]!.startsAt.toISOString(), message: turns[twice]!.post }],
      )
  }
}

async function tell(tx: Tx, edit: RosterEdit, added: DutyShift[], removed: string[]): Promise<RosterChange> {
  const place = added.map((s) => s.place).reduce((a, b) => commonPlace(a, b), added[0]?.place ?? actorOf(tx).scope)
  await record(tx, {
    event: 'duty.changed',
    place,
    thing: { type: 'duty', id: added[0]?.id ?? removed[0] ?? place },
    data: { what: edit.do, added: added.length, removed: removed.length, ...(edit.do === 'substitute' ? substituteFacts(edit) : {}) },
  })
  return { added: added.map((s) => s.id), removed }
}

/** Who for whom, by their numbers in the register; the reason stays in the row. */
const substituteFacts = (edit: Extract<RosterEdit, { do: 'substitute' }>) => ({ insteadOf: edit.insteadOf, staffId: edit.staffId })

const commonPlace = (a: string, b: string): string => {
  let n = 0
  while (n < a.length && a[n] === b[n]) n++
  return a.slice(0, n)
}

async function undo(tx: Tx, edit: Extract<RosterEdit, { do: 'undo' }>, actor: Actor): Promise<RosterChange> {
  const took = await known(tx, actor, edit.added)
  const back = await known(tx, actor, edit.removed)
  await setRemoved(
    tx,
    took.map((s) => s.id),
    { at: new Date(), person: actor.person },
  )
  await refuseDouble(tx, actor, back, edit.added)
  await setRemoved(tx, edit.removed, null)
  return tell(tx, edit, back, edit.added)
}
