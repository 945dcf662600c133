import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import type { Tables } from '../base/store/tables.js'
import type { ContactKind, HazardPoint, Place, Relation } from './register.js'
import type { Snapshot } from './snapshot.js'

/** The whole register in eight readings. Order is fixed (place, then id), so that two readings of one state are the same. */
export async function readSnapshot(tx: Tx): Promise<Omit<Snapshot, 'shifts'>> {
  const places = await tx.selectFrom('place').selectAll().orderBy('place').execute()
  const grids = await tx.selectFrom('grid').selectAll().orderBy('place').execute()
  const points = await tx.selectFrom('hazard_point').selectAll().orderBy('place').orderBy('kind').orderBy('number').execute()
  const shelters = await tx.selectFrom('shelter').selectAll().orderBy('id').execute()
  const staff = await tx.selectFrom('staff').selectAll().orderBy('place').orderBy('id').execute()
  const groups = await tx.selectFrom('grid_group').selectAll().orderBy('place').orderBy('id').execute()
  return {
    builtAt: new Date(),
    places: places.map((p) => ({ ...p, level: p.level as Place['level'] })),
    grids,
    households: await readHouseholds(tx),
    contacts: await readContacts(tx),
    points: points.map((p) => ({
      id: p.id,
      place: p.place,
      kind: p.kind as HazardPoint['kind'],
      number: p.number,
      name: p.name,
      lon: p.lon,
      lat: p.lat,
      radiusM: p.radius_m,
      grade: p.grade,
      keeperId: p.keeper_id,
    })),
    shelters: shelters.map((s) => ({
      id: s.id,
      place: s.place,
      name: s.name,
      address: s.address,
      lon: s.lon,
      lat: s.lat,
      capacityDay: s.capacity_day,
      capacityNight: s.capacity_night,
      keeperId: s.keeper_id,
    })),
    staff: staff.map((s) => ({
      id: s.id,
      place: s.place,
      name: s.name,
      post: s.post,
      duty: s.duty,
      deputyId: s.deputy_id,
      contactId: s.contact_id,
      personId: s.person_id,
    })),
    groups: groups.map((g) => ({
      id: g.id,
      place: g.place,
      name: g.name,
      platform: g.platform as 'wechat' | 'wecom',
      ownerId: g.owner_id,
      robotContactId: g.robot_contact_id,
      members: g.members,
    })),
  }
}

async function readHouseholds(tx: Tx): Promise<Snapshot['households']> {
  const rows = await tx.selectFrom('household').selectAll().where('removed_at', 'is', null).orderBy('place').orderBy('id').execute()
  const links = await tx.selectFrom('household_contact').select(['household_id', 'contact_id', 'relation']).orderBy('contact_id').execute()
  const of = new Map<string, { contactId: number; relation: Relation }[]>(rows.map((r) => [r.id, []]))
  for (const l of links) of.get(l.household_id)?.push({ contactId: l.contact_id, relation: l.relation as Relation })
  return rows.map((r) => ({
    id: r.id,
    place: r.place,
    building: r.building,
    unit: r.unit,
    floor: r.floor,
    room: r.room,
    lon: r.lon,
    lat: r.lat,
    people: r.people,
    tags: r.tags,
    atHome: r.at_home,
    pointId: r.point_id,
    shelterId: r.shelter_id,
    helperId: r.helper_id,
    contacts: of.get(r.id)!,
  }))
}

async function readContacts(tx: Tx): Promise<Snapshot['contacts']> {
  const rows = await tx
    .selectFrom('contact')
    .select(['id', 'place', 'kind', 'allow_listed', 'broken', sql<string>`encode(blind, 'hex')`.as('blind')])
    .orderBy('id')
    .execute()
  return new Map(
    rows.map((r) => [
      r.id,
      { id: r.id, place: r.place, kind: r.kind as ContactKind, blind: r.blind, allowListed: r.allow_listed, broken: r.broken },
    ]),
  )
}

/**
 * Many rows in few statements: each batch travels as one JSON text. Unlike arrays and unnest this carries text[] and jsonb
 * columns too, and there is one way of writing for every table. The columns keep their defaults when they are not named.
 */
export async function insertRows<T extends keyof Tables & string>(
  tx: Tx,
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
  rows: readonly object[],
  batch = 5000,
): Promise<void> {
  const list = sql.join(columns.map((c) => sql.ref(c)))
  for (let from = 0; from < rows.length; from += batch) {
    const text = JSON.stringify(rows.slice(from, from + batch))
    await sql`insert into ${sql.table(table)} (${list}) select ${list} from json_populate_recordset(null::${sql.table(table)}, ${text}::json)`.execute(
      tx,
    )
  }
}

/** Ids for contacts that are about to be made: their addresses are sealed under them before the rows are written. */
export async function reserveContactIds(tx: Tx, count: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`select nextval('contact_id_seq') as id from generate_series(1, ${count}::int)`.execute(tx)
  return rows.map((r) => r.id)
}

export async function readRegisterKind(tx: Tx): Promise<'sample' | 'live' | 'none'> {
  const row = await tx.selectFrom('fact').select('value').where('key', '=', 'register').executeTakeFirst()
  return row?.value === 'sample' || row?.value === 'live' ? row.value : 'none'
}

export async function writeFact(tx: Tx, key: string, value: unknown): Promise<void> {
  await tx
    .insertInto('fact')
    .values({ key, value: JSON.stringify(value) })
    .onConflict((c) => c.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') })))
    .execute()
}

export async function readFact(tx: Tx, key: string): Promise<unknown> {
  const row = await tx.selectFrom('fact').select('value').where('key', '=', key).executeTakeFirst()
  return row?.value ?? null
}
