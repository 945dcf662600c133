import type { ImportAnswer } from '../../../register/import/import-routes.js'
import type { Say } from '../../shared/language.js'

export type Thing = ImportAnswer['thing']
export type Field = NonNullable<ImportAnswer['columns'][number]['field']>
type Words = readonly [string, string]

export const fieldWords: Record<Field, Words> = {
  grid: ['网格', 'Grid'],
  community: ['社区', 'Community'],
  address: ['住址', 'Address'],
  building: ['楼栋', 'Building'],
  unit: ['单元', 'Unit'],
  floor: ['楼层', 'Floor'],
  room: ['房号', 'Room'],
  head: ['户主', 'Head of household'],
  people: ['人数', 'People'],
  phone: ['联系电话', 'Phone'],
  emergencyPhone: ['紧急联系人电话', 'Emergency contact'],
  familyPhone: ['在外家属电话', 'Family away'],
  risk: ['风险类型', 'Risks'],
  atHome: ['在家/外出', 'At home or away'],
  lon: ['经度', 'Longitude'],
  lat: ['纬度', 'Latitude'],
  gridCode: ['网格编码(15 位)', 'Code of the grid (15 digits)'],
  communityCode: ['社区编码(12 位)', 'Code of the community (12 digits)'],
  communityName: ['社区名称', 'Name of the community'],
  gridNumber: ['网格号', 'Number of the grid'],
  gridName: ['网格名称', 'Name of the grid'],
  name: ['名称 / 姓名', 'Name'],
  post: ['岗位', 'Post'],
  deputy: ['代理人', 'Deputy'],
  duty: ['是否值班', 'On duty'],
  kind: ['部位类型', 'Kind of point'],
  number: ['编号', 'Number'],
  radius: ['影响半径(米)', 'Radius (m)'],
  grade: ['等级', 'Grade'],
  keeper: ['责任人', 'Keeper'],
  capacityDay: ['白天容量', 'Capacity by day'],
  capacityNight: ['夜间容量', 'Capacity by night'],
  platform: ['平台', 'Platform'],
  owner: ['群主', 'Owner'],
  members: ['群人数', 'Members'],
  ignored: ['不导入', 'Not imported'],
}
const ofThings: Record<Exclude<Thing, 'households'>, Field[]> = {
  grids: ['gridCode', 'communityCode', 'communityName', 'gridNumber', 'gridName', 'ignored'],
  staff: ['name', 'post', 'phone', 'grid', 'community', 'deputy', 'duty', 'ignored'],
  points: ['name', 'kind', 'number', 'grid', 'community', 'lon', 'lat', 'radius', 'grade', 'keeper', 'ignored'],
  shelters: ['name', 'address', 'grid', 'community', 'lon', 'lat', 'capacityDay', 'capacityNight', 'keeper', 'ignored'],
  groups: ['name', 'platform', 'owner', 'grid', 'community', 'members', 'ignored'],
}
const ofHouseholds: Field[] = [
  ...(['grid', 'community', 'address', 'building', 'unit', 'floor', 'room', 'head', 'people', 'phone', 'emergencyPhone'] as const),
  ...(['familyPhone', 'risk', 'atHome', 'lon', 'lat', 'ignored'] as const),
]
/** What may be chosen for a heading of this kind of file. */
export const fieldsOf = (thing: Thing): Field[] => (thing === 'households' ? ofHouseholds : ofThings[thing])

/** What an import is of, and how such things are counted. */
export const thingWords: Record<Thing, { name: Words; unit: Words }> = {
  households: { name: ['住户', 'Households'], unit: ['户', 'households'] },
  grids: { name: ['网格', 'Grids'], unit: ['个网格', 'grids'] },
  staff: { name: ['网格力量', 'Staff'], unit: ['人', 'people'] },
  points: { name: ['部位', 'Points'], unit: ['处部位', 'points'] },
  shelters: { name: ['安置点', 'Shelters'], unit: ['个安置点', 'shelters'] },
  groups: { name: ['网格群', 'Groups'], unit: ['个群', 'groups'] },
}
const changed: Record<string, Words> = {
  head: ['户主', 'head'],
  people: ['人数', 'people'],
  phones: ['电话', 'phones'],
  tags: ['风险', 'risks'],
  position: ['坐标', 'position'],
  atHome: ['在家', 'at home'],
  name: ['名称', 'name'],
  shape: ['边界', 'outline'],
  post: ['岗位', 'post'],
  phone: ['电话', 'phone'],
  duty: ['值班', 'duty'],
  deputy_id: ['代理人', 'deputy'],
  kind: ['类型', 'kind'],
  number: ['编号', 'number'],
  radius_m: ['影响半径', 'radius'],
  grade: ['等级', 'grade'],
  keeper_id: ['责任人', 'keeper'],
  address: ['地址', 'address'],
  capacity_day: ['白天容量', 'capacity by day'],
  capacity_night: ['夜间容量', 'capacity by night'],
  platform: ['平台', 'platform'],
  owner_id: ['群主', 'owner'],
  members: ['群人数', 'members'],
}
export const changedWords = (fields: ImportAnswer['changes'][number]['fields'], say: Say): string =>
  fields.map((field) => say(...(changed[field] ?? ([field, field] as const)))).join(say('、', ', '))

/** An invented household per kind of row, in the words the service reads. */
export const example = [
  '网格,户主,住址,人数,联系电话,在外家属电话,风险类型,在家',
  '三中社区四网格,李某某,滨河苑3栋2单元502室,3,16200123456,,无,在家',
  '三中社区四网格,王某某,滨河苑3栋1单元101室,1,16600123457、023-52000000,19900123458,底层、独居,在家',
].join('\n')
