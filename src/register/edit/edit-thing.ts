import { sql } from 'kysely'
import { newId } from '../../base/ids.js'
import { notFound } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Actor, Tx } from '../../base/store/store.js'
import { record } from '../../journal/journal.js'
import { addPhones, lockGrid, markContact, readGrid, removeUnused } from '../household-store.js'
import { insertRows } from '../register-store.js'
import { changeBlock } from '../sealed-block-store.js'
import type { Snapshot } from '../snapshot.js'
import type { EditDeps } from './edit-household.js'
import { judgePhone, unfit } from './household-edit.js'
import { refuseStale } from './refuse-stale.js'

/** Points, shelters, groups and staff: plain rows, written field by field. */
export const thingTables = { point: 'hazard_point', shelter: 'shelter', group: 'grid_group', staff: 'staff' } as const
export type ThingKind = keyof typeof thingTables

/** Fields by their names outside, e.g. radiusM; `phone` is sealed and becomes a contact. */
export interface ThingEdit {
  phone?: string | undefined
  [field: string]: unknown
}
const columnOf = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

export async function changeThing(
  deps: EditDeps,
  actor: Actor,
  kind: ThingKind,
  id: string,
  version: number,
  edit: ThingEdit,
): Promise<void> {
  const fields = Object.keys(edit).filter((field) => edit[field] !== undefined)
  refuseUnknown(deps.register.snapshot(), actor, id, edit)
  await deps.store.act(actor, async (tx) => {
    const row = await lockThing(tx, kind, id)
    if (!row?.place.startsWith(actor.scope)) throw notFound(kind, id)
    await refuseStale(tx, { type: kind, id, version: row.version }, version)
    const { place } = row
    if (fields.length === 0) return
    await writeRow(tx, deps.seal, kind, { id, place }, edit)
    await record(tx, { event: `${kind}.changed`, place, thing: { type: kind, id }, data: { fields } })
  })
  await deps.register.refresh()
}

/** The number of a responsible person, in the transaction of whoever asked for it; null: the old one is right after all. */
export async function correctStaffPhone(tx: Tx, seal: Seal, id: string, wrong: number, phone: string | null): Promise<void> {
  const row = await lockThing(tx, 'staff', id)
  if (!row) throw notFound('staff', id)
  if (phone === null) await markContact(tx, wrong, null)
  else await writeRow(tx, seal, 'staff', { id, place: row.place }, { phone })
  await record(tx, { event: 'staff.changed', place: row.place, thing: { type: 'staff', id }, data: { fields: ['phone'] } })
}

export async function addThing(
  deps: EditDeps,
  actor: Actor,
  kind: ThingKind,
  place: string,
  { phone, ...edit }: ThingEdit,
): Promise<string> {
  if (!place.startsWith(actor.scope))
    throw unfit('不在您的辖区', 'the place is outside your area', [
      { path: 'place', message: '请选辖区内的网格或社区 · choose a place of yours' },
    ])
  const id = newId()
  refuseUnknown(deps.register.snapshot(), actor, id, edit)
  await deps.store.act(actor, async (tx) => {
    const row = { ...toColumns(edit), id, place }
    await insertRows(tx, thingTables[kind], Object.keys(row) as never[], [row])
    if (phone) await writeRow(tx, deps.seal, kind, { id, place }, { phone })
    await record(tx, { event: `${kind}.registered`, place, thing: { type: kind, id } })
  })
  await deps.register.refresh()
  return id
}

const toColumns = (edit: ThingEdit) =>
  Object.fromEntries(Object.entries(edit).flatMap(([field, value]) => (value === undefined ? [] : [[columnOf(field), value]])))

async function lockThing(tx: Tx, kind: ThingKind, id: string): Promise<{ place: string; version: number } | undefined> {
  const { rows } = await sql<{ place: string; version: number }>`
    select place, version from ${sql.table(thingTables[kind])} where id = ${id} for update`.execute(tx)
  return rows[0]
}

async function writeRow(tx: Tx, seal: Seal, kind: ThingKind, { id, place }: { id: string; place: string }, { phone, ...edit }: ThingEdit) {
  const row = toColumns(edit)
  const before = phone ? await contactOfStaff(tx, id) : null
  if (phone) row.contact_id = await sealPhone(tx, seal, place, judgePhone(phone, 'phone'), before)
  const table = sql.table(thingTables[kind])
  const set = sql.join(Object.keys(row).map((column) => sql`${sql.ref(column)} = n.${sql.ref(column)}`))
  await sql`update ${table} t set version = t.version + 1, ${set} from json_populate_record(null::${table}, ${JSON.stringify(row)}::json) n where t.id = ${id}`.execute(
    tx,
  )
  if (before === null) return
  const unused = await removeUnused(tx, [before])
  await changeBlock(tx, seal, place, (block) => {
    for (const contact of unused) delete block.contacts[contact]
  })
}

const contactOfStaff = async (tx: Tx, id: string): Promise<number | null> =>
  (await tx.selectFrom('staff').select('contact_id').where('id', '=', id).executeTakeFirst())?.contact_id ?? null

/** The number in the block of the post's place. Who is on the allow-list of exercises stays on it with a new number. */
async function sealPhone(tx: Tx, seal: Seal, place: string, phone: string, before: number | null): Promise<number> {
  await lockGrid(tx, place)
  const { ids, fresh } = await addPhones(tx, seal, place, await readGrid(tx, seal, place), [phone])
  const id = ids.get(phone)!
  await changeBlock(tx, seal, place, (block) => {
    for (const [address, contact] of fresh) block.contacts[contact] = address
  })
  await sql`update contact set broken = null, allow_listed = allow_listed or coalesce((select allow_listed from contact where id = ${before}), false) where id = ${id}`.execute(
    tx,
  )
  return id
}

function refuseUnknown({ staff, grids }: Snapshot, { scope }: Actor, id: string, edit: ThingEdit): void {
  const mine = (place: string) => place.startsWith(scope) && grids.some((g) => g.place === place)
  if (Array.isArray(edit.grids) && !edit.grids.every(mine))
    throw unfit('有的网格不在您的辖区', 'a grid is none of your area', [
      { path: 'grids', message: '请重新选网格 · choose the grids again' },
    ])
  for (const path of ['keeperId', 'ownerId', 'deputyId']) {
    const wanted = edit[path]
    if (typeof wanted === 'string' && !staff.some((s) => s.id === wanted))
      throw unfit('所选的人不在名册里', 'that person is not among the staff', [
        { path, message: '请重新选一位 · choose somebody of the register' },
      ])
    if (path === 'deputyId' && wanted === id)
      throw unfit('替补不能是本人', 'nobody is the own deputy', [{ path, message: '请选另一位 · choose somebody else' }])
  }
}
