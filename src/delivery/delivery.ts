import { type Channel, channelCode, channels } from '../messages/channel.js'

/**
 * The closed lists of the outbox and its pure rules. Rows hold the codes (smallint), so a code is never given a new meaning.
 */
export const states = ['waiting', 'accepted', 'failed', 'unknown', 'expired', 'called-off'] as const
export type State = (typeof states)[number]
export const stateCode: Record<State, number> = { waiting: 0, accepted: 1, failed: 2, unknown: 3, expired: 4, 'called-off': 5 }

export const stateSentence: Record<State, { zh: string; en: string }> = {
  waiting: { zh: '等待发送', en: 'Waiting to be sent.' },
  accepted: { zh: '运营商已接收', en: 'The carrier has taken it.' },
  failed: { zh: '没有送到', en: 'It did not get through.' },
  unknown: { zh: '可能已发出,正在向运营商核实', en: 'It may have gone out; the carrier is being asked.' },
  expired: { zh: '预警已过期,没有发出', en: 'Its time was over before it was sent.' },
  'called-off': { zh: '发出之前已撤下', en: 'Called off before it was sent.' },
}

/** How far the person got, never mixed: a message taken by the carrier is not a person who has heard it. */
export const grades = ['none', 'accepted', 'delivered', 'opened', 'listened', 'pressed', 'stated'] as const
export type Grade = (typeof grades)[number]
export const gradeCode: Record<Grade, number> = { none: 0, accepted: 1, delivered: 2, opened: 3, listened: 4, pressed: 5, stated: 6 }

/** Which of several deliveries of one contact speaks for the contact: the best. Index: state code, value: rank, 0 is best. */
export const rankOfState: readonly number[] = [1, 0, 3, 2, 4, 5]

/** Why one contact gets a row of one revision: 10 + n is the n-th call again of the ladder. */
export const purposeCode = { warn: 1, correct: 2, 'all-clear': 3 } as const
export const callAgainCode = (step: number): number => 10 + step
/** 4 to 9: who is coming, told to who cried for help; again when somebody else goes. */
export const comingCodes = [4, 5, 6, 7, 8, 9]
/** A family hears once that theirs arrived. */
export const arrivedCode = 0
/** What is said to one person beside the wording; it is no part of who was told of the danger. */
export const asideCodes = [arrivedCode, ...comingCodes]
export const comingCode = (told: number): number => comingCodes[told]!

const ranks = ['red', 'orange', 'yellow', 'blue', 'notice'] as const
export type Rank = (typeof ranks)[number]
/** An unknown level follows orange's policy, here too; no level is a notice. */
export const rankOfLevel = (level: string | null): Rank =>
  level === null ? 'notice' : level === 'unknown' ? 'orange' : (ranks.find((r) => r === level) ?? 'orange')

/**
 * A lane is a queue by urgency: one per channel and colour, e.g. 'sms-red', so that red never waits behind blue. In the rows
 * it is two numbers: those who must move, the staff and every correction go before the rest of the same lane.
 */
export type Lane = string
export const lanes: readonly Lane[] = channels.flatMap((channel) => ranks.map((rank) => `${channel}-${rank}`))

export function laneNumber(channel: Channel, level: string | null, urgent: boolean): number {
  return channelCode[channel] * 10 + ranks.indexOf(rankOfLevel(level)) * 2 + (urgent ? 0 : 1)
}
/** The called, the moved, the staff and every correction. */
export const isUrgent = (lane: number): boolean => lane % 2 === 0
export function laneNumbers(lane: Lane): number[] {
  const [channel, rank] = lane.split('-') as [Channel, Rank]
  const first = channelCode[channel] * 10 + ranks.indexOf(rank) * 2
  return [first, first + 1]
}
/** The order within a lane, before age: first alerts before repeats, then risk (0 must move, 1 near those, 2 the rest). */
export const turnOf = (repeat: boolean, risk = 0): number => (repeat ? 10 : 0) + risk
export const channelOfLane = (lane: Lane): Channel => lane.split('-')[0] as Channel
/** 0 is the most urgent. */
export const rankNumber = (level: string | null): number => ranks.indexOf(rankOfLevel(level))
export const laneOfNumber = (number: number): Lane => `${channels[Math.floor(number / 10) - 1]}-${ranks[Math.floor((number % 10) / 2)]}`

/**
 * A row's id says its chunk and its number there; at the carrier it is called by the chunk's key, which nobody can guess, and that
 * number: 15 characters. What travels in one request with others is called by the key alone.
 */
export const rowsPerChunk = 1000
export const chunkOf = (id: number): number => Math.floor(id / rowsPerChunk)
export const outIdOf = (key: string, id: number): string => key + (id % rowsPerChunk).toString(36).padStart(2, '0')
export const keyLength = 13

/** What a receipt or an answer does to a row. Any order and any repeats of the same reports end in the same row. */
export interface Standing {
  state: State
  grade: Grade
}
export type Report = 'failed' | Exclude<Grade, 'none' | 'accepted'>

export function fold(row: Standing, report: Report): Standing {
  if (report === 'failed') return gradeCode[row.grade] >= gradeCode.delivered ? row : { ...row, state: 'failed' }
  return { state: 'accepted', grade: gradeCode[report] > gradeCode[row.grade] ? report : row.grade }
}
