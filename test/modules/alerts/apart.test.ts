import fc from 'fast-check'
import t from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { readAlert, readLiveAlerts } from '../../../src/alerts/alert-store.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { reviseAlert } from '../../../src/alerts/revise-alert.js'
import { findWarning } from '../../../src/warnings/warnings-store.js'
import { runs } from '../../rig/runs.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { officer, openDesk, subdistrict } from './desk-rig.js'

const [one, two, three] = ['500154002001', '500154002002', '500154002003'] as const
const communities = (alert: Alert | undefined) => [...new Set((alert?.grids ?? []).map((grid) => grid.slice(0, 12)))].sort()

if (!testDatabaseUrl) t.comment('SKIPPED: the stories of the desk need TEST_DATABASE_URL (PostgreSQL)')
else
  t.test('two outlines of one station, both in force, while the first waits to be passed on', async (t) => {
    const desk = await openDesk(t)
    t.beforeEach(() => desk.clear())
    const residents = async (warning: string) => (await desk.alertsOf(warning)).residents
    const read = (alert: Alert) => desk.as(officer, (tx) => readAlert(tx, alert.id))

    t.test('the second does not take the first one’s people away: each waits for its own', async (t) => {
      const a = await desk.warn({ codes: [one, two] })
      const first = (await residents(a))!
      const b = await desk.warn({ codes: [two, three] })
      t.match(await read(first), { state: 'draft', warningId: a, revision: first.revision })
      t.same(communities(await read(first)), [one, two])
      const second = (await residents(b))!
      t.same(communities(second), [three], 'only whom nobody speaks to yet')
      t.ok(first.issueAt && second.issueAt, 'both countdowns run')
      await desk.pass(200)
      t.match([await read(first), await read(second)], [{ state: 'issued' }, { state: 'issued' }])
    })

    t.test('one that lies inside the first is muted until the first is over', async (t) => {
      const a = await desk.warn({ codes: [one, two] })
      const first = (await residents(a))!
      const b = await desk.warn({ codes: [two] })
      t.same(communities(await read(first)), [one, two])
      t.equal(await residents(b), undefined)
      t.match(await desk.as(officer, (tx) => findWarning(tx, b)), { muted: [{ place: subdistrict, by: a }] })
      await desk.end(a, 'cancelled')
      t.same(communities(await residents(b)), [two], 'it is told when nobody else speaks to its people')
    })

    t.test('one that takes in the whole of the first carries it on', async (t) => {
      const a = await desk.warn({ codes: [one] })
      const first = (await residents(a))!
      const b = await desk.warn({ codes: [one, two] })
      t.match(await read(first), { warningId: b })
      t.same(communities(await read(first)), [one, two])
    })

    t.test('and when that one ends first, the first speaks again', async (t) => {
      const a = await desk.warn({ codes: [one] })
      const b = await desk.warn({ codes: [one, two] })
      await desk.end(b, 'lifted')
      t.match(await residents(a), { state: 'draft' })
      t.same(communities(await residents(a)), [one])
    })

    t.test('what replaces the first may draw it smaller', async (t) => {
      const a = await desk.warn({ codes: [one, two] })
      const first = (await residents(a))!
      await desk.warn({ codes: [two], supersedes: a })
      t.same(communities(await read(first)), [two])
    })

    t.test('people were told of the first already: the second ends, and the first still stands', async (t) => {
      const a = await desk.warn({ codes: [one, two] })
      const first = (await residents(a))!
      await desk.as(officer, (tx) => issueAlert(tx, desk.deps, { alertId: first.id, revision: first.revision }))
      const b = await desk.warn({ codes: [two, three] })
      const asked = await read(first)
      t.match(asked.summary.update, { warningId: b }, 'the second waits to be passed on')
      await desk.end(b, 'cancelled')
      const dropped = await read(first)
      t.match(dropped, { state: 'issued', warningId: a })
      t.notOk(dropped.summary.update || dropped.summary.allClear, 'nobody is told that it is over')

      const c = await desk.warn({ codes: [two, three] })
      const press = { alertId: first.id, revision: (await read(first)).revision }
      await desk.as(officer, (tx) => reviseAlert(tx, desk.deps, press))
      t.match(await read(first), { warningId: c })
      await desk.end(c, 'cancelled')
      const back = await read(first)
      t.notOk(back.summary.allClear, 'the first is in force for those who were told')
      t.ok(back.warningId === a || back.summary.update?.warningId === a, 'and is looked at again')
    })

    t.test('red for a part of a yellow that nobody has passed on yet: red for these, yellow for the rest', async (t) => {
      const yellow = await desk.warn({ level: 'yellow', codes: [one, two] })
      const red = await desk.warn({ codes: [two] })
      t.match(await residents(red), { level: 'red', state: 'draft' })
      t.same(communities(await residents(red)), [two])
      t.match(await residents(yellow), { level: 'yellow', state: 'draft' })
      t.same(communities(await residents(yellow)), [one])
      const drafts = (await desk.as(officer, readLiveAlerts)).filter((alert) => alert.audience === 'residents')
      t.equal(drafts.length, 2)
      await desk.end(red, 'lifted')
      t.same(communities(await residents(yellow)), [one, two], 'when red is over, yellow speaks to all of its own again')
      t.same((await desk.as(officer, (tx) => findWarning(tx, yellow)))!.muted, [], 'and nothing mutes it, least of all itself')
    })
  })

type Step =
  | { do: 'warn'; codes: string[]; level: string; sender: string; replaces: boolean }
  | { do: 'end'; which: number; how: 'lifted' | 'cancelled' | 'expired' }
  | { do: 'pass' }
  | { do: 'press' }

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('warn' as const),
      codes: fc.subarray([one, two, three], { minLength: 1 }),
      level: fc.constantFrom('red', 'orange', 'yellow'),
      sender: fc.constantFrom('kzqx', 'other'),
      replaces: fc.boolean(),
    }),
    fc.record({ do: fc.constant('end' as const), which: fc.nat(), how: fc.constantFrom('lifted' as const, 'cancelled', 'expired') }),
    fc.constant({ do: 'pass' as const }),
    fc.constant({ do: 'press' as const }),
  ),
  { minLength: 2, maxLength: 7 },
)

if (testDatabaseUrl)
  t.test('whatever comes and ends: nobody inside a warning in force is left without an alert that speaks to him', async (t) => {
    const desk = await openDesk(t)
    const property = fc.asyncProperty(steps, async (sequence) => {
      await desk.clear()
      let standing: { id: string; codes: string[]; sender: string }[] = []
      const told = new Map<string, Set<string>>()
      for (const step of sequence) {
        if (step.do === 'warn') {
          const old = step.replaces ? standing.find((w) => w.sender === step.sender) : undefined
          const id = await desk.warn({ codes: step.codes, level: step.level, sender: step.sender, ...(old ? { supersedes: old.id } : {}) })
          standing = [...standing.filter((w) => w !== old), { id, codes: step.codes, sender: step.sender }]
        } else if (step.do === 'end' && standing.length > 0) {
          const over = standing[step.which % standing.length]!
          standing = standing.filter((w) => w !== over)
          await desk.end(over.id, step.how)
        } else if (step.do === 'pass') await desk.pass(130)
        else if (step.do === 'press')
          for (const { id, revision, summary, audience } of await desk.as(officer, readLiveAlerts))
            if (audience === 'residents' && summary.update)
              await desk.as(officer, (tx) => reviseAlert(tx, desk.deps, { alertId: id, revision }))
        const live = (await desk.as(officer, readLiveAlerts)).filter((a) => a.audience === 'residents')
        for (const alert of live)
          if (alert.state === 'issued') told.set(alert.id, new Set([...(told.get(alert.id) ?? []), ...communities(alert)]))
        /** It is out to them, waits to go out to them, or its newer word does. */
        const speaksTo = (alert: Alert, warning: string, code: string) =>
          !alert.summary.allClear &&
          (communities(alert).includes(code) || told.get(alert.id)?.has(code) || alert.summary.update?.warningId === warning)
        for (const { id, codes } of standing)
          for (const code of codes)
            if (!live.some((alert) => speaksTo(alert, id, code))) throw new Error(`${code} is inside ${id} and no alert speaks to it`)
      }
    })
    await fc.assert(property, runs(15, 7))
    t.pass('nobody was left out')
  })
