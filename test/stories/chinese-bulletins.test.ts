import { readFile } from 'node:fs/promises'
import t from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { makeCap, referenceTo } from '../rig/samples/make-cap.js'
import { eventually, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const wide = (text: string) => text.replace(/[,;:()!?]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))
interface Warning extends Json {
  id: string
  level: string
  state: string
  event: string
  part?: string
  sources?: unknown[]
  areas: { description: string }[]
}
interface Taken {
  bulletinId: string
  outcome: string
  warningIds: string[]
  problems: { code: string }[]
}

t.test('Chinese texts: heard by telephone, mixed, lifted here and not there', async (t) => {
  const service = await startTestService(t, testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process')
  const officer = await service.as('officer')
  const worker = await service.as('worker')
  const now = new Date()
  const minutesAgo = (n: number) => chinaTime(new Date(+now - n * 60_000))
  const words = (iso: string) => `${iso.slice(0, 4)}年${iso.slice(5, 7)}月${iso.slice(8, 10)}日${iso.slice(11, 13)}时${iso.slice(14, 16)}分`
  const warning = (id: string) => officer.get<Warning>(`/api/warnings/${id}`)
  const places = async (id: string) =>
    (await officer.get<{ verdict: string; grids: { place: string }[] }>(`/api/warnings/${id}/audience`)) as {
      verdict: string
      grids: { place: string }[]
    }

  const issuedAt = `${minutesAgo(12).slice(0, 16)}:00+08:00`
  const text = wide(`区气象台${words(issuedAt)}发布暴雨橙色预警信号,预计未来3小时文峰街道有50毫米以上降雨。王站 13900001111`)
  const fields = async () => {
    const { messages } = await officer.post<{ messages: Record<string, { value: unknown } & Json & { value: unknown }[]>[] }>(
      '/api/bulletins/manual/read',
      { text },
    )
    const m = messages[0]!
    return {
      issuers: m.issuers!.map((i) => i.value),
      issuedAt: m.issuedAt!.value,
      act: m.act!.value,
      event: m.event!.value,
      level: m.level!.value,
      district: m.district?.value ?? null,
      towns: m.towns!.map((one) => one.value),
      until: m.until!.value,
      exercise: m.exercise!.value,
    }
  }
  const entry = async (more: Json = {}, change: Json = {}) => ({
    text,
    source: 'wechat',
    callerName: null,
    heardAt: minutesAgo(5),
    fields: { ...(await fields()), ...change },
    ...more,
  })

  await t.test('what is read and signed becomes a warning of the authority, kept word by word', async (t) => {
    const taken = await officer.post<Taken>('/api/bulletins/manual', await entry())
    t.match(taken, { outcome: 'accepted', warningIds: [/./], problems: [{ code: 'typed-in' }] })
    const made = await warning(taken.warningIds[0]!)
    t.match(made, { event: '暴雨', level: 'orange', standing: 'authority', sent: issuedAt, infos: [{ senderName: '开州区气象台' }] })
    t.notOk(JSON.stringify(made).includes('13900001111'), 'a number in the chat goes no further')
    const kept = await officer.get<Json>(`/api/bulletins/${taken.bulletinId}`)
    t.match(kept, { via: 'manual', dialect: 'manual', standing: 'authority' })
    const raw = await officer.get<string>(`/api/bulletins/${taken.bulletinId}/raw`)
    t.match(raw, { text, source: 'wechat', by: /./ })
    t.match(await places(made.id), { verdict: 'matched' })
    const again = await officer.post<Taken>('/api/bulletins/manual', await entry({ source: 'phone', callerName: '王某' }))
    t.match(again, { outcome: 'duplicate', warningIds: [made.id] }, 'typed in by two people it is one warning')

    const feed = await service.ingest(
      'cap',
      makeCap({
        identifier: 'QX-1',
        sent: issuedAt,
        event: '暴雨',
        headline: '开州区气象台发布暴雨橙色预警信号',
        expires: chinaTime(new Date(+now + 3 * 3_600_000)),
        area: '<geocode><valueName>行政区划代码</valueName><value>500154002000</value></geocode>',
      }).replace(/<senderName>[^<]*/g, '<senderName>开州区气象台'),
    )
    t.equal(feed.status, 202, JSON.stringify(feed.body))
    const inForce = (await officer.get<{ items: Warning[] }>('/api/warnings?state=in-force')).items
    t.equal(inForce.length, 1, 'what a feed brings later is the same warning')
  })

  await t.test('only an officer signs, and what cannot be is told at its field', async (t) => {
    t.equal((await worker.try('POST', '/api/bulletins/manual/read', { text })).status, 403)
    t.equal((await worker.try('POST', '/api/bulletins/manual', await entry())).status, 403)
    const wrong = async (body: unknown) => {
      const answer = await officer.try<{ errors: { path: string }[] }>('POST', '/api/bulletins/manual', body)
      return [answer.status, ...answer.body.errors.map((e) => e.path)]
    }
    t.same(await wrong(await entry({ source: 'phone' })), [400, 'callerName'])
    t.same(
      await wrong(await entry({}, { issuedAt: chinaTime(new Date(+now + 3_600_000)) })),
      [400, 'fields.issuedAt', 'heardAt', 'fields.until'].slice(0, 3),
    )
    t.same(await wrong(await entry({}, { towns: [], district: null })), [400, 'fields.towns'])
    t.equal((await service.ingest('manual', JSON.stringify(await entry()))).status, 404, 'a machine cannot sign as an officer')
  })

  await t.test('what is handed in without its dialect is told apart, national XML and lists too', async (t) => {
    const sample = (name: string) => readFile(new URL(`../rig/samples/${name}`, import.meta.url))
    for (const [name, dialect] of [
      ['cn12379/update.xml', 'cn12379'],
      ['nmc/findAlarm.json', 'nmc'],
      ['list-12379/alarm_list_all.json', 'list-12379'],
      ['weathercn/index.txt', 'weathercn'],
    ] as const) {
      const taken = await service.ingest('auto', await sample(name))
      t.match(taken, { status: 202, body: { outcome: 'accepted', warningIds: [/./] } }, name)
      t.match(await officer.get(`/api/bulletins/${taken.body.bulletinId}`), { dialect, via: 'post' }, `read as ${dialect}`)
    }
    t.match(await service.ingest('auto', '{"weather": "fine"}'), { status: 422 }, 'what nobody knows is kept and shouted about')
  })

  await t.test('a mixed text is entered at once: each of its parts is a warning of its own, none replaces another', async (t) => {
    const said = (more: string) => wide(`开州区气象台${words(`${minutesAgo(9).slice(0, 16)}:00+08:00`)}${more}`)
    const mixed = said('变更发布大雾预警信号:文峰街道、汉丰街道橙色降为黄色,其余镇街橙色预警信号继续生效。')
    const { messages } = await officer.post<{ messages: { parts: { level: string; towns: Json[] }[] }[] }>('/api/bulletins/manual/read', {
      text: mixed,
    })
    const read = messages[0]!.parts
    t.match(read, [{ level: 'yellow' }, { level: 'orange' }], 'ours first')
    const parts = read.map(({ level, towns }) => ({ act: 'change', level, towns }))
    const mixedEntry = async (parts: Json[], change: Json = {}) => ({
      ...(await entry(
        {},
        { issuedAt: `${minutesAgo(9).slice(0, 16)}:00+08:00`, act: 'change', event: '大雾', district: null, towns: [], parts, ...change },
      )),
      text: mixed,
    })
    const twice = [parts[0]!, { ...parts[1]!, towns: parts[0]!.towns }]
    const wrong = await officer.try<{ errors: { path: string }[] }>('POST', '/api/bulletins/manual', await mixedEntry(twice))
    t.match(wrong, { status: 400, body: { errors: [{ path: 'fields.parts' }] } }, 'no place has two colours')

    const taken = await officer.post<Taken>('/api/bulletins/manual', await mixedEntry(parts))
    t.match(taken, { outcome: 'accepted', warningIds: [/./, /./] })
    const made = await Promise.all(taken.warningIds.map(warning))
    t.match(
      made.map((w) => [w.level, w.state]),
      [
        ['yellow', 'in-force'],
        ['orange', 'in-force'],
      ],
    )
    t.equal((await places(made[0]!.id)).verdict, 'matched')
    t.not((await places(made[1]!.id)).verdict, 'matched')

    const over = [
      { ...parts[0]!, act: 'lift' },
      { ...parts[1]!, act: 'continue' },
    ]
    const ended = await officer.post<Taken>(
      '/api/bulletins/manual',
      await mixedEntry(over, { issuedAt: `${minutesAgo(6).slice(0, 16)}:00+08:00` }),
    )
    t.equal(ended.outcome, 'accepted', JSON.stringify(ended))
    t.match(await warning(made[0]!.id), { state: 'cancelled' }, 'lifted where it says so')
    t.match(await warning(made[1]!.id), { state: 'superseded' }, 'and goes on elsewhere')
  })

  await t.test('a text that was handed in knows what it was entered as', async (t) => {
    t.equal((await service.ingest('text', text)).status, 202)
    const texts = async () =>
      (
        await officer.get<{ items: { id: string; dialect: string; warningIds: string[] }[] }>('/api/bulletins?outcome=refused')
      ).items.filter((b) => b.dialect === 'text')
    const [waiting] = await texts()
    t.same(waiting!.warningIds, [], 'it waits')
    const refused = await entry({ from: waiting!.id }, { towns: [{ name: '汉丰街道', code: '500154001' }] })
    t.match(await officer.post('/api/bulletins/manual', refused), { outcome: 'refused' })
    t.same((await texts())[0]!.warningIds, [], 'an entry that was not taken leaves it waiting')
    const taken = await officer.post<Taken>('/api/bulletins/manual', await entry({ from: waiting!.id, source: 'file' }))
    t.same((await texts())[0]!.warningIds, taken.warningIds)
  })

  await t.test('a wrong entry is corrected by another', async (t) => {
    const other = await entry({}, { towns: [{ name: '汉丰街道', code: '500154001' }] })
    t.match(await officer.post('/api/bulletins/manual', other), { outcome: 'refused', problems: [{ code: 'conflict' }] })
    const taken = await officer.post<Taken>('/api/bulletins/manual', { ...other, fields: { ...other.fields, correction: true } })
    t.match(taken, { outcome: 'accepted' })
    t.match(await warning(taken.warningIds[0]!), { state: 'in-force' })
  })

  await t.test('a mixed bulletin raises ours to red, the rest stays yellow; later ours alone is lifted', async (t) => {
    const sent = (n: number) => minutesAgo(n)
    const cap = (identifier: string, n: number, description: string, more: Json = {}) =>
      makeCap({
        identifier,
        sent: sent(n),
        event: '雷雨大风',
        headline: '开州区气象台更新雷雨大风预警信号',
        description: wide(description),
        expires: chinaTime(new Date(+now + 3 * 3_600_000)),
        area: '<geocode><valueName>行政区划代码</valueName><value>500154000000</value></geocode>',
        ...more,
      })
    const first = (
      await service.ingest('cap', cap('MX-1', 10, '全区发布雷雨大风黄色预警信号。', { headline: '开州区气象台发布雷雨大风黄色预警信号' }))
    ).body as unknown as Taken
    t.equal(first.outcome, 'accepted')
    const update = (
      await service.ingest(
        'cap',
        cap('MX-2', 8, '将文峰街道雷雨大风黄色预警信号升级为雷雨大风红色预警信号,其余镇街雷雨大风黄色预警信号继续生效。', {
          msgType: 'Update',
          references: referenceTo('MX-1', sent(10)),
        }),
      )
    ).body as unknown as Taken
    t.equal(update.outcome, 'accepted', JSON.stringify(update))
    const made = await Promise.all(update.warningIds.map(warning))
    const red = made.find((w) => w.level === 'red')!
    const yellow = made.find((w) => w.level === 'yellow')!
    t.match([red, yellow], [{ state: 'in-force' }, { state: 'in-force' }])
    t.equal((await warning(first.warningIds[0]!)).state, 'superseded')
    const ours = await places(red.id)
    t.equal(ours.verdict, 'matched')
    t.ok(ours.grids.length > 0 && ours.grids.every((g) => g.place.startsWith('500154002')))
    t.not((await places(yellow.id)).verdict, 'matched', 'the rest is not ours: nobody of ours is called for it')
    const alerts = await eventually(
      async () => (await officer.get<{ items: { warningId: string | null }[] }>('/api/alerts')).items,
      (items) => items.some((a) => a.warningId === red.id),
      'the red part opens an alert',
    )
    t.notOk(alerts.some((a) => a.warningId === yellow.id))

    const last = (
      await service.ingest(
        'cap',
        cap('MX-3', 2, '解除文峰街道雷雨大风红色预警信号,其余镇街雷雨大风黄色预警信号继续生效。', {
          msgType: 'Update',
          references: referenceTo('MX-2', sent(8)),
        }),
      )
    ).body as unknown as Taken
    t.equal(last.outcome, 'accepted', JSON.stringify(last))
    t.match(await warning(red.id), { state: 'cancelled' }, 'ours is over')
    const inForce = (await officer.get<{ items: Warning[] }>('/api/warnings?state=in-force')).items.filter((w) => w.event === '雷雨大风')
    t.match(inForce, [{ level: 'yellow' }], 'the rest goes on')
    t.equal(inForce.length, 1)
  })
})
