import type { Grid, Place } from '../register.js'
import { communityNames, inWords, otherTowns } from './invented.js'
import { type Cell, makeCells } from './town-shape.js'

export const district = '500154'
export const subdistrict = '500154002'
export const sanzhong = '500154002001'
/** Where most of the households live that have to move: the beat of the sample's grid worker. */
export const worstGrid = '500154002001004'

const gridsPerCommunity = 9
const shortName = (name: string) => name.replace(/(?:街道|镇|乡)$/, '')

export function makePlaces(): Place[] {
  const town = (code: string, name: string): Place => ({ place: district + code, name, level: 'subdistrict', aliases: [shortName(name)] })
  return [
    { place: district, name: '开州区', level: 'district', aliases: ['开州'] },
    town('002', '文峰街道'),
    ...otherTowns.map(([code, name]) => town(code, name)),
    ...communityNames.map(
      (name, i): Place => ({ place: subdistrict + String(i + 1).padStart(3, '0'), name, level: 'community', aliases: [] }),
    ),
  ]
}

/** A grid with its cell: where it lies along the river and inland. */
export interface PlacedGrid extends Grid {
  along: number
  inland: number
}

/** 15 communities of 9 grids: five strips along the river, each cut into three from the water inland. */
export function makeGrids(): PlacedGrid[] {
  const cells = makeCells(communityNames.length * gridsPerCommunity)
  const cut = (list: Cell[], by: (c: Cell) => number, pieces: number): Cell[][] => {
    const sorted = [...list].sort((a, b) => by(a) - by(b))
    const size = sorted.length / pieces
    return Array.from({ length: pieces }, (_, i) => sorted.slice(i * size, (i + 1) * size))
  }
  const strips = cut(cells, (c) => c.along, 5).map((strip) => cut(strip, (c) => c.inland, 3))
  // 三中社区 lies in the middle of the bank; the others follow around it.
  const order = [2, 1, 3, 0, 4].flatMap((strip) => [0, 1, 2].map((depth) => strips[strip]![depth]!))
  return order.flatMap((group, c) => {
    const community = subdistrict + String(c + 1).padStart(3, '0')
    return cut(group, (cell) => cell.inland, 3)
      .flatMap((row) => [...row].sort((a, b) => a.along - b.along))
      .map((cell, i) => ({
        place: community + String(i + 1).padStart(3, '0'),
        community,
        number: i + 1,
        name: `${communityNames[c]}${inWords(i + 1)}网格`,
        geometry: cell.geometry,
        households: 0,
        people: 0,
        along: cell.along,
        inland: cell.inland,
      }))
  })
}
