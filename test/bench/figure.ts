import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** One line of `npm run bench`: what was measured, beside whom, and whether it holds. */
export interface Figure {
  name: string
  value: number
  unit: string
  /** The same work done the other way, in the same run; null where the figure stands alone. */
  peer: { name: string; value: number } | null
  /** value beside peer, so that more is better. */
  ratio: number | null
  /** Least ratio, or for a figure that stands alone the most its value may be. */
  target: number
  holds: boolean
}

export const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

export function beside(name: string, value: number, unit: string, peer: { name: string; value: number }, target: number): Figure {
  const ratio = value / peer.value
  return { name, value, unit, peer, ratio, target, holds: ratio >= target }
}

/** Milliseconds beside a peer's: the ratio says how many times faster. */
export function faster(name: string, ms: number, peer: { name: string; value: number }, target: number): Figure {
  const ratio = peer.value / ms
  return { name, value: ms, unit: 'ms', peer, ratio, target, holds: ratio >= target }
}

export const atMost = (name: string, value: number, unit: string, target: number): Figure => {
  return { name, value, unit, peer: null, ratio: null, target, holds: value <= target }
}

/** What is needed no more is put away before something is measured: it is no part of it. */
export function tidy(): void {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}
