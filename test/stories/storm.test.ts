import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { newId } from '../../src/base/ids.js'
import { chinaTime } from '../../src/base/web.js'
import { type Column, eventually, type Json, type Person, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const at = (now: Date, minutes: number) => chinaTime(new Date(now.getTime() + minutes * 60_000))

/** The red warning of the drill, as the station would sign it now. */
const bulletin = (file: string, slots: Record<string, string>) =>
  readFileSync(join(root, 'config', 'drills', 'july-12', file), 'utf8').replace(/\{\{(\w+)\}\}/g, (_, name: string) => slots[name]!)

interface Alert extends Json {
  id: string
  audience: string
  origin: string
  state: string
  revision: number
  seriesId: string
  warningId: string | null
}
interface Progress extends Json {
  planned: number
  waiting: number
  accepted: number
  delivered: number
  answered: number
  failed: number
  unknown: number
  expired: number
  calledOff: number
  unreachable: number
  byChannel: Record<string, { waiting: number }>
}
interface Door {
  id: string
  label: string
  people: number
  place: string
  planned: boolean
  toldAt: string | null
  leftAt: string | null
}
interface Evacuation extends Json {
  id: string
  households: Record<string, number>
  people: Record<string, number>
}
interface Inbox {
  id: string
  channel: string
  contactId: number
  to: string
  text: string
  revision: number
}

const listed = async <T>(who: Person, path: string): Promise<T[]> => {
  const items: T[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: T[]; nextCursor: string | null } = await who.get(
      `${path}${path.includes('?') ? '&' : '?'}limit=1000${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return items
}
/** All of it is planned, and nothing waits any more on any channel. */
const isOut = (p: Progress) => p.lastAcceptedAt !== null && p.waiting === 0 && Object.values(p.byChannel).every((c) => c.waiting === 0)
const addsUp = (p: Progress) => p.waiting + p.accepted + p.failed + p.unknown + p.expired + p.calledOff === p.planned

const storm = (column: Column) => async (t: Test) => {
  const now = new Date()
  const service = await startTestService(t, column)
  const officer = await service.as('officer')
  const secretary = await service.as('secretary')
  const keeper = await service.as('keeper')
  const alerts = () => listed<Alert>(officer, '/api/alerts')
  const alertFor = async (audience: string, origin = 'relay') =>
    (await alerts()).find((a) => a.audience === audience && a.origin === origin)!
  const progress = (alert: Alert) => officer.get<Progress>(`/api/alerts/${alert.id}/progress`)
  const inbox = (alert: Alert, more = '') => listed<Inbox>(officer, `/api/sandbox/messages?alertId=${alert.id}${more}`)
  const press = (alert: Alert, verb: string, more: Json = {}) =>
    officer.post<Alert>(`/api/alerts/${alert.id}/${verb}`, { revision: alert.revision, ...more })
  let seq = 0
  const edit = async (who: Person, type: string, id: string, verb: string, value: Json = {}) => {
    const edits = [{ id: newId(), device: 'phone', seq: ++seq, target: { type, id }, verb, value, at: chinaTime(new Date()) }]
    const { results } = await who.post<{ results: { outcome: string; problem?: unknown }[] }>('/api/field/sync', { edits })
    t.equal(results[0]!.outcome, 'accepted', `${verb} is taken: ${JSON.stringify(results[0])}`)
  }

  await t.test('the evening before: a colourless notice goes to the groups, and the list of who would have to move is ready', async (t) => {
    const notice = await officer.post<Alert>('/api/alerts', {
      origin: 'notice',
      grids: ['500154002'],
      words: { ownText: '今夜有雨,请检查门窗和排水,低洼处住户做好转移准备。' },
    })
    t.equal(notice.state, 'draft', 'nothing is sent from a draft')
    t.equal((await inbox(notice)).length, 0)
    await press(notice, 'issue')
    await eventually(
      () => progress(notice),
      (p) => p.planned > 0 && isOut(p),
      'the notice is out',
    )
    const texts = (await inbox(notice)).map((m) => m.text)
    t.notOk(
      texts.some((text) => /预警|红色|橙色|黄色|蓝色/.test(text)),
      'a notice has no colour and is no warning',
    )
    const posts = await listed<Json>(officer, '/api/tasks?kind=group-post&open=true')
    const robots = (await inbox(notice, '&channel=group')).length
    t.equal(posts.length + robots, 255, 'every group hears: by its robot, or by its owner')
    const moves = await officer.get<{ households: number; people: number }>(`/api/move-list?event=${encodeURIComponent('暴雨')}&level=red`)
    t.same([moves.households, moves.people], [12, 33])
    await press({ ...notice, revision: (await alertFor('residents', 'notice')).revision }, 'close')
  })

  let warningId = ''
  const slots = { identifier: 'storm-red', sent: at(now, 0), expires: at(now, 360), reference: 'storm-red', referenceSent: at(now, 0) }
  await t.test('3:26: the red warning is read, matched, and the staff are called at once', async (t) => {
    const { status, body } = await service.ingest('cap', bulletin('red-rainstorm.xml', slots))
    t.equal(status, 202)
    t.match(body, { outcome: 'accepted', problems: [] })
    warningId = (body.warningIds as string[])[0]!
    t.match(await officer.get(`/api/warnings/${warningId}`), { level: 'red', event: '暴雨', state: 'in-force', levelBasis: /红/ })
    const again = await service.ingest('cap', bulletin('red-rainstorm.xml', slots))
    t.match(again.body, { outcome: 'duplicate', warningIds: [warningId] })
    await eventually(alerts, (list) => list.filter((a) => a.warningId === warningId).length === 2, 'two alerts of one series')
    const staff = await alertFor('staff')
    const residents = await alertFor('residents')
    t.equal(staff.seriesId, residents.seriesId)
    t.equal(staff.state, 'issued')
    t.match(residents, { state: 'draft', issueAt: /T/ }, 'residents wait for the press, or the visible countdown')
    const told = await eventually(
      () => progress(staff),
      (p) => p.planned === 62 && isOut(p),
      'all 62 are called',
    )
    t.ok(addsUp(told))
    await eventually(
      () => inbox(staff, '&channel=voice'),
      (calls) => calls.length === 62,
      'every telephone rings',
    )
    t.equal((await inbox(residents)).length, 0)
  })

  await t.test('a key says who comes; a key for help becomes a task with a name', async () => {
    const [first, second] = await inbox(await alertFor('staff'), '&channel=voice')
    await officer.post(`/api/sandbox/messages/${first!.id}/answers`, { grade: 'pressed', value: '1' })
    await officer.post(`/api/sandbox/messages/${second!.id}/answers`, { grade: 'pressed', value: '2' })
    await eventually(
      async () => progress(await alertFor('staff')),
      (p) => p.answered === 2,
      'two answered',
    )
    await eventually(
      () => listed<Json>(officer, '/api/tasks?kind=help&open=true'),
      (list) => list.length === 1 && list[0]!.assigneeId !== null && list[0]!.dueAt !== null,
      'help has a name and a clock',
    )
  })

  await t.test('the officer presses: residents hear by every channel, and the sum is whole', async (t) => {
    const alert = await alertFor('residents')
    const stale = await officer.try<Json>('POST', `/api/alerts/${alert.id}/issue`, { revision: alert.revision + 1 })
    t.match(stale, { status: 409, body: { type: /stale-revision/ } }, 'what was not seen cannot be sent')
    const [one, two] = await Promise.all([
      officer.try<Alert>('POST', `/api/alerts/${alert.id}/issue`, { revision: alert.revision }),
      (await service.as('commander')).try<Alert>('POST', `/api/alerts/${alert.id}/issue`, { revision: alert.revision }),
    ])
    t.same([one.status, two.status], [200, 200], 'two presses, one effect')
    const done = await eventually(
      () => progress(alert),
      (p) => p.planned > 10_000 && isOut(p),
      'everybody is told',
      120_000,
    )
    t.ok(addsUp(done))
    t.equal(done.accepted, done.planned)
    t.ok(done.unreachable > 0, 'who has no phone is counted, not dropped')
    const messages = await inbox(alert)
    t.equal(new Set(messages.map((m) => `${m.contactId} ${m.channel}`)).size, messages.length, 'nobody is told twice on one channel')
    const sms = messages.filter((m) => m.channel === 'sms')
    t.ok(
      sms.every((m) => m.text.includes('气象台(演练)') || !m.text.includes('发布')),
      'the station signs',
    )
    t.ok(messages.some((m) => m.channel === 'voice'))
    const knocks = await listed<Json>(officer, '/api/tasks?kind=knock&open=true')
    t.ok(knocks.length > 0, 'whom no message reaches gets a knock')
  })

  let evacuation: Evacuation
  const checklist = () => listed<Door>(secretary, `/api/evacuations/${evacuation.id}/checklist`)
  const counted = () => officer.get<Evacuation>(`/api/evacuations/${evacuation.id}`)
  await t.test('the move is ordered by a person, after a logged approval: 12 households, 33 people', async (t) => {
    const alert = await alertFor('residents')
    t.match(await officer.try('POST', '/api/evacuations', { alertId: alert.id, grids: ['500154002001'] }), {
      status: 409,
      body: { type: /approval-needed/ },
    })
    const approval = { by: 'phone', whom: '带班领导', at: chinaTime(new Date()), note: '电话请示,同意' }
    evacuation = await officer.post<Evacuation>('/api/evacuations', { alertId: alert.id, grids: ['500154002001'], approval })
    t.match(await counted(), { households: { planned: 12, total: 12, told: 0 }, people: { planned: 33, total: 33 } })
    const points = await listed<Json>(officer, '/api/tasks?kind=watch&open=true')
    t.equal(points.length, 11, '3 waterlogging points and 8 old buildings are watched')
    const order = await eventually(
      () => alertFor('residents', 'order'),
      (a) => a?.state === 'issued',
      'the order is out',
    )
    await eventually(
      () => progress(order),
      (p) => p.planned > 0 && isOut(p),
      'the twelve are told to move',
    )
  })

  await t.test('door by door: one refuses and is talked round, one is added, the shelter counts', async (t) => {
    const doors = (await checklist()).filter((d) => d.planned)
    t.equal(doors.length, 12)
    t.equal(
      doors.reduce((n, d) => n + d.people, 0),
      33,
    )
    const [stubborn, ...others] = doors
    for (const d of others) await edit(secretary, 'household', d.id, 'told')
    await edit(secretary, 'household', stubborn!.id, 'refused', { reason: '舍不得货物' })
    t.match(await counted(), { households: { refused: 1 } })
    await edit(secretary, 'evacuation', evacuation.id, 'add-household', { label: '3栋门面', people: 2, grid: stubborn!.place })
    await edit(secretary, 'household', stubborn!.id, 'told', { note: '劝说后同意' })
    for (const d of await checklist()) await edit(secretary, 'household', d.id, 'left', { people: d.people })
    t.match(await counted(), {
      households: { planned: 12, total: 13, left: 13, arrived: 0, refused: 0 },
      people: { planned: 33, total: 35, left: 35, arrived: 0 },
    })
    for (const d of await checklist()) await edit(keeper, 'household', d.id, 'arrived', { people: d.people })
    t.match(await counted(), { households: { arrived: 13 }, people: { arrived: 35 }, unverified: { households: 0, people: 0 } })
  })

  await t.test('a worker of another grid sees no door of these', async (t) => {
    const worker = await service.as('worker')
    const mine = await listed<Door>(worker, `/api/evacuations/${evacuation.id}/checklist`)
    t.ok(mine.length > 0 && mine.every((d) => d.place.startsWith('500154002001004')))
  })

  await t.test('6:40: lifted; the all-clear goes to exactly those who were told, on the same channels', async (t) => {
    const { body } = await service.ingest('cap', bulletin('all-clear.xml', { ...slots, identifier: 'storm-clear', sent: at(now, 1) }))
    t.match(body, { outcome: 'accepted', warningIds: [warningId] })
    t.equal((await officer.get<Json>(`/api/warnings/${warningId}`)).state, 'cancelled')
    const alert = await eventually(
      () => alertFor('residents'),
      (a) => a.state === 'issued',
      'still a person’s press',
    )
    // A family that heard of the arrival, or who cried for help and was answered, has more than one message: the end is told once.
    const lines = (list: { channel: string; contactId: number }[]) => list.map((m) => `${m.channel} ${m.contactId}`).sort()
    const told = [...new Set(lines(await inbox(alert)))]
    await press(alert, 'all-clear')
    const all = await eventually(
      () => inbox(alert),
      (list) => list.filter((m) => m.revision > alert.revision).length >= told.length,
      'the all-clear is out',
      120_000,
    )
    const cleared = all.filter((m) => m.revision > alert.revision)
    t.same(lines(cleared), told)
    t.ok(
      cleared.filter((m) => m.channel === 'sms').every((m) => m.text.includes('等待') && m.text.includes('返回')),
      'wait for the notice before going back',
    )
  })

  await t.test('the return is approved, and the report writes itself from the journal', async (t) => {
    await officer.post(`/api/evacuations/${evacuation.id}/return`, { reason: '预警已解除', assessment: '房屋已查看' })
    for (const d of await checklist()) await edit(secretary, 'household', d.id, 'returned')
    const alert = await alertFor('residents')
    const report = JSON.stringify(await officer.get(`/api/alerts/${alert.id}/report`))
    for (const fact of ['12', '33', '13', '35']) t.ok(report.includes(fact), `the report knows ${fact}`)
    const page = await fetch(`${service.url}/api/alerts/${alert.id}/report`, { headers: { cookie: officer.cookie, accept: 'text/html' } })
    t.match(await page.text(), /<html[\s\S]*12/)
    const timeline = await listed<Json>(officer, `/api/alerts/${alert.id}/timeline`)
    t.ok(timeline.length > 20)
    const live = await officer.get<{ items: Json[] }>(`/api/alerts/${alert.id}/timeline?newest=true&limit=5`)
    t.same(live.items, timeline.slice(-5), 'a live column begins with the newest')
    t.notOk(JSON.stringify(timeline).match(/1[3-9]\d{9}/), 'no telephone in the journal')
  })
}

t.test('one storm, nothing installed', { timeout: 240_000 }, storm('embedded + in-process'))
const both = testDatabaseUrl !== null && testRedisUrl !== null
t.test(
  'one storm on PostgreSQL, Redis and Bull',
  { skip: both ? false : 'no PostgreSQL or Redis here', timeout: 240_000 },
  storm('PostgreSQL + Redis'),
)
