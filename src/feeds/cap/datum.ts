import { toWgs84 } from '../../base/datum.js'
import type { BulletinArea } from '../bulletin.js'
import type { SourceSettings } from '../source-settings.js'

type Point = [number, number]

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
