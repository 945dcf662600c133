import type { NewShift } from '../duty/plan-roster.js'
import { turnFor } from '../duty/plan-roster.js'
import { addDays, turnOf } from '../duty/shift-times.js'
import { sanzhong, subdistrict, worstGrid } from './make-places.js'
import { sampleStaffIds } from './make-staff.js'
import type { SampleStaff } from './sample-town.js'

const firstDay = '2025-07-05'
const days = 14
/** Four days after the storm nobody wrote a name down: the board shows what that looks like. */
const forgotten = addDays(firstDay, 11)
const illDay = addDays(firstDay, 10)

/**
 * A rota of a fortnight around the sample's night (12 July): the desk in turns of two days, the grid workers of 三中社区 every
 * day, one of them ill for a day with a colleague in their place, one night forgotten.
 */
export function makeRoster(staff: readonly SampleStaff[]): (NewShift & { id: string })[] {
  const named = new Map(staff.map((s) => [s.id, s]))
  const desk = [1, 2].map((crew) =>
    (crew === 2 ? ['commander-1', 'officer-1', 'officer-2'] : ['commander-2', 'officer-3', 'officer-4']).map(
      (id) => named.get(`${subdistrict}-${id}`)!,
    ),
  )
  const workers = staff.filter((s) => s.post === '专职网格员' && s.place.startsWith(sanzhong))
  const roster = Array.from({ length: days }, (_, d) => addDays(firstDay, d)).flatMap((date, d) => {
    const crew = desk[Math.floor(d / 2) % 2]!.filter((s) => s.post !== '值班员' || date !== forgotten)
    return [...crew, ...workers].map((s) => turnFor(s, date, 'whole'))
  })
  const ill: NewShift = {
    ...{ place: worstGrid, post: '专职网格员', kind: 'override', note: '发热就医' },
    ...{ staffId: `${worstGrid}-part-time`, insteadOf: sampleStaffIds.worker },
    ...turnOf(illDay, 'whole'),
  }
  return [...roster, ill].map((shift, i) => ({ ...shift, id: `sample-shift-${String(i + 1).padStart(3, '0')}` }))
}
