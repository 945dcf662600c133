/** Numbers and times written the way an English voice has to read them. */
const small =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  )
const tens = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety']

export function sayInEnglish(n: number): string {
  if (n < 20) return small[n]!
  if (n < 100) return n % 10 === 0 ? tens[n / 10]! : `${tens[Math.floor(n / 10)]} ${small[n % 10]}`
  for (const [unit, name] of [
    [1e9, 'billion'],
    [1e6, 'million'],
    [1000, 'thousand'],
    [100, 'hundred'],
  ] as const)
    if (n >= unit) return `${sayInEnglish(Math.floor(n / unit))} ${name}${n % unit === 0 ? '' : ` ${sayInEnglish(n % unit)}`}`
  return small[0]!
}

/** One by one, the groups apart: a run of digits would be read as one number. */
export const spellDigits = (text: string): string =>
  text
    .replace(/^\+?86(?=[- ]|1)/, '')
    .split(/[- ]+/)
    .map((group) =>
      [...group]
        .filter((d) => d >= '0' && d <= '9')
        .map((d) => small[Number(d)]!)
        .join(' '),
    )
    .filter(Boolean)
    .join(', ')

/** 3:26 -> three twenty six a.m.; 23:05 -> eleven oh five p.m.; 8:00 -> eight a.m. */
export function sayClockInEnglish(hour: number, minute: number): string {
  const clock = sayInEnglish(hour % 12 || 12)
  const past = minute === 0 ? '' : minute < 10 ? ` oh ${sayInEnglish(minute)}` : ` ${sayInEnglish(minute)}`
  return `${clock}${past} ${hour % 24 < 12 ? 'a.m.' : 'p.m.'}`
}

const months = 'January February March April May June July August September October November December'.split(' ')
const monthOf = (short: string) => months.find((month) => month.startsWith(short))!

const units: Record<string, string> = {
  'mm/h': 'millimetres an hour',
  'km/h': 'kilometres an hour',
  'm/s': 'metres a second',
  mm: 'millimetres',
  cm: 'centimetres',
  km: 'kilometres',
  m: 'metres',
  h: 'hours',
  '%': 'percent',
  '℃': 'degrees',
  '°C': 'degrees',
}
const unit = Object.keys(units).join('|')
const amount = '\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?|\\d+(?:\\.\\d+)?'

function sayAmount(written: string): string {
  const [whole = '', part] = written.replaceAll(',', '').split('.')
  const said = whole.length > 9 ? spellDigits(whole) : sayInEnglish(Number(whole))
  return part === undefined ? said : `${said} point ${spellDigits(part)}`
}

export function readAloudInEnglish(text: string): string {
  return text
    .replace(/(?<!\d)(\d{1,2}):(\d{2})(?!\d)(?: ?[ap]\.m\.)?/g, (all, h: string, m: string) => {
      if (Number(h) > 24 || Number(m) > 59) return all
      const half = /[ap](?=\.m\.$)/.exec(all)?.[0]
      return sayClockInEnglish(half ? (Number(h) % 12) + (half === 'p' ? 12 : 0) : Number(h), Number(m))
    })
    .replace(/(?<!\d)(?:\+?86[- ]?)?(?:0\d{2,3}[- ]?\d{7,8}|400[- ]?\d{3}[- ]?\d{4}|1[3-9]\d{9})(?!\d)/g, spellDigits)
    .replace(
      new RegExp(`(${amount})\\s*[-–~]\\s*(?=(?:${amount})\\s*(?:${unit})(?![A-Za-z]))`, 'g'),
      (_, n: string) => `${sayAmount(n)} to `,
    )
    .replace(new RegExp(`(${amount})\\s*(${unit})(?![A-Za-z])`, 'g'), (_, n: string, u: string) => `${sayAmount(n)} ${units[u]}`)
    .replace(/(?<![\d.-])(?:110|119|120|122|12345|12379)(?![\d.-])/g, spellDigits)
    .replace(
      /\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b/g,
      (_, day: string, month: string) => `on ${monthOf(month)} ${day}`,
    )
    .replace(/(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])/g, ' ')
    .replace(new RegExp(amount, 'g'), sayAmount)
}
