import { z } from 'zod'
import type { BulletinInfo } from './bulletin.js'
import { simplified } from './chinese/simplified.js'

/** config/events.yaml: which code and which word means which hazard. Data, so that a new code needs no programmer. */
export const eventsSchema = z.strictObject({
  events: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        codes: z.array(z.string().regex(/^[0-9A-Za-z]+$/, 'letters and digits only, in quotes')).default([]),
        words: z.array(z.string().min(2)).default([]),
      }),
    )
    .min(1),
})

export interface EventTable {
  /** The hazard's name in Chinese and its code, when the table knows one of them; else the words of the message as they are. */
  read(infos: BulletinInfo[]): { event: string; code: string | null; known: boolean }
  /** Every hazard a text names, in its order; where several words begin at one place, the longest. */
  findIn(text: string): { event: string; at: number; end: number }[]
  /** The names of all hazards, as they stand in the table. */
  names: string[]
}

export function createEventTable(config: z.output<typeof eventsSchema>): EventTable {
  const byCode = new Map<string, string>()
  const words: { word: string; name: string; isLatin: boolean }[] = []
  for (const { name, codes, words: also } of config.events) {
    for (const code of codes) byCode.set(code.toUpperCase(), name)
    for (const word of [name, ...also]) words.push({ word: word.toLowerCase(), name, isLatin: /^[\x20-\x7e]+$/.test(word) })
  }
  // The longest word wins: 雷雨大风 before 大风.
  words.sort((a, b) => b.word.length - a.word.length)
  const byWord = (text: string) => {
    const lower = simplified(text.toLowerCase())
    return words.find(({ word, isLatin }) => (isLatin ? hasWord(lower, word) : lower.includes(word)))?.name ?? null
  }
  const chinese = words.filter(({ word }) => /\p{Script=Han}/u.test(word))
  return {
    names: config.events.map((e) => e.name),
    findIn(text) {
      const found: { event: string; at: number; end: number }[] = []
      for (let at = 0; at < text.length; at++) {
        const hit = chinese.find(({ word }) => text.startsWith(word, at))
        if (!hit) continue
        found.push({ event: hit.name, at, end: at + hit.word.length })
        at += hit.word.length - 1
      }
      return found
    },
    read(infos) {
      const codes = infos.flatMap((i) => i.eventCodes.map((c) => c.value.trim())).filter(Boolean)
      const known = codes.find((c) => byCode.has(c.toUpperCase()))
      const said = infos.map((i) => i.event).find(Boolean) ?? ''
      const code = known ?? codes[0] ?? null
      const fromWords = first(
        infos.map((i) => i.event),
        byWord,
      )
      // The word the sender wrote for people is nearer to the truth than its code: two numberings of 11Bxx circulate.
      const name =
        fromWords ??
        (known
          ? byCode.get(known.toUpperCase())!
          : first(
              infos.map((i) => i.headline),
              byWord,
            ))
      return { event: name ?? (said || '未注明'), code, known: name !== null }
    },
  }
}

function first(texts: string[], find: (text: string) => string | null): string | null {
  for (const text of texts) {
    const found = find(text)
    if (found) return found
  }
  return null
}

function hasWord(text: string, word: string): boolean {
  const at = text.indexOf(word)
  if (at < 0) return false
  const before = text[at - 1] ?? ' '
  const after = text[at + word.length] ?? ' '
  return !/[a-z0-9]/.test(before) && !/[a-z0-9]/.test(after)
}
