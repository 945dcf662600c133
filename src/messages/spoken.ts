/** Numbers and times written the way a voice has to read them. */
const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九']

/** 0–99 as read in dates and times: 26 -> 二十六, 10 -> 十. */
export function sayNumber(n: number): string {
  if (n < 10) return digits[n]!
  const tens = Math.floor(n / 10)
  const ones = n % 10
  return `${tens === 1 ? '' : digits[tens]}十${ones === 0 ? '' : digits[ones]}`
}

const partOfDay = (hour: number): string =>
  hour < 6 ? '凌晨' : hour < 9 ? '早上' : hour < 12 ? '上午' : hour < 14 ? '中午' : hour < 18 ? '下午' : '晚上'

/** 3:26 -> 凌晨三点二十六分; 8:00 -> 早上八点; 6:05 -> 早上六点零五分. */
export function sayClock(hour: number, minute: number): string {
  const said = `${partOfDay(hour)}${sayNumber(hour > 12 ? hour - 12 : hour)}点`
  if (minute === 0) return said
  return `${said}${minute < 10 ? '零' : ''}${sayNumber(minute)}分`
}

/** A telephone number digit by digit, 1 read as 幺; the groups stay apart so that it can be written down. */
export function sayPhone(phone: string): string {
  return phone
    .replace(/[^\d+-]/g, '')
    .replace(/^\+86/, '')
    .split('-')
    .map((group) => [...group].map((d) => (d === '1' ? '幺' : (digits[Number(d)] ?? ''))).join(''))
    .filter(Boolean)
    .join(',')
}

/** English voices read a run of digits as one number unless they are kept apart. */
export function spellPhone(phone: string): string {
  return phone
    .replace(/[^\d-]/g, '')
    .split('-')
    .map((group) => [...group].join(' '))
    .join(', ')
}
