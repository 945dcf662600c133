import { scanRing } from './scan-ring.js'
import { splitRing } from './split-ring.js'

/** Pure reading of CAP's polygons and circles: "lat,lon lat,lon …" and "lat,lon radius". */
export interface ShapeFault {
  code: string
  severity: 'remark' | 'error'
  message: string
  messageEn: string
}
export interface ReadPolygon {
  /** Longitude first, closed, within ±180: two where it crosses the antimeridian; null when it cannot be trusted. */
  rings: [number, number][][] | null
  faults: ShapeFault[]
}

const number = /^[-+]?(?:\d+\.?\d*|\.\d+)$/
const remark = (code: string, message: string, messageEn: string): ShapeFault => ({ code, severity: 'remark', message, messageEn })
const error = (code: string, message: string, messageEn: string): ShapeFault => ({ code, severity: 'error', message, messageEn })

/** A ring read half-right lies somewhere else: one bad point rejects the whole ring, and the area waits for an officer. */
export function readPolygon(text: string): ReadPolygon {
  const faults: ShapeFault[] = []
  const ring = scanRing(text) ?? readRing(text, faults)
  if (!ring) return { rings: null, faults }
  const distinct = countDistinct(ring)
  if (distinct < 3) {
    const fault = error(
      'polygon-too-few',
      `多边形只有 ${distinct} 个不同的点,围不成区域`,
      `the polygon has only ${distinct} distinct points`,
    )
    return { rings: null, faults: [...faults, fault] }
  }
  const first = ring[0]!
  const last = ring[ring.length - 1]!
  if (first[0] !== last[0] || first[1] !== last[1]) {
    ring.push([first[0], first[1]])
    faults.push(remark('polygon-not-closed', '多边形首尾两点不相同,已自动闭合', 'the ring was not closed; it was closed for you'))
  }
  return onEarth(ring, faults)
}

/** Point by point, with words for what is wrong. */
function readRing(text: string, faults: ShapeFault[]): [number, number][] | null {
  const ring: [number, number][] = []
  for (const pair of pairsOf(text, faults)) {
    // Beyond ±180 a longitude may still be meant; the whole ring tells.
    const point = readPoint(pair, 360)
    if ('fault' in point) {
      faults.push(point.fault)
      return null
    }
    ring.push([point.lon, point.lat])
  }
  return ring
}

/** Up to three: more is not asked. */
function countDistinct(ring: [number, number][]): number {
  const found: [number, number][] = []
  for (const point of ring) {
    if (found.some(([lon, lat]) => lon === point[0] && lat === point[1])) continue
    if (found.push(point) === 3) break
  }
  return found.length
}

function onEarth(ring: [number, number][], faults: ShapeFault[]): ReadPolygon {
  const split = splitRing(ring)
  if ('fault' in split) {
    const fault =
      split.fault === 'too-wide'
        ? error(
            'coordinate-out-of-range',
            '多边形有一个点的经度超出范围,和前后的点相距太远',
            'a longitude is out of range and far from its neighbours',
          )
        : error('polygon-around-pole', '多边形绕极点一圈,围不成平面上的区域', 'the polygon goes around a pole')
    return { rings: null, faults: [...faults, fault] }
  }
  if (split.changed === 'split')
    faults.push(remark('antimeridian', '多边形跨过 180 度经线,已分成两块', 'the polygon crosses the antimeridian; it was cut in two'))
  if (split.changed === 'turned')
    faults.push(remark('longitude-turned', '经度超过 180 度,已换算', 'longitudes beyond 180 were brought into range'))
  return { rings: split.rings, faults }
}

export interface ReadCircle {
  circle: { lon: number; lat: number; radiusKm: number } | null
  faults: ShapeFault[]
}

export function readCircle(text: string): ReadCircle {
  const faults: ShapeFault[] = []
  const parts = pairsOf(text, faults)
  const [pair, radius] = parts
  if (parts.length !== 2 || !number.test(radius!)) {
    const fault = error('circle-unreadable', `圆的写法不对(应为“纬度,经度 半径公里”):${clip(text)}`, 'a circle must read "lat,lon radius"')
    return { circle: null, faults: [...faults, fault] }
  }
  const point = readPoint(pair!, 180)
  if ('fault' in point) return { circle: null, faults: [...faults, point.fault] }
  const radiusKm = Number(radius)
  if (radiusKm < 0 || radiusKm > 20_100) {
    return { circle: null, faults: [...faults, error('circle-radius', `圆的半径 ${clip(radius!)} 公里不可能`, 'the radius is impossible')] }
  }
  if (radiusKm === 0) faults.push(remark('circle-point', '圆的半径是 0,表示一个点', 'zero radius: the circle is a point'))
  return { circle: { lon: point.lon, lat: point.lat, radiusKm }, faults }
}

/** White space between points; a blank after a comma still leaves one reading only, and is told as a fault of the sender. */
function pairsOf(text: string, faults: ShapeFault[]): string[] {
  let clean = text.trim()
  if (/[()]/.test(clean)) {
    clean = clean.replace(/[()]/g, ' ').trim()
    faults.push(remark('parentheses', '坐标里有多余的括号,已去掉', 'parentheses among the coordinates were removed'))
  }
  if (/\s,|,\s/.test(clean)) {
    clean = clean.replace(/\s*,\s*/g, ',')
    faults.push(error('blank-in-pair', '坐标的逗号旁边有空格,已按一对读', 'blanks beside the comma of a coordinate pair'))
  }
  if (clean === '') return []
  return pairUp(clean, faults) ?? clean.split(/\s+/)
}

/** A list of nothing but numbers, with one sign between all of them, can only be meant pair by pair. */
function pairUp(clean: string, faults: ShapeFault[]): string[] | null {
  if (clean.length > 100_000 || !/^[-+\d.]+(?:,[-+\d.]+){5,}$|^[-+\d.]+(?:\s+[-+\d.]+){5,}$/.test(clean)) return null
  const numbers = clean.split(/[,\s]+/)
  if (numbers.length % 2 !== 0) return null
  faults.push(error('unpaired', '坐标没有一对一对地写,已按“纬度 经度”两两成对读', 'the numbers are not paired; they were read two by two'))
  return numbers.flatMap((lat, i) => (i % 2 === 0 ? [`${lat},${numbers[i + 1]}`] : []))
}

function readPoint(pair: string, furthest: 180 | 360): { lat: number; lon: number } | { fault: ShapeFault } {
  const comma = pair.indexOf(',')
  const [first, second] = [pair.slice(0, comma), pair.slice(comma + 1)]
  if (comma < 0 || !number.test(first) || !number.test(second))
    return { fault: error('coordinate-unreadable', `坐标“${clip(pair)}”读不懂(应为“纬度,经度”)`, `"${clip(pair)}" is not "lat,lon"`) }
  const lat = Number(first)
  const lon = Number(second)
  if (Math.abs(lat) > 90 || Math.abs(lon) > furthest) {
    const swapped = Math.abs(lon) <= 90 && Math.abs(lat) <= 180 ? ',可能是经度和纬度写反了' : ''
    return {
      fault: error('coordinate-out-of-range', `坐标“${clip(pair)}”超出了地球的范围${swapped}`, `"${clip(pair)}" is out of range`),
    }
  }
  return { lat, lon }
}

const clip = (text: string) => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
