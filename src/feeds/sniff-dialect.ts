/** Which dialect a file is in, told from how it begins; a text for people is for the officer. null: neither. */
export function sniffDialect(raw: Buffer): string | null {
  const head = opening(raw)
  if (head === null) return null
  const start = head.trimStart()
  if (start.startsWith('<')) return ofXml(head)
  if (/^[[{]|^var\s/.test(start)) return shapes.find(([, ...signs]) => signs.every((sign) => sign.test(head)))?.[0] ?? null
  return /\p{Script=Han}/u.test(head) ? 'text' : null
}

/** The national XML is the one without a namespace. */
function ofXml(head: string): string {
  if (/<Report\s[^>]*kishou/.test(head)) return 'jma'
  if (/<rss\s[^>]*xmlns:gdacs=/.test(head)) return 'gdacs'
  return /<alert(?![^>]*\sxmlns)[\s>]/.test(head) ? 'cn12379' : 'cap'
}

/** All the signs of a shape must be there. Most particular first. */
const shapes: [string, ...RegExp[]][] = [
  ['weathercn', /var\s+alarminfo|"ALERTID"|"\d{5,9}-\d{14}-\d{4}\.html"/],
  ['list-12379', /"alertData"|var\s+alertData/],
  ['nmc', /"alertid"|"provinceAlarms"/],
  ['eccc', /"alert_code"/],
  ['caiyun', /"api_version"/],
  ['nws-observations', /"@context"|"Feature/, /\/stations\/[^"]{1,40}\/observations[/?"]/],
  ['nws', /"affectedZones"|"FeatureCollection"[\s\S]*"messageType"|watches, warnings, and advisories|api\.weather\.gov\/problems/],
  ['meteoalarm', /"warnings"\s*:\s*\[\s*(?:\]|\{\s*"(?:uuid|alert)")/],
  ['cap-json', /"identifier"/, /"info"\s*:\s*[[{]/],
  ['list-12379', /"identifier"/, /"headline"/, /"sendTime"|"eventTypeCN"|"referencesInfo"/],
  ['cma', /"signallevel"|"signaltype"|"p00\d{5}"/],
  ['cma-now', /"windDirectionDegree"/],
  ['qweather', /"(?:severityColor|pubTime|issuedTime|typeName|zeroResult|warningLocList)"|"warning"\s*:\s*\[/],
  ['qweather-weather', /"(?:fxTime|obsTime)"|"metadata"[\s\S]*"(?:condition|temperature)"/],
  ['cjh', /"stcd"/],
  ['open-meteo', /"generationtime_ms"|"(?:minutely_15|hourly|current|daily)(?:_units)?"/],
  ['pegelonline', /"stateMnwMhw"|^\W*"timestamp"\s*:\s*"[^"]*"\s*,\s*"value"/],
  ['gauge', /"station"/, /"kind"/],
  ['swic', /"mid"/, /"areaDesc"/],
  ['cma', /"(?:headline|title)"[\s\S]*"longitude"/],
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
