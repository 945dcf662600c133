import type { Actor, Tx } from '../base/store/store.js'
import { conflictProblem, type EditResult, type FieldEdit, problemOf } from './field-edit.js'
import { findEdit, type KeptEdit, parked } from './field-edit-store.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { takeIncident } from './open-incident.js'
import { refuse, type Taken } from './refuse-edit.js'
import { takeAddedHousehold, takeHouseholdEdit } from './take-household-edit.js'
import { takeTaskEdit } from './take-task-edit.js'

/**
 * Takes one edit of a phone, in the caller's transaction. What is answered is in field_edit for ever; sent again it changes
 * nothing and gets its answer again. Nothing is dropped: what cannot be applied is kept as refused.
 */
export async function takeEdit(tx: Tx, deps: FieldworkDeps, actor: Actor, edit: FieldEdit): Promise<EditResult> {
  const known = await findEdit(tx, edit.id)
  if (known && known.problem !== parked) return answerAgain(known, edit)
  const taken = await dispatch(tx, deps, actor, edit)
  if (taken.outcome === 'raced') {
    const other = await findEdit(tx, edit.id)
    return other ? answerAgain(other, edit) : { id: edit.id, outcome: 'refused', problem: problemOf('reused') }
  }
  if (taken.outcome === 'refused') return { id: edit.id, outcome: 'refused', problem: problemOf(taken.why) }
  return taken.outcome === 'conflict'
    ? { id: edit.id, outcome: 'conflict', problem: conflictProblem }
    : { id: edit.id, outcome: 'accepted' }
}

function dispatch(tx: Tx, deps: FieldworkDeps, actor: Actor, edit: FieldEdit): Promise<Taken> {
  switch (edit.target.type) {
    case 'household':
      return takeHouseholdEdit(tx, deps, actor, edit)
    case 'task':
    case 'group-post':
      return takeTaskEdit(tx, deps, actor, edit)
    case 'evacuation':
      return takeAddedHousehold(tx, deps, actor, edit, takeEdit)
    case 'incident':
      return takeIncident(tx, deps, actor, edit)
    default:
      return refuse(tx, actor, edit, 'malformed')
  }
}

function answerAgain(known: KeptEdit, edit: FieldEdit): EditResult {
  const same = known.target.id === edit.target.id && known.verb === edit.verb && known.device === edit.device && known.seq === edit.seq
  if (!same) return { id: edit.id, outcome: 'refused', problem: problemOf('reused') }
  return known.outcome === 'refused'
    ? { id: edit.id, outcome: 'refused', problem: problemOf(known.problem ?? 'failed') }
    : { id: edit.id, outcome: 'duplicate' }
}
