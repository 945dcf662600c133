import { sql } from 'kysely'
import { inSlices, type Slices } from '../base/slices.js'
import type { Tx } from '../base/store/store.js'
import { type ContactBlock, openContacts } from './contact-table.js'
import { readShifts } from './duty/duty-store.js'
import { between, type HomeBlock, type LinkBlock, openBlock, openLinks, type PackedHomes } from './home-block.js'
import type { HazardPoint, Place } from './register.js'
import type { Snapshot } from './snapshot.js'

/** The whole of register_version in a few bytes: equal means that nothing has changed. */
export async function readMark(tx: Tx): Promise<string> {
  const { rows } = await sql<{ mark: string }>`select concat(count(*), ' ', sum(version)) as mark from register_version`.execute(tx)
  return rows[0]!.mark
}

/** By table, then by place. */
export type Versions = Map<string, Map<string, number>>

/** One row for each table: of ten thousand places, forty thousand rows would keep everybody else waiting. */
export async function readVersions(tx: Tx): Promise<Versions> {
  const found = await sql<{ kind: string; places: string }>`
    select kind, string_agg(place || ' ' || version, ',') as places from register_version group by kind`.execute(tx)
  return new Map(
    found.rows.map(({ kind, places }) => [
      kind,
      new Map(
        places.split(',').map((text) => {
          const [place, version] = text.split(' ')
          return [place!, Number(version)]
        }),
      ),
    ]),
  )
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

const of = (column: string, only: readonly string[] | null) =>
  only === null ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = any(${only})`

const joined = (columns: ReturnType<typeof sql>[]) => sql.join(columns, sql` || ${sql.lit(between.fields)} || `)
const rows = sql.lit(between.rows)
/** What people typed, less what separates. */
const typed = (column: string) => sql`translate(${sql.ref(column)}, ${sql.lit(between.fields + between.rows)}, '')`
/** Households that have not moved away, place by place in the order of their ids. */
export async function readHomes(
  tx: Tx,
  only: readonly string[] | null,
  links: ReadonlyMap<string, LinkBlock>,
): Promise<Map<string, HomeBlock>> {
  const texts = joined([
    ...[typed('building'), sql`unit`, sql`floor`, typed('room'), sql`array_to_string(tags, ' ')`, sql`at_home`],
    ...['point_id', 'shelter_id', 'helper_id'].map((id) => sql`coalesce(${sql.ref(id)}, '')`),
  ])
  const found = await sql<PackedHomes>`
    select place, string_agg(id, ${rows}) as ids, string_agg(${texts}, ${rows}) as texts,
      string_agg(float8send(coalesce(lon, 'NaN')) || float8send(coalesce(lat, 'NaN')) || float8send(people), ''::bytea) as numbers
    from household where removed_at is null and ${of('place', only)} group by place`.execute(tx)
  return inSlices(byPlace(found.rows, (row) => openBlock(row, links.get(row.place))))
}

export async function readLinks(tx: Tx, only: readonly string[] | null): Promise<Map<string, LinkBlock>> {
  const texts = joined([sql`household_id`, sql`contact_id`, sql`relation`])
  const found = await sql<{ place: string; texts: string }>`
    select place, string_agg(${texts}, ${rows}) as texts from household_contact where ${of('place', only)} group by place`.execute(tx)
  return inSlices(byPlace(found.rows, (row) => openLinks(row.texts)))
}

/** In the order of their numbers. */
export async function readContacts(tx: Tx, only: readonly string[] | null): Promise<Map<string, ContactBlock>> {
  const texts = joined([sql`kind`, sql`encode(blind, 'hex')`, sql`allow_listed`, sql`coalesce(${typed('broken')}, '')`])
  const found = await sql<{ place: string; numbers: Buffer; texts: string }>`
    select place, string_agg(float8send(id), ''::bytea order by id) as numbers, string_agg(${texts}, ${rows} order by id) as texts
    from contact where ${of('place', only)} group by place`.execute(tx)
  return inSlices(byPlace(found.rows, (row) => openContacts(row.place, row.numbers, row.texts)))
}

function* byPlace<R extends { place: string }, T>(found: R[], open: (row: R) => T): Slices<Map<string, T>> {
  const blocks = new Map<string, T>()
  for (const row of found) {
    blocks.set(row.place, open(row))
    yield
  }
  return blocks
}
