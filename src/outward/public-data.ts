import type { Alert } from '../alerts/alert.js'
import { type AlertRevision, readRevisions } from '../alerts/alert-store.js'
import { nameOfPlace } from '../alerts/describe-alert.js'
import type { Clock } from '../base/clock.js'
import type { Tx } from '../base/store/store.js'
import type { GridGeometry } from '../base/store/tables.js'
import { countShelterPeople } from '../evacuations/evacuation-store.js'
import { homeName, homesOf } from '../register/home.js'
import type { Register, Snapshot } from '../register/snapshot.js'
import type { Level } from '../warnings/warning.js'
import { readPublicAlerts } from './outward-store.js'

export interface PublicAlert {
  identifier: string
  seriesId: string
  title: string
  /** As the English push message opens. */
  titleEn: string
  event: string
  origin: 'relay' | 'notice'
  level: Level | null
  /** Who says so: the authority by its own name; of a notice, the subdistrict. */
  station: string
  issuedAt: Date
  until: Date | null
  text: string | null
  grids: string[]
  communities: string[]
}
export interface PublicShelter {
  name: string
  address: string
  lon: number
  lat: number
  places: number
  free: number
}
export interface PublicPage {
  now: Date
  place: string
  placeName: string
  hotline: string
  sample: boolean
  /** The highest colour first. */
  alerts: PublicAlert[]
  /** Over since a short while: people are told not to go back by themselves. */
  ended: { title: string; station: string; at: Date; calledOff: boolean }[]
  shelters: PublicShelter[]
  communities: { place: string; name: string }[]
  map: { place: string; geometry: GridGeometry; level: Level | 'notice' | null }[]
}

export interface PublicDeps {
  register: Register
  clock: Clock
  policy: { hotline: string }
  registerKind: 'sample' | 'live'
}

const rank: Record<Level, number> = { red: 5, orange: 4, unknown: 3, yellow: 2, blue: 1 }
const endedHours = 12

/** What is in force for everybody now. Exercises and orders to single households are not public. */
export async function readPublicPage(tx: Tx, deps: PublicDeps): Promise<PublicPage> {
  const now = deps.clock.now()
  const snapshot = deps.register.snapshot()
  const found = await readPublicAlerts(tx, new Date(now.getTime() - endedHours * 3_600_000))
  const revisions = await readRevisions(
    tx,
    found.map((a) => a.id),
  )
  const lastOf = (alert: Alert) => revisions.filter((r) => r.alertId === alert.id).at(-1)
  const inForce = found.filter((a) => (a.state === 'issued' || a.state === 'held') && !(a.expiresAt && a.expiresAt <= now))
  const alerts = inForce.flatMap((alert) => {
    const last = lastOf(alert)
    return last ? [viewAlert(snapshot, alert, last)] : []
  })
  alerts.sort((a, b) => (b.level ? rank[b.level] : 0) - (a.level ? rank[a.level] : 0) || b.issuedAt.getTime() - a.issuedAt.getTime())
  return {
    now,
    place: homesOf(snapshot)[0]?.place ?? '',
    placeName: homeName(snapshot),
    hotline: deps.policy.hotline,
    sample: deps.registerKind === 'sample',
    alerts,
    ended: found
      .filter((a) => a.state === 'all-clear' || a.state === 'called-off')
      .flatMap((alert) => {
        const last = lastOf(alert)
        if (!last) return []
        return [{ title: alert.title, station: last.words.facts.station, at: last.issuedAt, calledOff: alert.state === 'called-off' }]
      }),
    shelters: await readShelters(tx, snapshot),
    communities: snapshot.places.filter((p) => p.level === 'community').map(({ place, name }) => ({ place, name })),
    map: mapOf(snapshot, alerts),
  }
}

function viewAlert(snapshot: Snapshot, alert: Alert, last: AlertRevision): PublicAlert {
  const communities = [...new Set(alert.grids.map((grid) => grid.slice(0, 12)))]
  const { facts } = last.words
  return {
    identifier: alert.identifier,
    seriesId: alert.seriesId,
    title: alert.title,
    titleEn: last.words.previews.find((p) => p.channel === 'push' && p.language === 'en')?.text.split('\n')[0] ?? alert.title,
    event: alert.event,
    origin: alert.origin === 'relay' ? 'relay' : 'notice',
    level: alert.level,
    station: facts.station,
    issuedAt: facts.issuedAt ? new Date(facts.issuedAt) : last.issuedAt,
    until: facts.until ? new Date(facts.until) : null,
    text: facts.ownText ?? null,
    grids: alert.grids,
    communities: communities.map((place) => nameOfPlace(snapshot, place)),
  }
}

async function readShelters(tx: Tx, snapshot: Snapshot): Promise<PublicShelter[]> {
  const people = await countShelterPeople(tx)
  return snapshot.shelters.map((s) => {
    const taken = people.get(s.id)
    const used = Math.max(taken?.planned ?? 0, taken?.arrived ?? 0)
    return { name: s.name, address: s.address, lon: s.lon, lat: s.lat, places: s.capacityNight, free: Math.max(0, s.capacityNight - used) }
  })
}

function mapOf(snapshot: Snapshot, alerts: PublicAlert[]): PublicPage['map'] {
  const level = new Map<string, Level | 'notice'>()
  for (const alert of [...alerts].reverse()) for (const grid of alert.grids) level.set(grid, alert.level ?? 'notice')
  return snapshot.grids.map((grid) => ({ place: grid.place, geometry: grid.geometry, level: level.get(grid.place) ?? null }))
}
