/** The three turns of a rota, in China's time, and the night that must not stand empty. */
export const turns = ['day', 'night', 'whole'] as const
export type Turn = (typeof turns)[number]

const minute = 60_000
const day = 24 * 60 * minute
const china = 8 * 60 * minute
const morning = (8 * 60 + 30) * minute
const evening = (17 * 60 + 30) * minute

/** 2025-07-12 → the first moment of that day in China; null: no such day. */
export function dayStart(date: string): Date | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (!found) return null
  const at = new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])))
  return at.toISOString().startsWith(date) ? new Date(at.getTime() - china) : null
}
export const dateOf = (at: Date): string => new Date(at.getTime() + china).toISOString().slice(0, 10)
export const addDays = (date: string, days: number): string => dateOf(new Date(dayStart(date)!.getTime() + days * day))

export function turnOf(date: string, turn: Turn): { startsAt: Date; endsAt: Date } {
  const start = dayStart(date)!.getTime()
  const from = start + (turn === 'night' ? evening : morning)
  const to = start + (turn === 'day' ? evening : day + morning)
  return { startsAt: new Date(from), endsAt: new Date(to) }
}

/** The night now, or the coming one: 17:30 to 08:30. */
export function nightOf(at: Date): { startsAt: Date; endsAt: Date } {
  const date = dateOf(at)
  const before = turnOf(addDays(date, -1), 'night')
  return at < before.endsAt ? before : turnOf(date, 'night')
}
