import type { Language } from './channel.js'
import { sayClock, sayDigits, sayNumber, sayPhone } from './spoken.js'
import { readAloudInEnglish } from './spoken-english.js'

/** Longest first: km/h is not km. */
const units: [RegExp, string][] = [
  [/毫米\/(?:小时|h)|mm\/h/, '毫米每小时'],
  [/km\/h/, '公里每小时'],
  [/m[³3]\/s|立方米\/秒/, '立方米每秒'],
  [/m\/s|米\/秒/, '米每秒'],
  [/mm/, '毫米'],
  [/cm/, '厘米'],
  [/km/, '公里'],
  [/m[²2]/, '平方米'],
  [/hPa/, '百帕'],
  [/kg/, '公斤'],
  [/℃|°C/, '摄氏度'],
  [/min/, '分钟'],
  [/m/, '米'],
  [/h/, '小时'],
]
const unit = units.map(([pattern]) => `(?:${pattern.source})`).join('|')
const unitWord = (written: string): string => units.find(([pattern]) => new RegExp(`^(?:${pattern.source})$`).test(written))?.[1] ?? written

/** What is counted takes 两, what is numbered takes 二: 两户, but 二栋 and 二号. */
const counted = /^(?:[人户个处名条天次辆台米小]|公里|套)/
const measured = `${unit}|毫米|厘米|公里|米|小时|分钟|天|日|人|户|级|摄氏度|度|时|点|次|个|层|楼|名|辆|处|%|％`

/** 12.50 -> 十二点五零; 03 -> 零三; 1,200 -> 一千二百. */
function sayAmount(written: string): string {
  const [whole = '', part] = written.replaceAll(',', '').split('.')
  const said = /^0\d/.test(whole) ? sayDigits(whole).replaceAll('幺', '一') : sayNumber(Number(whole))
  return part === undefined ? said : `${said}点${sayDigits(part).replaceAll('幺', '一')}`
}
const sayCounted = (written: string, after: string): string => (written === '2' && counted.test(after) ? '两' : sayAmount(written))
const isTime = (hour: string, minute: string) => Number(hour) <= 24 && Number(minute) < 60

type Rule = [RegExp, (match: string[], after: string) => string]
const amount = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?'
const rule = (pattern: string, say: Rule[1]): Rule => [new RegExp(pattern, 'gu'), say]

/** In this order: what is special first, any digit that is left last. */
const rules: Rule[] = [
  rule(
    '(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})(?!\\d)',
    ([, y, m, d]) => `${sayYear(y!)}年${sayNumber(Number(m))}月${sayNumber(Number(d))}日`,
  ),
  rule('(?<!\\d)(\\d{4})年', ([, y]) => `${sayYear(y!)}年`),
  rule('(?<!\\d)(\\d{1,2})[:：](\\d{2})(?:[:：]\\d{2})?(?!\\d)', ([all, h, m]) =>
    isTime(h!, m!) ? sayClock(Number(h), Number(m)) : sayDigits(all!).replace(/[:：]/g, '比'),
  ),
  // A landline, 400 and mobile numbers, and the short ones everybody knows.
  rule('(?<!\\d)(?:\\+?86[- ]?)?(?:0\\d{2,3}[- ]?\\d{7,8}|400[- ]?\\d{3}[- ]?\\d{4}|1[3-9]\\d[- ]?\\d{4}[- ]?\\d{4})(?!\\d)', ([all]) =>
    sayPhone(all!.replaceAll(' ', '-')),
  ),
  rule(`(?<!\\d)(?:110|119|120|122|12345|12379|12122|12328)(?![\\d.]|${measured})`, ([all]) => sayDigits(all!)),
  // 3-2-1号 is a door, 2-3小时 a span.
  rule(
    `(?<![\\d-])(${amount})\\s*(?:-|~|～|—|–|至)\\s*(${amount})(?=\\s*(?:${measured}))`,
    ([, a, b]) => `${sayAmount(a!)}到${sayAmount(b!)}`,
  ),
  rule('(?<=\\d)\\s*[~～]\\s*(?=\\d)', () => '到'),
  rule('(?<=[\\dA-Za-z])[-–—](?=\\d)', () => '杠'),
  rule('(\\d+)#', ([, n]) => `${sayRoom(n!)}号`),
  rule('(?<!\\d)(\\d{3,4})(?=[号室房])', ([, n]) => sayDigits(n!)),
  // Codes: 11B03, G75, 50010141600000.
  rule(`(?<![A-Za-z\\d.])(?=[A-Za-z\\d]*[A-Za-z])(?=[A-Za-z\\d]*\\d)(?!\\d+(?:\\.\\d+)?(?:${unit})(?![A-Za-z\\d]))[A-Za-z\\d]+`, ([all]) =>
    sayDigits(all!),
  ),
  rule(`(?<!\\d)[-−](${amount})\\s*(?:℃|°C)`, ([, n]) => `零下${sayAmount(n!)}摄氏度`),
  rule(`(${amount})\\s*[%％]`, ([, n]) => `百分之${sayAmount(n!)}`),
  rule(`(${amount})\\s*‰`, ([, n]) => `千分之${sayAmount(n!)}`),
  rule(`(${amount})\\s*(${unit})(?![A-Za-z\\d])`, ([, n, u]) => `${sayCounted(n!, unitWord(u!))}${unitWord(u!)}`),
  rule('(?<![\\d,.])[-−](?=\\d)', () => '负'),
  rule(`\\d{9,}|${amount}`, ([all], after) => (/^\d{9,}$/.test(all!) ? sayDigits(all!) : sayCounted(all!, after))),
  rule('\\d', ([all]) => sayDigits(all!)),
]
const sayYear = (year: string) => sayDigits(year).replaceAll('幺', '一')
const sayRoom = (n: string) => (n.length > 2 ? sayDigits(n) : sayNumber(Number(n)))

const roman: Record<string, string> = { Ⅰ: '1', Ⅱ: '2', Ⅲ: '3', Ⅳ: '4', I: '1', II: '2', III: '3', IV: '4' }
/** Any digit of any script, full-width, ringed or raised, as 0 to 9. */
export function plainDigits(text: string): string {
  return text
    .replace(/(?<![A-Za-z])(?:IV|I{1,3}|[Ⅰ-Ⅳ])(?=级)/g, (n) => roman[n]!)
    .replace(/[²³](?=\/s|(?![\d.]))/g, (n) => (n === '²' ? '2' : '3'))
    .replace(/[\p{Nd}\p{No}]/gu, (n) => {
      if (n >= '0' && n <= '9') return n
      const plain = n.normalize('NFKC')
      return [...plain]
        .map((c) => (/\p{Nd}/u.test(c) ? String(digitOf(c)) : /[\d⁄]/.test(c) ? c : ''))
        .join('')
        .replace('⁄', '/')
    })
}
/** Unicode keeps the ten digits of a script side by side, zero first. */
function digitOf(c: string): number {
  let zero = c.codePointAt(0)!
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && c.codePointAt(0)! - zero < 9) zero--
  return c.codePointAt(0)! - zero
}

/** A text as a voice reads it: no digit is left to the machine's guess. */
export function readAloud(text: string, language: Language): string {
  const plain = plainDigits(text)
  if (!/\d/.test(plain)) return plain
  if (language === 'en') return readAloudInEnglish(plain)
  return rules.reduce(
    (said, [pattern, say]) =>
      said.replace(pattern, (...found: unknown[]) => {
        const at = found.findIndex((one) => typeof one === 'number')
        return say(found.slice(0, at) as string[], said.slice((found[at] as number) + (found[0] as string).length))
      }),
    plain,
  )
}
