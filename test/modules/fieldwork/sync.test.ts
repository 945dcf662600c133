import fc from 'fast-check'
import t from 'tap'
import { foldHousehold } from '../../../src/evacuations/household-progress.js'
import type { EditResult } from '../../../src/fieldwork/field-edit.js'
import { readLog } from '../../../src/fieldwork/field-edit-store.js'
import { householdLog } from '../../../src/fieldwork/take-household-edit.js'
import { runs } from '../../rig/runs.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { actorFor, type Counted, type Door, openNight, sanzhong, type Who, worstGrid } from './field-rig.js'

const skip = testDatabaseUrl ? false : 'TEST_DATABASE_URL is not set'

t.test('what phones upload: once, in any order, and nothing acknowledged is lost', { skip, timeout: 240_000 }, async (t) => {
  const night = await openNight(t)
  const alert = await night.issue(await night.warning(), 'residents')
  const approval = { by: 'phone', whom: '带班领导', at: '2025-07-12T03:31:00+08:00', note: '' }
  const ordered = await night.ask<Counted>('officer', 'POST', '/api/evacuations', { alertId: alert.id, grids: [sanzhong], approval })
  const evacuationId = ordered.body.id
  const checklist = (await night.ask<{ items: Door[] }>('secretary', 'GET', `/api/evacuations/${evacuationId}/checklist`)).body.items
  const mine = checklist.filter((d) => d.place === worstGrid)
  const other = checklist.find((d) => d.place !== worstGrid)!
  const rowOf = (id: string) =>
    night.store.system((tx) => tx.selectFrom('evacuation_household').selectAll().where('id', '=', id).executeTakeFirstOrThrow())
  const editRow = (id: string) =>
    night.store.system((tx) => tx.selectFrom('field_edit').selectAll().where('id', '=', id).executeTakeFirst())

  await t.test('a batch sent again has the same effect once; an id is not used for something else', async (t) => {
    const phone = night.phone('worker')
    const told = phone.edit('household', mine[0]!.id, 'told')
    const first = await phone.send([told, told])
    t.same(
      first.map((r) => r.outcome),
      ['accepted', 'duplicate'],
    )
    const row = await rowOf(mine[0]!.id)
    t.same(await phone.send([told]), [{ id: told.id, outcome: 'duplicate' }])
    t.same(await rowOf(mine[0]!.id), row)
    t.equal((await night.rows('household.told')).length, 1)
    const [stolen] = await phone.send([{ ...told, verb: 'left' }])
    t.match(stolen, { outcome: 'refused', problem: { kind: 'reused' } })
  })

  await t.test('outside the scope: refused, kept for review, and nothing is told of what lies there', async (t) => {
    const phone = night.phone('worker')
    const [result] = await phone.send([phone.edit('household', other.id, 'left')])
    t.match(result, { outcome: 'refused', problem: { kind: 'unknown-target' } })
    const unknown = await phone.send([phone.edit('household', 'no-such-door', 'left')])
    t.same(unknown[0]!.problem, result!.problem, 'the same words for what does not exist')
    t.match(await editRow(result!.id), { outcome: 'refused', place: worstGrid, person: 'worker' })
    t.equal((await rowOf(other.id)).left_at, null)
    const review = await night.ask<{ items: { id: string }[] }>('officer', 'GET', '/api/field/quarantine')
    t.ok(review.body.items.some((e) => e.id === result!.id))
    const seen = await night.ask<{ items: { place: string }[] }>('worker', 'GET', '/api/field/tasks')
    t.ok(seen.body.items.length > 0)
    t.ok(
      seen.body.items.every((item) => item.place.startsWith(worstGrid)),
      'no row of another grid is on the phone',
    )
    t.equal((await night.ask('auditor', 'POST', '/api/field/sync', { edits: [] })).status, 403)
  })

  await t.test('one bad edit holds up nobody', async (t) => {
    const phone = night.phone('worker')
    const id = mine[1]!.id
    const results = await phone.send([
      phone.edit('household', id, 'levitated'),
      phone.edit('household', id, 'correct-people', { people: 'many' }),
      phone.edit('weather', id, 'told'),
      phone.edit('household', id, 'told'),
    ])
    t.same(
      results.map((r) => r.outcome),
      ['refused', 'refused', 'refused', 'accepted'],
    )
    for (const { id: edit } of results) t.ok(await editRow(edit), 'every one is kept')
  })

  await t.test('a phone that goes on with a household it added itself, uploaded back to front', async (t) => {
    const phone = night.phone('worker')
    const add = phone.edit('evacuation', evacuationId, 'add-household', { label: '河边棚屋', people: 4, grid: worstGrid })
    const left = phone.edit('household', add.id, 'left')
    t.match(await phone.send([left]), [{ outcome: 'refused', problem: { kind: 'unknown-target' } }])
    t.match(await phone.send([add]), [{ outcome: 'accepted' }])
    t.match(await rowOf(add.id), { planned: false, people: 4, left_people: 4, label: '河边棚屋' }, 'the early word has found its door')
    t.match(await phone.send([left, add]), [{ outcome: 'duplicate' }, { outcome: 'duplicate' }])
    const [far] = await phone.send([
      phone.edit('evacuation', evacuationId, 'add-household', { label: '远处', people: 1, grid: other.place }),
    ])
    t.equal(far!.outcome, 'refused')
    const twin = night.phone('secretary')
    const [same] = await twin.send([
      twin.edit('evacuation', evacuationId, 'add-household', { label: '河边棚屋', people: 4, grid: worstGrid }),
    ])
    t.equal(same!.outcome, 'conflict', 'two of the same name are both kept and flagged')
  })

  await t.test('two workers at one door: both kept, the cautious word shown, settled by who saw both', async (t) => {
    const [worker, secretary] = [night.phone('worker', 'w2'), night.phone('secretary', 's2')]
    const id = mine[2]!.id
    t.equal((await worker.door(id, 'left')).outcome, 'accepted')
    t.equal((await secretary.door(id, 'refused')).outcome, 'conflict')
    const shown = (await night.ask<{ items: Door[] }>('worker', 'GET', '/api/field/tasks')).body.items.find((d) => d.id === id)!
    t.equal(shown.state, 'refused')
    t.match(shown.conflict, /核实/)
    t.equal((await worker.door(id, 'left', { seen: shown.version })).outcome, 'accepted')
    t.match(await rowOf(id), { conflict: null, refused_at: null })
  })

  await t.test('a phone whose clock is a day wrong: our time counts, its own is kept beside it', async (t) => {
    const phone = night.phone('worker', 'w3')
    const edit = { ...phone.edit('household', mine[3]!.id, 'left'), at: '2025-07-13T03:40:00+08:00' }
    await phone.send([edit])
    t.same((await rowOf(mine[3]!.id)).left_at, night.clock.now())
    t.match((await editRow(edit.id))!.value, { phoneAt: '2025-07-12T19:40:00.000Z' })
  })

  await t.test('since: only what changed, and what still stands', async (t) => {
    interface Copy {
      items: { id: string }[]
      cursor: string
      open: { doors: string[] }
    }
    const full = (await night.ask<Copy>('worker', 'GET', '/api/field/tasks')).body
    const phone = night.phone('worker', 'w4')
    await phone.door(mine[0]!.id, 'left')
    // As if half an hour of the store's own time had passed since the last question.
    await night.store.system((tx) =>
      tx
        .updateTable('evacuation_household')
        .set({ changed_at: new Date(Date.now() - 1_800_000) })
        .where('id', '!=', mine[0]!.id)
        .execute(),
    )
    const next = (await night.ask<Copy>('worker', 'GET', `/api/field/tasks?since=${encodeURIComponent(full.cursor)}`)).body
    t.same(
      next.items.map((i) => i.id),
      [mine[0]!.id],
    )
    t.equal(next.open.doors.length, full.open.doors.length)
    t.equal((await night.ask('worker', 'GET', '/api/field/tasks?since=yesterday')).status, 400)
  })

  await t.test('random phones: duplicated, cut and reordered uploads end in one state with every edit in it once', async (t) => {
    const people: Who[] = ['worker', 'secretary', 'keeper']
    const op = fc.record({
      who: fc.constantFrom(...people),
      verb: fc.constantFrom('told', 'left', 'refused', 'absent', 'need-help', 'helped', 'arrived', 'correct-people'),
      heads: fc.integer({ min: 1, max: 5 }),
      skew: fc.integer({ min: -1440, max: 1440 }),
      twice: fc.boolean(),
      order: fc.nat(1000),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(op, { minLength: 3, maxLength: 10 }), fc.nat(100), async (ops, salt) => {
        const owner = night.phone('worker', `owner-${salt}-${Math.random()}`)
        const add = owner.edit('evacuation', evacuationId, 'add-household', {
          label: `棚 ${owner.edit('x', 'x', 'x').id}`,
          people: 3,
          grid: worstGrid,
        })
        await owner.send([add])
        const phones = new Map(people.map((who) => [who, night.phone(who, `${who}-${add.id}`)]))
        const made = ops.map(({ who, verb, heads, skew, twice, order }) => {
          const value = verb === 'arrived' ? { people: heads } : verb === 'correct-people' ? { people: heads, reason: '现场核对' } : {}
          const edit = {
            ...phones.get(who)!.edit('household', add.id, verb, value),
            at: new Date(night.clock.now().getTime() + skew * 60_000).toISOString(),
          }
          return { who, edit, twice, order }
        })
        const uploads = [...made, ...made.filter((m) => m.twice)].sort((a, b) => ((a.order * 7 + salt) % 13) - ((b.order * 7 + salt) % 13))
        const acknowledged = new Map<string, EditResult>()
        for (const { who, edit } of uploads)
          for (const result of await phones.get(who)!.send([edit])) if (result.outcome !== 'duplicate') acknowledged.set(result.id, result)
        const row = await rowOf(add.id)
        // I10: everything acknowledged is in the log, once; the row is the log folded.
        for (const { edit } of made) {
          const kept = await editRow(edit.id)
          if (!kept || kept.outcome !== acknowledged.get(edit.id)?.outcome) return false
        }
        const log = await night.store.act(actorFor('officer'), async (tx) => householdLog(await readLog(tx, ['household'], add.id)))
        const { shelterId: _, ...fold } = foldHousehold({ peoplePlanned: 3, shelterId: row.shelter_id }, log)
        const stored = {
          ...{
            toldAt: row.told_at,
            leftAt: row.left_at,
            arrivedAt: row.arrived_at,
            returnedAt: row.returned_at,
            refusedAt: row.refused_at,
          },
          ...{
            absentAt: row.absent_at,
            helpAt: row.help_at,
            people: row.people,
            leftPeople: row.left_people,
            arrivedPeople: row.arrived_people,
          },
          conflict: row.conflict,
        }
        if (JSON.stringify(fold) !== JSON.stringify(stored)) return false
        // Sent once more, all of it, backwards: nothing moves.
        for (const { who, edit } of [...made].reverse()) await phones.get(who)!.send([edit])
        if (JSON.stringify(await rowOf(add.id)) !== JSON.stringify(row)) return false
        // I11: a cry stands unless the same phone said later that help had come.
        const cries = made.filter((m) => m.edit.verb === 'need-help')
        const standing = cries.some((c) => !made.some((m) => m.edit.verb === 'helped' && m.who === c.who && m.edit.seq > c.edit.seq))
        return (row.help_at !== null) === standing
      }),
      runs(12),
    )
    t.pass('held')
  })
  t.ok(
    night.problems.every((p) => !/Error/.test(p)),
    night.problems.join('\n'),
  )
})
