import type { JournalEntry } from '../journal/journal.js'
import { nameOfVerbedEvent, type Sentence } from './timeline-words.js'

/** Who and where, for sentences. Names of accounts only: no resident ever stands in a timeline. */
export interface Naming {
  person(id: string): string
  place(code: string): string
}

export interface TimelineLine {
  position: number
  at: Date
  event: string
  text: string
  textEn: string
  person: string
}

/** One journal entry as one plain sentence. An event nobody has words for yet is shown by its name, never left out. */
export function sayEntry(entry: JournalEntry, naming: Naming): TimelineLine {
  const person = naming.person(entry.person)
  const say: Sentence | undefined = nameOfVerbedEvent[entry.event]
  const [text, textEn] = say
    ? say({ data: entry.data, person, place: naming.place(entry.place), byMachine: entry.person === 'system' })
    : [`${entry.event}(${naming.place(entry.place)})`, `${entry.event} (${naming.place(entry.place)})`]
  return { position: entry.position, at: entry.at, event: entry.event, text, textEn, person }
}

const routine = /^(task\.|point\.watched|group\.posted|ladder\.)/
const atOnceMs = 60_000
/** For paper: what happened many times in one minute is one line with its number, also where two kinds alternate. */
export function gatherLines(lines: TimelineLine[]): TimelineLine[] {
  const gathered: (TimelineLine & { times: number })[] = []
  for (const line of lines) {
    const same = routine.test(line.event)
      ? gathered.slice(-2).find((one) => one.event === line.event && one.person === line.person)
      : undefined
    if (same && line.at.getTime() - same.at.getTime() < atOnceMs) same.times += 1
    else gathered.push({ ...line, times: 1 })
  }
  return gathered.map(({ times, ...line }) => (times > 1 ? { ...line, text: `${line.text} 等 ${times} 件` } : line))
}
