import type { Roster } from '../../../register/duty/duty-routes.js'
import type { Say } from '../../shared/language.js'

export type Shift = Roster['shifts'][number]
export type Person = Roster['people'][number]
export type Turn = 'day' | 'night' | 'whole'

/** The rows of one post at one place: what stands together in a table, and what can be swapped. */
export interface PostGroup {
  key: string
  place: string
  placeName: string
  post: string
  people: Person[]
}
export function groupsOf(people: readonly Person[]): PostGroup[] {
  const groups = new Map<string, PostGroup>()
  for (const person of people) {
    const { place, placeName, post } = person
    const key = `${place} ${post}`
    const group = groups.get(key) ?? { key, place, placeName, post, people: [] }
    group.people.push(person)
    groups.set(key, group)
  }
  return [...groups.values()]
}

const dayMs = 86_400_000
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
/** Weeks begin on Monday. */
export const mondayOf = (date: string): string => addDays(date, -((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7))
export const weekOf = (from: string): string[] => [0, 1, 2, 3, 4, 5, 6].map((n) => addDays(from, n))

const weekdays = ['日', '一', '二', '三', '四', '五', '六']
const weekdaysEn = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
export function dayWord(date: string, say: Say): string {
  const day = new Date(`${date}T00:00:00Z`).getUTCDay()
  return say(`周${weekdays[day]}`, weekdaysEn[day]!)
}
export const shortDate = (date: string, say: Say): string =>
  say(`${Number(date.slice(5, 7))}月${Number(date.slice(8))}日`, `${Number(date.slice(8))}/${Number(date.slice(5, 7))}`)

export const dateOfShift = (shift: Shift): string => shift.startsAt.slice(0, 10)
export function turnOf({ startsAt, endsAt }: Shift): Turn {
  if (startsAt.slice(11, 16) === '17:30') return 'night'
  return startsAt.slice(0, 10) === endsAt.slice(0, 10) ? 'day' : 'whole'
}
export const turnSpan = (date: string, turn: Turn): { startsAt: string; endsAt: string } => ({
  startsAt: `${date}T${turn === 'night' ? '17:30' : '08:30'}:00+08:00`,
  endsAt: `${turn === 'day' ? date : addDays(date, 1)}T${turn === 'day' ? '17:30' : '08:30'}:00+08:00`,
})
export const turnWord = (turn: Turn, say: Say): string =>
  ({ day: say('白班', 'Day'), night: say('夜班', 'Night'), whole: say('全天', '24 h') })[turn]
export const turnHours: Record<Turn, string> = { day: '08:30–17:30', night: '17:30–08:30', whole: '08:30–08:30' }
