import type { Gazetteer } from '../../register/gazetteer.js'
import type { BulletinArea, BulletinProblem, Level, ParsedMessage } from '../bulletin.js'
import { readParts, type TextPart } from './read-parts.js'

const levelWord: Record<Level, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '等级不明' }

/**
 * A mixed bulletin says different colours of different towns. It becomes one message per colour, and one that ends for where it is
 * lifted, each with its own towns as 12-digit codes. A name nobody knows makes its part `unplaced`: an officer must place it.
 */
export function splitMixed(message: ParsedMessage, gazetteer: Gazetteer): ParsedMessage[] {
  if (message.refusal || message.ends || outlined(message)) return [message]
  const parts = partsOf(message, gazetteer)
  const outcomes = [...new Set(parts.map((p) => p.level))]
  if (outcomes.length < 2) return [message]
  const district = districtOf(message, gazetteer)
  const named = parts.flatMap((p) => p.names)
  return outcomes.map((level) => {
    const here = parts.filter((p) => p.level === level)
    const placed = here.map((part) => placePart(part, named, district, gazetteer))
    const word = level ? levelWord[level] : '解除'
    const where = here.map((p) => (p.rest ? '其余镇街' : p.whole ? '全部区域' : p.names.join('、'))).join('、')
    const problems = [
      ...message.problems.filter((p) => p.code !== 'colour-several'),
      remark(
        'mixed-split',
        `一份报文里有不同的颜色,已按地方拆开;这一份是${word}:${where}`,
        `one bulletin, several colours: this part is ${level ?? 'lifted'}`,
      ),
      ...placed.flatMap((p) => p.problems),
    ]
    return {
      ...message,
      part: level ?? 'lifted',
      areas: placed.map((p) => p.area),
      problems,
      ...(level ? { level, levelBasis: `colour-word:${levelWord[level]}` } : { ends: 'lifted' as const }),
    }
  })
}

/** With an outline of its own an area is not moved about by names. */
const outlined = (m: ParsedMessage) => m.areas.some((a) => a.polygons.length + a.circles.length > 0 || a.unplaced)

/** The description says it in full; a headline alone rarely does. Parts that only repeat what is known are dropped. */
function partsOf(message: ParsedMessage, gazetteer: Gazetteer): TextPart[] {
  const info = message.infos.find((i) => /\p{Script=Han}/u.test(i.description || i.headline))
  if (!info) return []
  const known = (text: string) => gazetteer.findIn(text).filter((f) => f.codes.some((c) => c.length >= 9))
  const of = (text: string) => readParts(text, known)
  const read = [of(info.description), of(info.headline)].sort((a, b) => spread(b) - spread(a))[0]!
  // "发布暴雨橙色预警信号" of nobody in particular says the whole only where nothing else says who.
  return read.some((p) => !p.whole) ? read.filter((p) => !p.whole) : read.slice(0, 1)
}
const spread = (parts: TextPart[]) => new Set(parts.filter((p) => !p.whole).map((p) => p.level)).size

function districtOf(message: ParsedMessage, gazetteer: Gazetteer): string | null {
  const coded = message.areas.flatMap((a) => a.geocodes).map((g) => /^(\d{6})\d*$/.exec(g.value.trim())?.[1])
  const unit = /^(\d{6})\d{8}/.exec(message.identifier)?.[1]
  const said = gazetteer.findIn(message.infos.map((i) => i.senderName + i.headline).join('\n')).flatMap((f) => f.codes)
  return coded.find(Boolean) ?? unit ?? said.find((c) => c.length === 6) ?? null
}

function placePart(
  part: TextPart,
  named: string[],
  district: string | null,
  gazetteer: Gazetteer,
): { area: BulletinArea; problems: BulletinProblem[] } {
  const inDistrict = (codes: string[]) => (district ? codes.filter((c) => c.startsWith(district)) : codes)
  const problems: BulletinProblem[] = []
  const codes: string[] = []
  if (part.rest || part.whole) {
    const taken = new Set(named.flatMap((n) => inDistrict(gazetteer.codesOf(n))))
    const others = district ? gazetteer.townsOf(district).filter((t) => !taken.has(t)) : []
    if (part.whole && district) codes.push(district)
    else if (others.length > 0) codes.push(...others)
    else problems.push(unresolved('其余镇街'))
  }
  for (const name of part.names) {
    const found = inDistrict(gazetteer.codesOf(name))
    if (found.length === 1) codes.push(found[0]!)
    else problems.push(unresolved(name))
  }
  const area: BulletinArea = {
    description: part.rest ? '其余镇街' : part.names.join('、'),
    polygons: [],
    circles: [],
    geocodes: [...new Set(codes)].map((code) => ({ name: '行政区划代码', value: code.padEnd(12, '0') })),
    unplaced: problems.length > 0,
  }
  return { area, problems }
}

const unresolved = (name: string): BulletinProblem => ({
  code: 'place-unresolved',
  severity: 'error',
  message: `“${name}”在地名库里找不到或不止一个,请值班员确认是不是本辖区(可在 config/gazetteer.yaml 补上)`,
  messageEn: `"${name}" is not in the gazetteer, or not clear: an officer must place it (config/gazetteer.yaml)`,
})
const remark = (code: string, message: string, messageEn: string): BulletinProblem => ({ code, severity: 'remark', message, messageEn })
