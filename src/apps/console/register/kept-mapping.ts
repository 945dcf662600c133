import type { Field } from './import-words.js'

const key = 'yinshi.import-mapping'
const most = 20
type Kept = [headings: string, mapping: Record<string, Field>][]

function readKept(): Kept {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? '[]') as Kept
  } catch {
    return []
  }
}
const nameOf = (headings: readonly string[]) => headings.join('|')

/** What was said of these headings last time, on this machine. Headings only: nothing of the rows is kept. */
export const recallMapping = (headings: readonly string[]): Record<string, Field> | undefined =>
  readKept().find(([name]) => name === nameOf(headings))?.[1]

export function keepMapping(headings: readonly string[], mapping: Record<string, Field>): void {
  const others = readKept().filter(([name]) => name !== nameOf(headings))
  try {
    window.localStorage.setItem(key, JSON.stringify([[nameOf(headings), mapping], ...others].slice(0, most)))
  } catch {
    // Storage may be forbidden or full: the mapping is then said again next time.
  }
}
