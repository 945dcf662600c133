import type { Act } from './manual.js'

/** Where somebody speaks: the name of an office and what follows it up to the end of the sentence. */
export interface Head {
  issuers: { name: string; at: number; end: number; short: boolean }[]
  at: number
  /** The end of its sentence. */
  end: number
  act: { act: Act; at: number; end: number } | null
}

const office =
  /(?:气象服务中心|气象中心|气象台|气象局|气象站|预警信息发布中心|预警发布中心|预警中心|水文中心|水文站|水文局|水利局|水利厅|水务局|水务厅|自然资源和规划局|规划和自然资源局|规划自然资源局|自然资源局|自然资源厅|地质环境监测站|应急管理局|应急管理厅|应急局|应急厅|林业局|森林草原防灭火指挥部办公室|森林草原防灭火指挥部|森防办|防汛抗旱指挥部办公室|防汛抗旱指挥部|防汛办|防指办|防指|生态环境局|交通运输局|农业农村局|预警办)(?:\(演练\))?/g
/** An office's name begins after the last of these. */
const opening =
  /[^\p{Script=Han}()]|\)|转发|转自|转|刚接|接到|收到|接|根据|据|来自|通知|报告|来电|电话|微信|请注意|注意|关注|留意|收听|联合|会同|以及|今天|今日|昨天|昨日|凌晨|早上|上午|下午|晚上|经|由|与|各位|同志|领导|群众|居民|市民|家长|朋友|刚才|刚刚|刚|[:,、。]/gu

const actWord =
  /继续发布|继续生效|持续生效|维持|确认|解除|取消|撤销|升级发布|升级为|升级到|升级至|升级|升为|提升为|上调为|降级发布|降级为|降级|降为|降低为|下调为|变更发布|变更为|变更|更新发布|更新|更改为|更改|改为|调整为|转为|联合发布|发布(?!中心|平台|系统|单位|时间|的)|发了|签发(?!时间|人|单位)/g
const actOf: [RegExp, Act][] = [
  [/继续|持续|维持|确认/, 'continue'],
  [/解除|取消|撤销/, 'lift'],
  [/升|上调/, 'raise'],
  [/降|下调/, 'lower'],
  [/变更|更新|更改|改为|调整|转为/, 'change'],
  [/发/, 'issue'],
]

/** A paste is a message or a few; what comes after so many offices is not looked at. */
const mostHeads = 30

/** Every place where an office does something. Joint issuers are one head: 水利局和气象台联合发布. */
export function readHeads(text: string): Head[] {
  const names = officesIn(text)
  const heads: Head[] = []
  for (const name of names) {
    const last = heads.at(-1)
    const joined = last && /^(?:、|,|和|与|及|以及|会同|联合|\s){1,4}$/.test(text.slice(last.issuers.at(-1)!.end, name.at))
    if (joined) last.issuers.push(name)
    else heads.push({ issuers: [name], at: name.at, end: 0, act: null })
  }
  return heads.slice(0, mostHeads).map((head) => {
    const from = head.issuers.at(-1)!.end
    const end = sentenceEnd(text, from)
    return { ...head, end, act: readAct(text, from, end) }
  })
}

function officesIn(text: string): Head['issuers'] {
  const names: Head['issuers'] = []
  for (const match of text.matchAll(office)) {
    const end = match.index + match[0].length
    let at = Math.max(0, match.index - 16, names.at(-1)?.end ?? 0)
    const before = text.slice(at, match.index)
    let start = at
    for (const word of before.matchAll(opening)) start = Math.max(start, at + word.index + word[0].length)
    // 和 joins two offices, and begins the name of 和平县气象台.
    if (names.at(-1)?.end === start && /^[和与及]/.test(text.slice(start)) && match.index - start > 1) start += 1
    at = start
    if (match.index - at < 1 || /^(?:当地|各级|各|上级|请|有关)/.test(text.slice(at))) continue
    const name = text.slice(at, end)
    names.push({ name, at, end, short: /^(?:我|本)?[省市区县州旗](?=.{2})/.test(name) && match.index - at <= 2 })
  }
  return names
}

const sentenceEnd = (text: string, from: number): number => {
  const stop = text.slice(from, from + 400).search(/[。;!\n]/)
  return stop < 0 ? Math.min(text.length, from + 400) : from + stop
}

/** What is done: of "解除橙色,发布黄色" the last; of "升级为…,继续加强防范" the first that changes a colour. */
export function readAct(text: string, from: number, to: number): Head['act'] {
  const span = text.slice(from, to)
  const found = [...span.matchAll(actWord)]
    .map((m) => ({ word: m[0], at: m.index, end: m.index + m[0].length }))
    .filter((m) => coloured(span, m))
  const first = found[0]
  if (!first) return null
  const turn = found.find((m) => /升|降|上调|下调|变更|更|改|调整|转为/.test(m.word))
  const lifted = found.find((m) => /解除|取消|撤销/.test(m.word))
  const chosen =
    turn ?? (lifted && found.length > 1 && lifted === first && /发布|发了/.test(found[1]!.word) ? found[1]! : (lifted ?? first))
  const act = actOf.find(([pattern]) => pattern.test(chosen.word))![1]
  return { act: lifted && chosen !== lifted && act === 'issue' ? 'change' : act, at: from + chosen.at, end: from + chosen.end }
}

/** An act is about a colour or a warning nearby; "发布会", "更新设备" are not. */
const coloured = (span: string, { at, end }: { at: number; end: number }): boolean =>
  /[红橙黄蓝白]色?|预警/.test(span.slice(end, end + 40)) || /[红橙黄蓝白]色?|预警/.test(span.slice(Math.max(0, at - 24), at))
