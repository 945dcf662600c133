import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { readConfig } from '../../../src/base/config.js'
import { atOnce } from '../../../src/base/slices.js'
import type { GridMatch } from '../../../src/matching/area-match.js'
import { type AudienceAsk, chooseAudience, homesOf, riskPolicySchema } from '../../../src/matching/choose-audience.js'
import { countAudience } from '../../../src/matching/count-audience.js'
import { explainHome } from '../../../src/matching/explain-home.js'
import { listMissing } from '../../../src/matching/list-missing.js'
import { moveDeadline } from '../../../src/matching/move-deadline.js'
import type { Contact, Household } from '../../../src/register/register.js'
import type { Snapshot } from '../../../src/register/snapshot.js'
import { runs } from '../../rig/runs.js'
import { wenfeng } from '../register/town-snapshot.js'

const policy = readConfig(join(process.cwd(), 'config', 'policy'), 'risk.yaml', riskPolicySchema)
const gridOf = (place: string, outside: string[] = []): GridMatch => {
  const grid = wenfeng.grids.find((g) => g.place === place)!
  const reason = outside.length > 0 ? 'boundary' : 'inside'
  return { place, name: grid.name, reason, households: grid.households, people: grid.people, ...(outside.length > 0 ? { outside } : {}) }
}
const ask = (part: Partial<AudienceAsk> = {}): AudienceAsk => ({
  ...{ audience: 'residents', event: '暴雨', level: 'red', origin: 'relay', exercise: false },
  grids: wenfeng.grids.map((g) => gridOf(g.place)),
  ...part,
})
const sum = <T>(list: readonly T[], of: (item: T) => number) => list.reduce((total, item) => total + of(item), 0)

const anyTags = ['ground-floor', 'old-building', 'slope', 'river-bank', 'alone', 'bedridden', 'deaf', 'pregnant', 'child', 'owner-away']

const homesAt = new Map<string, Household[]>()
for (const home of wenfeng.households) homesAt.set(home.place, [...(homesAt.get(home.place) ?? []), home])
const ofHomes = new Set(wenfeng.households.flatMap((h) => h.contacts.map((c) => c.contactId)))
const others = [...wenfeng.contacts].map(([id]) => id).filter((id) => !ofHomes.has(id))
const someHomes = wenfeng.households.filter((_, i) => i % 20 === 0)

/** Any of our grids, some with homes over the line; some numbers broken; any colour and origin. */
const anyAsk = fc
  .record({
    places: fc.uniqueArray(fc.constantFrom(...wenfeng.grids.map((g) => g.place)), { minLength: 1, maxLength: 10 }),
    cut: fc.integer({ min: 0, max: 4 }),
    broken: fc.integer({ min: 2, max: 9 }),
    level: fc.constantFrom('red' as const, 'orange' as const, 'blue' as const, 'unknown' as const),
    origin: fc.constantFrom('relay' as const, 'order' as const, 'notice' as const),
    exercise: fc.boolean(),
  })
  .map(({ places, cut, broken, ...part }) => {
    // Whoever lives elsewhere may not be counted: some of them are enough to see it.
    const near = places.flatMap((place) => homesAt.get(place) ?? []).concat(someHomes.filter((h) => !places.includes(h.place)))
    const over = (place: string) => (homesAt.get(place) ?? []).filter((_, i) => cut > 0 && i % (cut + 2) === 0).map((h) => h.id)
    const contacts = new Map<number, Contact>()
    for (const contactId of others.concat(near.flatMap((h) => h.contacts.map((c) => c.contactId)))) {
      const contact = wenfeng.contacts.get(contactId)!
      contacts.set(contactId, contactId % broken === 0 ? { ...contact, broken: '空号' } : contact)
    }
    const households = near.map((h, i) => ({
      ...h,
      tags: [...new Set([...h.tags, ...anyTags.filter((_, n) => ((i * cut) >> n) & 1)])],
    }))
    const register: Snapshot = { ...wenfeng, contacts, households }
    return { register, asked: ask({ ...part, grids: places.map((place) => gridOf(place, over(place))) }) }
  })

t.test('whatever is asked: the counts are those of the list of names', async () => {
  fc.assert(
    fc.property(anyAsk, ({ register, asked }) => {
      const list = chooseAudience(register, policy, asked)
      const count = countAudience(register, policy, asked)
      const missing = atOnce(listMissing(register, policy, asked, { scope: '', most: 2 }))
      const on = (channel: string) => list.recipients.filter((r) => r.channels.some((c) => c === channel)).length
      const counted = (channel: string) => sum(count.messages, (m) => (m.channel === channel ? m.count : 0))
      return (
        count.households === list.households &&
        count.people === list.people &&
        count.contacts === list.recipients.length &&
        ['sms', 'voice', 'push', 'group'].every((c) => on(c) === counted(c)) &&
        sum(count.relations, (r) => r.contacts) === list.recipients.length &&
        count.move.length === list.move.length &&
        missing.households === list.unreachable.length &&
        missing.people === sum(list.unreachable, (one) => one.people) &&
        JSON.stringify(missing.rows) === JSON.stringify(list.unreachable.slice(0, 2))
      )
    }),
    runs(60, 22),
  )
})

t.test('told and missing are everybody inside; the grids add up to the same people', async () => {
  fc.assert(
    fc.property(anyAsk, ({ register, asked }) => {
      const count = countAudience(register, policy, asked)
      const missing = sum(count.missing, (m) => m.people)
      return (
        count.told.people + missing === count.people &&
        count.told.households + sum(count.missing, (m) => m.households) === count.households &&
        sum(count.grids, (g) => g.people) === count.people &&
        sum(count.grids, (g) => g.households) === count.households &&
        sum(count.grids, (g) => g.told) === count.told.people &&
        count.tags.every((tag) => tag.people <= count.people)
      )
    }),
    runs(60, 23),
  )
})

t.test('a blue rainstorm goes out on subscriptions only: who has a telephone alone is missing, and it says why', async (t) => {
  const count = countAudience(wenfeng, policy, ask({ level: 'blue' }))
  const quiet = count.missing.find((m) => m.cause === 'other-channels')
  t.ok(quiet && quiet.people > count.told.people)
  t.same(
    count.messages.filter((m) => m.channel === 'voice'),
    [],
  )
})

t.test('who lives alone and cannot hear is told but not rung up, and is counted', async (t) => {
  const deaf = wenfeng.households.filter((h) => h.people === 1 && h.tags.includes('deaf'))
  const reached = deaf.filter((h) => h.contacts.some((c) => c.relation === 'self'))
  t.equal(countAudience(wenfeng, policy, ask()).notCalled.households, reached.length)
  t.ok(reached.length > 0)
})

t.test('why a household is told as it is: the rule and the facts', async (t) => {
  const why = (id: string, part: Partial<AudienceAsk> = {}) => {
    const asked = ask(part)
    const home = wenfeng.households.find((h) => h.id === id)!
    return explainHome(wenfeng, policy, asked, homesOf(wenfeng, policy, asked), home)
  }
  const low = why('500154002001004-001')
  t.ok(low.why.some((w) => w.zh === '应转移:底层 + 距 1 号易涝点 50 米 + 暴雨红色' && w.en.includes('50 m from waterlogging point 1')))
  t.equal(why('500154002001005-002').missing, 'relatives-only')
  t.ok(why('500154002001005-002').why.some((w) => w.zh.includes('通知亲属')))
  const over = gridOf('500154002001004', ['500154002001004-001'])
  t.ok(why('500154002001004-001', { grids: [over] }).why.some((w) => w.zh.includes('边线外侧')))
})

t.test('转移时限', async (t) => {
  const at = (clock: string, day = 12) => new Date(`2026-07-${day}T${clock}:00+08:00`)
  const by = (onset: Date | null, now: Date, event = '暴雨') => moveDeadline(policy, { event, onset, now })
  t.same(by(at('15:00'), at('08:00')).at, at('12:00'), 'three hours before it begins')
  t.same(by(at('22:00'), at('08:00')).at, at('18:00'), 'at night: before dark')
  t.same(by(at('04:00', 13), at('08:00')).at, at('18:00'), 'after midnight: the evening before')
  t.same(by(at('07:30', 13), at('08:00')).at, at('18:00'), 'three hours before would be at night')
  t.same(by(at('09:30', 13), at('08:00')).at, at('06:30', 13), 'not at night')
  t.same(by(at('22:00'), at('17:30')).at, at('19:30'), 'too late for before dark: never sooner than people can be moved')
  t.same(by(at('03:26'), at('03:28')).at, at('05:28'), 'it has begun')
  t.same(by(null, at('03:28')).at, at('05:28'), 'nobody said when')
  t.same(by(null, at('03:28'), '山洪').at, at('04:28'), 'water from above leaves less')
  t.match(by(at('22:00'), at('08:00')), {
    basis: '预计 今日 22:00 开始,避开夜间:今日 18:00 前完成',
    basisEn: /not by night: done by 18:00/,
  })
  const anyTime = fc.integer({ min: 0, max: 72 * 60 })
  fc.assert(
    fc.property(anyTime, fc.option(anyTime), (now, onset) => {
      const clock = new Date(at('00:00').getTime() + now * 60_000)
      const { at: due } = by(onset === null ? null : new Date(at('00:00').getTime() + onset * 60_000), clock)
      return due.getTime() - clock.getTime() >= 120 * 60_000
    }),
  )
})
