/** The closed list of what makes a household need more than a message, with the words screens use. */
export const riskTags = {
  'ground-floor': '底层',
  'old-building': '危旧房',
  slope: '坡坎下',
  'river-bank': '临河',
  alone: '独居',
  bedridden: '有人卧床',
  deaf: '听力障碍',
  pregnant: '孕产妇',
  child: '有婴幼儿',
  'owner-away': '户主在外',
} as const
export type RiskTag = keyof typeof riskTags

const inEnglish: Record<RiskTag, string> = {
  'ground-floor': 'ground floor',
  'old-building': 'old building',
  slope: 'below a slope',
  'river-bank': 'river bank',
  alone: 'lives alone',
  bedridden: 'bedridden',
  deaf: 'hard of hearing',
  pregnant: 'pregnant',
  child: 'small child',
  'owner-away': 'owner away',
}

export const isRiskTag = (tag: string): tag is RiskTag => tag in riskTags
export const tagName = (tag: string): string => (isRiskTag(tag) ? riskTags[tag] : tag)
export const tagNameEn = (tag: string): string => (isRiskTag(tag) ? inEnglish[tag] : tag)
