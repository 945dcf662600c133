import { type Selectable, sql } from 'kysely'
import type { Seal } from '../base/seal.js'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { SealedBlock, SealedHousehold } from './register.js'
import { insertRows, reserveContactIds } from './register-store.js'
import { hex } from './sealed-block-store.js'

export type HouseholdRow = Selectable<Tables['household']>
export interface Link {
  contact_id: number
  relation: string
}
/** One household of the register as it is now, opened. */
export interface Home {
  row: HouseholdRow
  links: Link[]
  sealed: SealedHousehold | undefined
}
/** One grid of the register, opened. */
export interface GridState {
  homes: Home[]
  /** Addresses of its phones by contact. */
  phones: Map<number, string>
}
/** Whoever changes this grid's sealed block meanwhile waits. */
export const lockGrid = (tx: Tx, place: string) =>
  tx.selectFrom('sealed_block').select('version').where('place', '=', place).forUpdate().execute()

export async function readGrid(tx: Tx, seal: Seal, place: string): Promise<GridState> {
  const sealed = await tx.selectFrom('sealed_block').select('data').where('place', '=', place).executeTakeFirst()
  const block: SealedBlock = sealed ? seal.open(sealed.data, place) : { households: {}, contacts: {} }
  const rows = await tx
    .selectFrom('household')
    .selectAll()
    .where('place', '=', place)
    .where('removed_at', 'is', null)
    .orderBy('id')
    .execute()
  const links = await tx
    .selectFrom('household_contact')
    .select(['household_id', 'contact_id', 'relation'])
    .where(sql<boolean>`household_id = any(${rows.map((r) => r.id)})`)
    .orderBy('contact_id')
    .execute()
  const kinds = await tx.selectFrom('contact').select('id').where('place', '=', place).where('kind', '=', 'phone').execute()
  const of = new Map<string, Link[]>(rows.map((r) => [r.id, []]))
  for (const { household_id, ...link } of links) of.get(household_id)?.push(link)
  return {
    homes: rows.map((row) => ({ row, links: of.get(row.id)!, sealed: block.households[row.id] })),
    phones: new Map(kinds.flatMap(({ id }) => (block.contacts[id] === undefined ? [] : [[id, block.contacts[id]] as const]))),
  }
}

/** A contact for every number: the one the grid has, or a new one whose address the caller seals. */
export async function addPhones(tx: Tx, seal: Seal, place: string, { phones }: Pick<GridState, 'phones'>, wanted: string[]) {
  const ids = new Map([...phones].map(([id, phone]) => [phone, id]))
  const missing = [...new Set(wanted)].filter((phone) => !ids.has(phone))
  const fresh = new Map<string, number>()
  const reserved = missing.length > 0 ? await reserveContactIds(tx, missing.length) : []
  for (const [i, phone] of missing.entries()) {
    ids.set(phone, reserved[i]!)
    fresh.set(phone, reserved[i]!)
  }
  const rows = missing.map((phone) => ({ id: ids.get(phone), place, kind: 'phone', blind: hex(seal.blind(phone)), allow_listed: false }))
  await insertRows(tx, 'contact', ['id', 'place', 'kind', 'blind', 'allow_listed'], rows)
  return { ids, fresh }
}

export async function replaceLinks(tx: Tx, place: string, homes: Pick<Home, 'row' | 'links'>[]): Promise<void> {
  if (homes.length === 0) return
  await sql`delete from household_contact where household_id = any(${homes.map((h) => h.row.id)})`.execute(tx)
  await addLinks(tx, place, homes)
}

export async function addLinks(tx: Tx, place: string, homes: Pick<Home, 'row' | 'links'>[]): Promise<void> {
  const rows = homes.flatMap(({ row, links }) => links.map((l) => ({ household_id: row.id, place, ...l })))
  await insertRows(tx, 'household_contact', ['household_id', 'contact_id', 'place', 'relation'], rows)
}

/** Contacts nobody has any more. A number somebody was told by keeps its row. */
export async function removeUnused(tx: Tx, ids: number[]): Promise<number[]> {
  if (ids.length === 0) return []
  const uses = ['household_contact', 'staff', 'answer', 'reply', 'sandbox_message'].map(
    (table) => sql`and not exists (select from ${sql.table(table)} u where u.contact_id = c.id)`,
  )
  const { rows } = await sql<{ id: number }>`delete from contact c where c.id = any(${ids}) ${sql.join(uses, sql` `)}
    and not exists (select from grid_group g where g.robot_contact_id = c.id)
    and not exists (select from alert_revision r join delivery d on d.revision_id = r.id and d.contact_id = c.id) returning c.id`.execute(
    tx,
  )
  return rows.map((r) => r.id)
}

/** Which of these numbers can go along to another place: nobody else has them, and they do not stand there yet. */
export async function readOwn(tx: Tx, householdId: string, contactIds: number[], place: string): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`select c.id from contact c where c.id = any(${contactIds})
    and not exists (select from household_contact l where l.contact_id = c.id and l.household_id <> ${householdId})
    and not exists (select from contact t where t.place = ${place} and t.kind = c.kind and t.blind = c.blind)
    and not exists (select from staff s where s.contact_id = c.id)`.execute(tx)
  return new Set(rows.map((r) => r.id))
}

/** The row, its consents and the numbers that go along, in their new place. */
export async function placeHousehold(tx: Tx, householdId: string, contactIds: number[], place: string): Promise<void> {
  await sql`update household set place = ${place} where id = ${householdId}`.execute(tx)
  await sql`update consent set place = ${place} where household_id = ${householdId}`.execute(tx)
  await sql`update contact set place = ${place} where id = any(${contactIds})`.execute(tx)
}

/** A second row for a number says of it what the first one said. */
export async function copyStanding(tx: Tx, from: number, to: number): Promise<void> {
  await sql`update contact n set broken = o.broken, broken_at = o.broken_at, allow_listed = o.allow_listed
    from contact o where o.id = ${from} and n.id = ${to}`.execute(tx)
}

export async function countGrid(tx: Tx, place: string): Promise<void> {
  await sql`update grid g set households = n.households, people = n.people
    from (select count(*)::int as households, coalesce(sum(people), 0)::int as people from household where place = ${place} and removed_at is null) n
    where g.place = ${place}`.execute(tx)
}

export async function findHousehold(tx: Tx, id: string): Promise<HouseholdRow | undefined> {
  return tx.selectFrom('household').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The row as it is to be, one version on. */
export async function writeHousehold(tx: Tx, { id, version, ...row }: HouseholdRow): Promise<void> {
  await tx
    .updateTable('household')
    .set({ ...row, version: version + 1 })
    .where('id', '=', id)
    .execute()
}

/** A number that is known to be wrong is kept and not rung; `reason` null: it is good again. */
export async function markContact(tx: Tx, id: number, reason: string | null): Promise<void> {
  await tx
    .updateTable('contact')
    .set({ broken: reason, broken_at: reason === null ? null : new Date() })
    .where('id', '=', id)
    .execute()
}

/** What stands of a household as it is now: its version and its numbers. */
export async function readNumbers(tx: Tx, id: string): Promise<{ version: number; links: (Link & { blind: string })[] } | null> {
  const row = await findHousehold(tx, id)
  if (!row) return null
  const { rows } = await sql<Link & { blind: string }>`select l.contact_id, l.relation, encode(c.blind, 'hex') as blind
    from household_contact l join contact c on c.id = l.contact_id where l.household_id = ${id}`.execute(tx)
  return { version: row.version, links: rows }
}

export async function readBroken(tx: Tx, ids: number[]): Promise<Set<number>> {
  if (ids.length === 0) return new Set()
  const rows = await tx.selectFrom('contact').select('id').where('id', 'in', ids).where('broken', 'is not', null).execute()
  return new Set(rows.map((r) => r.id))
}

export async function readConsents(tx: Tx, householdId: string): Promise<string[]> {
  const rows = await tx.selectFrom('consent').select('extra').where('household_id', '=', householdId).orderBy('extra').execute()
  return rows.map((r) => r.extra)
}

/** What was agreed to before keeps its time. */
export async function writeConsents(tx: Tx, { id, place }: Pick<HouseholdRow, 'id' | 'place'>, extras: readonly string[]): Promise<void> {
  await sql`delete from consent where household_id = ${id} and not extra = any(${[...extras]})`.execute(tx)
  if (extras.length === 0) return
  await tx
    .insertInto('consent')
    .values(extras.map((extra) => ({ household_id: id, place, extra, given_at: sql<Date>`clock_now()` })))
    .onConflict((c) => c.doNothing())
    .execute()
}
