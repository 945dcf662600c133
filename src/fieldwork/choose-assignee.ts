import { type Duty, dutyAt } from '../register/duty/duty.js'
import type { Staff } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { FieldworkConfig } from './fieldwork-config.js'

/** The person of the force who is asked first in this grid: by the order of posts, those on duty before the others, then the secretary. */
export function workerFor(snapshot: Snapshot, config: FieldworkConfig, grid: string, at: Date, not: string | null = null): Staff | null {
  const duty = dutyAt(snapshot, at)
  const here = snapshot.staff.filter((s) => s.id !== not && s.place === grid && present(duty, s))
  const rank = (s: Staff) => {
    const post = config.posts.indexOf(s.post)
    return post < 0 ? null : post * 2 + (duty.has(s) ? 0 : 1)
  }
  const ranked = here.flatMap((s) => (rank(s) === null ? [] : [{ s, rank: rank(s)! }])).sort((a, b) => a.rank - b.rank)
  return ranked[0]?.s ?? superiorFor(snapshot, config, grid, not, at)
}

/** Nobody who is away is sent to a door. */
const present = (duty: Duty, s: Staff): boolean => duty.callFor(s)?.staff === s

/** Who knocks at the door of a responsible person: the nearest superior above the place, never the person themselves. */
export function superiorFor(snapshot: Snapshot, config: FieldworkConfig, place: string, not: string | null, at: Date): Staff | null {
  const duty = dutyAt(snapshot, at)
  const above = snapshot.staff.filter(
    (s) => s.id !== not && place.startsWith(s.place) && config.superiors.includes(s.post) && present(duty, s),
  )
  above.sort(
    (a, b) =>
      b.place.length - a.place.length ||
      config.superiors.indexOf(a.post) - config.superiors.indexOf(b.post) ||
      Number(duty.has(b)) - Number(duty.has(a)),
  )
  return above[0] ?? null
}

/** The colleague nearest to the door of a staff member, when no superior is to be found. */
export const colleagueOf = (snapshot: Snapshot, staff: Staff): Staff | null =>
  snapshot.staff.find((s) => s.id === staff.deputyId) ?? snapshot.staff.find((s) => s.id !== staff.id && s.place === staff.place) ?? null
