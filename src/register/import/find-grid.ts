import pointInPolygon from 'point-in-polygon-hao'
import type { Snapshot } from '../snapshot.js'

type Found = string | 'grid-unknown' | 'grid-ambiguous'
export interface GridFinder {
  byName(name: string, community: string): Found
  at(lon: number, lat: number): string | null
  contains(place: string, lon: number, lat: number): boolean
}

const digits = '零一二三四五六七八九'
/** 十二 → 12, 四 → 4: a grid is found however its number is written. */
const numeral = (text: string): string =>
  text.replace(/[零一二三四五六七八九十]+(?=网格)/g, (n) => {
    if (!n.includes('十')) return [...n].map((c) => digits.indexOf(c)).join('')
    const [tens = '', ones = ''] = n.split('十')
    return String((tens ? digits.indexOf(tens) : 1) * 10 + (ones ? digits.indexOf(ones) : 0))
  })
const plain = (name: string) =>
  numeral(name.normalize('NFKC').replace(/[\s第号\-_()]/g, ''))
    .replace(/(\d)格/, '$1网格')
    .replace(/0+(?=\d+网格)/, '')

/** Grids of one's area by the names people give them: 三中社区四网格, 三中4网格, 第四网格 with its community beside it, or the code. */
export function createGridFinder(snapshot: Pick<Snapshot, 'grids' | 'places'>, scope: string): GridFinder {
  const grids = snapshot.grids.filter((g) => g.place.startsWith(scope))
  const byPlace = new Map(grids.map((g) => [g.place, g]))
  const names = new Map<string, Set<string>>()
  const call = (name: string, place: string) => names.set(plain(name), (names.get(plain(name)) ?? new Set()).add(place))
  const townOf = new Map(snapshot.places.filter((p) => p.level === 'subdistrict').map((p) => [p.place, p.name]))
  const communityOf = new Map(snapshot.places.filter((p) => p.level === 'community').map((p) => [p.place, p.name]))
  for (const g of grids) {
    const community = communityOf.get(g.community) ?? ''
    for (const start of ['', townOf.get(g.place.slice(0, 9)) ?? '']) {
      call(start + g.name, g.place)
      for (const c of [community, community.replace(/社区|村$/, '')]) if (c) call(`${start}${c}${g.number}网格`, g.place)
    }
    call(`${g.number}网格`, g.place)
  }
  const one = (found: Set<string> | undefined): Found => (!found ? 'grid-unknown' : found.size > 1 ? 'grid-ambiguous' : [...found][0]!)
  const inside = (place: string, lon: number, lat: number) => pointInPolygon([lon, lat], byPlace.get(place)!.geometry.coordinates) !== false
  return {
    byName(name, community) {
      const written = name.normalize('NFKC').trim()
      if (byPlace.has(written)) return written
      if (community) {
        const number = /^\d+$/.test(written) ? `${Number(written)}网格` : written
        const found = one(names.get(plain(community + number)))
        if (found !== 'grid-unknown') return found
      }
      return one(names.get(plain(written)))
    },
    at: (lon, lat) => grids.find((g) => inside(g.place, lon, lat))?.place ?? null,
    contains: inside,
  }
}
