import type { Listing, TimelineEntry } from '../../shared/api-types.js'

export type Timeline = Listing<TimelineEntry> | TimelineEntry[]
export const entriesOf = (timeline: Timeline | undefined): TimelineEntry[] => (Array.isArray(timeline) ? timeline : (timeline?.items ?? []))

/** Newest first, each once: both alerts of a series tell the same story. */
export function mergeTimelines(...timelines: (Timeline | undefined)[]): TimelineEntry[] {
  const found = new Map<string, TimelineEntry>()
  for (const timeline of timelines)
    for (const entry of entriesOf(timeline)) if (entry.event !== 'sealed.seen') found.set(String(entry.position), entry)
  return [...found.values()].sort((a, b) => Number(b.position) - Number(a.position))
}
export interface LiveLine extends TimelineEntry {
  /** How many of the same kind came in one breath. */
  more: number
}
const atOnceMs = 60_000
const gathered = /^(task\.opened|group\.posted|household\.return|point\.watched|ladder\.)/
/** Eleven tasks opened in one second are one line, with a count, also where two kinds alternate (not woken, knock); what people did is never gathered. */
export function gatherLines(entries: TimelineEntry[]): LiveLine[] {
  const lines: LiveLine[] = []
  for (const entry of entries) {
    const last = gathered.test(entry.event)
      ? lines.slice(-2).find((line) => line.event === entry.event && line.person === entry.person)
      : undefined
    if (last && Math.abs(Date.parse(last.at) - Date.parse(entry.at)) < atOnceMs) last.more += 1
    else lines.push({ ...entry, more: 0 })
  }
  return lines
}
export const lineWords = (line: LiveLine, say: (zh: string, en: string) => string): string =>
  say(line.text, line.textEn ?? line.text) + (line.more > 0 ? say(` 等 ${line.more + 1} 件`, ` and ${line.more} more`) : '')
export const toneOfEvent = (event: string): string => {
  if (/help|refused|exhausted|failed|silent|overdue/.test(event)) return 'bad'
  if (/answered|arrived|accepted|recovered|posted|returned|done/.test(event)) return 'good'
  if (/^alert|^warning|evacuation\.ordered/.test(event)) return 'accent'
  return 'muted'
}
