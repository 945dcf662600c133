import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openStore } from '../../src/base/store/open-store.js'
import { eventually, type Json, startTestService } from '../rig/service.js'
import { createTestDatabase, makeTestFolder, testDatabaseUrl } from '../rig/store.js'

interface Alert extends Json {
  id: string
  revision: number
  audience: string
  origin: string
  kind: string
  state: string
}
interface Message extends Json {
  contactId: number
  channel: string
  text: string
  exercise: boolean
  alertId: string
}

const sent = `${new Date().toISOString().slice(0, 19)}+00:00`
const exercise = `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>exercise-order</identifier><sender>drill@qixiang.example</sender><sent>${sent}</sent>
  <status>Exercise</status><msgType>Alert</msgType><scope>Public</scope>
  <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>
    <senderName>气象台(演练)</senderName><headline>气象台(演练)发布暴雨红色预警信号</headline><description>文峰街道有强降雨</description>
    <area><areaDesc>文峰街道</areaDesc><geocode><valueName>GB/T 2260</valueName><value>500154002000</value></geocode></area></info>
</alert>`

/** Puts one of the households that have to move on the allow-list; everybody else of the residents stays off it. */
async function allowOneHome(databaseUrl: string, householdId: string): Promise<number[]> {
  const store = await openStore({ databaseUrl, dataDir: '' })
  const ids = await store.system(async (tx) => {
    const rows = await tx.selectFrom('household_contact').select('contact_id').where('household_id', '=', householdId).execute()
    const contacts = rows.map((r) => r.contact_id)
    await tx.updateTable('contact').set({ allow_listed: true }).where('id', 'in', contacts).execute()
    return contacts
  })
  await store.close()
  return ids
}

t.test(
  'a move ordered in an exercise reaches the allow-list only, says so first, and leaves the public page as it was',
  { skip: testDatabaseUrl ? false : 'no PostgreSQL here', timeout: 120_000 },
  async (t: Test) => {
    const settings = { DATABASE_URL: await createTestDatabase(t), DATA_KEY_FILE: join(makeTestFolder(t), 'data.key'), REDIS_URL: '' }
    // The first start loads the sample; the second one reads who is on the list.
    await (await startTestService(t, 'embedded + in-process', settings)).stop()
    const listed = await allowOneHome(settings.DATABASE_URL, '500154002001004-004')
    const service = await startTestService(t, 'embedded + in-process', settings)
    const officer = await service.as('officer')
    const shelters = async () => (await officer.get<{ shelters: Json[] }>('/api/public')).shelters
    const before = await shelters()

    t.match((await service.ingest('cap', exercise)).body, { outcome: 'accepted' })
    const alerts = async () => (await officer.get<{ items: Alert[] }>('/api/alerts')).items
    const drafts = await eventually(alerts, (list) => list.length === 2, 'the exercise makes two drafts')
    t.match(drafts, [
      { kind: 'exercise', state: 'draft' },
      { kind: 'exercise', state: 'draft' },
    ])
    const residents = drafts.find((a) => a.audience === 'residents')!
    const evacuation = await officer.post<{ id: string; households: Json }>('/api/evacuations', {
      alertId: residents.id,
      grids: ['500154002001'],
    })
    t.match(evacuation.households, { planned: 12 }, 'the list of doors is there to be practised on')
    const order = (await alerts()).find((a) => a.origin === 'order')!
    t.match(order, { kind: 'exercise', state: 'issued' })

    const done = await eventually(
      () => officer.get<{ lastAcceptedAt: string | null; unreachable: number }>(`/api/alerts/${order.id}/progress`),
      (p) => p.lastAcceptedAt !== null,
      'the order is out',
    )
    t.equal(done.unreachable, 0, 'an exercise sends nobody to a door')
    const messages = (await officer.get<{ items: Message[] }>('/api/sandbox/messages?limit=1000')).items
    t.same([...new Set(messages.map((m) => m.alertId))], [order.id], 'nothing else went out')
    t.same([...new Set(messages.map((m) => m.contactId))].sort(), [...listed].sort(), 'the allow-listed home, its helper, its son')
    t.ok(
      messages.every((m) => m.exercise && /演练|exercise/i.test(m.text.slice(0, 20))),
      'the first words say that it is an exercise',
    )
    t.ok(messages.some((m) => m.channel === 'voice') && messages.some((m) => m.channel === 'sms'))

    t.same(await shelters(), before, 'no place of a shelter is taken in public')
    t.match(await officer.get('/api/public'), { alerts: [], ended: [] })
    t.match((await (await fetch(service.url)).text()).replace(/\s+/g, ' '), /现在没有生效的预警/)
  },
)
