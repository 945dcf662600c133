import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import type { HouseholdAnswer } from '../../src/register/household-routes.js'
import { sampleResidentHousehold as home } from '../../src/register/sample/load-sample.js'
import { makeCap } from '../rig/samples/make-cap.js'
import { type Column, eventually, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const path = `/api/households/${encodeURIComponent(home)}`
const right = '16200999002'

const story = (column: Column) => async (t: Test) => {
  const service = await startTestService(t, column)
  const officer = await service.as('officer')
  const before = await officer.get<HouseholdAnswer>(path)
  const wrong = before.contacts.find((c) => c.relation === 'self' && c.kind === 'phone')!
  t.match(wrong.address, /^\d{3}\*{4}\d{4}$/, 'the card is masked')

  await t.test('the neighbour says: that number is somebody else’s; the desk writes the right one', async (t) => {
    const kept = before.contacts.filter((c) => c.contactId !== wrong.contactId).map(({ contactId, relation }) => ({ contactId, relation }))
    const contacts = [{ phone: right, relation: 'self' }, ...kept]
    const worker = await service.as('worker')
    t.equal((await worker.try('PATCH', path, { version: before.version, contacts })).status, 403, 'not the phone in the rain: the desk')
    const bad = await officer.try<Json>('PATCH', path, { version: before.version, contacts: [{ phone: '1620099900', relation: 'self' }] })
    t.match(bad, { status: 400, body: { errors: [{ path: 'contacts/0/phone' }] } })
    t.notMatch(JSON.stringify(bad.body), /1620099900/)
    t.equal((await officer.try('PATCH', path, { version: before.version, contacts })).status, 200)
    const late = await officer.try<Json>('PATCH', path, { version: before.version, people: 7 })
    t.match(
      late,
      { status: 409, body: { version: before.version + 1, fields: ['contacts'], by: String } },
      'who comes second is told who was first',
    )
    const { items } = await officer.get<{ items: Json[] }>(`${path}/history`)
    t.match(items[0], { kind: 'change', text: '改了联系方式', person: String })
    t.notMatch(JSON.stringify(items), /999002/)
  })

  await t.test('the next warning rings there, and no more at the stranger’s', async (t) => {
    const { lon, lat } = before
    const ring = [
      [-1, -1],
      [1, -1],
      [1, 1],
      [-1, 1],
      [-1, -1],
    ]
      .map(([x, y]) => `${lat! + y! * 0.0008},${lon! + x! * 0.0008}`)
      .join(' ')
    const cap = makeCap({
      identifier: 'WRONG-NUMBER',
      sent: chinaTime(new Date()),
      expires: chinaTime(new Date(Date.now() + 6 * 3_600_000)),
      area: `<polygon>${ring}</polygon>`,
    })
    t.equal((await service.ingest('cap', cap)).status, 202)
    const alerts = () => officer.get<{ items: { id: string; audience: string; revision: number }[] }>('/api/alerts')
    const { items } = await eventually(alerts, (list) => list.items.some((a) => a.audience === 'residents'), 'residents may be told')
    const alert = items.find((a) => a.audience === 'residents')!
    await officer.post(`/api/alerts/${alert.id}/issue`, { revision: alert.revision })
    const card = await officer.get<HouseholdAnswer>(path)
    const fresh = card.contacts.find((c) => c.relation === 'self' && c.kind === 'phone')!
    t.not(fresh.contactId, wrong.contactId)
    const sent = (contactId: number) =>
      officer.get<{ items: { to: string; text: string }[] }>(`/api/sandbox/messages?alertId=${alert.id}&contactId=${contactId}`)
    const got = await eventually(
      () => sent(fresh.contactId),
      (list) => list.items.length > 0,
      'the right number hears',
    )
    t.match(JSON.stringify(got.items[0]!.to), /9002/)
    await eventually(
      () => officer.get<{ planned: number; waiting: number }>(`/api/alerts/${alert.id}/progress`),
      (p) => p.planned > 0 && p.waiting === 0,
      'all of it is out',
    )
    t.equal((await sent(wrong.contactId)).items.length, 0, 'the wrong one hears nothing')
    const { items: lines } = await officer.get<{ items: Json[] }>(`${path}/history`)
    t.ok(
      lines.some((line) => line.kind === 'told' && line.alertId === alert.id),
      'and it stands in the household’s history',
    )
  })
}

t.test('a wrong number is corrected at the desk (embedded)', { timeout: 180_000 }, story('embedded + in-process'))
t.test(
  'a wrong number is corrected at the desk (PostgreSQL + Redis)',
  { timeout: 180_000, skip: testDatabaseUrl && testRedisUrl ? false : 'no test servers' },
  story('PostgreSQL + Redis'),
)
