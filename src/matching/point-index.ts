import { atOnce, type Slices } from '../base/slices.js'
import type { AreaIndex } from './area-index.js'

/** What a point index is made from, in any order: rows are answered by their number in this list. */
export interface Located {
  place: string
  lon: number | null
  lat: number | null
}

/** The same in columns; NaN where nobody knows. */
export interface Columns {
  places: readonly string[]
  /** By row: the number of its place in `places`. */
  gridOf: Int32Array
  lons: Float64Array
  lats: Float64Array
}

/** Who is inside, grid by grid, in the order of `places`. */
export interface CountInside {
  /** Households inside, those of unknown place among them. */
  inside: Int32Array
  /** Of these: nobody knows where in their grid they are, and the area touches it. They count as inside. */
  unknown: Int32Array
  total: number
}

/** The same by name: the rows of the grid numbered g are rows[starts[g]] … rows[starts[g + 1] - 1]. */
export interface ListInside {
  starts: Int32Array
  rows: Int32Array
}

/**
 * The households of a register by grid, in typed arrays: 20 bytes each, made once and never changed. Of a grid that lies wholly on
 * one side of a warning no coordinate is read; only on the line are points asked one by one.
 */
export interface PointIndex {
  places: readonly string[]
  bytes: number
  numberOf(place: string): number | undefined
  /** The rows of the grid numbered so, less those of unknown place. */
  placedRowsOf(number: number): Int32Array
  /** Where the rows of a grid begin, if they were given grid by grid. */
  firstRowOf(number: number): number
  /** `touches` says whether an area touches the ground of a grid: there its households of unknown place count. */
  countInside(area: AreaIndex, touches?: Touches): CountInside
  listInside(area: AreaIndex, touches?: Touches): ListInside
}

/** Asked only of grids that have households of unknown place and nobody known inside. */
export type Touches = (place: string) => boolean
const untouched: Touches = () => false

interface Layout {
  places: readonly string[]
  /** Grid g: its placed households from starts[g] to known[g], those of unknown place from there to starts[g + 1]. */
  starts: Int32Array
  known: Int32Array
  lons: Float64Array
  lats: Float64Array
  rows: Int32Array
  /** minX, minY, maxX, maxY of the placed households of each grid. */
  boxes: Float64Array
  /** The same of so many grids in a row. */
  towns: Float64Array
  /** Households of unknown place, all together. */
  unplaced: number
}

export const layPoints = (households: readonly Located[]): PointIndex => atOnce(layColumns(columnsOf(households)))

function columnsOf(households: readonly Located[]): Columns {
  const numbers = new Map<string, number>()
  const gridOf = Int32Array.from(households, ({ place }) => {
    const number = numbers.get(place) ?? numbers.size
    if (number === numbers.size) numbers.set(place, number)
    return number
  })
  const lons = Float64Array.from(households, (h) => h.lon ?? Number.NaN)
  const lats = Float64Array.from(households, (h) => h.lat ?? Number.NaN)
  return { places: [...numbers.keys()], gridOf, lons, lats }
}

export function* layColumns(columns: Columns): Slices<PointIndex> {
  const layout = yield* sortByGrid(columns)
  const { places, starts, known, lons, lats, rows, boxes, towns } = layout
  const numbers = new Map(places.map((place, number) => [place, number]))
  return {
    places,
    bytes: [starts, known, lons, lats, rows, boxes, towns].reduce((sum, array) => sum + array.byteLength, 0),
    numberOf: (place) => numbers.get(place),
    placedRowsOf: (number) => rows.subarray(starts[number]!, known[number]!),
    firstRowOf: (number) => starts[number]!,
    countInside(area, touches = untouched) {
      const { relations } = relateGrids(layout, area)
      const inside = new Int32Array(places.length)
      const unknown = new Int32Array(places.length)
      let total = 0
      for (let g = 0; g < places.length; g++) {
        const [from, to] = [starts[g]!, known[g]!]
        let count = relations[g] === wholly ? to - from : 0
        if (relations[g] === partly) for (let i = from; i < to; i++) if (area.has(lons[i]!, lats[i]!)) count++
        if (counts(layout, g, count, touches)) unknown[g] = starts[g + 1]! - to
        inside[g] = count + unknown[g]!
        total += inside[g]!
      }
      return { inside, unknown, total }
    },
    listInside(area, touches = untouched) {
      const { relations, most } = relateGrids(layout, area)
      const listed = new Int32Array(places.length + 1)
      const found = new Int32Array(most)
      let n = 0
      for (let g = 0; g < places.length; g++) {
        const [from, to] = [starts[g]!, known[g]!]
        if (relations[g] === 0 && to === starts[g + 1]!) {
          // Far away, and nobody in it of unknown place: most grids, most of the time.
          listed[g + 1] = n
          continue
        }
        if (relations[g] === wholly) {
          // Who lives in grids wholly inside, one after the other, is copied in one go, those of unknown place with them.
          const first = g
          for (; relations[g] === wholly; g++) listed[g + 1] = n + starts[g + 1]! - starts[first]!
          found.set(rows.subarray(starts[first]!, starts[g]!), n)
          n = listed[g--]!
          continue
        }
        if (relations[g] === partly) for (let i = from; i < to; i++) if (area.has(lons[i]!, lats[i]!)) found[n++] = rows[i]!
        if (counts(layout, g, n - listed[g]!, touches)) for (let i = to; i < starts[g + 1]!; i++) found[n++] = rows[i]!
        listed[g + 1] = n
      }
      return { starts: listed, rows: found.subarray(0, n) }
    },
  }
}

const [wholly, partly] = [1, 2]

/** Grids of one town come one after the other: of so many at once a look at their common box tells that a warning is far. */
const perTown = 32

/** First the grids, by the box around their homes; and how many homes can be inside at most. */
function relateGrids({ starts, known, boxes, towns, unplaced }: Layout, area: AreaIndex): { relations: Uint8Array; most: number } {
  const relations = new Uint8Array(known.length)
  const { minX, minY, maxX, maxY } = area.box
  let most = unplaced
  for (let town = 0; town * perTown < known.length; town++) {
    const at = town * 4
    // A box of nobody meets nothing, as its least is above its most.
    if (towns[at]! > maxX || towns[at + 1]! > maxY || towns[at + 2]! < minX || towns[at + 3]! < minY) continue
    const last = Math.min(known.length, (town + 1) * perTown)
    for (let g = town * perTown; g < last; g++) {
      const relation = area.relateBox(boxes[g * 4]!, boxes[g * 4 + 1]!, boxes[g * 4 + 2]!, boxes[g * 4 + 3]!)
      if (relation === 'apart') continue
      relations[g] = relation === 'inside' ? wholly : partly
      most += known[g]! - starts[g]!
    }
  }
  return { relations, most }
}

/** One neighbour inside is enough: the grid is touched, and so are those of whom nobody knows where in it they live. */
const counts = ({ places, starts, known }: Layout, g: number, inside: number, touches: Touches): boolean =>
  known[g]! < starts[g + 1]! && (inside > 0 || touches(places[g]!))

const perSlice = 10_000

/** Counts the households of each grid, then puts every one in its place: two passes, nothing compared. */
function* sortByGrid({ places, gridOf, lons: xs, lats: ys }: Columns): Slices<Layout> {
  const starts = new Int32Array(places.length + 1)
  for (const g of gridOf) starts[g + 1]!++
  for (let g = 0; g < places.length; g++) starts[g + 1]! += starts[g]!
  yield
  const known = starts.slice(0, -1)
  const unknown = starts.slice(1)
  const [lons, lats, rows] = [new Float64Array(gridOf.length), new Float64Array(gridOf.length), new Int32Array(gridOf.length)]
  for (let row = 0; row < gridOf.length; row++) {
    const [x, y, g] = [xs[row]!, ys[row]!, gridOf[row]!]
    const at = Number.isNaN(x + y) ? --unknown[g]! : known[g]!++
    lons[at] = x
    lats[at] = y
    rows[at] = row
    if (row % perSlice === 0) yield
  }
  yield
  const boxes = boxAround(starts, known, lons, lats)
  const unplaced = known.reduce((sum, end, g) => sum + starts[g + 1]! - end, 0)
  return { places, starts, known, lons, lats, rows, boxes, towns: joinBoxes(boxes, perTown), unplaced }
}

function boxAround(starts: Int32Array, known: Int32Array, lons: Float64Array, lats: Float64Array): Float64Array {
  const boxes = new Float64Array(known.length * 4)
  for (let g = 0; g < known.length; g++) {
    let [minX, minY, maxX, maxY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
    for (let i = starts[g]!; i < known[g]!; i++) {
      const [x, y] = [lons[i]!, lats[i]!]
      if (x < minX) minX = x
      if (x > maxX) maxX = x
      if (y < minY) minY = y
      if (y > maxY) maxY = y
    }
    boxes.set([minX, minY, maxX, maxY], g * 4)
  }
  return boxes
}

/** The boxes around each so many boxes in a row. */
function joinBoxes(boxes: Float64Array, each: number): Float64Array {
  const joined = new Float64Array(Math.ceil(boxes.length / 4 / each) * 4)
  for (let at = 0; at < joined.length; at += 4) {
    const corner = (k: number) => boxes.subarray(at * each, (at + 4) * each).filter((_, i) => i % 4 === k)
    joined.set([Math.min(...corner(0)), Math.min(...corner(1)), Math.max(...corner(2)), Math.max(...corner(3))], at)
  }
  return joined
}
