import type { Digit } from '../chinese/read-title.js'

/** LEVELCODE of this site counts upwards: 01 blue … 04 red. It is evidence beside the colour word, never the level itself. */
const levels: Record<string, Digit> = { '01': 'blue', '02': 'yellow', '03': 'orange', '04': 'red' }
/** Guangdong's white has a code of its own. */
const white = '91'

export const levelOfCode = (code: string): Digit | null => (Object.hasOwn(levels, code) ? levels[code]! : null)
export const isLevelCode = (code: string): boolean => levelOfCode(code) !== null || code === white

/** TYPECODE 09 stands as w09 in config/events.yaml: its numbering is not that of any other service. */
export const eventCodes = (typeCode: string): { name: string; value: string }[] =>
  /^\d{2}$/.test(typeCode) ? [{ name: 'TYPECODE', value: `w${typeCode}` }] : []

export const levelEvidence = (code: string): { where: string; text: string; level: Digit }[] => {
  const level = levelOfCode(code)
  return level ? [{ where: 'LEVELCODE', text: code, level }] : []
}
