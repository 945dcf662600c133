import type { Say } from '../../shared/language.js'

const tags: Record<string, readonly [string, string]> = {
  'ground-floor': ['底楼', 'ground floor'],
  basement: ['地下室', 'basement'],
  'old-building': ['危旧房', 'old building'],
  waterlogging: ['近易涝点', 'near a waterlogging point'],
  slope: ['临坡', 'below a slope'],
  'river-bank': ['临水', 'by the river'],
  alone: ['独居', 'lives alone'],
  elderly: ['高龄', 'aged 80+'],
  bedridden: ['卧床', 'bedridden'],
  deaf: ['听不清', 'hard of hearing'],
  blind: ['看不清', 'hard of sight'],
  wheelchair: ['轮椅', 'wheelchair'],
  pregnant: ['孕妇', 'pregnant'],
  infant: ['婴幼儿', 'infant'],
  child: ['儿童', 'child'],
  confused: ['认知障碍', 'confused'],
  'life-support': ['用氧或透析', 'oxygen or dialysis'],
  'foreign-language': ['只懂外语', 'foreign language only'],
  dialect: ['只懂方言', 'dialect only'],
  'left-behind': ['留守儿童', 'no parents at home'],
  disabled: ['残疾', 'disabled'],
  ill: ['病人', 'ill'],
  'owner-away': ['户主在外', 'owner is away'],
  'no-phone': ['没有电话', 'no phone'],
}
const find = (word: string, say: Say): string => {
  const words = tags[word]
  return words === undefined ? word : say(words[0], words[1])
}
export const tagWords = find
export const needWords = find

/** Where each band of age begins, and what it is called: in what is packed and who is carried the year makes no difference. */
const bands: readonly [number, string, string][] = [
  [80, '80 岁以上', '80 or more'],
  [60, '60–79 岁', '60–79'],
  [18, '成年', 'adult'],
  [4, '未成年', 'minor'],
  [0, '婴幼儿', 'infant'],
]
export const ageWords = (age: number, say: Say): string => {
  const [, zh, en] = bands.find(([from]) => age >= from)!
  return say(zh, en)
}
