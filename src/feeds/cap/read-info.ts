import type { BulletinArea, BulletinInfo } from '../bulletin.js'
import type { XmlElement } from '../xml/read-xml.js'
import { readCircle, readPolygon, type ShapeFault } from './cap-area.js'
import { type CapTimeFlaw, readCapTime } from './cap-time.js'
import { checkStructure } from './check-structure.js'
import { checkInfoWords } from './check-words.js'
import { childNamed, groupChildren, type Notes, textOf } from './notes.js'
import { plainText } from './plain-text.js'

export interface ReadInfo {
  info: BulletinInfo
  areas: BulletinArea[]
  counts: { areas: number; polygons: number; circles: number }
}

export function readInfo(element: XmlElement, notes: Notes): ReadInfo {
  checkStructure(element, notes)
  const children = groupChildren(element)
  checkInfoWords(children, notes)
  const named = (name: string) => children.get(name) ?? []
  const text = (name: string) => readText(named(name)[0], notes)
  const word = (name: string) => named(name)[0]?.text.trim() ?? ''
  const time = (name: string) => readTime(named(name)[0], notes)
  const all = (name: string) =>
    named(name)
      .map((c) => c.text.trim())
      .filter(Boolean)
  const headline = text('headline')
  const event = text('event')
  const areaElements = named('area')
  const info: BulletinInfo = {
    language: word('language') || (/\p{Script=Han}/u.test(event + headline) ? 'zh-CN' : 'en-US'),
    event,
    headline,
    description: text('description'),
    instruction: text('instruction'),
    senderName: text('senderName'),
    category: all('category'),
    responseType: all('responseType'),
    urgency: word('urgency'),
    severity: word('severity'),
    certainty: word('certainty'),
    effective: time('effective'),
    onset: time('onset'),
    expires: time('expires'),
    web: text('web') || null,
    contact: text('contact') || null,
    eventCodes: named('eventCode').flatMap(readPair),
    parameters: named('parameter').flatMap(readPair),
  }
  if (info.effective && info.expires && new Date(info.expires) < new Date(info.effective)) {
    const at = named('expires')[0]!
    notes.add('error', 'expires-before-effective', at, '失效时间早于生效时间', 'expires is before effective')
  }
  const counts = { areas: areaElements.length, polygons: 0, circles: 0 }
  return { info, areas: areaElements.map((a) => readArea(a, notes, counts)), counts }
}

const hasText = (element: XmlElement) => element.text.trim() !== ''

function readText(child: XmlElement | undefined, notes: Notes): string {
  if (!child) return ''
  const { name } = child
  const { text, changed } = plainText(child.text)
  if (changed) notes.add('remark', 'markup-removed', child, `<${name}> 里夹带的网页标记已去掉`, `markup inside <${name}> was removed`)
  return text
}

function readTime(child: XmlElement | undefined, notes: Notes): string | null {
  if (!child || !hasText(child)) return null
  const { name } = child
  const time = readCapTime(child.text)
  if (!time) {
    notes.add('error', 'time-unreadable', child, `<${name}> 的时间“${clip(child.text)}”读不懂,按没有写处理`, `<${name}> is not a time`)
    return null
  }
  tellFlaw(time.flaw, name, child, notes)
  return time.at.toISOString()
}

export function tellFlaw(flaw: CapTimeFlaw | null, name: string, at: XmlElement, notes: Notes): void {
  if (flaw === 'no-offset')
    notes.add('error', 'time-without-offset', at, `<${name}> 没有写时区,按北京时间读`, `<${name}> has no offset; read as China's time`)
  if (flaw === 'blank-for-t')
    notes.add('error', 'time-with-blank', at, `<${name}> 的日期和时间之间应写 T`, `<${name}> has a blank where T belongs`)
  if (flaw === 'buddhist-year')
    notes.add('error', 'buddhist-year', at, `<${name}> 写的是佛历,已减 543 年`, `<${name}> counts Buddhist years; 543 were taken off`)
}

/** valueName + value; CAP 1.0 wrote name=value as plain text, and so do some senders of today. */
function readPair(pair: XmlElement): { name: string; value: string }[] {
  const value = plainText(textOf(pair, 'value')).text
  if (value || pair.children.length > 0) return value ? [{ name: plainText(textOf(pair, 'valueName')).text, value }] : []
  const plain = pair.text.trim()
  if (!plain) return []
  const at = plain.indexOf('=')
  return [at < 0 ? { name: '', value: plain } : { name: plain.slice(0, at).trim(), value: plain.slice(at + 1).trim() }]
}

function readArea(element: XmlElement, notes: Notes, counts: ReadInfo['counts']): BulletinArea {
  checkStructure(element, notes)
  const area: BulletinArea = {
    description: readText(childNamed(element, 'areaDesc'), notes),
    polygons: [],
    circles: [],
    geocodes: [],
    unplaced: false,
  }
  const tell = (faults: ShapeFault[], at: XmlElement) => {
    for (const f of faults) notes.add(f.severity, f.code, at, f.message, f.messageEn)
  }
  // One look at each child: a bulletin may hold thousands of areas.
  for (const child of element.children) {
    if (child.namespace !== element.namespace) continue
    if (child.name === 'polygon' && hasText(child)) {
      counts.polygons++
      const { rings, faults } = readPolygon(child.text)
      tell(faults, child)
      if (rings) area.polygons.push(...rings)
      else area.unplaced = true
    } else if (child.name === 'circle' && hasText(child)) {
      counts.circles++
      const { circle, faults } = readCircle(child.text)
      tell(faults, child)
      if (circle) area.circles.push(circle)
      else area.unplaced = true
    } else if (child.name === 'geocode') {
      for (const pair of readPair(child)) {
        if (pair.name === 'EXCLUDE_POLYGON') readHole(area, pair.value, child, notes)
        else area.geocodes.push(pair)
      }
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
