import { sql } from 'kysely'
import type { Tx } from '../base/store/store.js'
import { record } from '../journal/journal.js'
import type { WarningMute } from '../warnings/warning.js'
import type { Alert } from './alert.js'
import type { WarningFacts } from './alert-store.js'

/** A higher one of the same hazard is in force for all of the place: this one is shown with the reason, and nobody is told of it. */
export async function muteWarning(tx: Tx, warning: WarningFacts, alert: Alert, by: string): Promise<void> {
  const mute: WarningMute = { place: alert.place, by, reason: `这里已有更高或同级的${alert.title}生效,不重复通知` }
  await tx
    .updateTable('warning')
    .set({
      muted: sql<string>`(select coalesce(jsonb_agg(m), '[]') from jsonb_array_elements(muted) m where m ->> 'place' <> ${alert.place})
        || ${JSON.stringify([mute])}::jsonb`,
    })
    .where('id', '=', warning.id)
    .execute()
  await record(tx, {
    event: 'warning.muted',
    place: alert.place,
    thing: { type: 'warning', id: warning.id },
    series: alert.seriesId,
    data: { warningId: warning.id, by, level: warning.level },
  })
}

/** The higher one is over or was replaced: what it had muted and is still in force is looked at again. */
export async function reopenMuted(tx: Tx, endedId: string): Promise<void> {
  const rows = await tx
    .updateTable('warning')
    .set({
      muted: sql<string>`(select coalesce(jsonb_agg(m), '[]') from jsonb_array_elements(muted) m where m ->> 'by' <> ${endedId})`,
    })
    .where(sql<boolean>`muted @> ${JSON.stringify([{ by: endedId }])}::jsonb`)
    .returning(['id', 'place', 'state'])
    .execute()
  for (const { id, place, state } of rows) {
    if (state !== 'in-force') continue
    await record(tx, { event: 'warning.opened', place, thing: { type: 'warning', id }, data: { warningId: id, unmuted: true } })
  }
}
