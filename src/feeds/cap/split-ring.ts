type Point = [number, number]

/** A ring that is on the earth as written, or why it cannot be. */
export type Split = { rings: Point[][]; changed: 'split' | 'turned' | null } | { fault: 'too-wide' | 'around-pole' }

/**
 * A side longer than this, beside a place where longitudes run over ±180, is a typing error (208.39 for 108.39) and no ocean:
 * wherever it is put, somebody is missed.
 */
const longestSide = 60

/**
 * A closed ring across the antimeridian becomes two rings that each stay within ±180. It is told by a longitude beyond ±180 or
 * by a jump of more than 180 from one point to the next; a jump of exactly 360 is the edge of a map of the world and stays.
 */
export function splitRing(ring: Point[]): Split {
  const crosses = ring.some(([lon], i) => {
    const jump = i === 0 ? 0 : Math.abs(lon - ring[i - 1]![0])
    return Math.abs(lon) > 180 || (jump > 180 && jump < 360)
  })
  if (!crosses) return { rings: [ring], changed: null }
  const flat = unroll(ring)
  if (flat.some(([lon], i) => i > 0 && Math.abs(lon - flat[i - 1]![0]) > longestSide)) return { fault: 'too-wide' }
  if (Math.abs(flat[flat.length - 1]![0] - flat[0]![0]) > 1e-6) return { fault: 'around-pole' }
  const west = flat.reduce((least, [lon]) => Math.min(least, lon), Number.POSITIVE_INFINITY)
  const turn = Math.floor((west + 180) / 360) * 360
  const home = flat.map(([lon, lat]): Point => [lon - turn, lat])
  const east = home.reduce((most, [lon]) => Math.max(most, lon), Number.NEGATIVE_INFINITY)
  if (east - (west - turn) >= 360) return { fault: 'too-wide' }
  if (east <= 180) return { rings: [home], changed: 'turned' }
  const beyond = home.map(([lon, lat]): Point => [lon - 360, lat])
  return {
    rings: [cut(home, (lon) => lon <= 180, 180), cut(beyond, (lon) => lon >= -180, -180)].filter((r) => r.length >= 4),
    changed: 'split',
  }
}

/** Each longitude is written so that it lies next to the one before. */
function unroll(ring: Point[]): Point[] {
  const flat: Point[] = []
  for (const [lon, lat] of ring) {
    const before = flat[flat.length - 1]?.[0] ?? lon
    flat.push([lon + 360 * Math.round((before - lon) / 360), lat])
  }
  return flat
}

/** The part of a closed ring on one side of a meridian, closed along it. */
function cut(ring: Point[], isIn: (lon: number) => boolean, meridian: number): Point[] {
  const part: Point[] = []
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!]
    if (isIn(a[0])) part.push(a)
    if (isIn(a[0]) !== isIn(b[0])) part.push([meridian, a[1] + ((meridian - a[0]) / (b[0] - a[0])) * (b[1] - a[1])])
  }
  if (part.length > 0) part.push(part[0]!)
  return part
}
