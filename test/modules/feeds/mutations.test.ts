import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import t from 'tap'
import { readIndex } from '../../../src/feeds/atom/read-index.js'
import { type BulletinProblem, levels, type ParsedMessage, type Reading } from '../../../src/feeds/bulletin.js'
import { builtDialects } from '../../../src/feeds/dialects.js'
import { plainSource, type SourceSettings } from '../../../src/feeds/source-settings.js'
import { readXml } from '../../../src/feeds/xml/read-xml.js'
import { makeCertificate } from '../../rig/certificate.js'
import { type Mutation, mutate } from '../../rig/mutate.js'
import { dialects } from '../../rig/reading.js'
import { factor, runs } from '../../rig/runs.js'
import { guessDialects, listSamples } from '../../rig/samples-of-others.js'

const receivedAt = new Date('2026-07-12T03:30:00+08:00')
/** Ours, and those of others where they are at hand; of every dialect that is built. */
const folder = join(import.meta.dirname, '../../rig/samples')
const ours = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && !f.name.endsWith('.ts'))
  .map((f) => readFileSync(join(f.parentPath, f.name)))
const heard = [
  '气象台(演练)3时26分发布暴雨红色预警信号:预计未来3小时文峰街道、汉丰街道降雨量将达100毫米以上,请注意防范。',
  '开州区气象台(演练)电话:文峰街道、云枫街道暴雨橙色降为黄色,其余镇街黄色继续生效,到12日15时。',
].map((text) => ({ raw: Buffer.from(text), dialect: 'manual' }))
const seeds = [
  ...[...ours, ...listSamples().map((s) => s.raw)].flatMap((raw) => guessDialects(raw).map((dialect) => ({ raw, dialect }))),
  ...heard,
].filter((s) => builtDialects.includes(s.dialect) || s.dialect === 'manual')
// What cannot be read as it is seldom gets readable by a mutation: a few of those are enough.
const isReadable = (s: { raw: Buffer; dialect: string }) =>
  dialects.read(s.dialect, s.raw, { settings: plainSource, receivedAt }).kind !== 'unreadable'
const small = seeds.filter((s, i) => s.raw.length <= 100_000 && (i % 10 === 0 || isReadable(s)))
const large = seeds.filter((s) => s.raw.length > 100_000)
const raws = seeds.map((s) => s.raw.subarray(0, 20_000))

const { certificate } = makeCertificate('演练')
const sources: SourceSettings[] = [
  plainSource,
  plainSource,
  { ...plainSource, datum: 'gcj02' },
  { ...plainSource, signature: { policy: 'prefer', certificates: [certificate], allowSha1: true } },
]

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.nat({ max: 251 }),
  where: fc.nat({ max: 2 ** 30 }),
  size: fc.nat({ max: 2 ** 20 }),
  what: fc.nat({ max: 2 ** 16 }),
})
const bulletin = fc.record({
  seed: fc.nat({ max: 2 ** 30 }),
  // A large one now and then: they cost a hundred times as much.
  large: fc.integer({ min: 0, max: 99 }).map((n) => n === 0),
  rough: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  mutations: fc.array(mutation, { minLength: 1, maxLength: 3 }),
  source: fc.nat({ max: sources.length - 1 }),
  /** Now and then it comes in by the wrong door. */
  door: fc.nat({ max: 299 }),
})
type Item = { raw: Buffer; dialect: string; settings: SourceSettings }

function make({ seed, large: isLarge, rough, mutations, source, door }: Parameters<Parameters<typeof bulletin.map>[0]>[0]): Item {
  const from = isLarge && large.length > 0 ? large : small
  const { raw, dialect } = from[seed % from.length]!
  return {
    raw: mutate(raw, mutations, raws, rough),
    dialect: door < builtDialects.length ? builtDialects[door]! : dialect,
    settings: sources[source]!,
  }
}

function readOne({ raw, dialect, settings }: Item): Reading {
  const reading = dialects.read(dialect, raw, { settings, receivedAt })
  if (reading.kind === 'refused' && reading.refusal.code === 'index-only') readIndex(readXml(raw))
  return reading
}

const hasHan = (text: string) => /\p{Script=Han}/u.test(text)
const isTime = (at: Date | null) => at === null || !Number.isNaN(at.getTime())
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what)
}

function checkProblems(problems: BulletinProblem[]): void {
  for (const p of problems) {
    must(/^[a-z][a-z0-9-]*$/.test(p.code), `code ${p.code}`)
    must(p.severity === 'remark' || p.severity === 'error', `severity of ${p.code}`)
    must(hasHan(p.message) && p.message.length < 2000, `words of ${p.code}: ${p.message.slice(0, 100)}`)
    must(p.line === undefined || (Number.isInteger(p.line) && p.line >= 1), `line of ${p.code}`)
    must(p.column === undefined || (Number.isInteger(p.column) && p.column >= 1), `column of ${p.code}`)
  }
}

function checkMessage(m: ParsedMessage): void {
  must(m.identifier !== '' && m.sender !== '' && isTime(m.sent), `identity of ${m.identifier}`)
  must(isTime(m.effective) && isTime(m.onset) && isTime(m.expires), `times of ${m.identifier}`)
  must(levels.includes(m.level) && m.levelBasis !== '', `level of ${m.identifier}`)
  must(m.refusal === null || (hasHan(m.refusal.reason) && hasHan(m.refusal.hint)), `refusal of ${m.identifier}`)
  must(m.refusal !== null || ['Alert', 'Update', 'Cancel'].includes(m.msgType), `type ${m.msgType} is acted on`)
  for (const area of m.areas) {
    for (const ring of [...area.polygons, ...(area.holes ?? [])]) {
      must(ring.length >= 4, 'a ring has too few points')
      const [first, last] = [ring[0]!, ring[ring.length - 1]!]
      must(first[0] === last[0] && first[1] === last[1], 'a ring is open')
      must(
        ring.every(([lon, lat]) => Math.abs(lon) <= 180 && Math.abs(lat) <= 90),
        'a point is not on the earth',
      )
    }
    must(
      area.circles.every((c) => Math.abs(c.lon) <= 180 && Math.abs(c.lat) <= 90 && c.radiusKm >= 0),
      'a circle is not on the earth',
    )
  }
  must(
    Object.values(m.counts).every((n) => Number.isInteger(n) && n >= 0),
    'counts',
  )
  checkProblems(m.problems)
}

function checkReading(reading: Reading): void {
  checkProblems(reading.problems)
  if (reading.kind === 'unreadable') {
    must(hasHan(reading.reason) && hasHan(reading.hint), `unreadable without a reason: ${reading.reason}`)
    must(reading.problems.length > 0, 'unreadable without a problem')
  } else if (reading.kind === 'refused') {
    must(hasHan(reading.refusal.reason) && hasHan(reading.refusal.hint) && reading.refusal.code !== '', 'refused without a reason')
  } else if (reading.kind === 'messages') {
    for (const message of reading.messages) checkMessage(message)
  } else {
    must(
      reading.observations.every((o) => isTime(o.at) && (o.value === null || Number.isFinite(o.value))),
      'an observation is no number',
    )
  }
}

/** Time of the processor, not of the clock: other programs on the machine do not count. */
function cpuMs(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
const heapMb = () => {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

t.test('whatever happens to a bulletin, it gets an answer, soon and in words', { timeout: 3_600_000 }, async (t) => {
  const kinds = new Map<string, number>()
  const slowest = { ms: 0, dialect: '', bytes: 0 }
  const answer = (item: Item): void => {
    let reading: Reading | undefined
    let ms = cpuMs(() => {
      reading = readOne(item)
    })
    // The collector works on the same account; what is slow by itself is slow again.
    if (ms > 1000)
      ms = Math.min(
        ms,
        cpuMs(() => void readOne(item)),
      )
    must(ms <= 1000, `${Math.round(ms)} ms for ${item.raw.length} bytes as ${item.dialect}`)
    if (ms > slowest.ms) Object.assign(slowest, { ms, dialect: item.dialect, bytes: item.raw.length })
    checkReading(reading!)
    // What is kept of a bulletin is in proportion to what was sent.
    must(JSON.stringify(reading).length <= 2_000_000 + 20 * item.raw.length, `an answer too long for ${item.raw.length} bytes`)
    kinds.set(reading!.kind, (kinds.get(reading!.kind) ?? 0) + 1)
  }
  const property = fc.property(fc.noBias(bulletin).map(make), answer)
  fc.assert(property, { ...runs(200, 31), endOnFailure: true })
  const before = heapMb()
  fc.assert(property, { ...runs(1800, 3), endOnFailure: true })
  const grown = heapMb() - before
  t.ok(grown < 64, `the heap grew by ${grown.toFixed(1)} MB`)
  t.comment(
    `${[...kinds].map(([kind, n]) => `${n} ${kind}`).join(', ')}; slowest ${JSON.stringify(slowest)}; heap grew ${grown.toFixed(1)} MB`,
  )
  for (const kind of ['messages', 'unreadable', 'refused', 'observations'])
    t.ok(kinds.get(kind)! > 10 * factor, `${kind}: ${kinds.get(kind)}`)
})

t.test('words that every object of the language knows are words like any other', async (t) => {
  const red = readFileSync(join(folder, 'red-rainstorm.xml'), 'utf8')
  for (const word of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
    const said = red.replaceAll('>Extreme<', `>${word}<`).replaceAll('>Alert<', `>${word}<`)
    const asJson = JSON.stringify({
      warnings: [{ alert: { identifier: 'a', sender: 'b', sent: '2026-07-12T03:26:00+08:00', [word]: { [word]: 1 } } }],
    })
    for (const [dialect, text] of [
      ['cap', said],
      ['meteoalarm', asJson],
    ] as const) {
      const reading = readOne({ raw: Buffer.from(text), dialect, settings: plainSource })
      t.equal(reading.kind, 'messages', `${dialect} ${word}`)
      t.doesNotThrow(() => checkReading(reading), `${dialect} ${word}`)
    }
  }
})
