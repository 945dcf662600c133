/**
 * Times as Chinese services write them: always +08:00 unless they say otherwise. "2020-02-05 10:45:00+08:00", "2018-01-21 22:36:38",
 * "2023/06/05 16:06", "2025-10-24T11:19+08:00", "20200205105119", "2026年7月12日3时28分".
 */
export function readChinaTime(text: string): Date | null {
  const trimmed = text.trim()
  if (trimmed.length > 40) return null
  const found = written.exec(trimmed) ?? compact.exec(trimmed) ?? spoken.exec(trimmed)
  if (!found) return null
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((i) => Number(found[i] ?? 0)) as Six
  const offset = offsetMinutes(found[7])
  if (offset === null || month < 1 || month > 12 || day < 1 || day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null
  if (hour > 24 || (hour === 24 && minute + second > 0) || minute > 59 || second > 59) return null
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second) - offset * 60_000)
}

type Six = [number, number, number, number, number, number]
const written = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:T|\s{1,3})(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i
const compact = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})?$/
const spoken = /^(\d{4})年(\d{1,2})月(\d{1,2})日(\d{1,2})[时:：](\d{1,2})(?:分|$)(?:(\d{1,2})秒)?$/

function offsetMinutes(text: string | undefined): number | null {
  if (text === undefined) return 8 * 60
  if (text.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(-2))]
  if (hours > 14 || minutes > 59) return null
  return (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes)
}
