import type { BulletinArea } from '../bulletin.js'
import { readCircle, readPolygon, type ShapeFault } from '../cap/cap-area.js'
import { areaToWgs84 } from '../cap/datum.js'
import { childNamed, childrenNamed, type Notes, textOf } from '../cap/notes.js'
import { areaOf, unitArea } from '../chinese/issuing-unit.js'
import type { SourceSettings } from '../source-settings.js'
import type { XmlElement } from '../xml/read-xml.js'

interface ReadAreas {
  areas: BulletinArea[]
  counts: { areas: number; polygons: number; circles: number }
}
const mostCodes = 2000

/** Names and 12-digit codes stand in two lists with commas, side by side, the first one twice. */
export function readAreas(info: XmlElement, identifier: string, notes: Notes, datum: SourceSettings['datum']): ReadAreas {
  const elements = childrenNamed(info, 'area')
  const areas = elements.flatMap((e) => readArea(e, notes)).map((a) => areaToWgs84(a, datum))
  const filled = (name: string) => elements.flatMap((e) => childrenNamed(e, name)).filter((e) => e.text.trim() !== '').length
  const counts = { areas: elements.length, polygons: filled('polygon'), circles: filled('circle') }
  if (areas.length > 0) return { areas, counts }
  const unit = unitArea(identifier, '')
  if (unit)
    notes.add(
      'error',
      'area-from-unit',
      info,
      '没有写影响区域,按发布单位所在的县区算,请值班员确认',
      'no area: that of the issuing office is taken',
    )
  return { areas: unit ? [unit] : [], counts }
}

/** An outline is finer than the codes beside it: both stay in one area. */
function readArea(element: XmlElement, notes: Notes): BulletinArea[] {
  const coded = codedAreas(element, notes)
  const shaped = shapedArea(element, notes)
  return shaped ? [{ ...shaped, geocodes: coded.flatMap((a) => a.geocodes) }] : coded
}

function codedAreas(element: XmlElement, notes: Notes): BulletinArea[] {
  const names = listOf(textOf(element, 'areaDesc'))
  const geocodes = childrenNamed(element, 'geocode')
  const codes = geocodes.flatMap((g) => listOf(textOf(g, 'value') || g.text)).slice(0, mostCodes)
  const plain = geocodes.find((g) => g.children.length === 0 && g.text.trim() !== '')
  if (plain) notes.add('remark', 'geocode-as-text', plain, '地区编码直接写成文字,没有 valueName 和 value', 'geocode is plain text')
  const good = codes.filter((code) => /^[1-9]\d{5}(?:\d{3}){0,3}$/.test(code))
  if (good.length < codes.length)
    notes.add(
      'error',
      'geocode-unreadable',
      geocodes[0]!,
      `有 ${codes.length - good.length} 个地区编码不是 6 到 15 位数字,已略过,请值班员确认范围`,
      'some codes are not administrative codes',
    )
  if (good.length === 0) {
    // Codes that nobody can read may be ours.
    return names.length === 0 && codes.length === 0 ? [] : [{ ...areaOf([...new Set(names)].join('、'), []), unplaced: codes.length > 0 }]
  }
  if (names.length !== codes.length || good.length < codes.length) {
    if (names.length !== codes.length)
      notes.add(
        'remark',
        'area-lists-differ',
        childNamed(element, 'areaDesc') ?? element,
        `地名 ${names.length} 个,编码 ${codes.length} 个,对不上,以编码为准`,
        'names and codes are not of one number; the codes count',
      )
    return [areaOf([...new Set(names)].join('、'), [...new Set(good)])]
  }
  return [...new Map(codes.map((code, i) => [code, names[i]!]))].map(([code, name]) => areaOf(name, [code]))
}

const listOf = (text: string): string[] =>
  text
    .split(/[,\uff0c、;\uff1b]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .slice(0, mostCodes)

function shapedArea(element: XmlElement, notes: Notes): BulletinArea | null {
  const area = areaOf(textOf(element, 'areaDesc'), [])
  const filled = (name: string) => childrenNamed(element, name).filter((e) => e.text.trim() !== '')
  const tell = (faults: ShapeFault[], at: XmlElement) => {
    for (const f of faults) notes.add(f.severity, f.code, at, f.message, f.messageEn)
  }
  for (const child of filled('polygon')) {
    const { rings, faults } = readPolygon(latitudeFirst(child, notes))
    tell(faults, child)
    if (rings) area.polygons.push(...rings)
    else area.unplaced = true
  }
  for (const child of filled('circle')) {
    const { circle, faults } = readCircle(latitudeFirst(child, notes))
    tell(faults, child)
    if (circle) area.circles.push(circle)
    else area.unplaced = true
  }
  return area.polygons.length + area.circles.length > 0 || area.unplaced ? area : null
}

/** In China a longitude is 73 to 136, a latitude 3 to 54: written the other way about, every pair shows it. */
function latitudeFirst(at: XmlElement, notes: Notes): string {
  const text = at.text.trim()
  // The first pairs tell enough.
  const pairs = [...text.slice(0, 2000).matchAll(/(\d{1,3}(?:\.\d{0,12})?),(\d{1,3}(?:\.\d{0,12})?)/g)]
  const swapped =
    pairs.length > 0 && pairs.every((p) => Number(p[1]) >= 73 && Number(p[1]) <= 136 && Number(p[2]) >= 3 && Number(p[2]) <= 54)
  if (!swapped) return text
  notes.add('remark', 'coordinates-swapped', at, '坐标写成了“经度,纬度”,已换过来', 'longitude came first; the pairs were turned')
  return text.replace(/(\d{1,3}(?:\.\d{0,12})?),(\d{1,3}(?:\.\d{0,12})?)/g, '$2,$1')
}
