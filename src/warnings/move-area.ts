import type { WarningArea } from './warning.js'

type Point = [number, number]

/**
 * The same shapes, moved so that the middle of the largest lies on the target: any real file can be tried at home. Codes belong to
 * the place they came from, so without a shape the code of our own place stands instead.
 */
export function moveAreas(areas: WarningArea[], target: Point, place: string): WarningArea[] {
  const shapes = areas.filter((a) => a.polygons.length + a.circles.length > 0)
  if (shapes.length === 0) {
    return [
      {
        description: '移到本街道(演练)',
        polygons: [],
        circles: [],
        geocodes: [{ name: '行政区划代码', value: place.padEnd(12, '0') }],
        unplaced: false,
      },
    ]
  }
  const middle = middleOf(shapes)
  // A degree of longitude is shorter away from the equator: the shape keeps its width in kilometres.
  const stretch = Math.min(4, Math.cos(radians(middle[1])) / Math.max(0.2, Math.cos(radians(target[1]))))
  const move = ([lon, lat]: Point): Point => [
    round(clamp(target[0] + (lon - middle[0]) * stretch, 180)),
    round(clamp(target[1] + (lat - middle[1]), 90)),
  ]
  return shapes.map((area) => ({
    description: `${area.description}(移到本街道,演练)`,
    polygons: area.polygons.map((ring) => ring.map(move)),
    ...(area.holes ? { holes: area.holes.map((ring) => ring.map(move)) } : {}),
    circles: area.circles.map((c) => {
      const [lon, lat] = move([c.lon, c.lat])
      return { lon, lat, radiusKm: Math.max(1, c.radiusKm) }
    }),
    geocodes: [],
    unplaced: false,
  }))
}

function middleOf(areas: WarningArea[]): Point {
  const boxes = areas.flatMap((a) => a.polygons.map(boxOf))
  const largest = boxes.sort((a, b) => b.size - a.size)[0]
  if (largest) return largest.middle
  const circle = areas.flatMap((a) => a.circles)[0]!
  return [circle.lon, circle.lat]
}

function boxOf(ring: Point[]): { middle: Point; size: number } {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [lon, lat] of ring) {
    west = Math.min(west, lon)
    east = Math.max(east, lon)
    south = Math.min(south, lat)
    north = Math.max(north, lat)
  }
  return { middle: [(west + east) / 2, (south + north) / 2], size: (east - west) * (north - south) }
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const clamp = (value: number, most: number) => Math.max(-most, Math.min(most, value))
const round = (value: number) => Math.round(value * 1e6) / 1e6
