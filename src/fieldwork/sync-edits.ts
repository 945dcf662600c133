import { type Log, messageOf } from '../base/log.js'
import type { Actor, Store } from '../base/store/store.js'
import { type EditResult, type FieldEdit, problemOf } from './field-edit.js'
import { findEdit, keepEdit } from './field-edit-store.js'
import type { FieldworkDeps } from './fieldwork-deps.js'
import { takeEdit } from './take-edit.js'

/**
 * An upload: each edit in a transaction of its own, in the order each phone made them, so that one that cannot be applied
 * holds up nobody. An answer is given only for what is committed; if the store is away the whole upload fails and the phone
 * keeps it.
 */
export async function syncEdits(store: Store, deps: FieldworkDeps, log: Log, actor: Actor, edits: FieldEdit[]): Promise<EditResult[]> {
  const answers = new Map<FieldEdit, EditResult>()
  const inOrder = [...edits].sort((a, b) => (a.device === b.device ? a.seq - b.seq : a.device < b.device ? -1 : 1))
  for (const edit of inOrder) answers.set(edit, await takeSafely(store, deps, log, actor, edit))
  // The next warning goes to the number that was just written down.
  if (edits.some((edit) => edit.verb === 'number')) await deps.register.refresh()
  return edits.map((edit) => answers.get(edit)!)
}

async function takeSafely(store: Store, deps: FieldworkDeps, log: Log, actor: Actor, edit: FieldEdit): Promise<EditResult> {
  for (let tries = 1; ; tries++) {
    try {
      return await store.act(actor, (tx) => takeEdit(tx, deps, actor, edit))
    } catch (e) {
      log.warn({ edit: edit.id, verb: edit.verb, tries, reason: messageOf(e) }, 'an edit could not be applied')
      if (tries >= 2) return store.act(actor, (tx) => park(tx, actor, edit))
    }
  }
}

/** Twice in vain: kept as it came, for a person to look at. Throws when the store itself is away. */
async function park(tx: Parameters<typeof keepEdit>[0], actor: Actor, edit: FieldEdit): Promise<EditResult> {
  if (!(await findEdit(tx, edit.id))) await keepEdit(tx, edit, { place: actor.scope, outcome: 'refused', problem: 'failed', version: 0 })
  return { id: edit.id, outcome: 'refused', problem: problemOf('failed') }
}
