/** A small seeded generator (mulberry32): the sample subdistrict is the same on every machine and at every start. */
export interface Random {
  /** 0 ≤ x < 1 */
  next(): number
  /** A whole number from..to, both included. */
  whole(from: number, to: number): number
  chance(share: number): boolean
  pick<T>(list: readonly T[]): T
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return { next, whole, chance: (share) => next() < share, pick: (list) => list[whole(0, list.length - 1)]! }
}
