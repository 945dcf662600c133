import { sql } from 'kysely'
import type { Datum } from '../../base/datum.js'
import { notFound, Problem } from '../../base/problem.js'
import type { Actor, Tx } from '../../base/store/store.js'
import type { ImportCounts, ImportThing } from '../../base/store/tables.js'
import type { RowProblem } from './problems.js'

export interface NewImport {
  id: string
  thing: ImportThing
  datum: Datum
  encoding: string
}

/** What was tried and not taken is forgotten with the next try, and after a month what was there before is, too. */
export async function addImport(tx: Tx, actor: Actor, { id, thing, datum, encoding }: NewImport): Promise<void> {
  await tx.deleteFrom('register_import').where('state', 'in', ['trying', 'tried']).where('person', '=', actor.person).execute()
  await sql`delete from register_import_block b using register_import i where i.id = b.import_id and i.applied_at < clock_timestamp() - interval '30 days'`.execute(
    tx,
  )
  const counts = JSON.stringify({})
  await tx
    .insertInto('register_import')
    .values({ id, thing, place: actor.scope, person: actor.person, datum, encoding, counts, state: 'trying' })
    .execute()
}

export const addBlock = (tx: Tx, import_id: string, place: string, incoming: Buffer) =>
  tx.insertInto('register_import_block').values({ import_id, place, incoming }).execute()

export const markTried = (tx: Tx, id: string, counts: ImportCounts, problems: readonly RowProblem[]) =>
  tx
    .updateTable('register_import')
    .set({ state: 'tried', counts: JSON.stringify(counts), problems: JSON.stringify(problems) })
    .where('id', '=', id)
    .execute()

export const forgetImport = (tx: Tx, id: string) =>
  tx.deleteFrom('register_import').where('id', '=', id).where('state', '=', 'trying').execute()

/** One import at a time; another state than the wanted one is told. */
export async function takeImport(tx: Tx, id: string, state: 'tried' | 'applied') {
  await sql`select pg_advisory_xact_lock(7264003)`.execute(tx)
  const found = await tx.selectFrom('register_import').selectAll().where('id', '=', id).executeTakeFirst()
  if (!found) throw notFound('register import', id)
  if (found.state !== state)
    throw new Problem(
      'conflict',
      state === 'tried' ? '这次导入已经做过了,或试算没有做完' : '这次导入没有生效,或已撤销',
      `the import is ${found.state}, not ${state}`,
    )
  return found
}

/** Only the latest can be undone: what came after it stands on it. */
export async function refuseBelowAnother(tx: Tx, id: string): Promise<void> {
  const { rows: later } = await sql<{ id: string }>`select l.id from register_import l join register_import i on i.id = ${id}
    where l.state = 'applied' and l.applied_at > i.applied_at`.execute(tx)
  if (later[0]) throw new Problem('conflict', '之后还有一次导入,请先撤销后面那一次', `undo the later import ${later[0].id} first`)
}

export const placesOf = async (tx: Tx, id: string): Promise<string[]> =>
  (await tx.selectFrom('register_import_block').select('place').where('import_id', '=', id).orderBy('place').execute()).map((b) => b.place)

export const blockOf = (tx: Tx, id: string, place: string) =>
  tx.selectFrom('register_import_block').selectAll().where('import_id', '=', id).where('place', '=', place).executeTakeFirstOrThrow()

/** What was there before is kept for the undo. The rows of the file are in the register now, and need not be kept twice. */
export const keepBefore = (tx: Tx, id: string, place: string, before: Buffer) =>
  tx
    .updateTable('register_import_block')
    .set({ before, incoming: Buffer.alloc(0) })
    .where('import_id', '=', id)
    .where('place', '=', place)
    .execute()

export const markApplied = (tx: Tx, id: string, counts: ImportCounts) =>
  sql`update register_import set state = 'applied', applied_at = clock_timestamp(), counts = ${JSON.stringify(counts)}::jsonb where id = ${id}`.execute(
    tx,
  )

export async function markUndone(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('register_import_block').where('import_id', '=', id).execute()
  await sql`update register_import set state = 'undone', undone_at = clock_timestamp() where id = ${id}`.execute(tx)
}
