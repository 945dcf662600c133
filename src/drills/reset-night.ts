import { sql } from 'kysely'
import { type Store, systemActor } from '../base/store/store.js'
import { record } from '../journal/journal.js'

/** Everything the stream made, children first; the register, the accounts and the journal stay. */
const streamTables = [
  'photo',
  'field_edit',
  'task',
  'evacuation_household',
  'evacuation',
  'sandbox_message',
  'escalation_call',
  'escalation',
  'answer',
  'reply',
  'callback',
  'delivery',
  'delivery_chunk',
  'message',
  'approval',
  'alert_revision',
  'alert',
  'tombstone',
  'warning',
  'threshold_state',
  'observation',
  'bulletin',
  'todo',
] as const

/** "Start again": the sample night is as it was before the first bulletin. The journal keeps that it happened. */
export async function resetNight(store: Store, place: string): Promise<void> {
  await store.act({ ...systemActor, person: 'drill' }, async (tx) => {
    const fact = await tx.selectFrom('fact').select('value').where('key', '=', 'register').executeTakeFirst()
    if (fact?.value !== 'sample') throw new Error('Only a sample register can be reset')
    for (const table of streamTables) await tx.deleteFrom(table).execute()
    await tx.deleteFrom('feed').where('source', 'in', ['drill', 'retired']).execute()
    await tx.updateTable('station').set({ last_at: null, offline_at: null }).execute()
    await sql`update contact set broken = null where broken is not null`.execute(tx)
    await record(tx, { event: 'drill.reset', place, thing: { type: 'drill', id: 'night' } })
  })
}
