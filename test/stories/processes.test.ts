import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { chinaTime } from '../../src/base/web.js'
import { builtProgram, startRole } from '../rig/process.js'
import { eventually, type Json } from '../rig/service.js'
import { createTestDatabase, makeTestFolder, testDatabaseUrl, testRedisUrl } from '../rig/store.js'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
const missing = !testDatabaseUrl || !testRedisUrl ? 'no PostgreSQL or Redis here' : existsSync(builtProgram) ? false : 'not built'

t.test('outgrown: web answers people, two workers send', { skip: missing, timeout: 120_000 }, async (t: Test) => {
  const env = {
    DATABASE_URL: await createTestDatabase(t),
    REDIS_URL: testRedisUrl!,
    DATA_DIR: makeTestFolder(t),
    PORT: '0',
    SAMPLE_PASSWORD: 'pw',
    SAMPLE_INGEST_KEY: 'key',
  }
  // All at once on an empty database and an empty folder: one makes the key and the sample, the others find them.
  const [web] = await Promise.all(['web', 'worker', 'worker'].map((role) => startRole(t, role, env, 'built')))
  const { url } = web!
  const session = await fetch(`${url}/api/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"username":"officer","password":"pw"}',
  })
  const cookie = session.headers.getSetCookie()[0]!.split(';')[0]!
  const get = async <T = Json>(path: string) => (await fetch(url + path, { headers: { cookie } })).json() as Promise<T>

  const now = new Date()
  const xml = readFileSync(join(root, 'config', 'drills', 'july-12', 'red-rainstorm.xml'), 'utf8')
    .replaceAll('{{identifier}}', 'processes')
    .replaceAll('{{sent}}', chinaTime(now))
    .replaceAll('{{expires}}', chinaTime(new Date(now.getTime() + 6 * 3_600_000)))
  const posted = await fetch(`${url}/api/ingest/cap`, { method: 'POST', headers: { authorization: 'Bearer key' }, body: xml })
  t.equal(posted.status, 202)
  const list = await eventually(
    () => get<{ items: Json[] }>('/api/alerts'),
    (a) => a.items?.length === 2,
    'a worker opens the alerts',
  )
  const residents = list.items.find((a) => a.audience === 'residents')!
  const pressed = await fetch(`${url}/api/alerts/${residents.id}/issue`, {
    method: 'POST',
    headers: { cookie, 'x-yinshi': '1', 'content-type': 'application/json' },
    body: JSON.stringify({ revision: residents.revision }),
  })
  t.equal(pressed.status, 200)
  const done = await eventually(
    () => get<Record<string, number>>(`/api/alerts/${residents.id}/progress`),
    (p) => p.lastAcceptedAt !== null,
    'the workers send everything',
  )
  t.equal(done.accepted, done.planned)
  const inbox = await get<{ items: { contactId: number }[] }>(`/api/sandbox/messages?alertId=${residents.id}&channel=sms&limit=1000`)
  t.equal(new Set(inbox.items.map((m) => m.contactId)).size, inbox.items.length, 'two workers, nobody told twice')
})
