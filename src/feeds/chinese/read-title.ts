/** What the headline of a Chinese warning says: "浙江省水利厅、浙江省气象台发布山洪灾害蓝色预警[IV级/一般]". */
export interface Title {
  /** Who speaks; several when they speak together. */
  issuers: string[]
  /** The first issuer without its office: 河南省鹤壁市淇县. */
  place: string
  act: 'issue' | 'continue' | 'update' | 'lift' | 'withdraw' | null
  /** The hazard as it is written: 大风, 气象灾害(台风). */
  hazard: string
  /** 红色 … also 白色, 黑色; null when no colour is named. */
  colour: string | null
  /** The level in digits or degree words as it is written: 'IV级', '二级', '较重'. */
  written: { text: string; level: Digit }[]
}
export type Digit = 'red' | 'orange' | 'yellow' | 'blue'

// 国家预警信息发布中心 is a name, not an act; "发布中心城区大风蓝色预警" is an act.
const acts =
  /(?:联合)?(?:继续|更新|变更|升级|降级)?(?:联合)?(?:(?<!信息|预警)发布|发布(?!中心|系统|平台))|继续|更新|变更|升级|降级|解除|撤销|撤回|取消|延长|维持/
const again = /继续|延长|维持/
const changed = /更新|变更|升级|降级|升为|降为|改为|调整为|转为/
const ended = /解除|撤销|撤回|取消/
const office =
  /(?:(?:中心|专业|海洋)?气象(?:台|局|站|中心|服务台)|预警(?:信息)?(?:发布)?中心|(?:应急(?:管理)?|自然资源|水利|水务|水文|农业农村|林业|林草|规划和自然资源)[局厅委部]|(?:防汛|森防|防火)(?:\S{0,12}指挥部|办(?:公室)?)|人民政府|政府)(?:[(（]演练[)）])?$/
const dated = /(?:于)?(?:\d{2,4}年)?\d{1,2}月\d{1,2}日(?:\d{1,2}[时:：]\d{0,2}分?)?$/

export function readTitle(text: string): Title {
  const title = text.trim().slice(0, 300).replace(/\s+/g, '')
  const { speaker, act, about } = takeApart(title)
  const issuers = issuersOf(speaker)
  return {
    issuers,
    place: (issuers[0] ?? '').replace(office, ''),
    act,
    hazard: hazardOf(about.replace(acts, '')),
    colour: colourOf(about),
    written: writtenOf(about),
  }
}

const colours = /[红橙黄蓝白黑紫]色/
const beginsWithOffice = /^.{0,30}?(?:气象(?:台|局|站|中心|服务台)|指挥部|应急管理局|自然资源局|水[利务]局)/
const beginsWithPlace = /^(?:(?!城市)[^省市区县旗]{1,8}(?:省|自治区|自治州|市|区|县|旗))+/

/** "开州区气象台发布暴雨橙色预警", or with the verb behind or missing: "开州区暴雨橙色预警解除", "开州区气象台暴雨橙色预警". */
function takeApart(title: string): { speaker: string; act: Title['act']; about: string } {
  const at = acts.exec(title)
  const before = title.slice(0, at?.index)
  const rest = at ? title.slice(at.index) : ''
  const act = at ? actOf(rest) : null
  if (at && !(colours.test(before) && !colours.test(rest))) return { speaker: before, act, about: rest }
  const speaker = (beginsWithOffice.exec(before) ?? (at && beginsWithPlace.exec(before)))?.[0] ?? ''
  return { speaker, act, about: before.slice(speaker.length) }
}

/** "福建省将乐县气象台将暴雨…" : what follows the office is no longer its name. */
function issuersOf(before: string): string[] {
  const said = before
    .replace(/((?:气象[台局站]|中心|指挥部|[局厅]))(?:将|把)[^、]*$/, '$1')
    .replace(/(?:联合|共同)$/, '')
    .replace(dated, '')
  return said
    .split(/[、,，]|(?<=[台局厅站部府委])(?:和|与|及|会同)/)
    .map((s) => s.replace(dated, '').trim())
    .filter(Boolean)
    .slice(0, 8)
}

/** 解除橙色,发布黄色 is a change, not the end. */
function actOf(rest: string): Title['act'] {
  const end = ended.exec(rest)
  if (end) {
    const after = rest.slice(end.index + 2)
    if (/发布(?!中心)|改为|降为|升为/.test(after) || changed.test(after)) return 'update'
    return end[0] === '解除' ? 'lift' : 'withdraw'
  }
  if (changed.test(rest)) return 'update'
  return again.test(rest) ? 'continue' : 'issue'
}

/** Of "将暴雨黄色预警升级为暴雨橙色预警" the last hazard is the one that holds. */
function hazardOf(rest: string): string {
  const body = rest
    .replace(/^.*(?:升级?为|降级?为|改为|调整为|转为|发布|更新|变更|解除|撤销|取消)/, '')
    .replace(/^[为了:：将把]?(?:[红橙黄蓝白]色)?/, '')
  const end = body.search(/[红橙黄蓝白黑紫]色|[一二三四IVⅠⅡⅢⅣ]{1,3}级|预警|[[【/]/)
  return (end < 0 ? body : body.slice(0, end)).slice(0, 40)
}

function colourOf(rest: string): string | null {
  const all = rest.match(/[红橙黄蓝白黑紫]色/g)
  return all ? all[all.length - 1]! : null
}

const digits: Record<string, Digit> = {
  I: 'red',
  II: 'orange',
  III: 'yellow',
  IV: 'blue',
  一: 'red',
  二: 'orange',
  三: 'yellow',
  四: 'blue',
}
const degrees: Record<string, Digit> = {
  特别严重: 'red',
  特别重大: 'red',
  严重: 'orange',
  重大: 'orange',
  较重: 'yellow',
  较大: 'yellow',
  一般: 'blue',
}
const roman: Record<string, string> = { Ⅰ: 'I', Ⅱ: 'II', Ⅲ: 'III', Ⅳ: 'IV' }

/** Two ways are seen: "[IV级/一般]" and "/III/较重"; also 二级预警. */
function writtenOf(rest: string): Title['written'] {
  const plain = rest.replace(/[ⅠⅡⅢⅣ]/g, (r) => roman[r]!).toUpperCase()
  const found: Title['written'] = []
  const digit = /(?<![A-Z])(IV|I{1,3}|[一二三四])级/.exec(plain) ?? /\/(IV|I{1,3})(?=\/|$)/.exec(plain)
  if (digit) found.push({ text: digit[0].replace('/', ''), level: digits[digit[1]!]! })
  const degree = /[/[【(（](特别严重|特别重大|严重|重大|较重|较大|一般)(?=[\]】)）/]|$)/.exec(plain)
  if (degree) found.push({ text: degree[1]!, level: degrees[degree[1]!]! })
  return found
}
