import fc from 'fast-check'
import pg from 'pg'
import t from 'tap'
import { indexArea } from '../../../src/matching/area-index.js'
import type { AreaShape } from '../../../src/matching/area-shape.js'
import { distanceM, type Position } from '../../../src/matching/geometry.js'
import { type Located, layPoints } from '../../../src/matching/point-index.js'
import { runs } from '../../rig/runs.js'
import { createTestDatabase, testDatabaseUrl } from '../../rig/store.js'
import { circles, cornersOf, householdsAround, polygonAreas, rimOf } from './random-areas.js'

/** PostGIS as the judge: null, and loudly, where it is not installed. */
async function openJudge(): Promise<pg.Client | null> {
  if (!testDatabaseUrl) return null
  const client = new pg.Client({ connectionString: await createTestDatabase(t) })
  await client.connect()
  t.teardown(() => client.end())
  const known = await client.query(`select 1 from pg_available_extensions where name = 'postgis'`)
  if (known.rows.length === 0) return null
  await client.query('create extension postgis')
  return client
}
const judge = await openJudge()
const skip = judge ? false : 'NOT RUN: equality with PostGIS (install postgresql and postgresql-postgis)'
if (skip) console.error(skip)

const geoJson = (shape: AreaShape): string =>
  JSON.stringify({
    type: 'MultiPolygon',
    coordinates: shape.map(({ outer, holes }) => ['ring' in outer ? outer.ring : [], ...holes]),
  })

/** The index against the rows PostGIS finds among the placed; those of unknown place count where one of their grid is found. */
function isEqual(shape: AreaShape, households: Located[], judged: number[]): boolean {
  const touched = new Set(judged.map((row) => households[row]!.place))
  const among = new Set(judged)
  const expected = households.flatMap((h, row) => (among.has(row) || (h.lon === null && touched.has(h.place)) ? [row] : []))
  const index = layPoints(households)
  const area = indexArea(shape)
  const { rows, starts } = index.listInside(area)
  const { inside, total } = index.countInside(area)
  const isListed = JSON.stringify([...rows].sort((a, b) => a - b)) === JSON.stringify(expected)
  const isByGrid = index.places.every((place, g) =>
    [...rows.subarray(starts[g], starts[g + 1])].every((row) => households[row]!.place === place),
  )
  return isListed && isByGrid && total === expected.length && index.places.every((_, g) => inside[g] === starts[g + 1]! - starts[g]!)
}

const placed = (households: Located[]) => households.map((h, row) => ({ ...h, row })).filter((h) => h.lon !== null && h.lat !== null)

t.test('polygons with holes, islands and second parts: exactly whom ST_Covers and ST_Intersects find', { skip }, async (t) => {
  const cases = polygonAreas.chain((shape) => fc.tuple(fc.constant(shape), householdsAround(cornersOf(shape), [109, 31])))
  let onEdge = 0
  await fc.assert(
    fc.asyncProperty(cases, async ([shape, households]) => {
      const asked = placed(households)
      const { rows } = await judge!.query(
        `select p.row, st_covers(a.geometry, p.point) as covers, st_intersects(a.geometry, p.point) as intersects,
           st_contains(a.geometry, p.point) as contains, st_isvalid(a.geometry) as valid
         from (select st_geomfromgeojson($1) as geometry) a,
           (select row, st_setsrid(st_point(lon, lat), 4326) as point
            from unnest($2::int[], $3::float8[], $4::float8[]) as given(row, lon, lat)) p`,
        [geoJson(shape), asked.map((h) => h.row), asked.map((h) => h.lon), asked.map((h) => h.lat)],
      )
      if (rows.some((r) => !r.valid)) throw new Error('an area that PostGIS calls invalid judges nothing')
      if (rows.some((r) => r.covers !== r.intersects)) throw new Error('for points, the two have to say the same')
      onEdge += rows.filter((r) => r.covers && !r.contains).length
      return isEqual(
        shape,
        households,
        rows.filter((r) => r.covers).map((r) => r.row),
      )
    }),
    runs(240),
  )
  t.ok(onEdge > 0, `${onEdge} households stood on a line, and they were in`)
})

t.test('circles: exactly whom ST_DWithin finds on the sphere', { skip }, async (t) => {
  const cases = circles.chain((circle) => fc.tuple(fc.constant(circle), householdsAround(rimOf(circle), [circle.lon, circle.lat])))
  await fc.assert(
    fc.asyncProperty(cases, async ([circle, all]) => {
      const centre: Position = [circle.lon, circle.lat]
      // PostGIS rounds the radius of the earth otherwise: what lies within a hand's breadth of the line judges nothing.
      const isClear = (h: Located) =>
        h.lon === null || h.lat === null || Math.abs(distanceM(centre, [h.lon, h.lat]) - circle.radiusKm * 1000) > 0.1
      const households = all.filter(isClear)
      const asked = placed(households)
      const { rows } = await judge!.query(
        `select row from unnest($1::int[], $2::float8[], $3::float8[]) as given(row, lon, lat)
         where st_dwithin(st_point($4, $5)::geography, st_point(lon, lat)::geography, $6, false)`,
        [asked.map((h) => h.row), asked.map((h) => h.lon), asked.map((h) => h.lat), circle.lon, circle.lat, circle.radiusKm * 1000],
      )
      return isEqual(
        [{ outer: { circle }, holes: [] }],
        households,
        rows.map((r) => r.row),
      )
    }),
    runs(60),
  )
  t.pass()
})
