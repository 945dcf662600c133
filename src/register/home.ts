import type { Snapshot } from './snapshot.js'

/** The subdistricts we answer for: those with grids. The others are in the register as names only. */
export const homesOf = (snapshot: Snapshot) =>
  snapshot.places.filter((p) => p.level === 'subdistrict' && snapshot.grids.some((g) => g.place.startsWith(p.place)))

/** Who we are in every text, e.g. 文峰街道: the one subdistrict we answer for, or the district of several. */
export function homeName(snapshot: Snapshot): string {
  const homes = homesOf(snapshot)
  const district = homes.length > 1 ? snapshot.places.find((p) => p.level === 'district') : undefined
  return district?.name ?? homes[0]?.name ?? '本街道'
}

/** Where things hang that belong to no grid: our subdistrict, or the district of several. */
export function homePlace(snapshot: Snapshot): string {
  const homes = homesOf(snapshot)
  return homes.length === 1 ? homes[0]!.place : (homes[0]?.place.slice(0, 6) ?? '')
}
