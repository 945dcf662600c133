import type { FrozenWords } from '../alerts/alert.js'
import type { Audience, Recipient } from '../matching/audience.js'
import { type Channel, channelCode } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { laneNumber } from './delivery.js'

/** One delivery to be: one contact on one channel, and which text it gets. */
export interface PlannedRow {
  contactId: number
  channel: Channel
  place: string
  relation: Relation
  /** Set for those who do not read Chinese. */
  language?: 'en' | undefined
  /** Only set for those who must move: their text names the shelter and who comes for them. */
  shelterId: string | null
  helperId: string | null
}

/** Up to 1,000 rows of one lane and channel: what will be leased together. */
export interface PlannedChunk {
  channel: Channel
  lane: number
  /** As in turnOf. */
  risk: number
  rows: PlannedRow[]
}

/** The relation that speaks for a contact who stands in several households: the household's own people first. */
const nearness: Record<Relation, number> = { self: 0, staff: 0, helper: 1, 'family-away': 2, emergency: 3, group: 4 }

/**
 * Who must move comes first, then everybody else of grids where somebody must move, then the rest; of each the household's own
 * people before others, then as chosen.
 */
export function* inOrderOfRisk(recipients: readonly Recipient[]): Generator<{ to: Recipient; risk: number }> {
  const riskyGrids = new Set(recipients.filter((r) => r.move).map((r) => r.place))
  const risk = (r: Recipient) => (r.move ? 0 : riskyGrids.size > 0 && riskyGrids.has(r.place) ? 1 : 2)
  const classes: Recipient[][][] = [0, 1, 2].map(() => [0, 1, 2, 3, 4].map(() => []))
  for (const r of recipients) classes[risk(r)]![nearness[r.relation]]!.push(r)
  for (const [risk, those] of classes.entries()) for (const to of those.flat()) yield { to, risk }
}

export interface Wanted {
  row: PlannedRow
  urgent: boolean
  risk: number
}

/** Who was met already: by contact a bit for each channel. A map of a million takes longer than everything else about a plan. */
export interface Met {
  people: number
  channels: Uint8Array
}
export const nobodyMet = (of: readonly { contactId: number }[]): Met => {
  let highest = 0
  for (const { contactId } of of) if (contactId > highest) highest = contactId
  return { people: 0, channels: new Uint8Array(highest + 1) }
}
/** Answers whether it is the first time. */
export function meet(met: Met, contactId: number, channel: Channel): boolean {
  const bit = 1 << channelCode[channel]
  const known = met.channels[contactId]!
  if ((known & bit) !== 0) return false
  if (known === 0) met.people++
  met.channels[contactId] = known | bit
  return true
}

/** Taken one by one, so that the first are on their way before the last are looked at. */
export function* rowsOfAudience(audience: Pick<Audience, 'audience' | 'recipients' | 'move'>, met: Met): Generator<Wanted> {
  const moves = new Map(audience.move.map((m) => [m.householdId, m]))
  const staff = audience.audience === 'staff'
  for (const { to, risk } of inOrderOfRisk(audience.recipients)) {
    const move = to.move && to.householdId ? moves.get(to.householdId) : undefined
    const { contactId, place, relation } = to
    for (const channel of to.channels) {
      if (!meet(met, contactId, channel)) continue
      const row: PlannedRow = { contactId, channel, place, relation, shelterId: move?.shelterId ?? null, helperId: move?.helperId ?? null }
      if (to.language) row.language = to.language
      yield { row, urgent: to.move || staff, risk }
    }
  }
}

/** Chunks of one lane and risk, the riskier ones first; channels take turns as they fill up. */
export function* cutIntoChunks(rows: Iterable<Wanted>, level: string | null, size: number): Generator<PlannedChunk> {
  const open = new Map<number, PlannedChunk>()
  let risky = 0
  for (const { row, urgent, risk } of rows) {
    if (risk !== risky) yield* closeAll(open)
    risky = risk
    const lane = laneNumber(row.channel, level, urgent)
    let chunk = open.get(lane)
    if (!chunk) {
      chunk = { channel: row.channel, lane, risk, rows: [] }
      open.set(lane, chunk)
    }
    chunk.rows.push(row)
    if (chunk.rows.length < size) continue
    open.delete(lane)
    yield chunk
  }
  yield* closeAll(open)
}

function* closeAll(open: Map<number, PlannedChunk>): Generator<PlannedChunk> {
  yield* [...open.values()].sort((a, b) => a.lane - b.lane)
  open.clear()
}

/** Rows with equal keys read the same words: they are rendered once. Neighbours mostly do, and share the very same key. */
export function wordsKeys(rows: readonly PlannedRow[]): string[] {
  let last: PlannedRow | undefined
  let key = ''
  return rows.map((row) => {
    if (!last || !readSame(row, last))
      key = `${row.place} ${row.channel} ${row.language ?? ''} ${row.relation} ${row.shelterId ?? ''} ${row.helperId ?? ''}`
    last = row
    return key
  })
}

const readSame = (a: PlannedRow, b: PlannedRow): boolean =>
  a.place === b.place &&
  a.channel === b.channel &&
  a.language === b.language &&
  a.relation === b.relation &&
  a.shelterId === b.shelterId &&
  a.helperId === b.helperId

/** The slice of the frozen wording that the words are made from, with times as Date again. */
export function factsOf(frozen: FrozenWords) {
  const { issuedAt, until, ...rest } = frozen.facts
  return { ...rest, issuedAt: issuedAt ? new Date(issuedAt) : null, until: until ? new Date(until) : null }
}
