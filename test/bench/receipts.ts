import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { createSeal } from '../../src/base/seal.js'
import type { Store } from '../../src/base/store/store.js'
import { keepCallback } from '../../src/channels/callback-store.js'
import { foldCallbacks, sealedFor } from '../../src/channels/fold-callbacks.js'
import { outIdOf, rowsPerChunk } from '../../src/delivery/delivery.js'
import { foldReceipts } from '../../src/delivery/receipts.js'
import type { Snapshot } from '../../src/register/snapshot.js'
import { clean, phoneOf, quiet, withDatabase } from './delivery-ground.js'
import { atMost, beside, type Figure, median } from './figure.js'

const people = 1_000_000
const rounds = 3
const perBatch = 5000
const batches = 12
const singles = 5000

/**
 * Receipts in random order into a million rows, in the batches they are folded in, beside one UPDATE per receipt; and the whole
 * road of a carrier's push: opened, read, found, its number compared, folded, removed.
 */
export async function receipts(): Promise<Figure[]> {
  return withDatabase(async (url, store) => {
    await clean(store, 'live')
    const keys = await fill(store)
    const one = new pg.Client({ connectionString: url })
    await one.connect()
    const pick = shuffled()
    const sent = () => {
      const index = pick()
      return { id: (1 + Math.floor(index / rowsPerChunk)) * rowsPerChunk + (index % rowsPerChunk), contactId: index + 1 }
    }
    const outId = (id: number) => outIdOf(keys[Math.floor(id / rowsPerChunk) - 1]!, id)
    const inBatches: number[] = []
    const alone: number[] = []
    const pushed: number[] = []
    const wal: number[] = []
    for (let round = 0; round < rounds; round++) {
      const single = Array.from({ length: singles }, () => sent().id)
      alone.push(
        await perSecond(singles, async () => {
          for (const id of single)
            await one.query(
              'update delivery set state = 1, grade = greatest(grade, 2::smallint), reason = null, at = clock_now() where id = $1 and grade < 2',
              [id],
            )
        }),
      )
      const many = Array.from({ length: batches }, () => Array.from({ length: perBatch }, () => outId(sent().id)))
      const before = await walAt(one)
      inBatches.push(
        await perSecond(batches * perBatch, async () => {
          for (const batch of many)
            await store.system((tx) =>
              foldReceipts(
                tx,
                batch.map((id) => ({ outId: id, kind: 'delivered' })),
              ),
            )
        }),
      )
      wal.push(((await walAt(one)) - before) / (batches * perBatch))
      pushed.push(
        await pushAndFold(
          store,
          Array.from({ length: 40 }, () => Array.from({ length: 500 }, () => sent())),
          outId,
        ),
      )
    }
    await one.end()
    const rate = median(inBatches)
    const peer = { name: 'one UPDATE per receipt', value: median(alone) }
    return [
      beside('receipts in random order into 1,000,000 rows', rate, 'per s', peer, 10),
      beside('receipts as a carrier pushes them, checked and folded', median(pushed), 'per s', peer, 1),
      // The first change of a page after a checkpoint is written whole: most of it is that.
      atMost('WAL of a receipt', median(wal), 'B', 1000),
    ]
  })
}

async function perSecond(count: number, run: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await run()
  return (count / (performance.now() - start)) * 1000
}

async function pushAndFold(store: Store, pushes: { id: number; contactId: number }[][], outId: (id: number) => string): Promise<number> {
  const seal = createSeal(randomBytes(32))
  await store.system(async (tx) => {
    for (const push of pushes) {
      const body = push.map(({ id, contactId }) => ({
        ...{ send_time: '2025-07-12 03:31:00', report_time: '2025-07-12 03:31:02', success: true, err_code: 'DELIVERED', sms_size: '1' },
        ...{ phone_number: phoneOf(contactId).slice(3), biz_id: 'biz', out_id: outId(id) },
      }))
      await keepCallback(tx, { carrier: 'alibaba-sms', kind: 'report', sealed: seal.seal(body, sealedFor), tries: 0, afterMinutes: 0 })
    }
  })
  const register = { snapshot: () => ({}) as Snapshot, directory: () => ({ address: phoneOf, household: () => undefined }) }
  return perSecond(pushes.flat().length, () => foldCallbacks({ store, register, seal, log: quiet }))
}

/** Every number below a million once, in no order. */
function shuffled(): () => number {
  const numbers = Int32Array.from({ length: people }, (_, i) => i)
  let left = people
  return () => {
    const at = Math.floor(Math.random() * left)
    const picked = numbers[at]!
    numbers[at] = numbers[--left]!
    return picked
  }
}

async function walAt(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ bytes: string }>(`select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') as bytes`)
  return Number(rows[0]!.bytes)
}

/** A million messages that a carrier has taken, a thousand to a chunk. Answers the chunks' keys. */
async function fill(store: Store): Promise<string[]> {
  const keys = Array.from({ length: people / rowsPerChunk }, () => randomBytes(7).toString('hex').slice(0, 13))
  await store.system(async (tx) => {
    await sql`set local role none`.execute(tx)
    await sql`insert into alert (id, series_id, place, kind, origin, audience, state, event, title, identifier, created_by)
      values ('bench', 'bench', '500154002', 'actual', 'relay', 'residents', 'issued', 'rainstorm', 't', 'bench', 'officer')`.execute(tx)
    await sql`insert into alert_revision (id, alert_id, place, revision, purpose, words, hash, issued_by)
      values (1, 'bench', '500154002', 1, 'warn', '{}', '', 'officer')`.execute(tx)
    await sql`insert into message (id, place, revision_id, channel, language, relation, template, text)
      values (1, '500154002001001', 1, 1, 'zh', 'self', 'x', 'x')`.execute(tx)
    await sql`insert into delivery_chunk (id, key, place, revision_id, alert_id, revision, channel, lane, size, open, done)
      select n, key, '500154002', 1, 'bench', 1, 1, 11, 1000, 0, true from unnest(${keys}::text[]) with ordinality as k(key, n)`.execute(tx)
    await sql`insert into delivery (id, revision_id, contact_id, message_id, channel, purpose, place, state, grade, attempts, at, carrier_id)
      select (1 + n / 1000) * 1000 + n % 1000, 1, n + 1, 1, 1, 1, '500154002001001', 1, 1, 1, clock_now(), 'biz'
      from generate_series(0, ${people - 1}::int) n`.execute(tx)
    await sql`analyze delivery`.execute(tx)
  })
  return keys
}
