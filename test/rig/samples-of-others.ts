import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { readIndex } from '../../src/feeds/atom/read-index.js'
import type { BulletinProblem, Reading } from '../../src/feeds/bulletin.js'
import { plainSource } from '../../src/feeds/source-settings.js'
import { readXml } from '../../src/feeds/xml/read-xml.js'
import { dialects } from './reading.js'

/** Samples of other projects, in the folder SAMPLES_DIR names; they have licences of their own and are not part of this repository. */
export const samplesFolder = process.env.SAMPLES_DIR ? join(process.env.SAMPLES_DIR, 'feeds') : null

export function listSamples(): { path: string; raw: Buffer }[] {
  if (!samplesFolder) return []
  return readdirSync(samplesFolder, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name))
    .sort()
    .map((file) => ({ path: relative(samplesFolder, file), raw: readFileSync(file) }))
}

/** Which dialects a document would be configured with: what it says, not what it is called. Several where it carries several things. */
export function guessDialects(raw: Buffer): string[] {
  const text = raw.toString('utf8').replace(/^\uFEFF/, '')
  const head = text.trimStart().slice(0, 4000)
  if (head.startsWith('<')) return [ofXml(head)]
  if (/^var\s+alertData/.test(head)) return ['list-12379']
  if (/^var\s/.test(head)) return ['weathercn']
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null) return ofJson(json as Record<string, unknown>)
  } catch {}
  return ['cap']
}

function ofXml(head: string): string {
  if (/<Report[\s>]/.test(head)) return 'jma'
  if (/xmlns:gdacs=/.test(head)) return 'gdacs'
  if (/<alert\s*>/.test(head)) return 'cn12379'
  if (/meteoalarm/i.test(head) && /<feed[\s>]/.test(head)) return 'meteoalarm'
  return 'cap'
}

/** Keys that tell a shape, all of them required. */
const shapes: [string, string[]][] = [
  ['meteoalarm', ['warnings']],
  ['meteoalarm', ['regions']],
  ['caiyun', ['api_version']],
  ['weathercn', ['status', 'errMsg', 'result']],
  ['weathercn', ['count', 'data']],
  ['list-12379', ['alertData']],
  ['list-12379', ['identifier', 'headline', 'sendTime']],
  ['alertswiss', ['gtransOrigin']],
  ['cap-json', ['identifier', 'sender', 'info']],
  ['cap-json', ['AlertBody']],
  ['cap-json', ['alert']],
  ['swic', ['mid', 's', 'u', 'c']],
  ['bmkg', ['Infogempa']],
  ['eew', ['Hypocenter']],
  ['pegelonline', ['timestamp', 'value']],
  ['open-meteo', ['latitude', 'longitude']],
  ['qweather', ['HeWeather6']],
  ['qweather', ['warning']],
  ['qweather', ['warningLocList']],
  ['qweather', ['metadata', 'alerts']],
  ['qweather-weather', ['metadata']],
  ['nmc', ['real', 'predict']],
  ['gauge', ['readings']],
]

function ofJson(json: Record<string, unknown>): string[] {
  if (Array.isArray(json)) return [isKeyed(json[0], ['stcd']) ? 'cjh' : 'list-12379']
  if (json.type === 'FeatureCollection' || json.type === 'Feature') return [ofFeatures(json)]
  const found = shapes.find(([, keys]) => isKeyed(json, keys))
  if (found) return [found[0]]
  if (typeof json.code === 'string') return ['qweather-weather']
  if (isKeyed(json.data, ['page'])) return ['nmc']
  if (isKeyed(json.data, ['now'])) return ['cma', 'cma-now']
  if (json.data !== undefined) return ['cma']
  return ['json']
}

function ofFeatures(json: Record<string, unknown>): string {
  const first: unknown = Array.isArray(json.features) ? json.features[0] : json
  const properties = isKeyed(first, ['properties']) ? first.properties : null
  if (isKeyed(properties, ['alert_code'])) return 'eccc'
  if (isKeyed(properties, ['@id']) && String(properties['@id']).includes('/observations/')) return 'nws-observations'
  return first === undefined || isKeyed(properties, ['sent']) || isKeyed(json, ['@context']) ? 'nws' : 'geojson'
}

const isKeyed = (value: unknown, keys: string[]): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && keys.every((k) => Object.hasOwn(value, k))

export const readSample = (dialect: string, raw: Buffer): Reading =>
  dialects.read(dialect, raw, { settings: plainSource, receivedAt: new Date('2026-07-12T03:30:00+08:00') })

/** A reading in one line: kind, exact counts, why it was refused, which errors were told. */
export function sayReading(reading: Reading, raw: Buffer): string {
  if (reading.kind === 'unreadable') return `unreadable ${reading.problems[0]!.code}`
  if (reading.kind === 'refused') {
    const entries = reading.refusal.code === 'index-only' ? ` documents=${readIndex(readXml(raw)).length}` : ''
    return `refused ${reading.refusal.code}${entries}`
  }
  if (reading.kind === 'observations') {
    const missing = reading.observations.filter((o) => o.value === null).length
    return `observations=${reading.observations.length} missing=${missing}${errorsOf(reading.problems)}`
  }
  const { messages } = reading
  const sum = (of: 'infos' | 'areas' | 'polygons' | 'circles') => `${of}=${messages.reduce((n, m) => n + m.counts[of], 0)}`
  const words = [`messages=${messages.length}`, sum('infos'), sum('areas'), sum('polygons'), sum('circles')]
  const refused = tally(messages.flatMap((m) => (m.refusal ? [m.refusal.code] : [])))
  const ends = tally(messages.flatMap((m) => (m.ends ? [m.ends] : [])))
  const levels = tally(messages.map((m) => m.level))
  return (
    [...words, levels && `levels=${levels}`, refused && `refused=${refused}`, ends && `ends=${ends}`].filter(Boolean).join(' ') +
    errorsOf([...reading.problems, ...messages.flatMap((m) => m.problems)])
  )
}

const errorsOf = (problems: BulletinProblem[]) => {
  const codes = [...new Set(problems.filter((p) => p.severity === 'error').map((p) => p.code))].sort()
  return codes.length > 0 ? ` errors=${codes.join(',')}` : ''
}

function tally(words: string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, n]) => `${word}×${n}`)
    .join(',')
}
