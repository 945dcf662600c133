import type { BulletinArea } from '../bulletin.js'
import { readChinaTime } from './china-time.js'

/** "41062241600000_20230605160643": place (GB/T 2260), office (416 = weather), time; sometimes a serial number after it. */
export interface UnitIdentifier {
  /** Six digits: the county, city or province that speaks. */
  place: string
  at: Date
}

export function readUnitIdentifier(identifier: string): UnitIdentifier | null {
  const found = /^([1-9]\d{5})\d{8}_(\d{14})(?:_\d{1,2})?$/.exec(identifier)
  const at = found ? readChinaTime(found[2]!) : null
  return at ? { place: found![1]!, at } : null
}

/** Where only a headline is known, the area is that of the office that speaks. The code is kept as it is: not filled up with zeros. */
export function unitArea(identifier: string, name: string): BulletinArea | null {
  const unit = readUnitIdentifier(identifier)
  if (!unit) return null
  return areaOf(name || unit.place, [unit.place])
}

export const areaOf = (description: string, codes: string[]): BulletinArea => ({
  description,
  polygons: [],
  circles: [],
  geocodes: codes.map((value) => ({ name: '行政区划代码', value })),
  unplaced: false,
})
