import type { Tx } from '../base/store/store.js'
import type { AreaMatch, GridMatch } from '../matching/area-match.js'
import { both, type Concern, countGrid, recount } from '../matching/by-the-home.js'
import { homesOf, type RiskPolicy } from '../matching/choose-audience.js'
import { readRing } from '../matching/geometry.js'
import { matchArea } from '../matching/match-area.js'
import { indexOf } from '../matching/register-index.js'
import type { Relation } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Alert } from './alert.js'
import { readOut, readWarningsInForce, type WarningFacts } from './alert-store.js'
import { type AlertDeps, textOf } from './describe-alert.js'

/** One word that speaks to homes of ours now: a warning in force, or an alert of ours that is out. */
export interface Word extends Pick<Alert, 'origin' | 'event' | 'level'> {
  grids: GridMatch[]
}

/** Whom the words speak to. An all-clear to one of them is the dangerous error: whatever is in doubt counts as warned. */
export interface Warned {
  home(id: string): boolean
  contact(told: { contactId: number; place: string; relation: Relation }): boolean
}

const everybody: Warned = { home: () => true, contact: () => true }

/** Words over a register. `everybody`: one of them could not be placed. */
export function whoIsWarned(snapshot: Snapshot, risk: RiskPolicy, words: readonly Word[] | 'everybody'): Warned {
  if (words === 'everybody') return everybody
  const index = indexOf(snapshot)
  const homes = new Set<string>()
  for (const word of words) {
    const { homes: told } = homesOf(snapshot, risk, { ...word, audience: 'residents', exercise: false })
    for (const grid of word.grids) for (const home of told(grid)) homes.add(home.id)
  }
  const addresses = { warned: new Set<number>(), calm: new Set<number>() }
  for (const home of snapshot.households) {
    const known = homes.has(home.id) ? addresses.warned : addresses.calm
    for (const { contactId } of home.contacts) known.add(index.addressOf(contactId))
  }
  const places = [...new Set(words.flatMap((word) => word.grids.map((grid) => grid.place)))]
  const isPlace = (place: string) => places.some((grid) => grid.startsWith(place) || place.startsWith(grid))
  return {
    home: (id) => homes.has(id),
    contact({ contactId, place, relation }) {
      const address = index.addressOf(contactId)
      if (addresses.warned.has(address)) return true
      // Staff and groups answer for a place; and where a number has left the register, only the place is known.
      const isAtHome = relation !== 'staff' && relation !== 'group' && addresses.calm.has(address)
      return !isAtHome && isPlace(place)
    },
  }
}

/** The homes of both matches. */
export function together(snapshot: Snapshot, matches: readonly AreaMatch[]): AreaMatch {
  const index = indexOf(snapshot)
  const found = new Map<string, { grid: GridMatch; concern: Concern }>()
  for (const grid of matches.flatMap((m) => m.grids)) {
    const concern = { reason: grid.reason, ...(grid.outside ? { over: new Set(grid.outside) } : {}) }
    found.set(grid.place, { grid, concern: both(found.get(grid.place)?.concern, concern) })
  }
  const grids = [...found.values()].map(({ grid, concern }) =>
    countGrid(index.householdsOf(grid.place), { ...grid, reason: concern.reason }, concern.over),
  )
  return recount(matches[0]!, grids)
}

/** Of a match the homes that `keep` names; grids without any fall away. */
export function onlyHomes(snapshot: Snapshot, match: AreaMatch, keep: (id: string) => boolean): AreaMatch {
  const index = indexOf(snapshot)
  const grids = match.grids.flatMap((grid) => {
    const left = new Set(grid.outside)
    const homes = index.householdsOf(grid.place)
    const over = new Set(homes.map((h) => h.id).filter((id) => left.has(id) || !keep(id)))
    return over.size === homes.length ? [] : [countGrid(homes, grid, over)]
  })
  return recount(match, grids)
}

/**
 * Every word of these hazards that stands now: all warnings in force, whoever said them and whether or not anybody was told, and
 * all alerts that are out, with what their officers picked by hand. An order stands whatever its hazard.
 */
export async function readWords(tx: Tx, deps: AlertDeps, alert: Alert, events: string[]): Promise<Word[] | 'everybody'> {
  const words: Word[] = [{ ...alert, grids: alert.summary.match.grids }]
  for (const other of await readOut(tx, events, alert.kind))
    if (other.id !== alert.id) words.push({ ...other, grids: other.summary.match.grids })
  for (const warning of await readWarningsInForce(tx, events, alert.kind)) {
    const grids = gridsOf(deps.register.snapshot(), warning)
    if (grids === 'unknown') return 'everybody'
    words.push({ origin: 'relay', event: warning.event, level: warning.level, grids })
  }
  return words
}

/** Where a part of it could not be read, it may be anywhere. */
function gridsOf(snapshot: Snapshot, warning: WarningFacts): GridMatch[] | 'unknown' {
  const text = [textOf(warning), ...warning.areas.map((area) => area.description)].join('\n')
  const isUnread = warning.areas.some(
    (area) =>
      area.unplaced ||
      area.polygons.some((ring) => readRing(ring) === null) ||
      matchArea(snapshot, { areas: [area], text }).verdict === 'unplaced',
  )
  const match = matchArea(snapshot, { areas: warning.areas, text: textOf(warning) })
  return isUnread || match.verdict === 'unplaced' || match.verdict === 'named-elsewhere' ? 'unknown' : match.grids
}
