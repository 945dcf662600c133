/** A CAP time. It must say its offset; one that does not is read as China's time, and that is told. */
export interface CapTime {
  at: Date
  /** What is wrong with how it is written, though it can be understood. */
  flaw: CapTimeFlaw | null
}
export type CapTimeFlaw = 'no-offset' | 'blank-for-t' | 'buddhist-year'

/** Thailand counts 543 years more; read as ours, its warnings would be in force for centuries. */
const buddhistYears = 543
const lastYear = 2442

const shape = /^(\d{4})-(\d{2})-(\d{2})([T ])(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,9})?(Z|[+-]\d{2}:\d{2})?$/

export function readCapTime(text: string): CapTime | null {
  const found = shape.exec(text.trim())
  if (!found) return null
  const [written, month, day, hour, minute, second] = [1, 2, 3, 5, 6, 7].map((i) => Number(found[i])) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const year = written > lastYear ? written - buddhistYears : written
  const offset = offsetMinutes(found[8])
  if (offset === null || month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return null
  // 24:00:00 is the end of the day; any later minute of hour 24 does not exist.
  if (hour > 24 || (hour === 24 && (minute > 0 || second > 0)) || minute > 59 || second > 59) return null
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000)
  const flaw = found[8] === undefined ? 'no-offset' : found[4] === ' ' ? 'blank-for-t' : year !== written ? 'buddhist-year' : null
  return { at, flaw }
}

function offsetMinutes(text: string | undefined): number | null {
  if (text === undefined) return 8 * 60
  if (text === 'Z') return 0
  const hours = Number(text.slice(1, 3))
  const minutes = Number(text.slice(4, 6))
  if (hours > 14 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}

const daysOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate()
