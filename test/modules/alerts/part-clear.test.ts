import fc from 'fast-check'
import { sql } from 'kysely'
import t from 'tap'
import type { Alert } from '../../../src/alerts/alert.js'
import { readAlert, readLiveAlerts, readWarningFacts } from '../../../src/alerts/alert-store.js'
import type { AlertDeps } from '../../../src/alerts/describe-alert.js'
import { allClearAlert } from '../../../src/alerts/end-alert.js'
import { issueAlert } from '../../../src/alerts/issue-alert.js'
import { clearDropped, isStillWarned } from '../../../src/alerts/part-clear.js'
import { reviseAlert } from '../../../src/alerts/revise-alert.js'
import { whoIsWarned } from '../../../src/alerts/still-warned.js'
import { createInProcessDoorbell } from '../../../src/base/doorbell.js'
import type { Store } from '../../../src/base/store/store.js'
import { createDelivery } from '../../../src/delivery/create-delivery.js'
import { chooseAudience } from '../../../src/matching/choose-audience.js'
import { matchArea } from '../../../src/matching/match-area.js'
import { indexOf } from '../../../src/matching/register-index.js'
import { collectNeeds } from '../../../src/outward/desk-needs.js'
import type { Grid } from '../../../src/register/register.js'
import { runs } from '../../rig/runs.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { config, escalation, quiet } from '../delivery/rig.js'
import { officer, openDesk, type WarningWish } from './desk-rig.js'

const openOutbox = (store: Store, deps: AlertDeps) =>
  createDelivery({
    store,
    clock: deps.clock,
    doorbell: createInProcessDoorbell(quiet),
    log: quiet,
    register: deps.register,
    chooseAudience: (ask) => chooseAudience(deps.register.snapshot(), deps.risk, { ...ask, at: deps.clock.now() }),
    isStillWarned: isStillWarned(deps),
    words: deps.book.words,
    senders: new Map(),
    registerKind: 'sample',
    config: { ...config, chunk_size: 1000, plan_rows_at_once: 10_000 },
    escalation,
  })

interface Row {
  id: number
  alertId: string
  /** The alert whose people it speaks to. */
  of: string
  purpose: number
  contactId: number
  channel: number
  place: string
  relation: string
  text: string
}
const [warn, clear] = [1, 3]

if (!testDatabaseUrl) t.comment('SKIPPED: the stories of the desk need TEST_DATABASE_URL (PostgreSQL)')
else
  t.test('who is outside a warning that became smaller', async (t) => {
    const desk = await openDesk(t, openOutbox)
    const { store, deps } = desk
    const snapshot = deps.register.snapshot()
    const index = indexOf(snapshot)
    const grids = snapshot.grids.slice(0, 5)
    const codes = (...which: number[]) => which.map((n) => grids[n]!.place)
    const placeOf = new Map(snapshot.households.map((h) => [h.id, h.place]))
    const byAddress = new Map<number, string[]>()
    for (const home of snapshot.households)
      for (const { contactId } of home.contacts) {
        const address = index.addressOf(contactId)
        byAddress.set(address, [...(byAddress.get(address) ?? []), home.id])
      }
    const homesOf = (contactId: number) => byAddress.get(index.addressOf(contactId)) ?? []
    const newNight = async () => {
      await desk.clear()
      await store.system(async (tx) => {
        for (const table of ['delivery', 'delivery_chunk', 'message'] as const) await tx.deleteFrom(table).execute()
      })
    }
    t.beforeEach(newNight)

    /** The carriers take everything that is planned. */
    const deliver = () =>
      store.system(async (tx) => {
        await sql`update delivery set state = 1 where state = 0`.execute(tx)
        await sql`update delivery_chunk set done = true, open = 0`.execute(tx)
      })
    const live = () => store.system(readLiveAlerts)
    const out = async () => (await live()).filter((a) => a.state === 'issued' && a.origin === 'relay')
    const press = (alert: Alert) => ({ alertId: alert.id, revision: alert.revision, reason: '电话核实' })
    const act = async (run: (tx: Parameters<typeof issueAlert>[0]) => Promise<unknown>) => {
      await desk.as(officer, run)
      await desk.pass(0)
      await deliver()
    }
    const hear = async (wish: WarningWish) => {
      const id = await desk.warn(wish)
      await deliver()
      return id
    }
    /** The officer passes on whatever waits: drafts and newer words. */
    const passOn = async () => {
      for (const { id } of await live()) {
        const alert = await desk.as(officer, (tx) => readAlert(tx, id))
        if (alert.state === 'draft') await act((tx) => issueAlert(tx, deps, press(alert)))
        else if (alert.summary.update) await act((tx) => reviseAlert(tx, deps, press(alert)))
      }
    }
    const release = async () => {
      for (const alert of await out()) await act((tx) => clearDropped(tx, deps, press(alert)))
    }
    const read = async () => {
      const { rows } = await store.system((tx) =>
        sql<Row>`
          select d.id, r.alert_id as "alertId", coalesce(r.words ->> 'partOf', r.alert_id) as of, d.purpose, d.contact_id as "contactId",
            d.channel, d.place, m.relation, m.text
          from delivery d join alert_revision r on r.id = d.revision_id join message m on m.id = d.message_id order by d.id`.execute(tx),
      )
      return rows
    }
    const wordsTo = async (place: string, relation = 'self') =>
      (await read()).filter((row) => row.place === place && row.relation === relation)

    t.test(
      'the station drops a grid: its people hear that it is over for them, once; the rest stays warned and hears it at the end',
      async (t) => {
        const first = await hear({ codes: codes(0, 1) })
        await passOn()
        const told = await wordsTo(grids[1]!.place)
        t.ok(told.length > 0)
        await hear({ codes: codes(0), supersedes: first })
        await passOn()
        const residents = (await out()).find((a) => a.audience === 'residents')!
        t.ok(residents.summary.dropped!.households > 0)
        const needs = collectNeeds({
          ...{ now: deps.clock.now(), live: await live(), warnings: [], verdicts: [], help: [], evacuation: null, calls: [] },
          ...{
            silentStations: [],
            carriers: [],
            feedNames: new Map(),
            bulletins: [],
            policy: deps.policy,
            replies: { open: 0, help: 0, oldest: null },
          },
        } as unknown as Parameters<typeof collectNeeds>[0])
        t.match(
          needs.find((n) => n.kind === 'all-clear'),
          { title: /^\d+ 户 \d+ 人已不在暴雨预警范围,尚未收到解除/, alertId: residents.id },
        )
        t.notOk(
          (await read()).some((row) => row.purpose === clear),
          'nothing goes out by itself',
        )
        await release()
        const heard = (await wordsTo(grids[1]!.place)).filter((row) => row.purpose === clear)
        t.equal(heard.length, told.filter((row) => heard.some((h) => h.contactId === row.contactId && h.channel === row.channel)).length)
        t.ok(heard.length > 0)
        t.match(
          heard.find((row) => row.channel === 1)?.text ?? heard[0]!.text,
          new RegExp(`解除${grids[1]!.name}的暴雨红色预警信号.*等待`, 's'),
        )
        t.notOk(
          (await wordsTo(grids[0]!.place)).some((row) => row.purpose === clear),
          'who is still inside hears no all-clear',
        )
        t.equal((await desk.as(officer, (tx) => readAlert(tx, residents.id))).state, 'issued')
        await release()
        t.equal(
          (await wordsTo(grids[1]!.place)).filter((row) => row.purpose === clear).length,
          heard.length,
          'a second press says nothing twice',
        )
        await act((tx) => allClearAlert(tx, deps, press(residents)))
        const ends = (await wordsTo(grids[0]!.place)).filter((row) => row.purpose === clear)
        t.ok(ends.length > 0)
        t.equal((await wordsTo(grids[1]!.place)).filter((row) => row.purpose === clear).length, heard.length, 'and not again at the end')
      },
    )

    t.test('another station still warns the dropped grid: nobody is asked until that is over too', async (t) => {
      const first = await hear({ codes: codes(0, 1) })
      await passOn()
      const city = await hear({ codes: codes(1), sender: 'city', level: 'yellow' })
      await hear({ codes: codes(0), supersedes: first })
      await passOn()
      await release()
      t.notOk((await wordsTo(grids[1]!.place)).some((row) => row.purpose === clear))
      await desk.end(city, 'cancelled')
      const { residents } = await desk.alertsOf(city)
      await act((tx) => allClearAlert(tx, deps, press(residents!)))
      const asked = (await out()).filter((a) => (a.summary.dropped?.households ?? 0) > 0)
      t.ok(asked.length > 0, 'now it is asked')
      await release()
      t.ok((await wordsTo(grids[1]!.place)).some((row) => row.purpose === clear))
    })

    t.test('a warning of the hazard that nobody can place holds every part-wise all-clear back', async (t) => {
      const first = await hear({ codes: codes(0, 1) })
      await passOn()
      await hear({ codes: codes(0), supersedes: first })
      await passOn()
      await hear({ unplaced: true, sender: 'city', text: '局地有暴雨' })
      await release()
      t.notOk((await read()).some((row) => row.purpose === clear))
    })

    t.test('a number that also stands for a home inside is never told that it is over', async (t) => {
      const home = snapshot.households.find((h) => h.place === grids[0]!.place && h.contacts.some((c) => c.relation === 'self'))!
      const { contactId } = home.contacts.find((c) => c.relation === 'self')!
      const match = matchArea(snapshot, { areas: [areaOf([grids[0]!])], text: '' })
      const warned = whoIsWarned(snapshot, deps.risk, [{ origin: 'relay', event: '暴雨', level: 'red', grids: match.grids }])
      t.ok(warned.contact({ contactId, place: grids[1]!.place, relation: 'family-away' }), 'as a relative of a dropped home')
      t.ok(
        warned.contact({ contactId: 99_999_999, place: grids[0]!.place, relation: 'self' }),
        'who left the register is judged by the grid',
      )
      t.notOk(warned.contact({ contactId: 99_999_999, place: grids[1]!.place, relation: 'self' }))
      t.ok(warned.contact({ contactId: 99_999_999, place: grids[0]!.place.slice(0, 12), relation: 'staff' }), 'a post above a warned grid')
    })

    t.test('whatever the areas do: nobody inside gets it, everybody told and outside gets exactly one', async (t) => {
      const step = fc.record({
        what: fc.constantFrom('update', 'update', 'other', 'end', 'pass-on', 'release'),
        grids: fc.uniqueArray(fc.nat(4), { minLength: 1, maxLength: 4 }),
        half: fc.option(fc.nat(4)),
        level: fc.constantFrom('red', 'orange', 'yellow'),
        pick: fc.nat(9),
      })
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
          await newNight()
          let inForce = [await hear({ codes: codes(0, 1, 2, 3, 4) })]
          await passOn()
          for (const { what, grids: which, half, level, pick } of steps) {
            const one = inForce[pick % Math.max(1, inForce.length)]
            const area = { codes: codes(...which), ...(half === null ? {} : { polygons: [westOf(grids[half]!)] }), level }
            if (what === 'update' && one) inForce = [...inForce.filter((id) => id !== one), await hear({ ...area, supersedes: one })]
            if (what === 'other') inForce.push(await hear({ ...area, sender: 'city' }))
            if (what === 'end' && one) {
              inForce = inForce.filter((id) => id !== one)
              await desk.end(one, 'cancelled')
            }
            if (what === 'pass-on') await passOn()
            if (what !== 'release') continue
            await releaseAndCheck(inForce)
          }
          await passOn()
          await releaseAndCheck(inForce)
          for (const alert of await out()) await act((tx) => allClearAlert(tx, deps, press(alert)))
          const heard = lastWords(await read())
          if ([...heard.values()].some((row) => row.purpose === warn)) throw new Error('somebody told was left without an end')
        }),
        { ...runs(5, 21), endOnFailure: false },
      )
      t.pass('held')

      async function releaseAndCheck(inForce: string[]) {
        const before = (await read()).at(-1)?.id ?? 0
        await release()
        const rows = await read()
        const words = await standing(inForce)
        for (const row of rows.filter((r) => r.id > before && r.purpose === clear))
          if (row.relation === 'staff' ? words.places.has(row.place) : homesOf(row.contactId).some((home) => words.homes.has(home)))
            throw new Error(`an all-clear to ${row.relation} ${row.contactId} of ${row.place}, who is inside`)
        const waits = (await out()).filter((a) => !a.summary.update && !a.summary.allClear).map((a) => a.id)
        for (const row of lastWords(rows).values()) {
          if (row.purpose !== warn || !waits.includes(row.of) || row.relation === 'staff' || row.relation === 'group') continue
          const homes = homesOf(row.contactId)
          if (homes.length > 0 && homes.every((id) => !words.near.has(placeOf.get(id)!)))
            throw new Error(`${row.relation} ${row.contactId} of ${row.place} was told, is outside, and has not heard so`)
        }
      }

      /** What stands, from the warnings and the alerts themselves: homes inside, and grids touched at all. */
      async function standing(inForce: string[]) {
        const matches = (await out()).map((a) => a.summary.match)
        for (const id of inForce) {
          const { areas } = await store.system((tx) => readWarningFacts(tx, id))
          matches.push(matchArea(snapshot, { areas, text: '' }))
        }
        const homes = new Set<string>()
        for (const grid of matches.flatMap((m) => m.grids))
          for (const home of index.householdsOf(grid.place)) if (!grid.outside?.includes(home.id)) homes.add(home.id)
        const near = new Set(matches.flatMap((m) => m.grids.map((g) => g.place)))
        return { homes, near, places: new Set([...near].flatMap((p) => [p, p.slice(0, 12), p.slice(0, 9)])) }
      }
    })
  })

/** The last word to each address on each channel; two ends without a warning between them are one too many. */
function lastWords(rows: Row[]): Map<string, Row> {
  const last = new Map<string, Row>()
  for (const row of rows) {
    const key = `${row.of} ${row.contactId} ${row.channel}`
    if (row.purpose === clear && last.get(key)?.purpose !== warn) throw new Error(`a second all-clear to ${row.contactId} of ${row.place}`)
    last.set(key, row)
  }
  return last
}

const areaOf = (grids: Grid[]) => ({
  description: '',
  polygons: [],
  circles: [],
  geocodes: grids.map((g) => ({ name: 'x', value: g.place })),
  unplaced: false,
})

/** An outline over the western half of a grid. */
function westOf(grid: Grid): [number, number][] {
  const ring = grid.geometry.coordinates[0]!
  const [west, south] = [Math.min(...ring.map((p) => p[0]!)), Math.min(...ring.map((p) => p[1]!))]
  const [east, north] = [Math.max(...ring.map((p) => p[0]!)), Math.max(...ring.map((p) => p[1]!))]
  const middle = (west + east) / 2
  return [
    [west, south],
    [middle, south],
    [middle, north],
    [west, north],
    [west, south],
  ]
}
