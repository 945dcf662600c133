import { z } from 'zod'

/** Names of places and their codes: what a text calls 平山街道 is found as 500154003. */
export interface Gazetteer {
  /** Codes a name may mean, as long as they are known (6 to 15 digits); several when the name is not clear. */
  codesOf(name: string): string[]
  /** Every known name in a text, in its order; where several begin at one place, the longest. */
  findIn(text: string): FoundName[]
  /** Codes of the known towns (9 digits) of a district (6 digits). */
  townsOf(district: string): string[]
  /** What a code is called. */
  nameOf(code: string): string | null
  /** What it was made of: a reader's thread makes its own of it. */
  places: readonly NamedPlace[]
}
export interface FoundName {
  name: string
  codes: string[]
  at: number
}

/** From the register and config/gazetteer.yaml. Aliases of digits are second codes, not names. */
export interface NamedPlace {
  place: string
  name: string
  aliases: readonly string[]
}

/** config/gazetteer.yaml: towns and villages around us that bulletins name, besides those of the register. */
export const gazetteerSchema = z.strictObject({
  places: z.array(
    z.strictObject({
      code: z.string().regex(/^\d{6}(?:\d{3}){0,3}$/, '6, 9, 12 or 15 digits, in quotes'),
      name: z.string().min(2),
      aliases: z.array(z.string().min(2)).default([]),
    }),
  ),
})
export const placesOf = (config: z.output<typeof gazetteerSchema>): NamedPlace[] =>
  config.places.map(({ code, name, aliases }) => ({ place: code, name, aliases }))

/** The gazetteer of the register as it is now, made anew only when the register was read anew. */
export function keepGazetteer(snapshot: () => { places: NamedPlace[] }, more: readonly NamedPlace[]): () => Gazetteer {
  let of: unknown
  let made = createGazetteer([])
  return () => {
    const now = snapshot()
    if (now !== of) made = createGazetteer([...now.places, ...more])
    of = now
    return made
  }
}

export function createGazetteer(places: readonly NamedPlace[]): Gazetteer {
  const codes = new Map<string, string[]>()
  for (const { place, name, aliases } of places) {
    for (const called of new Set([name, ...aliases].filter((n) => n.length >= 2 && !/^\d+$/.test(n)))) {
      const known = codes.get(called) ?? []
      if (!known.includes(place)) codes.set(called, [...known, place])
    }
  }
  const byStart = new Map<string, string[]>()
  for (const name of [...codes.keys()].sort((a, b) => b.length - a.length))
    byStart.set(name.slice(0, 2), [...(byStart.get(name.slice(0, 2)) ?? []), name])
  const names = new Map(places.map((p) => [p.place, p.name]))
  const towns = [...new Set(places.map((p) => p.place).filter((p) => p.length === 9))].sort()
  return {
    codesOf: (name) => codes.get(name.trim()) ?? [],
    findIn(text) {
      const found: FoundName[] = []
      for (let at = 0; at < text.length; at++) {
        const name = byStart.get(text.slice(at, at + 2))?.find((n) => text.startsWith(n, at))
        if (!name) continue
        found.push({ name, codes: codes.get(name)!, at })
        at += name.length - 1
      }
      return found
    },
    townsOf: (district) => towns.filter((t) => t.startsWith(district)),
    nameOf: (code) => names.get(code) ?? null,
    places: places.map(({ place, name, aliases }) => ({ place, name, aliases })),
  }
}
