import { z } from 'zod'
import { Problem } from '../../base/problem.js'
import { isZip, readZip } from '../sheet/zip.js'
import { hasShapes, readShapefile } from './read-shapefile.js'

export type Ring = [number, number][]
/** One outline of a file, as it is written there. */
export interface GridFeature {
  properties: Record<string, string>
  polygons: Ring[][]
}
export interface GridFile {
  encoding: 'GeoJSON' | 'Shapefile'
  features: GridFeature[]
}

const mostText = 20 * 1024 * 1024
const mostGrids = 20_000
const position = z.tuple([z.number(), z.number()]).rest(z.number())
const rings = z.array(z.array(position))
const feature = z.object({
  properties: z.record(z.string(), z.unknown()).nullable().default({}),
  geometry: z
    .discriminatedUnion('type', [
      z.object({ type: z.literal('Polygon'), coordinates: rings }),
      z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(rings) }),
    ])
    .nullable()
    .catch(null),
})
const collection = z.object({ type: z.literal('FeatureCollection'), crs: z.unknown().optional(), features: z.array(feature) })

/** Outlines of grids come as GeoJSON or as a zipped Shapefile; anything else is a sheet. */
export async function isGridFile(bytes: Buffer): Promise<boolean> {
  if (isZip(bytes)) return hasShapes(await readZip(bytes))
  return /^\ufeff?\s*\{/.test(bytes.subarray(0, 64).toString('utf8'))
}

export async function readGridFile(bytes: Buffer): Promise<GridFile> {
  const file: GridFile = isZip(bytes)
    ? { encoding: 'Shapefile', features: await readShapefile(await readZip(bytes)) }
    : { encoding: 'GeoJSON', features: readGeojson(bytes) }
  if (file.features.length > mostGrids)
    throw new Problem('too-large', `一次最多 ${mostGrids} 个网格`, `at most ${mostGrids} grids in a file`)
  if (file.features.length === 0) throw new Problem('unreadable', '文件里没有网格边界', 'no outline in the file')
  return file
}

function readGeojson(bytes: Buffer): GridFeature[] {
  if (bytes.length > mostText) throw new Problem('too-large', 'GeoJSON 超过 20 MB:请按社区分开', 'split the file by community')
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''))
  } catch {
    throw new Problem('unreadable', '不是完整的 GeoJSON:请重新导出', 'the JSON is broken; export it again')
  }
  const read = collection.safeParse(value)
  if (!read.success) {
    const where = read.error.issues[0]!
    throw new Problem('unreadable', 'GeoJSON 里要有 FeatureCollection 和多边形', 'a FeatureCollection of polygons is expected', [
      { path: where.path.join('.'), message: where.message },
    ])
  }
  const ground = JSON.stringify(read.data.crs ?? '')
  if (read.data.crs && !/CRS84|4326|4490/.test(ground))
    throw new Problem('unreadable', '坐标系不认识:请另存为 WGS-84 或 CGCS2000 经纬度', `the crs ${ground.slice(0, 80)} is not known`)
  return read.data.features.map(({ properties, geometry }) => ({
    properties: Object.fromEntries(
      Object.entries(properties ?? {}).map(([name, said]) => [name, said === null ? '' : String(said).trim()]),
    ),
    polygons: (!geometry ? [] : geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates).map((all) =>
      all.map((ring) => ring.map(([lon, lat]) => [lon, lat] as [number, number])),
    ),
  }))
}
