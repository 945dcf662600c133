import type { BulletinInfo, BulletinProblem, Level } from './bulletin.js'
import { plainWidth } from './chinese/plain-width.js'
import { simplified } from './chinese/simplified.js'
import { wordTable } from './word-table.js'

const ranks: Level[] = ['unknown', 'blue', 'yellow', 'orange', 'red']
/** Black (Hong Kong, Macau) and purple stand above red. */
const ofChinese: Record<string, Level> = { 黑: 'red', 紫: 'red', 红: 'red', 橙: 'orange', 黄: 'yellow', 蓝: 'blue' }
const ofEnglish = wordTable<Level>({ red: 'red', orange: 'orange', amber: 'orange', yellow: 'yellow', blue: 'blue' })
const ofSeverity = wordTable<Level>({ Extreme: 'red', Severe: 'orange', Moderate: 'yellow', Minor: 'blue' })

export interface LevelReading {
  level: Level
  basis: string
  problems: Pick<BulletinProblem, 'code' | 'severity' | 'message' | 'messageEn'>[]
}

/** The colour word decides, never a digit; then CAP's severity; else unknown, which follows orange's policy. */
export function readLevel(infos: BulletinInfo[]): LevelReading {
  const words = coloursOf(infos)
  const severity = highest(infos.map((i) => ofSeverity[i.severity] ?? 'unknown'))
  const severityWord = infos.find((i) => ofSeverity[i.severity] === severity)?.severity ?? ''
  if (words.length === 0) {
    return severity === 'unknown'
      ? { level: 'unknown', basis: 'unknown', problems: [unknownLevel] }
      : { level: severity, basis: `severity:${severityWord}`, problems: [] }
  }
  const level = highest(words.map((w) => w.level))
  const word = words.find((w) => w.level === level)!.word
  const problems: LevelReading['problems'] = []
  if (words.some((w) => w.level !== level)) {
    problems.push({
      code: 'colour-several',
      severity: 'remark',
      message: `报文里出现了不同的颜色,按最高的“${word}”处理`,
      messageEn: `several colours are named; the highest (${level}) is taken`,
    })
  }
  if (severity !== 'unknown' && severity !== level) {
    problems.push({
      code: 'level-disagrees',
      severity: 'remark',
      message: `颜色“${word}”与 severity ${severityWord} 不一致,以颜色为准`,
      messageEn: `the colour word says ${level}, severity ${severityWord} says ${severity}; the colour decides`,
    })
  }
  return { level, basis: `colour-word:${word}`, problems }
}

const unknownLevel = {
  code: 'level-unknown',
  severity: 'remark',
  message: '看不出预警的颜色等级,按橙色的规则处理',
  messageEn: 'no level can be read; the policy of orange is followed',
} as const

const highest = (levels: Level[]): Level => levels.reduce<Level>((a, b) => (ranks.indexOf(b) > ranks.indexOf(a) ? b : a), 'unknown')

const plain = (text: string) => simplified(plainWidth(text))

function coloursOf(infos: BulletinInfo[]): { word: string; level: Level }[] {
  // The languages of one message often share their words.
  const texts = [...new Set(infos.flatMap((i) => [i.event, i.headline]))].map(plain)
  const parameters = infos.flatMap((i) =>
    i.parameters.filter((p) => /colou?r|level|颜色|等级|级别/i.test(p.name)).map((p) => plain(p.value)),
  )
  return [...texts, ...parameters]
    .flatMap(chineseColours)
    .concat(texts.flatMap(englishColours), parameters.flatMap(bareColours), severityColours(infos))
}

const named = /[黑紫红橙黄蓝]色/g

/** "橙色降为黄色" and "解除橙色,发布黄色" name an old colour and a new one: the old one is put aside. "黄山" is a place, so 色 is required. */
function chineseColours(text: string): { word: string; level: Level }[] {
  const now = text
    .replace(/[红橙黄蓝]色?[^,。;]{0,8}?(?:降级?为|升级?为|变更为|更改为|改为|调整为|转为)/g, '')
    .replace(/解除[^,。;]{0,12}?[红橙黄蓝]色/g, '')
  const found = now.match(named) ?? (now === text ? [] : (text.match(named) ?? []))
  return found.map((word) => ({ word, level: ofChinese[word[0]!]! }))
}

/** "red warning", not "Red Lake" or "Red Flag Warning"; an AMBER or Blue Alert is a search for people, not a colour. */
function englishColours(text: string): { word: string; level: Level }[] {
  const pattern =
    /\b(red|orange|amber|yellow|blue)\s+(?:[a-z]+\s+)?(warning|alert|signal|alarm|level)\b|\((red|orange|amber|yellow|blue)\)/gi
  return [...text.matchAll(pattern)].flatMap((m) => {
    const word = (m[1] ?? m[3]!).toLowerCase()
    const isSearch = m[2]?.toLowerCase() === 'alert' && (word === 'amber' || word === 'blue')
    return isSearch || /\bflag\b/i.test(m[0]) ? [] : [{ word, level: ofEnglish[word]! }]
  })
}

/** A parameter that is about the level may be the bare word: awareness_level "2; yellow; Moderate". */
const bareColours = (text: string): { word: string; level: Level }[] =>
  [...text.matchAll(/\b(red|orange|amber|yellow|blue)\b/gi)].map((m) => ({
    word: m[1]!.toLowerCase(),
    level: ofEnglish[m[1]!.toLowerCase()]!,
  }))

/** Some national systems put the colour where CAP wants its own word. */
const severityColours = (infos: BulletinInfo[]) =>
  infos.flatMap((i) => {
    const level = ofEnglish[i.severity.toLowerCase()]
    return level ? [{ word: i.severity, level }] : []
  })
