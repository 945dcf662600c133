import type { Seal } from '../../base/seal.js'
import type { ImportedThing } from './judge-thing.js'

/** A row of its table; blind is the keyed hash of its telephone. */
export interface ThingRow {
  id: string
  place: string
  version: number
  name: string
  blind: string | null
  [column: string]: unknown
}
export interface ChangedThing {
  row: ThingRow
  incoming: ImportedThing
  fields: string[]
}
export interface ThingDifference {
  added: ImportedThing[]
  changed: ChangedThing[]
  gone: ThingRow[]
  unchanged: number
}

/** A thing is known by its name in its place; who has two posts there stands twice. */
export const thingKey = ({ place, name, post }: { place: string; name: unknown; post?: unknown }): string =>
  `${place} ${String(name).normalize('NFKC').replace(/\s/g, '')} ${post ?? ''}`
export const keyOf = ({ place, said }: ImportedThing): string => thingKey({ place, name: said.name, post: said.post })

export function compareThings(rows: readonly ThingRow[], incoming: readonly ImportedThing[], seal: Seal): ThingDifference {
  const known = new Map(rows.map((row) => [thingKey(row as { place: string; name: string; post?: unknown }), row]))
  const difference: ThingDifference = { added: [], changed: [], gone: [], unchanged: 0 }
  for (const one of incoming) {
    const row = known.get(keyOf(one))
    known.delete(keyOf(one))
    if (!row) {
      difference.added.push(one)
      continue
    }
    const fields = Object.keys(one.said).filter((column) => !isSame(one.said[column], row[column]))
    if (one.phone && seal.blind(one.phone).toString('hex') !== row.blind) fields.push('phone')
    if (fields.length > 0) difference.changed.push({ row, incoming: one, fields })
    else difference.unchanged += 1
  }
  difference.gone.push(...known.values())
  return difference
}
/** A millionth of a degree is 0.1 m: no move. */
const isSame = (a: unknown, b: unknown) => a === b || (typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) < 2e-6)
