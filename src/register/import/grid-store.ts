import { sql } from 'kysely'
import { newId } from '../../base/ids.js'
import type { Seal } from '../../base/seal.js'
import type { Tx } from '../../base/store/store.js'
import {
  addLinks,
  addPhones,
  countGrid,
  type GridState,
  type HouseholdRow,
  type Link,
  removeUnused,
  replaceLinks,
} from '../household-store.js'
import type { SealedHousehold } from '../register.js'
import { insertRows } from '../register-store.js'
import { changeBlock } from '../sealed-block-store.js'
import { type Difference, mergeLinks, mergeRow } from './compare-grid.js'

/** What undoing puts back: kept sealed beside the import. */
export interface GridBefore {
  grid: { households: number; people: number } | null
  changed: { row: HouseholdRow; links: Link[]; sealed: SealedHousehold | null }[]
  added: string[]
  contacts: number[]
  /** Households that were taken out of the register. */
  removed: string[]
}

const columns = [
  ...['id', 'place', 'building', 'unit', 'floor', 'room', 'lon', 'lat', 'people', 'tags', 'at_home'],
  ...['point_id', 'shelter_id', 'helper_id'],
] as (keyof HouseholdRow & string)[]

/** Writes what is new and what changed, and answers what was there before. */
export async function writeGrid(
  tx: Tx,
  seal: Seal,
  place: string,
  state: GridState,
  { added, changed }: Difference,
  removed: string[],
): Promise<GridBefore> {
  const made = await addPhones(
    tx,
    seal,
    place,
    state,
    [...added, ...changed.map((c) => c.incoming)].flatMap((h) => Object.values(h.phones).flat()),
  )
  const idOf = (phone: string) => made.ids.get(phone)!
  const news = added.map((h) => {
    const row: HouseholdRow = {
      ...{ id: newId(), place, building: h.building, unit: h.unit, floor: h.floor, room: h.room, people: h.people ?? 1 },
      ...{ lon: h.at?.[0] ?? null, lat: h.at?.[1] ?? null, tags: h.tags ?? [], at_home: h.atHome ?? true },
      ...{ point_id: null, shelter_id: null, helper_id: null, version: 1, removed_at: null, removed_reason: null },
    }
    return { row, links: mergeLinks([], h.phones, state.phones, idOf), sealed: { head: h.head, members: [] } }
  })
  const next = changed.map(({ home, incoming }) => ({
    row: mergeRow(home.row, incoming),
    links: mergeLinks(home.links, incoming.phones, state.phones, idOf),
    sealed: { head: incoming.head || (home.sealed?.head ?? ''), members: home.sealed?.members ?? [] },
  }))
  await insertRows(
    tx,
    'household',
    columns,
    news.map((n) => n.row),
  )
  await updateHouseholds(
    tx,
    next.map((n) => n.row),
  )
  await addLinks(tx, place, news)
  await replaceLinks(tx, place, next)
  await changeBlock(tx, seal, place, (block) => {
    for (const [phone, id] of made.fresh) block.contacts[id] = phone
    for (const { row, sealed } of [...news, ...next]) block.households[row.id] = sealed
  })
  const before: GridBefore = {
    grid: (await tx.selectFrom('grid').select(['households', 'people']).where('place', '=', place).executeTakeFirst()) ?? null,
    changed: changed.map(({ home }) => ({ row: home.row, links: home.links, sealed: home.sealed ?? null })),
    added: news.map((n) => n.row.id),
    contacts: [...made.fresh.values()],
    removed,
  }
  await takeOut(tx, removed)
  await countGrid(tx, place)
  return before
}

/** Puts back what was there, in the order of writing turned around. A number somebody was told by keeps its row. */
export async function restoreGrid(tx: Tx, seal: Seal, place: string, before: GridBefore): Promise<void> {
  if (before.added.length > 0) {
    await tx.deleteFrom('household_contact').where('household_id', 'in', before.added).execute()
    await tx.deleteFrom('household').where('id', 'in', before.added).execute()
  }
  await updateHouseholds(
    tx,
    before.changed.map((c) => c.row),
  )
  await bringBack(tx, before.removed)
  await replaceLinks(tx, place, before.changed)
  const removed = await removeUnused(tx, before.contacts)
  await changeBlock(tx, seal, place, (block) => {
    for (const id of removed) delete block.contacts[id]
    for (const id of before.added) delete block.households[id]
    for (const { row, sealed } of before.changed) {
      if (sealed) block.households[row.id] = sealed
      else delete block.households[row.id]
    }
  })
  if (before.grid) await tx.updateTable('grid').set(before.grid).where('place', '=', place).execute()
}

/** Which of these households somebody is being moved out of, or is to knock at: they are never taken out silently. */
export async function findNeeded(tx: Tx, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`select h.id from household h where h.id = any(${ids}) and (
    exists (select from evacuation_household e join evacuation v on v.id = e.evacuation_id
      where e.household_id = h.id and e.returned_at is null and v.closed_at is null)
    or exists (select from task t where t.household_id = h.id and t.done_at is null))`.execute(tx)
  return new Set(rows.map((r) => r.id))
}

/** How many of what the import left behind were edited since: a write counts the version of a household up by one, its undoing down. */
export async function countTouched(tx: Tx, { changed, added, removed }: GridBefore): Promise<number> {
  const left = [...changed.map(({ row }) => ({ id: row.id, version: row.version + 1 })), ...added.map((id) => ({ id, version: 1 }))]
  const { rows } = await sql<{
    n: number
  }>`select (select count(*) from json_to_recordset(${JSON.stringify(left)}::json) as l(id text, version int)
      left join household h on h.id = l.id and h.version = l.version and h.removed_at is null where h.id is null)::int
    + (select count(*) from household where id = any(${removed}) and removed_at is null)::int as n`.execute(tx)
  return rows[0]!.n
}

async function takeOut(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update household set removed_at = clock_now(), removed_reason = '不在导入的名册里', version = version + 1 where id = any(${ids})`.execute(
    tx,
  )
}

async function bringBack(tx: Tx, ids: string[]): Promise<void> {
  if (ids.length === 0) return
  await sql`update household set removed_at = null, removed_reason = null, version = version - 1 where id = any(${ids})`.execute(tx)
}

/** How many of these households somebody went to, or moved, or who agreed to something: they cannot be unmade. */
export async function countNeeded(tx: Tx, ids: string[]): Promise<number> {
  if (ids.length === 0) return 0
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from household h where h.id = any(${ids}) and (
    exists (select from evacuation_household e where e.household_id = h.id) or exists (select from task t where t.household_id = h.id)
    or exists (select from consent c where c.household_id = h.id))`.execute(tx)
  return rows[0]!.n
}

async function updateHouseholds(tx: Tx, rows: HouseholdRow[]): Promise<void> {
  if (rows.length === 0) return
  await sql`update household h set people = n.people, tags = n.tags, lon = n.lon, lat = n.lat, at_home = n.at_home, version = n.version
    from json_populate_recordset(null::household, ${JSON.stringify(rows)}::json) n where h.id = n.id`.execute(tx)
}
