import type { Datum } from '../../base/datum.js'
import { newId } from '../../base/ids.js'
import type { Staff } from '../register.js'
import type { Snapshot } from '../snapshot.js'
import { createGridFinder } from './find-grid.js'
import { phonesOf } from './judge-cells.js'
import { positionOf } from './judge-row.js'
import type { ProblemCode, RowProblem } from './problems.js'
import type { TableRow } from './read-table.js'
import type { SheetThing, ThingColumn, ThingField } from './thing-sheets.js'

/** What a row says: columns of its table. What it says nothing of is not among them, and stays as it is. */
export interface ImportedThing {
  line: number
  /** Its own if it turns out to be new. */
  id: string
  place: string
  said: Record<string, string | number | boolean | null>
  phone: string | null
  /** Columns that name one of the staff, by name: they may stand on a later row. */
  names: { column: string; name: string; field: ThingField }[]
}

const kinds: [RegExp, string][] = [
  [/涝|积水|淹|waterlogging/i, 'waterlogging'],
  [/房|old-building/i, 'old-building'],
  [/坡|滑坡|崖|地灾|slope/i, 'slope'],
  [/河|溪|沟|水库|river-bank/i, 'river-bank'],
]
const yes = /^(是|值班|在岗|yes|y|1|true)$/i
const no = /^(否|不|不值班|no|n|0|false)$/i
const whole = (text: string): number | null =>
  /^\d{1,6}(\.0+)?\s*(米|人|m)?$/i.test(text.normalize('NFKC')) ? Number.parseInt(text.normalize('NFKC'), 10) : null

type Read = (text: string) => string | number | boolean | ProblemCode[]
const number: Read = (text) => whole(text) ?? ['number-unclear']
const text: Read = (said) => said.slice(0, 120)
/** Cells that are one column of the row, by field. */
const plainCells: Partial<Record<ThingField, [column: string, read: Read]>> = {
  name: ['name', (said) => said.slice(0, 60)],
  post: ['post', (said) => said.slice(0, 30)],
  duty: ['duty', (said) => (yes.test(said) ? true : no.test(said) ? false : ['duty-unclear'])],
  kind: ['kind', (said) => kinds.find(([form]) => form.test(said))?.[1] ?? ['kind-unknown']],
  number: ['number', (said) => whole(said.replace(/^[A-Z]+/i, '')) ?? ['number-unclear']],
  radius: ['radius_m', number],
  grade: ['grade', (said) => said.slice(0, 8)],
  address: ['address', text],
  capacityDay: ['capacity_day', number],
  capacityNight: ['capacity_night', number],
  platform: ['platform', (said) => (/企业微信|wecom/i.test(said) ? 'wecom' : /微信|wechat/i.test(said) ? 'wechat' : ['platform-unknown'])],
  members: ['members', number],
}
const named = { deputy: 'deputy_id', keeper: 'keeper_id', owner: 'owner_id' } as const
/** Without these nothing can be made of a row. */
const refusals = new Set<ProblemCode>(['kind-unknown'])

export type JudgeThing = (row: TableRow) => { thing: ImportedThing | null; problems: RowProblem[] }

/** One row after another: a thing that cannot be placed or named is left out; everything else is taken with a remark. */
export function createThingJudge(
  thing: SheetThing,
  columns: readonly ThingColumn[],
  snapshot: Pick<Snapshot, 'grids' | 'places'>,
  scope: string,
  datum: Datum,
): JudgeThing {
  const index = new Map(columns.flatMap((c, i) => (c.field ? [[c.field, i] as const] : [])))
  const placeOf = createPlaceFinder(snapshot, scope)
  return ({ line, cells }) => {
    const cell = (field: ThingField) => cells[index.get(field) ?? -1]?.trim() ?? ''
    const problems: RowProblem[] = []
    const tell = (code: ProblemCode, field: ThingField | null, taken: boolean) => {
      const at = field === null ? undefined : index.get(field)
      problems.push({ line, column: at === undefined ? null : columns[at]!.heading, code, taken })
    }
    const refuse = (code: ProblemCode, field: ThingField | null) => {
      tell(code, field, false)
      return { thing: null, problems }
    }
    if (cells.slice(columns.length).some((c) => c.trim())) return refuse('too-many-cells', null)
    if (!cell('name')) return refuse('name-missing', 'name')
    if (thing === 'staff' && !cell('post')) return refuse('post-missing', 'post')
    const at = positionOf(cell('lon'), cell('lat'), datum)
    const place = placeOf(cell('grid'), cell('community'), Array.isArray(at) ? at : null)
    if (place === 'grid-missing' || place === 'grid-unknown' || place === 'grid-ambiguous') return refuse(place, 'grid')
    const said: ImportedThing['said'] = {}
    for (const [field, [column, read]] of Object.entries(plainCells) as [ThingField, [string, Read]][]) {
      if (!cell(field)) continue
      const value = read(cell(field))
      if (!Array.isArray(value)) said[column] = value
      else if (refusals.has(value[0]!)) return refuse(value[0]!, field)
      else tell(value[0]!, field, true)
    }
    if (Array.isArray(at)) [said.lon, said.lat] = at
    else if (at !== null) tell(at, 'lon', true)
    const { phones, problem } = phonesOf(cell('phone'))
    if (problem) tell(problem, 'phone', true)
    const names = Object.entries(named).flatMap(([field, column]) => {
      const name = cell(field as ThingField)
      return name ? [{ column, name, field: field as ThingField }] : []
    })
    return { thing: { line, id: newId(), place, said, phone: phones[0] ?? null, names }, problems }
  }
}

/** A grid, or its community where no grid is given; without either where the position lies, or the whole of one's area. */
function createPlaceFinder(snapshot: Pick<Snapshot, 'grids' | 'places'>, scope: string) {
  const grids = createGridFinder(snapshot, scope)
  const communities = snapshot.places.filter((p) => p.level === 'community' && p.place.startsWith(scope))
  return (grid: string, community: string, at: [number, number] | null): string => {
    if (grid) {
      const found = grids.byName(grid, community)
      // 三中社区 in the column of grids: who works for the whole community.
      return found === 'grid-unknown' ? (communityOf(grid) ?? found) : found
    }
    if (community) return communityOf(community) ?? 'grid-unknown'
    return (at && grids.at(...at)) ?? (scope.length >= 9 ? scope : 'grid-missing')
  }
  function communityOf(written: string): string | null {
    const found = communities.filter((p) => [p.place, p.name, p.name.replace(/社区|村$/, ''), ...p.aliases].includes(written))
    return found.length === 1 ? found[0]!.place : null
  }
}

/** Who is meant by a name near a place: those of the place itself, then of its community, then of the whole area. */
export function createStaffFinder(staff: readonly Pick<Staff, 'id' | 'place' | 'name'>[]): (name: string, place: string) => string | null {
  const byName = new Map<string, Pick<Staff, 'id' | 'place'>[]>()
  for (const one of staff) byName.set(one.name, [...(byName.get(one.name) ?? []), one])
  return (name, place) => {
    const all = byName.get(name) ?? []
    for (const near of [place, place.slice(0, 12), place.slice(0, 9), '']) {
      const found = all.filter((s) => (near === place ? s.place === place : s.place.startsWith(near)))
      if (found.length > 0) return found.length === 1 ? found[0]!.id : null
    }
    return null
  }
}
