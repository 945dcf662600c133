import type { EditedField } from '../../../register/edit/household-edit.js'
import type { RiskTag } from '../../../register/risk-tags.js'
import type { Say } from '../../shared/language.js'

type Pair = readonly [string, string]
const tags: Record<RiskTag, Pair> = {
  'ground-floor': ['底层', 'Ground floor'],
  'old-building': ['危旧房', 'Old building'],
  slope: ['坡坎下', 'Below a slope'],
  'river-bank': ['临河', 'River bank'],
  alone: ['独居', 'Lives alone'],
  bedridden: ['有人卧床', 'Bedridden'],
  deaf: ['听力障碍', 'Hard of hearing'],
  pregnant: ['孕产妇', 'Pregnant'],
  child: ['有婴幼儿', 'Small child'],
  'owner-away': ['户主在外', 'Owner away'],
}
const fields: Record<EditedField, Pair> = {
  address: ['门牌', 'address'],
  position: ['地图位置', 'position'],
  people: ['人数', 'number of people'],
  tags: ['风险类型', 'risks'],
  atHome: ['在家或外出', 'at home or away'],
  point: ['关联部位', 'hazard point'],
  shelter: ['安置点', 'shelter'],
  helper: ['帮扶人', 'helper'],
  head: ['户主', 'head'],
  members: ['家庭成员', 'members'],
  contacts: ['联系方式', 'contacts'],
  consents: ['同意事项', 'consent'],
}
const relations: Record<string, Pair> = {
  self: ['本人', 'Resident'],
  'family-away': ['外地亲属', 'Family away'],
  emergency: ['紧急联系人', 'Emergency contact'],
  helper: ['结对帮扶人', 'Paired helper'],
}
const consents: Record<string, Pair> = {
  'family-message': ['给家人发平安消息', 'Message to the family'],
  location: ['求助时提供位置', 'Location when asking for help'],
  photo: ['现场照片', 'Photos'],
}
const reasons: Record<string, Pair> = {
  moved: ['搬走', 'Moved away'],
  died: ['户内已无人', 'Nobody is left'],
  demolished: ['房屋拆除', 'House demolished'],
  duplicate: ['重复登记', 'Registered twice'],
  mistake: ['登记有误', 'Registered by mistake'],
}
const saying = (words: Record<string, Pair>) => (key: string, say: Say) => (words[key] ? say(...words[key]) : key)
const choices = (words: Record<string, Pair>) => (say: Say) =>
  Object.entries(words).map(([value, pair]) => ({ value, label: say(...pair) }))

export const tagWord = saying(tags)
export const fieldWord = saying(fields)
export const relationOfHousehold = saying(relations)
export const consentWord = saying(consents)
export const tagChoices = choices(tags)
export const relationChoices = choices(relations)
export const consentChoices = choices(consents)
export const reasonChoices = choices(reasons)

/** What a member's band of age is called: the card shows it beside the years. */
export const ageBand = (age: number, say: Say): string =>
  age < 4
    ? say('婴幼儿', 'infant')
    : age < 18
      ? say('未成年', 'minor')
      : age < 60
        ? say('成年', 'adult')
        : age < 80
          ? say('老人', 'elderly')
          : say('高龄', 'aged 80+')
