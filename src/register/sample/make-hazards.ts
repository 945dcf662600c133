import { findRoom, middleOf, moved, type Position } from './ground.js'
import { type PlacedGrid, sanzhong } from './make-places.js'
import { createRandom } from './random.js'
import type { SamplePoint, SampleShelter } from './sample-town.js'

/** 3 waterlogging points and 8 old buildings, all in 三中社区. Only grade D must be left under a red rainstorm warning. */
const waterlogging = [
  { grid: 4, name: '后巷低洼路段' },
  { grid: 5, name: '滨河路下穿道' },
  { grid: 7, name: '农贸市场入口' },
]
const oldBuildings = [
  { grid: 4, name: '老粮站宿舍1栋', grade: 'D' },
  { grid: 4, name: '老粮站宿舍2栋', grade: 'C' },
  { grid: 2, name: '农机厂宿舍', grade: 'C' },
  { grid: 5, name: '丝绸厂家属楼', grade: 'D' },
  { grid: 5, name: '供销社老楼', grade: 'C' },
  { grid: 7, name: '水运队宿舍', grade: 'C' },
  { grid: 8, name: '食品站宿舍', grade: 'C' },
  { grid: 9, name: '老电影院宿舍', grade: 'C' },
]

export function makePoints(grids: PlacedGrid[]): SamplePoint[] {
  const random = createRandom(1107)
  const gridOf = (number: number) => grids.find((g) => g.community === sanzhong && g.number === number)!
  const taken: Position[] = []
  const point = (
    kind: SamplePoint['kind'],
    number: number,
    of: (typeof oldBuildings)[number] | (typeof waterlogging)[number],
  ): SamplePoint => {
    const grid = gridOf(of.grid)
    const [from, to] = kind === 'waterlogging' ? [0, 20] : [80, 150]
    const at = findRoom(random, grid, taken, { centre: middleOf(grid), from, to })
    taken.push(at)
    return {
      id: `point-${kind === 'waterlogging' ? 'w' : 'b'}${number}`,
      place: grid.place,
      kind,
      number,
      name: of.name,
      lon: at[0],
      lat: at[1],
      radiusM: kind === 'waterlogging' ? 150 : 30,
      grade: 'grade' in of ? of.grade : null,
      keeperId: `${grid.place}-worker`,
    }
  }
  return [...waterlogging.map((w, i) => point('waterlogging', i + 1, w)), ...oldBuildings.map((b, i) => point('old-building', i + 1, b))]
}

const shelters = [
  { community: '001', grid: 3, name: '文峰小学', address: '书院路 18 号', day: 420, night: 260 },
  { community: '002', grid: 5, name: '中吉社区文体中心', address: '中吉路 6 号', day: 180, night: 110 },
  { community: '004', grid: 4, name: '杨柳中学', address: '柳堤街 33 号', day: 600, night: 380 },
  { community: '009', grid: 5, name: '学府体育馆', address: '学府大道 2 号', day: 800, night: 450 },
  { community: '013', grid: 6, name: '梨园社区文化站', address: '梨园巷 11 号', day: 150, night: 90 },
]

export function makeShelters(grids: PlacedGrid[]): SampleShelter[] {
  return shelters.map((s, i) => {
    const grid = grids.find((g) => g.community.endsWith(s.community) && g.number === s.grid)!
    const [lon, lat] = moved(middleOf(grid), 25, -20)
    const id = `shelter-${i + 1}`
    return {
      id,
      place: grid.community,
      name: s.name,
      address: s.address,
      lon,
      lat,
      capacityDay: s.day,
      capacityNight: s.night,
      keeperId: `${id}-keeper`,
    }
  })
}
