/**
 * How a mainland carrier counts an SMS (signature and its brackets included; a letter counts like a Chinese character):
 * up to 70 is one message, longer ones are cut into parts of 67. Measured in UTF-16 units, so an emoji counts as two.
 */
export const smsLimits = { single: 70, part: 67, parts: 2, variable: 35, signature: 12 } as const
export const smsMaximum = smsLimits.part * smsLimits.parts

export interface SmsCount {
  characters: number
  segments: number
}

export function countSms(text: string): SmsCount {
  const characters = text.length
  return { characters, segments: characters === 0 ? 0 : characters <= smsLimits.single ? 1 : Math.ceil(characters / smsLimits.part) }
}

/** Cuts to at most `units` UTF-16 units, never through a surrogate pair, and shows that something is missing. */
export function shorten(text: string, units: number): string {
  if (text.length <= units) return text
  let end = units - 1
  const last = text.charCodeAt(end - 1)
  if (last >= 0xd800 && last <= 0xdbff) end--
  return `${text.slice(0, end)}…`
}
