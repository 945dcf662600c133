import { sql } from 'kysely'
import { actorOf, type Tx } from '../base/store/store.js'

export interface Photo {
  id: string
  place: string
  contentType: string
  size: number
  received: number
}

export async function lockPhoto(tx: Tx, id: string): Promise<Photo | undefined> {
  const row = await tx
    .selectFrom('photo')
    .select(['id', 'place', 'content_type', 'size', 'received'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  return row && { id: row.id, place: row.place, contentType: row.content_type, size: row.size, received: row.received }
}

/** False: the id is taken, perhaps by a photo outside the scope. */
export async function insertPhoto(
  tx: Tx,
  photo: Omit<Photo, 'received'>,
  of: { taskId: string | null; doorId: string | null },
): Promise<boolean> {
  const row = await tx
    .insertInto('photo')
    .values({
      ...{ id: photo.id, place: photo.place, person: actorOf(tx).person, content_type: photo.contentType, size: photo.size },
      ...{ task_id: of.taskId, evacuation_household_id: of.doorId },
    })
    .onConflict((c) => c.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function appendPhoto(tx: Tx, id: string, piece: Buffer): Promise<void> {
  await tx
    .updateTable('photo')
    .set({ data: sql<Buffer>`data || ${piece}::bytea`, received: sql<number>`received + ${piece.length}::int` })
    .where('id', '=', id)
    .execute()
}

export async function readPhoto(tx: Tx, id: string): Promise<{ contentType: string; data: Buffer; whole: boolean } | undefined> {
  const row = await tx.selectFrom('photo').select(['content_type', 'data', 'size', 'received']).where('id', '=', id).executeTakeFirst()
  return row && { contentType: row.content_type, data: row.data, whole: row.received === row.size }
}

/** Where a photo belongs: the place of its door or task, if the reader's scope holds it. */
export async function placeOfTarget(
  tx: Tx,
  target: { task?: string | undefined; household?: string | undefined },
): Promise<string | undefined> {
  if (target.household)
    return (await tx.selectFrom('evacuation_household').select('place').where('id', '=', target.household).executeTakeFirst())?.place
  if (target.task) return (await tx.selectFrom('task').select('place').where('id', '=', target.task).executeTakeFirst())?.place
  return actorOf(tx).scope
}
