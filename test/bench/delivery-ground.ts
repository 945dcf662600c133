import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import type { FrozenWords } from '../../src/alerts/alert.js'
import { openClock } from '../../src/base/clock.js'
import { readConfig } from '../../src/base/config.js'
import type { Doorbell } from '../../src/base/doorbell.js'
import { newId } from '../../src/base/ids.js'
import type { Log } from '../../src/base/log.js'
import { openStore } from '../../src/base/store/open-store.js'
import type { Store } from '../../src/base/store/store.js'
import { channelsConfigSchema, limitsOf } from '../../src/channels/channels-config.js'
import { createDelivery, type Delivery } from '../../src/delivery/create-delivery.js'
import { deliveryConfigSchema } from '../../src/delivery/delivery-config.js'
import type { Sender } from '../../src/delivery/sender.js'
import { record, setListeners } from '../../src/journal/journal.js'
import { createTodoWorker, setTodoBell, type TodoWorker } from '../../src/journal/todo.js'
import type { Audience } from '../../src/matching/audience.js'
import type { Channel } from '../../src/messages/channel.js'

/** What the benches of delivery stand on: a database of their own, alerts as the alerts module writes them, the product's own outbox. */
export const quiet = { info() {}, warn() {}, error() {}, debug() {} } as unknown as Log
export const text = '暴雨红色预警信号:低洼处和一楼住户请马上到安置点。网格员正赶来。文峰街道 023-52000000'

/** Two hundred people to a grid, one grid after another, as a register has them. */
function gridOf(index: number): string {
  const grid = Math.floor(index / 200)
  return `500154${String(grid % 1000).padStart(3, '0')}${String(Math.floor(grid / 1000)).padStart(3, '0')}001`
}
export const phoneOf = (contactId: number) => `+86166${String(contactId).padStart(8, '0')}`

export async function withDatabase<T>(run: (url: string, store: Store) => Promise<T>): Promise<T> {
  const databaseUrl = process.env.TEST_DATABASE_URL
  if (!databaseUrl) throw new Error('this bench needs PostgreSQL: set TEST_DATABASE_URL')
  const name = `yinshi_bench_${randomBytes(6).toString('hex')}`
  const admin = new pg.Client({ connectionString: databaseUrl })
  await admin.connect()
  await admin.query(`create database ${name}`)
  const url = new URL(databaseUrl)
  url.pathname = `/${name}`
  const store = await openStore({ databaseUrl: url.href, dataDir: '' })
  try {
    return await run(url.href, store)
  } finally {
    await store.close()
    await admin.query(`drop database if exists ${name} with (force)`)
    await admin.end()
  }
}

/** Each round begins with empty tables, for both sides alike. */
export const clean = (store: Store, kind: 'sample' | 'live') =>
  store.system(async (tx) => {
    await sql`set local role none`.execute(tx)
    await sql`truncate sandbox_message, answer, escalation, delivery, delivery_chunk, message, todo, alert_revision, alert cascade`.execute(
      tx,
    )
    await sql`insert into fact values ('register', to_jsonb(${kind}::text)) on conflict (key) do update set value = excluded.value`.execute(
      tx,
    )
  })

const facts = { subdistrict: '文峰街道', hotline: '023-52000000', station: '气象台(演练)', issuedAt: null, until: null, headline: '' }

/** The press. event says how many people it is for, so that every process knows. */
export async function issueAlert(store: Store, people: number, level = 'red'): Promise<{ id: string; revisionId: number }> {
  const id = newId()
  const words: Partial<FrozenWords> = {
    kind: 'actual',
    event: String(people),
    level: level as 'red',
    origin: 'relay',
    audience: 'residents',
    grids: [],
    facts,
  }
  return store.system(async (tx) => {
    const place = '500154002'
    const alert = { id, series_id: id, place, kind: 'actual', origin: 'relay', audience: 'residents', state: 'issued', level }
    await tx
      .insertInto('alert')
      .values({ ...alert, event: '暴雨', title: '暴雨预警信号', identifier: id, created_by: 'officer' })
      .execute()
    const { id: revisionId } = await tx
      .insertInto('alert_revision')
      .values({ alert_id: id, place, revision: 1, purpose: 'warn', words: JSON.stringify(words), hash: 'h', issued_by: 'officer' })
      .returning('id')
      .executeTakeFirstOrThrow()
    const data = { revision: 1, purpose: 'warn', revisionId }
    await record(tx, { event: 'alert.issued', place, thing: { type: 'alert', id }, series: id, data })
    return { id, revisionId }
  })
}

/** Whom matching would have chosen, in its order (npm run bench -- matching measures that). */
export function audienceOf(people: number): Audience {
  const one = { kind: 'phone' as const, relation: 'self' as const, channels: ['sms' as const], householdId: null, staffId: null }
  const more = { ...one, groupId: null, reason: null, move: false, allowListed: false }
  const recipients = Array.from({ length: people }, (_, i) => ({ contactId: i + 1, place: gridOf(i), ...more }))
  const none = { grids: [], unreachable: [], standIns: [], unmanned: [], move: [], points: [] }
  return { audience: 'residents', recipients, households: people, people, ...none }
}

/** What bookkeeping alone costs. */
export const sendAtOnce = (channel: Channel): Sender => ({
  ...{ carrier: 'at-once', channel, receipts: false, batch: 100, together: 1000, concurrency: 3 },
  send: async (messages) => messages.map(() => ({ kind: 'accepted' as const })),
})

export interface Outbox {
  delivery: Delivery
  todo: TodoWorker
}

/** The product's own parts, joined as the service joins them. */
export async function openOutbox(
  store: Store,
  doorbell: Doorbell,
  senders: Map<Channel, Sender>,
  kind: 'sample' | 'live',
  people: readonly number[],
): Promise<Outbox> {
  // Matching is measured elsewhere: whom it would choose is ready.
  const audiences = new Map(people.map((n) => [n, audienceOf(n)]))
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
      directory: () => ({ address: phoneOf, household: () => undefined }),
    },
    chooseAudience: ({ event }) => audiences.get(Number(event))!,
    isStillWarned: async () => () => false,
    words: ({ facts: { grid } }) => {
      const parameters = { grid: String(grid ?? '三中社区第七网格'), until: '12日6时', helper: '网格员正赶来' }
      return { text, template: 'rainstorm#SMS_1', parameters, segments: 1, characters: text.length, cut: [] }
    },
    senders,
    registerKind: kind,
    config: await readConfig('config', 'delivery.yaml', deliveryConfigSchema),
    escalation: { staff: { red: [], orange: [], yellow: [], blue: [] } },
    budgets: limitsOf(channelsConfigSchema.parse({})),
  })
  const todo = createTodoWorker(store, delivery.reactions, delivery.timers, quiet)
  listen(doorbell)
  return { delivery, todo }
}

/** Every process that writes entries knows who is woken by them. */
export function listen(doorbell: Doorbell): void {
  setListeners({ 'alert.issued': ['planDeliveries'] }, () => doorbell.ring('todo'))
  setTodoBell(() => doorbell.ring('todo'))
}

export async function doorbellReady(doorbell: Doorbell): Promise<void> {
  while ((await doorbell.health()) !== 'ok') await new Promise((ok) => setTimeout(ok, 10))
}

/** A moment of the journal, in milliseconds since the press. */
export async function momentOf(store: Store, alertId: string, event: string): Promise<number | null> {
  const { rows } = await store.system((tx) =>
    sql<{ ms: number }>`
      select 1000 * extract(epoch from j.written_at - p.written_at)::float8 as ms
      from journal j join journal p on p.thing_type = 'alert' and p.thing_id = ${alertId} and p.event = 'alert.issued'
      where j.thing_type = 'alert' and j.thing_id = ${alertId} and j.event = ${event}`.execute(tx),
  )
  return rows[0]?.ms ?? null
}
