import type { FrozenWords } from '../alerts/alert.js'
import type { Audience, Recipient } from '../matching/audience.js'
import { type Channel, channelCode, channels } from '../messages/channel.js'
import type { Relation } from '../register/register.js'
import { laneNumber } from './delivery.js'

/** One delivery to be: one contact on one channel, and which text it gets. */
export interface PlannedRow {
  contactId: number
  channel: Channel
  place: string
  relation: Relation
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

/** Who must move comes first, then the staff and everybody else of grids where somebody must move, then the rest as chosen. */
export function orderByRisk(recipients: Recipient[]): { r: Recipient; risk: number }[] {
  const riskyGrids = new Set(recipients.filter((r) => r.move).map((r) => r.place))
  const risk = (r: Recipient) => (r.move ? 0 : riskyGrids.has(r.place) ? 1 : 2)
  return recipients
    .map((r, index) => ({ r, index, risk: risk(r) }))
    .sort((a, b) => a.risk - b.risk || nearness[a.r.relation] - nearness[b.r.relation] || a.index - b.index)
}

export interface Wanted {
  row: PlannedRow
  urgent: boolean
  risk: number
}

export function rowsOfAudience(audience: Audience): Wanted[] {
  const moves = new Map(audience.move.map((m) => [m.householdId, m]))
  const seen = new Set<number>()
  const rows: Wanted[] = []
  for (const { r, risk } of orderByRisk(audience.recipients)) {
    const move = r.move && r.householdId ? moves.get(r.householdId) : undefined
    for (const channel of r.channels) {
      const key = r.contactId * 10 + channelCode[channel]
      if (seen.has(key)) continue
      seen.add(key)
      const { contactId, place, relation } = r
      const row = { contactId, channel, place, relation, shelterId: move?.shelterId ?? null, helperId: move?.helperId ?? null }
      rows.push({ row, urgent: r.move || audience.audience === 'staff', risk })
    }
  }
  return rows
}

/** Chunks in the order in which they are planned: the urgent lanes of every channel first, then turn by turn. */
export function cutIntoChunks(rows: Wanted[], level: string | null, size: number): PlannedChunk[] {
  const open = new Map<number, PlannedChunk>()
  const all: (PlannedChunk & { urgent: boolean; turn: number })[] = []
  const turns = new Map<number, number>()
  for (const { row, urgent, risk } of rows) {
    const lane = laneNumber(row.channel, level, urgent)
    let chunk = open.get(lane * 10 + risk)
    if (!chunk || chunk.rows.length >= size) {
      const turn = turns.get(lane) ?? 0
      turns.set(lane, turn + 1)
      const made = { channel: row.channel, lane, risk, rows: [], urgent, turn }
      all.push(made)
      open.set(lane * 10 + risk, made)
      chunk = made
    }
    chunk.rows.push(row)
  }
  return all
    .sort((a, b) => Number(b.urgent) - Number(a.urgent) || a.turn - b.turn || channels.indexOf(a.channel) - channels.indexOf(b.channel))
    .map(({ channel, lane, risk, rows }) => ({ channel, lane, risk, rows }))
}

/** Rows with equal keys read the same words: they are rendered once. */
export const wordsKey = (row: PlannedRow): string =>
  `${row.place} ${row.channel} ${row.relation} ${row.shelterId ?? ''} ${row.helperId ?? ''}`

/** The slice of the frozen wording that the words are made from, with times as Date again. */
export function factsOf(frozen: FrozenWords) {
  const { issuedAt, until, ...rest } = frozen.facts
  return { ...rest, issuedAt: issuedAt ? new Date(issuedAt) : null, until: until ? new Date(until) : null }
}
