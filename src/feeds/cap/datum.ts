import gcoordModule from 'gcoord'
import type { BulletinArea } from '../bulletin.js'
import type { SourceSettings } from '../source-settings.js'

// What its types call the default export is, in Node, the module itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default
type Point = [number, number]

/** A point of a Chinese map service on WGS-84: off by up to 600 m otherwise, a whole grid. Outside China nothing is shifted. */
export function toWgs84(point: Point, datum: SourceSettings['datum']): Point {
  if (datum === 'wgs84') return point
  const [lon, lat] = gcoord.transform(point, datum === 'gcj02' ? gcoord.GCJ02 : gcoord.BD09, gcoord.WGS84)
  return [round(lon), round(lat)]
}

/** Every point of an area, the centres of circles too. A ring stays closed: equal points are shifted equally. */
export function areaToWgs84(area: BulletinArea, datum: SourceSettings['datum']): BulletinArea {
  if (datum === 'wgs84') return area
  const shift = (ring: Point[]) => ring.map((point) => toWgs84(point, datum))
  return {
    ...area,
    polygons: area.polygons.map(shift),
    ...(area.holes ? { holes: area.holes.map(shift) } : {}),
    circles: area.circles.map((circle) => {
      const [lon, lat] = toWgs84([circle.lon, circle.lat], datum)
      return { ...circle, lon, lat }
    }),
  }
}

/** 0.1 m is finer than the datum is known. */
const round = (degrees: number) => Math.round(degrees * 1e6) / 1e6
