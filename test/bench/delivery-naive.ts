import { randomBytes } from 'node:crypto'
import Bull from 'bull'
import { sql } from 'kysely'
import pg from 'pg'
import type { Store } from '../../src/base/store/store.js'
import { loadAlibabaSms } from '../../src/channels/alibaba-client.js'
import { phoneOf } from './delivery-ground.js'
import { smsKeys } from './delivery-parts.js'

/** The designs that delivery is measured beside, as plainly as they are usually written. All work on rows that stand there already. */

/** A table of its own with rows 1 … people that wait. */
export const fillPeer = (store: Store, people: number) =>
  store.system(async (tx) => {
    await sql`set local role none`.execute(tx)
    await sql`drop table if exists peer`.execute(tx)
    await sql`create table peer (id bigint primary key, alert_id int not null, contact_id int not null, channel smallint not null,
      state smallint not null, at timestamptz, unique (alert_id, contact_id, channel))`.execute(tx)
    await sql`insert into peer select n, 1, n, 1, 0 from generate_series(1, ${people}::int) n`.execute(tx)
    await sql`create index peer_waiting on peer (id) where state = 0`.execute(tx)
  })

/** One Bull job and one UPDATE per message, 50 at a time; endpoint: and one call of the SDK. Answers messages a second. */
export async function jobPerMessage(databaseUrl: string, redisUrl: string, people: number, endpoint: string | null): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 20 })
  const queue = new Bull<{ id: number }>(`peer-${randomBytes(4).toString('hex')}`, redisUrl)
  await queue.isReady()
  const call = endpoint ? await callOfSdk(endpoint) : async () => {}
  const started = performance.now()
  let done = 0
  const finished = new Promise<void>((ok, no) => {
    queue.process(50, async ({ data }) => {
      await call(data.id)
      await pool.query('update peer set state = 1, at = clock_timestamp() where id = $1', [data.id])
      if (++done === people) ok()
    })
    queue.on('failed', (_, e) => no(e))
  })
  for (let at = 1; at <= people; at += 1000)
    await queue.addBulk(
      Array.from({ length: Math.min(1000, people + 1 - at) }, (_, i) => ({ data: { id: at + i }, opts: { removeOnComplete: true } })),
    )
  await finished
  const rate = people / ((performance.now() - started) / 1000)
  await queue.close()
  await pool.end()
  return rate
}

async function callOfSdk(endpoint: string) {
  const { dysms, client } = await loadAlibabaSms({ ...smsKeys, endpoint, timeoutMs: 10_000 })
  const templateParam = JSON.stringify({ grid: '三中社区', until: '12日6时', helper: '网格员正赶来' })
  return async (id: number) => {
    const phoneNumbers = phoneOf(id).replace('+86', '')
    const { signName } = smsKeys
    const request = new dysms.SendSmsRequest({ phoneNumbers, signName, templateCode: 'SMS_1', templateParam, outId: String(id) })
    const { body } = await client.sendSms(request)
    if (body?.code !== 'OK') throw new Error(`the double said ${body?.code}`)
  }
}

/** Two connections that take 500 waiting rows each, for update skip locked, and write what became of them, until none waits. */
export async function skipLocked(databaseUrl: string, people: number): Promise<number> {
  const drain = async () => {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    for (;;) {
      await client.query('begin')
      const { rows } = await client.query<{ id: number }>(
        'select id from peer where state = 0 order by id limit 500 for update skip locked',
      )
      await client.query('update peer set state = 1, at = clock_timestamp() where id = any($1)', [rows.map((r) => r.id)])
      await client.query('commit')
      if (rows.length === 0) break
    }
    await client.end()
  }
  const started = performance.now()
  await Promise.all([drain(), drain()])
  return people / ((performance.now() - started) / 1000)
}

/** The bare INSERT … SELECT of the same columns into the same table. */
export async function insertSelect(store: Store, people: number): Promise<number> {
  const started = performance.now()
  await store.system(async (tx) => {
    await sql`set local role none`.execute(tx)
    await sql`insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, place)
      select 1000000000 + n, 1000000, n, 1 + n / 200, 1, 1, '500154001001' || lpad((n / 200 % 1000)::text, 3, '0')
      from generate_series(1, ${people}::int) n`.execute(tx)
  })
  return people / ((performance.now() - started) / 1000)
}
