import gcoordModule from 'gcoord'

// What its types call the default export is, in Node, the module itself.
const gcoord = gcoordModule as unknown as typeof gcoordModule.default

export const datums = ['wgs84', 'gcj02', 'bd09'] as const
export type Datum = (typeof datums)[number]

/** 0.1 m is finer than the datum is known. */
const round = (v: number) => Math.round(v * 1e6) / 1e6

/** A point of a Chinese map service on WGS-84: off by up to 600 m otherwise, a whole grid. Outside China nothing is shifted. */
export function toWgs84(point: [number, number], datum: Datum): [number, number] {
  if (datum === 'wgs84') return point
  const [lon, lat] = gcoord.transform(point, datum === 'gcj02' ? gcoord.GCJ02 : gcoord.BD09, gcoord.WGS84)
  return [round(lon), round(lat)]
}
