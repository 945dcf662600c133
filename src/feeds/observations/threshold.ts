import { z } from 'zod'
import { plainName, stationKind } from './station.js'

/** config/thresholds.yaml: from which value on the staff are told, and when it is over. */
const rule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9-]{2,40}$/, 'small letters, digits and - only'),
    /** The hazard, as in config/events.yaml. */
    event: plainName(10),
    kind: stationKind,
    stations: z.union([z.literal('all'), z.array(z.string()).min(1)], { error: 'a list of station ids, or the word all' }),
    atLeast: z.number(),
    /** Rain: the sum over so many minutes. */
    withinMinutes: z.number().int().min(5).max(1440).optional(),
    until: z.strictObject({ below: z.number(), forMinutes: z.number().int().min(0).max(1440) }),
  })
  .refine((r) => r.until.below < r.atLeast, { path: ['until', 'below'], message: 'lower than atLeast, or it would go on and off' })
  .refine((r) => (r.kind === 'rain') === (r.withinMinutes !== undefined), {
    path: ['withinMinutes'],
    message: 'minutes over which rain is summed; for rain only',
  })
export const thresholdsSchema = z.strictObject({
  thresholds: z.array(rule).refine((all) => new Set(all.map((r) => r.id)).size === all.length, 'two thresholds have the same id'),
})
export type Threshold = z.output<typeof rule>

/** One reading of a gauge. Times in milliseconds. */
export interface GaugeReading {
  at: number
  value: number | null
  /** How long a sum was gathered. */
  spanMs: number
  /** False: doubtful. It may raise the alarm and cannot end it. */
  sure: boolean
}

/** What is known at one time. With slots missing the value is a lower bound; null: nothing is known. */
export interface Known {
  value: number | null
  missing: number
  sure: boolean
}

/** Where a rule stands after all readings up to `at`. */
export interface Standing {
  at: number
  crossed: boolean
  /** Since when it is crossed, or calm. */
  since: number | null
  belowSince: number | null
}
export interface Judgement extends Standing {
  /** What was known at the crossing, and at the newest reading. */
  crossing: (Known & { at: number }) | null
  latest: Known
  /** Where the rule stood at the last reading not after `settledBefore`: the next judgement begins there. */
  checkpoint: Standing
}

export const calmAt = (at: number): Standing => ({ at, crossed: false, since: null, belowSince: null })

/** Sorted, each time once. Said twice with different values, the higher one counts: a doubt is never an all-clear. */
export function inOrder<T extends GaugeReading>(readings: readonly T[]): T[] {
  const byTime = new Map<string, T>()
  for (const reading of readings) {
    const key = `${reading.at}/${reading.spanMs}`
    const known = byTime.get(key)
    byTime.set(key, known ? worse(known, reading) : reading)
  }
  return [...byTime.values()].sort((a, b) => a.at - b.at || a.spanMs - b.spanMs)
}

function worse<T extends GaugeReading>(a: T, b: T): T {
  if (a.value === b.value) return a.sure ? b : a
  if (a.value === null || b.value === null) return a.value === null ? b : a
  return a.value > b.value ? a : b
}

/**
 * The sum over the window that ends at the reading `upTo`. Readings that overlap are not counted twice, one that began before the
 * window is left out: what is said is a lower bound, and how many slots are missing is said with it.
 */
export function sumUpTo(readings: readonly GaugeReading[], upTo: number, windowMs: number, everyMs: number): Known {
  const end = readings[upTo]!.at
  // A gauge's clock is off by a second or two: a tenth of a slot is forgiven.
  const grace = everyMs / 10
  let free = end
  let covered = 0
  let sum: number | null = null
  let sure = true
  for (let i = upTo; i >= 0; i--) {
    const { at, value, spanMs, sure: isSure } = readings[i]!
    if (at <= end - windowMs) break
    const span = spanMs || everyMs
    if (value === null || at > free + grace || at - span < end - windowMs - grace) continue
    sum = (sum ?? 0) + value
    covered += Math.min(span, windowMs)
    sure &&= isSure
    free = at - span
  }
  return { value: sum === null ? null : round(sum), missing: Math.max(0, Math.round((windowMs - covered) / everyMs)), sure }
}

const round = (value: number) => Math.round(value * 100) / 100

const knownAt = (rule: Threshold, readings: readonly GaugeReading[], i: number, everyMs: number): Known => {
  if (rule.withinMinutes !== undefined) return sumUpTo(readings, i, rule.withinMinutes * 60_000, everyMs)
  const { value, sure } = readings[i]!
  return { value, missing: value === null ? 1 : 0, sure }
}

/**
 * A rule over readings in order, from where it stood at `from`. The same readings give the same end in whatever order they came:
 * time is that of the readings. It ends only on evidence: whole windows, sure values, below the lower mark for the whole time,
 * without a gap of more than two slots.
 */
export function judge(rule: Threshold, all: readonly GaugeReading[], from: Standing, everyMs: number, settledBefore: number): Judgement {
  const readings = inOrder(all)
  let state = from
  let checkpoint = from
  let crossing: Judgement['crossing'] = null
  let latest: Known = { value: null, missing: 0, sure: false }
  for (const [i, { at }] of readings.entries()) {
    if (at <= from.at) continue
    latest = knownAt(rule, readings, i, everyMs)
    const next = step(rule, state, at, latest, everyMs)
    if (next.crossed && !state.crossed) crossing = { ...latest, at }
    if (!next.crossed) crossing = null
    state = next
    if (at <= settledBefore) checkpoint = state
  }
  return { ...state, crossing, latest, checkpoint }
}

function step(rule: Threshold, state: Standing, at: number, known: Known, everyMs: number): Standing {
  if (!state.crossed) {
    const crosses = known.value !== null && known.value >= rule.atLeast
    return crosses ? { at, crossed: true, since: at, belowSince: null } : { ...state, at }
  }
  const low = known.value !== null && known.missing === 0 && known.sure && known.value < rule.until.below
  if (!low) return { ...state, at, belowSince: null }
  const unbroken = state.belowSince !== null && at - state.at <= 2 * everyMs
  const belowSince = unbroken ? state.belowSince! : at
  if (at - belowSince >= rule.until.forMinutes * 60_000) return { at, crossed: false, since: at, belowSince: null }
  return { ...state, at, belowSince }
}

const spanWords = (minutes: number) => (minutes % 60 === 0 ? `${minutes / 60}小时` : `${minutes}分钟`)

/** 后巷雨量站1小时已达52毫米 · 后巷雨量站1小时至少43毫米,缺2个时段. At most 35 characters fit a text message. */
export function sayCrossing(station: { name: string; unit: string }, rule: Threshold, known: { value: number; missing: number }): string {
  const unit = station.unit === 'mm' ? '毫米' : station.unit === 'm' ? '米' : station.unit
  const span = rule.withinMinutes === undefined ? '' : spanWords(rule.withinMinutes)
  const bound = known.missing > 0 ? '至少' : '已达'
  return `${station.name}${span}${bound}${known.value}${unit}${known.missing > 0 ? `,缺${known.missing}个时段` : ''}`
}
