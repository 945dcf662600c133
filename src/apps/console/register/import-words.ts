import type { ImportAnswer } from '../../../register/import/import-routes.js'
import type { Say } from '../../shared/language.js'

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
  ignored: ['不导入', 'Not imported'],
}
const ofGrids: Field[] = ['gridCode', 'communityCode', 'communityName', 'gridNumber', 'gridName', 'ignored']
/** What may be chosen for a heading of this kind of file. */
export const fieldsOf = (thing: ImportAnswer['thing']): Field[] =>
  thing === 'grids' ? ofGrids : (Object.keys(fieldWords) as Field[]).filter((f) => f === 'ignored' || !ofGrids.includes(f))
const changed: Record<ImportAnswer['changes'][number]['fields'][number], Words> = {
  head: ['户主', 'head'],
  people: ['人数', 'people'],
  phones: ['电话', 'phones'],
  tags: ['风险', 'risks'],
  position: ['坐标', 'position'],
  atHome: ['在家', 'at home'],
  name: ['名称', 'name'],
  shape: ['边界', 'outline'],
}
export const changedWords = (fields: ImportAnswer['changes'][number]['fields'], say: Say): string =>
  fields.map((field) => say(...(changed[field] as [string, string]))).join(say('、', ', '))

/** An invented household per kind of row, in the words the service reads. */
export const example = [
  '网格,户主,住址,人数,联系电话,在外家属电话,风险类型,在家',
  '三中社区四网格,李某某,滨河苑3栋2单元502室,3,16200123456,,无,在家',
  '三中社区四网格,王某某,滨河苑3栋1单元101室,1,16600123457、023-52000000,19900123458,底层、独居,在家',
].join('\n')
