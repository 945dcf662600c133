import type { Digit } from './read-title.js'

/** p0007004: p, four digits of hazard, 00, one of colour (1 red … 4 blue). p0000004 names a colour and no hazard. */
export function pictureOf(text: string): { text: string; type: string | null; level: Digit | null } | null {
  const found = /p(\d{4})00(\d)(?:\.png)?$/.exec(text.slice(-40))
  if (!found) return null
  const [, type, digit] = found as unknown as [string, string, string]
  return { text: `p${type}00${digit}`, type: type === '0000' ? null : `p${type}`, level: levels[digit] ?? null }
}
const levels: Record<string, Digit> = { 1: 'red', 2: 'orange', 3: 'yellow', 4: 'blue' }
