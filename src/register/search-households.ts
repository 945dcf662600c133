import { pinyin } from 'pinyin-pro'
import type { Slices } from '../base/slices.js'
import { doorLabel } from './door-label.js'
import type { Household } from './register.js'
import type { Snapshot } from './snapshot.js'

type Door = Parameters<typeof doorLabel>[0]
/** Of grids and buildings there are few: a register of 200,000 doors has some thousands. */
const readings = new Map<string, string>()

/** 滨河苑3栋 -> "滨河苑3栋 bhy3d binheyuan3dong": what fingers type when there is no time for characters. */
function readingOf(words: string): string {
  const known = readings.get(words)
  if (known) return known
  const initials = pinyin(words, { pattern: 'first', toneType: 'none', type: 'array' }).join('')
  const whole = pinyin(words, { toneType: 'none', type: 'array' }).join('')
  const reading = `${words} ${initials} ${whole}`.toLowerCase()
  readings.set(words, reading)
  return reading
}

const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/).filter(Boolean)

/** Judges doors one after another: what a grid and a building have of the words is worked out once for all their doors. */
function openSearch(search: string): (grid: string, door: Door) => boolean {
  const words = wordsOf(search)
  const lacking = new Map<string, string[]>()
  const lacks = (name: string): string[] => {
    const known = lacking.get(name)
    if (known) return known
    const reading = readingOf(name)
    const left = words.filter((word) => !reading.includes(word))
    lacking.set(name, left)
    return left
  }
  return (grid, door) => {
    let left = lacks(grid)
    if (left.length > 0) left = lacks(door.building).filter((word) => left.includes(word))
    if (left.length === 0) return true
    const label = doorLabel(door).toLowerCase()
    return left.every((word) => label.includes(word))
  }
}

/** Whether a door is meant by a search, in characters or in pinyin. */
export const isMeant = (grid: string, door: Door, search: string): boolean => openSearch(search)(grid, door)

/** A few milliseconds at most: nobody else waits for a search through 200,000 doors. */
export const perSlice = 500

/** Doors whose address has every word of the search in it, in characters or in pinyin, within the searcher's area. */
export function* searchHouseholds(snapshot: Snapshot, scope: string, search: string): Slices<Household[]> {
  const isDoorMeant = openSearch(search)
  const grids = new Map(snapshot.grids.map((g) => [g.place, g.name]))
  const found: Household[] = []
  let looked = 0
  for (const household of snapshot.households) {
    if (++looked % perSlice === 0) yield
    if (household.place.startsWith(scope) && isDoorMeant(grids.get(household.place) ?? '', household)) found.push(household)
  }
  return found
}
