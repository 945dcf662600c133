import { sql } from 'kysely'
import { inSlices, type Slices } from '../base/slices.js'
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

interface HomeRow {
  id: string
  place: string
  building: string
  unit: number
  floor: number
  room: string
  lon: number | null
  lat: number | null
  people: number
  tags: string
  at_home: boolean
  point_id: string | null
  shelter_id: string | null
  helper_id: string | null
}

/** A million homes have few different words: each is kept once. */
function keepOnce<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>()
  return (text) => {
    const there = known.get(text)
    if (there !== undefined) return there
    const made = make(text)
    known.set(text, made)
    return made
  }
}

/**
 * Households that have not moved away, place by place in the order of their ids, each with its contacts in the order of their
 * numbers. Put in order here: sorting a million texts costs the store more than reading them.
 */
export async function readHomes(tx: Tx, only: readonly string[] | null): Promise<Map<string, Household[]>> {
  const homes = new Map<string, Household[]>()
  const byId = new Map<string, Household>()
  const [word, tagsOf] = [keepOnce((text) => text), keepOnce((text) => (text === '' ? [] : text.split(' ')))]
  const found = sql<HomeRow>`select id, place, building, unit, floor, room, lon, lat, people, array_to_string(tags, ' ') as tags,
    at_home, point_id, shelter_id, helper_id from household where removed_at is null and ${of('place', only)}`
  for await (const rows of readPages(tx, found)) {
    for (const r of rows) {
      const home = toHousehold(r, word(r.place), word(r.building), tagsOf(r.tags))
      byId.set(home.id, home)
      const known = homes.get(home.place)
      if (known) known.push(home)
      else homes.set(home.place, [home])
    }
  }
  const links = sql<{ household_id: string; contact_id: number; relation: string }>`
    select l.household_id, l.contact_id, l.relation from household_contact l ${
      only === null ? sql`` : sql`join household h on h.id = l.household_id and ${of('h.place', only)}`
    }`
  for await (const rows of readPages(tx, links))
    for (const { household_id: id, contact_id: contactId, relation } of rows)
      byId.get(id)?.contacts.push({ contactId, relation: word(relation) as Relation })
  await inSlices(putInOrder(homes))
  return homes
}

const toHousehold = (r: HomeRow, place: string, building: string, tags: string[]): Household => ({
  id: r.id,
  place,
  building,
  unit: r.unit,
  floor: r.floor,
  room: r.room,
  lon: r.lon,
  lat: r.lat,
  people: r.people,
  tags,
  atHome: r.at_home,
  pointId: r.point_id,
  shelterId: r.shelter_id,
  helperId: r.helper_id,
  contacts: [],
})

/** In place, a list at a time. */
function* putInOrder(homes: Map<string, Household[]>): Slices<void> {
  for (const list of homes.values()) {
    list.sort((a, b) => (a.id < b.id ? -1 : 1))
    for (const { contacts } of list) if (contacts.length > 1) contacts.sort((a, b) => a.contactId - b.contactId)
    yield
  }
}

export async function readContacts(tx: Tx, only: readonly string[] | null): Promise<Map<string, Contact[]>> {
  const contacts = new Map<string, Contact[]>()
  const word = keepOnce((text) => text)
  const found = sql<{ id: number; place: string; kind: string; blind: string; allow_listed: boolean; broken: string | null }>`
    select id, place, kind, encode(blind, 'hex') as blind, allow_listed, broken from contact where ${of('place', only)}`
  for await (const rows of readPages(tx, found)) {
    for (const { id, place, kind, blind, allow_listed: allowListed, broken } of rows) {
      const contact = { id, place, kind: word(kind) as ContactKind, blind, allowListed, broken }
      const known = contacts.get(place)
      if (known) known.push(contact)
      else contacts.set(place, [contact])
    }
  }
  return contacts
}
