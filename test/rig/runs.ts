/** How often a property is tried: as written in `npm test`, FUZZ times as often in `npm run fuzz` (with fresh seeds there). */
export const factor = Number(process.env.FUZZ ?? 1)
export const runs = (numRuns: number, seed?: number): { numRuns: number; seed?: number } => ({
  numRuns: Math.ceil(numRuns * factor),
  ...(seed !== undefined && factor === 1 ? { seed } : {}),
})
