import { type Selectable, sql } from 'kysely'
import type { Tx } from '../../base/store/store.js'
import type { Tables } from '../../base/store/tables.js'
import type { Observation, Quality } from './observation.js'
import { commonPlace, type Station, type StationConfig, type StationKind, stationKinds } from './station.js'
import type { GaugeReading } from './threshold.js'

const toStation = (row: Selectable<Tables['station']>): Station => ({
  id: row.id,
  place: row.place,
  places: row.places,
  name: row.name,
  kind: row.kind as StationKind,
  lon: row.lon,
  lat: row.lat,
  everySeconds: row.every_seconds,
  lastAt: row.last_at,
  offlineAt: row.offline_at,
  expectedAt: row.expected_at,
})

/** At start: the rows become what the file says; a gauge that left it is heard no more, its readings stay. */
export async function syncStationRows(tx: Tx, stations: StationConfig[]): Promise<void> {
  for (const { id, name, kind, places, source, code, lon, lat, everySeconds } of stations) {
    const row = { name, kind, places, place: commonPlace(places), source, code: code ?? null, lon, lat, every_seconds: everySeconds }
    await tx
      .insertInto('station')
      .values({ id, ...row, last_at: null, offline_at: null })
      .onConflict((c) => c.column('id').doUpdateSet({ ...row, retired: false }))
      .execute()
  }
  let others = tx.updateTable('station').set({ retired: true })
  if (stations.length > 0)
    others = others.where(
      'id',
      'not in',
      stations.map((s) => s.id),
    )
  await others.execute()
}

export async function listStations(tx: Tx): Promise<Station[]> {
  const rows = await tx.selectFrom('station').selectAll().where('retired', '=', false).orderBy('place').orderBy('id').execute()
  return rows.map(toStation)
}

/** The gauges that this source speaks for and this sender may speak for, locked in the order of their ids. */
export async function lockStationsOf(tx: Tx, of: { sources: string[]; place: string }): Promise<(Station & { code: string | null })[]> {
  const rows = await tx
    .selectFrom('station')
    .selectAll()
    .where('retired', '=', false)
    .where('source', 'in', of.sources)
    .where((w) =>
      w.or([w(sql<boolean>`starts_with(place, ${of.place})`, '=', true), w(sql<boolean>`starts_with(${of.place}, place)`, '=', true)]),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map((row) => ({ ...toStation(row), code: row.code }))
}

export async function lockStation(tx: Tx, id: string): Promise<Station | undefined> {
  const row = await tx.selectFrom('station').selectAll().where('id', '=', id).where('retired', '=', false).forUpdate().executeTakeFirst()
  return row && toStation(row)
}

export async function noteHeard(tx: Tx, station: Pick<Station, 'id' | 'lastAt' | 'offlineAt'>): Promise<void> {
  await tx.updateTable('station').set({ last_at: station.lastAt, offline_at: station.offlineAt }).where('id', '=', station.id).execute()
}

const rowsAtOnce = 2000

/** Readings of our gauges are kept once; said again with another value, the higher one stays: a doubt is never an all-clear. */
export async function addObservations(
  tx: Tx,
  of: { place: string; feedId: string | null; bulletinId: string },
  observations: (Observation & { stationId: string | null })[],
): Promise<void> {
  for (let i = 0; i < observations.length; i += rowsAtOnce) {
    const rows = onceEach(observations.slice(i, i + rowsAtOnce)).map((o) => ({
      place: of.place,
      feed_id: of.feedId,
      bulletin_id: of.bulletinId,
      kind: o.kind.slice(0, 80),
      unit: o.unit.slice(0, 40),
      value: o.value,
      at: o.at,
      forecast: o.forecast,
      station: o.station?.slice(0, 60) ?? null,
      station_id: o.stationId,
      quality: o.quality ?? 'unchecked',
      seconds: o.seconds ?? 0,
      said_value: o.said?.value ?? null,
      said_unit: o.said?.unit ?? null,
    }))
    await tx
      .insertInto('observation')
      .values(rows)
      .onConflict((c) =>
        c
          .columns(['station_id', 'kind', 'at', 'seconds'])
          .doUpdateSet((x) => ({
            value: x.ref('excluded.value'),
            unit: x.ref('excluded.unit'),
            quality: x.ref('excluded.quality'),
            said_value: x.ref('excluded.said_value'),
            said_unit: x.ref('excluded.said_unit'),
            bulletin_id: x.ref('excluded.bulletin_id'),
          }))
          .where(sql<boolean>`${rankOf('excluded')} > ${rankOf('observation')}`),
      )
      .execute()
  }
}

/** Missing or bad below any value; then the higher; of equals the more doubtful one. */
const rankOf = (table: string) => sql`(${sql.ref(`${table}.value`)} is not null and ${sql.ref(`${table}.quality`)} <> 'bad',
  coalesce(${sql.ref(`${table}.value`)}, '-Infinity'), ${sql.ref(`${table}.quality`)} = 'suspect')`

/** One statement may not meet the same row twice. */
function onceEach<T extends Observation & { stationId: string | null }>(rows: T[]): T[] {
  const kept = new Map<string, T>()
  for (const [i, row] of rows.entries()) {
    const key = row.stationId === null ? String(i) : `${row.stationId}/${row.kind}/${row.at.getTime()}/${row.seconds ?? 0}`
    const known = kept.get(key)
    if (!known || isWorse(row, known)) kept.set(key, row)
  }
  return [...kept.values()]
}

function isWorse(row: Observation, known: Observation): boolean {
  const rank = (o: Observation) => [
    o.value !== null && o.quality !== 'bad' ? 1 : 0,
    o.value ?? Number.NEGATIVE_INFINITY,
    o.quality === 'suspect' ? 1 : 0,
  ]
  const [a, b] = [rank(row), rank(known)]
  for (const i of [0, 1, 2]) if (a[i] !== b[i]) return a[i]! > b[i]!
  return false
}

/** What a gauge measured after a time, as rules read it: bad values and values in another unit are missing. */
export async function readGauge(
  tx: Tx,
  station: Pick<Station, 'id' | 'kind'>,
  after: Date,
): Promise<(GaugeReading & { quality: Quality })[]> {
  const { reads, unit } = stationKinds[station.kind]
  const rows = await tx
    .selectFrom('observation')
    .select(['at', 'value', 'seconds', 'quality', 'unit'])
    .where('station_id', '=', station.id)
    .where('kind', '=', reads)
    .where('at', '>', after)
    .where('forecast', '=', false)
    .orderBy('at')
    .limit(20_000)
    .execute()
  return rows.map((row) => {
    const value = row.quality === 'bad' || row.unit !== unit ? null : row.value
    return { at: row.at.getTime(), value, spanMs: row.seconds * 1000, sure: row.quality !== 'suspect', quality: row.quality as Quality }
  })
}
