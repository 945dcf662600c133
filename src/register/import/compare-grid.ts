import type { Home, HouseholdRow, Link } from '../household-store.js'
import type { Relation } from '../register.js'
import { inOrder } from './judge-cells.js'
import type { ImportedHousehold } from './judge-row.js'

export type ChangedField = 'head' | 'people' | 'phones' | 'tags' | 'position' | 'atHome'
export interface Change {
  home: Home
  incoming: ImportedHousehold
  fields: ChangedField[]
}
export interface Difference {
  added: ImportedHousehold[]
  changed: Change[]
  gone: Home[]
  unchanged: number
}

/** A door within its grid. Where the room's number tells the floor, the floor written beside it does not make another door. */
export function doorKey({ building, unit, floor, room }: Pick<HouseholdRow, 'building' | 'unit' | 'floor' | 'room'>): string {
  const plain = (text: string) => text.normalize('NFKC').replace(/\s/g, '').toLowerCase()
  return `${plain(building).replace(/^([0-9a-z]+)栋$/, '$1')}|${unit}|${/\d{3}/.test(room) ? '' : floor}|${plain(room).replace(/(?<=\d)室$/, '')}`
}

/**
 * Rows of one grid against its households. A household is known by its door and, where several live behind one door, by the
 * name of its head; the one left over on both sides is the same household under another name. `phones` are the addresses of phones.
 */
export function compareGrid(homes: readonly Home[], rows: readonly ImportedHousehold[], phones: ReadonlyMap<number, string>): Difference {
  const behind = byDoor(homes, (home) => home.row)
  const perDoor = byDoor(rows, (row) => row)
  const difference: Difference = { added: [], changed: [], gone: [], unchanged: 0 }
  for (const [door, incoming] of perDoor) {
    const { pairs, news, left } = pair(behind.get(door) ?? [], incoming)
    behind.delete(door)
    difference.added.push(...news)
    difference.gone.push(...left)
    for (const [home, row] of pairs) {
      const fields = changedFields(home, row, phones)
      if (fields.length > 0) difference.changed.push({ home, incoming: row, fields })
      else difference.unchanged += 1
    }
  }
  for (const left of behind.values()) difference.gone.push(...left)
  return difference
}

function byDoor<T>(all: readonly T[], doorOf: (one: T) => Parameters<typeof doorKey>[0]): Map<string, T[]> {
  const doors = new Map<string, T[]>()
  for (const one of all) {
    const key = doorKey(doorOf(one))
    const behind = doors.get(key)
    if (behind) behind.push(one)
    else doors.set(key, [one])
  }
  return doors
}

function pair(homes: readonly Home[], rows: readonly ImportedHousehold[]) {
  const left = [...homes]
  const pairs: [Home, ImportedHousehold][] = []
  const news: ImportedHousehold[] = []
  for (const row of rows) {
    const at = left.findIndex((home) => row.head !== '' && home.sealed?.head === row.head)
    if (at >= 0) pairs.push([left.splice(at, 1)[0]!, row])
    else news.push(row)
  }
  if (left.length === 1 && news.length === 1) pairs.push([left.pop()!, news.pop()!])
  return { pairs, news, left }
}

function changedFields({ row, links, sealed }: Home, incoming: ImportedHousehold, phones: ReadonlyMap<number, string>): ChangedField[] {
  const fields: ChangedField[] = []
  if (incoming.head && incoming.head !== sealed?.head) fields.push('head')
  if (incoming.people !== null && incoming.people !== row.people) fields.push('people')
  const numbers = (relation: string) => links.filter((l) => l.relation === relation).flatMap((l) => phones.get(l.contact_id) ?? [])
  const given = Object.entries(incoming.phones) as [Relation, string[]][]
  if (given.some(([relation, wanted]) => !sameSet(numbers(relation), wanted))) fields.push('phones')
  if (incoming.tags && !sameSet(row.tags, incoming.tags)) fields.push('tags')
  if (incoming.at && !isNear(incoming.at, row)) fields.push('position')
  if (incoming.atHome !== null && incoming.atHome !== row.at_home) fields.push('atHome')
  return fields
}
const sameSet = (a: readonly string[], b: readonly string[]) => a.length === b.length && a.every((x) => b.includes(x))
/** A millionth of a degree is 0.1 m: no move. */
const isNear = ([lon, lat]: [number, number], row: HouseholdRow) =>
  row.lon !== null && row.lat !== null && Math.abs(row.lon - lon) < 2e-6 && Math.abs(row.lat - lat) < 2e-6

/** The row as it will be; what the file does not say stays. */
export function mergeRow(row: HouseholdRow, incoming: ImportedHousehold): HouseholdRow {
  const moved = incoming.at !== null && !isNear(incoming.at, row)
  return {
    ...row,
    people: incoming.people ?? row.people,
    tags: incoming.tags ? inOrder(incoming.tags) : row.tags,
    lon: moved ? incoming.at![0] : row.lon,
    lat: moved ? incoming.at![1] : row.lat,
    at_home: incoming.atHome ?? row.at_home,
    version: row.version + 1,
  }
}

/** Numbers given for a relation replace the phones of that relation; subscriptions and other relations stay. */
export function mergeLinks(
  links: readonly Link[],
  given: ImportedHousehold['phones'],
  phones: ReadonlyMap<number, string>,
  idOf: (phone: string) => number,
): Link[] {
  const wanted = (Object.entries(given) as [Relation, string[]][]).flatMap(([relation, numbers]) =>
    numbers.map((phone) => ({ contact_id: idOf(phone), relation: relation as string })),
  )
  const isReplaced = (l: Link) => (l.relation in given && phones.has(l.contact_id)) || wanted.some((w) => w.contact_id === l.contact_id)
  return [...links.filter((l) => !isReplaced(l)), ...wanted]
}
