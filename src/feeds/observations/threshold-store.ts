import type { Tx } from '../../base/store/store.js'
import type { Station } from './station.js'
import type { Standing } from './threshold.js'

export interface ThresholdRow {
  ruleId: string
  stationId: string
  crossed: boolean
  since: Date | null
  value: number | null
  missing: number
  seriesId: string | null
}

/** The row lock makes two processes judge one after the other: the second reads what the first had read, and more. */
export async function lockThreshold(
  tx: Tx,
  ruleId: string,
  station: Pick<Station, 'id' | 'place'>,
  start: Standing,
): Promise<{ crossed: boolean; seriesId: string | null; checkpoint: Standing }> {
  await tx
    .insertInto('threshold_state')
    .values({
      rule_id: ruleId,
      station_id: station.id,
      place: station.place,
      since: null,
      value: null,
      at: null,
      series_id: null,
      checkpoint: JSON.stringify(start),
    })
    .onConflict((c) => c.columns(['rule_id', 'station_id']).doNothing())
    .execute()
  const row = await tx
    .selectFrom('threshold_state')
    .selectAll()
    .where('rule_id', '=', ruleId)
    .where('station_id', '=', station.id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { crossed: row.crossed, seriesId: row.series_id, checkpoint: row.checkpoint as Standing }
}

export async function saveThreshold(
  tx: Tx,
  ruleId: string,
  stationId: string,
  now: Standing & { value: number | null; missing: number; seriesId: string | null; checkpoint: Standing },
): Promise<void> {
  await tx
    .updateTable('threshold_state')
    .set({
      crossed: now.crossed,
      since: now.since === null ? null : new Date(now.since),
      value: now.value,
      missing: now.missing,
      at: new Date(now.at),
      series_id: now.seriesId,
      checkpoint: JSON.stringify(now.checkpoint),
    })
    .where('rule_id', '=', ruleId)
    .where('station_id', '=', stationId)
    .execute()
}

export async function listThresholds(tx: Tx): Promise<ThresholdRow[]> {
  const rows = await tx.selectFrom('threshold_state').selectAll().execute()
  return rows.map((row) => ({
    ruleId: row.rule_id,
    stationId: row.station_id,
    crossed: row.crossed,
    since: row.since,
    value: row.value,
    missing: row.missing,
    seriesId: row.series_id,
  }))
}
