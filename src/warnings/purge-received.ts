import { sql } from 'kysely'
import type { Store } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { WarningPolicy } from './warning-policy.js'

const atOnce = 500

/**
 * What was received is kept for ever, unless config/warnings.yaml says otherwise. Then old bytes that led to no warning are removed,
 * a page at a time, each with its entry in the journal. A warning, what ended one, and the bytes behind both are never removed.
 */
export async function purgeReceived(store: Store, { retention }: WarningPolicy): Promise<number> {
  if (retention.days === 'never') return 0
  const days = retention.days
  let removed = 0
  for (let last = atOnce; last === atOnce; removed += last) {
    last = await store.system(async (tx) => {
      const { rows } = await sql<{ place: string; id: string }>`
        with old as (
          select b.id from bulletin b
          where b.received_at < (select clock_now()) - ${days} * interval '1 day' and b.warning_ids = '{}' and b.outcome <> 'received'
            and not exists (select 1 from warning w where w.bulletin_id = b.id)
            and not exists (select 1 from tombstone t where t.bulletin_id = b.id)
          order by b.id limit ${atOnce}),
        values_of as (delete from observation o using old where o.bulletin_id = old.id)
        select b.place, b.id from bulletin b join old on old.id = b.id`.execute(tx)
      if (rows.length === 0) return 0
      const ids = rows.map((r) => r.id)
      await tx.deleteFrom('bulletin').where('id', 'in', ids).execute()
      for (const place of new Set(rows.map((r) => r.place))) {
        const own = rows.filter((r) => r.place === place)
        const data = { bulletins: own.length, olderThanDays: days, from: own[0]!.id, to: own.at(-1)!.id }
        await record(tx, { event: 'bulletins.purged', place, thing: { type: 'bulletin', id: own[0]!.id }, data })
      }
      return rows.length
    })
  }
  return removed
}
