import pg from 'pg'
import { indexArea } from '../../src/matching/area-index.js'
import { shapeOf } from '../../src/matching/area-shape.js'
import type { Ring } from '../../src/matching/geometry.js'
import { type Located, layPoints, type PointIndex } from '../../src/matching/point-index.js'
import { createTestDatabase, testDatabaseUrl } from '../rig/store.js'
import { atMost, type Figure, faster, median, tidy } from './figure.js'
import { gridOutline, makeHouseholds, makeOutline, perSide } from './matching-ground.js'
import { rebuild } from './matching-rebuild.js'

const million = 1_000_000
const rounds = 5
const cases = [20, 1000, 10_000].flatMap((corners) => [0.05, 0.5].map((share) => ({ corners, share, ring: makeOutline(corners, share) })))

/** Households by name, the index over the area made anew in each call. */
const match = (index: PointIndex, ring: Ring): number => index.listInside(indexArea(shapeOf({ polygons: [ring], circles: [] }))).rows.length

/** The least that reads every coordinate once: homes in a box. */
function onePass(lons: Float64Array, lats: Float64Array): number {
  let n = 0
  for (let i = 0; i < lons.length; i++) if (lons[i]! > 107 && lons[i]! < 109 && lats[i]! > 29 && lats[i]! < 31) n++
  return n
}

async function timed<T>(run: () => T | Promise<T>): Promise<{ ms: number; answer: T }> {
  const started = performance.now()
  const answer = await run()
  return { ms: performance.now() - started, answer }
}

const covers = `select count(*)::int as n from household where st_covers($1::geometry, point)`
/** Grids first, by their outlines; then only the homes of the grids on the line. */
const twoLevel = `
  with related as materialized (
    select id, st_covers($1::geometry, outline) as inside from grid where st_intersects($1::geometry, outline))
  select (select count(*) from household where grid = any (array(select id from related where inside)))::int
       + (select count(*) from household where grid = any (array(select id from related where not inside))
          and st_covers($1::geometry, point))::int as n`

interface Peer {
  ask(sql: string, ring: Ring): Promise<number>
  end(): Promise<void>
}

/** The same households and grids in PostGIS, indexed and analysed; one process and compiled plans off, as with ours. */
async function openPostgis(households: Located[]): Promise<Peer | null> {
  if (!testDatabaseUrl) return null
  const cleanups: (() => unknown)[] = []
  const client = new pg.Client({ connectionString: await createTestDatabase({ teardown: (run) => cleanups.unshift(run) }) })
  await client.connect()
  cleanups.unshift(() => client.end())
  const end = async () => {
    for (const cleanup of cleanups) await cleanup()
  }
  const known = await client.query(`select 1 from pg_available_extensions where name = 'postgis'`)
  if (known.rows.length === 0) {
    await end()
    return null
  }
  await client.query(`create extension postgis; set max_parallel_workers_per_gather = 0; set jit = off; set work_mem = '256MB';
    create table household (id int, grid int, point geometry(point, 4326)); create table grid (id int, outline geometry(polygon, 4326))`)
  for (let from = 0; from < households.length; from += 100_000) {
    const some = households.slice(from, from + 100_000)
    await client.query(
      `insert into household select $1 + n, grid, st_setsrid(st_point(lon, lat), 4326)
       from unnest($2::int[], $3::float8[], $4::float8[]) with ordinality as given(grid, lon, lat, n)`,
      [from, some.map((h) => Number(h.place.slice(-9))), some.map((h) => h.lon), some.map((h) => h.lat)],
    )
  }
  const grids = Array.from({ length: perSide ** 2 }, (_, g) => g)
  await client.query('insert into grid select id, st_geomfromgeojson(outline) from unnest($1::int[], $2::text[]) as given(id, outline)', [
    grids,
    grids.map((g) => JSON.stringify({ type: 'Polygon', coordinates: [gridOutline(g)] })),
  ])
  await client.query(`alter table household add primary key (id); create index on household using gist (point); create index on household (grid);
    create index on grid using gist (outline)`)
  await client.query('vacuum analyze household')
  await client.query('vacuum analyze grid')
  const written = new Map<Ring, string>()
  return {
    async ask(sql, ring) {
      if (!written.has(ring)) {
        const { rows } = await client.query(`select encode(st_asewkb(st_geomfromgeojson($1)), 'hex') as ewkb`, [
          JSON.stringify({ type: 'Polygon', coordinates: [ring] }),
        ])
        written.set(ring, rows[0].ewkb)
      }
      return (await client.query(sql, [written.get(ring)])).rows[0].n
    },
    end,
  }
}

type Case = (typeof cases)[number]

/** The sides in turn, round by round; they have to agree. */
async function measureCase({ corners, share, ring }: Case, index: PointIndex, pass: () => number, peer: Peer | null): Promise<Figure[]> {
  const times = { ours: [] as number[], pass: [] as number[], covers: [] as number[], twoLevel: [] as number[] }
  for (let i = 0; i < 30; i++) match(index, ring)
  const found = match(index, ring)
  for (let round = 0; round < rounds; round++) {
    // Some of each in a row, as the peer's pages too are in its memory: the first after a long query finds the processor's own cold.
    for (let again = 0; again < 5; again++) times.ours.push((await timed(() => match(index, ring))).ms)
    for (let again = 0; again < 5; again++) times.pass.push((await timed(pass)).ms)
    if (!peer) continue
    for (const [side, sql] of [['covers', covers] as const, ['twoLevel', twoLevel] as const]) {
      const theirs = await timed(() => peer.ask(sql, ring))
      if (theirs.answer !== found) throw new Error(`${side} finds ${theirs.answer} households, the index ${found}`)
      if (round > 0) times[side].push(theirs.ms)
    }
  }
  const name = `matching: 1 M households, ${corners} corners, ${share * 100} %`
  const ours = median(times.ours)
  const is10kHalf = corners === 10_000 && share === 0.5
  return [
    ...(peer
      ? [
          faster(name, ours, { name: 'PostGIS ST_Covers, GiST', value: median(times.covers) }, is10kHalf ? 200 : 40),
          faster(name, ours, { name: 'two-level SQL', value: median(times.twoLevel) }, corners === 20 ? 10 : 15),
        ]
      : []),
    faster(name, ours, { name: 'one pass over the coordinates', value: median(times.pass) }, 0.25),
  ]
}

async function growth(at1M: number): Promise<Figure[]> {
  const { ring } = cases.at(-1)!
  const at = async (count: number) => {
    const index = layPoints(makeHouseholds(count))
    tidy()
    for (let i = 0; i < 5; i++) match(index, ring)
    const times: number[] = []
    for (let round = 0; round < rounds; round++) times.push((await timed(() => match(index, ring))).ms)
    return median(times)
  }
  const [at100k, at10M] = [await at(100_000), await at(10 * million)]
  const name = (from: string, to: string, a: number, b: number) =>
    `matching: ${from} to ${to} households (${a.toFixed(2)} to ${b.toFixed(2)} ms)`
  return [
    atMost(name('100 k', '1 M', at100k, at1M), at1M / at100k, 'times', 10),
    atMost(name('1 M', '10 M', at1M, at10M), at10M / at1M, 'times', 10),
  ]
}

export async function matching(): Promise<Figure[]> {
  const households = makeHouseholds(million)
  const rebuilds: number[] = []
  for (let round = 0; round < 3; round++) rebuilds.push((await timed(() => layPoints(households))).ms)
  const index = layPoints(households)
  const lons = Float64Array.from(households, (h) => h.lon!)
  const lats = Float64Array.from(households, (h) => h.lat!)
  const pass = () => onePass(lons, lats)
  for (let i = 0; i < 5; i++) pass()
  const peer = await openPostgis(households)
  if (!peer) console.error('NOT MEASURED: PostGIS is not installed (postgresql-postgis); only our own side is')
  const figures: Figure[] = []
  try {
    for (const one of cases) figures.push(...(await measureCase(one, index, pass, peer)))
  } finally {
    await peer?.end()
  }
  return [
    ...figures,
    atMost('matching: index of 1 M households', index.bytes / million, 'bytes per household', 64),
    atMost('matching: index of 1 M households made anew from what is in memory', median(rebuilds) / 1000, 's', 3),
    ...(await growth(figures.at(-1)!.value)),
    ...rebuild(),
  ]
}
