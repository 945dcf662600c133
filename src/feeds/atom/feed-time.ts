import { readCapTime } from '../cap/cap-time.js'

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const zones: Record<string, number> = {
  UT: 0,
  UTC: 0,
  GMT: 0,
  Z: 0,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
}
const mail =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),\s*)?(\d{1,2})\s+([A-Za-z]{3})\s+(\d{4})\s+(\d{2}):(\d{2})(?::(\d{2}))?\s*(?:([+-])(\d{2}):?(\d{2})|([A-Z]{1,3}))?$/

/** A time of a list, which is written as CAP's or as a letter's (RFC 822). Anything else is unknown, and never a reason to pass it over. */
export function readFeedTime(text: string): { at: Date; hasZone: boolean } | null {
  const cap = readCapTime(text)
  if (cap) return { at: cap.at, hasZone: cap.flaw !== 'no-offset' }
  const found = mail.exec(text.trim())
  if (!found) return null
  const [, day, month, year, hour, minute, second = '00', sign, zoneHour, zoneMinute, zone] = found
  const index = months.indexOf(month!.toLowerCase())
  const minutes = sign ? (sign === '-' ? -1 : 1) * (Number(zoneHour) * 60 + Number(zoneMinute)) : zone ? zones[zone] : 0
  if (index < 0 || minutes === undefined) return null
  const two = (value: string | number) => String(value).padStart(2, '0')
  const plain = readCapTime(`${year}-${two(index + 1)}-${two(day!)}T${hour}:${minute}:${second}Z`)
  const hours = zone && sign === undefined ? minutes * 60 : minutes
  return plain && { at: new Date(+plain.at - hours * 60_000), hasZone: sign !== undefined || zone !== undefined }
}

const dayMs = 86_400_000

/** When an entry of a list is surely over: where no zone is written, a day is waited. */
export function readFeedEnd(text: string): Date | null {
  const time = readFeedTime(text)
  return time && (time.hasZone ? time.at : new Date(+time.at + dayMs))
}
