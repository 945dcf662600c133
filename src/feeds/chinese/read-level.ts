import type { BulletinInfo, BulletinProblem, Level } from '../bulletin.js'
import { readLevel } from '../level.js'
import type { Digit } from './read-title.js'

/** What stands beside the colour and may contradict it: a digit in a code, a "II级", a "较重". */
export interface LevelEvidence {
  /** Where it stands, for people: 标题, 图标 p0007004. */
  where: string
  text: string
  level: Digit
}
export type Told = Pick<BulletinProblem, 'code' | 'severity' | 'message' | 'messageEn'>

const names: Record<Level, string> = { red: '红色', orange: '橙色', yellow: '黄色', blue: '蓝色', unknown: '等级不明' }
/** Colours of Guangdong and of the city weather services beyond the four: above red, and below blue. */
const outside: [RegExp, Level][] = [
  [/^(?:black|purple)$/i, 'red'],
  [/白色|^(?:white|green)$/i, 'blue'],
]

/** The colour word decides; digits are evidence. Two numberings run in opposite directions, so a digit alone decides nothing. */
export function readChineseLevel(infos: BulletinInfo[], evidence: LevelEvidence[]): { level: Level; basis: string; problems: Told[] } {
  const read = readLevel(infos)
  if (read.level === 'unknown') {
    const texts = infos.flatMap((i) => [i.headline, i.severity, ...i.parameters.map((p) => p.value)])
    for (const [pattern, level] of outside) {
      const word = texts.flatMap((text) => pattern.exec(text)?.[0] ?? [])[0]
      if (word) return { level, basis: `colour-word:${word}`, problems: [outsideColour(word, level)] }
    }
    const problems = evidence.length > 0 ? [...read.problems, digitsOnly(evidence)] : read.problems
    return { ...read, problems }
  }
  const above = /[黑紫]色/.exec(read.basis)?.[0]
  if (above) return { ...read, problems: [...read.problems, outsideColour(above, read.level)] }
  const against = evidence.filter((e) => e.level !== read.level)
  return { ...read, problems: [...read.problems, ...against.map((e) => disagreement(e, read))] }
}

const disagreement = (e: LevelEvidence, read: { level: Level; basis: string }): Told => ({
  code: 'level-digit-disagrees',
  severity: 'remark',
  message: `颜色是${names[read.level]},${e.where}却写“${e.text}”(通常指${names[e.level]}),以颜色为准`,
  messageEn: `the colour says ${read.level} (${read.basis}), "${e.text}" usually means ${e.level}; the colour decides`,
})

const digitsOnly = (evidence: LevelEvidence[]): Told => ({
  code: 'level-digit-only',
  severity: 'error',
  message: `没有写颜色,只有${evidence.map((e) => `${e.where}的“${e.text}”`).join('、')};数字有两种相反的编法,不能据此定级,请打电话核实`,
  messageEn: `no colour, only ${evidence.map((e) => `"${e.text}"`).join(', ')}: digits are numbered both ways and decide nothing`,
})

const outsideColour = (word: string, level: Level): Told => ({
  code: 'colour-outside',
  severity: 'remark',
  message: `“${word}”不在红橙黄蓝四色之内,按${names[level]}处理`,
  messageEn: `"${word}" is none of the four colours; taken as ${level}`,
})
