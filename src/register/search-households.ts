import { pinyin } from 'pinyin-pro'
import { doorLabel } from './door-label.js'
import type { Household } from './register.js'
import type { Snapshot } from './snapshot.js'

type Door = Parameters<typeof doorLabel>[0]
interface Written {
  household: Household
  text: string
}
const written = new WeakMap<Snapshot, Written[]>()
const readings = new Map<string, string>()

/** 滨河苑3栋 -> "bhy3d binheyuan3dong": what fingers type when there is no time for characters. */
function readingOf(words: string): string {
  const known = readings.get(words)
  if (known) return known
  const initials = pinyin(words, { pattern: 'first', toneType: 'none', type: 'array' }).join('')
  const whole = pinyin(words, { toneType: 'none', type: 'array' }).join('')
  const reading = `${initials} ${whole}`.toLowerCase()
  readings.set(words, reading)
  return reading
}

const textOf = (grid: string, door: Door): string =>
  `${grid} ${doorLabel(door)} ${readingOf(grid)} ${readingOf(door.building)}`.toLowerCase()
const wordsOf = (search: string): string[] => search.toLowerCase().split(/\s+/).filter(Boolean)

/** Whether a door is meant by a search, in characters or in pinyin. */
export function isMeant(grid: string, door: Door, search: string): boolean {
  const text = textOf(grid, door)
  return wordsOf(search).every((word) => text.includes(word))
}

function write(snapshot: Snapshot): Written[] {
  const known = written.get(snapshot)
  if (known) return known
  const gridNames = new Map(snapshot.grids.map((g) => [g.place, g.name]))
  const list = snapshot.households.map((household) => ({ household, text: textOf(gridNames.get(household.place) ?? '', household) }))
  written.set(snapshot, list)
  return list
}

/** Doors whose address has every word of the search in it, in characters or in pinyin, within the searcher's area. */
export function searchHouseholds(snapshot: Snapshot, scope: string, search: string): Household[] {
  const words = wordsOf(search)
  return write(snapshot)
    .filter(({ household, text }) => household.place.startsWith(scope) && words.every((word) => text.includes(word)))
    .map((w) => w.household)
}
