import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { makeCap } from '../rig/samples/make-cap.js'
import { type Json, startTestService } from '../rig/service.js'
import { until } from '../rig/until.js'

/** A station that the test can break, in config/feeds.yaml of a place of its own. */
async function openStation() {
  let answer: { status: number; body: string } = { status: 200, body: makeCap({ identifier: 'STORY-1' }) }
  const server = createServer((_, response) => void response.writeHead(answer.status).end(answer.body))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cap.xml?key=secret-of-the-feed`
  const say = (status: number, body = '') => {
    answer = { status, body }
  }
  return { url, say, close: () => server.close() }
}

interface Feed {
  id: string
  state: string
  breaker: string
  phone: string
  trouble: { cause: string; what: { zh: string; en: string }; todo: { zh: string } } | null
  ticks: { good: number; bad: number }[]
}
interface Test {
  bulletinId: string
  verdict: string
  tookMs: number
  stages: { key: string; state: string; afterMs: number | null }[]
}

t.test('a feed falls ill and gets well; the whole line is tried', async (t) => {
  const station = await openStation()
  t.teardown(station.close)
  const config = mkdtempSync(join(tmpdir(), 'yinshi-config-'))
  t.teardown(() => rmSync(config, { recursive: true, force: true }))
  cpSync(join(import.meta.dirname, '../../config'), config, { recursive: true })
  writeFileSync(
    join(config, 'feeds.yaml'),
    `place: "500154002"\nfeeds:\n  - { id: bureau, name: 区气象台, dialect: cap, url: "${station.url}", standing: authority, everySeconds: 86400, allowPrivate: true, contact: 值班室, phone: "023-52000001" }\n`,
  )
  const service = await startTestService(t, 'embedded + in-process', { CONFIG_DIR: config })
  const officer = await service.as('officer')
  const feed = async () => (await officer.get<{ items: Feed[] }>('/api/feeds')).items.find((f) => f.id === 'bureau')!
  const fetchNow = () => officer.post<Json & { brought: Json[] }>('/api/feeds/bureau/fetch')
  await until(async () => (await feed()).state === 'good', 'the first poll')

  await t.test('fetch now says what came, or why nothing did; the log says what to do and whom to phone', async (t) => {
    t.match(await fetchNow(), { good: true, unchanged: true, trouble: null, brought: [] })
    station.say(200, makeCap({ identifier: 'STORY-2' }))
    t.match(await fetchNow(), { good: true, unchanged: false, brought: [{ outcome: /accepted|duplicate/ }] })
    station.say(503)
    t.match(await fetchNow(), { good: false, trouble: { cause: 'server', detail: { zh: /503/, en: /503/ } } })
    t.match(await feed(), { state: 'good', breaker: 'closed' }, 'one failure is none yet')
    await fetchNow()
    t.match(await feed(), { state: 'failing', phone: '023-52000001', trouble: { todo: { zh: /打电话/ } } })
    const desk = await officer.get<{ feeds: Json[] }>('/api/desk')
    t.match(desk.feeds, [{ id: 'bureau', state: 'failing' }], 'the status bar counts it')
    station.say(200, '<html>登录</html>')
    await fetchNow()
    const { items } = await officer.get<{ items: Json[] }>('/api/feeds/bureau/log')
    t.match(items[0], { tone: 'bad', what: { zh: /读不懂/ }, todo: { zh: /打电话/ } })
    t.ok(
      items.some((line) => line.bulletinId),
      'and leads to the bytes',
    )
    t.match(
      items.find((line) => (line.what as { zh: string }).zh.includes('服务器')),
      { tone: 'warn', likely: { zh: String }, todo: { zh: String }, contact: '值班室', phone: '023-52000001' },
    )
    const all = JSON.stringify([items, await officer.get('/api/feeds'), await officer.get('/api/bulletins')])
    t.notMatch(all, /secret-of-the-feed/, 'the address may hold a key: it is shown nowhere')
    t.match((await (await service.as('worker')).try('POST', '/api/feeds/bureau/fetch')).status, 403)
    t.match((await officer.try('POST', '/api/feeds/nobody/fetch')).status, 404)
  })

  await t.test('a test of our own goes the whole way, to the exercise list only', async (t) => {
    const stranger = await service.ingest('cap', makeCap({ identifier: 'T', sender: 'yinshi.self-test', status: 'Test' }))
    t.match(stranger, { status: 202, body: { outcome: 'refused' } }, 'nobody else may say that it is ours')
    const { bulletinId } = await officer.post<Test>('/api/feeds/test-alert')
    t.equal((await officer.try('POST', '/api/feeds/test-alert')).status, 409, 'one at a time')
    const read = () => officer.get<Test>(`/api/feeds/test-alert/${bulletinId}`)
    await until(async () => (await read()).verdict !== 'running', 'the test of the line')
    const test = await read()
    t.match(test, { verdict: 'good', tookMs: Number })
    t.same(
      test.stages.map((s) => [s.key, s.state]),
      [...['kept', 'read', 'opened', 'matched', 'issued', 'planned', 'accepted'].map((key) => [key, 'done']), ['ended', 'waiting']],
    )
    const { items } = await officer.get<{ items: { text: string; exercise: boolean }[] }>('/api/sandbox/messages')
    const ours = items.filter((m) => m.exercise)
    t.ok(ours.length > 0)
    t.ok(
      ours.every((m) => m.text.includes('演练')),
      'every one says what it is',
    )
    t.match((await (await service.as('worker')).try('POST', '/api/feeds/test-alert')).status, 403)
  })
})
