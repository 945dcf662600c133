/** A town, street or village that a text names. */
export interface NamedTown {
  name: string
  at: number
  end: number
  /** false: it only looks like the name of a town. */
  known: boolean
}
type KnownNames = (text: string) => { name: string; at: number }[]

const suffix = /街道办事处|街道|民族乡|苏木|镇|乡|开发区|高新区|管委会|农场|林场/g
/** Words that stand before a name and are not part of it. */
const opening =
  /气象台|气象局|气象站|预警中心|应急局|水利局|指挥部|演练\)|涉及|包括|影响|覆盖|波及|继续|发布|解除|变更|升级|降级|预计|未来|小时|其中|以及|位于|目前|已经|致使|造成|导致|引发|可能|出现|防范|注意|做好|加强|范围为?|区域为?|地区为?|分别为|主要为|主要在|主要是|为主|[、,;:。()\s\dA-Za-z"“”]|(?<=[时分日前后内])(?:将|对|把|在)|^(?:将|对|把|在|于|由|为|请|我|以|因)/g
/** 各镇街, 乡镇, 12个乡镇: nobody by name. */
const nobody =
  /(?:^|[个些的])(?:各|全|本|该|我|等|其余|其他|其它|余下|部分|大部|大部分|局部|所有|有关|相关|周边|多|几|重点|城|集|村|市|场|古|小|乡|镇|街|建制)?(?:街道|镇|乡|开发区|高新区|管委会|农场|林场)$/

/**
 * Names that the gazetteer knows, and whatever else looks like the name of a town: an unknown name must not be passed over. Chinese
 * has no blanks, so a name reaches back from its suffix to the last thing that cannot be part of it.
 */
export function findTowns(text: string, knownNames: KnownNames): NamedTown[] {
  const found: NamedTown[] = knownNames(text)
    .map(({ name, at }) => ({ name, at, end: at + name.length, known: true }))
    .filter((f) => !isOtherThing(text, f))
  for (const match of text.matchAll(suffix)) {
    const end = match.index + match[0].length
    if (found.some((f) => f.at <= match.index && match.index < f.end)) continue
    // 镇街, 乡镇: the pair is one word.
    if (/^(?:街|乡|镇(?!街))/.test(text.slice(end)) && !/道$/.test(match[0])) continue
    const last = Math.max(-1, ...found.filter((f) => f.end <= match.index).map((f) => f.end))
    const start = startOf(text, Math.max(0, match.index - 10, last), match.index, last)
    const name = text.slice(start, end)
    if (match.index - start < 1 || match.index - start > 8 || nobody.test(name)) continue
    found.push({ name, at: start, end, known: false })
  }
  return found.sort((a, b) => a.at - b.at)
}

function startOf(text: string, from: number, to: number, last: number): number {
  let start = from
  const before = text.slice(from, to)
  for (const word of before.matchAll(opening)) start = Math.max(start, from + word.index + word[0].length)
  // 开州区和谦镇 begins after 区; 市中街道 does not.
  const stem = text.slice(start, to)
  const district = /^[\p{Script=Han}]{1,6}?[区县市州旗](?=[\p{Script=Han}])/u.exec(stem)
  if (district && !/^城区|^市/.test(stem)) start += district[0].length
  // 和 joins two names, and begins 和谦镇.
  else if (start === last && to - start > 1 && /[和与及]/.test(text[start]!)) start += 1
  while (start < to && !/\p{Script=Han}/u.test(text[start]!)) start++
  return start
}

/** 文峰 is short for 文峰街道, 文峰小学 is a school. */
const isOtherThing = (text: string, { name, end }: NamedTown): boolean =>
  !/(?:街道|镇|乡|社区|村)$/.test(name) && /^(?:[小中大]学|幼儿园|医院|[一-龥]?路|[大中]?桥|站|水库|公园|[河江溪]|山)/.test(text.slice(end))
