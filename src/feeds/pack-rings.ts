import type { BulletinArea, Reading } from './bulletin.js'

/**
 * Copying a million small arrays to another thread takes longer than reading them: rings travel as plain numbers, and what the
 * store is given of the areas is written where nobody waits for it.
 */
export type Packed = { reading: Reading; rings: Float64Array[]; written: string[] }

type Ring = BulletinArea['polygons'][number]
const written = new WeakMap<BulletinArea[], string>()
/** The areas as the store keeps them; of a large bulletin its reader has written them already. Nobody changes them after that. */
export const writeAreas = (areas: BulletinArea[]): string => written.get(areas) ?? JSON.stringify(areas)

const listsOf = (reading: Reading): Set<BulletinArea[]> => new Set(reading.kind === 'messages' ? reading.messages.map((m) => m.areas) : [])
const areasOf = (reading: Reading): BulletinArea[] => (reading.kind === 'messages' ? reading.messages.flatMap((m) => m.areas) : [])

/** Takes the rings out of a reading that is not used any more. */
export function packRings(reading: Reading): Packed {
  const texts = [...listsOf(reading)].map((areas) => JSON.stringify(areas))
  const rings: Float64Array[] = []
  const take = (all: Ring[]): Ring[] => {
    for (const ring of all) rings.push(pack(ring))
    return all.map(() => [])
  }
  for (const area of new Set(areasOf(reading))) {
    area.polygons = take(area.polygons)
    if (area.holes) area.holes = take(area.holes)
  }
  return { reading, rings, written: texts }
}

/** Puts them back, in the same order. */
export function unpackRings({ reading, rings, written: texts }: Packed): Reading {
  let next = 0
  const give = (all: Ring[]): Ring[] => all.map(() => unpack(rings[next++]!))
  for (const area of new Set(areasOf(reading))) {
    area.polygons = give(area.polygons)
    if (area.holes) area.holes = give(area.holes)
  }
  for (const [i, areas] of [...listsOf(reading)].entries()) written.set(areas, texts[i]!)
  return reading
}

function pack(ring: Ring): Float64Array {
  const flat = new Float64Array(ring.length * 2)
  for (let i = 0; i < ring.length; i++) flat.set(ring[i]!, i * 2)
  return flat
}

function unpack(flat: Float64Array): Ring {
  const ring: Ring = []
  for (let i = 0; i < flat.length; i += 2) ring.push([flat[i]!, flat[i + 1]!])
  return ring
}
