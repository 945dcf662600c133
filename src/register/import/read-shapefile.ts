import { isUtf8 } from 'node:buffer'
import { Problem } from '../../base/problem.js'
import { readWhole, type ZipEntry } from '../sheet/zip.js'
import type { GridFeature, Ring } from './read-grids.js'

const broken = (detail: string) => new Problem('unreadable', 'Shapefile 不完整:请重新导出', `the shapefile cannot be read: ${detail}`)
const partOf = (parts: Map<string, ZipEntry>, ending: string) =>
  [...parts.values()].filter(({ name }) => name.toLowerCase().endsWith(ending) && !name.startsWith('__MACOSX'))

export const hasShapes = (parts: Map<string, ZipEntry>): boolean => partOf(parts, '.shp').length > 0

/** A zipped Shapefile: outlines (.shp), what is said of each (.dbf, often GBK) and on which ground it is drawn (.prj). */
export async function readShapefile(parts: Map<string, ZipEntry>): Promise<GridFeature[]> {
  const [shp, ...more] = partOf(parts, '.shp')
  if (more.length > 0)
    throw new Problem('unreadable', '压缩包里有几个图层:一次只放一个', 'several .shp in the archive; one layer at a time')
  const [dbf] = partOf(parts, '.dbf')
  if (!shp || !dbf)
    throw new Problem('unreadable', '压缩包里缺 .dbf(网格的编码和名称在里面)', 'the archive lacks the .dbf with codes and names')
  const [prj] = partOf(parts, '.prj')
  if (prj) refuseOtherGround((await readWhole(prj)).toString('utf8'))
  const [cpg] = partOf(parts, '.cpg')
  const records = readRecords(await readWhole(dbf), cpg && (await readWhole(cpg)).toString('latin1'))
  return readShapes(await readWhole(shp)).flatMap((polygons, i) => (records[i] ? [{ properties: records[i], polygons }] : []))
}

/** Degrees on WGS-84 or CGCS2000 (the same within a metre); metres on a plane, or an older datum, would put a grid elsewhere. */
function refuseOtherGround(text: string): void {
  const name = /"([^"]{1,60})"/.exec(text)?.[1] ?? text.slice(0, 40)
  const isPlane = /^\s*PROJ/i.test(text)
  if (!isPlane && /WGS.{0,3}(19)?84|CGCS.?2000|China.{0,10}2000/i.test(text)) return
  throw new Problem(
    'unreadable',
    `坐标系“${name}”不认识:请在制图软件里另存为 WGS-84 或 CGCS2000 经纬度`,
    `the coordinate system ${name} is ${isPlane ? 'projected' : 'not known'}; export longitude and latitude on WGS-84 or CGCS2000`,
  )
}

/** Outlines in the order of the records; null shapes and those that are no polygons are empty. */
function readShapes(bytes: Buffer): Ring[][][] {
  if (bytes.length < 100 || bytes.readInt32BE(0) !== 9994) throw broken('no .shp header')
  const shapes: Ring[][][] = []
  for (let at = 100; at + 12 <= bytes.length; ) {
    const size = bytes.readInt32BE(at + 4) * 2
    const body = bytes.subarray(at + 8, at + 8 + size)
    if (size < 4 || body.length < size) throw broken(`record ${shapes.length + 1} is cut off`)
    shapes.push([5, 15, 25].includes(body.readInt32LE(0)) ? polygonsOf(body) : [])
    at += 8 + size
  }
  return shapes
}

function polygonsOf(body: Buffer): Ring[][] {
  if (body.length < 44) throw broken('an outline is cut off')
  const [partCount, pointCount] = [body.readInt32LE(36), body.readInt32LE(40)]
  const points = 44 + 4 * partCount
  if (partCount < 0 || pointCount < 0 || points + 16 * pointCount > body.length) throw broken('an outline is cut off')
  const starts = Array.from({ length: partCount }, (_, i) => body.readInt32LE(44 + 4 * i))
  if (starts.some((start, i) => start < (starts[i - 1] ?? 0) || start > pointCount))
    throw broken('the rings of an outline are not in order')
  const rings = starts.map((start, i) => {
    const ring: Ring = []
    for (let p = start; p < (starts[i + 1] ?? pointCount); p++)
      ring.push([body.readDoubleLE(points + 16 * p), body.readDoubleLE(points + 16 * p + 8)])
    return ring
  })
  // Outer rings run clockwise, holes the other way; a hole belongs to the outer ring before it.
  const polygons: Ring[][] = []
  for (const ring of rings) {
    if (polygons.length === 0 || turn(ring) < 0) polygons.push([ring])
    else polygons.at(-1)!.push(ring)
  }
  return polygons
}
const turn = (ring: Ring): number =>
  ring.reduce((sum, [x, y], i) => sum + x * ring[(i + 1) % ring.length]![1] - ring[(i + 1) % ring.length]![0] * y, 0)

function readRecords(bytes: Buffer, said: string | undefined): (Record<string, string> | null)[] {
  if (bytes.length < 33) throw broken('no .dbf header')
  const [count, from, size] = [bytes.readUInt32LE(4), bytes.readUInt16LE(8), bytes.readUInt16LE(10)]
  if (size === 0 || from + count * size > bytes.length) throw broken('the .dbf is cut off')
  const isWide = said ? /utf-?8/i.test(said) : isUtf8(bytes.subarray(32, from)) && isUtf8(bytes.subarray(from, from + count * size))
  const decoder = new TextDecoder(isWide ? 'utf-8' : 'gb18030')
  const text = (part: Buffer) =>
    decoder
      .decode(part)
      .replace(/\0[\s\S]*/, '')
      .trim()
  const fields: { name: string; at: number; size: number }[] = []
  for (let [at, offset] = [32, 1]; at + 32 <= from && bytes[at] !== 0x0d; at += 32) {
    fields.push({ name: text(bytes.subarray(at, at + 11)), at: offset, size: bytes[at + 16]! })
    offset += bytes[at + 16]!
  }
  return Array.from({ length: count }, (_, i) => {
    const row = bytes.subarray(from + i * size, from + (i + 1) * size)
    if (row[0] === 0x2a) return null
    return Object.fromEntries(fields.map((f) => [f.name, text(row.subarray(f.at, f.at + f.size)).replace(/^(\d+)\.0+$/, '$1')]))
  })
}
