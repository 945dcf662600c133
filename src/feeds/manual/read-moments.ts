/** A time of day found in a text, with what had to be added to make it one. */
export interface Moment {
  at: number
  end: number
  date: Date
  /** A day was written; else the latest such time before the message came is meant. */
  hasDay: boolean
  /** The year, and the month too, were taken from when the message came. */
  hasYear: boolean
}

const digits = '\\d{1,2}'
const number = `(?:${digits}|[〇零一二三四五六七八九十]{1,3})`
const year = '(?<year>\\d{4}|[〇零一二三四五六七八九]{4})'
const day = [
  `(?:${year} {0,2}年 {0,2})?(?:(?<month>${number}) {0,2}月(?:份)? {0,2})?(?<day>${number}) {0,2}[日号]`,
  `(?<year2>\\d{4})[-/.](?<month2>${digits})[-/.](?<day2>${digits})T?`,
  `(?<month3>${digits})[-/.](?<day3>${digits})(?= {1,2}${digits}[:时点])`,
  '(?<word>今[天日晨早晚夜]|当[天日]|昨[天日晚夜]|前[天日]|明[天日晨早晚])',
].join('|')
const part = '(?<part>凌晨|清晨|早晨|早上|早|上午|中午|下午|傍晚|晚上|晚间|晚|夜间|夜里|半夜|深夜)'
const clock = `(?<hour>${number}) {0,1}(?:: {0,1}(?<minute>\\d{2})(?::\\d{2})?|[时点] {0,1}(?:(?<half>半)|整|正|(?<minute2>${number}) {0,1}分?(?!钟))?)`
const moment = new RegExp(`(?:(?:${day})[ ,]{0,2})?(?:${part} {0,1})?(?<![\\d.])${clock}`, 'gd')
const dayAlone = new RegExp(`(?:${day}) {0,2}(?<span>白天|夜间|晚上|晚|早晨|早上|上午|中午|下午|傍晚|凌晨)?`, 'gd')

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const china = 8 * hourMs
/** Clocks differ a little: a message may be dated this far ahead of us. */
const aheadMs = 10 * 60_000

/**
 * Every time of day, in the order of the text. Where the date is not whole, the latest before `near` is meant, or (ahead) the next
 * after it. What follows 至 or 到 goes on from the time before it.
 */
export function readMoments(text: string, near: Date, direction: 'past' | 'ahead' = 'past'): Moment[] {
  const moments: Moment[] = []
  for (const found of text.matchAll(moment)) {
    const g = found.groups!
    const [hour, minute] = [toNumber(g.hour!), g.half ? 30 : toNumber(g.minute ?? g.minute2 ?? '0')]
    if (hour > 24 || minute > 59) continue
    const of = { ...dayOf(g), hour: hourOf(hour, g.part ?? partOfDay(g.word)), minute }
    const before = moments.at(-1)
    const goesOn = before && /^ {0,2}(?:至|到|-|—|~){1,2} {0,2}$/.test(text.slice(before.end, found.index)) ? before.date : null
    const date = of.day === null && goesOn ? after(goesOn, of) : place(of, goesOn ?? near, direction === 'ahead' || goesOn !== null)
    if (!date) continue
    moments.push({ at: found.index, end: found.index + found[0].length, date, hasDay: of.day !== null, hasYear: of.year !== null })
  }
  return moments
}

/** A day named without a time: 12日白天 ends at 20:00, 12日夜间 at 08:00 of the next day, a bare day at its midnight. */
export function readDays(text: string, receivedAt: Date): Moment[] {
  return [...text.matchAll(dayAlone)].flatMap((found) => {
    const of = dayOf(found.groups!)
    const span = found.groups!.span ?? partOfDay(found.groups!.word)
    const hour =
      { 白天: 20, 夜间: 32, 晚上: 32, 晚: 32, 早晨: 8, 早上: 8, 凌晨: 6, 上午: 12, 中午: 14, 下午: 18, 傍晚: 20 }[span ?? ''] ?? 24
    const date = place({ ...of, hour, minute: 0 }, receivedAt, true)
    return date ? [{ at: found.index, end: found.index + found[0].length, date, hasDay: true, hasYear: of.year !== null }] : []
  })
}

interface Written {
  year: number | null
  month: number | null
  /** The day of the month, or so many days from today. */
  day: { of: number } | { from: number } | null
  hour: number
  minute: number
}

function dayOf(g: Record<string, string | undefined>): Pick<Written, 'year' | 'month' | 'day'> {
  const [y, m, d] = [g.year ?? g.year2, g.month ?? g.month2 ?? g.month3, g.day ?? g.day2 ?? g.day3]
  const from = g.word ? ({ 昨: -1, 前: -2, 明: 1 }[g.word[0]!] ?? 0) : null
  return {
    year: y ? toNumber(y) : null,
    month: m ? toNumber(m) : null,
    day: d ? { of: toNumber(d) } : from !== null ? { from } : null,
  }
}

/** Without a day the latest such moment that is not ahead of the message (or, of an end, the next one); without a month or year the nearest. */
function place(of: Written, near: Date, ahead: boolean): Date | null {
  const today = new Date(+near + china)
  const make = (y: number, m: number, d: number): Date | null => {
    const whole = new Date(Date.UTC(y, m, d))
    if (of.day && 'of' in of.day && (whole.getUTCMonth() !== ((m % 12) + 12) % 12 || whole.getUTCDate() !== d)) return null
    return new Date(+whole + of.hour * hourMs + of.minute * 60_000 - china)
  }
  const [y, m, d] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()]
  if (of.day === null) {
    const sameDay = make(y, m, d)!
    if (ahead) return +sameDay <= +near ? new Date(+sameDay + dayMs) : sameDay
    return +sameDay > +near + aheadMs ? new Date(+sameDay - dayMs) : sameDay
  }
  if ('from' in of.day) return make(y, m, d + of.day.from)
  if (of.month !== null && (of.month < 1 || of.month > 12)) return null
  if (of.year !== null) return of.month === null ? null : make(of.year, of.month - 1, of.day.of)
  const day = of.day.of
  const dates = [0, -1, 1].map((step) => (of.month === null ? make(y, m + step, day) : make(y + step, of.month - 1, day)))
  const away = (at: Date) => Math.abs(+at - +near)
  return dates.filter((at) => at !== null).sort((a, b) => away(a) - away(b))[0] ?? null
}

function after(start: Date, of: Written): Date {
  const at = new Date(Math.floor((+start + china) / dayMs) * dayMs - china + of.hour * hourMs + of.minute * 60_000)
  return +at <= +start ? new Date(+at + dayMs) : at
}

const partOfDay = (word: string | undefined) => (word ? { 晨: '早晨', 早: '早上', 晚: '晚上', 夜: '夜间' }[word[1]!] : undefined)

function hourOf(hour: number, part: string | undefined): number {
  if (!part || hour > 12) return hour
  if (/下午|傍晚/.test(part)) return hour < 12 ? hour + 12 : hour
  if (/中午/.test(part)) return hour < 10 ? hour + 12 : hour
  // 晚8时 is 20:00; 夜间2时 is two in the morning; 晚12时 is midnight.
  if (/晚/.test(part)) return hour >= 5 ? hour + 12 : hour
  if (/夜/.test(part)) return hour >= 6 ? hour + 12 : hour
  return hour === 12 && /凌晨/.test(part) ? 0 : hour
}

const chinese = '〇一二三四五六七八九'
/** 26, 二十六, 十, 二〇二六. */
export function toNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text)
  const plain = text.replace(/零/g, '〇')
  const ten = plain.indexOf('十')
  if (ten < 0) return [...plain].reduce((sum, c) => sum * 10 + chinese.indexOf(c), 0)
  const [tens, ones] = [plain.slice(0, ten), plain.slice(ten + 1)]
  return (tens ? chinese.indexOf(tens) : 1) * 10 + (ones ? chinese.indexOf(ones) : 0)
}
