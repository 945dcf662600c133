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
  elderly: ['高龄', 'Aged 80 or more'],
  bedridden: ['有人卧床', 'Bedridden'],
  wheelchair: ['行动不便', 'Hard of walking'],
  deaf: ['听力障碍', 'Hard of hearing'],
  blind: ['视力障碍', 'Hard of sight'],
  confused: ['认知或精神障碍', 'Confused'],
  'life-support': ['用氧或透析', 'Oxygen or dialysis'],
  'foreign-language': ['只懂外语', 'Foreign language only'],
  dialect: ['只懂方言', 'Dialect only'],
  pregnant: ['孕产妇', 'Pregnant'],
  child: ['有婴幼儿', 'Small child'],
  'left-behind': ['留守儿童', 'Child without parents at home'],
  'owner-away': ['户主在外', 'Owner away'],
}
/** Of a person: 卧床, where the household has 有人卧床. */
const needs = Object.fromEntries(
  Object.entries(tags)
    .filter(([tag]) => !['ground-floor', 'old-building', 'slope', 'river-bank', 'owner-away'].includes(tag))
    .map(([tag, [zh, en]]) => [tag, [zh.replace(/^有人?/, ''), en] as const]),
)
const fields: Record<string, Pair> = {
  grid: ['网格', 'grid'],
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
  name: ['名称', 'name'],
  kind: ['类型', 'kind'],
  number: ['编号', 'number'],
  lon: ['地图位置', 'position'],
  lat: ['地图位置', 'position'],
  radiusM: ['影响半径', 'radius'],
  grade: ['等级', 'grade'],
  keeperId: ['责任人', 'person responsible'],
  capacityDay: ['白天可容', 'places by day'],
  capacityNight: ['夜间可住', 'places by night'],
  platform: ['平台', 'platform'],
  ownerId: ['群主', 'owner'],
  grids: ['网格', 'grids'],
  post: ['岗位', 'post'],
  duty: ['值班名单', 'duty list'],
  deputyId: ['替补', 'deputy'],
  phone: ['电话', 'phone'],
} satisfies Record<EditedField, Pair> & Record<string, Pair>
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

export const reasonWord = saying(reasons)
export const needWord = saying(needs)
export const needChoices = choices(needs)
export const isNeed = (text: string): boolean => text in needs

/** A member's band of age: where it begins, and what it is called. */
const bands: readonly [number, string, string][] = [
  [0, '婴幼儿(0–3 岁)', 'Infant (0–3)'],
  [4, '未成年(4–17 岁)', 'Minor (4–17)'],
  [18, '成年(18–59 岁)', 'Adult (18–59)'],
  [60, '老人(60–79 岁)', 'Elderly (60–79)'],
  [80, '高龄(80 岁以上)', 'Aged 80 or more'],
]
export const bandOf = (age: number): number => bands.findLast(([from]) => age >= from)![0]
export const bandChoices = (say: Say) => bands.map(([value, zh, en]) => ({ value, label: say(zh, en) }))
export const bandWord = (age: number, say: Say): string => bandChoices(say).findLast(({ value }) => age >= value)!.label
