import { type Datum, toWgs84 } from '../../base/datum.js'
import type { GridGeometry } from '../../base/store/tables.js'
import type { Snapshot } from '../snapshot.js'
import { cornersOf, crossesItself, isClosed } from './grid-shape.js'
import type { ProblemCode, RowProblem } from './problems.js'
import type { GridFeature, Ring } from './read-grids.js'

/** What a property of an outline may be. */
export const gridFields = ['gridCode', 'communityCode', 'communityName', 'gridNumber', 'gridName', 'ignored'] as const
export type GridField = (typeof gridFields)[number]

const synonyms: Record<GridField, readonly string[]> = {
  gridCode: ['place', '网格编码', '网格代码', '网格编号', 'gridcode', 'grid_code', 'wgbm', 'code'],
  communityCode: ['community', '社区编码', '社区代码', '社区编号', '村居代码', '社区', '所属社区', 'sqbm', 'communitycode'],
  communityName: ['communityname', '社区名称', '村居名称', 'sqmc'],
  gridNumber: ['number', '网格号', '网格序号', '序号', 'wgh', 'no', 'gridno'],
  gridName: ['name', '名称', '网格名称', '网格', 'wgmc', 'gridname'],
  ignored: ['households', 'people', 'id', 'fid', 'objectid', 'shape_area', 'shape_leng', 'area', '面积', '备注'],
}
const known = new Map(Object.entries(synonyms).flatMap(([field, words]) => words.map((w) => [w, field as GridField])))

export interface GridColumn {
  heading: string
  field: GridField | null
}
export function matchProperties(features: readonly GridFeature[], mapping: Readonly<Record<string, string>>): GridColumn[] {
  const headings = [...new Set(features.slice(0, 200).flatMap((f) => Object.keys(f.properties)))]
  const said = (heading: string) => (gridFields as readonly string[]).includes(mapping[heading] ?? '') && Object.hasOwn(mapping, heading)
  const taken = new Set<GridField>(headings.filter(said).map((h) => mapping[h] as GridField))
  return headings.map((heading) => {
    if (said(heading)) return { heading, field: mapping[heading] as GridField }
    const guess = known.get(heading.toLowerCase().trim()) ?? null
    if (guess === null || guess === 'ignored') return { heading, field: guess }
    const field = taken.has(guess) ? null : guess
    taken.add(guess)
    return { heading, field }
  })
}

/** A grid is known by its code of 15 digits, or by its community and its number in it. */
export function missingGridFields(columns: readonly GridColumn[]): 'gridCode'[] {
  const has = (field: GridField) => columns.some((c) => c.field === field)
  return has('gridCode') || ((has('communityCode') || has('communityName')) && has('gridNumber')) ? [] : ['gridCode']
}

export interface ImportedGrid {
  line: number
  place: string
  community: string
  /** The name of a community that is not in the register yet. */
  newCommunity: string | null
  number: number
  name: string
  geometry: GridGeometry
}

/** One outline after another. What cannot be a grid is left out; a ring that is only not closed is closed. */
export function createGridJudge(columns: readonly GridColumn[], snapshot: Pick<Snapshot, 'places'>, scope: string, datum: Datum) {
  const headingOf = new Map(columns.flatMap((c) => (c.field ? [[c.field, c.heading] as const] : [])))
  const communities = snapshot.places.filter((p) => p.level === 'community')
  const names = new Map(communities.map((p) => [p.place, p.name]))
  const seen = new Set<string>()
  return ({ properties, polygons }: GridFeature, line: number): { grid: ImportedGrid | null; problems: RowProblem[] } => {
    const said = (field: GridField) => properties[headingOf.get(field) ?? '']?.trim() ?? ''
    const problems: RowProblem[] = []
    const tell = (code: ProblemCode, field: GridField | null, taken: boolean) =>
      problems.push({ line, column: (field && headingOf.get(field)) ?? null, code, taken })
    const refuse = (code: ProblemCode, field: GridField | null) => {
      tell(code, field, false)
      return { grid: null, problems }
    }
    const place = codeOf(said, communities)
    if (place === null) return refuse('grid-no-code', headingOf.has('gridCode') ? 'gridCode' : 'gridNumber')
    const community = place.slice(0, 12)
    if (!place.startsWith(scope)) return refuse('grid-not-ours', headingOf.has('gridCode') ? 'gridCode' : 'communityCode')
    const communityName = names.get(community) ?? (/^\d+$/.test(said('communityName')) ? '' : said('communityName'))
    if (!communityName) return refuse('community-unknown', headingOf.has('communityCode') ? 'communityCode' : 'gridCode')
    if (seen.has(place)) return refuse('grid-twice', null)
    const shape = shapeOf(polygons, datum)
    if (typeof shape === 'string') return refuse(shape, null)
    if (shape.wasOpen) tell('ring-unclosed', null, true)
    seen.add(place)
    const number = Number(place.slice(12))
    const name = said('gridName') || `${communityName}${number}网格`
    const newCommunity = names.has(community) ? null : communityName
    return {
      grid: { line, place, community, newCommunity, number, name, geometry: { type: 'Polygon', coordinates: shape.rings } },
      problems,
    }
  }
}

function codeOf(said: (field: GridField) => string, communities: Snapshot['places']): string | null {
  const whole = said('gridCode')
  if (/^\d{15}$/.test(whole)) return whole
  const [code, name] = [said('communityCode'), said('communityName')]
  const named = communities.filter((p) => [p.name, ...p.aliases].some((n) => n === name || n === code))
  const community = /^\d{12}$/.test(code) ? code : named.length === 1 ? named[0]!.place : null
  const number = /^\d{1,3}/.exec(said('gridNumber'))?.[0] ?? (/^\d{1,3}$/.test(whole) ? whole : null)
  return community && number && Number(number) > 0 ? community + number.padStart(3, '0') : null
}

function shapeOf(polygons: Ring[][], datum: Datum): ProblemCode | { rings: Ring[]; wasOpen: boolean } {
  const [rings, ...more] = polygons
  if (!rings?.[0]) return 'shape-missing'
  if (more.length > 0) return 'several-parts'
  if (rings.some((ring) => ring.some(([x, y]) => !(Math.abs(x) <= 180 && Math.abs(y) <= 90)))) return 'shape-off-earth'
  if (rings.some((ring) => cornersOf(ring) < 3)) return 'ring-short'
  const closed = rings.map((ring) => (isClosed(ring) ? ring : [...ring, ring[0]!]))
  if (closed.some(crossesItself)) return 'ring-crosses'
  return { rings: closed.map((ring) => ring.map((p) => toWgs84(p, datum))), wasOpen: !rings.every(isClosed) }
}
