import { type Datum, toWgs84 } from '../../base/datum.js'
import type { Relation } from '../register.js'
import type { GridFinder } from './find-grid.js'
import type { Column, ImportField } from './headings.js'
import { atHomeOf, type Door, doorOfAddress, doorOfCells, peopleOf, phonesOf, tagsOf } from './judge-cells.js'
import type { ProblemCode, RowProblem } from './problems.js'
import type { TableRow } from './read-table.js'

/** What a row says of a household. null and absent say nothing: the register keeps what it has. */
export interface ImportedHousehold extends Door {
  line: number
  place: string
  head: string
  people: number | null
  phones: Partial<Record<Relation, string[]>>
  tags: string[] | null
  at: [number, number] | null
  atHome: boolean | null
}

const phoneColumns = [
  ['phone', 'self'],
  ['familyPhone', 'family-away'],
  ['emergencyPhone', 'emergency'],
] as const satisfies [ImportField, Relation][]

/** A name or number that an export has covered: it says nothing. */
const isCovered = (text: string) => text.includes('**')

export type JudgeRow = (row: TableRow) => { household: ImportedHousehold | null; problems: RowProblem[] }

/** One row after another, by the same columns. A household that cannot be placed is left out; everything else is taken with a remark. */
export function createJudge(columns: readonly Column[], grids: GridFinder, datum: Datum): JudgeRow {
  const index = new Map(columns.flatMap((c, i) => (c.field ? [[c.field, i] as const] : [])))
  const has = (field: ImportField) => index.has(field)
  return ({ line, cells }) => {
    const cell = (field: ImportField): string => {
      const text = cells[index.get(field) ?? -1]?.trim() ?? ''
      return isCovered(text) ? '' : text
    }
    const problems: RowProblem[] = []
    const tell = (code: ProblemCode, field: ImportField | null, taken = true) => {
      const at = field === null ? undefined : index.get(field)
      problems.push({ line, column: at === undefined ? null : columns[at]!.heading, code, taken })
    }
    const refuse = (code: ProblemCode, field: ImportField | null) => {
      tell(code, field, false)
      return { household: null, problems }
    }
    if (cells.slice(columns.length).some((c) => c.trim())) return refuse('too-many-cells', null)
    const at = positionOf(cell('lon'), cell('lat'), datum)
    const grid = cell('grid')
    const byPosition = !grid && Array.isArray(at) ? grids.at(...at) : null
    const found = byPosition ?? (grid ? grids.byName(grid, cell('community')) : 'grid-missing')
    if (found === 'grid-missing' || found === 'grid-unknown' || found === 'grid-ambiguous') return refuse(found, 'grid')
    const door = doorOf(cell)
    if (door === 'address-missing' || door === 'address-unclear') return refuse(door, has('address') ? 'address' : 'room')

    const head = cell('head').replace(/\s+/g, ' ')
    if (!head && has('head') && !isCovered(cells[index.get('head')!] ?? '')) tell('head-missing', 'head')
    const people = peopleOf(cell('people'))
    if (people === null && cell('people')) tell('people-unclear', 'people')
    const phones: ImportedHousehold['phones'] = {}
    const given = new Set<string>()
    for (const [field, relation] of phoneColumns) {
      const read = phonesOf(cell(field))
      if (read.problem) tell(read.problem, field)
      // A number stands for one person of the household: in the first column that has it.
      const fresh = read.phones.filter((phone) => !given.has(phone))
      for (const phone of fresh) given.add(phone)
      if (fresh.length > 0) phones[relation] = fresh
    }
    const risk = tagsOf(cell('risk'))
    if (risk.unknown) tell('risk-unknown', 'risk')
    const atHome = atHomeOf(cell('atHome'))
    if (atHome === 'unclear') tell('at-home-unclear', 'atHome')
    const trusted = Array.isArray(at) && grids.contains(found, ...at) ? at : null
    if (at === 'position-unclear' || at === 'position-swapped') tell(at, 'lon')
    else if (at && !trusted) tell('position-outside', 'lon')
    return {
      household: {
        ...{ line, place: found, ...door, head, people, phones, tags: risk.tags, at: trusted },
        atHome: atHome === 'unclear' ? null : atHome,
      },
      problems,
    }
  }
}

function doorOf(cell: (field: ImportField) => string): Door | 'address-missing' | 'address-unclear' {
  const cells = { building: cell('building'), unit: cell('unit'), floor: cell('floor'), room: cell('room') }
  const address = cell('address')
  if (cells.building && cells.room) return doorOfCells(cells) ?? 'address-unclear'
  if (!address) return 'address-missing'
  return doorOfAddress(address) ?? 'address-unclear'
}

export function positionOf(lon: string, lat: string, datum: Datum): [number, number] | null | 'position-unclear' | 'position-swapped' {
  if (!lon && !lat) return null
  const [x, y] = [degrees(lon), degrees(lat)]
  if (x === null || y === null) return 'position-unclear'
  if (Math.abs(y) > 90 && Math.abs(x) <= 90) return 'position-swapped'
  if (Math.abs(x) > 180 || Math.abs(y) > 90) return 'position-unclear'
  return toWgs84([x, y], datum)
}
function degrees(cell: string): number | null {
  const text = cell.normalize('NFKC').replace(/[°EN\s]/g, '')
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null
}
