import t, { type Test } from 'tap'
import { type Column, eventually, ingestKey, type Json, startTestService } from '../rig/service.js'
import { testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const column: Column = testDatabaseUrl && testRedisUrl ? 'PostgreSQL + Redis' : 'embedded + in-process'

/** A warning of our own writing; the ring lies over the sample subdistrict. */
const cap = (identifier: string, polygon: string, text = '请注意防范') => `<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>${identifier}</identifier><sender>drill@qixiang.example</sender><sent>${new Date().toISOString().slice(0, 19)}+00:00</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info><language>zh-CN</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>Extreme</severity><certainty>Observed</certainty>
    <senderName>气象台(演练)</senderName><headline>气象台(演练)发布暴雨红色预警信号</headline><description>${text}</description>
    <area><areaDesc>文峰街道</areaDesc><polygon>${polygon}</polygon></area></info>
</alert>`
const ours = '31.14,108.35 31.14,108.43 31.18,108.43 31.18,108.35 31.14,108.35'

t.test('what cannot be read is refused in plain words, kept where it may be, and the next good one is processed', async (t: Test) => {
  const service = await startTestService(t, column)
  const officer = await service.as('officer')
  const kept = async () => (await officer.get<{ items: Json[] }>('/api/bulletins?limit=1000')).items

  const bomb = `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "x"><!ENTITY y "${'&x;'.repeat(50)}">]><alert>&y;</alert>`
  const outside = '<?xml version="1.0"?>\n<!DOCTYPE alert [<!ENTITY secret SYSTEM "file:///etc/passwd">]>\n<alert>&secret;</alert>'
  for (const [what, body, place] of [
    [
      'malformed XML',
      '<?xml version="1.0"?>\n<alert>\n  <identifier>x</identifer>\n</alert>',
      { line: 3, message: /结束标记 <\/identifer> 和开始标记 <identifier> 对不上/ },
    ],
    ['an XML bomb', bomb, { line: 1 }],
    ['an external entity', outside, { line: 2 }],
    ['an empty body', '', {}],
  ] as const) {
    const before = (await kept()).length
    const answer = await service.ingest('cap', body)
    t.equal(answer.status, 422, what)
    const errors = answer.body.errors as { line?: number; column?: number; message: string }[]
    t.match(errors[0], { ...place, column: Number }, `${what}: line and column are named`)
    t.notMatch(JSON.stringify(answer.body), /root:/, 'no file of ours is read')
    t.equal((await kept()).length, before + 1, `${what} is kept`)
  }

  const count = (await kept()).length
  t.equal((await service.ingest('no-such-dialect', cap('a', ours))).status, 404)
  t.equal((await service.ingest('cap', cap('a', ours), 'wrong-key')).status, 401)
  t.equal((await service.ingest('cap', Buffer.alloc(50 * 1024 * 1024, 0x20))).status, 413)
  t.equal((await kept()).length, count, 'these leave no bulletin')
  const typo = await service.ingest('cap', cap('one-typo', ours.replace('108.43 31.18', '308.43 31.18')))
  t.match(typo, { status: 202, body: { outcome: 'accepted', problems: [{ severity: 'error', line: Number }] } })
  const needs = await eventually(
    async () => (await officer.get<{ needs: { kind: string }[] }>('/api/desk')).needs,
    (list) => list.some((n) => n.kind === 'unplaced'),
    'the officer is asked to place it',
  )
  t.ok(needs)

  const unread = async () =>
    (await officer.get<{ needs: { kind: string; bulletinIds?: string[] }[] }>('/api/desk')).needs.find((n) => n.kind === 'unreadable')
  const asked = await unread()
  const verify = (by: typeof officer, bulletinIds: string[], reason: string) =>
    by.try<Json>('POST', '/api/bulletins/verified', { bulletinIds, reason })
  t.equal((await verify(await service.as('worker'), asked!.bulletinIds!, '不是预警')).status, 403)
  t.equal((await verify(officer, asked!.bulletinIds!, ' ')).status, 400, 'without a word of what was found out it stays')
  t.equal((await verify(officer, [...asked!.bulletinIds!, 'none'], '不是预警')).status, 404)
  t.same(await unread(), asked, 'until then it is asked for')
  t.equal((await verify(officer, asked!.bulletinIds!, '电话核实,不是预警')).status, 200)
  t.equal(await unread(), undefined, 'verified, nobody is asked any more')
  t.match(await officer.get(`/api/bulletins/${asked!.bulletinIds![0]}`), { verified: { reason: '电话核实,不是预警' } })
  const another = await service.ingest('cap', '<alert><identifier>')
  t.same((await unread())?.bulletinIds, [another.body.bulletinId], 'the next one is a need of its own')

  const good = await service.ingest('cap', cap('good', ours))
  t.match(good, { status: 202, body: { outcome: 'accepted', problems: [] } })
  const alerts = await eventually(
    async () => (await officer.get<{ items: Json[] }>('/api/alerts')).items,
    (list) => list.length === 2,
    'the next good one is processed',
  )
  t.equal(new Set(alerts.map((a) => a.seriesId)).size, 1)

  const elsewhere = await service.ingest('cap', cap('elsewhere', '30,107 30,107.1 30.1,107.1 30,107'))
  const [id] = elsewhere.body.warningIds as string[]
  t.match(await officer.get(`/api/warnings/${id}/audience`), { verdict: 'outside', households: 0 })
  const moved = await officer.try<Json>('POST', `/api/warnings/${id}/move-here`, {})
  t.ok(moved.status < 300, 'nobody of ours is inside: it can be moved here as an exercise')
})

t.test('the edge: who may not, may not', async (t: Test) => {
  const service = await startTestService(t, column)
  const get = (path: string, headers: Record<string, string> = {}) => fetch(service.url + path, { headers })
  t.equal((await get('/api/alerts')).status, 401)
  t.match((await get('/api/alerts')).headers.get('content-type'), /application\/problem\+json/)
  t.equal((await get('/api/alerts', { authorization: `Bearer ${ingestKey}` })).status, 401, 'a machine’s key opens nothing else')
  t.equal((await get('/healthz')).status, 200)
  t.match(await (await get('/readyz')).json(), { status: 'ok' })
  t.match(await (await get('/metrics')).text(), /yinshi_deliveries_open/)

  const worker = await service.as('worker')
  t.equal((await worker.try('GET', '/api/bulletins')).status, 403)
  t.equal((await worker.try('POST', '/api/alerts', { origin: 'notice', grids: ['500154002'] })).status, 403)
  const officer = await service.as('officer')
  const crossSite = await fetch(`${service.url}/api/alerts`, {
    method: 'POST',
    headers: { cookie: officer.cookie, 'content-type': 'application/json' },
    body: '{}',
  })
  t.equal(crossSite.status, 403, 'a cookie alone changes nothing')
  const wrong = await officer.try<{ errors: { path: string }[] }>('POST', '/api/alerts', { origin: 'rumour' })
  t.equal(wrong.status, 400)
  t.match(wrong.body.errors[0], { path: /origin/ }, 'the field is named')
  t.equal((await officer.try('GET', '/api/alerts/no-such-alert')).status, 404)
  const bad = await fetch(`${service.url}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'officer', password: 'wrong' }),
  })
  t.equal(bad.status, 401)

  const openapi = (await (await get('/api/openapi.json')).json()) as { openapi: string; paths: Record<string, unknown> }
  t.match(openapi.openapi, /^3\.1/)
  for (const path of [
    '/api/ingest/{dialect}',
    '/api/alerts/{id}/progress',
    '/api/evacuations',
    '/api/field/sync',
    '/api/sandbox/messages',
    '/api/events',
  ])
    t.ok(path in openapi.paths, `${path} is described`)
  t.equal((await get('/api/docs')).status, 200)
  t.match((await get('/desk')).headers.get('content-security-policy'), /default-src 'self'/)

  await officer.try('DELETE', '/api/sessions')
  t.equal((await officer.try('GET', '/api/me')).status, 401, 'logged out is out at once')
})
