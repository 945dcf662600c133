import { sql } from 'kysely'
import { actorOf, type Tx } from '../base/store/store.js'
import type { FieldEdit } from './field-edit.js'

export interface KeptEdit extends FieldEdit {
  place: string
  person: string
  outcome: string
  problem: string | null
  version: number
}

const columns = [
  'id',
  'place',
  'device',
  'seq',
  'person',
  'target_type',
  'target_id',
  'verb',
  'value',
  'at',
  'outcome',
  'problem',
  'version',
] as const
type Row = {
  id: string
  place: string
  device: string
  seq: number
  person: string
  target_type: string
  target_id: string
  verb: string
  value: Record<string, unknown>
  at: Date
  outcome: string
  problem: string | null
  version: number
}
const toEdit = (row: Row): KeptEdit => ({
  id: row.id,
  place: row.place,
  device: row.device,
  seq: row.seq,
  person: row.person,
  target: { type: row.target_type, id: row.target_id },
  verb: row.verb,
  value: row.value,
  at: row.at,
  outcome: row.outcome,
  problem: row.problem,
  version: row.version,
})

/** Came before what it speaks of, or outside the scope: kept, and looked at again when it is sent again or its target appears. */
export const parked = 'unknown-target'

export async function findEdit(tx: Tx, id: string): Promise<KeptEdit | undefined> {
  const row = await tx.selectFrom('field_edit').select(columns).where('id', '=', id).executeTakeFirst()
  return row && toEdit(row)
}

/** A number is written into the sealed register, or nowhere: neither an edit that was taken nor one that was refused keeps it. */
const unsealed = ({ value: { phone: _, ...value } }: FieldEdit): string => JSON.stringify(value)

/**
 * Writes the edit for ever, once: the unique id decides, not a look before. A parked one may still find its target. False: it
 * is there already.
 */
export async function keepEdit(
  tx: Tx,
  edit: FieldEdit,
  kept: { place: string; outcome: 'accepted' | 'conflict' | 'refused'; problem: string | null; version: number },
): Promise<boolean> {
  const { place, outcome, problem, version } = kept
  const row = await tx
    .insertInto('field_edit')
    .values({
      id: edit.id,
      place,
      device: edit.device,
      seq: edit.seq,
      person: actorOf(tx).person,
      target_type: edit.target.type,
      target_id: edit.target.id,
      verb: edit.verb,
      value: unsealed(edit),
      at: edit.at,
      outcome,
      problem,
      version,
    })
    .onConflict((c) =>
      c
        .column('id')
        .doUpdateSet({ place, outcome, problem, version, at: edit.at, value: unsealed(edit) })
        .where('field_edit.outcome', '=', 'refused')
        .where('field_edit.problem', '=', parked)
        .where('field_edit.person', '=', actorOf(tx).person),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The log of one target, in the order it was taken: what its state is folded from. */
export async function readLog(tx: Tx, types: string[], targetId: string): Promise<KeptEdit[]> {
  const rows = await tx
    .selectFrom('field_edit')
    .select(columns)
    .where('target_type', 'in', types)
    .where('target_id', '=', targetId)
    .where('outcome', 'in', ['accepted', 'conflict'])
    .orderBy('version')
    .orderBy('id')
    .execute()
  return rows.map(toEdit)
}

/** Edits of this person for a target that was not there yet. */
export async function listParked(tx: Tx, targetId: string): Promise<KeptEdit[]> {
  const rows = await tx
    .selectFrom('field_edit')
    .select(columns)
    .where('target_id', '=', targetId)
    .where('outcome', '=', 'refused')
    .where('problem', '=', parked)
    .where('person', '=', actorOf(tx).person)
    .orderBy('device')
    .orderBy('seq')
    .execute()
  return rows.map(toEdit)
}

/** Edits nobody could apply, for the review on the desk. */
export async function listQuarantined(tx: Tx, limit: number): Promise<KeptEdit[]> {
  const rows = await tx
    .selectFrom('field_edit')
    .select(columns)
    .where('outcome', '=', 'refused')
    .orderBy('received_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toEdit)
}

/** The real time of the store, which rows are stamped with when they change: a phone asks for what changed since. */
export async function readCursor(tx: Tx): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(tx)
  return rows[0]!.now
}
