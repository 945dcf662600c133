import type { Slices } from '../../base/slices.js'
import { doorLabel } from '../../register/door-label.js'
import type { Grid } from '../../register/register.js'
import type { Snapshot } from '../../register/snapshot.js'
import { type Box, contains, distanceM, distanceToRingsM, type Position, type Ring } from '../geometry.js'
import { indexOf, type RegisterIndex } from '../register-index.js'
import { type Check, eachPlace, type Finding, finding } from './readiness.js'

type Drawn = RegisterIndex['grids'][number]

/** Grids that contradict each other, and homes that do not lie where they are counted. */
export function* groundChecks(snapshot: Snapshot): Slices<Check[]> {
  const index = indexOf(snapshot)
  const drawn = new Map(index.grids.map((g) => [g.grid.place, g]))
  const about = (grid: Grid, zh: string, en: string) => finding({ id: grid.place, place: grid.place }, grid.name, zh, en)
  const shared = yield* overlaps(index)
  const outside = yield* eachPlace(snapshot, (homes) =>
    homes.flatMap((home) => {
      const grid = drawn.get(home.place)
      const metres = grid && home.lon !== null && home.lat !== null ? metresOutside(grid, [home.lon, home.lat]) : 0
      if (metres < 1) return []
      const words = [`在本网格边界外 ${metres} 米`, `${metres} m outside its grid`] as const
      return [finding(home, `${grid!.grid.name} ${doorLabel(home)}`, ...words)]
    }),
  )
  const unplaced = yield* eachPlace(snapshot, (homes) =>
    homes
      .filter((home) => home.lon === null || home.lat === null)
      .map((home) =>
        finding(
          home,
          `${index.gridAt(home.place)?.name ?? home.place} ${doorLabel(home)}`,
          '没有坐标,按在范围内处理',
          'no position: counted as inside',
        ),
      ),
  )
  return [
    { key: 'grid-overlap', weight: 'untidy', findings: shared },
    { key: 'grid-outline', weight: 'danger', findings: index.unplaced.map((g) => about(g, '没有边界', 'it has no outline')) },
    {
      key: 'grid-empty',
      weight: 'untidy',
      findings: snapshot.grids
        .filter((g) => index.householdsOf(g.place).length === 0)
        .map((g) => about(g, '一户也没有', 'not one household')),
    },
    { key: 'home-outside', weight: 'untidy', findings: outside },
    { key: 'home-unplaced', weight: 'untidy', findings: unplaced },
  ]
}

const inBox = (b: Box, [x, y]: Position): boolean => x >= b.minX && x <= b.maxX && y >= b.minY && y <= b.maxY

const metresOutside = ({ box, rings }: Drawn, at: Position): number =>
  inBox(box, at) && contains(rings, at) ? 0 : Math.round(distanceToRingsM(at, rings))

/** Each pair once, where they really share ground: a common border is not an overlap, nor is a line drawn twice by hand. */
function* overlaps(index: RegisterIndex): Slices<Finding[]> {
  const found: Finding[] = []
  for (const a of index.grids) {
    for (const b of index.search(a.box)) {
      const squareM = b.grid.place > a.grid.place ? sharedGround(a, b) : 0
      if (squareM < leastShared) continue
      const size = squareM >= 10_000 ? `${(squareM / 10_000).toFixed(1)} 公顷` : `${squareM} 平方米`
      const sizeEn = squareM >= 10_000 ? `${(squareM / 10_000).toFixed(1)} ha` : `${squareM} m²`
      const thing = { id: a.grid.place, place: a.grid.place }
      const zh = `两张图重叠约 ${size},其中的住户归谁说不清`
      found.push(finding(thing, `${a.grid.name} / ${b.grid.name}`, zh, `they share about ${sizeEn}: whose homes are in it is unclear`))
    }
    yield
  }
  return found
}

/** Smaller than a house: slivers of hand-drawn borders. */
const leastShared = 100
const samples = 40

/** Square metres that lie in both: an even raster over the ground their boxes share, after the exact question whether they can at all. */
function sharedGround(a: Drawn, b: Drawn): number {
  const box = {
    minX: Math.max(a.box.minX, b.box.minX),
    minY: Math.max(a.box.minY, b.box.minY),
    maxX: Math.min(a.box.maxX, b.box.maxX),
    maxY: Math.min(a.box.maxY, b.box.maxY),
  }
  if (!reachesInto(a.rings, b.rings) && !reachesInto(b.rings, a.rings) && !crosses(a.rings, b.rings)) return 0
  const [dx, dy] = [(box.maxX - box.minX) / samples, (box.maxY - box.minY) / samples]
  let both = 0
  for (let i = 0; i < samples; i++)
    for (let j = 0; j < samples; j++) {
      const at: Position = [box.minX + (i + 0.5) * dx, box.minY + (j + 0.5) * dy]
      if (contains(a.rings, at) && contains(b.rings, at)) both++
    }
  const width = distanceM([box.minX, box.minY], [box.maxX, box.minY])
  const height = distanceM([box.minX, box.minY], [box.minX, box.maxY])
  return Math.round((both / samples ** 2) * width * height)
}

/** A corner, or the middle of a side, lies inside the other and not on its line. */
function reachesInto(a: Ring[], b: Ring[]): boolean {
  const outer = a[0]!
  return outer.some((corner, i) => {
    const next = outer[i + 1] ?? corner
    const middle: Position = [(corner[0] + next[0]) / 2, (corner[1] + next[1]) / 2]
    return strictlyIn(corner, b) || strictlyIn(middle, b)
  })
}

const strictlyIn = (at: Position, rings: Ring[]): boolean => contains(rings, at) && rings.every((ring) => awayFrom(at, ring))
/** On the line of a border, up to rounding, is not inside. */
const awayFrom = (p: Position, ring: Ring): boolean => {
  for (let i = 0; i + 1 < ring.length; i++) {
    const [a, b] = [ring[i]!, ring[i + 1]!]
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]]
    const t = Math.max(0, Math.min(1, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy || 1)))
    if (Math.abs(a[0] + t * dx - p[0]) < 1e-7 && Math.abs(a[1] + t * dy - p[1]) < 1e-7) return false
  }
  return true
}

/** Two sides cross each other in their middles; sharing an end or a stretch is no crossing. Identical outlines share all their ground. */
function crosses(a: Ring[], b: Ring[]): boolean {
  const turn = (p: Position, q: Position, r: Position) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))
  const [one, two] = [a[0]!, b[0]!]
  if (one.length === two.length && one.every((p) => two.some((q) => p[0] === q[0] && p[1] === q[1]))) return true
  for (let i = 0; i + 1 < one.length; i++)
    for (let j = 0; j + 1 < two.length; j++) {
      const [p, q, r, s] = [one[i]!, one[i + 1]!, two[j]!, two[j + 1]!]
      if (turn(p, q, r) * turn(p, q, s) < 0 && turn(r, s, p) * turn(r, s, q) < 0) return true
    }
  return false
}
