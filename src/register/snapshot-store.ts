import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { readShifts } from './duty/duty-store.js'
import type { Contact, ContactKind, HazardPoint, Household, Place, Relation } from './register.js'
import type { Snapshot } from './snapshot.js'

/** The whole of register_version in a few bytes: equal means that nothing has changed. */
export async function readMark(tx: Tx): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select concat(count(*), ' ', sum(version)) as mark from register_version`.execute(tx)
  return rows[0]!.mark
}

/** By table, then by place. */
export type Versions = Map<string, Map<string, number>>

export async function readVersions(tx: Tx): Promise<Versions> {
  const rows = await tx.selectFrom('register_version').select(['kind', 'place', 'version']).execute()
  const versions: Versions = new Map()
  for (const { kind, place, version } of rows) {
    const known = versions.get(kind) ?? new Map<string, number>()
    versions.set(kind, known.set(place, version))
  }
  return versions
}

/** The small tables, each read whole. Order is fixed (place, then id), so that two readings of one state are the same. */
export const readTable = {
  place: async (tx: Tx): Promise<Snapshot['places']> =>
    (await tx.selectFrom('place').selectAll().orderBy('place').execute()).map((p) => ({ ...p, level: p.level as Place['level'] })),
  grid: (tx: Tx): Promise<Snapshot['grids']> => tx.selectFrom('grid').selectAll().orderBy('place').execute(),
  hazard_point: async (tx: Tx): Promise<Snapshot['points']> => {
    const rows = await tx.selectFrom('hazard_point').selectAll().orderBy('place').orderBy('kind').orderBy('number').execute()
    return rows.map(({ radius_m: radiusM, keeper_id: keeperId, ...p }) => ({
      ...p,
      ...{ kind: p.kind as HazardPoint['kind'], radiusM, keeperId },
    }))
  },
  shelter: async (tx: Tx): Promise<Snapshot['shelters']> => {
    const rows = await tx.selectFrom('shelter').selectAll().orderBy('id').execute()
    return rows.map(({ capacity_day: capacityDay, capacity_night: capacityNight, keeper_id: keeperId, ...s }) => ({
      ...s,
      ...{ capacityDay, capacityNight, keeperId },
    }))
  },
  staff: async (tx: Tx): Promise<Snapshot['staff']> => {
    const rows = await tx.selectFrom('staff').selectAll().orderBy('place').orderBy('id').execute()
    return rows.map(({ deputy_id: deputyId, contact_id: contactId, person_id: personId, ...s }) => ({
      ...s,
      ...{ deputyId, contactId, personId },
    }))
  },
  grid_group: async (tx: Tx): Promise<Snapshot['groups']> => {
    const rows = await tx.selectFrom('grid_group').selectAll().orderBy('place').orderBy('id').execute()
    return rows.map(({ owner_id: ownerId, robot_contact_id: robotContactId, platform, ...g }) => ({
      ...g,
      ...{ ownerId, robotContactId, platform: platform as 'wechat' | 'wecom' },
    }))
  },
  duty_shift: (tx: Tx): Promise<Snapshot['shifts']> => readShifts(tx),
}

/** Of all places where `only` is null. A cursor: a million rows come a few milliseconds at a time. */
async function* readPages<T>(tx: Tx, query: ReturnType<typeof sql<T>>): AsyncGenerator<T[]> {
  await sql`declare pages no scroll cursor for ${query}`.execute(tx)
  for (;;) {
    const { rows } = await sql<T>`fetch 2000 from pages`.execute(tx)
    if (rows.length > 0) yield rows
    if (rows.length < 2000) break
  }
  await sql`close pages`.execute(tx)
}

const of = (column: string, only: readonly string[] | null) =>
  only === null ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = any(${only})`

interface HomeRow extends Omit<Household, 'atHome' | 'pointId' | 'shelterId' | 'helperId' | 'contacts'> {
  at_home: boolean
  point_id: string | null
  shelter_id: string | null
  helper_id: string | null
}

/** Households that have not moved away, place by place, each with its contacts in the order of their numbers. */
export async function readHomes(tx: Tx, only: readonly string[] | null): Promise<Map<string, Household[]>> {
  const homes = new Map<string, Household[]>()
  const byId = new Map<string, Household>()
  const columns = sql`id, place, building, unit, floor, room, lon, lat, people, tags, at_home, point_id, shelter_id, helper_id`
  const found = sql<HomeRow>`select ${columns} from household where removed_at is null and ${of('place', only)} order by place, id`
  for await (const rows of readPages(tx, found)) {
    for (const { at_home: atHome, point_id: pointId, shelter_id: shelterId, helper_id: helperId, ...row } of rows) {
      const home: Household = { ...row, atHome, pointId, shelterId, helperId, contacts: [] }
      byId.set(home.id, home)
      const known = homes.get(home.place)
      if (known) known.push(home)
      else homes.set(home.place, [home])
    }
  }
  const links = sql<{ household_id: string; contact_id: number; relation: string }>`
    select l.household_id, l.contact_id, l.relation from household_contact l ${
      only === null ? sql`` : sql`join household h on h.id = l.household_id and ${of('h.place', only)}`
    } order by l.contact_id`
  for await (const rows of readPages(tx, links))
    for (const { household_id: id, contact_id: contactId, relation } of rows)
      byId.get(id)?.contacts.push({ contactId, relation: relation as Relation })
  return homes
}

export async function readContacts(tx: Tx, only: readonly string[] | null): Promise<Map<string, Contact[]>> {
  const contacts = new Map<string, Contact[]>()
  const found = sql<{ id: number; place: string; kind: string; blind: string; allow_listed: boolean; broken: string | null }>`
    select id, place, kind, encode(blind, 'hex') as blind, allow_listed, broken from contact where ${of('place', only)} order by id`
  for await (const rows of readPages(tx, found)) {
    for (const { id, place, kind, blind, allow_listed: allowListed, broken } of rows) {
      const contact = { id, place, kind: kind as ContactKind, blind, allowListed, broken }
      const known = contacts.get(place)
      if (known) known.push(contact)
      else contacts.set(place, [contact])
    }
  }
  return contacts
}
