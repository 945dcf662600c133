import type { Grid } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { WarningArea } from '../warnings/warning.js'
import { indexArea } from './area-index.js'
import type { AreaMatch, AreaQuestion, GridMatch, Reason, Verdict } from './area-match.js'
import { both, type Concern, countGrid, judgeHomes, recount, wholly } from './by-the-home.js'
import {
  areNeighbours,
  boxOf,
  circleBox,
  lessHoles,
  neighbourM,
  type Relation,
  type Ring,
  readRing,
  relateToCircle,
  relateToRing,
  wrapCircle,
} from './geometry.js'
import { findNamedTowns, type NamedTowns } from './named-towns.js'
import { covers, isDistrictWide, isForeign, readCodes } from './place-codes.js'
import { indexOf, type RegisterIndex } from './register-index.js'

/** What one area says: which of our grids and why, or why none. */
interface AreaFinding {
  grids: Map<Grid, Concern>
  verdict: Verdict
}

/** Which of our grids a warning concerns, with a reason for each. Pure: the same register and question give the same answer. */
export function matchArea(snapshot: Snapshot, question: AreaQuestion): AreaMatch {
  const index = indexOf(snapshot)
  const text = [question.text, ...question.areas.map((a) => a.description)].join('\n')
  const named = findNamedTowns(index, text)
  const findings = question.areas.length > 0 ? question.areas.map((area) => readArea(index, area, named)) : [readWords(index, text, named)]
  const concerns = new Map<Grid, Concern>()
  for (const { grids } of findings) for (const [grid, concern] of grids) concerns.set(grid, both(concerns.get(grid), concern))
  const grids = snapshot.grids.filter((g) => concerns.has(g)).map((g) => toGridMatch(index, g, concerns.get(g)!))
  return {
    verdict: overall(findings, grids.length),
    grids,
    households: sum(grids, (g) => g.households),
    people: sum(grids, (g) => g.people),
    namedTowns: named.names,
    neighbours: findNeighbours(index, concerns),
  }
}

/** A match that is to be frozen, on the register as it is now: left out is only who stood over the line then and stands over it still. */
export function judgeAgain(snapshot: Snapshot, match: AreaMatch, areas: WarningArea[]): AreaMatch {
  if (!match.grids.some((grid) => grid.outside)) return match
  const index = indexOf(snapshot)
  const now = new Map(matchArea(snapshot, { areas, text: '' }).grids.map((grid) => [grid.place, new Set(grid.outside)]))
  const isStillOver = (place: string, id: string) => now.get(place)?.has(id) ?? true
  return recount(
    match,
    match.grids.map((grid) => {
      const over = grid.outside?.filter((id) => isStillOver(grid.place, id))
      return over ? countGrid(index.householdsOf(grid.place), grid, new Set(over)) : grid
    }),
  )
}

/** Anybody of ours inside wins; then what needs an officer's eyes; outside only when every area says so. */
function overall(findings: AreaFinding[], matched: number): Verdict {
  if (matched > 0) return 'matched'
  for (const verdict of ['unplaced', 'named-elsewhere'] as const) if (findings.some((f) => f.verdict === verdict)) return verdict
  return 'outside'
}

/**
 * An outline is the finest word of an area. A code that is ours or lies within ours always counts; a wider one (district,
 * city) counts only where there is no outline, or where the outline could not be read.
 */
function readArea(index: RegisterIndex, area: WarningArea, named: NamedTowns): AreaFinding {
  const rings = area.polygons.map(readRing).filter((r) => r !== null)
  const broken = area.unplaced || rings.length < area.polygons.length
  const outlined = rings.length + area.circles.length > 0
  const codesOf = (geocodes: WarningArea['geocodes']) => geocodes.flatMap((g) => readCodes(g.value)).map((code) => plainCode(index, code))
  const codes = codesOf(area.geocodes.filter((g) => !isForeign(g)))
  const foreign = area.geocodes.filter(isForeign)
  const reasons = outlined ? gridsInOutline(index, { ...area, polygons: rings }) : new Map<Grid, Reason>()
  // Where part of an outline could not be read, what could be read leaves nobody out.
  const grids = outlined && !broken ? judgeHomes(index, area, reasons) : wholly(reasons)
  const add = (grid: Grid, reason: Reason) => grids.set(grid, both(grids.get(grid), { reason }))
  for (const code of codes.filter((c) => !isDistrictWide(c))) for (const grid of gridsUnder(index, code)) add(grid, 'code')
  const wide = outlined && !broken ? [] : codes.filter((c) => isDistrictWide(c) && gridsUnder(index, c).length > 0)
  if (grids.size > 0 && wide.length === 0) return { grids, verdict: 'matched' }
  if (wide.length > 0) {
    const finding = readWide(index, wide, named)
    for (const [grid, { reason }] of finding.grids) add(grid, reason)
    if (grids.size > 0) return { grids, verdict: 'matched' }
    return { grids, verdict: broken ? 'unplaced' : finding.verdict }
  }
  if (broken) return { grids, verdict: 'unplaced' }
  if (outlined || codes.length > 0) return { grids, verdict: 'outside' }
  // A foreign code that reads like one of ours may be ours under a wrong name: nobody is woken by it, but an officer looks.
  const isLikeOurs = codesOf(foreign).some((code) => gridsUnder(index, code).length > 0)
  if (foreign.length > 0 && !named.ours) return { grids, verdict: isLikeOurs ? 'unplaced' : 'outside' }
  return readWords(index, area.description, named)
}

/** A code of the whole district: everybody, unless the text names towns and ours is not among them. */
function readWide(index: RegisterIndex, codes: string[], named: NamedTowns): AreaFinding {
  if (named.others && !named.ours && !named.everybody) return { grids: new Map(), verdict: 'named-elsewhere' }
  const reason: Reason = named.ours && !named.everybody ? 'named' : 'code'
  return { grids: new Map(codes.flatMap((code) => gridsUnder(index, code)).map((g) => [g, { reason }])), verdict: 'matched' }
}

/** No outline and no code: only names are left. Where they say nothing about us, an officer must place it. */
function readWords(index: RegisterIndex, text: string, named: NamedTowns): AreaFinding {
  if (named.ours)
    return {
      grids: new Map(
        index.towns
          .filter((t) => t.ours && named.names.includes(t.place.name))
          .flatMap((t) => gridsUnder(index, t.place.place))
          .map((g) => [g, { reason: 'named' as const }]),
      ),
      verdict: 'matched',
    }
  const districts = index.districts.filter((d) => [d.name, ...d.aliases].some((name) => text.includes(name)))
  if (districts.length > 0)
    return readWide(
      index,
      districts.map((d) => d.place),
      named,
    )
  return { grids: new Map(), verdict: named.others ? 'named-elsewhere' : 'unplaced' }
}

function gridsInOutline(index: RegisterIndex, area: WarningArea): Map<Grid, Reason> {
  const found = new Map<Grid, Reason>()
  const holes = (area.holes ?? []).map(readRing).filter((r) => r !== null)
  const keep = ({ grid, rings, box }: RegisterIndex['grids'][number], whole: Relation) => {
    const relation = lessHoles(whole, rings, box, holes)
    if (relation === 'inside' || (relation === 'boundary' && !found.has(grid))) found.set(grid, relation)
  }
  for (const ring of area.polygons) {
    const relate = relationTo(ring)
    for (const found of index.search(boxOf(ring))) keep(found, relate(found))
  }
  for (const circle of area.circles.flatMap(wrapCircle)) {
    for (const found of index.search(circleBox(circle))) keep(found, relateToCircle(found.rings, circle))
  }
  // Nobody knows where a grid without outline lies: when the storm touches us at all, it counts as inside.
  if (found.size > 0) for (const grid of index.unplaced) found.set(grid, 'unknown-place')
  return found
}

/** From here on it pays to draw an outline once, so that only the grids on its line are held against all of its corners. */
const manyCorners = 200

function relationTo(ring: Ring): (grid: RegisterIndex['grids'][number]) => Relation {
  const exactly = ({ rings, box }: RegisterIndex['grids'][number]) => relateToRing(rings, box, ring)
  if (ring.length < manyCorners) return exactly
  const area = indexArea([{ outer: { ring }, holes: [] }])
  return (grid) => {
    const known = area.relateBox(grid.box.minX, grid.box.minY, grid.box.maxX, grid.box.maxY)
    return known === 'boundary' ? exactly(grid) : known
  }
}

const gridsUnder = (index: RegisterIndex, code: string): Grid[] =>
  [...index.grids.map((g) => g.grid), ...index.unplaced].filter((g) => covers(code, g.place))

/** A place may be known under a second code (the statistics office's and the civil affairs' differ): aliases of digits. */
function plainCode(index: RegisterIndex, code: string): string {
  const places = [...index.districts, ...index.towns.map((t) => t.place)]
  return places.find((p) => p.aliases.includes(code))?.place ?? code
}

function findNeighbours(index: RegisterIndex, matched: Map<Grid, Concern>): string[] {
  const margin = (neighbourM * 2) / 111_000
  const found = new Set<string>()
  for (const { grid, rings, box } of index.grids) {
    if (!matched.has(grid)) continue
    const around = { minX: box.minX - margin, minY: box.minY - margin, maxX: box.maxX + margin, maxY: box.maxY + margin }
    for (const other of index.search(around)) {
      if (!matched.has(other.grid) && !found.has(other.grid.place) && areNeighbours(rings, other.rings)) found.add(other.grid.place)
    }
  }
  return [...found].sort()
}

function toGridMatch(index: RegisterIndex, { place, name }: Grid, { reason, over }: Concern): GridMatch {
  const whole = { place, name, reason }
  return over ? countGrid(index.householdsOf(place), whole, over) : { ...whole, ...index.sizeOf(place) }
}

const sum = <T>(list: readonly T[], of: (item: T) => number): number => list.reduce((total, item) => total + of(item), 0)
