import type { Staff } from '../register.js'

/** One turn of one post. roster: who has it; override: who comes (nobody named: the deputy does) instead of whom, or in addition. */
export interface DutyShift {
  id: string
  place: string
  post: string
  kind: 'roster' | 'override'
  staffId: string | null
  insteadOf: string | null
  startsAt: Date
  endsAt: Date
  note: string
}

/** Why somebody is called: they have the post, or stand in for one of it who is away. */
export interface Called {
  staff: Staff
  insteadOf: Staff | null
}

export interface Duty {
  /** On duty themselves at this hour. */
  has(staff: Staff): boolean
  /** Who is called for this person: they, whoever stands in while they are away, or nobody. */
  callFor(staff: Staff): Called | null
  /** Was it their turn, whether they come or not? */
  due(staff: Staff): boolean
  /** Who is asked when this person does not answer: the nearest deputy who is not away. */
  deputyOf(staffId: string): Staff | null
}

/**
 * Who is on duty at an hour. An override beats the roster, the roster beats the standing flag of a person. Where no roster names
 * anybody for the hour, the flag holds: a gap in a table must not leave a post unheard (the readiness board shows it as danger).
 */
export function dutyAt({ staff, shifts }: { staff: readonly Staff[]; shifts: readonly DutyShift[] }, at: Date): Duty {
  const now = shifts.filter((s) => s.startsAt <= at && at < s.endsAt)
  const byId = new Map(staff.map((s) => [s.id, s]))
  const rostered = new Set(now.flatMap((s) => (s.kind === 'roster' ? [postKey(s)] : [])))
  const turns = new Set(now.flatMap((s) => (s.kind === 'roster' && s.staffId ? [s.staffId] : [])))
  const overrides = now.filter((s) => s.kind === 'override')
  const comes = new Set(overrides.flatMap((s) => s.staffId ?? []))
  const away = new Map(overrides.flatMap((s) => (s.insteadOf && s.insteadOf !== s.staffId ? [[s.insteadOf, s] as const] : [])))

  const due = (s: Staff) => comes.has(s.id) || turns.has(s.id) || (!rostered.has(postKey(s)) && s.duty)
  const firstPresent = (id: string | null, not: string): Staff | null => {
    const seen = new Set([not])
    for (let next = id; next && !seen.has(next); next = byId.get(next)?.deputyId ?? null) {
      seen.add(next)
      const one = byId.get(next)
      if (one && !away.has(next)) return one
    }
    return null
  }
  const standInOf = (s: Staff): Staff | null => {
    const substitute = away.get(s.id)?.staffId
    return substitute && !away.has(substitute) ? (byId.get(substitute) ?? null) : firstPresent(s.deputyId, s.id)
  }
  return {
    due,
    has: (s) => due(s) && !away.has(s.id),
    callFor: (s) => {
      if (!away.has(s.id)) return { staff: s, insteadOf: null }
      const other = standInOf(s)
      return other && { staff: other, insteadOf: s }
    },
    deputyOf: (id) => {
      const own = firstPresent(byId.get(id)?.deputyId ?? null, id)
      if (own) return own
      // Who stands in and has no deputy of their own is followed by the deputy of whom they stand in for.
      const replaced = [...away].find(([, s]) => s.staffId === id)?.[0]
      return replaced ? firstPresent(byId.get(replaced)?.deputyId ?? null, id) : null
    },
  }
}

/** The posts that go out in a grid. Building chiefs and volunteers are asked by name; they have no turns. */
export const gridForce: readonly string[] = ['网格长', '专职网格员', '兼职网格员']

export const postKey = ({ place, post }: { place: string; post: string }): string => `${place} ${post}`

/** The names on tonight's board. */
export function namesOnDuty(
  register: { staff: readonly Staff[]; shifts: readonly DutyShift[] },
  scope: string,
  post: string,
  at: Date,
): string[] {
  const duty = dutyAt(register, at)
  const called = register.staff
    .filter((s) => s.post === post && (s.place.startsWith(scope) || scope.startsWith(s.place)) && duty.due(s))
    .flatMap((s) => duty.callFor(s)?.staff ?? [])
  return [...new Set(called.sort((a, b) => (a.id < b.id ? -1 : 1)).map((s) => s.name))]
}
