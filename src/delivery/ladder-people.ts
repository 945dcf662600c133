import { dutyAt } from '../register/duty/duty.js'
import type { Staff } from '../register/register.js'
import type { Snapshot } from '../register/snapshot.js'
import type { Whom } from './escalation.js'

const codeLength = { grid: 15, community: 12, subdistrict: 9 } as const

/**
 * Who is called on a rung, seen from the one who does not answer. Nobody who is away is called, whoever stands in for them is;
 * the sleeper is never called in their own place.
 */
export function peopleToCall(register: Pick<Snapshot, 'staff' | 'shifts'>, whom: Whom, sleeperId: string, at: Date): string[] {
  if (whom === 'self') return [sleeperId]
  const duty = dutyAt(register, at)
  if (whom === 'deputy') return duty.deputyOf(sleeperId) ? [duty.deputyOf(sleeperId)!.id] : []
  const sleeper = register.staff.find((s) => s.id === sleeperId)
  const wanted = (one: Staff): boolean => {
    if ('person' in whom) return one.id === whom.person
    const here = sleeper?.place.slice(0, codeLength[whom.of])
    if (here === undefined || one.place !== here) return false
    return 'post' in whom ? one.post === whom.post : one.post === whom.roster && duty.due(one)
  }
  const called = register.staff.filter(wanted).flatMap((one) => duty.callFor(one)?.staff.id ?? [])
  return [...new Set(called)].filter((id) => id !== sleeperId)
}
