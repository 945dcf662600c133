import type { Relation } from '../register/register.js'
import type { Cell, Sheet } from '../register/sheet/write-sheet.js'
import type { Language } from './channel.js'
import type { Example, FiledChannel, Origin, Purpose } from './words.js'

/** What a carrier asks of each variable: its kind, as its form names the kinds, and what stands in it. */
const kinds = { phone: '电话号码', time: '时间', person: '个人姓名', other: '其他(如名称、账号、地址等)' } as const
const meanings: Record<string, { kind: keyof typeof kinds; zh: string }> = {
  source: { kind: 'other', zh: '发布单位和时间' },
  sourceClock: { kind: 'other', zh: '解除单位和时间' },
  station: { kind: 'other', zh: '发布单位' },
  time: { kind: 'other', zh: '发布日期和时间' },
  clock: { kind: 'time', zh: '发布时间' },
  until: { kind: 'other', zh: '有效期至' },
  arrivedAt: { kind: 'time', zh: '到达时间' },
  hotline: { kind: 'phone', zh: '街道值班固定电话' },
  signal: { kind: 'other', zh: '预警信号名称' },
  because: { kind: 'other', zh: '险情名称' },
  event: { kind: 'other', zh: '灾种名称' },
  level: { kind: 'other', zh: '预警颜色' },
  advice: { kind: 'other', zh: '防范提示' },
  notice: { kind: 'other', zh: '通知内容要点' },
  ownText: { kind: 'other', zh: '补充说明' },
  headline: { kind: 'other', zh: '标题' },
  subdistrict: { kind: 'other', zh: '街道名称' },
  community: { kind: 'other', zh: '社区名称' },
  grid: { kind: 'other', zh: '网格名称' },
  shelter: { kind: 'other', zh: '安置点名称' },
  helper: { kind: 'person', zh: '责任人' },
  guide: { kind: 'other', zh: '引导人员' },
  person: { kind: 'person', zh: '家人姓名' },
}
const words = (zh: string, en: string): Record<Language, string> => ({ zh, en })
const nothing = words('', '')
const levelWords: Record<string, Record<Language, string>> = {
  red: words('红色', ' red'),
  orange: words('橙色', ' orange'),
  yellow: words('黄色', ' yellow'),
  blue: words('蓝色', ' blue'),
}
const relationWords: Record<Relation, Record<Language, string>> = {
  self: words('本人', 'themselves'),
  'family-away': words('家属', 'family'),
  emergency: words('紧急联系人', 'emergency contacts'),
  helper: words('结对邻居', 'neighbours'),
  group: words('群', 'groups'),
  staff: words('责任人', 'staff'),
}
const originWords: Record<Origin, Record<Language, string>> = {
  relay: words('预警转发', 'warning'),
  order: words('转移', 'move'),
  notice: words('提示', 'notice'),
  internal: words('内部监测', 'internal'),
}
const purposeWords: Record<Purpose, Record<Language, string>> = {
  warn: nothing,
  correct: words('更正', 'correction'),
  'all-clear': words('解除', 'lifted'),
  arrived: words('平安到达', 'arrived'),
  coming: words('来人告知', 'help coming'),
}

type Filed = Example & { filed: NonNullable<Example['filed']> }

/** 暴雨红色·居民·本人·预警转发: at most 30 characters, and no two alike. */
export function filingName(file: Example, language: Language = 'zh'): string {
  const join = (parts: Record<Language, string>[]) => parts.map((part) => part[language]).join(language === 'zh' ? '和' : ' and ')
  const { relations: readers, origins } = file
  return [
    `${file.eventName[language]}${(levelWords[file.level] ?? nothing)[language]}`,
    file.audience === 'staff'
      ? words('工作人员', 'staff')[language]
      : readers.length > 0 && readers.length <= 2
        ? join(readers.map((reader) => relationWords[reader]))
        : words('居民', 'residents')[language],
    file.exercise ? words('演练', 'exercise')[language] : origins.length <= 2 ? join(origins.map((origin) => originWords[origin])) : '',
    purposeWords[file.purpose][language],
    file.language === 'en' && language === 'zh' ? '英文' : '',
  ]
    .filter(Boolean)
    .join(language === 'zh' ? '·' : ' · ')
}

const headings = [
  '序号',
  '业务',
  '模板名称',
  '模板类型',
  '关联签名',
  '模板内容',
  '变量属性',
  '示例值',
  '示例全文',
  '字数(含签名)',
  '计费条数',
  '申请说明',
  '模板编号',
  '通过后写进文件开头',
  '文件',
]
const widths = [6, 8, 28, 10, 12, 60, 44, 44, 60, 12, 10, 50, 18, 44, 50]

/** Every text that a carrier has to approve, in the fields of its form, weeks before the season. */
export function filingSheet(examples: Example[], signature: string): Sheet {
  const order: FiledChannel[] = ['sms', 'voice']
  const sorted = examples
    .filter((file): file is Filed => file.filed !== null)
    .sort((a, b) => order.indexOf(a.filed.channel) - order.indexOf(b.filed.channel))
  return { name: '模板报备表', headings, widths, rows: sorted.map((file, i) => rowOf(file, i + 1, signature)) }
}

function rowOf(file: Filed, number: number, signature: string): Cell[] {
  const { filed, example } = file
  const sms = filed.channel === 'sms'
  return [
    number,
    sms ? '短信' : '语音',
    filingName(file),
    sms ? '通知短信' : '语音通知',
    sms ? signature : '',
    filed.text,
    filed.variables.map((name) => `${name}:${kinds[meanings[name]?.kind ?? 'other']}`).join('\n'),
    filed.variables.map((name) => `${name}(${meanings[name]?.zh ?? name}):${example.parameters[name] ?? ''}`).join('\n'),
    example.text,
    sms ? example.characters : filed.text.length,
    sms ? example.segments : '',
    purposeOf(file),
    filed.code ?? '',
    headOf(filed),
    file.file,
  ]
}

/** 申请说明: who sends it to whom and why; at most 100 characters. */
function purposeOf(file: Filed): string {
  const to = file.audience === 'staff' ? '本街道防汛责任人和网格员' : '本辖区居民'
  const why = file.exercise
    ? '防灾演练时通知'
    : file.origins.includes('order')
      ? '险情下组织人员转移避险时通知'
      : file.origins.includes('notice')
        ? '日常安全提示时通知'
        : file.origins.includes('internal')
          ? '本单位监测数据超过阈值时提醒'
          : '转发气象等部门发布的预警时通知'
  const mode = file.filed.channel === 'voice' ? `播放两遍${file.filed.variables.length > 2 ? ',变量多于两个,请按专属模式审核' : ''}。` : ''
  return `街道办事处${why}${to},属公共安全类通知,免费,非营销,不含链接。${mode}`
}

const headOf = ({ channel, variables, code }: Filed['filed']): string =>
  `${channel}: ${code ?? (channel === 'sms' ? 'SMS_编号' : 'TTS_编号')}\nvariables: [${variables.join(', ')}]`
