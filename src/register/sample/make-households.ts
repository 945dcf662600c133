import { findRoom, metresBetween, middleOf, moved, type Position } from './ground.js'
import { quarterName } from './invented.js'
import { type Counters, type Family, type FamilyWish, makeFamily } from './make-family.js'
import type { PlacedGrid } from './make-places.js'
import { staffPhones } from './make-staff.js'
import { createRandom, type Random } from './random.js'
import type { SampleHousehold, SamplePoint, SampleShelter } from './sample-town.js'

/** Near a waterlogging point the ground floors are shops and stores; only the old low houses below have people in them. */
const shopsWithinM = 175

/**
 * The families of the founding night. The risk policy finds them by where and how they live (test/modules/matching proves
 * that it finds these and nobody else); nothing else in the service knows of this list.
 */
const lowHouses: { point: string; street: string; families: FamilyWish[] }[] = [
  {
    point: 'point-w1',
    street: '后巷',
    families: [
      { people: 3, tags: ['bedridden'], reach: 'self', age: 79 },
      { people: 2, tags: [], reach: 'self', age: 58 },
      { people: 4, tags: ['child'], reach: 'self', age: 31 },
      { people: 1, tags: ['alone'], reach: 'self-and-away', age: 81 },
      { people: 3, tags: [], reach: 'self', age: 47 },
    ],
  },
  {
    point: 'point-w2',
    street: '滨河路',
    families: [
      { people: 3, tags: [], reach: 'self', age: 52 },
      { people: 2, tags: [], reach: 'relatives', age: 76 },
    ],
  },
  { point: 'point-w3', street: '市场巷', families: [{ people: 4, tags: ['pregnant'], reach: 'self', age: 33 }] },
]
const worstBuildings: { point: string; families: FamilyWish[] }[] = [
  {
    point: 'point-b1',
    families: [
      { people: 2, tags: ['deaf'], reach: 'self', age: 72 },
      { people: 5, tags: [], reach: 'self', age: 44 },
      { people: 3, tags: [], reach: 'none', age: 68 },
    ],
  },
  { point: 'point-b4', families: [{ people: 1, tags: ['alone'], reach: 'self', age: 77 }] },
]

interface Ground {
  random: Random
  counters: Counters
  points: SamplePoint[]
  shelters: SampleShelter[]
}

export function makeHouseholds(grids: PlacedGrid[], points: SamplePoint[], shelters: SampleShelter[]): SampleHousehold[] {
  const ground: Ground = { random: createRandom(33), counters: { phone: staffPhones, push: 0 }, points, shelters }
  const households = grids.flatMap((grid, i) => {
    const list = [...oldHomes(ground, grid), ...estate(ground, grid, quarterName(i))]
    return list.map((h, n) => ({ ...h, id: `${grid.place}-${String(n + 1).padStart(3, '0')}` }))
  })
  shareSomePhones(ground.random, households)
  return households
}

type Home = { at: Position | null; building: string; unit: number; floor: number; room: string; pointId: string | null; shelterId?: string }

function settle({ shelters }: Ground, grid: PlacedGrid, home: Home, family: Family, tags: string[]): SampleHousehold {
  const all = [...new Set([...tags, ...family.tags])]
  const here = home.at ?? middleOf(grid)
  const nearest = [...shelters].sort((a, b) => metresBetween([a.lon, a.lat], here) - metresBetween([b.lon, b.lat], here))[0]!
  const inCommunity = shelters.find((s) => s.place === grid.community) ?? nearest
  return {
    ...family,
    id: '',
    place: grid.place,
    building: home.building,
    unit: home.unit,
    floor: home.floor,
    room: home.room,
    lon: home.at?.[0] ?? null,
    lat: home.at?.[1] ?? null,
    tags: all,
    atHome: true,
    pointId: home.pointId,
    shelterId: all.length > 0 ? inCommunity.id : null,
    helperId: all.length > 0 ? `${grid.place}-worker` : null,
  }
}

/** Low houses by the waterlogging points and the old buildings of 三中社区. */
function oldHomes(ground: Ground, grid: PlacedGrid): SampleHousehold[] {
  const { random, counters } = ground
  return ground.points
    .filter((p) => p.place === grid.place)
    .flatMap((point) => {
      const at: Position = [point.lon, point.lat]
      if (point.kind === 'waterlogging') {
        const low = lowHouses.find((l) => l.point === point.id)!
        return low.families.map((wish, i) => {
          // The fifth low house was never measured: it is tied to its point by hand, and counts all the same.
          const place = i === 4 ? null : findRoom(random, grid, [at], { centre: at, from: 30, to: 115 })
          const home = { at: place, building: `${low.street}${i * 2 + 3}号院`, unit: 1, floor: 1, room: '101', pointId: point.id }
          return settle(ground, grid, home, makeFamily(random, counters, wish), ['ground-floor'])
        })
      }
      const worst = worstBuildings.find((b) => b.point === point.id)?.families
      const wishes: FamilyWish[] = worst ?? Array.from({ length: random.whole(3, 6) }, () => ({}))
      return wishes.map((wish, i) => {
        const floor = 2 + (i % 3)
        const home = {
          at: moved(at, random.whole(-6, 6), random.whole(-6, 6)),
          building: point.name,
          unit: 1 + Math.floor(i / 6),
          floor,
          room: `${floor}0${1 + Math.floor(i / 3)}`,
          pointId: point.id,
        }
        return settle(ground, grid, home, makeFamily(random, counters, wish), ['old-building'])
      })
    })
}

/** The blocks of one residential quarter, filled floor by floor. */
function estate(ground: Ground, grid: PlacedGrid, quarter: string): SampleHousehold[] {
  const { random, counters, points } = ground
  const wanted = random.whole(76, 110)
  const blocks = random.whole(5, 7)
  const taken: Position[] = points.filter((p) => p.place === grid.place).map((p): Position => [p.lon, p.lat])
  const households: SampleHousehold[] = []
  for (let block = 1; block <= blocks; block++) {
    const at = findRoom(random, grid, taken, { centre: middleOf(grid), from: 0, to: 175 })
    taken.push(at)
    const shops = random.chance(0.35) || points.some((p) => p.kind === 'waterlogging' && metresBetween([p.lon, p.lat], at) < shopsWithinM)
    const share = Math.ceil((wanted - households.length) / (blocks - block + 1))
    for (const door of doors(random, shops ? 2 : 1).slice(0, share)) {
      const place = random.chance(0.03) ? null : moved(at, random.whole(-7, 7), random.whole(-7, 7))
      const home = { at: place, building: `${quarter}${block}栋`, ...door, pointId: null }
      households.push(settle(ground, grid, home, makeFamily(random, counters), placeTags(grid, door.floor)))
    }
  }
  return households
}

function placeTags(grid: PlacedGrid, floor: number): string[] {
  if (floor > 1) return []
  const tags = ['ground-floor']
  if (grid.inland < 200) tags.push('river-bank')
  if (grid.inland > 2000) tags.push('slope')
  return tags
}

function doors(random: Random, lowest: number): { unit: number; floor: number; room: string }[] {
  const units = random.whole(1, 3)
  const top = random.whole(6, 9)
  const list: { unit: number; floor: number; room: string }[] = []
  for (let floor = lowest; floor <= top; floor++) {
    for (let unit = 1; unit <= units; unit++) {
      for (const side of [1, 2]) if (random.chance(0.88)) list.push({ unit, floor, room: `${floor}0${side}` })
    }
  }
  // Not every flat is lived in: some fall out, the others stay in the order a person walks (building, unit, floor).
  const kept = list.filter(() => random.chance(0.85))
  return kept.sort((a, b) => a.unit - b.unit || a.floor - b.floor || a.room.localeCompare(b.room))
}

/** Some grown children look after parents in another grid: one number, two households. */
function shareSomePhones(random: Random, households: SampleHousehold[]): void {
  const parents = households.filter((h) => h.contacts.some((c) => c.relation === 'family-away') && h.pointId === null)
  const children = households.filter((h) => h.contacts[0]?.relation === 'self')
  for (const parent of parents) {
    if (!random.chance(0.25)) continue
    const away = parent.contacts.find((c) => c.relation === 'family-away')!
    away.address = random.pick(children).contacts[0]!.address
  }
}
