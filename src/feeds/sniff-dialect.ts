/** Which dialect a file is in, told from how it begins; a text for people is for the officer. null: neither. */
export function sniffDialect(raw: Buffer): string | null {
  const head = opening(raw)
  if (head === null) return null
  const start = head.trimStart()
  if (start.startsWith('<')) return /<sendTime[\s>]/.test(head) && !/urn:oasis:names:tc:emergency:cap/.test(head) ? 'cn12379' : 'cap'
  if (/^[[{]|^var\s/.test(start)) return shapes.find(([shape]) => shape.test(head))?.[1] ?? null
  return /\p{Script=Han}/u.test(head) ? 'text' : null
}

/** Most particular first. */
const shapes: [RegExp, string][] = [
  [/var\s+alarminfo|"ALERTID"/, 'weathercn'],
  [/"alertData"|var\s+alertData/, 'list-12379'],
  [/"alertid"/, 'nmc'],
  [/"messageType"[\s\S]*"(?:geocode|affectedZones)"|"affectedZones"/, 'nws'],
  [/"(?:uuid|alert)"[\s\S]*"msgType"/, 'meteoalarm'],
  [/"signallevel"|"signaltype"/, 'cma'],
  [/"(?:severityColor|pubTime|issuedTime)"/, 'qweather'],
  [/"stcd"/, 'cjh'],
  [/"(?:minutely_15|hourly|hourly_units)"/, 'open-meteo'],
  [/"(?:headline|title)"[\s\S]*"longitude"/, 'cma'],
]

function opening(raw: Buffer): string | null {
  const head = raw.subarray(0, 20_000)
  if (head.length === 0) return null
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  if (!utf16 && head.includes(0)) return null
  return textOf(head)
}

/** UTF-8, or what Chinese Windows writes. A cut in the middle of a character does no harm. */
export function textOf(raw: Buffer): string {
  const utf8 = new TextDecoder('utf-8').decode(raw)
  const faults = (utf8.match(/\ufffd/g) ?? []).length
  if (raw[0] === 0xff && raw[1] === 0xfe) return new TextDecoder('utf-16le').decode(raw)
  if (raw[0] === 0xfe && raw[1] === 0xff) return new TextDecoder('utf-16be').decode(raw)
  return faults <= 1 ? utf8 : new TextDecoder('gb18030').decode(raw)
}
