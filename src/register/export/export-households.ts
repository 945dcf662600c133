import { maskPhone } from '../../base/seal.js'
import type { Directory } from '../directory.js'
import { createGridFinder } from '../import/find-grid.js'
import type { Household, Relation } from '../register.js'
import { tagName } from '../risk-tags.js'
import type { Cell, Sheet } from '../sheet/write-sheet.js'
import type { Snapshot } from '../snapshot.js'

/** The headings that the import knows: what is written out and read in again changes nothing. */
const columns: [heading: string, width: number][] = [
  ['网格', 24],
  ['户主', 12],
  ['楼栋', 18],
  ['单元', 8],
  ['楼层', 8],
  ['房号', 10],
  ['人数', 8],
  ['联系电话', 16],
  ['家属电话', 16],
  ['紧急联系电话', 16],
  ['风险类型', 24],
  ['在家', 8],
  ['经度', 12],
  ['纬度', 12],
]

/** Households of an area as a sheet, grid by grid; `sealed` false leaves names and numbers covered, which an import reads as unsaid. */
export function exportHouseholds(snapshot: Snapshot, directory: Directory, scope: string, sealed: boolean): Sheet & { count: number } {
  const households = snapshot.households.filter((h) => h.place.startsWith(scope))
  const finder = createGridFinder(snapshot, scope)
  const gridNames = new Map(snapshot.grids.map((g) => [g.place, finder.byName(g.name, '') === g.place ? g.name : g.place]))
  const phonesOf = (home: Household, relation: Relation): string =>
    home.contacts
      .filter((c) => c.relation === relation && snapshot.contacts.get(c.contactId)?.kind === 'phone')
      .flatMap((c) => directory.address(c.contactId) ?? [])
      .map((phone) => (sealed ? phone.replace(/^\+86(?=1\d{10}$)/, '') : maskPhone(phone)))
      .join('、')
  const rowOf = (home: Household): Cell[] => {
    const head = directory.household(home.id)?.head ?? ''
    return [
      ...[gridNames.get(home.place) ?? home.place, sealed ? head : coverName(head), home.building, home.unit, home.floor, home.room],
      ...[home.people, phonesOf(home, 'self'), phonesOf(home, 'family-away'), phonesOf(home, 'emergency')],
      ...[home.tags.length > 0 ? home.tags.map(tagName).join('、') : '无', home.atHome ? '在家' : '外出', home.lon, home.lat],
    ]
  }
  function* rows(): Generator<Cell[]> {
    for (const home of households) yield rowOf(home)
  }
  return {
    name: '住户',
    headings: columns.map(([heading]) => heading),
    widths: columns.map(([, width]) => width),
    rows: rows(),
    count: households.length,
  }
}

/** 李**: with stars, for a covered name that came back as a name would overwrite the true one. */
const coverName = (name: string): string => (name ? `${[...name][0]}**` : '')
