import type { Actor, Tx } from '../base/store/store.js'
import type { Door, Evacuation } from '../evacuations/evacuation.js'
import { findEvacuation, insertDoors, listDoors, lockDoor, writeProgress } from '../evacuations/evacuation-store.js'
import {
  foldHousehold,
  type HouseholdEdit,
  type HouseholdVerb,
  householdVerbs,
  inConflict,
  type Progress,
} from '../evacuations/household-progress.js'
import { record } from '../journal/journal.js'
import { can } from '../people/permissions.js'
import { addHouseholdValue, type EditResult, type FieldEdit, householdValues, type Refusal } from './field-edit.js'
import { type KeptEdit, keepEdit, listParked, readLog } from './field-edit-store.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { refuse, type Taken, trustTime } from './refuse-edit.js'

const eventOf: Record<HouseholdVerb, string> = {
  told: 'household.told',
  left: 'household.left',
  refused: 'household.refused',
  absent: 'household.absent',
  'need-help': 'household.asked-help',
  helped: 'household.helped',
  'correct-people': 'household.corrected',
  arrived: 'household.arrived',
  returned: 'household.returned',
  note: 'household.noted',
  undo: 'household.undone',
}

const isVerb = (verb: string): verb is HouseholdVerb => (householdVerbs as readonly string[]).includes(verb)

const asHouseholdEdit = (edit: FieldEdit, person: string, version: number): HouseholdEdit => ({
  id: edit.id,
  device: edit.device,
  seq: edit.seq,
  person,
  verb: edit.verb as HouseholdVerb,
  value: edit.value as HouseholdEdit['value'],
  at: edit.at,
  version,
})
export const householdLog = (log: KeptEdit[]): HouseholdEdit[] => log.map((kept) => asHouseholdEdit(kept, kept.person, kept.version))

export async function takeHouseholdEdit(tx: Tx, deps: FieldworkDeps, actor: Actor, sent: FieldEdit): Promise<Taken> {
  const door = await lockDoor(tx, sent.target.id)
  if (!door) return refuse(tx, actor, sent, 'unknown-target')
  const value = isVerb(sent.verb) ? householdValues[sent.verb].safeParse(sent.value) : null
  if (!value?.success) return refuse(tx, actor, sent, 'malformed')
  const no = whyNot(actor, door, sent.verb as HouseholdVerb)
  if (no) return refuse(tx, actor, sent, no)
  const evacuation = (await findEvacuation(tx, door.evacuationId))!
  const edit = trustTime({ ...sent, value: value.data }, evacuation.orderedAt, deps.clock.now())
  const version = door.version + 1
  const log = [...householdLog(await readLog(tx, ['household'], door.id)), asHouseholdEdit(edit, actor.person, version)]
  const outcome = inConflict(log, edit.id) ? 'conflict' : 'accepted'
  if (!(await keepEdit(tx, edit, { place: door.place, outcome, problem: outcome === 'conflict' ? 'conflict' : null, version })))
    return { outcome: 'raced' }
  const progress = foldHousehold(door, log)
  const note = 'note' in value.data && value.data.note ? [door.note, value.data.note].filter(Boolean).join(';') : door.note
  await writeProgress(tx, door.id, progress, version, note)
  await recordHousehold(tx, evacuation, door, progress, edit, outcome === 'conflict')
  return { outcome }
}

function whyNot(actor: Actor, door: Door, verb: HouseholdVerb): Refusal | null {
  if (!can(actor, verb === 'arrived' ? 'shelter.confirm' : 'field.edit', door.place)) return 'forbidden'
  if (verb === 'returned' && !door.returnApprovedAt) return 'not-approved'
  return null
}

/** Reasons that are codes go into the journal; free words may name somebody and stay with the edit. */
const codeOf = (reason: unknown) => (typeof reason === 'string' && /^[a-z][a-z-]{1,30}$/.test(reason) ? { reason } : {})

/** The door as it is after this edit: the report is made from the journal alone, and an undone word must not count. */
const stateForReport = (door: Door, p: Progress) => ({
  planned: door.planned ? door.peoplePlanned : null,
  people: p.people,
  told: p.toldAt !== null,
  left: p.leftAt !== null,
  leftPeople: p.leftPeople ?? 0,
  arrived: p.arrivedAt !== null,
  arrivedPeople: p.arrivedPeople ?? 0,
  refused: p.refusedAt !== null,
  returned: p.returnedAt !== null,
})

async function recordHousehold(tx: Tx, evacuation: Evacuation, door: Door, progress: Progress, edit: FieldEdit, conflict: boolean) {
  const heads = edit.verb === 'arrived' ? progress.arrivedPeople : edit.verb === 'left' ? progress.leftPeople : progress.people
  await record(tx, {
    event: eventOf[edit.verb as HouseholdVerb],
    place: door.place,
    thing: { type: 'evacuation-household', id: door.id },
    series: evacuation.seriesId,
    data: {
      evacuationId: evacuation.id,
      people: heads ?? progress.people,
      now: stateForReport(door, progress),
      ...codeOf(edit.value.reason),
      ...(conflict ? { conflict } : {}),
      ...(edit.device.startsWith('answer:') ? { source: 'answer' } : {}),
    },
  })
}

type TakeEdit = (tx: Tx, deps: FieldworkDeps, actor: Actor, edit: FieldEdit) => Promise<EditResult>

/** add-household: somebody who was not on the list. The new door has the edit's own id, so that the phone can go on offline. */
export async function takeAddedHousehold(tx: Tx, deps: FieldworkDeps, actor: Actor, sent: FieldEdit, takeEdit: TakeEdit): Promise<Taken> {
  const evacuation = await findEvacuation(tx, sent.target.id)
  if (!evacuation) return refuse(tx, actor, sent, 'unknown-target')
  const parsed = addHouseholdValue.safeParse(sent.value)
  // What they need is personal: that somebody needs help is kept, what it is stays on the phone and in the sealed register.
  const { needs, ...plain } = parsed.success ? parsed.data : { needs: undefined }
  const bare = { ...sent, value: { ...plain, ...(needs?.length ? { needHelp: true } : {}) } }
  if (sent.verb !== 'add-household' || !parsed.success) return refuse(tx, actor, bare, 'malformed')
  const value = { ...parsed.data, needHelp: parsed.data.needHelp || (needs?.length ?? 0) > 0 }
  const snapshot = deps.register.snapshot()
  if (!snapshot.grids.some((grid) => grid.place === value.grid)) return refuse(tx, actor, bare, 'malformed')
  if (!can(actor, 'field.edit', value.grid)) return refuse(tx, actor, bare, 'unknown-target')
  const twin = (await listDoors(tx, evacuation.id)).some(
    (door) => door.place === value.grid && (door.label === value.label || (value.householdId && door.householdId === value.householdId)),
  )
  const edit = trustTime(bare, evacuation.orderedAt, deps.clock.now())
  const outcome = twin ? 'conflict' : 'accepted'
  if (!(await keepEdit(tx, edit, { place: value.grid, outcome, problem: twin ? 'conflict' : null, version: 1 })))
    return { outcome: 'raced' }
  await insertDoors(tx, [newDoor(deps, actor, evacuation, edit, value)])
  await record(tx, {
    event: 'household.added',
    place: value.grid,
    thing: { type: 'evacuation-household', id: edit.id },
    series: evacuation.seriesId,
    data: { evacuationId: evacuation.id, people: value.people },
  })
  if (value.needHelp)
    await takeEdit(tx, deps, actor, {
      ...edit,
      id: `${edit.id}:help`,
      target: { type: 'household', id: edit.id },
      verb: 'need-help',
      value: {},
    })
  // Edits about this door that were uploaded before it find it now.
  for (const early of await listParked(tx, edit.id)) await takeEdit(tx, deps, actor, early)
  return { outcome }
}

function newDoor(
  deps: FieldworkDeps,
  actor: Actor,
  evacuation: Evacuation,
  edit: FieldEdit,
  value: { label: string; people: number; grid: string; householdId?: string | undefined; shelterId?: string | undefined },
) {
  const snapshot = deps.register.snapshot()
  const home = snapshot.households.find((h) => h.id === value.householdId && h.place === value.grid)
  const nearest = snapshot.shelters.find((s) => s.place.startsWith(value.grid.slice(0, 12))) ?? snapshot.shelters[0]
  const wanted = snapshot.shelters.find((s) => s.id === value.shelterId)
  return {
    id: edit.id,
    place: value.grid,
    evacuationId: evacuation.id,
    householdId: home?.id ?? null,
    planned: false,
    label: value.label,
    peoplePlanned: value.people,
    because: '现场增加',
    shelterId: wanted?.id ?? home?.shelterId ?? nearest?.id ?? null,
    helperId: snapshot.staff.find((s) => s.personId === actor.person)?.id ?? null,
    addedBy: actor.person,
  }
}
