import fc from 'fast-check'
import gcoordModule from 'gcoord'
import t from 'tap'
import type { Actor, Store } from '../../../src/base/store/store.js'
import { applyImport, undoImport } from '../../../src/register/import/apply-import.js'
import { crossesItself, sharesGround } from '../../../src/register/import/grid-shape.js'
import { isGridFile, type Ring, readGridFile } from '../../../src/register/import/read-grids.js'
import { tryGrids } from '../../../src/register/import/try-grids.js'
import { tryImport } from '../../../src/register/import/try-import.js'
import { writeZip } from '../../../src/register/sheet/zip.js'
import { openRegister } from '../../../src/register/snapshot.js'
import { sampleSeal as seal } from '../../rig/made-store.js'
import { runs } from '../../rig/runs.js'
import { openTestStore, testDatabaseUrl } from '../../rig/store.js'

const gcoord = gcoordModule as unknown as typeof gcoordModule.default
const kind: Store['kind'] = testDatabaseUrl ? 'postgres' : 'embedded'
const admin: Actor = { person: 'p-admin', role: 'admin', scope: '500154002' }
const refusal = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (e: unknown) => e,
  )

const box = (x: number, y: number, size = 0.001): Ring => [
  [x, y],
  [x, y + size],
  [x + size, y + size],
  [x + size, y],
  [x, y],
]
type Drawn = { properties: Record<string, unknown>; rings: Ring[]; more?: Ring[][] }
const geojson = (features: Drawn[], extra = {}) =>
  Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      ...extra,
      features: features.map(({ properties, rings, more }) => ({
        type: 'Feature',
        properties,
        geometry: more ? { type: 'MultiPolygon', coordinates: [rings, ...more] } : { type: 'Polygon', coordinates: rings },
      })),
    }),
  )

/** 三中社区 in GBK, as map programs write the .dbf. */
const gbkName = Buffer.from('c8fdd6d0c9e7c7f8', 'hex')
function shapefile(rings: Ring[][], rows: [code: string, name: Buffer][]) {
  const bodies = rings.map((all) => {
    const points = all.flat()
    const body = Buffer.alloc(44 + 4 * all.length + 16 * points.length)
    body.writeInt32LE(5, 0)
    body.writeInt32LE(all.length, 36)
    body.writeInt32LE(points.length, 40)
    let first = 0
    for (const [i, ring] of all.entries()) {
      body.writeInt32LE(first, 44 + 4 * i)
      first += ring.length
    }
    for (const [i, [x, y]] of points.entries()) {
      body.writeDoubleLE(x, 44 + 4 * all.length + 16 * i)
      body.writeDoubleLE(y, 52 + 4 * all.length + 16 * i)
    }
    return body
  })
  const head = Buffer.alloc(100)
  head.writeInt32BE(9994, 0)
  const shp = Buffer.concat([
    head,
    ...bodies.flatMap((body, i) => {
      const record = Buffer.alloc(8)
      record.writeInt32BE(i + 1, 0)
      record.writeInt32BE(body.length / 2, 4)
      return [record, body]
    }),
  ])
  const field = (name: string, size: number) => {
    const one = Buffer.alloc(32)
    one.write(name, 0, 'latin1')
    one.write('C', 11, 'latin1')
    one[16] = size
    return one
  }
  const top = Buffer.alloc(32)
  top[0] = 3
  top.writeUInt32LE(rows.length, 4)
  top.writeUInt16LE(32 + 64 + 1, 8)
  top.writeUInt16LE(1 + 15 + 20, 10)
  const cell = (bytes: Buffer, size: number) => Buffer.concat([bytes, Buffer.alloc(size - bytes.length, 0x20)])
  const dbf = Buffer.concat([
    ...[top, field('WGBM', 15), field('WGMC', 20), Buffer.from([0x0d])],
    ...rows.map(([code, name]) => Buffer.concat([Buffer.from(' '), cell(Buffer.from(code), 15), cell(name, 20)])),
  ])
  return { shp, dbf }
}
/** Zips bytes as they are: the writer of sheets takes texts, so each file is stored by hand here. */
async function zip(parts: Record<string, Buffer | string>): Promise<Buffer> {
  const pieces: Buffer[] = []
  const texts = Object.entries(parts).map(([name, data]) => ({ name, text: [data as string] }))
  for await (const piece of writeZip(texts)) pieces.push(piece)
  return Buffer.concat(pieces)
}
const wgs84 = 'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]]]'

t.test('rings: what crosses itself and what shares ground', async (t) => {
  t.notOk(crossesItself(box(108, 31)))
  t.ok(
    crossesItself([
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
      [0, 0],
    ]),
    'a bow tie',
  )
  const [a, b, c] = [box(108, 31), box(108.001, 31), box(108.0005, 31)]
  t.notOk(sharesGround([a], [b]), 'neighbours with a common edge')
  t.ok(sharesGround([a], [c]))
  t.ok(sharesGround([a], [a]), 'the same twice')
  t.ok(sharesGround([box(108, 31, 0.01)], [box(108.004, 31.004)]), 'one within the other')
  t.notOk(sharesGround([box(108, 31, 0.01), box(108.004, 31.004, 0.002)], [box(108.0045, 31.0045, 0.001)]), 'in its hole')
  const cross = (x: number, y: number, w: number, h: number): Ring => [
    [x, y],
    [x, y + h],
    [x + w, y + h],
    [x + w, y],
    [x, y],
  ]
  t.ok(sharesGround([cross(0, 0.04, 0.1, 0.02)], [cross(0.04, 0, 0.02, 0.1)]), 'a cross of two')
  fc.assert(
    fc.property(fc.double({ min: -0.003, max: 0.003, noNaN: true }), fc.double({ min: -0.003, max: 0.003, noNaN: true }), (dx, dy) => {
      const lapX = 0.001 - Math.abs(dx)
      const lapY = 0.001 - Math.abs(dy)
      const [one, other] = [[box(108, 31)], [box(108 + dx, 31 + dy)]]
      if (lapX > 2e-4 && lapY > 2e-4) t.ok(sharesGround(one, other))
      else if (lapX < 0 || lapY < 0) t.notOk(sharesGround(one, other))
    }),
  )
})

t.test('a zipped Shapefile in GBK; another ground is refused by its name', async (t) => {
  const { shp, dbf } = shapefile(
    [[box(108.4, 31.1)], [box(108.5, 31.1), [...box(108.5002, 31.1002, 0.0002)].reverse()]],
    [
      ['500154002001201', gbkName],
      ['500154002001202', gbkName],
    ],
  )
  const whole = await zip({ 'grids/a.shp': shp, 'grids/a.DBF': dbf, 'grids/a.prj': wgs84 })
  t.ok(await isGridFile(whole))
  const { encoding, features } = await readGridFile(whole)
  t.equal(encoding, 'Shapefile')
  t.same(features[0], { properties: { WGBM: '500154002001201', WGMC: '三中社区' }, polygons: [[box(108.4, 31.1)]] })
  t.equal(features[1]!.polygons[0]!.length, 2, 'its hole')
  const told = async (parts: Record<string, Buffer | string>, title: RegExp) =>
    t.match(await refusal(readGridFile(await zip(parts))), { kind: 'unreadable', title })
  await told(
    { 'a.shp': shp, 'a.dbf': dbf, 'a.prj': 'PROJCS["CGCS2000_3_Degree_GK_CM_108E",GEOGCS["x"]]' },
    /CGCS2000_3_Degree_GK_CM_108E.*经纬度/,
  )
  await told({ 'a.shp': shp, 'a.dbf': dbf, 'a.prj': 'GEOGCS["GCS_Beijing_1954"]' }, /GCS_Beijing_1954/)
  await told({ 'a.shp': shp }, /缺 .dbf/)
  await told({ 'a.shp': shp, 'b.shp': shp, 'a.dbf': dbf }, /一次只放一个/)
  await told({ 'a.shp': shp.subarray(0, 180), 'a.dbf': dbf }, /重新导出/)
  await fc.assert(
    fc.asyncProperty(fc.nat(shp.length - 1), fc.nat(255), async (at, byte) => {
      const hurt = Buffer.from(shp)
      hurt[at] = byte
      await readGridFile(await zip({ 'a.shp': hurt, 'a.dbf': dbf })).catch((e) => t.match(e, { kind: /unreadable|too-large/ }))
    }),
    runs(100, 11),
  )
})

t.test('in the register', async (t) => {
  const store = await openTestStore(t, kind, 'sample')
  const register = await openRegister(store, seal)
  const deps = { store, register, seal }
  const attempt = (bytes: Buffer, datum: 'wgs84' | 'gcj02' = 'wgs84', mapping = {}) => tryGrids(deps, admin, bytes, datum, mapping)
  const shown = () => JSON.stringify([register.snapshot().grids, register.snapshot().places])
  const exported = () =>
    register.snapshot().grids.map((g) => ({
      properties: { place: g.place, name: g.name, community: g.community, number: g.number, households: g.households, people: g.people },
      rings: g.geometry.coordinates,
    }))

  t.test('what is exported changes nothing, and no sample grid laps over another', async (t) => {
    const { counts, problems, missing } = await attempt(geojson(exported()))
    t.same(missing, [])
    t.same(problems, [])
    t.match(counts, { added: 0, changed: 0, gone: 0, leftOut: 0, unchanged: register.snapshot().grids.length })
  })

  t.test('added, changed, gone and each thing that may be wrong; taken in one press, and undone', async (t) => {
    const before = shown()
    const [first, second] = exported().filter((g) => g.properties.community === '500154002001')
    const far = (x: number) => [box(110 + x, 31)]
    const bow: Ring = [
      [110, 30],
      [110.001, 30.001],
      [110.001, 30],
      [110, 30.001],
      [110, 30],
    ]
    const rows: Drawn[] = [
      { ...first!, properties: { ...first!.properties, name: '改名网格' } },
      { properties: { place: '500154002001301', name: '' }, rings: far(0) },
      { properties: { place: '500154002099001', name: '新一网格', sqmc: '新社区' }, rings: [far(0.1)[0]!.slice(0, 4)] },
      { properties: { place: '500154002001301' }, rings: far(0.2) },
      { properties: { place: '500154002098001' }, rings: far(0.3) },
      { properties: { place: '500199002001001' }, rings: far(0.4) },
      { properties: { name: '无号' }, rings: far(0.5) },
      { properties: { place: '500154002001302' }, rings: [bow] },
      {
        properties: { place: '500154002001303' },
        rings: [
          [
            [110, 30],
            [110, 30.1],
            [110, 30],
          ],
        ],
      },
      { properties: { place: '500154002001304' }, rings: far(0.6), more: [far(0.7)] },
      {
        properties: { place: '500154002001305' },
        rings: [
          [
            [500_000, 3_400_000],
            [500_100, 3_400_000],
            [500_100, 3_400_100],
          ],
        ],
      },
      { properties: { place: '500154002001306', name: '叠网格' }, rings: [box(110.0005, 31)] },
    ]
    const run = await attempt(geojson(rows))
    t.same(
      run.problems.map((p) => [p.line, p.code, p.taken]),
      [
        [3, 'ring-unclosed', true],
        [4, 'grid-twice', false],
        [5, 'community-unknown', false],
        [6, 'grid-not-ours', false],
        [7, 'grid-no-code', false],
        [8, 'ring-crosses', false],
        [9, 'ring-short', false],
        [10, 'several-parts', false],
        [11, 'shape-off-earth', false],
        [2, 'grid-overlaps', true],
      ],
    )
    t.match(run.problems.at(-1)!.column, /三中社区301网格 \/ 叠网格/, 'both are named')
    t.match(run.counts, { rows: 12, taken: 4, leftOut: 8, added: 3, changed: 1, unchanged: 0 })
    t.ok(run.changes.some((c) => c.kind === 'gone' && c.label === second!.properties.place && c.kept))
    t.equal(shown(), before)

    t.match(await applyImport(deps, admin, run.id!), { thing: 'grids', counts: { added: 3, changed: 1 } })
    const after = new Map(register.snapshot().grids.map((g) => [g.place, g]))
    t.match(after.get(first!.properties.place), { name: '改名网格', households: first!.properties.households })
    t.match(after.get('500154002099001'), { community: '500154002099', number: 1, name: '新一网格' })
    t.equal(after.get('500154002099001')!.geometry.coordinates[0]!.length, 5, 'closed')
    t.ok(register.snapshot().places.some((p) => p.place === '500154002099' && p.name === '新社区'))
    t.ok(after.has(second!.properties.place), 'who is not in the file stays')

    const sheet = Buffer.from('网格,住址\n新一网格,1栋1单元101室\n')
    const moved = await tryImport(deps, admin, sheet, 'wgs84', {})
    await applyImport(deps, admin, moved.id!)
    t.match(await refusal(undoImport(deps, admin, run.id!)), { kind: 'conflict' }, 'a later import stands on it')
    await undoImport(deps, admin, moved.id!)
    await undoImport(deps, admin, run.id!)
    t.equal(shown(), before)
  })

  t.test('a datum of a Chinese map service is shifted; headings may be said', async (t) => {
    const point = gcoord.transform([108.4, 31.1], gcoord.WGS84, gcoord.GCJ02) as [number, number]
    const file = geojson([{ properties: { 社区: '三中社区', 号码: '77' }, rings: [box(...point)] }])
    t.same((await attempt(file)).missing, ['gridCode'])
    const run = await attempt(file, 'gcj02', { 号码: 'gridNumber' })
    t.match(run.changes[0], { kind: 'added', label: '500154002001077' })
    await applyImport(deps, admin, run.id!)
    const [x, y] = register.snapshot().grids.find((g) => g.place === '500154002001077')!.geometry.coordinates[0]![0]!
    t.ok(Math.abs(x - 108.4) < 2e-5 && Math.abs(y - 31.1) < 2e-5)
    await undoImport(deps, admin, run.id!)
  })

  t.test('what is no GeoJSON of polygons is refused in words', async (t) => {
    const told = async (bytes: Buffer, title: RegExp) => t.match(await refusal(attempt(bytes)), { kind: 'unreadable', title })
    await told(Buffer.from('{"type":'), /重新导出/)
    await told(Buffer.from('{"type":"Feature"}'), /FeatureCollection/)
    await told(geojson([]), /没有网格边界/)
    await told(geojson([], { crs: { properties: { name: 'urn:ogc:def:crs:EPSG::4547' } } }), /坐标系/)
  })
})
