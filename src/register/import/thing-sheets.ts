import { createVocabulary, householdHeadings } from './headings.js'
import type { Table } from './read-table.js'

/** What a sheet may be about besides households. The order is that of writing: posts first, for the others name them. */
export const sheetThings = ['staff', 'points', 'shelters', 'groups'] as const
export type SheetThing = (typeof sheetThings)[number]
export const tableOf = { staff: 'staff', points: 'hazard_point', shelters: 'shelter', groups: 'grid_group' } as const

const place = {
  grid: ['网格', '所属网格', '所在网格', '网格名称', '网格编码', '网格代码', 'grid'],
  community: ['社区', '所属社区', '村居', '村社区', '社区名称', 'community'],
} as const
const position = { lon: ['经度', '东经', 'lon', 'lng', 'longitude'], lat: ['纬度', '北纬', 'lat', 'latitude'] } as const
const keeper = ['责任人', '管理员', '负责人', '看守人', '巡查人', '安置点管理员', '巡查责任人', 'keeper'] as const
const ignored = ['备注', '序号', '问题', '街道', '乡镇', '性别', '身份证号', '年龄', 'note', 'no', '#'] as const

/** The headings people really use, by field. */
const vocabularies = {
  staff: createVocabulary({
    ...place,
    name: ['姓名', '人员', '人员姓名', 'name'],
    post: ['岗位', '职务', '职责', '角色', '身份', 'post', 'role'],
    phone: ['电话', '联系电话', '手机', '手机号', '手机号码', '联系方式', 'phone', 'mobile'],
    deputy: ['代理人', '替补', '替班人', '备岗', '接替人', 'deputy'],
    duty: ['值班', '是否值班', '今晚值班', 'duty'],
    ignored,
  }),
  points: createVocabulary({
    ...place,
    ...position,
    name: ['部位', '部位名称', '隐患点', '隐患点名称', '点位', '点位名称', '名称', 'name'],
    kind: ['类型', '隐患类型', '部位类型', '类别', 'kind', 'type'],
    number: ['编号', '点号', '部位编号', '隐患点编号', 'number'],
    radius: ['影响半径', '半径', '影响范围', 'radius'],
    grade: ['等级', '级别', '危险等级', 'grade'],
    keeper,
    ignored,
  }),
  shelters: createVocabulary({
    ...place,
    ...position,
    name: ['安置点', '安置点名称', '避难场所', '名称', 'name'],
    address: ['地址', '详细地址', '位置', 'address'],
    capacityDay: ['白天容量', '白天可容纳', '可容纳人数', '容量', '容纳人数', 'capacityday', 'capacity'],
    capacityNight: ['夜间容量', '夜间可容纳', '床位', '床位数', 'capacitynight', 'beds'],
    keeper,
    ignored,
  }),
  groups: createVocabulary({
    ...place,
    name: ['群名', '群名称', '网格群', '群', 'group', 'name'],
    platform: ['平台', '群平台', 'platform'],
    owner: ['群主', '管理员', '负责人', 'owner'],
    members: ['人数', '群人数', '成员数', 'members'],
    ignored,
  }),
}
type FieldOf<T extends SheetThing> = NonNullable<ReturnType<(typeof vocabularies)[T]['match']>[number]['field']>
export type ThingField = FieldOf<SheetThing>
export const thingFields = [
  ...['grid', 'community', 'name', 'post', 'phone', 'deputy', 'duty', 'lon', 'lat', 'kind', 'number', 'radius', 'grade', 'keeper'],
  ...['address', 'capacityDay', 'capacityNight', 'platform', 'owner', 'members', 'ignored'],
] as ThingField[]
export interface ThingColumn {
  heading: string
  field: ThingField | null
}
export const matchThing = (thing: SheetThing, headings: readonly string[], mapping: Readonly<Record<string, string>>): ThingColumn[] =>
  vocabularies[thing].match(headings, mapping)

/** What a sheet of each must say; the first is what tells it from the others. */
export const needed: Record<SheetThing, readonly ThingField[]> = {
  staff: ['post', 'name'],
  points: ['kind', 'name', 'lon', 'lat'],
  shelters: ['capacityDay', 'name', 'lon', 'lat'],
  groups: ['owner', 'name'],
}
const sheetNames: [RegExp, SheetThing][] = [
  [/力量|人员|网格员|staff/i, 'staff'],
  [/部位|隐患|点位|points?/i, 'points'],
  [/安置|避难|shelter/i, 'shelters'],
  [/群|group/i, 'groups'],
]

/** A row may be the headings of any kind of sheet. */
export const anyHeadings = (cells: readonly string[]): number =>
  Math.max(householdHeadings.count(cells), ...sheetThings.map((thing) => vocabularies[thing].count(cells)))

/** What a sheet is about: what its headings say it must be, or else the name it has in its workbook. */
export function thingOf({ headings, sheet }: Pick<Table, 'headings' | 'sheet'>): SheetThing | 'households' {
  const households = householdHeadings.match(headings)
  if (
    households.some((c) => c.field === 'head' && c.heading.includes('户主')) ||
    households.some((c) => c.field === 'risk' && c.heading.includes('风险'))
  )
    return 'households'
  const says = (thing: SheetThing) => {
    const fields = new Set(matchThing(thing, headings, {}).map((c) => c.field))
    return needed[thing].slice(0, 2).every((field) => fields.has(field))
  }
  const byHeadings = sheetThings.filter(says).sort((a, b) => vocabularies[b].count(headings) - vocabularies[a].count(headings))[0]
  return byHeadings ?? sheetNames.find(([form]) => form.test(sheet ?? ''))?.[1] ?? 'households'
}
