import { actorOf, afterCommit, type Tx } from '../base/store/store.js'

/**
 * Append-only: who did what, when. One entry is written in the transaction of the change it tells of, together with a todo
 * row per listener (reactions.ts), so that nothing is skipped and nothing happens for a change that was rolled back.
 */
export interface Entry {
  /** `<noun>.<past participle>`, e.g. 'warning.opened'. */
  event: string
  place: string
  thing: { type: string; id: string | number }
  /** The series of alerts it belongs to, when there is one: timeline and report read by it. */
  series?: string | null
  /** Facts of the event. Never a phone, a resident's name or a need. */
  data?: Record<string, unknown>
}

export interface JournalEntry {
  position: number
  at: Date
  event: string
  person: string
  place: string
  thing: { type: string; id: string }
  series: string | null
  data: Record<string, unknown>
}

/** What a reaction does with an entry, in a transaction of its own that also removes its todo row. */
export type Reaction = (tx: Tx, entry: JournalEntry) => Promise<void>

let listenersOf: Record<string, readonly string[]> = {}
let ringTodo: () => void = () => {}

/** Called once by wiring: the names of reactions.ts and the bell that says a todo row is waiting. */
export function setListeners(map: Record<string, readonly string[]>, ring: () => void): void {
  listenersOf = map
  ringTodo = ring
}

export async function record(tx: Tx, entry: Entry): Promise<number> {
  const { person } = actorOf(tx)
  const { position } = await tx
    .insertInto('journal')
    .values({
      event: entry.event,
      person,
      place: entry.place,
      thing_type: entry.thing.type,
      thing_id: String(entry.thing.id),
      series_id: entry.series ?? null,
      data: JSON.stringify(entry.data ?? {}),
    })
    .returning('position')
    .executeTakeFirstOrThrow()
  const listeners = listenersOf[entry.event] ?? []
  if (listeners.length > 0) {
    await tx
      .insertInto('todo')
      .values(listeners.map((name) => ({ kind: `react:${name}`, subject: String(position), payload: JSON.stringify({ position }) })))
      .execute()
    afterCommit(tx, ringTodo)
  }
  for (const watch of watchers) afterCommit(tx, watch)
  return position
}

const watchers = new Set<() => void>()

/** Called after every commit that wrote an entry in this process: the live stream looks for news then. */
export function watchJournal(run: () => void): () => void {
  watchers.add(run)
  return () => watchers.delete(run)
}

export async function readEntry(tx: Tx, position: number): Promise<JournalEntry | undefined> {
  const row = await tx.selectFrom('journal').selectAll().where('position', '=', position).executeTakeFirst()
  return row && toEntry(row)
}

interface JournalRow {
  position: number
  at: Date
  event: string
  person: string
  place: string
  thing_type: string
  thing_id: string
  series_id: string | null
  data: Record<string, unknown>
}

export const toEntry = (row: JournalRow): JournalEntry => ({
  position: row.position,
  at: row.at,
  event: row.event,
  person: row.person,
  place: row.place,
  thing: { type: row.thing_type, id: row.thing_id },
  series: row.series_id,
  data: row.data,
})

/** Entries after a position, oldest first, as the transaction's scope may see them. */
export async function readSince(tx: Tx, position: number, limit: number): Promise<JournalEntry[]> {
  const rows = await tx.selectFrom('journal').selectAll().where('position', '>', position).orderBy('position').limit(limit).execute()
  return rows.map(toEntry)
}

/** Everything that happened to one series of alerts, oldest first: the timeline, and the source of the report. */
export async function readSeries(tx: Tx, series: string): Promise<JournalEntry[]> {
  const rows = await tx.selectFrom('journal').selectAll().where('series_id', '=', series).orderBy('position').execute()
  return rows.map(toEntry)
}
