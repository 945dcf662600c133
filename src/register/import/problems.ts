/** What may be wrong with a cell, what became of the row, and what to do. The words of a cell are never repeated: they are personal. */
export const problemWords = {
  'too-many-cells': [
    '这一行比表头多出内容,多半是少了引号',
    '核对逗号和引号后再导入',
    'more cells than headings',
    'check commas and quotes',
  ],
  'grid-missing': ['没有网格', '填网格名称(如 三中社区四网格)或 15 位代码', 'no grid', 'give its name or 15-digit code'],
  'grid-unknown': ['名册里没有这个网格,或不在您的辖区', '核对网格名称或代码', 'no such grid in your area', 'check its name or code'],
  'grid-ambiguous': [
    '有几个网格都叫这个名字',
    '写全社区和网格,或填 15 位代码',
    'several grids have this name',
    'give the community too, or the code',
  ],
  'address-missing': ['没有住址', '填楼栋、单元、房号', 'no address', 'give building, unit and room'],
  'address-unclear': ['住址里看不出门牌', '写成 3栋2单元502室 的样子', 'no door in the address', 'write it like 3栋2单元502室'],
  duplicate: ['与前面一行是同一户', '删去重复的一行', 'the same household stands on an earlier line', 'remove one of the two'],
  'head-missing': ['没有户主姓名', '补上姓名', 'no name', 'add the name'],
  'people-unclear': [
    '人数读不懂,名册原数不动(新户按 1 人)',
    '填 1 至 99 的整数',
    'not a number of people; kept as it was, 1 if new',
    'a whole number from 1 to 99',
  ],
  'phone-bad': [
    '电话号码不对,没有收这个号码',
    '核对位数;座机带区号',
    'not a valid number, left out',
    'check its digits; landlines need the area code',
  ],
  'phone-rounded': [
    '号码被表格软件改成了科学计数,后几位已丢',
    '把该列设为文本后重新填写',
    'the spreadsheet rounded the number',
    'format the column as text and fill it in again',
  ],
  'risk-unknown': [
    '有的风险类型不在清单里,没有收',
    '可用:底层、危旧房、坡坎下、临河、独居、有人卧床、听力障碍、孕产妇、有婴幼儿、户主在外、无',
    'a risk that is not in the list, left out',
    'known words: 底层 危旧房 坡坎下 临河 独居 有人卧床 听力障碍 孕产妇 有婴幼儿 户主在外 无',
  ],
  'at-home-unclear': ['看不懂在家还是外出,没有改', '填 在家 或 外出', 'neither at home nor away', 'write 在家 or 外出'],
  'position-unclear': ['坐标读不懂,没有收', '经度、纬度都填十进制度', 'not coordinates, left out', 'decimal degrees in both columns'],
  'position-swapped': ['经度和纬度像是填反了,没有收', '对调两列', 'longitude and latitude look exchanged', 'exchange the columns'],
  'position-outside': [
    '坐标不在所填网格内,没有收坐标',
    '核对网格,或改选坐标系(国测局、百度)',
    'outside the grid given, position left out',
    'check the grid, or the datum',
  ],
  'name-missing': ['没有名称', '填名称或姓名', 'no name', 'give its name'],
  'post-missing': ['没有岗位', '填 网格长、专职网格员、楼栋长 等', 'no post', 'give the post'],
  'kind-unknown': [
    '看不懂是哪类部位',
    '填 内涝点、危旧房、坡坎 或 临河',
    'not a known kind of point',
    'write 内涝点, 危旧房, 坡坎 or 临河',
  ],
  'platform-unknown': ['看不懂是哪个平台,没有收', '填 微信 或 企业微信', 'not a known platform, left out', 'write 微信 or 企业微信'],
  'number-unclear': ['数字读不懂,没有收', '填整数', 'not a number, left out', 'a whole number'],
  'duty-unclear': ['看不懂是否值班,没有收', '填 是 或 否', 'neither yes nor no, left out', 'write 是 or 否'],
  'position-missing': ['新的点没有坐标', '填经度、纬度', 'a new one needs a position', 'give longitude and latitude'],
  'owner-missing': [
    '新群没有群主,或力量里找不到这个人',
    '先导入力量表,再填姓名',
    'a new group needs an owner of the staff',
    'import the staff first',
  ],
  'person-unknown': [
    '力量里找不到这个人,或有同名,没有收',
    '先导入力量表;同名的请到名册里指定',
    'nobody of that name among the staff, or several; left out',
    'import the staff first; choose among several on the screen',
  ],
  twice: ['前面已有同名的一行', '删去重复的一行', 'the same stands on an earlier line', 'remove one of the two'],
  'grid-no-code': [
    '看不出是哪个网格',
    '给出 15 位网格编码,或 12 位社区编码和网格号',
    'no code of a grid',
    'give its 15-digit code, or the 12-digit community and the number of the grid',
  ],
  'grid-not-ours': ['不在您的辖区', '核对编码的前几位', 'outside your area', 'check the first digits of the code'],
  'community-unknown': [
    '名册里没有这个社区',
    '核对 12 位社区编码;新社区要写社区名称',
    'no such community',
    'check its 12-digit code; for a new one give its name too',
  ],
  'grid-twice': ['前面已有同一编码的网格', '改正其中一个编码', 'the same code stands earlier in the file', 'correct one of the two'],
  'shape-missing': ['没有边界', '补画边界', 'no outline', 'draw it'],
  'several-parts': ['边界分成几块', '合成一块,或分成几个网格', 'the outline has several parts', 'join them, or make several grids'],
  'shape-off-earth': [
    '边界不是经纬度',
    '另存为 WGS-84 或 CGCS2000 经纬度',
    'not longitude and latitude',
    'export it on WGS-84 or CGCS2000 in degrees',
  ],
  'ring-unclosed': [
    '边界没有闭合,已接上首尾',
    '核对首尾两点',
    'the outline was open and has been closed',
    'check its first and last point',
  ],
  'ring-short': ['边界不到三个点', '补画边界', 'fewer than three corners', 'draw it again'],
  'ring-crosses': ['边界自己和自己相交', '在制图软件里改正', 'the outline crosses itself', 'mend it in the map program'],
  'grid-overlaps': ['与另一个网格重叠', '核对两个网格的边界', 'laps over another grid', 'check the two outlines'],
} as const satisfies Record<string, readonly [string, string, string, string]>
export type ProblemCode = keyof typeof problemWords

export interface RowProblem {
  line: number
  /** The heading as the file writes it. */
  column: string | null
  code: ProblemCode
  /** The row was taken in spite of it. */
  taken: boolean
}
