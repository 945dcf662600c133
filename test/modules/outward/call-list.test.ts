import t from 'tap'
import { inWalkingOrder } from '../../../src/evacuations/evacuation.js'
import { type CallListAnswer, callListRoutes } from '../../../src/outward/call-list-routes.js'
import { testDatabaseUrl } from '../../rig/store.js'
import { openNight, worstGrid } from '../fieldwork/field-rig.js'

t.test(
  'no channel works: one step gives the script and the list to ring down',
  { skip: testDatabaseUrl ? false : 'needs PostgreSQL' },
  async (t) => {
    const night = await openNight(t, 'postgres', (app, { store, alerts }) => callListRoutes(app, { ...alerts, store }))
    const warningId = await night.warning()
    const staff = await night.issue(warningId, 'staff')
    const residents = await night.issue(warningId, 'residents')
    const list = async (who: Parameters<typeof night.ask>[0] = 'officer', id = residents.id) =>
      night.ask<CallListAnswer>(who, 'GET', `/api/alerts/${id}/call-list`)
    const { body } = await list()

    t.match(body.script.zh, /气象台.*发布暴雨红色预警信号.*请/, 'who issued it, what, and what to do')
    t.notMatch(body.script.zh, /按[一二1-3]|重复一遍/, 'nobody presses a key on a loudspeaker')
    t.match(body.script.en, /red rainstorm warning/i)

    const register = night.register.snapshot()
    const moving = register.households.filter((h) => h.place === worstGrid && h.tags.includes('old-building')).map((h) => h.id)
    t.ok(body.people.length >= 60 && body.people.every((p) => p.post && p.name))
    t.ok(body.homes.some((h) => moving.includes(h.id)))
    const [first, rest] = [body.homes.filter((h) => h.move), body.homes.filter((h) => !h.move)]
    t.same(body.homes.slice(0, first.length), first, 'who must move is rung first')
    const placed = rest.map((h) => ({ label: h.label, place: register.households.find((one) => one.id === h.id)!.place }))
    t.same(placed, [...placed].sort(inWalkingOrder), 'the others in walking order')
    t.match(first.flatMap((h) => h.phones)[0]!.number, /^\+86/, 'the whole number: it is to be dialled')
    t.ok(
      body.homes.some((h) => h.phones.length === 0),
      'who has no number stands there, to be knocked for',
    )

    const one = body.people.find((p) => p.phones.length > 0)!
    await night.store.system((tx) =>
      tx.insertInto('escalation').values({ place: worstGrid, alert_id: staff.id, staff_id: one.id, state: 'answered' }).execute(),
    )
    t.match((await list('officer', staff.id)).body.people.at(-1), { id: one.id, answered: true }, 'who has answered is not rung again')

    const own = (await list('worker')).body
    t.ok(own.homes.length > 0 && own.homes.length < body.homes.length, 'a worker sees the own grid only')
    t.equal((await list('auditor')).status, 403)
    const seen = await night.rows('sealed.seen')
    t.equal(seen.length, 3, 'every look is recorded')
    t.match(seen[0], { thing_id: residents.id, person: 'officer', data: { households: body.homes.length, why: 'call-list' } })
    t.notMatch(JSON.stringify(seen), /\+86|1[69]\d{9}/)
  },
)
