import type { BulletinArea, BulletinInfo } from '../bulletin.js'
import type { XmlElement } from '../xml/read-xml.js'
import { readCircle, readPolygon, type ShapeFault } from './cap-area.js'
import { readCapTime } from './cap-time.js'
import { checkStructure } from './check-structure.js'
import { childNamed, childrenNamed, type Notes, textOf } from './notes.js'
import { plainText } from './plain-text.js'

export interface ReadInfo {
  info: BulletinInfo
  areas: BulletinArea[]
  counts: { areas: number; polygons: number; circles: number }
}

export function readInfo(element: XmlElement, notes: Notes): ReadInfo {
  checkStructure(element, notes)
  const text = (name: string) => readText(element, name, notes)
  const all = (name: string) =>
    childrenNamed(element, name)
      .map((c) => c.text.trim())
      .filter(Boolean)
  const headline = text('headline')
  const event = text('event')
  const areaElements = childrenNamed(element, 'area')
  const info: BulletinInfo = {
    language: textOf(element, 'language') || (/\p{Script=Han}/u.test(event + headline) ? 'zh-CN' : 'en-US'),
    event,
    headline,
    description: text('description'),
    instruction: text('instruction'),
    senderName: text('senderName'),
    category: all('category'),
    responseType: all('responseType'),
    urgency: textOf(element, 'urgency'),
    severity: textOf(element, 'severity'),
    certainty: textOf(element, 'certainty'),
    effective: readTime(element, 'effective', notes),
    onset: readTime(element, 'onset', notes),
    expires: readTime(element, 'expires', notes),
    web: text('web') || null,
    contact: text('contact') || null,
    eventCodes: readPairs(element, 'eventCode'),
    parameters: readPairs(element, 'parameter'),
  }
  if (info.effective && info.expires && new Date(info.expires) < new Date(info.effective)) {
    const at = childNamed(element, 'expires')!
    notes.add('error', 'expires-before-effective', at, '失效时间早于生效时间', 'expires is before effective')
  }
  return {
    info,
    areas: areaElements.map((a) => readArea(a, notes)),
    counts: {
      areas: areaElements.length,
      polygons: areaElements.reduce((n, a) => n + childrenNamed(a, 'polygon').filter(hasText).length, 0),
      circles: areaElements.reduce((n, a) => n + childrenNamed(a, 'circle').filter(hasText).length, 0),
    },
  }
}

const hasText = (element: XmlElement) => element.text.trim() !== ''

function readText(element: XmlElement, name: string, notes: Notes): string {
  const child = childNamed(element, name)
  if (!child) return ''
  const { text, changed } = plainText(child.text)
  if (changed) notes.add('remark', 'markup-removed', child, `<${name}> 里夹带的网页标记已去掉`, `markup inside <${name}> was removed`)
  return text
}

function readTime(element: XmlElement, name: string, notes: Notes): string | null {
  const child = childNamed(element, name)
  if (!child || !hasText(child)) return null
  const time = readCapTime(child.text)
  if (!time) {
    notes.add('error', 'time-unreadable', child, `<${name}> 的时间“${clip(child.text)}”读不懂,按没有写处理`, `<${name}> is not a time`)
    return null
  }
  tellFlaw(time.flaw, name, child, notes)
  return time.at.toISOString()
}

export function tellFlaw(flaw: 'no-offset' | 'blank-for-t' | null, name: string, at: XmlElement, notes: Notes): void {
  if (flaw === 'no-offset')
    notes.add('error', 'time-without-offset', at, `<${name}> 没有写时区,按北京时间读`, `<${name}> has no offset; read as China's time`)
  if (flaw === 'blank-for-t')
    notes.add('error', 'time-with-blank', at, `<${name}> 的日期和时间之间应写 T`, `<${name}> has a blank where T belongs`)
}

const readPairs = (element: XmlElement, name: string) => childrenNamed(element, name).flatMap(readPair)

/** valueName + value; CAP 1.0 wrote name=value as plain text, and so do some senders of today. */
function readPair(pair: XmlElement): { name: string; value: string }[] {
  const value = plainText(textOf(pair, 'value')).text
  if (value || pair.children.length > 0) return value ? [{ name: plainText(textOf(pair, 'valueName')).text, value }] : []
  const plain = pair.text.trim()
  if (!plain) return []
  const at = plain.indexOf('=')
  return [at < 0 ? { name: '', value: plain } : { name: plain.slice(0, at).trim(), value: plain.slice(at + 1).trim() }]
}

function readArea(element: XmlElement, notes: Notes): BulletinArea {
  checkStructure(element, notes)
  const area: BulletinArea = { description: readText(element, 'areaDesc', notes), polygons: [], circles: [], geocodes: [], unplaced: false }
  const tell = (faults: ShapeFault[], at: XmlElement) => {
    for (const f of faults) notes.add(f.severity, f.code, at, f.message, f.messageEn)
  }
  for (const child of childrenNamed(element, 'polygon').filter(hasText)) {
    const { rings, faults } = readPolygon(child.text)
    tell(faults, child)
    if (rings) area.polygons.push(...rings)
    else area.unplaced = true
  }
  for (const child of childrenNamed(element, 'circle').filter(hasText)) {
    const { circle, faults } = readCircle(child.text)
    tell(faults, child)
    if (circle) area.circles.push(circle)
    else area.unplaced = true
  }
  for (const child of childrenNamed(element, 'geocode')) {
    for (const pair of readPair(child)) {
      if (pair.name === 'EXCLUDE_POLYGON') readHole(area, pair.value, child, notes)
      else area.geocodes.push(pair)
    }
  }
  if (area.unplaced)
    notes.add(
      'error',
      'area-unplaced',
      element,
      '这个区域的图形有错,范围定不下来,请值班员在图上确认',
      'the area cannot be placed; an officer must',
    )
  checkHeights(element, notes)
  return area
}

/** The German weather service hides holes among the codes. One that cannot be read is none: to wake too many is the smaller harm. */
function readHole(area: BulletinArea, text: string, at: XmlElement, notes: Notes): void {
  const { rings } = readPolygon(text)
  if (rings) area.holes = [...(area.holes ?? []), ...rings]
  else notes.add('remark', 'hole-unreadable', at, '要除外的区域读不懂,按没有除外处理', 'EXCLUDE_POLYGON cannot be read and was left out')
}

function checkHeights(element: XmlElement, notes: Notes): void {
  const altitude = childNamed(element, 'altitude')
  const ceiling = childNamed(element, 'ceiling')
  const low = altitude ? Number(altitude.text) : Number.NaN
  const wrong = (at: XmlElement, english: string) => notes.add('error', 'area-heights', at, '高度的写法不对,已忽略', english)
  if (altitude && !(low >= 0)) wrong(altitude, 'altitude must not be negative')
  if (ceiling && !altitude) wrong(ceiling, 'ceiling needs altitude')
  else if (ceiling && !(Number(ceiling.text) >= low)) wrong(ceiling, 'ceiling is below altitude')
}

const clip = (text: string) => (text.trim().length > 40 ? `${text.trim().slice(0, 40)}…` : text.trim())
