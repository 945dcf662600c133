/** Numbers and times written the way a Chinese voice has to read them. */
const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 26 -> 二十六, 10 -> 十, 105 -> 一百零五, 12000 -> 一万二千; what is longer than a count can be is read digit by digit. */
export function sayNumber(n: number): string {
  if (!Number.isSafeInteger(n) || n >= 1e12) return sayDigits(String(n))
  if (n >= 1e8) return sayParts(n, 1e8, '亿')
  if (n >= 1e4) return sayParts(n, 1e4, '万')
  const said = sayThousands(n)
  return said.startsWith('一十') ? said.slice(1) : said
}

function sayParts(n: number, unit: number, name: string): string {
  const rest = n % unit
  const head = `${sayNumber(Math.floor(n / unit))}${name}`
  return rest === 0 ? head : `${head}${rest < unit / 10 ? '零' : ''}${rest >= 10 && rest < 20 ? sayThousands(rest) : sayNumber(rest)}`
}

function sayThousands(n: number): string {
  let said = ''
  let gap = false
  for (const [unit, name] of [
    [1000, '千'],
    [100, '百'],
    [10, '十'],
    [1, ''],
  ] as const) {
    const digit = Math.floor(n / unit) % 10
    if (digit > 0) said += `${gap ? '零' : ''}${digits[digit]}${name}`
    gap = digit === 0 && said !== ''
  }
  return said || '零'
}

/** One by one, 1 as 幺: telephones, rooms, codes. */
export const sayDigits = (text: string): string => text.replace(/\d/g, (d) => (d === '1' ? '幺' : digits[Number(d)]!))

const partOfDay = (hour: number): string =>
  hour < 6 ? '凌晨' : hour < 9 ? '早上' : hour < 12 ? '上午' : hour < 14 ? '中午' : hour < 18 ? '下午' : '晚上'

/** 3:26 -> 凌晨三点二十六分; 8:00 -> 早上八点; 6:05 -> 早上六点零五分; 14:00 -> 下午两点. */
export function sayClock(hour: number, minute: number): string {
  const clock = hour > 12 ? hour - 12 : hour
  const said = `${partOfDay(hour)}${clock === 2 ? '两' : sayNumber(clock)}点`
  if (minute === 0) return said
  return `${said}${minute < 10 ? '零' : ''}${sayNumber(minute)}分`
}

/** A telephone number digit by digit, 1 read as 幺; the groups stay apart so that it can be written down. */
export function sayPhone(phone: string): string {
  return phone
    .replace(/[^\d+-]/g, '')
    .replace(/^\+86/, '')
    .split('-')
    .map(sayDigits)
    .filter(Boolean)
    .join(',')
}
