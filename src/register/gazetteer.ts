/** Names of places and their codes: what a text calls 平山街道 is found as 500154003. */
export interface Gazetteer {
  /** Codes a name may mean, as long as they are known (6 to 15 digits); several when the name is not clear. */
  codesOf(name: string): string[]
  /** Every known name in a text, the longest first at each place. */
  findIn(text: string): { name: string; codes: string[]; at: number }[]
}

export interface NamedPlace {
  place: string
  name: string
  aliases: readonly string[]
}

export function createGazetteer(places: readonly NamedPlace[]): Gazetteer {
  const codes = new Map<string, string[]>()
  for (const { place, name, aliases } of places)
    for (const called of new Set([name, ...aliases])) codes.set(called, [...(codes.get(called) ?? []), place])
  const longestFirst = [...codes.keys()].sort((a, b) => b.length - a.length)
  return {
    codesOf: (name) => codes.get(name.trim()) ?? [],
    findIn(text) {
      const found: { name: string; codes: string[]; at: number }[] = []
      for (let at = 0; at < text.length; at++) {
        const name = longestFirst.find((n) => text.startsWith(n, at))
        if (!name) continue
        found.push({ name, codes: codes.get(name)!, at })
        at += name.length - 1
      }
      return found
    },
  }
}
