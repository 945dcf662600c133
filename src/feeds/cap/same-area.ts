import type { BulletinArea } from '../bulletin.js'

/** Words only: nothing to be placed by, and nothing that could not be placed. */
export const isBare = (area: BulletinArea): boolean =>
  area.polygons.length + area.circles.length + area.geocodes.length === 0 && !area.unplaced

/** What areas that are the same have in common; few others share it. */
export const keyOf = ({ polygons, circles, geocodes }: BulletinArea): string =>
  `${polygons.length} ${polygons[0]?.length ?? 0} ${polygons[0]?.[0] ?? ''} ${circles.length} ${geocodes.length} ${geocodes[0]?.value ?? ''}`

/** Shapes and codes tell whether two areas are the same, not their words: those are in another language. */
export function isSameArea(a: BulletinArea, b: BulletinArea): boolean {
  return (
    a.unplaced === b.unplaced &&
    areSame(a.polygons, b.polygons, isSameRing) &&
    areSame(a.holes ?? [], b.holes ?? [], isSameRing) &&
    areSame(a.circles, b.circles, (c, d) => c.lon === d.lon && c.lat === d.lat && c.radiusKm === d.radiusKm) &&
    areSame(a.geocodes, b.geocodes, (c, d) => c.name === d.name && c.value === d.value)
  )
}

const isSameRing = (a: [number, number][], b: [number, number][]) => areSame(a, b, (p, q) => p[0] === q[0] && p[1] === q[1])
const areSame = <T>(a: T[], b: T[], isSame: (one: T, other: T) => boolean) =>
  a.length === b.length && a.every((one, i) => isSame(one, b[i]!))
