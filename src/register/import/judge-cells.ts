import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { riskTags, tagOf } from '../risk-tags.js'
import type { ProblemCode } from './problems.js'

export interface Door {
  building: string
  unit: number
  floor: number
  room: string
}
const chinese: Record<string, string> = { 一: '1', 二: '2', 三: '3', 四: '4', 五: '5', 六: '6', 七: '7', 八: '8', 九: '9' }
const wholeOf = (text: string | undefined): number | null => {
  const digits = text
    ?.normalize('NFKC')
    .replace(/[一二三四五六七八九]/g, (c) => chinese[c]!)
    .match(/-?\d+/)?.[0]
  return digits === undefined ? null : Number(digits)
}
/** 502 is on the 5th floor, 1203 on the 12th; a number without a floor in it is on the ground. */
const floorOf = (room: string): number => {
  const digits = /\d+/.exec(room)?.[0] ?? ''
  return digits.length >= 3 ? Number(digits.slice(0, -2)) : 1
}
const trimBuilding = (text: string) => text.replace(/[\s,,-]+$/, '').replace(/^([0-9A-Za-z]+)(栋|幢|座|号楼|楼)$/, '$1')
const trimRoom = (text: string) => text.replace(/(?<=\d)(室|房)$/, '')

export function doorOfCells(cells: { building: string; unit: string; floor: string; room: string }): Door | null {
  const building = trimBuilding(cells.building.normalize('NFKC').trim())
  const room = trimRoom(cells.room.normalize('NFKC').trim())
  if (!building || !room) return null
  return { building, room, unit: wholeOf(cells.unit) ?? 1, floor: wholeOf(cells.floor) ?? floorOf(room) }
}

const tail = '[\\s,-]*(?:([一二三四五六七八九]|-?\\d+)[楼层])?[\\s,-]*((?:[A-Za-z]?\\d+(?:-\\d+)?|附\\d+)(?:室|号|房)?)$'
/** With a unit in it anything may be the building; without one it ends in a word for a building. */
const withUnit = new RegExp(`^(.+?)[\\s,-]*([一二三四五六七八九]|\\d+)单元${tail}`)
const withoutUnit = new RegExp(`^(.*?(?:栋|幢|座|号楼|号院|院|苑|组|宿舍|楼))()${tail}`)
const dashed = /^(.*?)(\d+)(?:栋|幢)?-(\d+)-(\d{1,4})(?:室|号)?$/

/** 滨河苑3栋2单元5楼502室, 3-2-502, 平山三组12号. Null when no door can be read out of it. */
export function doorOfAddress(address: string): Door | null {
  const text = address.normalize('NFKC').replace(/\s+/g, '')
  const short = dashed.exec(text)
  if (short) {
    const building = short[1] ? `${short[1]}${short[2]}栋` : short[2]!
    return { building, unit: Number(short[3]), room: short[4]!, floor: floorOf(short[4]!) }
  }
  const m = withUnit.exec(text) ?? withoutUnit.exec(text)
  if (!m?.[1]) return null
  const room = trimRoom(m[4]!)
  return { building: trimBuilding(m[1]), unit: wholeOf(m[2]) ?? 1, floor: wholeOf(m[3]) ?? floorOf(room), room }
}

/** Every number of a cell in E.164, 16x and 19x and landlines with their area code included. */
export function phonesOf(cell: string): { phones: string[]; problem: ProblemCode | null } {
  const text = cell.normalize('NFKC').replace(/[((][^))]*[))]/g, ' ')
  if (/\d\.\d+e\+?\d+/i.test(text)) return { phones: [], problem: 'phone-rounded' }
  const phones = new Set<string>()
  let problem: ProblemCode | null = null
  for (const part of text.split(/[、,,;;/|\n]+/)) {
    if (!part.trim()) continue
    const whole = e164(part)
    const all = whole
      ? [whole]
      : part
          .split(/\s+/)
          .filter((p) => /\d/.test(p))
          .map(e164)
    for (const phone of all) {
      if (phone) phones.add(phone)
      else problem = 'phone-bad'
    }
    if (all.length === 0) problem = 'phone-bad'
  }
  return { phones: [...phones], problem }
}
/** What the library says of one mobile number of China it says of all that begin with the same five digits: asked once. */
const mobiles = new Map<string, boolean>()
function e164(text: string): string | null {
  if (!/^1[3-9]\d{9}$/.test(text)) return judgeAny(text)
  const start = text.slice(0, 5)
  const known = mobiles.get(start) ?? judgeAny(text) !== null
  mobiles.set(start, known)
  return known ? `+86${text}` : null
}
/** By libphonenumber itself. */
export function judgeAny(text: string): string | null {
  const phone = parsePhoneNumberFromString(text.replace(/[^\d+\s-]/g, ''), 'CN')
  return phone?.isValid() && !phone.ext ? phone.number : null
}

export function peopleOf(cell: string): number | null {
  const m = /^(\d{1,2})人?$/.exec(cell.normalize('NFKC').trim())
  return m && Number(m[1]) >= 1 ? Number(m[1]) : null
}

const order: readonly string[] = riskTags
export const inOrder = (tags: Iterable<string>): string[] =>
  [...new Set(tags)].sort((a, b) => order.indexOf(a) - order.indexOf(b) || (a < b ? -1 : 1))

/** Words of risk to tags of the closed list. An empty cell says nothing (null); 无 says that there is none. */
export function tagsOf(cell: string): { tags: string[] | null; unknown: boolean } {
  const words = cell
    .normalize('NFKC')
    .toLowerCase()
    .split(/[\s、,,;;/|+]+/)
    .filter(Boolean)
  if (words.length === 0) return { tags: null, unknown: false }
  if (words.every((w) => /^(无|没有|正常|一般|否|none)$/.test(w))) return { tags: [], unknown: false }
  const found = words.map(tagOf)
  const tags = inOrder(found.filter((tag) => tag !== undefined))
  // Where nothing was understood, nothing is taken away.
  return { tags: tags.length > 0 ? tags : null, unknown: found.includes(undefined) }
}

export function atHomeOf(cell: string): boolean | null | 'unclear' {
  const word = cell.normalize('NFKC').trim()
  if (!word) return null
  if (/^(在家|是|常住|在住|居住|yes|y|1)$/i.test(word)) return true
  if (/^(外出|否|不在家|在外|外地|空置|空户|外出务工|no|n|0)$/i.test(word)) return false
  return 'unclear'
}
