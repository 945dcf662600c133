import { randomBytes } from 'node:crypto'
import Bull from 'bull'
import { sql } from 'kysely'
import pg from 'pg'
import type { FrozenWords } from '../../src/alerts/alert.js'
import { openClock } from '../../src/base/clock.js'
import { createRedisDoorbell } from '../../src/base/doorbell.js'
import { newId } from '../../src/base/ids.js'
import type { Log } from '../../src/base/log.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Store, Tx } from '../../src/base/store/store.js'
import { createSandboxSender } from '../../src/channels/sandbox/sandbox-sender.js'
import { createDelivery, type Delivery } from '../../src/delivery/create-delivery.js'
import { readProgress } from '../../src/delivery/progress.js'
import { record, setListeners } from '../../src/journal/journal.js'
import { createTodoWorker, setTodoBell, type TodoWorker } from '../../src/journal/todo.js'
import type { Audience } from '../../src/matching/audience.js'
import { channels } from '../../src/messages/channel.js'
import { beside, type Figure, median } from './figure.js'

/**
 * Fan-out of one alert to 100,000 contacts through the sandbox, on PostgreSQL + Redis: from the press to the last message that
 * the carrier took and whose row says so. The peer is the design people write first: one Bull job per message, which writes the
 * same row of the sandbox's inbox and then marks its message with one UPDATE. Its rows are planned before its clock starts.
 */
const contacts = 100_000
const peerMessages = 10_000
const rounds = 3
const text = '暴雨红色预警信号:低洼处和一楼住户请马上到安置点。网格员正赶来。文峰街道 023-52000000'
const quiet = { info() {}, warn() {}, error() {}, debug() {} } as unknown as Log

export async function storm(): Promise<Figure[]> {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env
  if (!databaseUrl || !redisUrl) throw new Error('storm needs PostgreSQL and Redis: set TEST_DATABASE_URL and TEST_REDIS_URL')
  const name = `yinshi_bench_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  const store = await openStore({ databaseUrl: url.href, dataDir: '' })
  try {
    const ids = await fillRegister(store)
    const ours: { rate: number; firstMs: number }[] = []
    const peers: number[] = []
    for (let round = 0; round < rounds; round++) {
      peers.push(await jobPerMessage(store, url.href, redisUrl, ids))
      ours.push(await fanOut(store, redisUrl, ids))
    }
    const peer = { name: 'one Bull job and one UPDATE per message', value: median(peers) }
    const firstMs = median(ours.map((o) => o.firstMs))
    return [
      beside('storm: fan-out to 100,000 contacts', median(ours.map((o) => o.rate)), 'messages/s', peer, 10),
      { name: 'storm: press to first accepted', value: firstMs, unit: 'ms', peer: null, ratio: null, target: 1000, holds: firstMs <= 1000 },
    ]
  } finally {
    await store.close()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

const gridOf = (index: number) => `500154002001${String((index % 135) + 1).padStart(3, '0')}`

async function fillRegister(store: Store): Promise<number[]> {
  return store.system(async (tx) => {
    await sql`insert into fact values ('register', '"sample"')`.execute(tx)
    const { rows } = await sql<{ id: number }>`
      insert into contact (place, kind, blind) select '500154002', 'phone', decode(lpad(to_hex(n), 16, '0'), 'hex')
      from generate_series(1, ${contacts}::int) n returning id`.execute(tx)
    return rows.map((r) => r.id)
  })
}

async function writeAlert(store: Store, revisionWords: Partial<FrozenWords>): Promise<{ id: string; revisionId: number }> {
  const id = newId()
  return store.system(async (tx) => {
    const place = '500154002'
    const alert = { id, series_id: id, place, kind: 'actual', origin: 'relay', audience: 'residents', state: 'issued', level: 'red' }
    await tx
      .insertInto('alert')
      .values({ ...alert, event: '暴雨', title: '暴雨红色预警信号', identifier: id, created_by: 'officer' })
      .execute()
    const { id: revisionId } = await tx
      .insertInto('alert_revision')
      .values({ alert_id: id, place, revision: 1, purpose: 'warn', words: JSON.stringify(revisionWords), hash: 'h', issued_by: 'officer' })
      .returning('id')
      .executeTakeFirstOrThrow()
    await record(tx, {
      event: 'alert.issued',
      place,
      thing: { type: 'alert', id },
      series: id,
      data: { revision: 1, purpose: 'warn', revisionId },
    })
    return { id, revisionId }
  })
}

function audienceOf(ids: number[]): Audience {
  const more = {
    kind: 'phone' as const,
    relation: 'self' as const,
    channels: ['sms' as const],
    householdId: null,
    staffId: null,
    groupId: null,
    reason: null,
  }
  const recipients = ids.map((contactId, i) => ({ contactId, place: gridOf(i), ...more, move: false, allowListed: false }))
  return {
    audience: 'residents',
    recipients,
    households: 0,
    people: ids.length,
    grids: [],
    unreachable: [],
    standIns: [],
    unmanned: [],
    move: [],
    points: [],
  }
}

/** Our side: the product's own parts, joined as the service joins them. */
async function fanOut(store: Store, redisUrl: string, ids: number[]): Promise<{ rate: number; firstMs: number }> {
  await clean(store)
  const doorbell = createRedisDoorbell(redisUrl, `bench-${randomBytes(4).toString('hex')}`, quiet)
  const audience = audienceOf(ids)
  const delivery = createDelivery({
    store,
    clock: await openClock(store),
    doorbell,
    log: quiet,
    register: {
      snapshot: () => ({
        builtAt: new Date(),
        places: [],
        grids: [],
        households: [],
        contacts: new Map(),
        points: [],
        shelters: [],
        staff: [],
        shifts: [],
        groups: [],
      }),
      directory: () => ({ address: (id) => `+861${String(id).padStart(10, '0')}`, household: () => undefined }),
    },
    chooseAudience: () => audience,
    isStillWarned: async () => () => false,
    words: () => ({ text, template: 'rainstorm', parameters: {}, segments: 1, characters: text.length, cut: [] }),
    senders: new Map(channels.map((c) => [c, createSandboxSender(c, { store, log: quiet })])),
    registerKind: 'sample',
    config: await readDeliveryConfig(),
    escalation: { staff: { red: [], orange: [], yellow: [], blue: [] } },
  })
  const todo = createTodoWorker(store, delivery.reactions, delivery.timers, quiet)
  setListeners({ 'alert.issued': ['planDeliveries'] }, () => doorbell.ring('todo'))
  setTodoBell(() => doorbell.ring('todo'))
  doorbell.onRing('todo', () => todo.drain())
  delivery.start()
  await doorbellReady(doorbell.health)
  try {
    return await measure(store, delivery, todo)
  } finally {
    await doorbell.stop()
  }
}

async function measure(store: Store, delivery: Delivery, todo: TodoWorker): Promise<{ rate: number; firstMs: number }> {
  const pressed = performance.now()
  const { id } = await writeAlert(store, {
    kind: 'actual',
    event: '暴雨',
    level: 'red',
    origin: 'relay',
    audience: 'residents',
    grids: [],
    facts: emptyFacts,
  })
  // Looked for now and then only, so that the looking is not what is measured; the journal keeps the moments themselves.
  let moments: { event: string; ms: number }[] = []
  while (!moments.some((m) => m.event === 'delivery.last-accepted')) {
    await new Promise((ok) => setTimeout(ok, 50))
    moments = await store.system(async (tx) => (await readMoments(tx, id)).rows)
  }
  const seconds = (performance.now() - pressed) / 1000
  const { accepted } = await store.system((tx) => readProgress(tx, id))
  if (accepted !== contacts) throw new Error(`${accepted} of ${contacts} were accepted`)
  await delivery.stop()
  await todo.drain()
  return { rate: contacts / seconds, firstMs: moments.find((m) => m.event === 'delivery.first-accepted')!.ms }
}

const readMoments = (tx: Tx, alertId: string) =>
  sql<{ event: string; ms: number }>`
    select event, 1000 * extract(epoch from written_at - min(written_at) over ())::float8 as ms
    from journal where thing_type = 'alert' and thing_id = ${alertId}`.execute(tx)

const emptyFacts = { subdistrict: '文峰街道', hotline: '023-52000000', station: '气象台(演练)', issuedAt: null, until: null, headline: '' }

async function doorbellReady(health: () => Promise<string>): Promise<void> {
  while ((await health()) !== 'ok') await new Promise((ok) => setTimeout(ok, 10))
}

async function readDeliveryConfig() {
  const { readConfig } = await import('../../src/base/config.js')
  const { deliveryConfigSchema } = await import('../../src/delivery/delivery-config.js')
  return readConfig('config', 'delivery.yaml', deliveryConfigSchema)
}

/** The peer, as plainly as it is usually written; 50 jobs at a time, 20 connections. */
async function jobPerMessage(store: Store, databaseUrl: string, redisUrl: string, ids: number[]): Promise<number> {
  await clean(store)
  const { id, revisionId } = await writeAlert(store, {})
  const planned = await planForPeer(store, id, revisionId, ids.slice(0, peerMessages))
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 })
  const queue = new Bull<{ id: number; contactId: number; outId: string }>(`peer-${randomBytes(4).toString('hex')}`, redisUrl)
  await queue.isReady()
  const started = performance.now()
  let done = 0
  const finished = new Promise<void>((ok, no) => {
    queue.process(50, async ({ data }) => {
      await pool.query(
        `insert into sandbox_message (place, channel, contact_id, out_id, alert_id, revision, text, exercise) values ($1, 1, $2, $3, $4, 1, $5, false)`,
        [gridOf(data.id), data.contactId, data.outId, id, text],
      )
      await pool.query('update delivery set state = 1, grade = 1, attempts = attempts + 1, at = clock_now() where id = $1', [data.id])
      if (++done === planned.length) ok()
    })
    queue.on('failed', (_, e) => no(e))
  })
  for (let at = 0; at < planned.length; at += 1000)
    await queue.addBulk(planned.slice(at, at + 1000).map((data) => ({ data, opts: { removeOnComplete: true } })))
  await finished
  const rate = planned.length / ((performance.now() - started) / 1000)
  await queue.close()
  await pool.end()
  return rate
}

async function planForPeer(store: Store, alertId: string, revisionId: number, ids: number[]) {
  return store.system(async (tx) => {
    const { id: messageId } = await tx
      .insertInto('message')
      .values({ place: '500154002', revision_id: revisionId, channel: 1, language: 'zh', relation: 'self', template: 't', text })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { id: chunkId } = await tx
      .insertInto('delivery_chunk')
      .values({
        key: 'peer',
        place: '500154002',
        revision_id: revisionId,
        alert_id: alertId,
        revision: 1,
        channel: 1,
        lane: 10,
        size: ids.length,
        open: 0,
        done: true,
      })
      .returning('id')
      .executeTakeFirstOrThrow()
    const { rows } = await sql<{ id: number; contact_id: number }>`
      insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, place)
      select ${chunkId} * 1000 + n, ${revisionId}, contact_id, ${messageId}, 1, 1, '500154002001001'
      from unnest(${ids}::bigint[]) with ordinality as d(contact_id, n) returning id, contact_id`.execute(tx)
    return rows.map((r) => ({ id: r.id, contactId: r.contact_id, outId: `peer${r.id}` }))
  })
}

/** Each round begins with empty tables, for both sides alike. */
async function clean(store: Store): Promise<void> {
  await store.system(async (tx) => {
    await sql`set local role none`.execute(tx)
    await sql`truncate sandbox_message, answer, escalation, delivery, delivery_chunk, message, todo, alert_revision, alert cascade`.execute(
      tx,
    )
  })
}
