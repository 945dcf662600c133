interface Meaning {
  zh: string
  en: string
  /** What tables call it besides. */
  also: readonly string[]
  /** Something about a person, who may have it among their needs; the others are about the house. */
  need?: true
}
const about = (zh: string, en: string, also: string): Meaning => ({ zh, en, also: also.split(' ') })
const need = (zh: string, en: string, also: string) => ({ ...about(zh, en, also), need: true as const })

/** The closed list of what makes a household need more than a message, with the words screens use and those of people's tables. */
const meanings = {
  'ground-floor': about('底层', 'ground floor', '底楼 一楼 1楼 首层 地下室'),
  'old-building': about('危旧房', 'old building', '危房 旧房 c级危房 d级危房 危旧'),
  slope: about('坡坎下', 'below a slope', '坡坎 边坡 切坡 切坡建房 滑坡 靠山 斜坡'),
  'river-bank': about('临河', 'river bank', '沿河 河边 临水 易涝'),
  alone: need('独居', 'lives alone', '独居老人 空巢 空巢老人 孤寡 孤寡老人 五保'),
  elderly: need('高龄', 'aged 80 or more', '高龄老人 80岁以上 耄耋'),
  bedridden: need('有人卧床', 'bedridden', '卧床 瘫痪 失能 失能老人 需担架'),
  wheelchair: need('行动不便', 'wheelchair or hard of walking', '轮椅 坐轮椅 肢体残疾 拄拐'),
  deaf: need('听力障碍', 'hard of hearing', '听障 聋 聋哑 耳聋 听力残疾'),
  blind: need('视力障碍', 'hard of sight', '视障 盲人 失明 视力残疾'),
  confused: need('认知或精神障碍', 'confused or mentally ill', '认知障碍 精神障碍 失智 失智老人 阿尔茨海默 智力残疾 精神残疾'),
  'life-support': need('用氧或透析', 'on oxygen or dialysis', '用氧 吸氧 制氧机 呼吸机 透析 血透 腹透 用电医疗设备'),
  // Told in English. Whoever speaks a dialect only is not: the Chinese words are read out to them by somebody they know.
  'foreign-language': need('只懂外语', 'speaks a foreign language only', '外籍 外国人 语言不通'),
  dialect: need('只懂方言', 'speaks a dialect only', '不懂普通话 方言'),
  pregnant: need('孕产妇', 'pregnant', '孕妇 产妇 孕晚期'),
  child: need('有婴幼儿', 'small child', '婴幼儿 幼儿 婴儿 儿童'),
  'left-behind': need('留守儿童', 'child without parents at home', '留守 困境儿童 未成年人独自在家'),
  'owner-away': about('户主在外', 'owner away', '户主外出'),
} satisfies Record<string, Meaning>
export type RiskTag = keyof typeof meanings
/** The tags that are needs of a person. */
export type Need = { [T in RiskTag]: (typeof meanings)[T] extends { need: true } ? T : never }[RiskTag]

type Some = [RiskTag, ...RiskTag[]]
export const riskTags = Object.keys(meanings) as Some
export const needs = riskTags.filter((tag) => 'need' in meanings[tag]) as [Need, ...Need[]]

const isRiskTag = (tag: string): tag is RiskTag => tag in meanings
export const tagName = (tag: string): string => (isRiskTag(tag) ? meanings[tag].zh : tag)
/** 卧床 of a person, where the household has 有人卧床. */
export const needName = (need: string): string => tagName(need).replace(/^有人?/, '')
export const tagNameEn = (tag: string): string => (isRiskTag(tag) ? meanings[tag].en : tag)

const byWord = new Map(
  riskTags.flatMap((tag) =>
    [tag, meanings[tag].zh, meanings[tag].en, ...meanings[tag].also].map((word) => [word.toLowerCase(), tag] as const),
  ),
)
/** The tag that a word of a table means. */
export const tagOf = (word: string): RiskTag | undefined => byWord.get(word.toLowerCase())
