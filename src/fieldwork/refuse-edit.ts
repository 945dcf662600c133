import type { Actor, Tx } from '../base/store/store.js'
import type { FieldEdit, Refusal } from './field-edit.js'
import { keepEdit } from './field-edit-store.js'

/** What became of an edit at its target; every way out has kept the row in this transaction. */
export type Taken = { outcome: 'accepted' | 'conflict' } | { outcome: 'refused'; why: Refusal } | { outcome: 'raced' }

/** Kept under the sender's own place: whoever reviews that place sees it, and nobody learns what lies outside. */
export async function refuse(tx: Tx, actor: Actor, edit: FieldEdit, why: Refusal): Promise<Taken> {
  await keepEdit(tx, edit, { place: actor.scope, outcome: 'refused', problem: why, version: 0 })
  return { outcome: 'refused', why }
}

/**
 * The time a phone says, where it can be true: after the thing began and not ahead of us. Otherwise its clock is wrong, our own
 * time is taken and the phone's is kept beside it.
 */
export function trustTime(edit: FieldEdit, from: Date, now: Date): FieldEdit {
  const slack = 2 * 60_000
  if (edit.at.getTime() >= from.getTime() - slack && edit.at.getTime() <= now.getTime() + slack)
    return { ...edit, at: edit.at > now ? now : edit.at < from ? from : edit.at }
  return { ...edit, at: now, value: { ...edit.value, phoneAt: edit.at.toISOString() } }
}
