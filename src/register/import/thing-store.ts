import { sql } from 'kysely'
import { Problem } from '../../base/problem.js'
import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import { addPhones, lockGrid, readGrid, removeUnused } from '../household-store.js'
import { insertRows } from '../register-store.js'
import { changeBlock } from '../sealed-block-store.js'
import type { ChangedThing, ThingRow } from './compare-things.js'
import type { ImportedThing } from './judge-thing.js'
import { type SheetThing, tableOf } from './thing-sheets.js'

/** Columns of each table that a sheet may write, and what a new row has where the sheet says nothing. */
const columns = {
  staff: { name: '', post: '', duty: false, deputy_id: null, contact_id: null },
  points: { kind: '', number: 0, name: '', lon: 0, lat: 0, radius_m: 100, grade: null, keeper_id: null },
  shelters: { name: '', address: '', lon: 0, lat: 0, capacity_day: 0, capacity_night: 0, keeper_id: null },
  groups: { name: '', platform: 'wechat', owner_id: null, members: 0 },
} as const satisfies Record<SheetThing, Record<string, unknown>>

/** What undoing puts back, by place: kept sealed beside the import. */
export interface ThingsBefore {
  added: string[]
  changed: ThingRow[]
  contacts: number[]
}

/** Everything of its kind in these places, with the keyed hash of its telephone. */
export async function readThings(tx: Tx, thing: SheetThing, places: readonly string[]): Promise<ThingRow[]> {
  const blind = thing === 'staff' ? sql`(select encode(c.blind, 'hex') from contact c where c.id = t.contact_id)` : sql`null`
  const { rows } = await sql<ThingRow>`select t.*, ${blind} as blind from ${sql.table(tableOf[thing])} t
    where t.place = any(${[...places]}) order by t.id for update of t`.execute(tx)
  return rows
}

/** Points are numbered by their kind through the whole of a subdistrict. */
export async function readHighestNumbers(tx: Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ of: string; n: number }>`
    select left(place, 9) || kind as of, max(number) as n from hazard_point group by 1`.execute(tx)
  return new Map(rows.map((r) => [r.of, r.n]))
}

/** All at once: who stands in for somebody may be new in the same sheet. */
export async function addThings(tx: Tx, seal: Seal, thing: SheetThing, added: ImportedThing[]): Promise<Map<string, number[]>> {
  const { contacts, fresh } = await addNumbers(tx, seal, added)
  const rows = added.map((one) => ({
    ...columns[thing],
    ...('capacity_day' in one.said ? { capacity_night: one.said.capacity_day } : {}),
    ...one.said,
    ...(one.phone ? { contact_id: contacts.get(one)! } : {}),
    ...{ id: one.id, place: one.place },
  }))
  await insertRows(tx, tableOf[thing], ['id', 'place', ...Object.keys(columns[thing])] as never[], rows, 50_000)
  return fresh
}

export async function changeThings(tx: Tx, seal: Seal, thing: SheetThing, changed: ChangedThing[]): Promise<Map<string, number[]>> {
  const withNumber = changed.filter((c) => c.fields.includes('phone'))
  const { contacts, fresh } = await addNumbers(
    tx,
    seal,
    withNumber.map((c) => c.incoming),
  )
  for (const { row, incoming } of changed) {
    const contact = contacts.get(incoming)
    await writeColumns(tx, thing, row.id, row.version, row.version + 1, { ...incoming.said, ...(contact ? { contact_id: contact } : {}) })
  }
  return fresh
}

async function writeColumns(tx: Tx, thing: SheetThing, id: string, version: number, next: number, said: Record<string, unknown>) {
  const table = sql.table(tableOf[thing])
  const set = sql.join([...Object.keys(said).map((c) => sql`${sql.ref(c)} = n.${sql.ref(c)}`), sql`version = ${next}`])
  const { numAffectedRows } =
    await sql`update ${table} t set ${set} from json_populate_record(null::${table}, ${JSON.stringify(said)}::json) n
    where t.id = ${id} and t.version = ${version}`.execute(tx)
  return numAffectedRows === 1n
}

/** The numbers of staff in the blocks of their places; which contacts are new, by place. */
async function addNumbers(tx: Tx, seal: Seal, things: ImportedThing[]) {
  const contacts = new Map<ImportedThing, number>()
  const made = new Map<string, number[]>()
  const places = [...new Set(things.filter((one) => one.phone).map((one) => one.place))].sort()
  for (const place of places) {
    const here = things.filter((one) => one.place === place && one.phone)
    await lockGrid(tx, place)
    const { ids, fresh } = await addPhones(
      tx,
      seal,
      place,
      await readGrid(tx, seal, place),
      here.map((one) => one.phone!),
    )
    await changeBlock(tx, seal, place, (block) => {
      for (const [phone, id] of fresh) block.contacts[id] = phone
    })
    for (const one of here) contacts.set(one, ids.get(one.phone!)!)
    made.set(place, [...fresh.values()])
  }
  return { contacts, fresh: made }
}

/** What was there, if nobody has worked with it since. */
export async function restoreThings(tx: Tx, seal: Seal, thing: SheetThing, before: Map<string, ThingsBefore>): Promise<void> {
  const all = [...before.values()]
  for (const { id, version, ...row } of all.flatMap((b) => b.changed)) {
    const said = Object.fromEntries(Object.keys(columns[thing]).map((column) => [column, row[column]]))
    if (!(await writeColumns(tx, thing, id, version + 1, version, said))) throw touched('changed')
  }
  const added = all.flatMap((b) => b.added)
  const table = sql.table(tableOf[thing])
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from ${table} where id = any(${added}) and version = 1`.execute(tx)
  if (rows[0]!.n !== added.length || (await countNaming(tx, added)) > 0) throw touched('added')
  await removeRows(tx, thing, added)
  for (const [place, { contacts }] of before) {
    const unused = await removeUnused(tx, contacts)
    if (unused.length === 0) continue
    await changeBlock(tx, seal, place, (block) => {
      for (const id of unused) delete block.contacts[id]
    })
  }
}

async function removeRows(tx: Tx, thing: SheetThing, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  try {
    await sql`delete from ${sql.table(tableOf[thing])} where id = any(${ids})`.execute(tx)
  } catch (e) {
    if ((e as { code?: unknown }).code === '23503') throw touched('added')
    throw e
  }
}

/** Keepers are named without a rule of the store. */
async function countNaming(tx: Tx, staff: string[]): Promise<number> {
  const { rows } = await sql<{ n: number }>`select (select count(*) from hazard_point where keeper_id = any(${staff}))::int
    + (select count(*) from shelter where keeper_id = any(${staff}))::int as n`.execute(tx)
  return rows[0]!.n
}

const touched = (what: 'added' | 'changed') =>
  new Problem(
    'conflict',
    what === 'added' ? '新增的条目已被使用或改过,不能撤销:请逐条修改' : '导入之后又改过,撤销会丢掉这些修改:没有撤销',
    what === 'added' ? 'what was added is in use or was changed since' : 'edited since; undoing would lose that, so nothing was undone',
  )
