import { type Household, relations } from './register.js'

/**
 * The households of one place: what a match asks of all of them in rows of numbers, the rest as it was read until somebody asks for
 * it. A million households are read in a second so, and nobody waits for objects of homes that no storm is near.
 */
export interface HomeBlock {
  people: number
  /** Nobody knows where in their place these are. */
  unplaced: number
  /** By household, in the order of their ids; NaN where nobody knows. */
  lons: Float64Array
  lats: Float64Array
  list(): readonly Household[]
}

/** As the store packs them, each part in one order, whichever it is. */
export interface PackedHomes {
  place: string
  ids: string
  /** Longitude, latitude and people of each, as the store sends a float8 (highest byte first). */
  numbers: Buffer
  texts: string
}

/** Which contacts a household has, by its id. */
export type LinkBlock = () => ReadonlyMap<string, Household['contacts']>

/** Control characters that no text of the register holds: the store takes them out of what was typed. */
export const between = { fields: '\x1f', rows: '\x1e' } as const

export const rowsOf = (text: string): string[][] => text.split(between.rows).map((row) => row.split(between.fields))

export function readNumbers(packed: Buffer): Float64Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength)
  const numbers = new Float64Array(packed.byteLength / 8)
  for (let i = 0; i < numbers.length; i++) numbers[i] = view.getFloat64(i * 8)
  return numbers
}

/** Put in order here: sorting a million texts costs the store more than reading them, and most come in order. */
function orderOf(ids: string[]): number[] {
  const order = [...ids.keys()]
  return ids.some((id, i) => i > 0 && id < ids[i - 1]!) ? order.sort((a, b) => (ids[a]! < ids[b]! ? -1 : 1)) : order
}

export function openBlock(packed: PackedHomes, links: LinkBlock | undefined): HomeBlock {
  const numbers = readNumbers(packed.numbers)
  const order = orderOf(packed.ids.split(between.rows))
  const [lons, lats, people] = [new Float64Array(order.length), new Float64Array(order.length), new Float64Array(order.length)]
  let [sum, unplaced] = [0, 0]
  for (let i = 0; i < order.length; i++) {
    const at = order[i]! * 3
    lons[i] = numbers[at]!
    lats[i] = numbers[at + 1]!
    people[i] = numbers[at + 2]!
    sum += people[i]!
    if (Number.isNaN(lons[i]! + lats[i]!)) unplaced++
  }
  // Let go of once it is written out.
  let left: PackedHomes | null = packed
  let made: Household[] = []
  return {
    people: sum,
    ...{ unplaced, lons, lats },
    list() {
      if (left) made = writeOut(left, order, { lons, lats, people }, links?.())
      left = null
      return made
    },
  }
}

type Columns = Record<'lons' | 'lats' | 'people', Float64Array>
const known = (n: number): number | null => (Number.isNaN(n) ? null : n)

function writeOut(packed: PackedHomes, order: number[], { lons, lats, people }: Columns, links?: ReturnType<LinkBlock>): Household[] {
  const ids = packed.ids.split(between.rows)
  const rows = rowsOf(packed.texts)
  return order.map((row, i) => {
    const [building, unit, floor, room, tags, atHome, point, shelter, helper] = rows[row]!
    return {
      id: ids[row]!,
      place: packed.place,
      building: building!,
      unit: Number(unit),
      floor: Number(floor),
      room: room!,
      lon: known(lons[i]!),
      lat: known(lats[i]!),
      people: people[i]!,
      tags: tags ? tags.split(' ') : [],
      atHome: atHome === 'true',
      pointId: point || null,
      shelterId: shelter || null,
      helperId: helper || null,
      contacts: links?.get(ids[row]!) ?? [],
    }
  })
}

export function openLinks(text: string): LinkBlock {
  let left: string | null = text
  let made: ReturnType<LinkBlock> = new Map()
  return () => {
    if (left !== null) made = readLinks(left)
    left = null
    return made
  }
}

function readLinks(text: string): ReturnType<LinkBlock> {
  const links = new Map<string, Household['contacts']>()
  for (const [id, contactId, relation] of rowsOf(text)) {
    const others = links.get(id!) ?? []
    links.set(id!, others)
    others.push({ contactId: Number(contactId), relation: relations.find((r) => r === relation)! })
  }
  for (const list of links.values()) if (list.length > 1) list.sort((a, b) => a.contactId - b.contactId)
  return links
}

/** A block of households that are at hand: how a register is made that no store has read. */
export function blockOf(list: readonly Household[]): HomeBlock {
  return {
    people: list.reduce((sum, h) => sum + h.people, 0),
    unplaced: list.filter((h) => h.lon === null || h.lat === null).length,
    lons: Float64Array.from(list, (h) => h.lon ?? Number.NaN),
    lats: Float64Array.from(list, (h) => h.lat ?? Number.NaN),
    list: () => list,
  }
}
