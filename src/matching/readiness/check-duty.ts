import type { Slices } from '../../base/slices.js'
import { type Duty, dutyAt, gridForce } from '../../register/duty/duty.js'
import { emptyNights, overlap } from '../../register/duty/plan-roster.js'
import { dateOf, nightOf } from '../../register/duty/shift-times.js'
import type { Snapshot } from '../../register/snapshot.js'
import { type Check, finding } from './readiness.js'

const week = 7 * 86_400_000

/** Tonight is the night now, or the coming one. */
export function* dutyChecks(snapshot: Snapshot, at: Date): Slices<Check[]> {
  const night = nightOf(at)
  const turns = snapshot.shifts.filter((s) => overlap(s, night))
  // Who is on duty changes only where a turn begins or ends: these hours stand for the whole night.
  const hours: Duty[] = []
  const starts = [...new Set([night.startsAt, ...turns.flatMap((s) => [s.startsAt, s.endsAt])].map((d) => d.getTime()))]
  for (const hour of starts.filter((hour) => hour >= night.startsAt.getTime() && hour < night.endsAt.getTime())) {
    hours.push(dutyAt({ staff: snapshot.staff, shifts: turns }, new Date(hour)))
    yield
  }
  const here = new Map<string, Snapshot['staff']>()
  for (const s of snapshot.staff) if (gridForce.includes(s.post)) here.set(s.place, [...(here.get(s.place) ?? []), s])
  const manned = (place: string) =>
    hours.every((duty) => here.get(place)?.some((s) => duty.has(s) || (duty.due(s) && duty.callFor(s) !== null)))
  const near = snapshot.shifts.filter((s) =>
    overlap(s, { startsAt: new Date(night.startsAt.getTime() - week), endsAt: new Date(night.endsAt.getTime() + week) }),
  )
  const unmanned: Snapshot['grids'] = []
  for (const grid of snapshot.grids) {
    if (!manned(grid.place)) unmanned.push(grid)
    yield
  }
  const names = new Map([...snapshot.places, ...snapshot.grids].map((p) => [p.place, p.name]))
  return [
    {
      key: 'grid-unmanned',
      weight: 'danger',
      findings: unmanned.map((g) =>
        finding({ id: g.place, place: g.place }, g.name, '今晚没有网格员值班', 'no grid worker is on duty tonight'),
      ),
    },
    {
      key: 'night-empty',
      weight: 'danger',
      findings: emptyNights(near, [dateOf(night.startsAt)]).map(({ place, post, date }) =>
        finding(
          { id: place, place },
          `${names.get(place) ?? place} ${post}`,
          `${date} 夜里没有排人`,
          `nobody is written down for the night of ${date}`,
        ),
      ),
    },
  ]
}
