/** What a column may be. `ignored` is known and has no place in the register: it is said, not guessed. */
export const importFields = [
  'grid',
  'community',
  'address',
  'building',
  'unit',
  'floor',
  'room',
  'head',
  'people',
  'phone',
  'emergencyPhone',
  'familyPhone',
  'risk',
  'atHome',
  'lon',
  'lat',
  'ignored',
] as const
export type ImportField = (typeof importFields)[number]

/** The headings people really use. Matched after blanks, brackets and stars are taken off. */
const synonyms: Record<ImportField, readonly string[]> = {
  grid: ['网格', '所属网格', '所在网格', '网格名称', '网格编号', '网格编码', '网格代码', '网格号', 'grid'],
  community: ['社区', '所属社区', '村居', '村社区', '村(社区)', '社区名称', 'community'],
  address: ['住址', '地址', '家庭住址', '居住地址', '现住址', '现居住地址', '详细地址', '居住地', 'address'],
  building: ['楼栋', '栋', '楼号', '幢', '栋号', '楼栋号', '小区楼栋', 'building'],
  unit: ['单元', '单元号', 'unit'],
  floor: ['楼层', '层', '所在楼层', '层数', 'floor'],
  room: ['房号', '室', '门牌号', '房间号', '室号', '户号', '门牌', 'room'],
  head: ['户主', '户主姓名', '姓名', '居民姓名', '联系人', '户主名', 'head', 'name', 'householder'],
  people: ['人数', '家庭人数', '人口', '人口数', '户人数', '常住人数', '居住人数', '家庭人口', '户内人数', 'people', 'persons'],
  phone: ['联系电话', '电话', '手机', '手机号', '手机号码', '电话号码', '联系方式', '户主电话', '本人电话', 'phone', 'mobile', 'telephone'],
  emergencyPhone: ['紧急联系电话', '紧急联系人电话', '紧急电话', '应急联系电话', 'emergencyphone'],
  familyPhone: ['家属电话', '子女电话', '亲属电话', '外地家属电话', '监护人电话', 'familyphone'],
  risk: ['风险类型', '风险', '风险标签', '隐患类型', '危险类型', '特殊人员', '人员类别', '重点人群', '特殊情况', 'risk', 'tags'],
  atHome: ['在家', '是否在家', '在家情况', '居住状态', '居住情况', '是否外出', 'athome'],
  lon: ['经度', '东经', 'lon', 'lng', 'longitude', 'x'],
  lat: ['纬度', '北纬', 'lat', 'latitude', 'y'],
  ignored: [
    '备注',
    '问题',
    '序号',
    '编号',
    '身份证号',
    '身份证',
    '性别',
    '年龄',
    '民族',
    '街道',
    '乡镇',
    '户籍地',
    '日期',
    '填表人',
    'note',
    'no',
    'no.',
    '#',
  ],
}
const plain = (heading: string) =>
  heading
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s*_:·]|[(（][^)）]*[)）]$/g, '')

export interface Column<F extends string = ImportField> {
  heading: string
  field: F | null
}
export interface Vocabulary<F extends string> {
  /** What each heading means: what was said of it first, then the known words. One field has one column: the first. */
  match(headings: readonly string[], mapping?: Readonly<Record<string, string>>): Column<F>[]
  /** How many of a row's cells are headings we know: titles above a table have one or none. */
  count(cells: readonly string[]): number
}

export function createVocabulary<F extends string>(synonyms: Readonly<Record<F, readonly string[]>>): Vocabulary<F> {
  const known = new Map(Object.keys(synonyms).flatMap((field) => synonyms[field as F].map((word) => [plain(word), field as F] as const)))
  return {
    count: (cells) => cells.filter((c) => known.has(plain(c))).length,
    match(headings, mapping = {}) {
      const saidOf = (heading: string) =>
        Object.hasOwn(mapping, heading.trim()) && mapping[heading.trim()]! in synonyms ? (mapping[heading.trim()] as F) : null
      const taken = new Set(headings.map(saidOf).filter((f) => f !== null && f !== 'ignored'))
      return headings.map((written) => {
        const heading = written.trim()
        const said = saidOf(heading)
        const guess = known.get(plain(heading)) ?? null
        if (said || guess === null || guess === 'ignored') return { heading, field: said ?? guess }
        const field = taken.has(guess) ? null : guess
        taken.add(guess)
        return { heading, field }
      })
    },
  }
}

export const householdHeadings = createVocabulary(synonyms)
export const matchHeadings = householdHeadings.match
export const knownHeadings = householdHeadings.count

/** What a table of households must say: where each one is, as grid or position and as a door. */
export function missingFields(columns: readonly Column[]): ('grid' | 'address')[] {
  const has = (field: ImportField) => columns.some((c) => c.field === field)
  const missing: ('grid' | 'address')[] = []
  if (!has('grid') && !(has('lon') && has('lat'))) missing.push('grid')
  if (!has('address') && !(has('building') && has('room'))) missing.push('address')
  return missing
}
