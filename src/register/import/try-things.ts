import type { Datum } from '../../base/datum.js'
import { newId } from '../../base/ids.js'
import type { Actor, Tx } from '../../base/store/store.js'
import type { ImportCounts } from '../../base/store/tables.js'
import { compareThings, keyOf, type ThingDifference, type ThingRow, thingKey } from './compare-things.js'
import { addBlock, addImport, markTried } from './import-store.js'
import { createStaffFinder, createThingJudge, type ImportedThing } from './judge-thing.js'
import type { RowProblem } from './problems.js'
import type { Table } from './read-table.js'
import { matchThing, needed, type SheetThing, type ThingColumn } from './thing-sheets.js'
import { readHighestNumbers, readThings } from './thing-store.js'
import type { DryRun, ImportDeps } from './try-import.js'
import { createBreath, type ImportWatch, unwatched } from './watch-import.js'

const mostRows = 20_000
export interface ThingChange {
  kind: 'added' | 'changed' | 'gone'
  line: number | null
  gridName: string
  label: string
  fields: string[]
  kept: boolean
}
export type ThingDryRun = Omit<DryRun, 'columns' | 'changes'> & { columns: ThingColumn[]; changes: ThingChange[] }

/** A sheet of points, shelters, groups or staff, judged and compared with the register, which is not touched. */
export async function tryThings(
  { store, register, seal }: ImportDeps,
  actor: Actor,
  thing: SheetThing,
  table: Table,
  datum: Datum,
  mapping: Record<string, string>,
  watch: ImportWatch = unwatched,
): Promise<ThingDryRun> {
  const columns = matchThing(thing, table.headings, mapping)
  const missing = needed[thing].filter((field) => !columns.some((c) => c.field === field))
  const { encoding, sheet, otherSheets, samples } = table
  const answer = { encoding, sheet, otherSheets, samples, columns, missing }
  if (missing.length > 0) return { ...answer, id: null, counts: null, problems: [], changes: [] }
  const snapshot = register.snapshot()
  const read = await judgeAll(table, createThingJudge(thing, columns, snapshot, actor.scope, datum), watch)
  const id = newId()
  return store.act(actor, async (tx) => {
    const places = [...new Set(read.things.map((one) => one.place))].sort()
    const rows = await readThings(tx, thing, places)
    const headingOf = (field: string | null) => columns.find((c) => c.field === field)?.heading ?? null
    const { things, problems: told } = await complete(tx, thing, read.things, rows, snapshot.staff, headingOf)
    const problems = [...read.problems, ...told].sort((a, b) => a.line - b.line)
    const difference = compareThings(rows, things, seal)
    const counts = countsOf(read.rows, things.length, problems.length, difference)
    await addImport(tx, actor, { id, thing, datum, encoding })
    for (const place of places) {
      const here = things.filter((one) => one.place === place)
      await addBlock(tx, id, place, seal.seal(here, place))
    }
    await markTried(tx, id, counts, problems)
    const names = new Map([...snapshot.places, ...snapshot.grids].map((p) => [p.place, p.name]))
    return { ...answer, id, counts, problems, changes: changesOf(difference, (place) => names.get(place) ?? place) }
  })
}

async function judgeAll(table: Table, judge: ReturnType<typeof createThingJudge>, watch: ImportWatch) {
  const things: ImportedThing[] = []
  const problems: RowProblem[] = []
  const seen = new Set<string>()
  const breathe = createBreath(watch)
  let rows = 0
  for await (const row of table.rows) {
    if (++rows > mostRows) break
    await breathe()
    watch.tell({ phase: 'reading', done: rows, of: null })
    const { thing, problems: told } = judge(row)
    problems.push(...told)
    if (!thing) continue
    if (seen.has(keyOf(thing))) problems.push({ line: row.line, column: null, code: 'twice', taken: false })
    else things.push(thing)
    seen.add(keyOf(thing))
  }
  return { things, problems, rows }
}

/** Names become persons, who may be new in this sheet; what is new and lacks what it cannot be without is left out. */
async function complete(
  tx: Tx,
  thing: SheetThing,
  read: ImportedThing[],
  rows: ThingRow[],
  staff: { id: string; place: string; name: string }[],
  headingOf: (field: string | null) => string | null,
) {
  const known = new Map(rows.map((row) => [thingKey(row as { place: string; name: string; post?: unknown }), row.id]))
  const isNew = (one: ImportedThing) => !known.has(keyOf(one))
  const added = thing === 'staff' ? read.filter(isNew).map(({ id, place, said }) => ({ id, place, name: String(said.name) })) : []
  const personOf = createStaffFinder([...staff, ...added])
  const numbers = thing === 'points' ? await readHighestNumbers(tx) : new Map<string, number>()
  const problems: RowProblem[] = []
  const things = read.filter((one) => {
    const tell = (code: RowProblem['code'], field: string, taken: boolean) =>
      problems.push({ line: one.line, column: headingOf(field), code, taken })
    for (const { column, name, field } of one.names) {
      const person = personOf(name, one.place)
      if (person && person !== (known.get(keyOf(one)) ?? one.id)) one.said[column] = person
      else if (thing !== 'groups' || !isNew(one)) tell('person-unknown', field, true)
    }
    if (!isNew(one)) return true
    if (thing === 'groups' && !one.said.owner_id) return void tell('owner-missing', 'owner', false)
    if ((thing === 'points' || thing === 'shelters') && one.said.lon === undefined) return void tell('position-missing', 'lon', false)
    if (thing === 'points' && !one.said.kind) return void tell('kind-unknown', 'kind', false)
    if (thing === 'points' && one.said.number === undefined) {
      const series = one.place.slice(0, 9) + String(one.said.kind)
      one.said.number = (numbers.get(series) ?? 0) + 1
      numbers.set(series, one.said.number)
    }
    return true
  })
  return { things, problems }
}

function countsOf(rows: number, taken: number, problems: number, { added, changed, unchanged, gone }: ThingDifference): ImportCounts {
  return {
    ...{ rows, taken, leftOut: rows - taken, problems, added: added.length, changed: changed.length, unchanged },
    // Nobody is taken off a list because a sheet forgets them.
    ...{ gone: gone.length, kept: gone.length },
  }
}

function changesOf({ added, changed, gone }: ThingDifference, nameOf: (place: string) => string): ThingChange[] {
  return [
    ...added.map((one) => ({
      kind: 'added' as const,
      line: one.line,
      place: one.place,
      label: String(one.said.name),
      fields: [],
      kept: false,
    })),
    ...changed.map(({ row, incoming, fields }) => ({
      ...{ kind: 'changed' as const, line: incoming.line, place: row.place, label: row.name, kept: false },
      fields: [...new Set(fields.map((f) => (f === 'lat' || f === 'lon' ? 'position' : f)))],
    })),
    ...gone.map((row) => ({ kind: 'gone' as const, line: null, place: row.place, label: row.name, fields: [], kept: true })),
  ].map(({ place, ...change }) => ({ ...change, gridName: nameOf(place) }))
}
